"""The few Jinja words a Word model may use, and the slots they name.

Whoever prepares a call writes a model: it prints, tests and loops. It may not compute, call, or
reach into an object, so that no model can run code or hold the machine (`'a' * 10**8` passes
Jinja's own sandbox).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from docx.oxml.ns import qn
from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, nodes
from jinja2.filters import FILTERS
from jinja2.sandbox import SandboxedEnvironment
from jinja2.tests import TESTS
from lxml import etree

from grants.documents.cleaning import clean
from grants.documents.errors import DocumentError


@dataclass(frozen=True, slots=True)
class Slots:
    """What a model asks for.

    `names` holds every slot; `lists` those looped over item by item; `rows` maps those looped
    over row by row to the columns they print.
    """

    names: frozenset[str]
    lists: frozenset[str]
    rows: Mapping[str, frozenset[str]]


def _printable(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | Undefined):
        raise DocumentError("Le modèle Word imprime comme un texte une liste ou une condition.")
    return value if isinstance(value, str) else str(value)


def _paragraphs(text: object) -> list[str]:
    """Blank lines separate paragraphs; there is always one, empty for an empty text."""
    return re.split(r"\n(?:[ \t]*\n)+", _printable(text).strip("\n"))


class Row(dict[str, object]):
    """A table row, as a model reads it: `row.column`."""


class _Environment(SandboxedEnvironment):
    def getattr(self, obj: object, attribute: str) -> object:
        if type(obj) is Row and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def _joined(items: Iterable[object], separator: str = "") -> str:
    return separator.join(map(_printable, items))


def _on_text(name: str) -> Callable[..., object]:
    """Jinja's filter, which would spell out a list or a condition, kept to texts."""
    filtered: Callable[..., object] = FILTERS[name]
    return lambda value, *options: filtered(_printable(value), *options)


_COUNTING = ("length", "count")
_TEXT_FILTERS = ("upper", "lower", "capitalize", "title", "trim")
_FILTERS: Mapping[str, Callable[..., object]] = {
    "paragraphs": _paragraphs,
    "join": _joined,
    **{name: FILTERS[name] for name in ("default", "d", *_COUNTING)},
    **{name: _on_text(name) for name in _TEXT_FILTERS},
}


_PARITIES = ("odd", "even")


def _environment() -> SandboxedEnvironment:
    environment = _Environment(
        autoescape=True, undefined=StrictUndefined, finalize=_printable, keep_trailing_newline=True
    )
    environment.filters = dict(_FILTERS)
    environment.globals.clear()
    environment.tests = {name: TESTS[name] for name in _PARITIES}
    return environment


ENVIRONMENT = _environment()

_WORDS = (
    nodes.Template,
    nodes.TemplateData,
    nodes.Output,
    nodes.If,
    nodes.For,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
)
_COMPARISONS = {"eq", "ne", "in", "notin"}
_LOOP_WORDS = {"first", "last", "index", "index0", "revindex", "revindex0", "length"}
_TAGS_LIMIT = 5_000
_PARAGRAPH, _TEXT = qn("w:p"), qn("w:t")
_CLOSINGS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_OPENING = re.compile(r"\{[{%#]")
_STRAY = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")


def literal_braces(source: str) -> str:
    """`{_{` and its kin, docxtpl's way to print braces, as tags.

    docxtpl replaces them in its *output*, hence in what people typed too.
    """
    for escaped, braces in (("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}")):
        source = source.replace(escaped, "{{ '" + braces + "' }}")
    return source


def read_slots(sources: Iterable[str]) -> Slots:
    """The slots of a model's parts, given as XML where each tag is whole.

    :raises DocumentError: on a broken or misplaced tag, or a word the language lacks.
    """
    reader = _Reader()
    for source in sources:
        reader.read_part(source)
    rows = {name: frozenset(columns) for name, columns in reader.rows.items()}
    return Slots(frozenset(reader.names), frozenset(reader.lists - rows.keys()), rows)


