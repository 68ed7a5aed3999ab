"""Due dates that come: reminders before them, and acts that a clock carries out itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.calls.loader import definition_of
from grants.database import WRITING
from grants.dossiers.messages import queue_reminder
from grants.dossiers.models import Dossier, ReminderSent
from grants.dossiers.operations.fire import fire
from grants.dossiers.operations.locking import lock
from grants.wording import local_day
from grants.workflows.definition import Clock


@dataclass(slots=True)
class ClockRun:
    """What one run did; `refused` names the dossiers whose act was refused, with the reasons."""

    reminded: int = 0
    fired: int = 0


def run_clocks(sessions: Callable[[], Session], *, now: datetime) -> ClockRun:
    """Send the reminders that are due and carry out the acts whose date is past.

    Each dossier is one transaction, so that a run cut short goes on where it stopped; running
    twice, or in two processes, does nothing twice.
    """
    run = ClockRun()
    with sessions() as session:
        ids = session.scalars(
            select(Dossier.id).where(Dossier.due_on.is_not(None)).order_by(Dossier.id)
        ).all()
    for dossier_id in ids:
        with sessions() as session:
            session.connection(execution_options=WRITING)
            dossier = session.get_one(Dossier, dossier_id)
            _run_one(session, lock(session, dossier), run, now)
            session.commit()
    return run


def _run_one(session: Session, dossier: Dossier, run: ClockRun, now: datetime) -> None:
    if dossier.due_on is None:
        return
    call = definition_of(dossier.revision)
    clock = call.circuit.clocks.get(dossier.due_clock or "")
    if clock is None:
        return
    days_left = (dossier.due_on - local_day(now)).days
    if clock.fires and days_left < 0:
        fire(session, dossier, clock.fires, actor=None, now=now, step=dossier.step)
        run.fired += 1
        return
    due = [days for days in clock.reminders if days_left <= days]
    fresh = [days for days in due if _mark(session, dossier, clock, days, now)]
    if fresh:
        # After a silence of the worker one reminder is enough: the latest.
        queue_reminder(session, dossier, call, clock, min(fresh), now=now)
        run.reminded += 1


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
