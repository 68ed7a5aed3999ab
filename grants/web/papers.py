"""The Word papers of a dossier, for whoever may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any, Final, Literal

from flask import Blueprint, abort, current_app, render_template, request, send_file
from werkzeug.wrappers import Response

from grants.database import WRITING
from grants.documents import DocumentError
from grants.dossiers.errors import ModelMissing, StillWritten
from grants.dossiers.minutes import readable_sittings, sittings
from grants.dossiers.models import Dossier, DossierEvent, DossierVersion, IssuedDocument
from grants.dossiers.models.issued import IssuedKind
from grants.dossiers.operations.issuing import (
    file_of,
    issue_by_act,
    issue_paper_pdf,
    issue_pdf,
    issue_presentation,
    issued_by_act,
    issued_presentation,
)
from grants.dossiers.papers import PROJECT_MARK, Manuscript, presentation_manuscript
from grants.dossiers.pdf import presentation_pdf as typeset_presentation
from grants.dossiers.presentation import Reader, is_project, notifying_events
from grants.dossiers.scoring import readable_grids
from grants.extensions import db
from grants.files import FileMissing
from grants.web import access
from grants.web.access import Seen
from grants.web.clock import now
from grants.web.errors import page
from grants.web.press import press
from grants.workflows.definition import Audience

screens = Blueprint("papers", __name__)

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Format = Literal["docx", "pdf"]
MEDIA_TYPES: Final[Mapping[Format, str]] = {"docx": WORD, "pdf": "application/pdf"}
LOST: Final = (
    "Ce document a été émis et son fichier ne se lit plus. Prévenez le contact de l’appel : ce "
    "que dit le dossier est intact."
)


Answer = Response | tuple[Any, int]


@screens.get("/dossiers/<reference>/presentation.docx")
@access.signed_in
def presentation(reference: str) -> Answer:
    """The official document of `?version=n`; without one, of the latest, or of the draft. What is
    still being written is only printed; the rest is issued, once for the same words."""
    return _presentation(reference, "docx")


@screens.get("/dossiers/<reference>/presentation.pdf")
@access.signed_in
def presentation_pdf(reference: str) -> Answer:
    """The same document to be read: under the same code, when it is issued."""
    return _presentation(reference, "pdf")


def _presentation(reference: str, format_: Format) -> Answer:
    seen = access.seen_or_404(reference)
    version = _version_or_404(seen)
    reader = _reader(seen)
    try:
        if version is None or is_project(seen.dossier, seen.call, reader, version):
            return _project(seen, reader, version, format_)
        document = issued_presentation(db.session(), seen.dossier, _words(seen, reader, version))
        if document is None or file_of(document, format_) is None:
            document = _issue_now(seen, reader, version, format_)
    except StillWritten:  # an opinion was begun meanwhile
        db.session.rollback()
        return _project(seen, reader, version, format_)
    except (DocumentError, ModelMissing) as fault:
        return _not_written(seen.dossier, fault)
    return _kept(document, f"{reference}-presentation-v{version.number}", format_)


def _words(seen: Seen, reader: Reader, version: DossierVersion | None) -> Manuscript:
    return presentation_manuscript(
        seen.dossier,
        seen.call,
        reader,
        version=version,
        demo_notice=press().demo_notice,
        now=now(),
    )


def _project(
    seen: Seen, reader: Reader, version: DossierVersion | None, format_: Format
) -> Response:
    words = _words(seen, reader, version)
    part = f"v{version.number}-projet" if version else "brouillon"
    if format_ == "pdf":
        paper = typeset_presentation(words, seen.call, dated=now(), mark=PROJECT_MARK)
    else:
        paper = words.printed(PROJECT_MARK, key=press().key)
    return _file(paper, format_, f"{seen.dossier.reference}-presentation-{part}")


def _reader(seen: Seen) -> Reader:
    """With the grids whose sheets this visitor may read, as on the pages."""
    grids = readable_grids(seen.dossier, seen.call, access.actor(), seen.standing)
    return replace(seen.reader, grids=grids)


def _issue_now(
    seen: Seen, reader: Reader, version: DossierVersion, format_: Format
) -> IssuedDocument:
    """In a transaction that writes: what was read so far belongs to one that may not."""
    _begin_writing()
    document, words = issue_presentation(
        db.session(),
        seen.dossier,
        reader,
        version,
        actor=access.actor(),
        now=now(),
        press=press(),
    )
    if format_ == "pdf":
        issue_pdf(db.session(), document, words, press=press())
    db.session.commit()
    return document


def _begin_writing() -> None:
    db.session.rollback()
    db.session.connection(execution_options=WRITING)


@screens.get("/dossiers/<reference>/accuse-de-reception.<any(docx,pdf):extension>")
@screens.get("/dossiers/<reference>/accuse-de-reception/<int:number>.<any(docx,pdf):extension>")
@access.signed_in
def receipt(reference: str, extension: Format, number: int | None = None) -> Answer:
    """The receipt of the deposit of version `number`; without one, the latest."""
    seen = access.seen_or_404(reference)
    acts = seen.call.circuit.transitions
    deposits = {
        each.version_number: each
        for each in seen.dossier.events
        if each.trigger in acts and acts[each.trigger].receipt
    }
    wanted = number if number is not None else max(deposits, default=0)
    if wanted not in deposits:
        abort(404)
    name = f"{reference}-accuse-de-reception-v{wanted}"
    return _given_by(seen, deposits[wanted], "receipt", name, extension)


@screens.get("/dossiers/<reference>/lettre-de-notification.<any(docx,pdf):extension>")
@access.signed_in
def letter(reference: str, extension: Format) -> Answer:
    """The letter of the n-th notification, `?numero=n`; without one, of the latest."""
    seen = access.seen_or_404(reference)
    notifications = notifying_events(seen.dossier, seen.call)
    number = request.args.get("numero", len(notifications), type=int)
    if not 0 < number <= len(notifications):
        abort(404)
    name = f"{reference}-lettre-de-notification"
    name += f"-{number}" if number < len(notifications) else ""
    return _given_by(seen, notifications[number - 1], "letter", name, extension)


@screens.get("/instruction/<reference>/releve-de-seance.<any(docx,pdf):extension>")
@access.signed_in
def minutes(reference: str, extension: Format) -> Answer:
    """The minutes of the n-th sitting, `?numero=n`; without one, of the latest. For services."""
    seen = access.agents_dossier_or_404(reference)
    held = sittings(seen.dossier, seen.call)
    number = request.args.get("numero", len(held), type=int)
    if not 0 < number <= len(held):
        abort(404)
    readable = readable_sittings(seen.dossier, seen.call, access.actor(), seen.standing)
    if number not in readable:
        abort(403)
    name = f"{reference}-releve-de-seance-{number}"
    return _given_by(seen, readable[number], "minutes", name, extension)


def _given_by(
    seen: Seen, event: DossierEvent, kind: IssuedKind, name: str, format_: Format
) -> Answer:
    """A document that an act gave."""
    document = issued_by_act(db.session(), event, kind)
    try:
        if document is None:  # the act was carried out before documents were issued
            _begin_writing()
            issue_by_act(db.session(), seen.dossier, event, press=press())
            db.session.commit()
            document = issued_by_act(db.session(), event, kind) or abort(404)
        if file_of(document, format_) is None:
            _begin_writing()
            issue_paper_pdf(db.session(), document, press=press())
            db.session.commit()
    except (DocumentError, ModelMissing) as fault:
        return _not_written(seen.dossier, fault)
    except FileMissing as missing:
        return _lost(missing)
    return _kept(document, name, format_)


def _version_or_404(seen: Seen) -> DossierVersion | None:
    """None is the draft, which the applicant alone may print."""
    asked = request.args.get("version")
    if seen.audience is Audience.APPLICANT:
        rewriting = seen.call.circuit.states[seen.dossier.state].editors
        if asked == "brouillon" or (
            asked is None and seen.dossier.version_in_hand is None and rewriting
        ):
            return None
    return seen.version_or_404(asked)


def _kept(document: IssuedDocument, name: str, format_: Format) -> Answer:
    """A file of an issued document, as it was frozen."""
    frozen = file_of(document, format_) or abort(404)
    try:
        with press().store.open_checked(frozen.sha256) as file:
            return _file(file.read(), format_, name)
    except FileMissing as missing:
        return _lost(missing)


def _lost(missing: FileMissing) -> Answer:
    current_app.logger.error("file of an issued document", exc_info=missing)
    return page(500, [LOST], "Document illisible")


def _file(paper: bytes, format_: Format, name: str) -> Response:
    media_type = MEDIA_TYPES[format_]
    full_name = f"{name}.{format_}"
    return send_file(BytesIO(paper), media_type, as_attachment=True, download_name=full_name)


def _not_written(dossier: Dossier, fault: Exception) -> tuple[str, int]:
    reasons = fault.args if isinstance(fault, DocumentError) else ()
    html = render_template(
        "acts/no_paper.html", dossier=dossier, reasons=[str(each) for each in reasons]
    )
    return html, 500
