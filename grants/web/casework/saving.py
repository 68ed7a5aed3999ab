"""Save a draft opinion or an own score sheet: by its button, or in JSON as it is written
(`static/js/opinion.js`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from grants.dossiers.errors import NotEditable, OpinionConflict
from grants.dossiers.models import OpinionRecord, ScoreSheet
from grants.dossiers.operations import draft_of, save_opinion, save_sheet
from grants.dossiers.operations.sheets import sheet_of
from grants.extensions import db
from grants.forms import FormDefinition, decode_answers
from grants.web import access, parking
from grants.web.access import Seen, actor
from grants.web.acts.forms import FormOnPage, read_with_choices
from grants.web.acts.views import moved_on
from grants.web.calculations import calculations
from grants.web.casework import screens
from grants.web.casework.drafts import chosen_draft, drafts_on_page, saved_words, writer_of
from grants.web.casework.review import review_page
from grants.web.clock import now
from grants.web.errors import wants_json
from grants.wording import moment

Record = OpinionRecord | ScoreSheet
Answer = Response | tuple[str | Response, int]


@dataclass(frozen=True, slots=True)
class Writing:
    """What is being saved, and by which operation."""

    seen: Seen
    path: str
    #: « le projet d’avis », « Projet d’avis enregistré ».
    what: str
    saved: str
    form: FormDefinition
    #: Answers as stored; None when nothing is begun.
    stored: Mapping[str, Any] | None
    operation: Callable[..., Record]

    def save(self, answers: Mapping[str, Any]) -> Record:
        return self.operation(
            db.session(),
            self.seen.dossier,
            self.path.partition("/")[2],
            answers,
            revision=request.form.get("revision", 0, type=int),
            actor=actor(),
            now=now(),
        )


@screens.post("/instruction/<reference>/avis/<opinion>")
@access.signed_in
def save(reference: str, opinion: str) -> Answer:
    """Keep the draft as typed; then, if asked, go on to the act that gives it."""
    seen = access.agents_dossier_or_404(reference)
    if opinion not in seen.call.opinions:
        abort(404)
    _check_writer(seen, seen.call.opinions[opinion].drafted_by)
    draft = draft_of(seen.dossier, seen.call, opinion)
    return _keep(
        Writing(
            seen,
            f"avis/{opinion}",
            "le projet d’avis",
            "Projet d’avis enregistré",
            seen.call.opinions[opinion].form,
            draft.answers if draft.record else None,
            save_opinion,
        )
    )


@screens.post("/instruction/<reference>/grilles/<grid>")
@access.signed_in
def save_scores(reference: str, grid: str) -> Answer:
    """The same for a score sheet: the reader's own, and nobody else's."""
    seen = access.agents_dossier_or_404(reference)
    if grid not in seen.call.grids:
        abort(404)
    _check_writer(seen, seen.call.grids[grid].scored_by)
    form, sheet = seen.call.grids[grid].form, sheet_of(seen.dossier, grid, actor())
    stored = decode_answers(form, sheet.answers) if sheet else None
    words = ("la grille", "Grille enregistrée")
    return _keep(Writing(seen, f"grilles/{grid}", *words, form, stored, save_sheet))


def _check_writer(seen: Seen, roles: tuple[str, ...]) -> None:
    if not seen.standing.roles & set(roles):
        abort(403)
    if wants_json() and request.form.get("_author", type=int) != actor().id:
        abort(400)  # the page was opened by somebody else in this browser


def _keep(writing: Writing) -> Answer:
    typed = FormOnPage.posted(writing.form, request.form)
    try:
        answers = read_with_choices(typed, request.form, writing.stored or {})
        # Nothing written begins no draft.
        record = None if writing.stored is None and not answers else writing.save(answers)
    except OpinionConflict as conflict:
        return _conflict(writing, typed, conflict)
    except NotEditable:
        if wants_json():
            raise
        return _too_late(writing, typed)
    parking.forget(url_for("casework.dossier", reference=writing.seen.dossier.reference))
    db.session.commit()
    return _told(record, typed) if wants_json() else _gone_on(writing, record)


def _told(record: Record | None, typed: FormOnPage) -> Response:
    figures = calculations(typed, request.form)
    if record is None:
        return jsonify(revision=0, saved_at=None, by=None, saved="", figures=figures)
    return jsonify(
        figures=figures,
        revision=record.revision,
        saved_at=record.updated_at.isoformat(),
        by=writer_of(record),
        saved=saved_words(record),
    )


def _gone_on(writing: Writing, record: Record | None) -> Response:
    """To the act that returns the draft, when asked; else to the form again."""
    reference = writing.seen.dossier.reference
    trigger = request.form.get("_then", "")
    if trigger in writing.seen.call.circuit.transitions:
        return redirect(url_for("acts.show", reference=reference, trigger=trigger), 303)
    if record is None:
        flash(f"Rien à enregistrer : {writing.what} est encore vide.", "information")
    else:
        flash(f"{writing.saved} le {moment(record.updated_at)}.", "success")
    chosen = writing.path if len(drafts_on_page(writing.seen)) > 1 else None
    return redirect(
        url_for("casework.dossier", reference=reference, ecrire=chosen, _anchor="pane-form"), 303
    )


def _conflict(writing: Writing, typed: FormOnPage, conflict: OpinionConflict) -> Answer:
    """The page again: my text in its fields, the colleague's beside each that differs."""
    db.session.rollback()
    if wants_json():
        return jsonify(conflict=_both_texts(typed, conflict)), 409
    seen = access.agents_dossier_or_404(writing.seen.dossier.reference)
    drafts = drafts_on_page(seen)
    draft = chosen_draft(drafts, writing.path)
    if draft is None or draft.path != writing.path:
        return _too_late(writing, typed)
    typed.compare(conflict.theirs)
    draft.form, draft.revision = typed, conflict.revision
    draft.conflict = f"{conflict.by}, le {moment(conflict.at)}"
    draft.unsaved = True
    return review_page(seen, draft, drafts), 409


def _both_texts(typed: FormOnPage, conflict: OpinionConflict) -> dict[str, Any]:
    """What was saved meanwhile and where it differs, with the inputs that would show it."""
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


def _too_late(writing: Writing, typed: FormOnPage) -> Answer:
    """The dossier moved on: the text comes back, to be copied."""
    step = request.form.get("step", writing.seen.dossier.step - 1, type=int)
    return moved_on(writing.seen, f"Enregistrer {writing.what}", step, typed.written)
