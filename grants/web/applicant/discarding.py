"""Delete a draft, once confirmed."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from grants.dossiers.errors import DraftRefused
from grants.dossiers.operations import discard, may_discard
from grants.extensions import db
from grants.web import access
from grants.web.access import applicants_dossier_or_404
from grants.web.applicant.room import screens
from grants.web.clock import now


@screens.get("/dossiers/<reference>/supprimer")
@access.applicant
def confirm_discard(reference: str) -> str:
    seen = applicants_dossier_or_404(reference)
    if not may_discard(seen.dossier, seen.call, seen.standing.roles):
        raise DraftRefused("Ce dossier n’est plus un brouillon : il ne peut pas être supprimé.")
    return render_template("applicant/discard.html", dossier=seen.dossier)


@screens.post("/dossiers/<reference>/supprimer")
@access.applicant
def carry_out_discard(reference: str) -> Response:
    seen = applicants_dossier_or_404(reference)
    discard(db.session(), seen.dossier, actor=access.actor(), now=now())
    db.session.commit()
    flash(f"Le brouillon {reference} est supprimé.", "success")
    return redirect(url_for("applicant.dossiers"), 303)
