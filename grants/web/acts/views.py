"""Show an act, carry it out, or say why not."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from grants.dossiers.errors import (
    AnswersChanged,
    NotYourTurn,
    OpinionConflict,
    StaleAct,
    TransitionRefused,
)
from grants.dossiers.facts import guard_facts
from grants.dossiers.operations import fire, save_opinion
from grants.dossiers.operations.fire import is_stale
from grants.dossiers.operations.reading import changed_since, needs_reading
from grants.extensions import db
from grants.web import access, parking
from grants.web.access import Seen, actor
from grants.web.acts.page import ActPage, events_since, opened, posted
from grants.web.clock import now
from grants.web.press import press
from grants.workflows.definition import Audience, Transition
from grants.workflows.machine import check_guard, check_role

screens = Blueprint("acts", __name__)

Answer = Response | str | tuple[str, int]


@screens.get("/dossiers/<reference>/actes/<trigger>")
@access.signed_in
def show(reference: str, trigger: str) -> Answer:
    seen, transition = _act_or_404(reference, trigger)
    if seen.dossier.state not in transition.sources:
        return _moved_on(seen, transition, seen.dossier.step)
    check_guard(transition, guard_facts(seen.dossier, seen.call))
    if needs_reading(transition):
        return redirect(url_for("applicant.verify", reference=reference), 303)
    parked = parking.parked_inputs(parking.here())
    return _render(opened(seen, transition) if parked is None else posted(seen, transition, parked))


@screens.post("/dossiers/<reference>/actes/<trigger>")
@access.signed_in
def carry_out(reference: str, trigger: str) -> Answer:
    seen, transition = _act_or_404(reference, trigger)
    step = request.form.get("step", type=int)
    if step is None:
        abort(400)
    stale = is_stale(seen.dossier, trigger, actor(), step)
    if stale or seen.dossier.state not in transition.sources:
        return _moved_on(seen, transition, step)
    page = posted(seen, transition, request.form)
    if needs_reading(transition) and not page.reading:
        abort(400)
    if page.warnings:
        return _render(page), 422
    try:
        _save_opinion_of(page)
        with db.session.begin_nested():  # a refused act writes nothing, the draft stays
            _fire(page, step)
    except OpinionConflict as conflict:
        db.session.rollback()
        page = posted(*_act_or_404(reference, trigger), request.form)
        page.tell_conflict(conflict)
        return _render(page), 409
    except NotYourTurn:
        raise
    except TransitionRefused as refusal:
        db.session.commit()
        page.refuse(refusal)
        return _render(page), 422
    except StaleAct as stale:
        db.session.rollback()
        again = _act_or_404(reference, trigger)
        changed = isinstance(stale, AnswersChanged)
        return _to_read_again(*again, page.reading) if changed else _moved_on(*again, step)
    parking.forget(parking.here())
    db.session.commit()
    flash(f"{transition.done}.", "success")
    return redirect(_next_page(seen, transition), 303)


def _act_or_404(reference: str, trigger: str) -> tuple[Seen, Transition]:
    """The act, for whoever holds one of its roles.

    :raises NotYourTurn: for the others who see the dossier.
    """
    seen = access.seen_or_404(reference)
    transition = seen.call.circuit.transitions.get(trigger)
    if transition is None or not transition.roles:
        abort(404)
    check_role(transition, seen.standing.roles)
    return seen, transition


def _save_opinion_of(page: ActPage) -> None:
    """The opinion as typed on this very page, before it is given."""
    gives = page.transition.gives
    if gives is None or page.opinion is None or not page.writes_opinion:
        return
    if "revision" not in request.form:
        return
    record = save_opinion(
        db.session(),
        page.seen.dossier,
        gives,
        page.opinion.answers,
        revision=page.opinion_revision,
        actor=actor(),
        now=now(),
    )
    page.opinion_revision = record.revision


def _fire(page: ActPage, step: int) -> None:
    fire(
        db.session(),
        page.seen.dossier,
        page.transition.key,
        actor=actor(),
        now=now(),
        step=step,
        inputs=page.form.answers if page.form else None,
        certified=page.certified,
        reading=page.reading or None,
        press=press(),
    )


def _render(page: ActPage) -> str:
    return render_template(
        "acts/act.html", page=page, dossier=page.seen.dossier, has_errors=bool(page.errors)
    )


def _moved_on(seen: Seen, transition: Transition, step: int) -> tuple[str, int]:
    """The dossier is elsewhere than the page thought: what happened, and what was typed."""
    typed = []
    if request.method == "POST":
        page = posted(seen, transition, request.form)
        forms = (page.opinion if page.writes_opinion else None, page.form)
        typed = [line for form in forms if form is not None for line in form.written]
    return moved_on(seen, transition.label, step, typed)


def moved_on(seen: Seen, label: str, step: int, typed: list[dict[str, str]]) -> tuple[str, int]:
    """The 409 page: `label` was not done; what happened after `step`; what was `typed`."""
    html = render_template(
        "acts/moved_on.html",
        label=label,
        dossier=seen.dossier,
        state=seen.call.circuit.states[seen.dossier.state].labels.of(seen.audience),
        events=events_since(seen, step),
        typed=typed,
    )
    return html, 409


def _to_read_again(seen: Seen, transition: Transition, reading: str) -> tuple[str, int]:
    """Answers were written since they were read: which, by whom, and where to read them."""
    dossier, asked = seen.dossier, seen.call.form.fields | seen.call.form.justifications
    html = render_template(
        "acts/read_again.html",
        label=transition.label,
        dossier=dossier,
        changed=[
            {
                "key": row.field_key,
                "question": asked[row.field_key].label,
                "by": row.updated_by.name,
                "at": row.updated_at,
            }
            for row in changed_since(dossier, reading)
            if row.field_key in asked
        ],
    )
    return html, 409


def _next_page(seen: Seen, transition: Transition) -> str:
    reference = seen.dossier.reference
    if seen.audience is not Audience.APPLICANT:
        return url_for("casework.dossier", reference=reference)
    if transition.receipt:
        return url_for("applicant.receipt", reference=reference)
    return url_for("applicant.hub", reference=reference)
