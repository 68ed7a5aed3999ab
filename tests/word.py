"""Reading a Word file back."""

import io
from collections.abc import Mapping

import docx
from docx.document import Document
from docx.oxml.ns import qn
from lxml import etree

_SIGNS: Mapping[str, str] = {qn("w:tab"): "\t", qn("w:br"): "\n"}


def opened(file: bytes) -> Document:
    return docx.Document(io.BytesIO(file))


def text_of(element: etree._Element) -> str:
    """All a reader sees, check boxes included (python-docx's `.text` leaves them out).

    Non-breaking spaces read as spaces.
    """
    nodes = (node for run in element.iter(qn("w:r")) for node in run)
    text = "".join(
        node.text or "" if node.tag == qn("w:t") else _SIGNS.get(node.tag, "") for node in nodes
    )
    return text.replace("\N{NO-BREAK SPACE}", " ")


def lines(file: bytes) -> list[str]:
    """The body: a paragraph an item, a table row an item with its cells between bars."""
    found = []
    for block in opened(file).element.body:
        if block.tag == qn("w:p"):
            found.append(text_of(block))
        rows = block.iter(qn("w:tr"))
        found += [" | ".join(text_of(cell) for cell in row.iter(qn("w:tc"))) for row in rows]
    return found
