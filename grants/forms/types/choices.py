"""Several options at once."""

from typing import Any, ClassVar, Literal

from grants.forms.field import FieldDefinition, Posted, SlotValues, Unreadable, boxes, expect
from grants.forms.texts import on_one_line
from grants.forms.types.choice import Options, options_advice
from grants.rules import RuleType, choices_of


class ChoicesField(FieldDefinition):
    """Values are tuples of keys, in the order of `options`; no tick is no answer."""

    type: Literal["choices"]
    options: Options

    shows_any_text: ClassVar[bool] = False

    def read(self, name: str, form: Posted) -> tuple[str, ...] | Unreadable | None:
        posted = [on_one_line(key) for key in form.getlist(name) if isinstance(key, str)]
        keys = [key for key in dict.fromkeys(posted) if key]
        if not set(keys) <= self.options.keys():
            return Unreadable("\n".join(keys))
        return self._in_order(keys) or None

    def inputs(self, name: str, value: Any) -> dict[str, str | list[str]]:
        keys = value.text.split("\n") if isinstance(value, Unreadable) else value
        return {name: list(keys or ())}

    def slots(self) -> tuple[str, ...]:
        return (self.slot_name, *(f"{self.slot_name}_{key}" for key in self.options))

    def slot_values(self, value: Any) -> SlotValues:
        ticked = value if isinstance(value, tuple) else ()
        return {
            self.slot_name: self.display(value),
            **boxes(self.slot_name, self.options, ticked),
        }

    def rule_type(self) -> RuleType:
        return choices_of(self.options)

    def _in_order(self, keys: list[str]) -> tuple[str, ...]:
        return tuple(option for option in self.options if option in keys)

    def _advice(self, text: str) -> str:
        return options_advice(self.options)

    def _shown(self, value: tuple[str, ...]) -> str:
        return "\n".join(self.options[key] for key in value)

    def _to_json(self, value: tuple[str, ...]) -> list[str]:
        return list(value)

    def _from_json(self, stored: Any) -> tuple[str, ...]:
        keys = expect(list, stored)
        if not set(keys) <= self.options.keys():
            raise ValueError
        return self._in_order(keys)
