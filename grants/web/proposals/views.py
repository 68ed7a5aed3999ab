"""Show what a file proposes, take from it what its sender accepts, or throw it away."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from grants.dossiers.errors import (
    DraftRefused,
    NotEditable,
    NotEligible,
    OpinionConflict,
    ProposalGone,
)
from grants.dossiers.models import Proposal
from grants.dossiers.operations.proposals import (
    KEPT_FOR,
    accept,
    accept_opinion,
    throw_away,
)
from grants.dossiers.proposals import target_call
from grants.extensions import db
from grants.web import access, parking
from grants.web.clock import now
from grants.web.proposals.origin import sent_from
from grants.web.proposals.page import ProposalPage, page_of
from grants.wording import plural
from grants.workflows.definition import Audience

screens = Blueprint("proposals", __name__)

Answer = Response | tuple[str, int]

CRITERIA_FIRST = (
    "Si le fichier n’y répond pas, commencez le dossier sur la page de l’appel par « Vérifier les "
    "critères », puis importez le fichier dans ce dossier."
)
NOT_WRITABLE = (
    "Le dossier n’est plus modifiable à cette étape. Ce que propose le fichier est ci-dessous, à "
    "copier."
)
UNWRITTEN = "Rien n’est perdu : vos choix sont ci-dessous."


@screens.get("/propositions/<int:number>")
@access.signed_in
def show(number: int) -> str:
    proposal = _own_or_404(number)
    return _render(page_of(proposal, parking.parked_inputs(parking.here())))


@screens.post("/propositions/<int:number>")
@access.signed_in
def choose(number: int) -> Answer:
    """Write what is taken. What cannot be written now is shown again, with its choices."""
    proposal = _own_or_404(number)
    page = page_of(proposal, request.form)
    try:
        return _carried_out(page)
    except NotEligible as refusal:
        reasons = [*(each.message for each in refusal.gaps), CRITERIA_FIRST]
        return _again(number, "Un dossier ne peut pas commencer avec ces réponses", reasons)
    except DraftRefused as refusal:
        return _again(number, "Le dossier n’a pas été commencé", [refusal.reason])
    except NotEditable:
        return _again(number, "Rien n’a été écrit", [NOT_WRITABLE], "")
    except OpinionConflict as conflict:
        told = f"{conflict.by} l’a enregistré. Relisez ce qui suit, puis choisissez à nouveau."
        return _again(number, "Le projet d’avis a changé entre-temps", [told])


@screens.post("/propositions/<int:number>/abandonner")
@access.signed_in
def abandon(number: int) -> Response:
    proposal = _own_or_404(number)
    name, address = proposal.name, _place_of(proposal)
    throw_away(db.session(), proposal)
    db.session.commit()
    flash(f"Ce que proposait « {name} » est abandonné. Rien n’a été écrit.", "information")
    return redirect(address, 303)


def _carried_out(page: ProposalPage) -> Answer:
    proposal, name = page.proposal, page.proposal.name
    taken = page.tokens_taken(request.form)
    if proposal.opinion_key is not None:
        address = _place_of(proposal)
        accept_opinion(
            db.session(),
            proposal,
            taken,
            revision=request.form.get("revision", 0, type=int),
            actor=access.actor(),
            now=now(),
        )
        parking.forget(parking.here())
        db.session.commit()
        _tell(proposal, len(taken), name)
        return redirect(address, 303)
    done = accept(db.session(), proposal, taken, actor=access.actor(), now=now())
    parking.forget(parking.here())
    db.session.commit()
    if done.conflicts:
        names = {key: each.label for key, each in done.dossier.definition.form.fields.items()}
        told = [
            f"{names[each.key]} : non écrite, {each.by} a changé cette réponse entre-temps."
            for each in done.conflicts
        ]
        stale = [each.key for each in done.conflicts]
        title = plural(len(stale), "réponse n’a pas été écrite", "réponses n’ont pas été écrites")
        note = f"{_told(len(done.written), name)} Ce qui reste à choisir est ci-dessous."
        return _again(proposal.id, title, told, note, stale)
    _tell(proposal, len(done.written), name)
    return redirect(url_for("applicant.hub", reference=done.dossier.reference), 303)


def _tell(proposal: Proposal, count: int, name: str) -> None:
    flash(_told(count, name), "success")
    if proposal in db.session:
        flash(f"Des textes de « {name} » restent à recopier à la main.", "warning")


def _told(count: int, name: str) -> str:
    if not count:
        return f"Rien n’a été repris de « {name} »."
    return f"{plural(count, 'réponse reprise', 'réponses reprises')} de « {name} »."


def _again(
    number: int,
    title: str,
    reasons: list[str],
    note: str = UNWRITTEN,
    stale: Collection[str] = (),
) -> tuple[str, int]:
    """:param note: what became of the choices."""
    db.session.rollback()
    page = page_of(_own_or_404(number), request.form, stale=stale)
    return _render(page, refused={"title": title, "reasons": reasons, "note": note}), 409


def _render(page: ProposalPage, refused: dict[str, Any] | None = None) -> str:
    proposal = page.proposal
    call = target_call(proposal)
    key = proposal.opinion_key
    return render_template(
        "proposals/proposal.html",
        page=page,
        proposal=proposal,
        call=call,
        dossier=proposal.dossier,
        opinion=call.opinions[key] if key else None,
        back=_place_of(proposal),
        until=proposal.made_at + KEPT_FOR,
        refused=refused,
    )


def _own_or_404(number: int) -> Proposal:
    """For whoever sent the file alone, as long as its dossier is theirs to see.

    :raises ProposalGone: when the one that was there is no longer.
    """
    proposal: Proposal | None = db.session.get(Proposal, number)
    if proposal is None or proposal.made_at <= now() - KEPT_FOR:
        raise ProposalGone
    if proposal.author_id != access.actor().id:
        raise ProposalGone
    if proposal.dossier is not None:
        seen = access.seen_or_404(proposal.dossier.reference)
        applicant = seen.audience is Audience.APPLICANT
        if applicant is not (proposal.opinion_key is None):
            abort(404)
    return proposal


def _place_of(proposal: Proposal) -> str:
    return sent_from(proposal.call, proposal.dossier, proposal.opinion_key)
