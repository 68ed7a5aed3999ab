"""Yes, no, or not said: what is not said is never a no."""

from typing import Any, ClassVar, Final, Literal

from grants.forms.field import (
    FieldDefinition,
    Posted,
    SlotValues,
    Unreadable,
    boxes,
    expect,
    posted_text,
)
from grants.forms.texts import tidy
from grants.rules import TRUTH, RuleType

_READ: Final = {"yes": True, "oui": True, "no": False, "non": False}


class YesNoField(FieldDefinition):
    """Inputs post `yes`, `no`, or `unknown` (or nothing) for None."""

    type: Literal["yes_no"]

    shows_any_text: ClassVar[bool] = False

    def read(self, name: str, form: Posted) -> bool | Unreadable | None:
        text = tidy(posted_text(form, name))
        if text.lower() in ("", "unknown"):
            return None
        return _READ.get(text.lower(), Unreadable(text))

    def slots(self) -> tuple[str, ...]:
        return (f"{self.slot_name}_yes", f"{self.slot_name}_no")

    def slot_values(self, value: Any) -> SlotValues:
        ticked = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else None
        return boxes(self.slot_name, {"yes": "Oui", "no": "Non"}, [ticked] if ticked else [])

    def rule_type(self) -> RuleType:
        return TRUTH

    def _advice(self, text: str) -> str:
        return "Répondez par « Oui » ou par « Non », ou laissez « Non renseigné »."

    def _typed(self, value: bool) -> str:
        return "yes" if value else "no"

    def _shown(self, value: bool) -> str:
        return "Oui" if value else "Non"

    def _from_json(self, stored: Any) -> Any:
        return expect(bool, stored)
