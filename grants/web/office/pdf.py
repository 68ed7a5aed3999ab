"""« PDF de ce fichier Word »: of an issued document, for whoever may download its Word file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, Final

from flask import abort, current_app, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from grants.dossiers.models import IssuedDocument
from grants.dossiers.operations.conversions import ask_pdf, pdf_asked
from grants.dossiers.operations.issuing import file_of
from grants.dossiers.register import KINDS, Verdict, verified
from grants.extensions import db
from grants.files import FileMissing
from grants.web import access, papers
from grants.web.clock import now
from grants.web.errors import page
from grants.web.office.room import is_offered, screens, turn_of
from grants.web.press import press
from grants.web.rates import UPLOADING, limited
from grants.workflows.definition import Audience

Answer = Response | tuple[Any, int] | str

NOT_ISSUED: Final = (
    "Ce document est encore un projet. Un PDF se fait du fichier Word d’un document émis : d’une "
    "version déposée, une fois écrit ce qui s’y écrit encore."
)


def _receipt(reference: str) -> Any:
    return papers.receipt(reference, "docx", request.args.get("numero", type=int))


def _letter(reference: str) -> Any:
    return papers.letter(reference, "docx")


def _minutes(reference: str) -> Any:
    return papers.minutes(reference, "docx")


#: The views that give the Word files: they say who may, and issue what is not issued yet.
WORD_FILES: Final[Mapping[str, Callable[[str], Any]]] = {
    "presentation": papers.presentation,
    "accuse-de-reception": _receipt,
    "lettre-de-notification": _letter,
    "releve-de-seance": _minutes,
}


@screens.get("/dossiers/<reference>/pdf-du-word/<paper>")
@access.signed_in
def show_pdf(reference: str, paper: str) -> Answer:
    """How far the PDF is, and where it is downloaded. `?version=` and `?numero=` are those of the
    Word file's own address."""
    document = _document(reference, paper)
    if not isinstance(document, IssuedDocument):
        return document
    file = file_of(document, "word_pdf")
    asked = None if file else pdf_asked(db.session(), document)
    return render_template(
        "office/pdf.html",
        document=document,
        dossier=document.dossier,
        kind=KINDS[document.kind],
        file=file,
        asked=asked,
        turn=turn_of(asked) if asked else "",
        offered=is_offered(),
        here=_address("show_pdf", reference, paper),
        download=_address("download_pdf", reference, paper),
        back=_back(reference),
    )


@screens.post("/dossiers/<reference>/pdf-du-word/<paper>")
@access.signed_in
@limited(UPLOADING)
def ask(reference: str, paper: str) -> Answer:
    """Have it made, or tried again. Where LibreOffice is not, the page says so."""
    with access.out_of_turn():
        document = _document(reference, paper)
        db.session.rollback()
    if not isinstance(document, IssuedDocument):
        return document
    if is_offered() and file_of(document, "word_pdf") is None:
        ask_pdf(db.session(), document, actor=access.actor(), now=now())
        db.session.commit()
    return redirect(_address("show_pdf", reference, paper), 303)


@screens.get("/dossiers/<reference>/pdf-du-word/<paper>/fichier.pdf")
@access.signed_in
def download_pdf(reference: str, paper: str) -> Answer:
    document = _document(reference, paper)
    if not isinstance(document, IssuedDocument):
        return document
    frozen = file_of(document, "word_pdf") or abort(404)
    name = f"{reference}-{paper}-v{document.version.number}-word.pdf"
    try:
        with press().store.open_checked(frozen.sha256) as file:
            content = BytesIO(file.read())
    except FileMissing:
        current_app.logger.exception("issued document %s", document.id)
        return page(500, [papers.LOST], "Document illisible")
    return send_file(content, "application/pdf", as_attachment=True, download_name=name)


def _document(reference: str, paper: str) -> IssuedDocument | Answer:
    """The issued document of the Word file that this visitor is given there, known by its bytes;
    or what answers in its place."""
    given = (WORD_FILES.get(paper) or abort(404))(reference)
    if not isinstance(given, Response):
        return given  # type: ignore[no-any-return]  # the page that says why there is none
    given.direct_passthrough = False
    found = verified(db.session(), given.get_data())
    if found.document is None or found.verdict is not Verdict.IDENTICAL:
        return page(409, [NOT_ISSUED], "Pas encore de PDF")
    return found.document


def _address(view: str, reference: str, paper: str) -> str:
    return url_for(
        f"office.{view}",
        reference=reference,
        paper=paper,
        version=request.args.get("version"),
        numero=request.args.get("numero"),
    )


def _back(reference: str) -> str:
    seen = access.seen_or_404(reference)
    applicant = seen.audience is Audience.APPLICANT
    return url_for("applicant.hub" if applicant else "casework.dossier", reference=reference)
