"""What of a faulty call file still holds together, so that one fault does not hide the others."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel, ValidationError, create_model
from pydantic.fields import FieldInfo

from grants.calls.checks import PathError
from grants.calls.definition import CallDefinition

Path = tuple[str, ...]

#: Stands for a text that is missing.
PLACEHOLDER: Final = "…"
_ROUNDS: Final = 12
_GRAPH: Final = {("circuit", each) for each in ("states", "transitions", "clocks")}

#: Parts that make the ways of a dossier.
_OF_PROOFS: Final = {"circuit", "opinions", "grids", "hearings", "parties"}


def _part(name: str, info: FieldInfo) -> type[BaseModel]:
    """A model of that key alone."""
    alone: dict[str, Any] = {name: (info.annotation, info)}
    return create_model(f"Part_{name}", **alone)


_PARTS: Final = {name: _part(name, info) for name, info in CallDefinition.model_fields.items()}


@dataclass(slots=True)
class Salvage:
    """A definition without the parts in `lost`, which must not be read."""

    definition: CallDefinition = field(default_factory=CallDefinition.model_construct)
    lost: set[str] = field(default_factory=set)
    #: Entries that were taken out or changed: what is found about them is no sure fault.
    doubtful: set[Path] = field(default_factory=set)

    def doubts(self, error: PathError) -> bool:
        """Whether the fault may only come from what was taken out."""
        path = error.path
        if error.proved and any(entry[0] in _OF_PROOFS for entry in self.doubtful):
            return True
        if any(path[: len(entry)] == entry for entry in self.doubtful):
            return True
        if path[:2] == ("circuit", "states") and any(
            entry[:2] in _GRAPH for entry in self.doubtful
        ):
            return True
        quoted = " ".join(re.findall("« (.*?) »", error.message))
        return any(
            re.search(rf"(?<![a-z0-9]){re.escape(entry[-1])}(?![a-z0-9])", quoted)
            for entry in self.doubtful
        )


def salvage(value: Mapping[str, Any]) -> Salvage:
    """Each part of a call on its own, less the entries that cannot be read."""
    result = Salvage()
    parts: dict[str, Any] = {}
    for name in CallDefinition.model_fields:
        holder = {name: copy.deepcopy(value[name])} if name in value else {}
        parts |= _read_part(name, holder, result)
    result.lost = CallDefinition.model_fields.keys() - parts.keys()
    result.definition = CallDefinition.model_construct(**parts)
    return result


def _read_part(name: str, holder: dict[str, Any], result: Salvage) -> dict[str, Any]:
    """{name: value}, or nothing when the part cannot be mended."""
    for _ in range(_ROUNDS):
        try:
            return {name: getattr(_PARTS[name].model_validate(holder), name)}
        except ValidationError as fault:
            # Backwards, so that taking an element out of a list leaves those before in place.
            for detail in reversed(fault.errors()):
                _mend(holder, detail["loc"], detail["type"], result)
        if name not in holder:
            break
    return {}


def _mend(holder: dict[str, Any], spot: tuple[int | str, ...], kind: str, result: Salvage) -> None:
    """Take out what is at fault: the key, or its whole entry when the key is compulsory."""
    path = _present(holder, spot)
    if kind == "missing" and len(spot) > 1:
        parent = _at(holder, path)
        if isinstance(parent, dict):
            parent[str(spot[-1])] = PLACEHOLDER
            _doubt(result, path)
        return
    if spot and spot[-1] in {"key", "[key]"}:
        _take_out(holder, path, result)
    elif path and _at(holder, path) == PLACEHOLDER:
        _take_out(holder, path[:-1], result)
    else:
        _take_out(holder, path, result)


def _present(value: Any, spot: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """`spot` less what the file does not hold, such as the name of a union's member."""
    known: list[int | str] = []
    for element in spot:
        if _holds(value, element):
            value = value[element]
            known.append(element)
    return tuple(known)


def _holds(value: Any, element: int | str) -> bool:
    if isinstance(value, dict):
        return element in value
    return isinstance(value, list) and isinstance(element, int) and element < len(value)


def _at(value: Any, path: tuple[int | str, ...]) -> Any:
    for element in path:
        value = value[element]
    return value


def _take_out(holder: dict[str, Any], path: tuple[int | str, ...], result: Salvage) -> None:
    if not path:
        return
    parent = _at(holder, path[:-1])
    taken = parent.pop(path[-1])
    whole_entry = isinstance(taken, dict) or len(path) < 3
    _doubt(result, path if whole_entry else path[:-1])
    if isinstance(taken, dict) and isinstance(taken.get("slot"), str):
        _doubt(result, (*path, taken["slot"]))


def _doubt(result: Salvage, path: tuple[int | str, ...]) -> None:
    if path:
        result.doubtful.add(tuple(map(str, path)))
