"""Hearing slots: made with the call, booked by an act, one dossier each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.acts import SLOT
from grants.calls.models import Call, HearingSlot
from grants.dossiers.awaiting import slot_of
from grants.dossiers.errors import TransitionRefused
from grants.dossiers.models import Dossier
from grants.forms import FormDefinition
from grants.wording import moment

_PREFIX = "slot_"


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


def slot_words(slot: HearingSlot) -> str:
    """« 19 avril 2019 à 9 h 10, salle Condorcet »."""
    return f"{moment(slot.starts_at)}, {slot.place}" if slot.place else moment(slot.starts_at)


def slot_form(
    session: Session, dossier: Dossier, hearing: str, *, now: datetime
) -> FormDefinition | None:
    """The choice of a free slot; None when there is none left."""
    free = free_slots(session, dossier.call, hearing, now=now)
    if not free:
        return None
    options = {f"{_PREFIX}{each.id}": slot_words(each) for each in free}
    field = {"type": "choice", "label": "Créneau", "required": True, "options": options}
    return FormDefinition.model_validate({"fields": {SLOT: field}})


def book(
    session: Session, dossier: Dossier, hearing: str, chosen: str, *, actor: User, now: datetime
) -> HearingSlot:
    """Take the chosen slot, and let go of the one held before. Called by `fire` alone.

    :raises TransitionRefused: when another dossier took it first.
    """
    held = slot_of(dossier, hearing)
    if held is not None:
        _write(session, held, None, None, None)
    # By the database itself: of two bookings at once, one finds the slot taken.
    taken = session.execute(
        update(HearingSlot)
        .where(
            HearingSlot.id == int(chosen.removeprefix(_PREFIX)),
            HearingSlot.call_id == dossier.call_id,
            HearingSlot.hearing_key == hearing,
            HearingSlot.dossier_id.is_(None),
        )
        .values(dossier_id=dossier.id, booked_at=now, booked_by_id=actor.id)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result counts its rows
        raise TransitionRefused(["Ce créneau vient d’être pris : choisissez-en un autre."])
    session.expire(dossier, ["slots"])
    booked = slot_of(dossier, hearing)
    assert booked is not None  # noqa: S101  # written just above
    return booked


def _write(
    session: Session,
    slot: HearingSlot,
    dossier_id: int | None,
    booked_at: datetime | None,
    booked_by_id: int | None,
) -> None:
    slot.dossier_id, slot.booked_at, slot.booked_by_id = dossier_id, booked_at, booked_by_id
    session.flush()
