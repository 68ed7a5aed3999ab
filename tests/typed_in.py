"""Words that somebody typed anywhere in a filled Word file."""

import io
from collections.abc import Callable
from random import Random
from zipfile import ZipFile

from docx.oxml.ns import qn
from lxml import etree

from tests.returned import MAIN, zipped

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OTHERS = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_TEXT, _RUN, _PARAGRAPH = qn("w:t"), qn("w:r"), qn("w:p")

Edit = Callable[[etree._Element, Random, str], None]


def typed(document: bytes, where: str, words: str, chance: Random) -> bytes:
    """The file once `words` were typed into it at a place of that sort."""
    with ZipFile(io.BytesIO(document)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if where in _PARTS:
        _add_part(members, where, words)
    else:
        name = chance.choice(_edges_of(members)) if where in _EDGES else MAIN
        root = etree.fromstring(members[name])
        _EDITS[where.removesuffix(" of a page")](root, chance, words)
        members[name] = etree.tostring(root)
    return zipped(members)


def _edges_of(members: dict[str, bytes]) -> list[str]:
    """Headers and footers in which something is written."""
    return [
        name
        for name, content in members.items()
        if name.startswith(("word/header", "word/footer")) and b"<w:t" in content
    ]


# Ways to type


def _in_a_paragraph(root: etree._Element, chance: Random, words: str) -> None:
    """Inside a text, wherever in it: a label, an answer, a cell, a title."""
    node = chance.choice([each for each in root.iter(_TEXT) if each.text])
    at = chance.choice((0, len(node.text), chance.randrange(len(node.text) + 1)))
    node.text = node.text[:at] + words + node.text[at:]


def _beside_a_run(root: etree._Element, chance: Random, words: str) -> None:
    chance.choice(_runs(root)).addnext(_run(words))


def _on_a_line(root: etree._Element, chance: Random, words: str) -> None:
    _beside(_paragraphs(root), chance, _paragraph(words))


def _beside(nodes: list[etree._Element], chance: Random, new: etree._Element) -> None:
    node = chance.choice(nodes)
    chance.choice((node.addnext, node.addprevious))(new)


def _in_a_cell(root: etree._Element, chance: Random, words: str) -> None:
    chance.choice(list(root.iter(qn("w:tc")))).append(_paragraph(words))


def _first(root: etree._Element, chance: Random, words: str) -> None:
    root[0].insert(0, _paragraph(words))


def _last(root: etree._Element, chance: Random, words: str) -> None:
    root[0][-1].addprevious(_paragraph(words))


def _in_a_table_of_its_own(root: etree._Element, chance: Random, words: str) -> None:
    row = "".join(f"<w:tc><w:p><w:r><w:t>{each}</w:t></w:r></w:p></w:tc>" for each in (words, "12"))
    _beside(_paragraphs(root), chance, _element(f"<w:tbl><w:tr>{row}</w:tr></w:tbl>"))


def _in_a_new_row(root: etree._Element, chance: Random, words: str) -> None:
    row = chance.choice(list(root.iter(qn("w:tr"))))
    cells = len(row.findall(qn("w:tc")))
    at = chance.randrange(cells)
    texts = [words if each == at else "" for each in range(cells)]
    new = "".join(f"<w:tc><w:p><w:r><w:t>{each}</w:t></w:r></w:p></w:tc>" for each in texts)
    row.addnext(_element(f"<w:tr>{new}</w:tr>"))


def _in_a_box(root: etree._Element, chance: Random, words: str) -> None:
    box = f"<w:txbxContent>{_text_of(words)}</w:txbxContent>"
    chance.choice(_runs(root)).append(
        _element(
            '<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>'
            f"{box}</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape>"
            f"<v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent>"
        )
    )


def _in_an_older_box(root: etree._Element, chance: Random, words: str) -> None:
    chance.choice(_runs(root)).append(
        _element(
            "<w:pict><v:shape><v:textbox><w:txbxContent>"
            f"{_text_of(words)}</w:txbxContent></v:textbox></v:shape></w:pict>"
        )
    )


def _in_a_control(root: etree._Element, chance: Random, words: str) -> None:
    chance.choice(_runs(root)).addnext(
        _element(
            f"<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>{words}</w:t></w:r></w:sdtContent></w:sdt>"
        )
    )


def _in_a_control_of_lines(root: etree._Element, chance: Random, words: str) -> None:
    new = f"<w:sdt><w:sdtPr/><w:sdtContent>{_text_of(words)}</w:sdtContent></w:sdt>"
    _beside(_paragraphs(root), chance, _element(new))


def _hidden(root: etree._Element, chance: Random, words: str) -> None:
    new = f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{words}</w:t></w:r>"
    chance.choice(_runs(root)).addnext(_element(new))


def _in_a_field(root: etree._Element, chance: Random, words: str) -> None:
    new = f'<w:fldSimple w:instr="AUTHOR"><w:r><w:t>{words}</w:t></w:r></w:fldSimple>'
    chance.choice(_runs(root)).addnext(_element(new))


def _in_a_link(root: etree._Element, chance: Random, words: str) -> None:
    new = f"<w:hyperlink><w:r><w:t>{words}</w:t></w:r></w:hyperlink>"
    chance.choice(_runs(root)).addnext(_element(new))


def _in_a_formula(root: etree._Element, chance: Random, words: str) -> None:
    new = f"<m:oMath><m:r><m:t>{words}</m:t></m:r></m:oMath>"
    chance.choice(_runs(root)).addnext(_element(new))


def _put_in_with_tracking(root: etree._Element, chance: Random, words: str) -> None:
    chance.choice(_runs(root)).addnext(
        _element(f'<w:ins w:id="7" w:author="A"><w:r><w:t>{words}</w:t></w:r></w:ins>')
    )


def _before_a_struck_end_of_paragraph(root: etree._Element, chance: Random, words: str) -> None:
    new = _element(
        '<w:p><w:pPr><w:rPr><w:del w:id="8" w:author="A"/></w:rPr></w:pPr>'
        f"<w:r><w:t>{words}</w:t></w:r></w:p>"
    )
    _beside(_paragraphs(root), chance, new)


def _in_a_list(root: etree._Element, chance: Random, words: str) -> None:
    numbering = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    new = f"<w:p>{numbering}<w:r><w:t>{words}</w:t></w:r></w:p>"
    _beside(_paragraphs(root), chance, _element(new))


_EDITS: dict[str, Edit] = {
    "inside a text": _in_a_paragraph,
    "beside a text": _beside_a_run,
    "on a line of its own": _on_a_line,
    "in a cell": _in_a_cell,
    "first of all": _first,
    "last of all": _last,
    "in a table of its own": _in_a_table_of_its_own,
    "in a new row": _in_a_new_row,
    "in a text box": _in_a_box,
    "in a text box of an older Word": _in_an_older_box,
    "in a content control": _in_a_control,
    "in a content control around lines": _in_a_control_of_lines,
    "in hidden letters": _hidden,
    "in a field": _in_a_field,
    "in a link": _in_a_link,
    "in a formula": _in_a_formula,
    "with changes tracked": _put_in_with_tracking,
    "before a struck end of paragraph": _before_a_struck_end_of_paragraph,
    "in a list": _in_a_list,
}
_EDGES = frozenset(
    {"inside a text of a page", "on a line of its own of a page", "in a text box of a page"}
)
_PARTS = {"in a footnote": "footnote", "in an endnote": "endnote", "in a comment": "comment"}
WHERE = (*_EDITS, *sorted(_EDGES), *_PARTS)


def _runs(root: etree._Element) -> list[etree._Element]:
    return [each for each in root.iter(_RUN) if each.getparent().tag == _PARAGRAPH]


def _paragraphs(root: etree._Element) -> list[etree._Element]:
    return list(root.iter(_PARAGRAPH))


def _run(words: str) -> etree._Element:
    return _element(f"<w:r><w:t>{words}</w:t></w:r>")


def _paragraph(words: str) -> etree._Element:
    return _element(_text_of(words))


def _text_of(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def _element(xml: str) -> etree._Element:
    return etree.fromstring(f'<w:x xmlns:w="{_MAIN}" {_OTHERS}>{xml}</w:x>')[0]


def _add_part(members: dict[str, bytes], where: str, words: str) -> None:
    """A part of its own, tied to the body as Word ties it."""
    kind = _PARTS[where]
    content = f'<w:{kind} w:id="2" w:author="Marie Dupont">{_text_of(words)}</w:{kind}>'
    members[f"word/{kind}s.xml"] = f'<w:{kind}s xmlns:w="{_MAIN}">{content}</w:{kind}s>'.encode()
    relations = etree.fromstring(members["word/_rels/document.xml.rels"])
    tie = {"Id": "typed", "Type": f"{_RELATIONS}/{kind}s", "Target": f"{kind}s.xml"}
    etree.SubElement(relations, relations[0].tag, tie)
    members["word/_rels/document.xml.rels"] = etree.tostring(relations)