class _Reader:
    """Walks a parsed part, its `scope` mapping loop variables to the slot they come from."""

    def __init__(self) -> None:
        self.source = ""
        self.names: set[str] = set()
        self.lists: set[str] = set()
        self.rows: defaultdict[str, set[str]] = defaultdict(set)

    def read_part(self, source: str) -> None:
        # A paragraph a line: an error can then show the one at fault.
        self.source = re.sub(r"<w:p([ >])", r"\n<w:p\1", source)
        try:
            _check_places(self.source)
            self.read(ENVIRONMENT.parse(self.source), {})
        except TemplateSyntaxError as error:
            raise _broken(self.source, error.lineno) from error

    def read(self, node: nodes.Node, scope: Mapping[str, str | None]) -> None:
        match node:
            case nodes.For():
                self._read_loop(node, scope)
            case nodes.Getattr():
                self._read_column(node, scope)
            case nodes.Name():
                if node.name not in scope:
                    self.names.add(node.name)
            case nodes.Filter():
                self._read_filter(node, scope)
            case _ if isinstance(node, _WORDS) and _is_sound(node):
                for child in node.iter_child_nodes():
                    self.read(child, scope)
            case _:
                raise self._refused(node)

    def _read_loop(self, loop: nodes.For, scope: Mapping[str, str | None]) -> None:
        nested = "loop" in scope  # a table in a table would only multiply the document
        if nested or not isinstance(loop.target, nodes.Name):
            raise self._refused(loop)
        source = self._read_looped(loop.iter, scope)
        inner = {**scope, loop.target.name: source, "loop": None}
        for node in [*loop.body, *loop.else_, *filter(None, [loop.test])]:
            self.read(node, inner)

    def _read_looped(self, looped: nodes.Node, scope: Mapping[str, str | None]) -> str | None:
        """The slot whose items are looped over; None over the paragraphs of a text."""
        match looped:
            case nodes.Name():
                self.names.add(looped.name)
                self.lists.add(looped.name)
                return looped.name
            case nodes.Filter(name="paragraphs", node=nodes.Name() as text, args=[], kwargs=[]):
                self.read(text, scope)
                return None
            case _:
                raise self._refused(looped)

    def _read_filter(self, node: nodes.Filter, scope: Mapping[str, str | None]) -> None:
        known = node.name in _FILTERS and node.name != "paragraphs"
        plain = all(isinstance(option, nodes.Const) for option in node.args)
        if not (known and plain) or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise self._refused(node)
        for child in node.iter_child_nodes():
            self.read(child, scope)
        if node.name == "join" and isinstance(node.node, nodes.Name):
            self.lists.add(node.node.name)

    def _read_column(self, node: nodes.Getattr, scope: Mapping[str, str | None]) -> None:
        owner = node.node.name if isinstance(node.node, nodes.Name) else ""
        if owner == "loop" and owner in scope and node.attr in _LOOP_WORDS:
            return
        slot = scope.get(owner)
        if slot is None or node.attr.startswith("_"):
            raise self._refused(node)
        self.rows[slot].add(node.attr)

    def _refused(self, node: nodes.Node) -> DocumentError:
        return DocumentError(
            "Le modèle Word emploie une instruction qui n'est pas admise, près de "
            f"« {_line(self.source, node.lineno)} »."
        )


def _is_sound(node: nodes.Node) -> bool:
    match node:
        case nodes.Const(value=str() as text):
            return clean(text) == text
        case nodes.CondExpr():
            return node.expr2 is not None
        case nodes.Test():
            return node.name in _PARITIES and _is_number(node.node)
        case nodes.Compare():
            # Only numbers are greater or smaller: every slot is a text, amounts and dates too.
            return {each.op for each in node.ops} <= _COMPARISONS or _is_number(node.expr)
        case _:
            return True


def _is_number(node: nodes.Node) -> bool:
    match node:
        case nodes.Getattr(node=nodes.Name(name="loop"), attr=word):
            return word not in ("first", "last")
        case nodes.Filter(name=name):
            return name in _COUNTING
        case _:
            return False


def check_tags(part: etree._Element) -> None:
    """Before tags are looked for with regular expressions: each is whole, in one paragraph.

    docxtpl's expressions take a time that grows with the square of the tags left open.

    :raises DocumentError: on a tag left open, or that stands in no text; or too many tags.
    """
    count = 0
    for paragraph in part.iter(_PARAGRAPH):
        count += _count_tags("".join(node.text or "" for node in paragraph.iter(_TEXT)))
    if count > _TAGS_LIMIT:
        raise DocumentError(f"Le modèle Word porte plus de {_TAGS_LIMIT} balises.")
    for node in part.iter():
        elsewhere = [*node.values(), node.tail, node.text if node.tag != _TEXT else None]
        for text in map(str, filter(None, elsewhere)):
            if _OPENING.search(text):
                raise _broken(text, 1)


def _count_tags(text: str) -> int:
    count, end = 0, 0
    while opening := _OPENING.search(text, end):
        closing = text.find(_CLOSINGS[opening.group()], opening.end())
        if closing < 0:
            raise _broken(text, 1)
        count, end = count + 1, closing + 2
    if text.endswith("{"):
        raise _broken(text, 1)
    return count


def _check_places(source: str) -> None:
    """Braces outside a tag, and values outside a text, which Word would silently drop."""
    before = ""
    for lineno, kind, value in ENVIRONMENT.lex(source):
        if kind == "data":
            if stray := _STRAY.search(value):
                raise _broken(source, lineno + value.count("\n", 0, stray.start()))
            before = value if "<" in value else before
        elif kind == "variable_begin" and not _holds_text(before):
            raise _broken(source, lineno)


def _holds_text(before: str) -> bool:
    opened = before[before.rfind("<") :]
    return opened.startswith(("<w:t>", "<w:t ")) or ">" not in opened


def _broken(source: str, lineno: int) -> DocumentError:
    return DocumentError(
        "Le modèle Word contient une balise mal écrite ou mal refermée, près de "
        f"« {_line(source, lineno)} »."
    )


def _line(source: str, lineno: int) -> str:
    lines = source.split("\n")
    text = re.sub(r"<[^>]*>", "", lines[min(lineno, len(lines)) - 1])
    return " ".join(text.split())[:120]
