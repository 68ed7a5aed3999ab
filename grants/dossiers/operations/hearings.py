"""Hearing slots: made with the call, booked by an act, one dossier each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.acts import SLOT
from grants.calls.models import Call, HearingSlot
from grants.dossiers.awaiting import slot_of, slot_words
from grants.dossiers.errors import TransitionRefused
from grants.dossiers.models import Dossier
from grants.forms import FormDefinition
from grants.wording import moment

_PREFIX = "slot_"

TAKEN: Final = "Ce créneau vient d’être pris : choisissez-en un autre."


def free_slots(
    session: Session, call: Call, hearing: str, *, now: datetime
) -> Sequence[HearingSlot]:
    """Those that can still be booked, the earliest first."""
    return session.scalars(
        select(HearingSlot)
        .where(
            HearingSlot.call_id == call.id,
            HearingSlot.hearing_key == hearing,
            HearingSlot.dossier_id.is_(None),
            HearingSlot.starts_at > now,
        )
        .order_by(HearingSlot.starts_at)
    ).all()


def option_of(slot: HearingSlot) -> str:
    """The slot as a choice of the form."""
    return f"{_PREFIX}{slot.id}"


def slot_form(
    session: Session, dossier: Dossier, hearing: str, *, now: datetime
) -> FormDefinition | None:
    """The choice of a free slot; None when there is none left."""
    free = free_slots(session, dossier.call, hearing, now=now)
    if not free:
        return None
    options = {option_of(each): slot_words(each) for each in free}
    field = {"type": "choice", "label": "Créneau", "required": True, "options": options}
    return FormDefinition.model_validate({"fields": {SLOT: field}})


def book(
    session: Session, dossier: Dossier, hearing: str, chosen: str, *, actor: User, now: datetime
) -> HearingSlot:
    """Take the chosen slot, and let go of the one held before. Called by `fire` alone.

    :raises TransitionRefused: when another dossier took it first, or once the dossier was heard.
    """
    held = slot_of(dossier, hearing)
    if held is not None and held.starts_at <= now:
        raise TransitionRefused([f"L’audition du {moment(held.starts_at)} a déjà eu lieu."])
    let_go(session, dossier, hearing)
    # By the database itself: of two bookings at once, one finds the slot taken.
    taken = session.execute(
        update(HearingSlot)
        .where(
            HearingSlot.id == int(chosen.removeprefix(_PREFIX)),
            HearingSlot.call_id == dossier.call_id,
            HearingSlot.hearing_key == hearing,
            HearingSlot.dossier_id.is_(None),
            HearingSlot.starts_at > now,
        )
        .values(dossier_id=dossier.id, booked_at=now, booked_by_id=actor.id)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result counts its rows
        raise TransitionRefused([TAKEN])
    session.expire(dossier, ["slots"])
    booked = slot_of(dossier, hearing)
    assert booked is not None  # noqa: S101  # written just above
    session.refresh(booked)  # it may have been read as free, to be chosen
    return booked


def let_go(session: Session, dossier: Dossier, hearing: str) -> None:
    """Free the slot that the dossier holds, if any."""
    held = slot_of(dossier, hearing)
    if held is not None:
        held.dossier_id, held.booked_at, held.booked_by_id = None, None, None
        session.flush()
        session.expire(dossier, ["slots"])
