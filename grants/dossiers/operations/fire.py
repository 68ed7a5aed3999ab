"""The one door through which a dossier changes state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.acts import form_of
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of, machine_of
from grants.dossiers.deadlines import completion_deadline, silence_day, too_late
from grants.dossiers.errors import ActIncomplete, StaleAct, TransitionRefused
from grants.dossiers.facts import guard_facts
from grants.dossiers.messages import queue_messages
from grants.dossiers.models import Dossier, DossierEvent, DossierVersion
from grants.dossiers.operations import opinions
from grants.dossiers.operations.answers import current_answers
from grants.dossiers.operations.decisions import missing_substance, record_decision
from grants.dossiers.operations.freeze import freeze, issue_receipt
from grants.dossiers.operations.locking import lock
from grants.dossiers.review import deposit_gaps
from grants.dossiers.roles import standing_on
from grants.forms import MAIN_SECTION, FormDefinition, Gap, gaps, visible
from grants.wording import local_day
from grants.workflows.definition import Phase, Transition
from grants.workflows.machine import check_guard, check_role


@dataclass(slots=True)
class _Act:
    """One transition under way: what every step of it needs."""

    session: Session
    dossier: Dossier
    call: CallDefinition
    transition: Transition
    actor: User | None
    now: datetime
    inputs: Mapping[str, Any]
    certified: bool
    role: str | None = None
    stood_in: bool = False
    note: dict[str, Any] = field(default_factory=dict)


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
) -> DossierEvent:
    """Carry out `trigger`: role, conditions, form, effects, state, event and mails, in one
    transaction that the caller commits, or not at all.

    :param actor: None when a clock acts; roles are then not asked for.
    :param step: the dossier's step when the page was shown; another one means a stale page.
    :param inputs: typed answers to the act's form, {field key: value}.
    :raises StaleAct: the dossier moved on since, or the act was fired twice.
    :raises NotYourTurn: `actor` holds no role that may do this.
    :raises TransitionRefused: with the reasons; `ActIncomplete` with the gaps as well.
    """
    dossier = lock(session, dossier)
    if dossier.step != step:
        raise StaleAct
    call = definition_of(dossier.revision)
    target = machine_of(dossier.revision).target(dossier.state, trigger)
    act = _Act(
        session=session,
        dossier=dossier,
        call=call,
        transition=call.circuit.transitions[trigger],
        actor=actor,
        now=now,
        inputs=inputs or {},
        certified=certified,
    )
    _check(act)
    # The state and what it is tied to are written together: no flush may come in between.
    with session.no_autoflush:
        source = _move(act, target)
        _take_effect(act)
    event = _record(act, source)
    queue_messages(session, dossier, call, act.transition, act.note, now=now)
    session.flush()
    return event


def _check(act: _Act) -> None:
    if act.actor is not None:
        standing = standing_on(act.session, act.actor, act.dossier, act.call, now=act.now)
        act.role = check_role(act.transition, standing.roles)
        act.stood_in = act.role in standing.stood_in
    check_guard(act.transition, guard_facts(act.dossier, act.call))
    reasons = [each for each in (too_late(act.dossier, act.transition, now=act.now),) if each]
    if "certified" in act.transition.requires and not act.certified:
        reasons.append("Cochez la certification pour déposer.")
    faults = _form_gaps(act)
    if "complete" in act.transition.requires:
        faults += deposit_gaps(act.call, current_answers(act.dossier, act.call))
    if reasons or faults:
        raise ActIncomplete(reasons + [each.message for each in faults], faults)


def _form_gaps(act: _Act) -> list[Gap]:
    """Gaps of what the act itself asks: its form, the opinion it gives, the decision."""
    found: list[Gap] = []
    form = form_of(act.call, act.transition)
    if form is not None:
        found += gaps(form, act.inputs)
    if act.transition.decides and not found:
        found += missing_substance(act.call.decision.form, act.inputs)
    if act.transition.gives:
        found += _opinion_gaps(act, act.transition.gives)
    if act.transition.due_field:
        found += _past_due_gaps(act, act.transition.due_field)
    return found


def _past_due_gaps(act: _Act, key: str) -> list[Gap]:
    due = act.inputs.get(key)
    if not isinstance(due, date) or due > local_day(act.now):
        return []
    return [Gap(MAIN_SECTION, key, "La date limite pour compléter doit être dans l’avenir.")]


def _opinion_gaps(act: _Act, key: str) -> list[Gap]:
    draft = opinions.draft_of(act.dossier, act.call, key)
    found = gaps(act.call.opinions[key].form, draft.answers)
    if draft.record is None and not found:
        raise TransitionRefused(["Enregistrez d’abord l’avis, puis rendez-le."])
    return found


def _take_effect(act: _Act) -> None:
    form = form_of(act.call, act.transition)
    if form is not None:
        act.note = encode_inputs(form, act.inputs)
    if act.transition.freezes:
        version = freeze(act.session, act.dossier, act.call, actor=_person(act), now=act.now)
        if act.transition.receipt:
            issue_receipt(act.session, act.dossier, act.call, version, now=act.now)
    if act.transition.gives:
        opinions.give(
            act.session,
            act.dossier,
            act.transition.gives,
            _version(act),
            actor=_person(act),
            stood_in=act.stood_in,
            now=act.now,
        )
    for key in act.transition.reopens:
        opinions.reopen(act.session, act.dossier, key)
    if act.transition.decides:
        record_decision(
            act.session,
            act.dossier,
            act.call,
            act.note,
            _version(act),
            actor=_person(act),
            stood_in=act.stood_in,
            now=act.now,
        )


def encode_inputs(form: FormDefinition, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The act's answers as stored, those of hidden fields left out."""
    shown = {each.key for each in visible(form, inputs)}
    return {
        key: form.fields[key].encode(value)
        for key, value in inputs.items()
        if key in shown and value is not None
    }


def _person(act: _Act) -> User:
    if act.actor is None:
        raise TransitionRefused(["Cette action demande une personne."])
    return act.actor


def _version(act: _Act) -> DossierVersion:
    version = act.dossier.version_in_hand
    if version is None:
        raise TransitionRefused(["Cette action demande un dossier déposé."])
    return version


def _move(act: _Act, target: str) -> str:
    """Write the new state and all that hangs on it; the state left is returned."""
    dossier, source = act.dossier, act.dossier.state
    dossier.state, dossier.phase = target, act.call.circuit.states[target].phase
    dossier.step += 1
    _wind_clock(act, source, target)
    dossier.silence_on = silence_day(dossier, act.call, act.transition, now=act.now)
    dossier.notified_at = act.now if dossier.phase == Phase.NOTIFIED else None
    dossier.closed_at = act.now if dossier.phase == Phase.CLOSED else None
    return source


def _record(act: _Act, source: str) -> DossierEvent:
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


def _wind_clock(act: _Act, source: str, target: str) -> None:
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
