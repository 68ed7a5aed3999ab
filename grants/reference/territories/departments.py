"""Departments, and the overseas collectivities that INSEE codes like departments."""

from dataclasses import dataclass
from functools import cache

from grants.reference.data import rows
from grants.reference.errors import UnknownTerritory


@dataclass(frozen=True, slots=True)
class Department:
    #: INSEE's: « 17 », « 2A », « 971 ».
    code: str
    name: str
    #: The name after a noun: « de la Charente-Maritime », « de l'Ain ».
    complement: str


def departments() -> tuple[Department, ...]:
    """All of them in the usual order: 2A and 2B follow 19."""
    return tuple(_by_code().values())


def department(code: str) -> Department:
    """UnknownTerritory when no department has that code."""
    try:
        return _by_code()[code]
    except KeyError:
        raise UnknownTerritory(code) from None


@cache
def _by_code() -> dict[str, Department]:
    return {row["code"]: Department(**row) for row in rows("departments.csv")}
