"""An amount in euros, kept in whole cents."""

from fractions import Fraction
from typing import Any, Final, Literal

from grants.forms.field import FieldDefinition, expect
from grants.rules import MONEY, RuleType
from grants.wording import euros_to_cents, money, number, two_readings

#: Ten billion euros: more is a slip of the keyboard.
LARGEST: Final = 10**12


class MoneyField(FieldDefinition):
    """Values are cents, from zero to ten billion euros; any other amount is Unreadable."""

    type: Literal["money"]

    def rule_type(self) -> RuleType:
        return MONEY

    def _parse(self, text: str) -> int | None:
        cents = euros_to_cents(text)
        return cents if cents is not None and 0 <= cents <= LARGEST else None

    def _advice(self, text: str) -> str:
        cents = euros_to_cents(text)
        if cents is not None and cents < 0:
            return "Un montant ne peut pas être négatif : écrivez par exemple « 47 000 € »."
        if cents is not None:
            return "Ce montant dépasse dix milliards d’euros : vérifiez le nombre de zéros."
        if (either := two_readings(text)) is not None:
            small, large = map(money, either)
            return f"« {text} » se lit de deux façons : écrivez « {small} » ou « {large} »."
        return "Écrivez un montant en euros, par exemple « 47 000 € » ou « 1 566,67 € »."

    def _typed(self, value: int) -> str:
        return number(Fraction(value, 100), 2 if value % 100 else 0)

    def _shown(self, value: int) -> str:
        return money(value)

    def _from_json(self, stored: Any) -> Any:
        return expect(int, stored)
