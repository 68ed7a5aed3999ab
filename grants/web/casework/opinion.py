"""Save a draft opinion: by its button, or in JSON as it is written (`static/js/opinion.js`)."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from grants.dossiers.errors import NotEditable, OpinionConflict
from grants.dossiers.models import OpinionRecord
from grants.dossiers.operations import draft_of, save_opinion
from grants.extensions import db
from grants.web import access, parking
from grants.web.access import Seen, actor
from grants.web.acts.forms import FormOnPage, read_with_choices
from grants.web.acts.views import moved_on
from grants.web.casework import screens
from grants.web.casework.review import draft_on_page, review_page, saved_words
from grants.web.clock import now
from grants.web.errors import wants_json
from grants.wording import moment


@screens.post("/instruction/<reference>/avis/<opinion>")
@access.signed_in
def save(reference: str, opinion: str) -> Response | tuple[str | Response, int]:
    """Keep the draft as typed; then, if asked, go on to the act that gives it."""
    seen = access.agents_dossier_or_404(reference)
    if opinion not in seen.call.opinions:
        abort(404)
    if not seen.standing.roles & set(seen.call.opinions[opinion].drafted_by):
        abort(403)
    if wants_json() and request.form.get("_author", type=int) != actor().id:
        abort(400)  # the page was opened by somebody else in this browser
    typed = FormOnPage.posted(seen.call.opinions[opinion].form, request.form)
    try:
        record = _saved(seen, opinion, typed)
    except OpinionConflict as conflict:
        return _conflict(reference, typed, conflict)
    except NotEditable:
        if wants_json():
            raise
        return _too_late(seen, typed)
    parking.forget(url_for("casework.dossier", reference=reference))
    db.session.commit()
    return _told(record) if wants_json() else _gone_on(seen, record)


def _saved(seen: Seen, opinion: str, typed: FormOnPage) -> OpinionRecord | None:
    """The draft as it now stands; None when nothing is written, which begins no draft."""
    draft = draft_of(seen.dossier, seen.call, opinion)
    answers = read_with_choices(typed, request.form, draft.answers)
    if draft.record is None and not answers:
        return None
    return save_opinion(
        db.session(),
        seen.dossier,
        opinion,
        answers,
        revision=request.form.get("revision", 0, type=int),
        actor=actor(),
        now=now(),
    )


def _told(record: OpinionRecord | None) -> Response:
    if record is None:
        return jsonify(revision=0, saved_at=None, by=None, saved="")
    return jsonify(
        revision=record.revision,
        saved_at=record.updated_at.isoformat(),
        by=record.updated_by.name,
        saved=saved_words(record),
    )


def _gone_on(seen: Seen, record: OpinionRecord | None) -> Response:
    """To the act that gives the opinion, when asked; else to the form again."""
    reference = seen.dossier.reference
    trigger = request.form.get("_then", "")
    if trigger in seen.call.circuit.transitions:
        return redirect(url_for("acts.show", reference=reference, trigger=trigger), 303)
    if record is None:
        flash("Rien à enregistrer : le projet d’avis est encore vide.", "information")
    else:
        flash(f"Projet d’avis enregistré le {moment(record.updated_at)}.", "success")
    return redirect(url_for("casework.dossier", reference=reference, _anchor="pane-form"), 303)


def _conflict(
    reference: str, typed: FormOnPage, conflict: OpinionConflict
) -> tuple[str | Response, int]:
    """The page again: my text in its fields, the colleague's beside each that differs."""
    db.session.rollback()
    if wants_json():
        return jsonify(conflict=_both_texts(typed, conflict)), 409
    seen = access.agents_dossier_or_404(reference)
    draft = draft_on_page(seen)
    if draft is None:
        return _too_late(seen, typed)
    typed.compare(conflict.theirs)
    draft.form, draft.revision = typed, conflict.revision
    draft.conflict = f"{conflict.by}, le {moment(conflict.at)}"
    draft.unsaved = True
    return review_page(seen, draft), 409


def _both_texts(typed: FormOnPage, conflict: OpinionConflict) -> dict[str, Any]:
    """What the colleague saved and where it differs, with the inputs that would show it."""
    typed.compare(conflict.theirs)
    return {
        "revision": conflict.revision,
        "by": conflict.by,
        "at": f"le {moment(conflict.at)}",
        "fields": [
            {
                "key": each.field.name,
                "mine": each.field.definition.display(each.field.data),
                "theirs": each.theirs,
                "inputs": each.field.definition.inputs(
                    each.field.name, conflict.theirs.get(each.field.definition.key)
                ),
            }
            for each in typed.fields
            if each.theirs is not None
        ],
    }


def _too_late(seen: Seen, typed: FormOnPage) -> tuple[str | Response, int]:
    """The dossier moved on: the text comes back, to be copied."""
    step = request.form.get("step", seen.dossier.step - 1, type=int)
    return moved_on(seen, "Enregistrer le projet d’avis", step, typed.written)
