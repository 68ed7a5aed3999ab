"""Import a call file, open the call, move its dates, close it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.accounts.operations import register_body
from grants.calls.calendar import LAST_MINUTE, last_minute
from grants.calls.definition import CallDefinition
from grants.calls.loader import CallFileInvalid, FileError, read_call
from grants.calls.models import (
    Call,
    CallEvent,
    CallManager,
    CallRevision,
    CallStatus,
    HearingSlot,
)
from grants.calls.queries import is_managed_by
from grants.calls.source import read_source
from grants.calls.staffing import territories_of, unstaffed
from grants.database import take_turns
from grants.wording import moment


class CallRefused(Exception):
    """The operation on the call is refused; `reasons` are French sentences."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def import_call(
    session: Session,
    source: str,
    *,
    actor: User | None,
    now: datetime,
    models: Callable[[str], bytes] | None = None,
    dates: tuple[datetime, datetime] | None = None,
    replaces: int | None = None,
) -> CallRevision:
    """Make `source` the call's newest revision; the first import creates the call.

    Dossiers already begun stay on their revision. The file's dates only serve the first import:
    afterwards they are the call's own. A file that is already the call's changes nothing.

    :param models: gives a Word model by its name, when its slots are to be checked too.
    :param dates: opening and first instant too late, instead of the file's.
    :param replaces: number of the revision that the actor had before their eyes, 0 for none.
    :raises CallFileInvalid: with all faults of the file, then with its prefix of references when
        another call has it; nothing is imported.
    :raises CallRefused: when the call exists and `actor` does not manage it, or when it was
        imported meanwhile.
    """
    definition = read_call(source, models=models)
    take_turns(session, f"reference_prefix:{definition.reference_prefix}")
    call = _locked(session, definition.slug)
    if call is None:
        call = _create(session, definition, dates, actor=actor, now=now)
    elif actor is not None and not is_managed_by(session, call, actor):
        raise CallRefused([f"L’appel « {definition.slug} » existe et d’autres le gèrent."])
    sha256 = hashlib.sha256(source.encode()).hexdigest()
    if call.revision is not None and call.revision.sha256 == sha256:
        return call.revision
    number = call.revision.number if call.revision else 0
    if replaces is not None and replaces != number:
        raise CallRefused([_imported_meanwhile(call.revision)])
    _check_prefix(session, call, definition.reference_prefix, source)
    revision = CallRevision(
        call=call,
        number=number + 1,
        source=source,
        definition=definition.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        sha256=sha256,
        imported_at=now,
        imported_by_id=actor.id if actor else None,
    )
    session.add(revision)
    session.flush()
    call.revision, call.title = revision, definition.title
    _register_bodies(session, definition)
    _make_slots(session, call, definition)
    record(session, call, "imported", {"revision": revision.number}, actor=actor, now=now)
    return revision


def _register_bodies(session: Session, definition: CallDefinition) -> None:
    """The bodies that the file names, in each territory of the call."""
    for service in definition.services.values():
        if service.name:
            for code, place in territories_of(definition, service.scope):
                name = service.name if service.scope == "national" else f"{service.name} ({place})"
                register_body(session, service.kind, service.scope, code, name)


def _make_slots(session: Session, call: Call, definition: CallDefinition) -> None:
    """The slots of each hearing that has none yet: afterwards they are the call's own."""
    known = set(
        session.scalars(select(HearingSlot.hearing_key).where(HearingSlot.call_id == call.id))
    )
    session.add_all(
        HearingSlot(call_id=call.id, hearing_key=key, starts_at=start, place=hearing.place)
        for key, hearing in definition.hearings.items()
        if key not in known
        for sitting in hearing.slots
        for start in sitting.starts
    )
    session.flush()


