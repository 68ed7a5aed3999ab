"""One option among several."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from grants.forms.field import FieldDefinition, Key, Label, SlotValues, boxes, expect
from grants.rules import RuleType, choice_of
from grants.wording import joined

Options = Annotated[dict[Key, Label], Field(min_length=1)]


def options_advice(options: dict[str, str]) -> str:
    return f"Choisissez parmi {joined([f'« {label} »' for label in options.values()])}."


class ChoiceField(FieldDefinition):
    """Values are keys of `options`."""

    type: Literal["choice"]
    #: Key → label.
    options: Options

    shows_any_text: ClassVar[bool] = False

    def slots(self) -> tuple[str, ...]:
        return (self.slot_name, *(f"{self.slot_name}_{key}" for key in self.options))

    def slot_values(self, value: Any) -> SlotValues:
        ticked = [value] if isinstance(value, str) else []
        return {
            self.slot_name: self.display(value),
            **boxes(self.slot_name, self.options, ticked),
        }

    def rule_type(self) -> RuleType:
        return choice_of(self.options)

    def _parse(self, text: str) -> str | None:
        return text if text in self.options else None

    def _advice(self, text: str) -> str:
        return options_advice(self.options)

    def _typed(self, value: str) -> str:
        return value

    def _shown(self, value: str) -> str:
        return self.options[value]

    def _from_json(self, stored: Any) -> str:
        if stored not in self.options:
            raise ValueError
        return str(expect(str, stored))
