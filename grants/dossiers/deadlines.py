"""Days that count: the end of a completion, the day on which silence decides."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from grants.calls.definition import CallDefinition
from grants.dossiers.models import Dossier
from grants.wording import local_day
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
        return add_months(local_day(now), call.receipt.silence_months)
    return dossier.silence_on