def _locked(session: Session, slug: str) -> Call | None:
    """The call as it stands, held until the end of the transaction."""
    return session.scalar(
        select(Call)
        .where(Call.slug == slug)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _hold(session: Session, call: Call) -> None:
    """One writer at a time: the call's dates as they are now, held until the transaction ends."""
    session.refresh(call, ["opens_at", "closes_at", "published_at"], with_for_update=True)


def _imported_meanwhile(revision: CallRevision | None) -> str:
    if revision is None:
        return "Cet appel n’a pas de fichier ; importez à nouveau."
    return (
        f"Une autre version de cet appel (n° {revision.number}) a été importée entre-temps, le "
        f"{moment(revision.imported_at)}. Relisez, puis importez à nouveau si c’est voulu."
    )


def _check_prefix(session: Session, call: Call, prefix: str, source: str) -> None:
    """References are unique: two calls never share the beginning of theirs.

    :raises CallFileInvalid: when another call's dossiers already begin so.
    """
    taken = session.scalar(
        select(Call.title)
        .join(CallRevision, CallRevision.call_id == Call.id)
        .where(
            Call.id != call.id,
            CallRevision.definition["reference_prefix"].as_string() == prefix,
        )
        .limit(1)
    )
    if taken is not None:
        line = read_source(source).line_of(("reference_prefix",))
        told = f"Les références « {prefix} » (« reference_prefix ») sont celles de « {taken} »."
        raise CallFileInvalid([FileError(line, told)])


def _create(
    session: Session,
    definition: CallDefinition,
    dates: tuple[datetime, datetime] | None,
    *,
    actor: User | None,
    now: datetime,
) -> Call:
    opens_at, closes_at = dates or (
        definition.dates.opens,
        definition.dates.closes + LAST_MINUTE,
    )
    call = Call(
        slug=definition.slug,
        title=definition.title,
        opens_at=opens_at,
        closes_at=closes_at,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(call)
    except IntegrityError:
        raise CallRefused(
            [f"L’appel « {definition.slug} » vient d’être importé par un autre."]
        ) from None
    if actor is not None:
        session.add(CallManager(call_id=call.id, user_id=actor.id))
    return call


def add_manager(session: Session, call: Call, user: User) -> None:
    """One more person who manages the call; nothing when they do already."""
    if session.get(CallManager, (call.id, user.id)) is None:
        session.add(CallManager(call_id=call.id, user_id=user.id))
        session.flush()


def open_call(session: Session, call: Call, *, actor: User | None, now: datetime) -> None:
    """Show the call to the public; deposits start at its opening date.

    :raises CallRefused: when the call's dossiers would stop for want of people, or the dates are
        past.
    """
    _hold(session, call)
    if call.published_at is not None:
        raise CallRefused(["Cet appel est déjà publié."])
    reasons = unstaffed(session, call)
    if call.closes_at <= now:
        reasons.append("La date de clôture est passée : déplacez-la avant d’ouvrir.")
    if reasons:
        raise CallRefused(reasons)
    call.published_at = now
    record(session, call, "opened", {}, actor=actor, now=now)


def move_dates(
    session: Session,
    call: Call,
    *,
    opens_at: datetime,
    closes_at: datetime,
    actor: User | None,
    now: datetime,
) -> None:
    """Change the calendar, for all dossiers at once. `closes_at` is the first instant too late.

    :raises CallRefused: dates out of order, or a closing in the past.
    """
    _hold(session, call)
    if closes_at <= opens_at:
        raise CallRefused(["La clôture doit suivre l’ouverture."])
    if closes_at <= now:
        raise CallRefused(["La nouvelle clôture est déjà passée ; pour clore, utilisez « Clore »."])
    detail = {
        "from": [moment(call.opens_at), moment(last_minute(call.closes_at))],
        "to": [moment(opens_at), moment(last_minute(closes_at))],
    }
    call.opens_at, call.closes_at = opens_at, closes_at
    record(session, call, "moved", detail, actor=actor, now=now)


def close_call(session: Session, call: Call, *, actor: User | None, now: datetime) -> None:
    """Refuse deposits from now on.

    :raises CallRefused: when the call is not open, or opens at this very instant.
    """
    _hold(session, call)
    if call.status(now) is not CallStatus.OPEN:
        raise CallRefused(["Cet appel n’est pas ouvert."])
    if now == call.opens_at:
        raise CallRefused(["Cet appel ouvre à l’instant même ; réessayez dans une minute."])
    call.closes_at = now
    record(session, call, "closed", {}, actor=actor, now=now)


def record(
    session: Session,
    call: Call,
    kind: str,
    detail: dict[str, Any],
    *,
    actor: User | None,
    now: datetime,
) -> None:
    """Write a line of the call's journal."""
    session.add(
        CallEvent(
            call_id=call.id, kind=kind, detail=detail, at=now, actor_id=actor.id if actor else None
        )
    )
    session.flush()
