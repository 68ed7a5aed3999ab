"""Days that count: the end of a completion, the day on which silence decides."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from grants.calls.calendar import last_minute
from grants.calls.definition import CallDefinition
from grants.calls.models import CallStatus
from grants.dossiers.models import Dossier
from grants.wording import day, local_day, moment
from grants.workflows.definition import Phase, Transition


def add_months(start: date, months: int) -> date:
    """The same day `months` later, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def completion_deadline(inputs: Mapping[str, Any], field_key: str) -> date:
    """The last day on which the applicant may complete, as the act gave it."""
    due = inputs[field_key]
    if not isinstance(due, date):
        raise TypeError("the act's form, checked before, asks for a date")
    return due


def too_late(dossier: Dossier, transition: Transition, *, now: datetime) -> str | None:
    """Why the time for `transition` is over; None while there is some, or none is asked."""
    if "call_open" in transition.requires and dossier.call.status(now) is not CallStatus.OPEN:
        closing = moment(last_minute(dossier.call.closes_at))
        return f"L’appel est clos depuis le {closing}, heure de Paris : le dépôt est refusé."
    due = dossier.due_on
    if "completion_in_time" in transition.requires and due and local_day(now) > due:
        passed = f"La date limite pour compléter ({day(due)}) est passée"
        return f"{passed} : contactez le service instructeur."
    return None


def silence_day(
    dossier: Dossier, call: CallDefinition, transition: Transition, *, now: datetime
) -> date | None:
    """The day on which silence decides, after `transition` took the dossier to its new phase.

    Counted from the receipt; an incomplete dossier stops it, and the deposit of the missing pieces
    starts it anew (CRPA, art. L114-5). A notified or closed dossier has none.
    """
    if dossier.phase not in {Phase.REVIEW, Phase.DECIDED}:
        return None
    if transition.receipt:
        return silence_from(call, now)
    return dossier.silence_on


def silence_from(call: CallDefinition, now: datetime) -> date | None:
    """The day on which silence decides on what is received `now`; None where it decides nothing."""
    months = call.receipt.silence_months
    return None if months is None else add_months(local_day(now), months)
