"""Reads the text of a call file into plain values, remembering the line of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

MAX_CHARACTERS = 1_000_000

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class FileError:
    """One fault of a call file, at its line (from 1)."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"ligne {self.line} : {self.message}"


class CallFileInvalid(Exception):
    """The call file has faults; `errors` holds them all, by line."""

    def __init__(self, errors: list[FileError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = sorted(set(errors))


@dataclass(slots=True)
class SourceTree:
    """`value` is made of dicts, lists, texts and None only; `lines` maps each path to its line."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    errors: list[FileError] = field(default_factory=list)

    def line_of(self, path: tuple[int | str, ...]) -> int:
        """The line of `path`, or of its nearest ancestor that the file holds.

        Elements that are not in the file (pydantic names a union's member) are passed over.
        """
        known: Path = ()
        for element in path:
            if (*known, str(element)) in self.lines:
                known = (*known, str(element))
        return self.lines.get(known, 1)


def read_source(text: str) -> SourceTree:
    """Parse YAML into a tree of texts. Values keep their spelling: types come from the definition.

    :raises CallFileInvalid: when the text is too large or is no YAML.
    """
    if len(text) > MAX_CHARACTERS:
        raise CallFileInvalid(
            [FileError(1, "fichier trop grand : un million de caractères au plus")]
        )
    try:
        # Anchors are refused before composing: a few lines of them can stand for gigabytes.
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent):
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise CallFileInvalid(
                    [FileError(line, "les renvois YAML (« * ») ne sont pas admis")]
                )
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = mark.line + 1 if mark else 1
        raise CallFileInvalid(
            [FileError(line, f"YAML illisible : {_french(fault.problem)}")]
        ) from None
    except (yaml.YAMLError, RecursionError):
        raise CallFileInvalid(
            [FileError(1, "YAML illisible : caractère interdit ou imbrication trop profonde")]
        ) from None
    if not isinstance(root, yaml.MappingNode):
        raise CallFileInvalid([FileError(1, "le fichier doit être une suite de « clé : valeur »")])
    tree = SourceTree()
    tree.value = _plain(root, (), tree)
    return tree


def _french(problem: str | None) -> str:
    known = {
        "mapping values are not allowed in this context": "un « : » de trop, "
        "mettre le texte entre guillemets",
        "could not find expected ':'": "il manque un « : »",
        "found character '\\t' that cannot start any token": "tabulation en début de ligne",
    }
    return known.get(problem or "", problem or "syntaxe")


def _plain(node: yaml.Node, path: Path, tree: SourceTree) -> Any:
    tree.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, tree)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each, (*path, str(i)), tree) for i, each in enumerate(node.value)]
    plain = isinstance(node, yaml.ScalarNode) and node.style is None
    return None if plain and not node.value else node.value


def _mapping(node: yaml.MappingNode, path: Path, tree: SourceTree) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            tree.errors.append(FileError(line, "une clé doit être un mot"))
            continue
        key = key_node.value
        if key in values:
            tree.errors.append(FileError(line, f"clé « {key} » écrite deux fois"))
            continue
        values[key] = _plain(value_node, (*path, key), tree)
        tree.lines[(*path, key)] = line
    return values
