"""The number of an establishment in the register Sirene."""

import re
from typing import Any, Literal

from stdnum.fr import siret

from grants.forms.field import FieldDefinition, expect
from grants.rules import TEXT, RuleType


class SiretField(FieldDefinition):
    """Values are fourteen digits that pass the check of the register."""

    type: Literal["siret"]

    def rule_type(self) -> RuleType:
        return TEXT

    def _parse(self, text: str) -> str | None:
        digits = _digits(text)
        return digits if re.fullmatch("[0-9]{14}", digits) and siret.is_valid(digits) else None

    def _advice(self, text: str) -> str:
        digits = _digits(text)
        if not re.fullmatch("[0-9]+", digits):
            return "Écrivez les 14 chiffres du SIRET, par exemple « 732 829 320 00074 »."
        if len(digits) != 14:
            return f"Un SIRET a 14 chiffres, {len(digits)} saisis."
        return "Ce SIRET comporte une erreur de frappe : sa clé de contrôle est fausse."

    def _shown(self, value: str) -> str:
        return siret.format(value, separator="\N{NO-BREAK SPACE}")

    def _to_json(self, value: str) -> str:
        return value

    def _from_json(self, stored: Any) -> Any:
        return expect(str, stored)


def _digits(text: str) -> str:
    return re.sub(r"[\s.]", "", text)
