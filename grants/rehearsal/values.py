"""Invented answers, one question at a time: of the right type, within its bounds, of no meaning."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any, Final

from stdnum import luhn

from grants.files import KINDS
from grants.forms import Count, Duration, FieldDefinition
from grants.forms.types.choice import ChoiceField
from grants.forms.types.choices import ChoicesField
from grants.forms.types.file import FileField, FileRef
from grants.forms.types.integer import IntegerField
from grants.forms.types.lines import LinesField
from grants.forms.types.long_text import LongTextField
from grants.forms.types.table import TableField
from grants.forms.types.text import TextField
from grants.reference.territories import Commune, suggest
from grants.rehearsal.papers import tiny_file

#: An amount is some hundreds of euros, up to this many.
_HUNDREDS: Final = 2_000
_WORDS: Final = (
    *("accueil", "accompagnement", "atelier", "bilan", "chantier", "collectif", "concertation"),
    *("convention", "diagnostic", "durée", "équipe", "étape", "famille", "formation"),
    *("habitat", "insertion", "jardin", "logement", "maison", "médiation", "mois"),
    *("partenaire", "projet", "public", "quartier", "réseau", "résidence", "service"),
    *("suivi", "territoire", "voisinage"),
)


@dataclass(frozen=True, slots=True)
class Inventor:
    """Gives any question a valid answer. `departments` are those where a project may be."""

    chance: Random
    today: date
    departments: Sequence[str]

    def value(self, field: FieldDefinition) -> Any:
        """A typed answer that has no fault by itself; None for what a rule computes."""
        if field.source == "rule":
            return None
        return _BY_TYPE[field.type](self, field)

    def text(self, field: TextField) -> str:
        if field.format == "email":
            return f"{self.chance.choice(_ASCII)}@essai.example.org"[-field.max :]
        return self._phrase(field.max)

    def long_text(self, field: LongTextField) -> str:
        sentences = [f"{self._phrase(90)}." for _ in range(self.chance.randint(1, 4))]
        return " ".join(sentences)[: field.max].strip()

    def lines(self, field: LinesField) -> tuple[str, ...]:
        count = self.chance.randint(1, min(4, field.max_lines))
        room = max(1, field.max // count - 1)
        return tuple(self._phrase(min(60, room)) for _ in range(count))

    def integer(self, field: IntegerField) -> Count:
        most = min(field.max, max(field.min, 0) + 60)
        return Count(self.chance.randint(min(field.min, most), most))

    def yes_no(self, field: FieldDefinition) -> bool:
        return self.chance.random() < 0.5

    def choice(self, field: ChoiceField) -> str:
        return self.chance.choice(list(field.options))

    def choices(self, field: ChoicesField) -> tuple[str, ...]:
        options = list(field.options)
        chosen = self.chance.sample(options, self.chance.randint(1, len(options)))
        return tuple(each for each in options if each in chosen)

    def money(self, field: FieldDefinition) -> int:
        return self.chance.randint(1, _HUNDREDS) * 100_00

    def duration(self, field: FieldDefinition) -> Duration:
        if self.chance.random() < 0.5:
            return Duration(self.chance.randint(1, 3), "years")
        return Duration(self.chance.randint(6, 36), "months")

    def date(self, field: FieldDefinition) -> date:
        return self.today + timedelta(days=self.chance.randint(15, 45))

    def commune(self, field: FieldDefinition) -> Commune:
        return self.chance.choice(_communes(self.chance.choice(self.departments)))

    def siret(self, field: FieldDefinition) -> str:
        return fictitious_siret(self.chance.randrange(100_000))

    def file(self, field: FileField) -> tuple[FileRef, ...]:
        kind = KINDS[self.chance.choice(field.accepts)]
        content = tiny_file(kind.key)
        digest = hashlib.sha256(content).hexdigest()
        return (FileRef(digest, f"essai{kind.extension}", len(content), kind.key),)

    def table(self, field: TableField) -> tuple[dict[str, Any], ...] | None:
        if field.rows:
            stored = [{"row": key, **self._cells(field)} for key in field.rows]
        else:
            count = self.chance.randint(1, min(4, field.max_rows))
            stored = [self._cells(field) for _ in range(count)]
        rows: tuple[dict[str, Any], ...] | None = field.decode(stored)
        return rows

    def _cells(self, field: TableField) -> dict[str, Any]:
        """One row as stored: decoding it works out what is computed."""
        return {
            key: column.encode(self.value(column))
            for key, column in field.columns.items()
            if column.source == "inputs"
        }

    def _phrase(self, most: int) -> str:
        words = self.chance.sample(_WORDS, self.chance.randint(2, 6))
        return " ".join(words).capitalize()[:most].strip()


_ASCII: Final = [word for word in _WORDS if word.isascii()]

_BY_TYPE: Final[Mapping[str, Callable[[Inventor, Any], Any]]] = {
    "choice": Inventor.choice,
    "choices": Inventor.choices,
    "commune": Inventor.commune,
    "date": Inventor.date,
    "duration": Inventor.duration,
    "file": Inventor.file,
    "integer": Inventor.integer,
    "lines": Inventor.lines,
    "long_text": Inventor.long_text,
    "money": Inventor.money,
    "siret": Inventor.siret,
    "table": Inventor.table,
    "text": Inventor.text,
    "yes_no": Inventor.yes_no,
}


def fictitious_siret(number: int) -> str:
    """A number that passes the check of the register, in a range that it does not give.

    :param number: from 0 to 99 999; each gives another one.
    """
    siren = f"998{number:05d}"
    siren += luhn.calc_check_digit(siren)
    establishment = f"{siren}0001"
    return establishment + luhn.calc_check_digit(establishment)


@cache
def _communes(department: str) -> tuple[Commune, ...]:
    """The most populated ones: their codes begin with that of their department."""
    found = tuple(each for each in suggest(department, 40) if each.department == department)
    if not found:
        raise LookupError(f"no commune in department {department}")
    return found
