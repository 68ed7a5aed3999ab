"""A .docx as a sheet: accepted text only, check boxes by their state, bookmarks by place."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from docx.oxml.ns import qn
from lxml import etree

from grants.documents.reading.errors import FileNotRead
from grants.documents.reading.package import Package
from grants.documents.reading.paragraph import (
    SKIPPED,
    is_choice,
    joined,
    read_paragraph,
    shown_of,
)
from grants.documents.reading.sheet import Line, Sheet
from grants.documents.writing.sealing import CUSTOM_PART, properties_in

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
_TRACKED: Final = tuple(qn(f"w:{each}") for each in ("ins", "del", "moveFrom", "moveTo"))
#: Pictures, objects of other programs, files put in whole: what they show is not read.
_UNREAD: Final = (
    qn("a:blip"),
    qn("w:object"),
    qn("w:altChunk"),
    qn("w:subDoc"),
    f"{qn('w:pict')}//{{urn:schemas-microsoft-com:vml}}imagedata",
)
_P, _TBL, _TR, _TC = (qn(f"w:{each}") for each in ("p", "tbl", "tr", "tc"))
_VAL, _AUTHOR = qn("w:val"), qn("w:author")
_STRUCK_ROW: Final = f"{qn('w:trPr')}/{qn('w:del')}"
_SPAN: Final = f"{qn('w:tcPr')}/{qn('w:gridSpan')}"
_WIDEST: Final = 64


def sheet_of_docx(file: bytes) -> Sheet:
    """:raises FileNotRead: when it is no sound Word file."""
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            return _sheet(Package(archive))
    except _UNREADABLE as error:
        raise FileNotRead(_DAMAGED) from error


def _sheet(package: Package) -> Sheet:
    body = package.part(package.main).find(qn("w:body"))
    if body is None:
        raise ValueError("no body")
    has_properties = CUSTOM_PART in package.names
    return Sheet(
        lines=tuple(_lines(body)),
        edges=tuple(dict.fromkeys(_texts(package.tied("header", "footer")))),
        notes=tuple(_texts(package.tied("footnotes", "endnotes"))),
        drawn=tuple(_drawn(package)),
        comments=tuple(_comments(package)),
        unread=any(body.find(f".//{each}") is not None for each in _UNREAD),
        tracked_changes=next(body.iter(*_TRACKED), None) is not None,
        properties=properties_in(package.part(CUSTOM_PART)) if has_properties else {},
    )


def _texts(parents: Iterable[etree._Element]) -> Iterator[str]:
    for each in parents:
        for line in _lines(each):
            yield from filter(None, (line.text.strip(), line.flat))


def _comments(package: Package) -> Iterator[str]:
    """« Commentaire de Marie Dupont : à revoir »."""
    for part in package.tied("comments"):
        for comment in part.iter(qn("w:comment")):
            if text := "\n".join(_texts([comment])):
                author = comment.get(_AUTHOR, "").strip()
                yield f"Commentaire{' de ' * bool(author)}{author} : {text}"


def _drawn(package: Package) -> Iterator[str]:
    """The words of diagrams and of charts."""
    for part in package.tied("diagramData", "chart"):
        for paragraph in part.iter(qn("a:p")):
            if text := "".join(each.text or "" for each in paragraph.iter(qn("a:t"))).strip():
                yield text


def _lines(parent: etree._Element) -> Iterator[Line]:
    """Paragraphs and tables below `parent`, through whatever wraps them."""
    before: Line | None = None
    for each in parent:
        if each.tag == _P:
            read = read_paragraph(each)
            line = joined(before, read.line) if before else read.line
            before = line if read.is_joined_to_next else None
            if before is None:
                yield line
            for box in read.boxed:
                yield from _lines(box)
            continue
        if each.tag == _TBL:
            if before is not None:
                yield before
            before = None
            yield _table(each)
        elif is_choice(each):
            yield from _lines(shown) if (shown := shown_of(each)) is not None else ()
        elif each.tag not in SKIPPED:
            yield from _lines(each)
    if before is not None:
        yield before


def _table(table: etree._Element) -> Line:
    rows = [
        [cell for each in _nearest(row, _TC) for cell in (list(_lines(each)), *_spanned(each))]
        for row in _nearest(table, _TR)
        if row.find(_STRUCK_ROW) is None
    ]
    cells = tuple(tuple(_in_cell(cell) for cell in row) for row in rows)
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
        elif each.tag not in SKIPPED and each.tag != _TBL:
            yield from _nearest(each, tag)


def _in_cell(lines: list[Line]) -> str:
    texts = [each.text.strip() or each.flat for each in lines]
    return "\n".join(filter(None, texts))


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
            text += line.text or line.flat
    return Line(text, tuple(marks))
