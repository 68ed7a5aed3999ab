"""Due dates that come: reminders before them, and acts that a clock carries out itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, selectinload

from grants.calls.models import Call, HearingSlot
from grants.database import WRITING
from grants.dossiers.errors import TransitionRefused
from grants.dossiers.messages import queue_reminder
from grants.dossiers.models import Dossier, ReminderSent
from grants.dossiers.operations.fire import advance, due_by_itself, fire
from grants.dossiers.operations.issuing import Press
from grants.dossiers.operations.locking import lock
from grants.wording import local_day
from grants.workflows.definition import Clock, Phase

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class ClockRun:
    """What one run did."""

    reminded: int = 0
    fired: int = 0
    #: {reference: reasons} of the dossiers whose act was refused.
    refused: dict[str, list[str]] = field(default_factory=dict)
    #: References of the dossiers that an error kept from their turn; the log has the error.
    failed: list[str] = field(default_factory=list)


def run_clocks(
    sessions: Callable[[], Session], *, now: datetime, press: Press | None = None
) -> ClockRun:
    """Send the reminders that are due and carry out the acts whose date is past.

    Each dossier is one transaction, so that a run cut short goes on where it stopped and a dossier
    in error stops no other; running twice, or in two processes, does nothing twice.

    :param press: issues the documents of the acts, as `fire` does.
    """
    run = ClockRun()
    with sessions() as session:
        pending = _pending(session, now, run) | _heard(session, now, run)
    for dossier_id, reference in pending.items():
        try:
            with sessions() as session:
                session.connection(execution_options=WRITING)
                dossier = lock(session, session.get_one(Dossier, dossier_id))
                done = _run_one(session, dossier, now, press)
                session.commit()
        except TransitionRefused as refusal:
            run.refused[reference] = refusal.reasons
        except Exception:
            logger.exception("clock of dossier %s failed", reference)
            if reference not in run.failed:
                run.failed.append(reference)
        else:
            run.fired += done == "fired"
            run.reminded += done == "reminded"
    return run


def _pending(session: Session, now: datetime, run: ClockRun) -> dict[int, str]:
    """{id: reference} of the dossiers that a clock may have something to do for.

    Read without a lock: a minute in which nothing is due writes nothing.
    """
    sent = {
        tuple(row)
        for row in session.execute(
            select(
                ReminderSent.dossier_id,
                ReminderSent.clock,
                ReminderSent.due_on,
                ReminderSent.days_before,
            ).join(
                Dossier,
                and_(Dossier.id == ReminderSent.dossier_id, Dossier.due_on == ReminderSent.due_on),
            )
        )
    }

    def is_due(dossier: Dossier) -> bool:
        return any(
            (dossier.id, dossier.due_clock, dossier.due_on, days) not in sent
            for days in _days_come(dossier, now)
        )

    dated = select(Dossier).where(Dossier.due_on.is_not(None))
    return _named(_those(session, dated, is_due, run))


def _heard(session: Session, now: datetime, run: ClockRun) -> dict[int, str]:
    """{id: reference} of the dossiers that go on by themselves, now that they were heard."""
    heard = select(Dossier).where(
        Dossier.phase.not_in((Phase.NOTIFIED, Phase.CLOSED)),
        Dossier.slots.any(HearingSlot.starts_at <= now),
    )
    # Most then wait for somebody: of those, nothing more is read.
    numbers = [each.id for each in _those(session, heard, _awaits_its_hearing, run)]
    going_on = (
        select(Dossier)
        .where(Dossier.id.in_(numbers))
        .options(
            selectinload(Dossier.slots),
            selectinload(Dossier.opinions),
            selectinload(Dossier.sheets),
            selectinload(Dossier.versions),
            selectinload(Dossier.decision),
        )
    )
    due = partial(due_by_itself, now=now)
    return _named(_those(session, going_on, lambda each: due(each) is not None, run))


def _those(
    session: Session,
    dossiers: Select[Dossier],
    holds: Callable[[Dossier], bool],
    run: ClockRun,
) -> list[Dossier]:
    """The dossiers for which it holds; one that cannot be judged is noted and stops no other."""
    found = []
    for dossier in session.scalars(dossiers.options(*_FOLLOWED).order_by(Dossier.id)).all():
        try:
            if holds(dossier):
                found.append(dossier)
        except Exception:
            logger.exception("clock of dossier %s failed", dossier.reference)
            if dossier.reference not in run.failed:  # judged once for each of its clocks
                run.failed.append(dossier.reference)
    return found


#: The definition that a dossier follows, once for all dossiers of a call.
_FOLLOWED = (
    selectinload(Dossier.revision),
    selectinload(Dossier.call).selectinload(Call.revision),
)


def _named(dossiers: Iterable[Dossier]) -> dict[int, str]:
    return {each.id: each.reference for each in dossiers}


def _awaits_its_hearing(dossier: Dossier) -> bool:
    """Whether its circuit goes on by itself, from its state, once a hearing is over."""
    acts = dossier.definition.circuit.leaving(dossier.state)
    return any(each.automatic and each.awaits and each.awaits.hearings for each in acts)


def _days_come(dossier: Dossier, now: datetime) -> list[int]:
    """The reminders whose day has come, -1 standing for an act that the clock carries out."""
    clock = dossier.definition.circuit.clocks.get(dossier.due_clock or "")
    if clock is None or dossier.due_on is None:
        return []
    days_left = (dossier.due_on - local_day(now)).days
    if clock.fires and days_left < 0:
        return [-1]
    return [days for days in clock.reminders if days_left <= days]


def _run_one(session: Session, dossier: Dossier, now: datetime, press: Press | None) -> str:
    """What was done: « fired », « reminded », or nothing."""
    if advance(session, dossier, now=now, press=press):
        return "fired"
    call = dossier.definition
    clock = call.circuit.clocks.get(dossier.due_clock or "")
    if clock is None or dossier.due_on is None:
        return ""
    if clock.fires and dossier.due_on < local_day(now):
        fire(session, dossier, clock.fires, actor=None, now=now, step=dossier.step, press=press)
        return "fired"
    marked = [
        days for days in _days_come(dossier, now) if _mark(session, dossier, clock, days, now)
    ]
    fresh = [days for days in marked if not _was_over(dossier, dossier.due_on, days)]
    if not fresh:
        return ""
    # After a silence of the worker one reminder is enough: the latest.
    queue_reminder(session, dossier, call, clock, min(fresh), now=now)
    return "reminded"


def _was_over(dossier: Dossier, due_on: date, days: int) -> bool:
    """The reminder's day had come when the last act was carried out: its mail said the same."""
    last = max((event.at for event in dossier.events), default=dossier.created_at)
    return days > 0 and due_on - timedelta(days=days) <= local_day(last)


def _mark(session: Session, dossier: Dossier, clock: Clock, days: int, now: datetime) -> bool:
    """Note the reminder as sent; False when it already was. The dossier's row is locked."""
    sent = session.scalar(
        select(ReminderSent.id).where(
            ReminderSent.dossier_id == dossier.id,
            ReminderSent.clock == clock.key,
            ReminderSent.due_on == dossier.due_on,
            ReminderSent.days_before == days,
        )
    )
    if sent is not None:
        return False
    session.add(
        ReminderSent(
            dossier_id=dossier.id,
            clock=clock.key,
            due_on=dossier.due_on,
            days_before=days,
            sent_at=now,
        )
    )
    session.flush()
    return True
