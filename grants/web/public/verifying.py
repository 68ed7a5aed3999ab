"""Whether a document was issued here: by the code on its pages, or by its file.

Whoever asks may be anybody: the page tells kind, reference and date, and of a code that is none of
ours the same as of words that are no code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from grants.documents.codes import code_typed, printed_code
from grants.dossiers.models import IssuedDocument
from grants.dossiers.register import KINDS, Verdict, document_of_code, verified
from grants.extensions import db
from grants.web import access, rates
from grants.web.public.room import screens
from grants.web.rates import Rate
from grants.wording import day, local_day

#: Enough for a pile of papers; too little to try codes.
VERIFYING: Final = Rate("30 per minute; 300 per hour", ("GET", "POST"))


@dataclass(frozen=True, slots=True)
class Told:
    """What the page says of a code or of a file; `kind` is that of its notice."""

    kind: str
    title: str
    text: str


NO_SUCH_CODE: Final = Told(
    "warning",
    "Aucun document émis ici ne porte ce code",
    "Relisez-le sur le document : seize lettres et chiffres, en quatre groupes.",
)
OF_A_CODE: Final = Told(
    "success",
    "Un document émis ici porte ce code",
    "Le code ne dit pas si votre exemplaire a été modifié : envoyez son fichier pour le savoir.",
)
OF_A_FILE: Final = {
    Verdict.UNKNOWN: Told(
        "warning",
        "Ce fichier n’est pas reconnu",
        "Il n’est aucun des documents émis ici, à l’octet près, et aucun code n’a été lu dedans. "
        "Une copie imprimée, numérisée, ou mise en PDF par un autre logiciel, se vérifie par le "
        "code écrit au pied de ses pages.",
    ),
    Verdict.ALTERED: Told(
        "error",
        "Ce fichier a été modifié depuis son émission",
        "Il porte le code du document ci-dessous et n’en est pas la copie exacte.",
    ),
    Verdict.IDENTICAL: Told(
        "success",
        "Ce fichier est identique au document émis",
        "Pas un caractère n’en a changé depuis.",
    ),
}
NO_FILE: Final = {"href": "#file", "text": "Choisissez un fichier."}


@screens.get("/verifier")
@access.public
@rates.limited(VERIFYING)
def verify() -> Response | str | tuple[str, int]:
    """The form, and where it leads."""
    typed = request.args.get("code")
    if typed is None:
        return _page()
    code = code_typed(typed)
    if code is None:
        return _not_ours(typed)
    return redirect(url_for("public.verify_code", code=printed_code(code)), 303)


@screens.get("/verifier/<code>")
@access.public
@rates.limited(VERIFYING)
def verify_code(code: str) -> str | tuple[str, int]:
    found = document_of_code(db.session(), code)
    return _not_ours(code) if found is None else _page(OF_A_CODE, document=found, typed=code)


@screens.post("/verifier")
@access.public
@rates.limited(VERIFYING)
def verify_file() -> str | tuple[str, int]:
    """The file is looked at and forgotten."""
    db.session.rollback()  # nothing is written: others may, while the file is looked at
    sent = request.files.get("file")
    file = sent.stream.read() if sent is not None else b""
    if not file:
        return _page(missing=True), 422
    found = verified(db.session(), file)
    return _page(OF_A_FILE[found.verdict], document=found.document)


def _not_ours(typed: str) -> tuple[str, int]:
    return _page(NO_SUCH_CODE, typed=typed), 404


def _page(
    told: Told | None = None,
    *,
    document: IssuedDocument | None = None,
    typed: str = "",
    missing: bool = False,
) -> str:
    facts = []
    if document is not None:
        facts = [
            {"question": "Document", "answer": KINDS[document.kind]},
            {"question": "Dossier", "answer": document.dossier.reference},
            {"question": "Émis le", "answer": day(local_day(document.issued_at))},
        ]
    return render_template(
        "public/verify.html",
        facts=facts,
        told=told,
        typed=typed[:100],
        errors=[NO_FILE] if missing else [],
        has_errors=missing,
    )
