"""Typesets a document as PDF, in this process: tagged, PDF/UA-1 and PDF/A-2a, fonts included.

Words go to the layout as data: whatever they hold, none is read as markup, and nothing that the
layout does reaches a file or the network.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from grants.documents.cleaning import clean
from grants.documents.errors import DocumentError
from grants.documents.printing.blocks import (
    Block,
    Boxes,
    Bullets,
    Fact,
    Given,
    Heading,
    Label,
    Long,
    Option,
    Passage,
    Printed,
    Record,
    Records,
    Short,
    Table,
    Words,
)

_HERE: Final = Path(__file__).parent
_FONTS: Final = _HERE / "fonts"
_STANDARDS: Final[list[typst.PDFStandard]] = ["ua-1", "a-2a"]

#: A word that may be cut between two lines, piece by piece. In a cell, words are hyphenated where
#: they must: those that have no hyphens, such as addresses and long numbers, are cut.
_LONG_WORD: Final = re.compile(r"\S{41,}")
_LONG_IN_A_CELL: Final = re.compile(r"(?=\S*[^\W\d_]{31}|\S*[\d@._])\S{13,}")
_PIECE, _LONGEST_PIECE = 6, 60  # signs
_COMPLETING: Final = frozenset({"Mn", "Me", "Mc", "Sk", "Cf"})
#: A longer text is set part by part: typst gives up on a run of letters above 65,535 bytes.
_LONG_TEXT: Final = 2_000
_PARTS: Final = re.compile(rf".{{1,{_LONG_TEXT}}}(?:\s|$)|.{{1,{_LONG_TEXT}}}", re.DOTALL)
#: What is longer may be cut between two pages.
_LONG_ANSWER, _LONG_LINES = 400, 20
#: As many short boxes fit a line.
_BOXES_ON_A_LINE: Final = 3
_LETTERS_OF_BOXES: Final = 40
_LETTERS_OF_A_SHORT_BOX: Final = 7
_LETTERS_BESIDE_A_LABEL: Final = 22
#: Longer labels stand above their boxes.
_BESIDE_BOXES: Final = 80
#: A line of a record that leaves room for another one.
_LETTERS_OF_HALF_A_LINE: Final = 60
_LINES_TO_FILL: Final = 2

#: PDF/A holds no byte order mark, which prints nothing anyway; a page has no tab stops.
_UNPRINTED: Final = {0xFEFF: None, 0x09: "\N{EM SPACE}"}
#: PDF/A holds no character that means what each one likes.
_PRIVATE: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")

Json = dict[str, Any]


def typeset(printed: Printed) -> bytes:
    """The PDF. The same document gives the same bytes.

    :raises DocumentError: when it cannot be laid out, for want of a title.
    """
    compiler = typst.Compiler(
        _layout(),
        root=_FONTS,  # the layout reads no file
        font_paths=_fonts(),
        ignore_system_fonts=True,
        package_path=_FONTS,  # nor any package
        package_cache_path=_FONTS,
    )
    try:
        pdf = compiler.compile(
            format="pdf",
            sys_inputs={"document": json.dumps(_document(printed), ensure_ascii=False)},
            pdf_standards=_STANDARDS,
            timestamp=int(printed.dated.timestamp()),
        )
    except typst.TypstError as fault:
        raise DocumentError(f"Le document ne peut être mis en page : {fault.message}") from fault
    assert isinstance(pdf, bytes)  # noqa: S101  # without `output`, and with that format
    return pdf


@cache
def _layout() -> bytes:
    return (_HERE / "presentation.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS]
    )


def _document(printed: Printed) -> Json:
    return {
        "title": _printable(printed.title),
        "keywords": [_printable(each) for each in printed.keywords],
        "overline": _pieces(printed.overline),
        "heading": _pieces(printed.heading),
        "identity": _pieces(printed.identity),
        "running": _pieces(printed.running),
        "foot": _pieces(printed.foot),
        "mark": _pieces(printed.mark),
        "notice": _pieces(printed.notice),
        "blocks": [_block(each) for each in printed.blocks],
    }


def _block(block: Block) -> Json:
    return {"kind": _kind(block), **_called(block), **_told(block)}


def _called(block: Block) -> Json:
    match block:
        case Words() | Given():
            return {}
        case Fact(label=label) | Passage(label=label):
            return {"label": _pieces(label)}
    return _label(block.label)


def _kind(block: Block) -> str:
    if isinstance(block, Boxes) and _fit_a_line(block):
        return "boxes-on-a-line"
    return type(block).__name__.lower()


def _told(block: Block) -> Json:
    told: Json
    match block:
        case Heading(level=level):
            told = {"level": level}
        case Words(text=text) | Given(text=text) | Fact(text=text):
            told = {"text": _pieces(text)}
        case Short(text=text, blank=blank):
            told = {"text": _pieces(text), "blank": blank, "long": _is_long(text)}
        case Passage(texts=texts):
            told = {"texts": [*map(_pieces, texts)]}
        case Long(texts=texts, blank=blank) | Bullets(texts=texts, blank=blank):
            told = {"texts": [*map(_pieces, texts)], "blank": blank, "lines": _LINES_TO_FILL}
        case Boxes(label=label, options=options):
            told = {"beside": _stand_beside(label, block), "options": [*map(_option, options)]}
        case Table():
            told = _table(block)
        case Records(records=records, blank=blank):
            told = {"narrow": _are_narrow(records), "blank": blank}
            told["records"] = [*map(_record, records)]
    return told


def _table(table: Table) -> Json:
    columns = [
        {"label": _in_cell(each.heading), "right": each.figures, "weight": each.width}
        for each in table.columns
    ]
    return {
        "columns": columns,
        "rows": [_row(each) for each in table.rows],
        "total": _cells(table.total),
        "blank-rows": table.blank_rows,
    }


def _row(texts: tuple[str, ...]) -> Json:
    """No page cuts a row, unless it may be longer than a page."""
    return {"cells": _cells(texts), "long": any(map(_is_long, texts))}


def _cells(texts: Iterable[str]) -> list[Json]:
    return [{"words": _in_cell(each)} for each in texts]


def _is_long(text: str) -> bool:
    """Whether it may take more than a part of a page."""
    return len(text) > _LONG_ANSWER or text.count("\n") > _LONG_LINES


def _are_narrow(records: Iterable[Record]) -> bool:
    """Whether two lines of a record fit side by side."""
    lines = (line for record in records for line in record)
    return all(len(label) + len(text) <= _LETTERS_OF_HALF_A_LINE for label, text in lines)


def _record(record: Record) -> Json:
    return {
        "lines": [{"label": _pieces(label), "text": _pieces(text)} for label, text in record],
        "long": _is_long("\n".join(text for _, text in record)),
    }


def _option(option: Option) -> Json:
    short = len(option.label) <= _LETTERS_OF_A_SHORT_BOX
    return {"ticked": option.ticked, "label": _pieces(option.label), "short": short}


def _label(label: Label) -> Json:
    return {"label": _pieces(label.text), "precision": _pieces(label.precision)}


def _stand_beside(label: Label, boxes: Boxes) -> bool:
    """Whether boxes that fit a line fit what the label leaves of it."""
    narrow = _letters(boxes) <= _LETTERS_BESIDE_A_LABEL
    narrow |= all(len(each.label) <= _LETTERS_OF_A_SHORT_BOX for each in boxes.options)
    return narrow and 0 < len(label.text + label.precision) <= _BESIDE_BOXES


def _fit_a_line(boxes: Boxes) -> bool:
    return len(boxes.options) <= _BOXES_ON_A_LINE and _letters(boxes) <= _LETTERS_OF_BOXES


def _letters(boxes: Boxes) -> int:
    return sum(len(each.label) for each in boxes.options)


# Words that a page can hold


def _printable(text: str) -> str:
    text = clean(text).translate(_UNPRINTED)
    return _PRIVATE.sub("\N{REPLACEMENT CHARACTER}", text)


def _pieces(text: str, too_long: re.Pattern[str] = _LONG_WORD) -> str | list[str]:
    """The text; in pieces, when it is long or holds a word that would run off the page."""
    text = _printable(text)
    if len(text) <= _LONG_TEXT and not too_long.search(text):
        return text
    return [piece for part in _PARTS.findall(text) for piece in _cut_words(part, too_long)]


def _in_cell(text: str) -> str | list[str]:
    return _pieces(text, _LONG_IN_A_CELL)


def _cut_words(text: str, too_long: re.Pattern[str]) -> Iterator[str]:
    start = 0
    for word in too_long.finditer(text):
        if between := text[start : word.start()]:
            yield between
        yield from _cut(word.group())
        start = word.end()
    if start < len(text):
        yield text[start:]


def _cut(word: str) -> Iterator[str]:
    """The word piece by piece, no sign apart from what it is joined to."""
    start = 0
    for at in range(_PIECE, len(word)):
        length = at - start
        if length >= _LONGEST_PIECE or (length >= _PIECE and not _joined(word, at)):
            yield word[start:at]
            start = at
    yield word[start:]


def _joined(word: str, at: int) -> bool:
    """Whether what stands there completes what is before it: an accent, a part of an emoji."""
    around = word[at - 1 : at + 1]
    return "\N{ZERO WIDTH JOINER}" in around or unicodedata.category(word[at]) in _COMPLETING
