"""Reads the text of a call file into plain values, remembering the line of each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.reader import ReaderError

MAX_CHARACTERS = 1_000_000
MAX_BYTES = 4 * MAX_CHARACTERS
#: The deepest call needs twelve.
MAX_DEPTH = 30

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
        self.errors = sorted(set(errors))
        super().__init__("\n".join(map(str, self.errors)))


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


def decoded(content: bytes) -> str:
    """The text of a call file as uploaded or read from the disk.

    :raises CallFileInvalid: too large, or no UTF-8 text.
    """
    if len(content) > MAX_BYTES:
        raise _whole_file_invalid("fichier trop grand : quatre millions d’octets au plus")
    for beginning, kind in _OTHER_FILES.items():
        if content.startswith(beginning):
            raise _whole_file_invalid(f"ce n’est pas un fichier d’appel : {kind}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        message = "ce n’est pas un texte en UTF-8 : enregistrez le fichier en UTF-8"
        raise CallFileInvalid([FileError(line, message)]) from None
    if "\0" in text:
        raise _whole_file_invalid("ce n’est pas un fichier d’appel : ce n’est pas un texte")
    return text


#: What people send by mistake, by its first bytes.
_OTHER_FILES = {
    b"PK\x03\x04": "c’est un document Word, un classeur ou une archive ZIP",
    b"\xd0\xcf\x11\xe0": "c’est un ancien document Word ou Excel",
    b"%PDF-": "c’est un PDF",
    b"\xff\xfe": "il est en UTF-16 ; enregistrez-le en UTF-8",
    b"\xfe\xff": "il est en UTF-16 ; enregistrez-le en UTF-8",
    b"\x89PNG": "c’est une image",
    b"\xff\xd8\xff": "c’est une image",
    b"{\\rtf": "c’est un document RTF",
}


def read_source(text: str) -> SourceTree:
    """Parse YAML into a tree of texts. Values keep their spelling: types come from the definition.

    :raises CallFileInvalid: when the text is too large, or is no YAML of ours.
    """
    if len(text) > MAX_CHARACTERS:
        raise _whole_file_invalid("fichier trop grand : un million de caractères au plus")
    try:
        _check_events(text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise CallFileInvalid(
            [FileError(mark.line + 1 if mark else 1, f"YAML illisible : {_french(fault)}")]
        ) from None
    except ReaderError as fault:
        line = text.count("\n", 0, fault.position) + 1
        message = f"caractère de contrôle interdit (U+{fault.character:04X})"
        raise CallFileInvalid([FileError(line, message)]) from None
    if not isinstance(root, yaml.MappingNode):
        raise _whole_file_invalid("le fichier doit être une suite de « clé : valeur »")
    tree = SourceTree()
    tree.value = _plain(root, (), tree)
    return tree


#: Keys of what is shown as a name, on a button, in a list; the entries of these are names too.
_NAMES = {"title", "label", "name", "done", "done_for_applicant", "subject"}
_LISTS_OF_NAMES = {"options", "rows", "labels"}


def _holds_markup(path: Path, value: object) -> str | None:
    """The beginning of a tag in a name; pages would show it as it is, mails and Word too."""
    if not path or not isinstance(value, str):
        return None
    named = path[-1] in _NAMES or (len(path) > 1 and path[-2] in _LISTS_OF_NAMES)
    found = re.search("<[a-zA-Z/!?]", value) if named else None
    return found[0] if found else None


def _whole_file_invalid(message: str) -> CallFileInvalid:
    return CallFileInvalid([FileError(1, message)])


def _check_events(text: str) -> None:
    """Refuse, before anything is built, what could name code, stand for gigabytes or take hours.

    :raises CallFileInvalid: with all anchors, references and tags; at once when nested too deep.
    """
    errors = []
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        mark = event.start_mark
        line = mark.line + 1 if mark else 1
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise CallFileInvalid([FileError(line, f"plus de {MAX_DEPTH} niveaux imbriqués")])
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            errors.append(FileError(line, "les renvois YAML (« & » et « * ») ne sont pas admis"))
        if getattr(event, "tag", None) is not None:
            errors.append(FileError(line, "les étiquettes YAML (« ! ») ne sont pas admises"))
    if errors:
        raise CallFileInvalid(errors)


def _french(fault: yaml.MarkedYAMLError) -> str:
    known = {
        "mapping values are not allowed in this context": "un « : » de trop, ou un décalage ; "
        "mettre entre guillemets un texte qui contient « : »",
        "could not find expected ':'": "il manque un « : »",
        "did not find expected key": "une clé est attendue ; vérifier le décalage, ou une "
        "apostrophe dans un texte entre apostrophes",
        "did not find expected '-' indicator": "un « - » est attendu ; vérifier le décalage",
        "did not find expected ',' or ']'": "la liste ouverte par « [ » n’est pas refermée",
        "did not find expected ',' or '}'": "l’accolade « { » n’est pas refermée",
        "found unexpected end of stream": "les guillemets ouverts ici ne sont pas refermés",
        "found character that cannot start any token": "tabulation, ou caractère qui ne peut pas "
        "commencer une valeur sans guillemets (@, `, %)",
        "found a tab character where an indentation space is expected": "tabulation interdite : "
        "décaler par des espaces",
        "but found another document": "un seul document par fichier : ôter la ligne « --- »",
        "found undefined alias": "les renvois YAML (« & » et « * ») ne sont pas admis",
    }
    return known.get(fault.problem or "", "syntaxe inattendue")


def _plain(node: yaml.Node, path: Path, tree: SourceTree) -> Any:
    tree.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, tree)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each, (*path, str(i)), tree) for i, each in enumerate(node.value)]
    if tag := _holds_markup(path, node.value):
        tree.errors.append(FileError(tree.lines[path], f"pas de balise dans un nom : « {tag} »"))
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
