"""What a model's source proves of every document that it can give.

The source is laid out as one tree: each condition or loop an element around what it holds, each
printed value an empty element. That the tree parses shows that each branch is balanced by itself;
values being escaped, whatever is chosen and printed is then well-formed.
"""

from collections.abc import Iterator, Sequence

from docx.oxml.ns import nsmap, qn
from jinja2 import nodes
from lxml import etree

_NAMESPACE = "urn:grants:documents"
_BRANCH, _VALUE = f"{{{_NAMESPACE}}}branch", f"{{{_NAMESPACE}}}value"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"

_CHANGING = etree.XPath(
    ".//w:tc[not(parent::w:tr)] | .//w:gridSpan[not(parent::w:tcPr/parent::w:tc)]",
    namespaces={"w": nsmap["w"]},
)


def is_well_formed(template: nodes.Template) -> bool:
    """Whether every document that the source gives is XML, its values inside texts."""
    return _laid_out(template) is not None


def is_regular(template: nodes.Template) -> bool:
    """Whether, besides, docxtpl would mend nothing: the columns of tables, the ids of drawings."""
    tree = _laid_out(template)
    if tree is None or next(tree.iter(_DRAWING), None) is not None:
        return False
    try:
        return all(_fills_its_grid(table) for table in tree.iter(qn("w:tbl")))
    except (TypeError, ValueError):  # a span that is no number
        return False


def _laid_out(template: nodes.Template) -> etree._Element | None:
    source = "".join(_pieces(template.body))
    try:
        tree = etree.fromstring(
            f'<g:model xmlns:g="{_NAMESPACE}">{source}</g:model>',
            etree.XMLParser(resolve_entities=False),
        )
    except etree.XMLSyntaxError:
        return None
    # One that a comment swallowed, or another namespace called g, is not in its place.
    ours = source.count("<g:branch>") + source.count("<g:value/>")
    whole = len(list(tree.iter(_BRANCH, _VALUE))) == ours
    return tree if whole and all(map(_is_in_text, tree.iter(_VALUE))) else None


def _pieces(body: Sequence[nodes.Node]) -> Iterator[str]:
    for node in body:
        match node:
            case nodes.Output():
                for part in node.nodes:
                    yield part.data if isinstance(part, nodes.TemplateData) else "<g:value/>"
            case nodes.If():
                yield from _branch(node.body)
                yield from _pieces(node.elif_)
                yield from _branch(node.else_)
            case nodes.For():
                yield from _branch(node.body)
                yield from _branch(node.else_)


def _branch(body: Sequence[nodes.Node]) -> Iterator[str]:
    yield "<g:branch>"
    yield from _pieces(body)
    yield "</g:branch>"


def _is_in_text(value: etree._Element) -> bool:
    return next(each.tag for each in value.iterancestors() if each.tag != _BRANCH) == qn("w:t")


def _fills_its_grid(table: etree._Element) -> bool:
    """Whether no row is wider than the grid, and one that is always there is as wide."""
    grid = table.find(qn("w:tblGrid"))
    if grid is None or next(grid.iter(_BRANCH), None) is not None:
        return False
    columns = len(grid.findall(qn("w:gridCol")))
    rows = list(table.iter(qn("w:tr")))
    if not all(_is_plain(row) and len(row.findall(qn("w:tc"))) <= columns for row in rows):
        return False
    return any(_is_always_in(row, table) and _width(row) >= columns for row in rows)


def _is_plain(row: etree._Element) -> bool:
    """Whether its cells and their spans are the same in every document."""
    return not _CHANGING(row)


def _is_always_in(row: etree._Element, table: etree._Element) -> bool:
    for ancestor in row.iterancestors():
        if ancestor is table:
            return True
        if ancestor.tag == _BRANCH:
            return False
    return False


def _width(row: etree._Element) -> int:
    spans = (cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}") for cell in row.findall(qn("w:tc")))
    return sum(1 if span is None else int(span.get(qn("w:val"), "")) for span in spans)
