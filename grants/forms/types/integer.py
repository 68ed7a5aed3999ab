"""A whole number, exact or « environ »."""

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import Field, model_validator

from grants.forms.field import FieldDefinition, Posted, Unreadable, expect, posted_text
from grants.forms.texts import tidy
from grants.rules import NUMBER, RuleType
from grants.wording import number, read_number

_ABOUT: Final = r"environ|env\.?|approximativement|approx\.?|à peu près"
_BEFORE: Final = re.compile(rf"(?:{_ABOUT}|[~≈±])\s*(?P<number>.*\S)", re.IGNORECASE | re.DOTALL)
_AFTER: Final = re.compile(rf"(?P<number>.*\S)\s+(?:{_ABOUT})", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Count:
    number: int
    approximate: bool = False


class IntegerField(FieldDefinition):
    """Values are Counts. With `approximate`, a second input, a box, says « environ »."""

    type: Literal["integer"]
    approximate: bool = False
    min: int = 0
    max: int = Field(default=999_999_999, le=10**15)
    #: Shown after the number: « ménages ».
    unit: str | None = None

    @model_validator(mode="after")
    def _has_room(self) -> "IntegerField":
        if self.min > self.max:
            raise ValueError("« min » dépasse « max »")
        return self

    def read(self, name: str, form: Posted) -> Count | Unreadable | None:
        text = tidy(posted_text(form, name))
        if not text:
            return None
        digits, about = self._parted(text)
        ticked = self.approximate and bool(posted_text(form, f"{name}-approximate"))
        value = read_number(digits)
        if value is None:
            # The tick is written out: it would be lost otherwise. `inputs` gives it back.
            return Unreadable(f"{text} environ" if ticked and not about else text)
        return Count(value, about or ticked)

    def inputs(self, name: str, value: Any) -> dict[str, str | list[str]]:
        if not self.approximate:
            return {name: self._written(value, self._shown)}
        ticked = isinstance(value, Count) and value.approximate
        if isinstance(value, Unreadable) and (found := _AFTER.fullmatch(value.text)):
            value, ticked = Unreadable(found["number"]), True
        return {
            name: self._written(value, lambda count: number(count.number)),
            f"{name}-approximate": "yes" if ticked else "",
        }

    def rule_type(self) -> RuleType:
        return NUMBER

    def _parted(self, text: str) -> tuple[str, bool]:
        """The number without « environ », and whether the word was there."""
        found = (_BEFORE.fullmatch(text) or _AFTER.fullmatch(text)) if self.approximate else None
        return (found["number"], True) if found else (text, False)

    def _advice(self, text: str) -> str:
        example = "« 30 » ou « 30 environ »" if self.approximate else "« 30 »"
        return f"Écrivez un nombre entier en chiffres, par exemple {example}."

    def _shown(self, value: Count) -> str:
        return number(value.number) + (" environ" if value.approximate else "")

    def _to_json(self, value: Count) -> dict[str, Any]:
        return {"number": value.number, "approximate": value.approximate}

    def _from_json(self, stored: Any) -> Count:
        return Count(expect(int, stored["number"]), expect(bool, stored["approximate"]))

    def _faults(self, value: Count) -> list[str]:
        if value.number < self.min:
            return [f"Ce nombre doit être au moins {number(self.min)}."]
        if value.number > self.max:
            return [f"Ce nombre doit être au plus {number(self.max)}."]
        return []

    def _known(self, value: Count) -> int:
        return value.number
