"""From the text of a call file to a definition, or to every fault it has."""

from __future__ import annotations

import copy
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from grants.calls.checks import PathError, call_errors, form_path_errors
from grants.calls.definition import CallDefinition
from grants.calls.models import CallRevision
from grants.calls.source import CallFileInvalid, FileError, SourceTree, read_source
from grants.forms import FormDefinition
from grants.workflows.definition import Circuit
from grants.workflows.machine import CompiledCircuit, compile_circuit
from grants.workflows.soundness import circuit_errors

Part = TypeVar("Part", bound=BaseModel)


def read_call(text: str, *, model: bytes | None = None) -> CallDefinition:
    """The call that `text` defines.

    :param model: the Word model that the call names, when its slots are to be checked too.
    :raises CallFileInvalid: with all faults, each at its line.
    """
    tree = read_source(text)
    errors = list(tree.errors)
    value = copy.deepcopy(tree.value)
    definition = _validated(CallDefinition, value, (), tree, errors)
    if definition is None:
        errors += _errors_of_parts(value, tree)
    else:
        errors += [_at_line(each, tree) for each in call_errors(definition, model)]
    if errors or definition is None:
        raise CallFileInvalid(errors)
    return definition


def _validated(
    kind: type[Part],
    value: Any,
    path: tuple[int | str, ...],
    tree: SourceTree,
    errors: list[FileError] | None,
) -> Part | None:
    """Validate, after taking unknown keys out so that one slip does not hide the other faults."""
    try:
        return kind.model_validate(value)
    except ValidationError as fault:
        details = fault.errors()
        if errors is not None:
            errors += [
                FileError(tree.line_of((*path, *_spot(each))), _worded(each)) for each in details
            ]
        unknown = [each["loc"] for each in details if each["type"] == "extra_forbidden"]
        if not unknown:
            return None
        for spot in unknown:
            _remove(value, spot)
        already = set(errors or ())
        more: list[FileError] = []
        definition = _validated(kind, value, path, tree, more)
        if errors is not None:
            errors += [each for each in more if each not in already]
        return definition


def _errors_of_parts(value: Any, tree: SourceTree) -> list[FileError]:
    """When the whole does not hold together, what can still be said of the form and the circuit."""
    errors: list[FileError] = []
    form = _validated(FormDefinition, value.get("form"), ("form",), tree, None)
    if form is not None:
        errors += [_at_line(each, tree) for each in form_path_errors(form, ("form",))]
    circuit = _validated(Circuit, value.get("circuit"), ("circuit",), tree, None)
    if circuit is not None:
        errors += [
            FileError(tree.line_of(("circuit", *each.path)), each.message)
            for each in circuit_errors(circuit)
        ]
    return errors


def _at_line(error: PathError, tree: SourceTree) -> FileError:
    return FileError(tree.line_of(error.path), error.message)


def _spot(detail: Any) -> tuple[int | str, ...]:
    return tuple(detail["loc"])


def _remove(value: Any, spot: tuple[int | str, ...]) -> None:
    """Delete the key at `spot`; names of union members in between are passed over."""
    for element in spot[:-1]:
        held = range(len(value)) if isinstance(value, list) else value
        if element in held:
            value = value[element]
    if isinstance(value, dict):
        value.pop(spot[-1], None)


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
    pattern = _WORDING.get(detail["type"])
    return pattern.format_map(context) if pattern else f"« {name} » : {detail['msg']}"


@dataclass(frozen=True, slots=True)
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


def machine_of(revision: CallRevision) -> CompiledCircuit:
    """The revision's circuit, compiled once per process."""
    return _loaded(revision).machine


__all__ = ["CallFileInvalid", "FileError", "definition_of", "machine_of", "read_call"]
