"""Issue documents: what was given out is frozen, under a code printed on each of its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.documents.codes import new_code, printed_code
from grants.dossiers.errors import StillWritten
from grants.dossiers.minutes import minutes_manuscript, version_examined
from grants.dossiers.models import (
    Dossier,
    DossierEvent,
    DossierVersion,
    IssuedDocument,
    IssuedFile,
    Receipt,
)
from grants.dossiers.models.issued import IssuedKind
from grants.dossiers.operations.locking import lock
from grants.dossiers.papers import (
    Manuscript,
    letter_manuscript,
    presentation_manuscript,
    receipt_manuscript,
)
from grants.dossiers.pdf import paper_pdf, presentation_pdf
from grants.dossiers.presentation import Reader, decision_at, is_project
from grants.files import FileStore
from grants.workflows.definition import Audience, Transition

#: Before a colon.
_SPACE: Final = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Press:
    """What an installation issues its documents with."""

    store: FileStore
    #: Address of the page that tells of a code.
    verify_at: str
    key: bytes = field(repr=False)
    demo_notice: str = ""

    def issue(
        self, session: Session, dossier: Dossier, event: DossierEvent
    ) -> list[IssuedDocument]:
        """What `fire` has issued: see `issue_by_act`."""
        return issue_by_act(session, dossier, event, press=self)


@dataclass(frozen=True, slots=True)
class _Given:
    """A document that an act gives."""

    kind: IssuedKind
    version: DossierVersion
    manuscript: Manuscript
    audience: Audience = Audience.APPLICANT


def issue_by_act(
    session: Session, dossier: Dossier, event: DossierEvent, *, press: Press
) -> list[IssuedDocument]:
    """What the call gives at that act: the receipt of a deposit, the letter of a notification, the
    minutes of a sitting. What was issued already stays as it was.

    `fire` calls it in its own transaction. For an act carried out before documents were issued, it
    is called when one is asked for: the receipt says what was kept at the deposit; the letter and
    the minutes name the project and its holder, and the letter the contact of the call, as they
    are that day.
    """
    # A draft that moved to another revision may have acts behind it that this circuit has not.
    act = dossier.definition.circuit.transitions.get(event.trigger)
    if act is None or not (act.receipt or act.notifies or act.minutes):
        return []
    dossier = lock(session, dossier)
    session.expire(dossier, ["decisions"])  # one may have been taken by this very act
    return [
        issued_by_act(session, event, each.kind)
        or _issue(
            session,
            dossier,
            each,
            act_step=event.step,
            actor=event.actor,
            now=event.at,
            press=press,
        )
        for each in _given_by(session, dossier, act, event, press)
    ]


def issued_by_act(session: Session, event: DossierEvent, kind: IssuedKind) -> IssuedDocument | None:
    return session.scalars(
        select(IssuedDocument).where(
            IssuedDocument.dossier_id == event.dossier_id,
            IssuedDocument.kind == kind,
            IssuedDocument.act_step == event.step,
        )
    ).one_or_none()


def _given_by(
    session: Session, dossier: Dossier, act: Transition, event: DossierEvent, press: Press
) -> Iterator[_Given]:
    if act.receipt:
        version = next(each for each in dossier.versions if each.number == event.version_number)
        receipt = session.scalars(select(Receipt).where(Receipt.version_id == version.id)).one()
        words = receipt_manuscript(dossier, version, receipt, demo_notice=press.demo_notice)
        yield _Given("receipt", version, words)
    if act.notifies:
        decision = decision_at(dossier.definition, dossier, event.step)
        if decision is not None:
            words = letter_manuscript(dossier, decision, event, demo_notice=press.demo_notice)
            yield _Given("letter", decision.version, words)
    if act.minutes:
        version = version_examined(dossier, event)
        words = minutes_manuscript(dossier, version, event, demo_notice=press.demo_notice)
        yield _Given("minutes", version, words, Audience.SERVICE)


def issue_presentation(
    session: Session,
    dossier: Dossier,
    reader: Reader,
    version: DossierVersion,
    *,
    actor: User | None,
    now: datetime,
    press: Press,
) -> tuple[IssuedDocument, Manuscript]:
    """The presentation of `version` as it now stands for `reader`, and its words: the one that was
    issued with these words already, else a new one.

    The transaction is one that writes (`WRITING`): of two who ask first at once, the second waits
    and is given the first one's.

    :raises StillWritten: when an opinion that `reader` is shown is being written.
    """
    dossier = lock(session, dossier)
    if is_project(dossier, dossier.definition, reader, version):
        raise StillWritten(dossier.reference)
    words = presentation_manuscript(
        dossier, dossier.definition, reader, version=version, demo_notice=press.demo_notice, now=now
    )
    document = issued_presentation(session, dossier, words) or _issue(
        session,
        dossier,
        _Given("presentation", version, words, reader.audience),
        act_step=None,
        actor=actor,
        now=now,
        press=press,
    )
    return document, words


def issue_pdf(
    session: Session, document: IssuedDocument, words: Manuscript, *, press: Press
) -> IssuedFile:
    """The PDF of an issued presentation, typeset when it is first asked for, of the words, the day
    and the code of its Word file.

    The transaction is one that writes (`WRITING`).

    :raises ValueError: when these words are not those of the document.
    """
    if words.sha256 != document.content_sha256:
        raise ValueError(f"other words than those of {document.code}")
    return _pdf_of(session, document, lambda: _set_presentation(document, words, press), press)


def issue_paper_pdf(session: Session, document: IssuedDocument, *, press: Press) -> IssuedFile:
    """The PDF of a document that an act gave: typeset when it is first asked for, of what its Word
    file says as it was frozen.

    The transaction is one that writes (`WRITING`).

    :raises FileMissing: when that file is lost.
    """
    return _pdf_of(session, document, lambda: _set_paper(document, press), press)


def _pdf_of(
    session: Session, document: IssuedDocument, typeset: Callable[[], bytes], press: Press
) -> IssuedFile:
    lock(session, document.dossier)
    session.refresh(document, ["files"])
    file = file_of(document, "pdf")
    return file or keep_file(session, document, "pdf", typeset(), store=press.store)


def _set_presentation(document: IssuedDocument, words: Manuscript, press: Press) -> bytes:
    call, at = document.dossier.definition, document.issued_at
    mark = _mark(document.code, press)
    return presentation_pdf(words, call, dated=at, mark=mark, code=document.code)


def _set_paper(document: IssuedDocument, press: Press) -> bytes:
    word = file_of(document, "docx")
    assert word is not None  # noqa: S101  # a document is issued with it
    with press.store.open_checked(word.sha256) as file:
        return paper_pdf(file.read(), dated=document.issued_at, code=document.code)


def file_of(document: IssuedDocument, format_: str) -> IssuedFile | None:
    return next((each for each in document.files if each.format == format_), None)


def issued_presentation(
    session: Session, dossier: Dossier, words: Manuscript
) -> IssuedDocument | None:
    """The presentation issued with these words; None when none was."""
    return session.scalars(
        select(IssuedDocument).where(
            IssuedDocument.dossier_id == dossier.id,
            IssuedDocument.kind == "presentation",
            IssuedDocument.content_sha256 == words.sha256,
        )
    ).one_or_none()


def _issue(
    session: Session,
    dossier: Dossier,
    given: _Given,
    *,
    act_step: int | None,
    actor: User | None,
    now: datetime,
    press: Press,
) -> IssuedDocument:
    code = new_code()
    file = given.manuscript.printed(_mark(code, press), key=press.key, code=code)
    document = IssuedDocument(
        code=code,
        kind=given.kind,
        dossier_id=dossier.id,
        version_id=given.version.id,
        act_step=act_step,
        audience=given.audience,
        model_sha256=given.manuscript.model_sha256,
        content_sha256=_digest(given.manuscript, act_step),
        issued_at=now,
        issued_by=actor,
    )
    session.add(document)
    keep_file(session, document, "docx", file, store=press.store)
    return document


def _digest(words: Manuscript, act_step: int | None) -> str:
    """Two acts that happen to say the same words give two documents."""
    if act_step is None:
        return words.sha256
    return sha256(f"{act_step} {words.sha256}".encode()).hexdigest()


def _mark(code: str, press: Press) -> str:
    return f"Code de vérification{_SPACE}: {printed_code(code)} · {press.verify_at}"


def keep_file(
    session: Session, document: IssuedDocument, format_: str, file: bytes, *, store: FileStore
) -> IssuedFile:
    """Freeze a file of an issued document; a document has one of each format."""
    stored = store.put(BytesIO(file), most=len(file))
    kept = IssuedFile(format=format_, sha256=stored.sha256, size=stored.size)
    document.files.append(kept)
    session.flush()
    return kept
