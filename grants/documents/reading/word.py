"""A .docx as a sheet: accepted text only, check boxes by their state, bookmarks by place."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from docx.oxml.ns import qn
from lxml import etree

from grants.documents.reading.errors import FileNotRead
from grants.documents.reading.sheet import TICKED, UNTICKED, Line, Mark, Sheet
from grants.documents.writing.sealing import CUSTOM_PART, properties_in

#: Bytes of XML of one part: thirty texts at their limit take a tenth of it.
_LARGEST_PART: Final = 40_000_000
_DAMAGED: Final = "Ce fichier Word est abîmé : ouvrez-le, enregistrez-le à nouveau, renvoyez-le."
# What zipfile, zlib and lxml raise on a damaged file.
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
_W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MARKUP: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TRACKED: Final = frozenset(qn(f"w:{each}") for each in ("ins", "del", "moveFrom", "moveTo"))
#: Read as if they were not there: what was struck out, and what Word shows in no text.
_SKIPPED: Final = frozenset(
    [
        *(qn(f"w:{each}") for each in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "instrText")),
        f"{_MARKUP}Fallback",
    ]
)
_BREAKS: Final = {
    qn("w:tab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_P, _T, _TBL, _TR, _TC = (qn(f"w:{each}") for each in ("p", "t", "tbl", "tr", "tc"))
_SDT, _CHECKBOX, _FORM_BOX = qn("w:sdt"), f"{qn('w:sdtPr')}/{_W14}checkbox", qn("w:checkBox")
_START, _END, _VAL = qn("w:bookmarkStart"), qn("w:bookmarkEnd"), qn("w:val")
_NUMBERING, _STYLE = qn("w:numPr"), qn("w:pStyle")
_ID, _NAME, _PROPERTIES = qn("w:id"), qn("w:name"), qn("w:pPr")
_TEXT_BOX, _FORM_DATA = qn("w:txbxContent"), qn("w:ffData")
_FORM_CHECKED, _FORM_DEFAULT = qn("w:checked"), qn("w:default")
#: Names of styles, as Word and LibreOffice write them in English and in French.
_HEADINGS: Final = ("Heading", "heading", "Titre", "Title")
_STRUCK_ROW: Final = f"{qn('w:trPr')}/{qn('w:del')}"
_SPAN: Final = f"{qn('w:tcPr')}/{qn('w:gridSpan')}"
_WIDEST: Final = 64
_OFF: Final = frozenset({"0", "false", "off"})


def sheet_of_docx(file: bytes) -> Sheet:
    """:raises FileNotRead: when it is no sound Word file."""
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            return _sheet(archive)
    except _UNREADABLE as error:
        raise FileNotRead(_DAMAGED) from error


def _sheet(archive: zipfile.ZipFile) -> Sheet:
    names = archive.namelist()
    if len({each.casefold() for each in names}) < len(names):
        raise ValueError("two members of one name")
    main = _main_part(archive)
    folder = main.rpartition("/")[0]
    root = _part(archive, main)
    body = root.find(qn("w:body"))
    if body is None:
        raise ValueError("no body")
    notes = tuple(
        line.text
        for name in ("footnotes", "endnotes")
        if f"{folder}/{name}.xml" in names
        for line in _lines(_part(archive, f"{folder}/{name}.xml"))
        if line.text.strip()
    )
    comments = f"{folder}/comments.xml"
    count = len(_part(archive, comments).findall(qn("w:comment"))) if comments in names else 0
    return Sheet(
        lines=tuple(_lines(body)),
        notes=notes,
        tracked_changes=next(root.iter(*_TRACKED), None) is not None,
        comments=count,
        properties=properties_in(_part(archive, CUSTOM_PART)) if CUSTOM_PART in names else {},
    )


def _main_part(archive: zipfile.ZipFile) -> str:
    for each in _part(archive, "_rels/.rels"):
        if each.get("Type", "").endswith("/officeDocument"):
            return each.get("Target", "").lstrip("/")
    raise ValueError("no main part")


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element:
    if archive.getinfo(name).file_size > _LARGEST_PART:
        raise FileNotRead("Ce fichier Word est trop volumineux une fois décompressé.")
    content = archive.read(name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise FileNotRead("Ce fichier Word contient une déclaration DOCTYPE, qui n’est pas admise.")
    return root


def _lines(parent: etree._Element) -> Iterator[Line]:
    """Paragraphs and tables below `parent`, through whatever wraps them."""
    for each in parent:
        if each.tag == _P:
            yield from _paragraph(each)
        elif each.tag == _TBL:
            yield _table(each)
        elif each.tag not in _SKIPPED:
            yield from _lines(each)


def _table(table: etree._Element) -> Line:
    rows = [
        [cell for each in _nearest(row, _TC) for cell in (list(_lines(each)), *_spanned(each))]
        for row in _nearest(table, _TR)
        if row.find(_STRUCK_ROW) is None
    ]
    cells = tuple(tuple(_joined(cell) for cell in row) for row in rows)
    return Line("", cells=cells, rows=tuple(_row_line(row) for row in rows))


def _spanned(cell: etree._Element) -> Iterator[list[Line]]:
    """As many blank cells as a cell covers besides its own."""
    span = cell.find(_SPAN)
    wide = "" if span is None else span.get(_VAL, "")
    covered = min(int(wide), _WIDEST) - 1 if wide.isdecimal() else 0
    yield from ([] for _ in range(covered))


def _nearest(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Elements of that name below, but not those inside one another."""
    for each in parent:
        if each.tag == tag:
            yield each
        elif each.tag not in _SKIPPED and each.tag != _TBL:
            yield from _nearest(each, tag)


