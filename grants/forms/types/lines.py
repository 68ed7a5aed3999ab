"""A list, one item a line."""

from typing import Any, Literal

from pydantic import Field

from grants.forms.field import FieldDefinition, SlotValues, Unreadable, expect
from grants.forms.texts import tidy
from grants.forms.types.text import too_long
from grants.rules import LIST, RuleType
from grants.wording import number


class LinesField(FieldDefinition):
    """Values are tuples of non-empty texts."""

    type: Literal["lines"]
    #: Characters in all.
    max: int = Field(default=10_000, ge=1, le=100_000)
    max_lines: int = Field(default=100, ge=1, le=1_000)

    def slot_values(self, value: Any) -> SlotValues:
        if isinstance(value, Unreadable):
            return {self.slot_name: [value.text]}
        return {self.slot_name: list(value or ())}

    def rule_type(self) -> RuleType:
        return LIST

    def _parse(self, text: str) -> tuple[str, ...]:
        return tuple(line for line in map(tidy, text.split("\n")) if line)

    def _shown(self, value: tuple[str, ...]) -> str:
        return "\n".join(value)

    def _to_json(self, value: tuple[str, ...]) -> list[str]:
        return list(value)

    def _from_json(self, stored: Any) -> tuple[str, ...]:
        return tuple(expect(str, line) for line in expect(list, stored))

    def _faults(self, value: tuple[str, ...]) -> list[str]:
        faults = too_long(self._shown(value), self.max)
        if len(value) > self.max_lines:
            faults.append(f"{number(self.max_lines)} lignes au plus, {number(len(value))} saisies.")
        return faults
