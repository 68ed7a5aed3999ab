"""What time is left, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from grants.calls.calendar import LAST_MINUTE, last_minute
from grants.calls.models import Call
from grants.dossiers.models import Dossier
from grants.wording import PARIS, local_day, moment, plural
from grants.workflows.definition import Phase

#: Days under which a deadline is shown as near.
NEAR = 7


@dataclass(frozen=True, slots=True)
class Deadline:
    #: « Il reste 12 jours ».
    remaining: str
    #: « jusqu’au 30 mai 2014 à 23 h 59, heure de Paris ».
    until: str
    at: datetime
    #: Whole days left; None once past.
    days: int | None
    tone: str


def deadline_of(dossier: Dossier, now: datetime) -> Deadline | None:
    """What the applicant must be in time for; None when nothing is awaited of them."""
    if dossier.phase == Phase.DRAFT:
        return closing_of(dossier.call, now)
    if dossier.phase == Phase.COMPLETION and dossier.due_on is not None:
        last = _end_of(dossier.due_on)
        return _deadline(last, last + LAST_MINUTE, now, "La date limite est passée")
    return None


def closing_of(call: Call, now: datetime) -> Deadline:
    # Closed by hand, it is over before the minute is.
    return _deadline(last_minute(call.closes_at), call.closes_at, now, "L’appel est clos")


def due_words(due_on: date, today: date) -> tuple[str, str]:
    """« dans 3 jours », and the tone that goes with it."""
    days = (due_on - today).days
    if days < 0:
        return f"en retard de {plural(-days, 'jour', 'jours')}", "danger"
    if days == 0:
        return "aujourd’hui", "warning"
    return f"dans {plural(days, 'jour', 'jours')}", "warning" if days <= NEAR else "neutral"


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), PARIS)


def _deadline(last: datetime, end: datetime, now: datetime, past: str) -> Deadline:
    """:param last: the minute that people read; :param end: the instant that decides."""
    if now >= end:
        return Deadline(past, f"depuis le {moment(last)}, heure de Paris", last, None, "danger")
    days = (local_day(last) - local_day(now)).days
    remaining = f"Il reste {plural(days, 'jour', 'jours')}" if days else "C’est le dernier jour"
    tone = "warning" if days <= NEAR else "accent"
    return Deadline(remaining, f"jusqu’au {moment(last)}, heure de Paris", last, days, tone)
