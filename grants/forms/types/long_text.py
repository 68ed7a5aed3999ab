"""Long text: paragraphs kept as typed."""

from typing import Any, Literal

from pydantic import Field

from grants.forms.field import FieldDefinition, expect
from grants.forms.types.text import too_long
from grants.rules import TEXT, RuleType


class LongTextField(FieldDefinition):
    type: Literal["long_text"]
    max: int = Field(default=100_000, ge=1, le=100_000)

    def rule_type(self) -> RuleType:
        return TEXT

    def _parse(self, text: str) -> str:
        return text

    def _from_json(self, stored: Any) -> Any:
        return expect(str, stored)

    def _faults(self, value: str) -> list[str]:
        return too_long(value, self.max)
