"""A paper of the house to be printed: read from its Word file, so that both say the same words.

The papers of the house (receipt, letter, minutes) are paragraphs whose styles say what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from docx.text.paragraph import Paragraph

from grants.documents.errors import DocumentError
from grants.documents.opening import opened
from grants.documents.printing.answers import paragraphs_of
from grants.documents.printing.blocks import (
    Block,
    Fact,
    Given,
    Heading,
    Label,
    Passage,
    Printed,
    Words,
)

#: Style and text of a paragraph.
_Line = tuple[str, str]


def printed_paper(file: bytes, *, dated: datetime, keywords: tuple[str, ...] = ()) -> Printed:
    """What the Word file of a paper of the house says, on each of its pages too.

    :raises DocumentError: when it is no Word file, or holds more than the
        paragraphs of one section.
    """
    document = opened(file)
    if document.tables or document.inline_shapes:
        raise DocumentError("Le document contient un tableau ou une image : il ne se lit pas ici.")
    if len(document.sections) != 1:
        raise DocumentError("Le document a plusieurs sections : il ne se lit pas ici.")
    [section] = document.sections
    body = _lines(document.paragraphs)
    feet = _lines(section.footer.paragraphs)
    return Printed(
        title=document.core_properties.title,
        overline=_first("Overline", body),
        heading=_first("Title", body),
        dated=dated,
        running=_first("Header", _lines(section.header.paragraphs)),
        foot=_first("Footer", feet).partition("\t")[0],  # the layout numbers its own pages
        mark=" ".join(text for style, text in feet if style != "Footer"),
        keywords=keywords,
        notice=_first("DemoNotice", _lines(section.first_page_header.paragraphs)),
        blocks=tuple(_blocks(body)),
    )


def _lines(paragraphs: Iterable[Paragraph]) -> list[_Line]:
    return [(each.style.style_id if each.style else "", each.text) for each in paragraphs]


def _first(style: str, lines: Iterable[_Line]) -> str:
    return next((text for each, text in lines if each == style), "")


def _blocks(lines: Iterable[_Line]) -> list[Block]:
    """A label and the texts under it are one; the first titles are said apart."""
    written: list[Block] = []
    for style, text in lines:
        last = written[-1] if written else None
        if style == "Answer" and isinstance(last, Passage):
            written[-1] = Passage(last.label, (*last.texts, *paragraphs_of(text)))
        elif text and style not in ("Overline", "Title"):
            written.append(_block(style, text))
    return written


def _block(style: str, text: str) -> Block:
    if level := re.fullmatch(r"Heading(\d)", style):
        return Heading(int(level[1]), Label(text))
    match style:
        case "Fact":
            label, _, words = text.partition("\t")
            return Fact(label, words)
        case "Question":
            return Passage(text, ())
        case "Answer":
            return Passage("", paragraphs_of(text))
        case "Given":
            return Given(text)
    return Words(text)
