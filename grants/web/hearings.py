"""The hearings of a dossier, as its readers see them; free slots by day for whoever chooses."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from babel.dates import format_date

from grants.calls.models import HearingSlot
from grants.dossiers.awaiting import slot_of, slot_words
from grants.dossiers.operations.hearings import option_of
from grants.dossiers.operations.offers import Offer
from grants.web.access import Seen
from grants.web.clock import now
from grants.wording import day, hour, local_day
from grants.workflows.definition import Transition


@dataclass(frozen=True, slots=True)
class HearingOnPage:
    key: str
    label: str
    minutes: int
    #: « 19 avril 2019 à 9 h 10, salle Condorcet »; empty: not booked.
    when: str
    past: bool
    #: The act by which the reader books, or moves.
    act: Transition | None
    #: Why it is not possible for now.
    not_yet: list[str]


def hearings_of(seen: Seen, offers: Collection[Offer]) -> list[HearingOnPage]:
    """Those that are booked, or that may be booked at this stage.

    :param offers: what the reader may do.
    """
    circuit, dossier = seen.call.circuit, seen.dossier
    found = []
    for key, hearing in seen.call.hearings.items():
        slot = slot_of(dossier, key)
        open_now = any(each.books == key for each in circuit.leaving(dossier.state))
        offer = next((each for each in offers if each.transition.books == key), None)
        if slot is not None or open_now:
            found.append(
                HearingOnPage(
                    key,
                    hearing.label,
                    hearing.minutes,
                    slot_words(slot) if slot else "",
                    slot is not None and slot.starts_at <= now(),
                    offer.transition if offer else None,
                    offer.not_yet if offer else [],
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class DayOfSlots:
    """« vendredi 20 novembre 2026 », and its slots: option of the form, hour, place."""

    title: str
    #: Where the whole day is; empty when its slots are in several places, each with its own.
    place: str
    slots: list[tuple[str, str, str]]


def by_day(slots: Iterable[HearingSlot]) -> list[DayOfSlots]:
    """`slots` in the order of their beginnings."""
    days = groupby(slots, lambda each: local_day(each.starts_at))
    return [_day_of(on, list(group)) for on, group in days]


def _day_of(on: date, slots: list[HearingSlot]) -> DayOfSlots:
    place = common_place(slots)
    return DayOfSlots(
        day_words(on),
        place,
        [(option_of(each), hour_of(each), "" if place else each.place) for each in slots],
    )


def common_place(slots: Iterable[HearingSlot]) -> str:
    """The one place of all the slots; empty when they have none, or several."""
    places = {each.place for each in slots}
    return places.pop() if len(places) == 1 else ""


def day_words(on: date) -> str:
    """« vendredi 20 novembre 2026 »."""
    return f"{format_date(on, 'EEEE', locale='fr')} {day(on)}"


def hour_of(slot: HearingSlot) -> str:
    """« 9 h 30 »."""
    return hour(slot.starts_at)
