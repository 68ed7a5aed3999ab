"""Every refusal as a page, in French, in one place."""

from __future__ import annotations

from typing import Any

from flask import Flask, jsonify, render_template, request, session
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import HTTPException

from grants.accounts.queries import person_of
from grants.calls.operations import CallRefused
from grants.dossiers.errors import (
    DraftGone,
    DraftRefused,
    NotEditable,
    PartyRefused,
    ProposalGone,
    SlotRefused,
    StaleAct,
)
from grants.extensions import db
from grants.wording import plural
from grants.workflows.machine import NotYourTurn, TransitionRefused

TITLES = {
    400: ("Demande incomplète", "La demande n’a pas pu être lue."),
    401: ("Connexion nécessaire", "Connectez-vous pour continuer."),
    403: ("Accès réservé", "Votre compte ne permet pas d’ouvrir cette page."),
    404: ("Page introuvable", "Cette page n’existe pas, ou vous n’y avez pas accès."),
    405: ("Demande impossible", "Cette page ne s’ouvre pas de cette façon."),
    409: ("Le dossier a changé", "Quelqu’un a agi entre-temps ; rien n’a été fait deux fois."),
    413: ("Envoi trop volumineux", "Ce que vous avez envoyé dépasse la taille admise."),
    429: ("Trop d’essais", "Attendez un peu, puis recommencez."),
    500: (
        "Erreur",
        "Une erreur est survenue ; elle a été notée. Ce qui était enregistré l’est encore.",
    ),
}

#: When nothing moved: what was asked is not possible.
REFUSED = "Action refusée"

STALE = (
    "Le dossier a changé d’étape depuis que vous avez ouvert la page, ou l’action a déjà été "
    "faite. Rouvrez le dossier pour voir où il en est."
)

PROPOSAL_GONE = (
    "Il n’y a pas, ou plus, de proposition à cette adresse : le choix a déjà été fait, ou il a "
    "attendu trop longtemps. Ce qui a été repris du fichier est dans le dossier ; sinon, envoyez "
    "le fichier à nouveau."
)


def install(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def http_error(fault: HTTPException) -> Any:
        return page(fault.code or 500, _wait_after(fault))

    @app.errorhandler(StaleAct)
    def stale(_fault: StaleAct) -> Any:
        return page(409, [STALE])

    @app.errorhandler(DraftGone)
    def draft_gone(_fault: DraftGone) -> Any:
        return page(404, ["Ce brouillon vient d’être supprimé."])

    @app.errorhandler(ProposalGone)
    def proposal_gone(_fault: ProposalGone) -> Any:
        return page(404, [PROPOSAL_GONE], "Plus rien à choisir")

    @app.errorhandler(NotYourTurn)
    def not_your_turn(fault: NotYourTurn) -> Any:
        return page(403, fault.reasons)

    @app.errorhandler(NotEditable)
    def not_editable(_fault: NotEditable) -> Any:
        return page(409, ["Le dossier n’est plus modifiable à cette étape."])

    @app.errorhandler(TransitionRefused)
    def refused(fault: TransitionRefused) -> Any:
        return page(409, fault.reasons, REFUSED)

    @app.errorhandler(CallRefused)
    def call_refused(fault: CallRefused) -> Any:
        return page(409, fault.reasons, REFUSED)

    @app.errorhandler(PartyRefused)
    @app.errorhandler(SlotRefused)
    @app.errorhandler(DraftRefused)
    def refused_with_a_reason(fault: PartyRefused | SlotRefused | DraftRefused) -> Any:
        return page(409, [fault.reason], REFUSED)


def _wait_after(fault: HTTPException) -> list[str] | None:
    """How long the limit lasts that was gone beyond; None when it is none."""
    if not isinstance(fault, RateLimitExceeded):
        return None
    minutes = fault.limit.limit.get_expiry() // 60
    return [f"Attendez {plural(minutes, 'minute', 'minutes')}, puis recommencez."]


def page(code: int, reasons: list[str] | None = None, title: str | None = None) -> tuple[Any, int]:
    """The error page, or its JSON twin for scripts. What the request did is undone."""
    db.session.rollback()
    usual, text = TITLES.get(code, TITLES[500])
    title = title or usual
    if wants_json():
        return jsonify(error=title, reasons=reasons or [text]), code
    if "_user_id" in session:  # in one query, rather than each thing that the menu shows in its own
        person_of(db.session(), session["_user_id"])
    return render_template("errors/page.html", title=title, reasons=reasons or [text]), code


def wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"
