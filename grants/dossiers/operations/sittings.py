"""What a call's manager does to its hearing slots: more of them, fewer, a booking undone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.definition import Sitting
from grants.calls.models import Call, HearingSlot
from grants.calls.operations import CallRefused
from grants.database import take_turns
from grants.dossiers.awaiting import slot_of, turn_of_dossier
from grants.dossiers.messages import queue_hearing_change
from grants.dossiers.models import Dossier
from grants.dossiers.operations.hearings import book, let_go
from grants.dossiers.operations.locking import lock

#: Beyond this, an hour was mistyped.
AT_MOST = 200


def add_slots(
    session: Session, call: Call, hearing: str, sitting: Sitting, *, place: str, now: datetime
) -> int:
    """Add the slots of `sitting` that the call has not yet; how many were added.

    :raises CallRefused: for a run without a slot, in the past, or too long.
    """
    starts = sitting.starts
    if not starts:
        raise CallRefused(["La fin doit suivre le début."])
    if starts[0] <= now:
        raise CallRefused(["Ces créneaux commencent dans le passé."])
    if len(starts) > AT_MOST:
        raise CallRefused([f"Cela ferait {len(starts)} créneaux ; {AT_MOST} au plus à la fois."])
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
    return len(added)


def remove_slot(session: Session, slot: HearingSlot) -> None:
    """:raises CallRefused: when a dossier holds it, perhaps since a moment ago."""
    removed = session.execute(
        delete(HearingSlot)
        .where(HearingSlot.id == slot.id, HearingSlot.dossier_id.is_(None))
        .execution_options(synchronize_session=False)
    )
    if removed.rowcount != 1:  # type: ignore[attr-defined]  # a DELETE's result counts its rows
        raise CallRefused(["Ce créneau est réservé : libérez-le ou déplacez-le d’abord."])
    session.expunge(slot)


def release(session: Session, dossier: Dossier, hearing: str, *, now: datetime) -> None:
    """Free the slot that the dossier holds; those who booked it are told, and may book again.

    :raises CallRefused: when it holds none any more.
    """
    dossier = _holding(session, dossier, hearing)
    let_go(session, dossier, hearing)
    _told(session, dossier, hearing, now)


def move_booking(
    session: Session,
    dossier: Dossier,
    hearing: str,
    chosen: str,
    *,
    actor: User,
    now: datetime,
) -> None:
    """Give the dossier another free slot, `chosen` as in `slot_form`; those who booked are told.

    :raises CallRefused: when it holds none any more.
    :raises TransitionRefused: when another dossier took the slot first.
    """
    dossier = _holding(session, dossier, hearing)
    book(session, dossier, hearing, chosen, actor=actor, now=now)
    _told(session, dossier, hearing, now)


def _holding(session: Session, dossier: Dossier, hearing: str) -> Dossier:
    dossier = lock(session, dossier)
    if slot_of(dossier, hearing) is None:
        raise CallRefused(["Ce dossier n’a plus de créneau : il a été libéré entre-temps."])
    return dossier


def _told(session: Session, dossier: Dossier, hearing: str, now: datetime) -> None:
    """Whose turn it is may change with the booking; whoever books is told by mail."""
    call = dossier.definition
    dossier.turn = turn_of_dossier(dossier, call)
    queue_hearing_change(session, dossier, call, hearing, now=now)
    session.flush()
