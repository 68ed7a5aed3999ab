"""The one door through which a dossier changes state."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.documents import DocumentError
from grants.dossiers.awaiting import lacking, turn_of_dossier
from grants.dossiers.deadlines import completion_deadline, silence_day
from grants.dossiers.errors import AnswersChanged, ModelMissing, StaleAct
from grants.dossiers.facts import guard_facts
from grants.dossiers.messages import queue_messages
from grants.dossiers.models import Dossier, DossierEvent
from grants.dossiers.operations.acting import Act, Issuer
from grants.dossiers.operations.conditions import check
from grants.dossiers.operations.effects import take_effect
from grants.dossiers.operations.locking import lock
from grants.dossiers.operations.reading import reading_of
from grants.wording import local_day
from grants.workflows.definition import Phase, Transition
from grants.workflows.machine import guard_holds

logger = logging.getLogger(__name__)


def fire(
    session: Session,
    dossier: Dossier,
    trigger: str,
    *,
    actor: User | None,
    now: datetime,
    step: int,
    inputs: Mapping[str, Any] | None = None,
    certified: bool = False,
    reading: str | None = None,
    press: Issuer | None = None,
) -> DossierEvent:
    """Carry out `trigger`: role, conditions, form, effects, state, event and mails, in one
    transaction that the caller commits, or not at all. What the circuit then does by itself
    follows at once.

    :param actor: None when a clock acts; roles are then not asked for.
    :param step: the dossier's step when the page was shown; see `is_stale`.
    :param inputs: typed answers to the act's form, {field key: value}.
    :param reading: the answers that the page showed (`reading_of`), for an act that deposits or
        signs them; None when no page stands between.
    :param press: issues the documents that the act gives; without one they are issued when first
        asked for.
    :raises AnswersChanged: when they are not those that would be deposited or signed.
    :raises StaleAct: the dossier moved on since, or the act was fired twice.
    :raises NotYourTurn: `actor` holds no role that may do this.
    :raises TransitionRefused: with the reasons; `ActIncomplete` with the gaps as well.
    """
    dossier = lock(session, dossier)
    if is_stale(dossier, trigger, actor, step):
        raise StaleAct
    if reading is not None and reading != reading_of(dossier):
        raise AnswersChanged
    call = dossier.definition
    dossier.machine.target(dossier.state, trigger)
    act = Act(
        session=session,
        dossier=dossier,
        call=call,
        transition=call.circuit.transitions[trigger],
        actor=actor,
        now=now,
        inputs=inputs or {},
        certified=certified,
        press=press,
    )
    event = _carry_out(act)
    advance(session, dossier, now=now, press=press)
    return event


def is_stale(dossier: Dossier, trigger: str, actor: User | None, step: int) -> bool:
    """Whether a page shown at `step` is out of date: the dossier moved since, or `actor` pressed
    twice. What others return in parallel does not make it so."""
    if not dossier.stage <= step <= dossier.step:
        return True
    return step < dossier.step and any(
        each.step > step and each.trigger == trigger and each.actor == actor
        for each in dossier.events
    )


def advance(
    session: Session, dossier: Dossier, *, now: datetime, press: Issuer | None = None
) -> list[DossierEvent]:
    """Carry out what the circuit does without anybody: acts without a role, whose wait is over.

    Follows every act; a clock calls it as well, for what time alone brings (a hearing is held).
    """
    events = []
    while (transition := due_by_itself(dossier, now=now)) is not None:
        act = Act(
            session=session,
            dossier=dossier,
            call=dossier.definition,
            transition=transition,
            actor=None,
            now=now,
            press=press,
        )
        events.append(_carry_out(act))
    return events


def due_by_itself(dossier: Dossier, *, now: datetime) -> Transition | None:
    """The act that the circuit should now carry out by itself, if any."""
    call = dossier.definition
    for transition in call.circuit.leaving(dossier.state):
        come = transition.automatic and not lacking(dossier, call, transition.awaits, now=now)
        if come and guard_holds(transition, guard_facts(dossier, call)):
            return transition
    return None


def _carry_out(act: Act) -> DossierEvent:
    target = act.dossier.machine.target(act.dossier.state, act.transition.key)
    check(act)
    # The state and what it is tied to are written together: no flush may come in between.
    with act.session.no_autoflush:
        source = _move(act, target)
        take_effect(act)
        act.dossier.turn = turn_of_dossier(act.dossier, act.call)
    event = _record(act, source)
    if act.press is not None:
        _issue(act, event, act.press)
    queue_messages(act.session, act.dossier, act.call, act.transition, act.note, now=act.now)
    act.session.flush()
    return event


def _issue(act: Act, event: DossierEvent, press: Issuer) -> None:
    """A paper that cannot be written now keeps nobody from depositing in time: it is issued when
    it is first asked for."""
    try:
        with act.session.begin_nested():
            press.issue(act.session, act.dossier, event)
    except (DocumentError, ModelMissing, OSError):
        logger.exception("nothing issued for %s, step %d", act.dossier.reference, event.step)


def _move(act: Act, target: str) -> str:
    """Write the new state and all that hangs on it; the state left is returned."""
    dossier, source = act.dossier, act.dossier.state
    dossier.state, dossier.phase = target, act.call.circuit.states[target].phase
    dossier.step += 1
    if not act.transition.parallel:
        dossier.stage = dossier.step
    _wind_clock(act, source, target)
    dossier.silence_on = silence_day(dossier, act.call, act.transition, now=act.now)
    dossier.notified_at = _notified_at(act)
    dossier.closed_at = act.now if dossier.phase == Phase.CLOSED else None
    return source


def _notified_at(act: Act) -> datetime | None:
    """When the decision was made known; what follows a notification leaves it as it was."""
    if act.dossier.phase != Phase.NOTIFIED:
        return None
    return act.now if act.transition.notifies else act.dossier.notified_at


def _record(act: Act, source: str) -> DossierEvent:
    dossier = act.dossier
    event = DossierEvent(
        dossier=dossier,
        step=dossier.step,
        trigger=act.transition.key,
        from_state=source,
        to_state=dossier.state,
        at=act.now,
        actor=act.actor,
        role=act.role,
        stood_in=act.stood_in,
        version_number=dossier.version_number,
        note=act.note,
    )
    act.session.add(event)
    act.session.flush()
    return event


def _wind_clock(act: Act, source: str, target: str) -> None:
    """Start, keep or stop the due date: a clock that covers both states goes on running."""
    clock = act.call.circuit.clock_of(target)
    if clock is None:
        act.dossier.due_on, act.dossier.due_clock = None, None
    elif clock.given_by_act:
        if act.transition.due_field:
            act.dossier.due_on = completion_deadline(act.inputs, act.transition.due_field)
            act.dossier.due_clock = clock.key
    elif clock.days and (act.dossier.due_clock != clock.key or source not in clock.states):
        act.dossier.due_on = local_day(act.now) + timedelta(days=clock.days)
        act.dossier.due_clock = clock.key
