"""From the text of a call file to a definition, or to every fault it has."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from grants.calls.checks import PathError, call_errors
from grants.calls.definition import CallDefinition
from grants.calls.models import CallRevision
from grants.calls.salvage import salvage
from grants.calls.source import CallFileInvalid, FileError, SourceTree, decoded, read_source
from grants.wording import joined
from grants.workflows.machine import CompiledCircuit, compile_circuit


def read_call(
    text: str, *, models: Callable[[str], bytes] | None = None, proved: bool = True
) -> CallDefinition:
    """The call that `text` defines.

    :param models: gives a Word model by its name, when its slots are to be checked too.
    :param proved: whether the circuit must be proved sound; `proofs_of` tells it by itself.
    :raises CallFileInvalid: with all faults, each at its line.
    """
    tree = read_source(text)
    errors = list(tree.errors)
    try:
        definition = CallDefinition.model_validate(tree.value)
    except ValidationError as fault:
        errors += [FileError(tree.line_of(each["loc"]), _worded(each)) for each in fault.errors()]
        errors += _errors_besides(tree, models)
        raise CallFileInvalid(errors) from None
    found = call_errors(definition, models)
    errors += [_at_line(each, tree) for each in found if proved or not each.proved]
    if errors:
        raise CallFileInvalid(errors)
    return definition


def _errors_besides(tree: SourceTree, models: Callable[[str], bytes] | None) -> list[FileError]:
    """What can still be said of a file that has keys at fault."""
    kept = salvage(tree.value)
    found = call_errors(kept.definition, models, lost=kept.lost)
    return [_at_line(each, tree) for each in found if not kept.doubts(each)]


def _at_line(error: PathError, tree: SourceTree) -> FileError:
    return FileError(tree.line_of(error.path), error.message)


#: Pydantic's fault types in the words of who writes a call file.
_WORDING = {
    "missing": "il manque « {name} »",
    "extra_forbidden": "clé inconnue : « {name} »",
    "string_type": "« {name} » attend un texte",
    "string_too_long": "« {name} » : {max_length} caractères au plus",
    "string_too_short": "« {name} » ne peut pas être vide",
    "string_pattern_mismatch": "« {name} » : « {input} » n’a pas la forme attendue",
    "int_parsing": "« {name} » attend un nombre entier, non « {input} »",
    "int_type": "« {name} » attend un nombre entier",
    "bool_parsing": "« {name} » attend true ou false, non « {input} »",
    "date_from_datetime_parsing": "« {name} » attend une date AAAA-MM-JJ, non « {input} »",
    "date_parsing": "« {name} » attend une date AAAA-MM-JJ, non « {input} »",
    "literal_error": "« {name} » : « {input} » n’est pas admis (admis : {expected})",
    "enum": "« {name} » : « {input} » n’est pas admis (admis : {expected})",
    "union_tag_invalid": "type de champ inconnu : « {tag} » (connus : {expected_tags})",
    "union_tag_not_found": "« {name} » : il manque « type »",
    "tuple_type": "« {name} » attend une liste",
    "list_type": "« {name} » attend une liste",
    "dict_type": "« {name} » attend des « clé : valeur »",
    "model_type": "« {name} » attend des « clé : valeur »",
    "model_attributes_type": "« {name} » attend des « clé : valeur »",
    "greater_than_equal": "« {name} » doit être au moins {ge}",
    "less_than_equal": "« {name} » doit être au plus {le}",
    "too_short": "« {name} » ne peut pas être vide",
}


def _worded(detail: Any) -> str:
    if detail["type"] in {"value_error", "assertion_error"}:
        return str(detail["ctx"]["error"])
    name = next(
        (str(each) for each in reversed(detail["loc"]) if isinstance(each, str)), "le fichier"
    )
    shown = str(detail.get("input"))
    context = {**detail.get("ctx", {}), "name": name, "input": shown[:60]}
    for admitted in ("expected", "expected_tags"):
        if admitted in context:
            context[admitted] = joined([f"« {each} »" for each in _quoted(context[admitted])])
    pattern = _WORDING.get(detail["type"])
    return pattern.format_map(context) if pattern else f"« {name} » : {detail['msg']}"


def _quoted(text: str) -> list[str]:
    """The words between apostrophes, as pydantic lists what it admits."""
    return re.findall("'(.*?)'", text)


@dataclass(frozen=True, slots=True, eq=False)
class _Loaded:
    definition: CallDefinition
    machine: CompiledCircuit


#: By the hash of the file, so that no two revisions are ever mistaken for one another.
_LOADED: OrderedDict[str, _Loaded] = OrderedDict()
_LOADED_AT_MOST = 64


def _loaded(revision: CallRevision) -> _Loaded:
    found = _LOADED.get(revision.sha256)
    if found is None:
        definition = CallDefinition.model_validate(revision.definition)
        found = _LOADED[revision.sha256] = _Loaded(definition, compile_circuit(definition.circuit))
        while len(_LOADED) > _LOADED_AT_MOST:
            _LOADED.popitem(last=False)
    return found


def definition_of(revision: CallRevision) -> CallDefinition:
    """The definition frozen in a revision, read once per process."""
    return _loaded(revision).definition


@lru_cache(maxsize=64)
def _in_force(pinned: _Loaded, newest: _Loaded) -> CallDefinition:
    current = newest.definition
    return pinned.definition.model_copy(
        update={"services": current.services, "contact": current.contact}
    )


def definition_in_force(pinned: CallRevision, newest: CallRevision | None) -> CallDefinition:
    """The call for a dossier pinned to one revision while another is the newest: form, circuit and
    document are the pinned ones; services and contact are the call's, for all dossiers at once."""
    if newest is None or newest.sha256 == pinned.sha256:
        return definition_of(pinned)
    return _in_force(_loaded(pinned), _loaded(newest))


def machine_of(revision: CallRevision) -> CompiledCircuit:
    """The revision's circuit, compiled once per process."""
    return _loaded(revision).machine


__all__ = [
    "CallFileInvalid",
    "FileError",
    "decoded",
    "definition_in_force",
    "definition_of",
    "machine_of",
    "read_call",
]
