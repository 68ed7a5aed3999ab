"""The form of a call has changed: what that means for a draft, and its move to the new form."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from grants.calls.loader import definition_of
from grants.dossiers.errors import NotEditable, StaleAct
from grants.dossiers.operations.revisions import changes_for, is_behind, may_move, move_draft
from grants.extensions import db
from grants.web import access
from grants.web.access import applicants_dossier_or_404
from grants.web.applicant.room import screens
from grants.web.clock import now


@screens.get("/dossiers/<reference>/nouveau-formulaire")
@access.applicant
def confirm_move(reference: str) -> str | Response:
    return _page(reference)


@screens.post("/dossiers/<reference>/nouveau-formulaire")
@access.applicant
def carry_out_move(reference: str) -> str | Response | tuple[str, int]:
    seen = applicants_dossier_or_404(reference)
    to = request.form.get("revision", 0, type=int)
    try:
        move_draft(db.session(), seen.dossier, to=to, actor=access.actor(), now=now())
    except StaleAct:
        db.session.rollback()
        flash("Le formulaire vient encore de changer : voici ce qui est nouveau.", "warning")
        page = _page(reference)
        return (page, 409) if isinstance(page, str) else page
    db.session.commit()
    flash("Le dossier suit le nouveau formulaire. Toutes vos réponses sont gardées.", "success")
    return redirect(url_for("applicant.hub", reference=reference), 303)


def _page(reference: str) -> str | Response:
    """What would change; back to the dossier when nothing does any more."""
    seen = applicants_dossier_or_404(reference)
    newest = seen.dossier.call.revision
    if newest is None or not may_move(seen.dossier, seen.dossier.definition, seen.standing.roles):
        raise NotEditable
    if not is_behind(seen.dossier):
        return redirect(url_for("applicant.hub", reference=reference), 303)
    return render_template(
        "applicant/new_form.html",
        dossier=seen.dossier,
        newest=newest,
        changes=changes_for(seen.dossier, definition_of(newest)),
    )
