"""Save a draft opinion."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from grants.dossiers.errors import NotEditable, OpinionConflict
from grants.dossiers.operations import draft_of, save_opinion
from grants.extensions import db
from grants.web import access, parking
from grants.web.access import Seen, actor
from grants.web.acts.forms import FormOnPage, read_with_choices
from grants.web.acts.views import moved_on
from grants.web.casework import screens
from grants.web.casework.review import draft_on_page, review_page
from grants.web.clock import now
from grants.wording import moment


@screens.post("/instruction/<reference>/avis/<opinion>")
@access.signed_in
def save(reference: str, opinion: str) -> Response | tuple[str, int]:
    """Keep the draft as typed; then, if asked, go on to the act that gives it."""
    seen = access.agents_dossier_or_404(reference)
    if opinion not in seen.call.opinions:
        abort(404)
    if not seen.standing.roles & set(seen.call.opinions[opinion].drafted_by):
        abort(403)
    typed = FormOnPage.posted(seen.call.opinions[opinion].form, request.form)
    saved = draft_of(seen.dossier, seen.call, opinion).answers
    try:
        record = save_opinion(
            db.session(),
            seen.dossier,
            opinion,
            read_with_choices(typed, request.form, saved),
            revision=request.form.get("revision", 0, type=int),
            actor=actor(),
            now=now(),
        )
    except OpinionConflict as conflict:
        return _conflict(reference, typed, conflict)
    except NotEditable:
        return _too_late(seen, typed)
    parking.forget(url_for("casework.dossier", reference=reference))
    db.session.commit()
    trigger = request.form.get("_then", "")
    if trigger in seen.call.circuit.transitions:
        return redirect(url_for("acts.show", reference=reference, trigger=trigger), 303)
    flash(f"Projet d’avis enregistré le {moment(record.updated_at)}.", "success")
    return redirect(url_for("casework.dossier", reference=reference, _anchor="pane-form"), 303)


def _conflict(reference: str, typed: FormOnPage, conflict: OpinionConflict) -> tuple[str, int]:
    """The page again: my text in its fields, the colleague's beside each that differs."""
    db.session.rollback()
    seen = access.agents_dossier_or_404(reference)
    draft = draft_on_page(seen)
    if draft is None:
        return _too_late(seen, typed)
    typed.compare(conflict.theirs)
    draft.form, draft.revision = typed, conflict.revision
    draft.conflict = f"{conflict.by}, le {moment(conflict.at)}"
    return review_page(seen, draft), 409


def _too_late(seen: Seen, typed: FormOnPage) -> tuple[str, int]:
    """The dossier moved on: the text comes back, to be copied."""
    step = request.form.get("step", seen.dossier.step - 1, type=int)
    return moved_on(seen, "Enregistrer le projet d’avis", step, typed.written)
