"""Puts a line at the foot of each page of a Word model, for what the document is known by.

Whoever writes a model need not know of it: the line prints the slot `MARK`, and vanishes with it.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import Final

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml.ns import qn
from lxml import etree

from grants.documents.opening import opened
from grants.documents.packing import archive, packed
from grants.documents.writing.sealing import with_custom_part
from grants.documents.writing.wordml import NAMESPACES

#: The slot that the line prints.
MARK: Final = "issue_mark"

_FOOTER: Final = "footer-of-marks.xml"
_FOOTER_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_RELATION: Final = "grantsFooter"
#: No style: a foreign model may have none of ours. Eight points, black, on its own line.
_LOOK: Final = '<w:rPr><w:sz w:val="16"/><w:szCs w:val="16"/></w:rPr>'
_LINE: Final = "".join(
    f'<w:p><w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr>'
    f'<w:r>{_LOOK}<w:t xml:space="preserve">{words}</w:t></w:r></w:p>'
    for words in (f"{{%p if {MARK} %}}", f"{{{{ {MARK} }}}}", "{%p endif %}")
)
_SECTION, _FORMER, _BODY = qn("w:sectPr"), qn("w:sectPrChange"), qn("w:body")
_REFERENCE, _TYPE, _ID = qn("w:footerReference"), qn("w:type"), qn("r:id")


def marked(model: bytes) -> bytes:
    """The model, each page of which prints the slot `MARK` at its foot, with a place for the origin
    of what is written from it.

    :raises DocumentError: when it is no Word model.
    """
    document = opened(model).part
    main = document.partname.lstrip("/")
    feet = [
        each.target_part.partname.lstrip("/")
        for each in document.rels.values()
        if each.reltype == RELATIONSHIP_TYPE.FOOTER
    ]
    with zipfile.ZipFile(io.BytesIO(model)) as source:
        members = with_custom_part({name: source.read(name) for name in source.namelist()})
    for name in dict.fromkeys(feet):
        members[name] = _with_line(members[name])
    _give_feet(members, main, even=_is_two_sided(document))
    return archive(packed(members.items()))


def _with_line(footer: bytes) -> bytes:
    root = _parsed(footer)
    root.extend(_parsed(f"<w:ftr {NAMESPACES}>{_LINE}</w:ftr>".encode()))
    return _written(root)


def _is_two_sided(document: Part) -> bool:
    """Whether even pages have feet of their own."""
    settings = (
        _parsed(each.target_part.blob)
        for each in document.rels.values()
        if each.reltype == RELATIONSHIP_TYPE.SETTINGS
    )
    return any(_is_on(each.find(qn("w:evenAndOddHeaders"))) for each in settings)


def _give_feet(members: dict[str, bytes], main: str, *, even: bool) -> None:
    """A foot of ours to the pages that have none."""
    root = _parsed(members[main])
    folder, name = posixpath.split(main)
    if not _refer(root, even=even):
        return
    members[main] = _written(root)
    members[posixpath.join(folder, _FOOTER)] = _with_line(f"<w:ftr {NAMESPACES}/>".encode())
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    members[relations] = _with_child(
        members[relations],
        "Relationship",
        {"Id": _RELATION, "Type": RELATIONSHIP_TYPE.FOOTER, "Target": _FOOTER},
    )
    members["[Content_Types].xml"] = _with_child(
        members["[Content_Types].xml"],
        "Override",
        {"PartName": "/" + posixpath.join(folder, _FOOTER), "ContentType": _FOOTER_TYPE},
    )


def _refer(root: etree._Element, *, even: bool) -> bool:
    """Refer to our foot where a section neither has its own nor follows one; whether any does."""
    referred, given = set[str](), False
    for section in _sections(root):
        referred |= {each.get(_TYPE, "default") for each in section.findall(_REFERENCE)}
        for kind in _kinds(section, even=even):
            if kind not in referred:
                section.insert(0, etree.Element(_REFERENCE, {_TYPE: kind, _ID: _RELATION}))
                referred.add(kind)
                given = True
    return given


def _sections(root: etree._Element) -> list[etree._Element]:
    """In order; the last one closes the body, and is made when it is not written."""
    body = root.find(_BODY)
    if body is not None and (not len(body) or body[-1].tag != _SECTION):
        etree.SubElement(body, _SECTION)
    # A section kept by a tracked change is no section of these pages.
    return [each for each in root.iter(_SECTION) if next(each.iterancestors()).tag != _FORMER]


def _kinds(section: etree._Element, *, even: bool) -> Iterator[str]:
    """The kinds of pages that a section may have."""
    yield "default"
    if _is_on(section.find(qn("w:titlePg"))):
        yield "first"
    if even:
        yield "even"


def _is_on(switch: etree._Element | None) -> bool:
    return switch is not None and switch.get(qn("w:val"), "1") not in ("0", "false", "off")


def _with_child(part: bytes, tag: str, attributes: dict[str, str]) -> bytes:
    root = _parsed(part)
    etree.SubElement(root, f"{{{etree.QName(root).namespace}}}{tag}", attributes)
    return _written(root)


def _parsed(part: bytes) -> etree._Element:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False))


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
