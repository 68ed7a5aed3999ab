"""Ask LibreOffice for a file: once for a source, taken by one worker at a time, tried again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.calls.models import Call
from grants.database import WRITING, take_turns
from grants.dossiers.models import Conversion, Dossier, IssuedDocument, Proposal
from grants.dossiers.operations.importing import Place
from grants.dossiers.operations.issuing import file_of
from grants.dossiers.operations.proposals import KEPT_FOR as READ_WITHIN
from grants.dossiers.operations.proposals import LONGEST_NAME, SentFile, check_room
from grants.files import FileStore

#: Longer than one conversion can take, and its reading.
LEASE: Final = timedelta(minutes=2)
#: Waits before the second, third… attempt; after the last one the conversion has failed.
RETRY_AFTER: Final[Sequence[timedelta]] = (timedelta(seconds=15), timedelta(minutes=1))
#: What has ended is told that long, and what failed may be tried again.
TOLD_FOR: Final = timedelta(days=1)
#: A file that nothing waits for is left that long: whoever sends it may not have said so yet.
SWEPT_AFTER: Final = timedelta(minutes=10)
INTERRUPTED: Final = "La conversion a été interrompue plusieurs fois."

_INSERTS: Final[Mapping[str, Callable[[type[Conversion]], postgresql.Insert | sqlite.Insert]]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}
_IS_WAITING: Final = Conversion.status == "waiting"
_IS_RUNNING: Final = Conversion.status == "running"


def ask_pdf(
    session: Session, document: IssuedDocument, *, actor: User, now: datetime
) -> Conversion:
    """Have a PDF made of the Word file of an issued document: asked twice, made once."""
    word = file_of(document, "docx")
    if word is None:
        raise ValueError(f"document {document.id} has no Word file")
    return _ask(
        session,
        f"pdf:{document.id}",
        Conversion.status == "failed",
        target="pdf",
        sha256=word.sha256,
        document_id=document.id,
        asked_by_id=actor.id,
        now=now,
    )


def ask_reading(
    session: Session, place: Place, file: SentFile, *, actor: User, now: datetime
) -> Conversion:
    """Have a file made into a .docx and read, for what it proposes there: see `propose`, which
    also says then whether `actor` may. Its bytes are in the folder of files sent (`FileStore.put`).

    :raises ProposalRefused: beyond the number kept for one person.
    """
    dossier, organisation = place.dossier, place.organisation
    where = f"dossier:{dossier.id}" if dossier else f"new:{organisation.id if organisation else ''}"
    key = f"docx:{actor.id}:{place.call.id}:{where}:{place.opinion or ''}:{file.sha256}"
    own = (Conversion.asked_by_id == actor.id, Conversion.target == "docx")
    coming = select(func.count()).where(
        *own, or_(_IS_WAITING, _IS_RUNNING), Conversion.unique_key != key
    )
    check_room(session, actor, coming=session.scalar(coming) or 0)
    return _ask(
        session,
        key,
        Conversion.status.in_(("done", "failed")),
        target="docx",
        sha256=file.sha256,
        name=file.name[:LONGEST_NAME],
        call_id=place.call.id,
        dossier_id=dossier.id if dossier else None,
        organisation_id=organisation.id if organisation else None,
        opinion_key=place.opinion,
        asked_by_id=actor.id,
        now=now,
    )


def _ask(
    session: Session, key: str, anew: ColumnElement[bool], *, now: datetime, **of: Any
) -> Conversion:
    """The row of that key: a new one, or the one that is there, begun `anew` if it is so."""
    insert = _INSERTS[session.get_bind().dialect.name](Conversion)
    values = {"unique_key": key, "asked_at": now, "due_at": now, **of}
    session.execute(insert.values(values).on_conflict_do_nothing(index_elements=["unique_key"]))
    _begin_again(session, Conversion.unique_key == key, anew, now=now)
    return _read(session, Conversion.unique_key == key)


def retry(session: Session, conversion: Conversion, *, now: datetime) -> None:
    """Try what has failed with all its attempts before it; pressed twice, once."""
    which = Conversion.id == conversion.id
    _begin_again(session, which, Conversion.status == "failed", now=now)
    session.refresh(conversion)


def _begin_again(session: Session, *which: ColumnElement[bool], now: datetime) -> None:
    session.execute(
        update(Conversion)
        .where(*which)
        .values(
            status="waiting",
            attempts=0,
            asked_at=now,
            due_at=now,
            ended_at=None,
            reason=None,
            proposal_id=None,
        )
    )


def _read(session: Session, which: ColumnElement[bool]) -> Conversion:
    query = select(Conversion).where(which).execution_options(populate_existing=True)
    return session.scalars(query).one()


def is_due(session: Session, *, now: datetime) -> bool:
    """Whether a worker might take something: a look that writes nothing."""
    return bool(session.scalar(select(exists().where(_is_due(now)))))


def take(session: Session, *, now: datetime, lease: timedelta = LEASE) -> Conversion | None:
    """The conversion whose turn it is, held for `lease`; None while another one runs, in whatever
    process, or when none waits. What a killed worker held is taken over once its lease is past.

    The transaction is one that writes (`WRITING`).
    """
    take_turns(session, "conversion")
    _give_up(session, now)
    if session.scalar(select(exists().where(_IS_RUNNING, Conversion.leased_until > now))):
        return None
    found = session.scalars(
        select(Conversion)
        .where(_is_due(now))
        .order_by(Conversion.due_at, Conversion.id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is not None:
        found.status, found.leased_until = "running", now + lease
        found.attempts += 1
        session.flush()
    return found


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(_IS_WAITING, Conversion.due_at <= now),
        and_(_IS_RUNNING, Conversion.leased_until <= now),
    )


def _give_up(session: Session, now: datetime) -> None:
    """What killed its worker at each attempt would for ever."""
    session.execute(
        update(Conversion)
        .where(_IS_RUNNING, Conversion.leased_until <= now, Conversion.attempts > len(RETRY_AFTER))
        .values(status="failed", leased_until=None, ended_at=now, reason=INTERRUPTED)
    )


def held(session: Session, taken: Conversion) -> Conversion | None:
    """The row of what was taken, locked; None when it was taken over since, or is gone."""
    same = (Conversion.unique_key == taken.unique_key, Conversion.attempts == taken.attempts)
    return session.scalars(
        select(Conversion)
        .where(Conversion.id == taken.id, _IS_RUNNING, *same)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def end(
    session: Session, conversion: Conversion, *, now: datetime, proposal: Proposal | None = None
) -> None:
    """Something came of it."""
    conversion.status, conversion.leased_until = "done", None
    conversion.ended_at, conversion.reason, conversion.proposal = now, None, proposal
    session.flush()


def fail(
    session: Session, conversion: Conversion, reason: str, *, now: datetime, for_good: bool
) -> None:
    """Put it back for later, or give it up: `for_good`, or after the last attempt.

    :param reason: a French sentence.
    """
    conversion.leased_until, conversion.reason = None, reason
    if for_good or conversion.attempts > len(RETRY_AFTER):
        conversion.status, conversion.ended_at = "failed", now
    else:
        conversion.status = "waiting"
        conversion.due_at = now + RETRY_AFTER[conversion.attempts - 1]
    session.flush()


def ahead_of(session: Session, conversion: Conversion) -> int:
    """How many come first."""
    before = or_(
        Conversion.due_at < conversion.due_at,
        and_(Conversion.due_at == conversion.due_at, Conversion.id < conversion.id),
    )
    ahead = select(func.count()).where(or_(_IS_RUNNING, and_(_IS_WAITING, before)))
    return session.scalar(ahead) or 0


def pdf_asked(session: Session, document: IssuedDocument) -> Conversion | None:
    """The last that was asked of a document."""
    query = select(Conversion).where(Conversion.document_id == document.id)
    return session.scalars(query).one_or_none()


def unread_of(
    session: Session,
    author: User,
    *,
    call: Call | None = None,
    dossier: Dossier | None = None,
    opinion: str | None = None,
) -> Sequence[Conversion]:
    """What `author` sent there and is not read yet, or could not be."""
    where = [
        Conversion.asked_by_id == author.id,
        Conversion.target == "docx",
        Conversion.status != "done",
        Conversion.opinion_key.is_not_distinct_from(opinion),
    ]
    if call is not None:
        where += [Conversion.call_id == call.id, Conversion.dossier_id.is_(None)]
    if dossier is not None:
        where.append(Conversion.dossier_id == dossier.id)
    return session.scalars(select(Conversion).where(*where).order_by(Conversion.id)).all()


def forget(session: Session, conversion: Conversion) -> None:
    """Nothing more is asked; whatever runs comes to nothing."""
    session.execute(delete(Conversion).where(Conversion.id == conversion.id))


def sweep_conversions(sessions: Callable[[], Session], store: FileStore, *, now: datetime) -> None:
    """Forget what ended a day ago, or waited in vain; remove from the folder of files sent those
    that nothing waits for any more.

    :param store: of the files sent.
    """
    over = or_(Conversion.ended_at <= now - TOLD_FOR, Conversion.asked_at <= now - READ_WITHIN)
    with sessions() as session:
        any_over = session.scalar(select(exists().where(over)))
    if any_over:
        with sessions() as session:
            session.connection(execution_options=WRITING)
            session.execute(delete(Conversion).where(over))
            session.commit()
    with sessions() as session:
        unread = select(Conversion.sha256).where(
            Conversion.target == "docx", Conversion.status != "done"
        )
        held_still = set(session.scalars(unread))
    store.sweep(held_still, before=now - SWEPT_AFTER)
