"""Save one answer as it is typed. Speaks JSON to `static/js/autosave.js`."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, render_template, request
from flask_wtf.csrf import generate_csrf

from grants.dossiers.errors import AnswerConflict
from grants.dossiers.operations import Change, SaveResult, current_answers, save_answers
from grants.dossiers.review import deposit_gaps
from grants.extensions import db
from grants.forms import (
    Answers,
    FieldDefinition,
    SectionDefinition,
    Unreadable,
    findings,
    missing,
    visible,
)
from grants.forms.types.table import TableField
from grants.reference.territories import suggest
from grants.web import access
from grants.web.access import Seen, applicants_dossier_or_404
from grants.web.applicant import restoring
from grants.web.applicant.answering import (
    budget,
    concerns,
    finding_lines,
    hour,
    posted_change,
)
from grants.web.applicant.hub import field_url
from grants.web.applicant.room import screens
from grants.web.applicant.situation import may_write
from grants.web.calculations import calculated_cells, figure
from grants.web.clock import now

#: Types whose reading is worth showing back: « 47k€ » was read as « 47 000 € ».
READ_BACK = frozenset({"money", "integer", "duration", "date", "commune", "siret"})


@screens.get("/dossiers/<reference>/reponses")
@access.applicant
def session_state(reference: str) -> Response:
    """Who is signed in, with a fresh token against forgery: asked for after a session ended."""
    seen = applicants_dossier_or_404(reference)
    return jsonify(
        author=access.actor().id,
        csrf_token=generate_csrf(),
        writable=may_write(seen),
    )


@screens.post("/dossiers/<reference>/reponses/<key>")
@access.applicant
def save_answer(reference: str, key: str) -> tuple[Response, int]:
    """Save one answer. 409 with both texts when a colleague's stands in the way."""
    seen = applicants_dossier_or_404(reference)
    definition = _answerable_or_404(seen, key)
    if request.form.get("_author", type=int) != access.actor().id:
        abort(400)  # the page was opened by somebody else in this browser
    change = posted_change(definition, request.form)
    result = save_answers(db.session(), seen.dossier, [change], actor=access.actor(), now=now())
    content = state_of_section(seen, definition)
    if result.conflicts:
        content["conflict"] = _conflict(definition, result.conflicts[0])
    else:
        content |= _saved(seen, definition, change, result)
        restoring.let_go(seen, seen.call.form.section_of(key), key)
    db.session.commit()
    return jsonify(content), 409 if result.conflicts else 200


@screens.get("/communes")
@access.signed_in
def communes() -> Response:
    """Names of communes for what is being typed, as a JSON list."""
    found = suggest(request.args.get("q", ""))
    return jsonify([f"{each.name} ({each.department})" for each in found])


def _answerable_or_404(seen: Seen, key: str) -> FieldDefinition:
    """A question whose answer is typed: files are sent by themselves."""
    try:
        definition = seen.call.form.answerable(key)
    except KeyError:
        abort(404)
    return definition if definition.source == "inputs" else abort(404)


def _saved(
    seen: Seen, definition: FieldDefinition, change: Change, result: SaveResult
) -> dict[str, Any]:
    row = next((each for each in seen.dossier.answers if each.field_key == change.key), None)
    encoded = None if change.value is None else definition.encode(change.value)
    # A page that still shows an older text keeps its older token: the next save tells.
    current = row is None or row.value == encoded
    text = "Enregistré " + hour(now(), now())
    if definition.type in READ_BACK and not isinstance(change.value, Unreadable | None):
        text += f" : {definition.display(change.value)}"
    name = definition.key
    return {
        "token": result.tokens[name] if current else change.base,
        "saved": text,
        "messages": definition.problems(change.value),
        "cells": definition.cell_problems(name, change.value)
        if isinstance(definition, TableField)
        else {},
        "empty": missing(definition, change.value),
    }


def _conflict(definition: FieldDefinition, clash: AnswerConflict) -> dict[str, Any]:
    return {
        "mine": definition.display(clash.mine),
        "theirs": definition.display(clash.theirs),
        "inputs": definition.inputs(definition.key, clash.theirs),
        "token": clash.token,
        "by": clash.by,
        "at": hour(clash.at, now()),
    }


def _computed(section: SectionDefinition, answers: Answers) -> list[dict[str, str]]:
    return [
        figure(field, answers.get(key))
        for key, field in section.fields.items()
        if field.source == "rule"
    ]


def state_of_section(seen: Seen, definition: FieldDefinition) -> dict[str, Any]:
    """What else the page shows and this answer may have changed."""
    call = seen.call
    section: SectionDefinition = call.form.section_of(definition.key)
    answers = current_answers(seen.dossier, call)
    found = [each for each in findings(call.form, answers) if concerns(each, section)]
    shown = {each.key for each in visible(call.form, answers)}
    messages = {each.justification.key: each.message for each in found if each.justification}
    gaps = deposit_gaps(call, answers)
    return {
        "figures": [
            {key: each[key] for key in ("key", "text", "tone")}
            for each in budget(call, answers, section.figures)
        ]
        + _computed(section, answers)
        + calculated_cells(definition, request.form),
        "missing": len(gaps),
        "left": render_template(
            "applicant/left.html", missing=sum(each.section == section.key for each in gaps)
        ),
        "visible": {key: key in shown for key in section.fields}
        | {
            key: key in messages
            for key in call.form.justifications
            if call.form.section_of(key).key == section.key
        },
        "messages_to_justify": messages,
        "findings": render_template(
            "applicant/findings.html",
            items=finding_lines(call, found, answers, field_url(seen)),
        ),
    }