def _joined(lines: list[Line]) -> str:
    texts = [each.text.strip() or _flat(each) for each in lines]
    return "\n".join(filter(None, texts))


def _flat(line: Line) -> str:
    return "\n".join(" ; ".join(filter(None, row)) for row in line.cells)


def _row_line(cells: list[list[Line]]) -> Line:
    """The cells after one another, parted by tabulations."""
    text, marks = "", []
    for number, lines in enumerate(cells):
        text += "\t" if number else ""
        for place, line in enumerate(lines):
            text += "\n" if place else ""
            marks += [
                replace(each, start=each.start + len(text), end=each.end + len(text))
                for each in line.marks
            ]
            text += line.text or _flat(line)
    return Line(text, tuple(marks))


def _paragraph(paragraph: etree._Element) -> Iterator[Line]:
    reader = _Reader()
    reader.read(paragraph)
    properties = paragraph.find(_PROPERTIES)
    style = "" if properties is None else _style(properties)
    yield Line(
        "".join(reader.pieces),
        tuple(reader.marks),
        listed=style.startswith("List") or _is_numbered(properties),
        heading=style.startswith(_HEADINGS),
    )
    for box in reader.boxed:
        yield from _lines(box)


def _is_numbered(properties: etree._Element | None) -> bool:
    return properties is not None and properties.find(_NUMBERING) is not None


def _style(properties: etree._Element) -> str:
    style = properties.find(_STYLE)
    return "" if style is None else style.get(_VAL, "")


@dataclass(slots=True)
class _Reader:
    """Goes through a paragraph; `boxed` holds the text boxes tied to it."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    open: dict[str, tuple[str, int]] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    boxed: list[etree._Element] = field(default_factory=list)

    def read(self, parent: etree._Element) -> None:
        for node in parent:
            self._read_node(node)

    def _read_node(self, node: etree._Element) -> None:
        match node.tag:
            case tag if tag == _T:
                self._add(node.text or "")
            case tag if tag in _BREAKS:
                self._add(_BREAKS[tag])
            case tag if tag in (_START, _END):
                self._read_mark(node)
            case tag if tag == _SDT and (box := node.find(_CHECKBOX)) is not None:
                self._add(_sign(box, f"{_W14}checked", f"{_W14}val"))
            case tag if tag == _FORM_DATA:
                for box in node.iter(_FORM_BOX):
                    self._add(_sign(box, _FORM_CHECKED, _VAL, _FORM_DEFAULT))
            case tag if tag == _TEXT_BOX:
                self.boxed.append(node)
            case tag if tag not in _SKIPPED:
                self.read(node)

    def _read_mark(self, node: etree._Element) -> None:
        number = node.get(_ID, "")
        if node.tag == _START:
            self.open[number] = (node.get(_NAME, ""), self.length)
        elif number in self.open:
            name, start = self.open.pop(number)
            self.marks.append(Mark(name, start, self.length))

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)


def _sign(box: etree._Element, *names: str) -> str:
    """The state of a check box: of the first name that is there; the last is its default."""
    checked, value, *default = names
    state = box.find(checked)
    if state is None and default:
        state = box.find(default[0])
    if state is None:
        return UNTICKED
    return UNTICKED if state.get(value, "1") in _OFF else TICKED
