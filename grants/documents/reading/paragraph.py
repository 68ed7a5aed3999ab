"""The words of a Word paragraph as its reader sees them, every tracked change accepted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from docx.oxml.ns import qn
from lxml import etree

from grants.documents.reading.sheet import TICKED, UNTICKED, Line, Mark

_W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MARKUP: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATHS: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_VML: Final = "{urn:schemas-microsoft-com:vml}"

#: Read as if they were not there: what was struck out, and what Word shows in no text.
SKIPPED: Final = frozenset(
    qn(f"w:{each}") for each in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "instrText")
)
_CHOICES: Final = f"{_MARKUP}AlternateContent"
_TEXT: Final = qn("w:t")
_TEXTS: Final = frozenset({_TEXT, qn("a:t"), f"{_MATHS}t"})
_BREAKS: Final = {
    qn("w:tab"): "\t",
    qn("w:ptab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_SDT, _CHECKBOX, _FORM_BOX = qn("w:sdt"), f"{qn('w:sdtPr')}/{_W14}checkbox", qn("w:checkBox")
_START, _END, _VAL = qn("w:bookmarkStart"), qn("w:bookmarkEnd"), qn("w:val")
_ID, _NAME, _PROPERTIES = qn("w:id"), qn("w:name"), qn("w:pPr")
_NUMBERING, _STYLE = qn("w:numPr"), qn("w:pStyle")
_TEXT_BOX, _FORM_DATA, _WORD_ART = qn("w:txbxContent"), qn("w:ffData"), f"{_VML}textpath"
_FORM_CHECKED, _FORM_DEFAULT = qn("w:checked"), qn("w:default")
_FORM_LIST, _FORM_ENTRY, _FORM_RESULT = qn("w:ddList"), qn("w:listEntry"), qn("w:result")
_RUN: Final = qn("w:r")
_RUN_PROPERTIES: Final = qn("w:rPr")
_STRUCK_END: Final = frozenset({qn("w:del"), qn("w:moveFrom")})
#: Names of styles, as Word and LibreOffice write them in English and in French.
_HEADINGS: Final = ("Heading", "heading", "Titre", "Title")
_OFF: Final = frozenset({"0", "false", "off"})

#: What a box is drawn with, whatever the font.
_GLYPH: Final = re.compile(
    rf"[{TICKED}{UNTICKED}\N{{REPLACEMENT CHARACTER}}\u2190-\u2bff\ue000-\uf8ff]"
)

_SYMBOL, _FONT, _CODE = qn("w:sym"), qn("w:font"), qn("w:char")
#: Signs of the fonts of symbols, by the last two digits of their code.
_SYMBOLS: Final = {
    "Wingdings": {
        **dict.fromkeys(("FE", "FD"), TICKED),
        **dict.fromkeys(("A8", "6F", "71"), UNTICKED),
        "FC": "✓",
        "FB": "✗",
    },
    "Wingdings 2": {
        **dict.fromkeys(("51", "52", "53", "54"), TICKED),
        "A3": UNTICKED,
        "50": "✓",
        "4F": "✗",
    },
}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What is read of a paragraph."""

    line: Line
    #: The text boxes tied to it.
    boxed: list[etree._Element]
    #: Its end is struck out: the next one goes on from it.
    is_joined_to_next: bool


def read_paragraph(paragraph: etree._Element) -> Paragraph:
    reader = _Reader()
    reader.read(paragraph)
    properties = paragraph.find(_PROPERTIES)
    said = {} if properties is None else {each.tag: each for each in properties}
    style = said[_STYLE].get(_VAL, "") if _STYLE in said else ""
    line = Line(
        "".join(reader.pieces),
        tuple(reader.marks),
        listed=_NUMBERING in said or style.startswith("List"),
        heading=style.startswith(_HEADINGS),
    )
    struck = any(each.tag in _STRUCK_END for each in said.get(_RUN_PROPERTIES, ()))
    return Paragraph(line, reader.boxed, struck)


def joined(first: Line, second: Line) -> Line:
    """One paragraph of two, with the look of the second, as Word makes it."""
    moved = [
        replace(each, start=each.start + len(first.text), end=each.end + len(first.text))
        for each in second.marks
    ]
    return replace(second, text=first.text + second.text, marks=(*first.marks, *moved))


def shown_of(node: etree._Element) -> etree._Element | None:
    """Of contents that say the same in several ways, the first that holds a text."""
    written = [*_TEXTS, _WORD_ART]
    return next((each for each in node if next(each.iter(*written), None) is not None), None)


def is_choice(node: etree._Element) -> bool:
    return bool(node.tag == _CHOICES)


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
            tag = node.tag
            if tag == _TEXT:  # most are one of these
                self._add(node.text or "")
            elif tag == _RUN:
                self.read(node)
            elif tag not in SKIPPED:
                self._read_node(node)

    def _read_node(self, node: etree._Element) -> None:
        said = _said(node)
        if said is not None:
            self._add(said)
            return
        match node.tag:
            case tag if tag in (_START, _END):
                self._read_mark(node)
            case tag if tag == _SDT and (box := node.find(_CHECKBOX)) is not None:
                self._read_beside(node)
                self._add(_sign(box, f"{_W14}checked", f"{_W14}val"))
            case tag if tag == _FORM_DATA:
                self._read_form(node)
            case tag if tag == _TEXT_BOX:
                self.boxed.append(node)
            case tag if tag == _CHOICES:
                if (shown := shown_of(node)) is not None:
                    self.read(shown)
            case _:
                self.read(node)

    def _read_beside(self, control: etree._Element) -> None:
        """Words typed into a box, before its sign: an option goes on right after it."""
        inside = _Reader()
        inside.read(control)
        self._add(_GLYPH.sub("", "".join(inside.pieces), count=1).strip())
        self.boxed += inside.boxed

    def _read_form(self, data: etree._Element) -> None:
        """Boxes and lists of the forms of an older Word."""
        for box in data.iter(_FORM_BOX):
            self._add(_sign(box, _FORM_CHECKED, _VAL, _FORM_DEFAULT))
        for choices in data.iter(_FORM_LIST):
            entries = [each.get(_VAL, "") for each in choices.findall(_FORM_ENTRY)]
            result = choices.find(_FORM_RESULT)
            chosen = "0" if result is None else result.get(_VAL, "0")
            self._add("".join(entries[int(chosen) :][:1]) if chosen.isdecimal() else "")

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


def _said(node: etree._Element) -> str | None:
    """The words of an element that holds nothing else; None for any other."""
    if node.tag in _TEXTS:
        return node.text or ""
    if node.tag == _SYMBOL:
        return _symbol(node)
    return node.get("string", "") if node.tag == _WORD_ART else _BREAKS.get(node.tag)


def _symbol(node: etree._Element) -> str:
    """A sign of a font of symbols; what we do not know is not passed over."""
    known = _SYMBOLS.get(node.get(_FONT, ""), {})
    return known.get(node.get(_CODE, "").upper()[-2:], "\N{REPLACEMENT CHARACTER}")


def _sign(box: etree._Element, *names: str) -> str:
    """The state of a check box: of the first name that is there; the last is its default."""
    checked, value, *default = names
    state = box.find(checked)
    if state is None and default:
        state = box.find(default[0])
    if state is None:
        return UNTICKED
    return UNTICKED if state.get(value, "1") in _OFF else TICKED
