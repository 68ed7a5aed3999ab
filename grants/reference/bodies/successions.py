"""The shape of the tables: names that follow one another, where and since when."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Scope = Literal["department", "region", "national"]


@dataclass(frozen=True, slots=True)
class Named:
    """A name in force since a day, until the next one of its succession."""

    since: date
    short: str
    long: str

    def moved(self, year: int, month: int, day: int) -> "Named":
        """The same name, taken on another day."""
        return Named(date(year, month, day), self.short, self.long)


#: In order of time: each name is replaced by the next one.
Succession = tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class ServiceKind:
    scope: Scope
    usual: Succession
    #: The successions of the territories that differ, by code of department or region.
    elsewhere: dict[str, Succession]


def named(since: str, short: str, long: str) -> Named:
    """`since` is an ISO date."""
    return Named(date.fromisoformat(since), short, long)


def each(codes: str, succession: Succession) -> dict[str, Succession]:
    """The same succession in several territories, whose codes are parted by spaces."""
    return dict.fromkeys(codes.split(), succession)
