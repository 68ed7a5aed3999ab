"""The Word papers of a dossier, for whoever may read it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from flask import Blueprint, abort, render_template, request, send_file
from sqlalchemy import select
from werkzeug.wrappers import Response

from grants.documents import DocumentError
from grants.dossiers.models import Dossier, DossierVersion, Receipt
from grants.dossiers.papers import ModelMissing, presentation_docx, receipt_docx
from grants.dossiers.presentation import Reader
from grants.dossiers.scoring import readable_grids
from grants.extensions import db
from grants.web import access
from grants.web.access import Seen
from grants.web.clock import now
from grants.web.rendering import demo_notice, sealing_key
from grants.workflows.definition import Audience

screens = Blueprint("papers", __name__)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@screens.get("/dossiers/<reference>/presentation.docx")
@access.signed_in
def presentation(reference: str) -> Response | tuple[str, int]:
    """The official document of `?version=n`; without one, of the latest, or of the draft."""
    seen = access.seen_or_404(reference)
    version = _version_or_404(seen)
    try:
        paper = presentation_docx(
            seen.dossier,
            seen.call,
            _reader(seen),
            version=version,
            demo_notice=demo_notice(),
            now=now(),
            key=sealing_key(),
        )
    except (DocumentError, ModelMissing) as fault:
        return _not_written(seen.dossier, fault)
    part = f"v{version.number}" if version else "brouillon"
    return _word(paper, f"{reference}-presentation-{part}.docx")


def _reader(seen: Seen) -> Reader:
    """With the grids whose sheets this visitor may read, as on the pages."""
    grids = readable_grids(seen.dossier, seen.call, access.actor(), seen.standing)
    return replace(seen.reader, grids=grids)


@screens.get("/dossiers/<reference>/accuse-de-reception.docx")
@screens.get("/dossiers/<reference>/accuse-de-reception/<int:number>.docx")
@access.signed_in
def receipt(reference: str, number: int | None = None) -> Response | tuple[str, int]:
    """The receipt of the deposit of version `number`; without one, the latest."""
    seen = access.seen_or_404(reference)
    query = (
        select(Receipt, DossierVersion.number)
        .join(DossierVersion, DossierVersion.id == Receipt.version_id)
        .where(Receipt.dossier_id == seen.dossier.id)
        .order_by(DossierVersion.number.desc())
    )
    if number is not None:
        query = query.where(DossierVersion.number == number)
    found = db.session.execute(query).first()
    if found is None:
        abort(404)
    issued, version = found
    try:
        paper = receipt_docx(issued, demo_notice=demo_notice())
    except (DocumentError, ModelMissing) as fault:
        return _not_written(seen.dossier, fault)
    return _word(paper, f"{reference}-accuse-de-reception-v{version}.docx")


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


def _word(paper: bytes, name: str) -> Response:
    return send_file(BytesIO(paper), WORD, as_attachment=True, download_name=name)


def _not_written(dossier: Dossier, fault: Exception) -> tuple[str, int]:
    reasons = fault.args if isinstance(fault, DocumentError) else ()
    html = render_template(
        "acts/no_paper.html", dossier=dossier, reasons=[str(each) for each in reasons]
    )
    return html, 500
