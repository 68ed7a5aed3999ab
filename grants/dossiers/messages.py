"""Words a call's messages for one dossier and queues them with the act that causes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grants.accounts.models import Organisation, User
from grants.calls.definition import CallDefinition, Message
from grants.dossiers import notices
from grants.dossiers.awaiting import slot_of, slot_words
from grants.dossiers.models import Dossier, DossierParty
from grants.dossiers.notices import Notice
from grants.dossiers.roles import holders_name, holders_of
from grants.forms import decode_answers
from grants.mail import SITE, enqueue
from grants.wording import day, fill, joined, moment
from grants.workflows.definition import Clock, Transition


def queue_messages(
    session: Session,
    dossier: Dossier,
    call: CallDefinition,
    transition: Transition,
    note: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """One mail for each holder of each message's roles, once the dossier is in its new state."""
    words = _words(dossier, call) | {"note": _note_text(call, transition, note)}
    for key in transition.mails:
        message = call.messages[key]
        people = holders_of(session, message.to, dossier, call, now=now)
        once = f"{dossier.reference}:{dossier.step}:{key}"
        _queue_for_each(session, dossier, message, people, words, once=once, now=now)


def queue_reminder(
    session: Session,
    dossier: Dossier,
    call: CallDefinition,
    clock: Clock,
    days_before: int,
    *,
    now: datetime,
) -> None:
    """Remind the roles of `clock`."""
    if clock.message is None:
        return
    words = _words(dossier, call) | {"clock": clock.label, "note": ""}
    message = call.messages[clock.message]
    due = f"{dossier.reference}:{clock.key}:{dossier.due_on}:{days_before}"
    people = holders_of(session, clock.remind or message.to, dossier, call, now=now)
    _queue_for_each(session, dossier, message, people, words, once=due, now=now)


def queue_hearing_change(
    session: Session, dossier: Dossier, call: CallDefinition, hearing: str, *, now: datetime
) -> None:
    """Tell those who may book `hearing` that their slot was changed, or taken back."""
    slot = slot_of(dossier, hearing)
    words = _words(dossier, call) | {
        "hearing": call.hearings[hearing].label,
        "slot": slot_words(slot) if slot else "",
    }
    people = holders_of(session, _who_books(call, hearing), dossier, call, now=now)
    notice = notices.HEARING_MOVED if slot else notices.HEARING_CANCELLED
    once = f"{dossier.reference}:{hearing}:{now.isoformat()}"
    _queue_for_each(session, dossier, notice, people, words, once=once, now=now)


def queue_joined(
    session: Session, dossier: Dossier, party: DossierParty, *, by: User, now: datetime
) -> None:
    """Tell the organisation that began the dossier who joined it."""
    call = dossier.definition
    words = _words(dossier, call) | {
        "organisation": party.organisation.name,
        "party": call.parties[party.party_key].label,
        "person": by.name,
    }
    once = f"{dossier.reference}:joined:{party.party_key}:{now.isoformat()}"
    people = _people_of(dossier.organisation)
    _queue_for_each(session, dossier, notices.JOINED, people, words, once=once, now=now)


def queue_left(
    session: Session,
    dossier: Dossier,
    organisation: Organisation,
    notice: Notice,
    *,
    by: User,
    now: datetime,
) -> None:
    """Tell an organisation that it is no longer in the dossier, and why."""
    words = _words(dossier, dossier.definition) | {
        "organisation": organisation.name,
        "lead": dossier.organisation.name,
        "person": by.name,
    }
    once = f"{dossier.reference}:left:{organisation.id}:{now.isoformat()}"
    people = _people_of(organisation)
    _queue_for_each(session, dossier, notice, people, words, once=once, now=now)


def _people_of(organisation: Organisation) -> list[User]:
    return [each.user for each in organisation.memberships if each.user.active]


def _who_books(call: CallDefinition, hearing: str) -> tuple[str, ...]:
    acts = call.circuit.transitions.values()
    return tuple(dict.fromkeys(role for act in acts if act.books == hearing for role in act.roles))


def _queue_for_each(
    session: Session,
    dossier: Dossier,
    message: Message | Notice,
    people: Iterable[User],
    words: dict[str, str],
    *,
    once: str,
    now: datetime,
) -> None:
    """One mail for each of `people`; `once` names what it tells, so that it is told once."""
    for person in people:
        enqueue(
            session,
            kind=f"dossier.{message.key}",
            recipient=person.email,
            subject=fill(message.subject, words.get),
            body=fill(message.body, words.get),
            now=now,
            unique_key=f"{once}:{person.id}",
            dossier_id=dossier.id,
            call_id=dossier.call_id,
        )


def _words(dossier: Dossier, call: CallDefinition) -> dict[str, str]:
    version = dossier.version_in_hand
    return {
        "reference": dossier.reference,
        "title": dossier.title,
        "holder": holders_name(dossier),
        "call": call.title,
        "received": moment(version.frozen_at) if version else "",
        "version": str(dossier.version_number),
        "due": day(dossier.due_on) if dossier.due_on else "",
        "clock": "",
        "hearing": joined([slot_words(each) for each in dossier.slots]),
        "link": f"{SITE}/dossiers/{dossier.reference}",
    }


def _note_text(call: CallDefinition, transition: Transition, note: dict[str, Any]) -> str:
    if transition.form is None:
        return ""
    form = call.forms[transition.form]
    answers = decode_answers(form, note)
    return "\n\n".join(
        field.display(answers[key]) for key, field in form.fields.items() if key in answers
    )
