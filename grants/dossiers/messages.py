"""Words a call's messages for one dossier and queues them with the act that causes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grants.calls.definition import CallDefinition, Message
from grants.dossiers.awaiting import slot_of, slot_words
from grants.dossiers.models import Dossier
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
        for person in holders_of(session, message.to, dossier, call, now=now):
            _queue(
                session,
                dossier,
                message,
                words,
                recipient=person.email,
                unique_key=f"{dossier.reference}:{dossier.step}:{key}:{person.id}",
                now=now,
            )


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
    for person in holders_of(session, clock.remind or message.to, dossier, call, now=now):
        _queue(
            session,
            dossier,
            message,
            words,
            recipient=person.email,
            unique_key=f"{due}:{person.id}",
            now=now,
        )


def queue_hearing_change(
    session: Session, dossier: Dossier, call: CallDefinition, hearing: str, *, now: datetime
) -> None:
    """Tell those who may book `hearing` that their slot was changed, or taken back."""
    slot, label = slot_of(dossier, hearing), call.hearings[hearing].label
    message = Message(
        key="hearing",
        to=_who_books(call, hearing),
        subject="{reference} : votre audition est " + ("déplacée" if slot else "annulée"),
        body="\n\n".join(
            (
                f"Dossier {{reference}}, « {{title}} » : {label}.",
                f"Nouvelle heure : {slot_words(slot)}."
                if slot
                else "Le créneau que vous aviez réservé ne tient plus. Choisissez-en un autre.",
                "{link}",
            )
        ),
    )
    words = _words(dossier, call)
    for person in holders_of(session, message.to, dossier, call, now=now):
        _queue(
            session,
            dossier,
            message,
            words,
            recipient=person.email,
            unique_key=f"{dossier.reference}:{hearing}:{now.isoformat()}:{person.id}",
            now=now,
        )


def _who_books(call: CallDefinition, hearing: str) -> tuple[str, ...]:
    acts = call.circuit.transitions.values()
    return tuple(dict.fromkeys(role for act in acts if act.books == hearing for role in act.roles))


def _queue(
    session: Session,
    dossier: Dossier,
    message: Message,
    words: dict[str, str],
    *,
    recipient: str,
    unique_key: str,
    now: datetime,
) -> None:
    enqueue(
        session,
        kind=f"dossier.{message.key}",
        recipient=recipient,
        subject=fill(message.subject, words.get),
        body=fill(message.body, words.get),
        now=now,
        unique_key=unique_key,
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
