"""A commune, with its department."""

from typing import Any, Final, Literal

from grants.forms.field import FieldDefinition, Unreadable, expect
from grants.reference.territories import (
    Commune,
    UnknownTerritory,
    department,
    find_communes,
    suggest,
)
from grants.rules import TEXT, RuleType

_SUGGESTED: Final = 5


class CommuneField(FieldDefinition):
    """Values are communes of the reference tables, stored whole: later tables may drop one."""

    type: Literal["commune"]

    def suggestions(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, Unreadable):
            return ()
        found = find_communes(value.text) or suggest(value.text, _SUGGESTED)
        return tuple(map(self._typed, found[:_SUGGESTED]))

    def rule_type(self) -> RuleType:
        return TEXT

    def _parse(self, text: str) -> Commune | None:
        found = find_communes(text)
        return found[0] if len(found) == 1 else None

    def _advice(self, text: str) -> str:
        near = ", ".join(f"« {each} »" for each in self.suggestions(Unreadable(text)))
        if find_communes(text):
            return f"Plusieurs communes portent ce nom ; écrivez par exemple {near}."
        if near:
            return f"Cette commune n’est pas connue. Est-ce {near} ?"
        return "Écrivez une commune et son département, par exemple « Saintes (17) »."

    def _typed(self, value: Commune) -> str:
        return f"{value.name} ({value.department})"

    def _shown(self, value: Commune) -> str:
        try:
            return f"{department(value.department).name} ({value.department}), {value.name}"
        except UnknownTerritory:
            return self._typed(value)

    def _to_json(self, value: Commune) -> dict[str, str]:
        return {"code": value.code, "name": value.name, "department": value.department}

    def _from_json(self, stored: Any) -> Commune:
        return Commune(*(expect(str, stored[key]) for key in ("code", "name", "department")))

    def _known(self, value: Commune) -> str:
        return self._shown(value)
