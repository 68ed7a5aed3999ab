"""Short text, on one line."""

import re
from typing import Any, Literal

from pydantic import Field

from grants.forms.field import FieldDefinition, expect
from grants.forms.texts import on_one_line
from grants.rules import TEXT, RuleType
from grants.wording import number

_ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def too_long(text: str, most: int) -> list[str]:
    if len(text) <= most:
        return []
    return [f"{number(most)} caractères au plus, {number(len(text))} saisis."]


class TextField(FieldDefinition):
    type: Literal["text"]
    max: int = Field(default=255, ge=1, le=1_000)
    #: What the text must be; free without it.
    format: Literal["email"] | None = None

    def rule_type(self) -> RuleType:
        return TEXT

    def _parse(self, text: str) -> str:
        return on_one_line(text)

    def _from_json(self, stored: Any) -> Any:
        return expect(str, stored)

    def _faults(self, value: str) -> list[str]:
        faults = too_long(value, self.max)
        if self.format == "email" and not _ADDRESS.fullmatch(value):
            faults.append("Écrivez une adresse électronique, par exemple « nom@organisme.fr ».")
        return faults
