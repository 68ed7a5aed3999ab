"""What waits for LibreOffice, one after the other: a PDF kept, a file read."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from sqlalchemy.orm import Session

from grants.calls.loader import definition_of
from grants.database import WRITING
from grants.documents.codes import printed_code
from grants.documents.converting import NotConverted, Office
from grants.documents.reading import FileNotRead, Reading
from grants.dossiers.errors import DraftGone, DraftRefused, NotEditable, ProposalRefused
from grants.dossiers.models import Conversion, Dossier, IssuedDocument
from grants.dossiers.operations.conversions import end, fail, held, is_due, take
from grants.dossiers.operations.importing import Place, propose
from grants.dossiers.operations.issuing import Press, file_of, keep_file
from grants.dossiers.operations.locking import lock
from grants.dossiers.operations.proposals import SentFile
from grants.dossiers.returned import read_for
from grants.files import FileMissing, FileStore

logger = logging.getLogger(__name__)

LOST = "Le fichier à convertir n’est plus là : envoyez-le à nouveau."
NOT_WRITABLE = "Le dossier n’est plus modifiable à cette étape."
BROKEN = "Une erreur est survenue ; elle a été notée."


@dataclass(slots=True)
class OfficeRun:
    """What one run did, in attempts."""

    made: int = 0
    put_back: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """What an installation converts with."""

    office: Office
    press: Press
    #: The folder of files that people sent to be read.
    sent: FileStore


def run_conversions(
    sessions: Callable[[], Session], desk: Desk, *, clock: Callable[[], datetime]
) -> OfficeRun:
    """Make what is due, one at a time: LibreOffice runs outside any transaction, and what a run cut
    short held is taken over after a while. Two at once do nothing twice."""
    run = OfficeRun()
    while (taken := _taken(sessions, clock())) is not None:
        ended = _attempted(sessions, desk, taken, clock)
        run.made += ended == "done"
        run.put_back += ended == "waiting"
        run.failed += ended == "failed"
    return run


def _taken(sessions: Callable[[], Session], now: datetime) -> Conversion | None:
    with sessions() as session:
        if not is_due(session, now=now):
            return None
    with sessions() as session:
        session.connection(execution_options=WRITING)
        taken = take(session, now=now)
        session.commit()
        if taken is not None:
            session.refresh(taken)
            session.expunge(taken)
    return taken


def _attempted(
    sessions: Callable[[], Session], desk: Desk, taken: Conversion, clock: Callable[[], datetime]
) -> str | None:
    """The status that the attempt left; None when somebody else has it now, or nobody."""
    try:
        return _kept(sessions, desk, taken, _made(sessions, desk, taken), clock)
    except NotConverted as fault:
        reason, for_good = fault.reason, False
    except (FileNotRead, ProposalRefused, DraftRefused) as refusal:
        reason, for_good = refusal.reason, True
    except (NotEditable, DraftGone):
        reason, for_good = NOT_WRITABLE, True
    except FileMissing:
        reason, for_good = LOST, True
    except Exception:
        logger.exception("conversion %s failed", taken.id)
        reason, for_good = BROKEN, False
    with sessions() as session:
        session.connection(execution_options=WRITING)
        mine = held(session, taken)
        if mine is not None:
            fail(session, mine, reason, now=clock(), for_good=for_good)
        session.commit()
        return mine.status if mine else None


def _kept(
    sessions: Callable[[], Session],
    desk: Desk,
    taken: Conversion,
    made: _Pdf | _Read,
    clock: Callable[[], datetime],
) -> str | None:
    with sessions() as session:
        session.connection(execution_options=WRITING)
        status = made.kept(session, taken, desk, clock())
        session.commit()
    return status


@dataclass(frozen=True, slots=True)
class _Pdf:
    file: bytes

    def kept(self, session: Session, taken: Conversion, desk: Desk, now: datetime) -> str | None:
        """Under the code of its document; one that has it already keeps that one."""
        document = session.get_one(IssuedDocument, taken.document_id)
        lock(session, document.dossier)
        if (mine := held(session, taken)) is None:
            return None
        if file_of(document, "word_pdf") is None:
            keep_file(session, document, "word_pdf", self.file, store=desk.press.store)
        end(session, mine, now=now)
        return mine.status


@dataclass(frozen=True, slots=True)
class _Read:
    file: SentFile
    reading: Reading

    def kept(self, session: Session, taken: Conversion, desk: Desk, now: datetime) -> str | None:
        """As what it proposes to whoever sent it."""
        if taken.dossier_id is not None:
            # Whoever deletes a dossier takes it first, then what is nothing without it.
            lock(session, session.get(Dossier, taken.dossier_id) or _gone())
        if (mine := held(session, taken)) is None:
            return None
        proposal = propose(
            session,
            place_of(mine),
            self.file,
            self.reading,
            key=desk.press.key,
            actor=mine.asked_by,
            now=now,
        )
        end(session, mine, now=now, proposal=proposal)
        return mine.status


def _made(sessions: Callable[[], Session], desk: Desk, taken: Conversion) -> _Pdf | _Read:
    store = desk.press.store if taken.target == "pdf" else desk.sent
    with store.open_checked(taken.sha256) as source:
        content = source.read()
    if taken.target == "pdf":
        with sessions() as session:
            code = session.get_one(IssuedDocument, taken.document_id).code
        return _Pdf(desk.office.pdf(content, keywords=printed_code(code)))
    word = desk.office.word(content)
    with sessions() as session:
        revision = place_of(session.get(Conversion, taken.id) or _gone()).revision
        call, form_hash = definition_of(revision), revision.sha256
    reading = read_for(call, form_hash, word, key=desk.press.key)
    return _Read(SentFile(taken.name or "", content, word), reading)


def place_of(conversion: Conversion) -> Place:
    """Where a file that was sent is proposed."""
    call = conversion.call
    if call is None:
        raise ValueError(f"conversion {conversion.id} reads nothing")
    return Place(call, conversion.dossier, conversion.organisation, conversion.opinion_key)


def _gone() -> NoReturn:
    raise DraftGone
