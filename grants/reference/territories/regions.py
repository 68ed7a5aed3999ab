"""Regions, which were redrawn on 1 January 2016 (loi n° 2015-29 of 16 January 2015)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from grants.reference.data import rows
from grants.reference.errors import UnknownTerritory
from grants.reference.territories.departments import Department, department


@dataclass(frozen=True, slots=True)
class Region:
    #: INSEE's: « 54 » for Poitou-Charentes; some codes are also those of departments.
    code: str
    name: str
    #: The name after a noun: « de Poitou-Charentes », « du Limousin ».
    complement: str


@dataclass(frozen=True, slots=True)
class _DatedRegion:
    region: Region
    first_day: date
    last_day: date
    department_codes: tuple[str, ...]


def region_on(department_code: str, day: date) -> Region:
    """The region of a department on that day.

    UnknownTerritory for an unknown department and for those of no region (975, 977…).
    """
    for dated in _on(day):
        if department_code in dated.department_codes:
            return dated.region
    raise UnknownTerritory(department_code, day)


def region(code: str, day: date) -> Region:
    """UnknownTerritory when no region has that code on that day."""
    return _dated(code, day).region


def departments_of(region_code: str, day: date) -> tuple[Department, ...]:
    """UnknownTerritory when no region has that code on that day."""
    return tuple(map(department, _dated(region_code, day).department_codes))


def _dated(code: str, day: date) -> _DatedRegion:
    for dated in _on(day):
        if dated.region.code == code:
            return dated
    raise UnknownTerritory(code, day)


def _on(day: date) -> Iterator[_DatedRegion]:
    return (dated for dated in _table() if dated.first_day <= day <= dated.last_day)


@cache
def _table() -> tuple[_DatedRegion, ...]:
    return tuple(
        _DatedRegion(
            region=Region(row["code"], row["name"], row["complement"]),
            first_day=date.fromisoformat(row["first_day"] or "0001-01-01"),
            last_day=date.fromisoformat(row["last_day"] or "9999-12-31"),
            department_codes=tuple(row["departments"].split()),
        )
        for row in rows("regions.csv")
    )
