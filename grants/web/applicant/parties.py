"""Invite another organisation into a dossier, take the invitation back, or let it go."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from grants.accounts.errors import AccountRefused
from grants.dossiers.models import PartyInvitation
from grants.dossiers.operations import current_answers
from grants.dossiers.operations.parties import (
    invite_party,
    remove_party,
    withdraw_party_invitation,
)
from grants.dossiers.review import progress
from grants.extensions import db
from grants.mail import enqueue
from grants.web import access, rates
from grants.web.access import Seen, applicants_dossier_or_404
from grants.web.applicant.partners import Partner, leads, partners_of
from grants.web.applicant.room import screens
from grants.web.clock import now
from grants.workflows.definition import Phase


@screens.get("/dossiers/<reference>/organismes/<key>")
@access.applicant
def party(reference: str, key: str) -> str:
    seen, partner = _partner_or_404(reference, key)
    return _page(seen, partner)


@screens.post("/dossiers/<reference>/organismes/<key>")
@access.applicant
@rates.limited(rates.ASKING)
def ask_party(reference: str, key: str) -> Response | tuple[str, int]:
    """Send the link; a new one replaces the one before."""
    seen, partner = _partner_or_404(reference, key)
    typed = request.form.get("email", "")
    try:
        invitation, token = invite_party(
            db.session(), seen.dossier, key, email=typed, actor=access.actor(), now=now()
        )
    except AccountRefused as refusal:
        db.session.rollback()
        return _page(*_partner_or_404(reference, key), typed=typed, error=str(refusal)), 422
    _send(seen, partner, invitation, token)
    db.session.commit()
    flash(f"Une invitation est partie à {invitation.email}. Elle vaut trente jours.", "success")
    return redirect(url_for("applicant.hub", reference=reference, _anchor="organismes"), 303)


@screens.post("/dossiers/<reference>/organismes/<key>/retirer")
@access.applicant
def let_party_go(reference: str, key: str) -> Response:
    """What the page showed: the organisation that had joined, or the address that was invited."""
    seen, partner = _partner_or_404(reference, key)
    organisation = request.form.get("organisation", type=int)
    if organisation is not None:
        remove_party(
            db.session(),
            seen.dossier,
            key,
            organisation=organisation,
            actor=access.actor(),
            now=now(),
        )
        told = f"{partner.name} n’est plus dans le dossier."
    else:
        withdraw_party_invitation(
            db.session(),
            seen.dossier,
            key,
            email=request.form.get("invited", ""),
            actor=access.actor(),
            now=now(),
        )
        told = "L’invitation est annulée."
    db.session.commit()
    flash(told, "success")
    return redirect(url_for("applicant.hub", reference=reference, _anchor="organismes"), 303)


def _partner_or_404(reference: str, key: str) -> tuple[Seen, Partner]:
    seen = applicants_dossier_or_404(reference)
    lines = progress(seen.call, current_answers(seen.dossier, seen.call))
    found = [each for each in partners_of(seen, lines) if each.key == key]
    return (seen, found[0]) if found else abort(404)


def _page(seen: Seen, partner: Partner, *, typed: str = "", error: str = "") -> str:
    return render_template(
        "applicant/party.html",
        seen=seen,
        dossier=seen.dossier,
        partner=partner,
        leads=leads(seen),
        draft=seen.dossier.phase == Phase.DRAFT,
        typed=typed,
        error=error,
    )


def _send(seen: Seen, partner: Partner, invitation: PartyInvitation, token: str) -> None:
    """The mail waits in the outbox with what it speaks of."""
    enqueue(
        db.session(),
        kind="dossier.party",
        recipient=invitation.email,
        subject=f"{seen.dossier.organisation.name} vous invite à candidater ensemble",
        body=render_template(
            "applicant/mail/party.txt",
            dossier=seen.dossier,
            call=seen.call,
            partner=partner,
            invitation=invitation,
            token=token,
        ),
        now=now(),
        dossier_id=seen.dossier.id,
        call_id=seen.dossier.call_id,
    )
