"""The few Jinja words a Word model may use, and the slots they name.

Whoever prepares a call writes a model: it prints, tests and loops. It may not compute, call, or
reach into an object, so that no model can run code or hold the machine (`'a' * 10**8` passes
Jinja's own sandbox).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, nodes
from jinja2.sandbox import SandboxedEnvironment

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


def _paragraphs(text: str) -> list[str]:
    """Blank lines separate paragraphs; there is always one, empty for an empty text."""
    return re.split(r"\n(?:[ \t]*\n)+", text.strip("\n"))


def _printable(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | Undefined):
        raise DocumentError("Le modèle Word imprime comme un texte une liste ou une condition.")
    return value if isinstance(value, str) else str(value)


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, finalize=_printable, keep_trailing_newline=True
    )
    environment.filters = {"paragraphs": _paragraphs, "join": environment.filters["join"]}
    environment.globals.clear()
    environment.tests.clear()
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
    nodes.Filter,
    nodes.Const,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Operand,
)
_LOOP_WORDS = {"first", "last", "index"}
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
            case _ if isinstance(node, _WORDS) and self._known_filter(node):
                for child in node.iter_child_nodes():
                    self.read(child, scope)
            case _:
                raise self._refused(node)

    def _known_filter(self, node: nodes.Node) -> bool:
        return not isinstance(node, nodes.Filter) or node.name in ENVIRONMENT.filters

    def _read_loop(self, loop: nodes.For, scope: Mapping[str, str | None]) -> None:
        looped = loop.iter
        by_name = isinstance(looped, nodes.Name)
        by_paragraph = isinstance(looped, nodes.Filter) and looped.name == "paragraphs"
        nested = "loop" in scope  # a table in a table would only multiply the document
        if nested or not (by_name or by_paragraph) or not isinstance(loop.target, nodes.Name):
            raise self._refused(loop)
        self.read(looped, scope)
        source = looped.name if isinstance(looped, nodes.Name) else None
        if source is not None:
            self.lists.add(source)
        inner = {**scope, loop.target.name: source, "loop": None}
        for node in [*loop.body, *loop.else_, *filter(None, [loop.test])]:
            self.read(node, inner)

    def _read_column(self, node: nodes.Getattr, scope: Mapping[str, str | None]) -> None:
        owner = node.node.name if isinstance(node.node, nodes.Name) else ""
        if owner == "loop" and owner in scope and node.attr in _LOOP_WORDS:
            return
        slot = scope.get(owner)
        if slot is None:
            raise self._refused(node)
        self.rows[slot].add(node.attr)

    def _refused(self, node: nodes.Node) -> DocumentError:
        return DocumentError(
            "Le modèle Word emploie une instruction qui n'est pas admise, près de "
            f"« {_line(self.source, node.lineno)} »."
        )


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
