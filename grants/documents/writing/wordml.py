"""Bricks of WordprocessingML: small functions that return XML text."""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="w14"'
)


def run(text: str, style: str | None = None) -> str:
    """A run of text, which may hold Jinja tags."""
    return f'<w:r>{_style(style)}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def value(expression: str, style: str | None = None) -> str:
    """A run that prints a slot."""
    return run(f"{{{{ {expression} }}}}", style)


def paragraph(style: str, *runs: str, kept: bool = False) -> str:
    """`kept` on the page of the next one."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{_kept(kept)}</w:pPr>{"".join(runs)}</w:p>'


def when(condition: str, *shown: str, otherwise: str = "") -> str:
    """Whole paragraphs, one way or the other."""
    alternative = _tag("p", "else") + otherwise if otherwise else ""
    return _tag("p", f"if {condition}") + "".join(shown) + alternative + _tag("p", "endif")


def run_when(condition: str, shown: str, otherwise: str) -> str:
    """The same inside a paragraph."""
    first, between, last = (
        run(f"{{%r {words} %}}") for words in (f"if {condition}", "else", "endif")
    )
    return first + shown + between + otherwise + last


def each(item: str, listed: str, *repeated: str) -> str:
    return _tag("p", f"for {item} in {listed}") + "".join(repeated) + _tag("p", "endfor")


def blank_lines(lines: int = 1) -> str:
    """Dotted lines to write on; they read as nothing."""
    return f"<w:r>{_style('Leader')}{'<w:br/>'.join(['<w:tab/>'] * lines)}</w:r>"


def tab() -> str:
    return "<w:r><w:tab/></w:r>"


def field_code(code: str) -> str:
    return f'<w:fldSimple w:instr=" {code} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def box(slot: str, label: str, question: str = "") -> str:
    """A Word check box beside its label; `question` completes what a screen reader says.

    The sign is the slot's; the engine makes the state of the control agree with it.
    """
    alias = f"{question} : {label}" if question else label
    control = (
        f"<w:alias w:val={quoteattr(alias)}/><w:tag w:val={quoteattr(slot)}/>"
        f'<w:id w:val="{crc32(slot.encode()) >> 1}"/><w14:checkbox><w14:checked w14:val="0"/>'
        '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox>'
    )
    sign = value(f"{slot} or '☐'", "Box")
    return (
        f"<w:sdt><w:sdtPr>{_style('Box')}{control}</w:sdtPr>"
        f"<w:sdtContent>{sign}</w:sdtContent></w:sdt>{run(NO_BREAK_SPACE + label)}"
    )


@dataclass(frozen=True)
class Column:
    """A table column: its heading, the field of the row it prints, its width in twips."""

    heading: str
    name: str
    width: int
    alignment: str = "left"


def cell(
    column: Column,
    text: str,
    style: str = "Cell",
    *,
    span: int = 1,
    width: int = 0,
    kept: bool = False,
) -> str:
    """A cell of `column`, which may cover `span` columns of `width` twips in all.

    `kept` on the page of the row below.
    """
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width or column.width}" w:type="dxa"/>{spanned}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{_kept(kept)}'
        f'<w:jc w:val="{column.alignment}"/></w:pPr>'
        f"{run(text)}</w:p></w:tc>"
    )


def table(caption: str, description: str, columns: list[Column], rows: Iterable[str]) -> str:
    """A table whose first row, its headings, is repeated on each page."""
    headings = "".join(cell(column, column.heading, "CellHeading") for column in columns)
    grid = "".join(f'<w:gridCol w:w="{column.width}"/>' for column in columns)
    width = sum(column.width for column in columns)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="FormTable"/><w:tblW w:w="{width}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" '
        'w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(caption)}/>"
        f"<w:tblDescription w:val={quoteattr(description)}/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{headings}</w:tr>{''.join(rows)}</w:tbl>"
    )


def row(*cells: str, height: int = 0) -> str:
    """A row that no page break cuts; `height` in twips is a minimum."""
    least = f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{least}</w:trPr>{''.join(cells)}</w:tr>"


def row_tag(words: str, columns: list[Column]) -> str:
    """A row that only steers docxtpl, and vanishes."""
    first, *others = columns
    return row(cell(first, f"{{%tr {words} %}}"), *(cell(column, "") for column in others))


def _tag(scope: str, words: str) -> str:
    return paragraph("Normal", run(f"{{%{scope} {words} %}}"))


def _kept(kept: bool) -> str:
    return "<w:keepNext/>" * kept


def _style(style: str | None) -> str:
    return f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
