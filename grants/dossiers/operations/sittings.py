"""What a call's manager does to its hearing slots: more of them, fewer, a booking undone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.definition import Sitting
from grants.calls.models import Call, HearingSlot
from grants.calls.operations import record
from grants.database import take_turns
from grants.dossiers.awaiting import slot_of, slot_words, turn_of_dossier
from grants.dossiers.errors import SlotRefused
from grants.dossiers.messages import queue_hearing_change
from grants.dossiers.models import Dossier
from grants.dossiers.operations.hearings import book, let_go
from grants.dossiers.operations.locking import lock
from grants.wording import moment, plural

#: Beyond this, an hour was mistyped.
AT_MOST = 200


def add_slots(
    session: Session,
    call: Call,
    hearing: str,
    sitting: Sitting,
    *,
    place: str,
    actor: User | None,
    now: datetime,
) -> int:
    """Add the slots of `sitting` that the call has not yet; how many were added.

    :raises SlotRefused: for a run without a slot, in the past, or too long.
    """
    starts = sitting.starts
    if not starts:
        raise SlotRefused("La fin doit suivre le début.")
    if starts[0] <= now:
        raise SlotRefused("Ces créneaux commencent dans le passé.")
    if len(starts) > AT_MOST:
        raise SlotRefused(f"Cela ferait {len(starts)} créneaux ; {AT_MOST} au plus à la fois.")
    take_turns(session, f"slots:{call.id}")
    known = set(
        session.scalars(
            select(HearingSlot.starts_at).where(
                HearingSlot.call_id == call.id, HearingSlot.hearing_key == hearing
            )
        )
    )
    added = [
        HearingSlot(call_id=call.id, hearing_key=hearing, starts_at=each, place=place)
        for each in starts
        if each not in known
    ]
    session.add_all(added)
    session.flush()
    if added:
        count = plural(len(added), "créneau ajouté", "créneaux ajoutés")
        run = f"{slot_words(added[0])}, jusqu’au {moment(added[-1].starts_at)}"
        _note(session, call, f"{count} : {run}", actor=actor, now=now)
    return len(added)


def remove_slot(session: Session, slot: HearingSlot, *, actor: User | None, now: datetime) -> None:
    """:raises SlotRefused: when a dossier holds it, perhaps since a moment ago."""
    words = slot_words(slot)
    removed = session.execute(
        delete(HearingSlot)
        .where(HearingSlot.id == slot.id, HearingSlot.dossier_id.is_(None))
        .execution_options(synchronize_session=False)
    )
    if removed.rowcount != 1:  # type: ignore[attr-defined]  # a DELETE's result counts its rows
        raise SlotRefused("Ce créneau est réservé : libérez-le ou déplacez-le d’abord.")
    session.expunge(slot)
    call = session.get_one(Call, slot.call_id)
    _note(session, call, f"Créneau retiré : {words}", actor=actor, now=now)


def release(
    session: Session, dossier: Dossier, slot: HearingSlot, *, actor: User | None, now: datetime
) -> None:
    """Free the slot of the dossier; those who booked it are told, and may book again.

    :raises SlotRefused: when the dossier no longer holds that slot, or once it was heard.
    """
    dossier = _holding(session, dossier, slot, now)
    let_go(session, dossier, slot.hearing_key)
    freed = f"Créneau libéré : {slot_words(slot)} ({dossier.reference})"
    _note(session, dossier.call, freed, actor=actor, now=now)
    _told(session, dossier, slot.hearing_key, now)


def move_booking(
    session: Session,
    dossier: Dossier,
    slot: HearingSlot,
    chosen: str,
    *,
    actor: User,
    now: datetime,
) -> None:
    """Give the dossier another free slot in place of `slot`; `chosen` is a choice of `slot_form`.
    Those who booked are told.

    :raises SlotRefused: when the dossier no longer holds that slot, or once it was heard.
    :raises TransitionRefused: when another dossier took the chosen one first.
    """
    dossier = _holding(session, dossier, slot, now)
    booked = book(session, dossier, slot.hearing_key, chosen, actor=actor, now=now)
    change = f"{slot_words(slot)}, déplacée au {slot_words(booked)}"
    moved = f"Audition de {dossier.reference} : {change}"
    _note(session, dossier.call, moved, actor=actor, now=now)
    _told(session, dossier, slot.hearing_key, now)


def _holding(session: Session, dossier: Dossier, slot: HearingSlot, now: datetime) -> Dossier:
    dossier = lock(session, dossier)
    held = slot_of(dossier, slot.hearing_key)
    if held is None or held.id != slot.id:
        raise SlotRefused("Ce créneau a changé entre-temps : rouvrez la liste des auditions.")
    if held.starts_at <= now:
        raise SlotRefused(f"L’audition du {moment(held.starts_at)} a déjà eu lieu.")
    return dossier


def _note(session: Session, call: Call, text: str, *, actor: User | None, now: datetime) -> None:
    record(session, call, "slots", {"text": text}, actor=actor, now=now)


def _told(session: Session, dossier: Dossier, hearing: str, now: datetime) -> None:
    """Whose turn it is may change with the booking; whoever books is told by mail."""
    call = dossier.definition
    dossier.turn = turn_of_dossier(dossier, call)
    queue_hearing_change(session, dossier, call, hearing, now=now)
    session.flush()
