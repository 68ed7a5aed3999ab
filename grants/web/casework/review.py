"""The split view: the dossier on the left, what I write and can do on the right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask_wtf.csrf import generate_csrf

from grants.dossiers.awaiting import lacking, returned_by, still_to_do
from grants.dossiers.minutes import readable_sittings
from grants.dossiers.operations.offers import Offer, offers_to
from grants.dossiers.operations.opinions import last_given, open_record
from grants.dossiers.presentation import answers_of, is_project
from grants.extensions import db
from grants.forms import decode_answers, figures
from grants.web import access, parking
from grants.web.access import Seen, actor
from grants.web.acts.forms import FormOnPage
from grants.web.casework import screens
from grants.web.casework.drafts import DraftOnPage, chosen_draft, drafts_on_page
from grants.web.casework.reading import (
    earlier_answers,
    findings_of,
    given_opinions,
    last_note,
    sections_of,
)
from grants.web.clock import now
from grants.web.deadlines import due_words
from grants.web.errors import wants_json
from grants.web.hearings import hearings_of
from grants.web.pieces import links_by_answer
from grants.web.scores import grids_of, running_total
from grants.web.turns import turn_of
from grants.wording import day, joined, local_day, moment, plural
from grants.workflows.definition import Audience, Transition
from grants.workflows.way import acts_ahead


@dataclass(frozen=True, slots=True)
class ActOnPage:
    """An act of the reader, and what it still waits for."""

    transition: Transition
    lacking: list[str]


@dataclass(frozen=True, slots=True)
class OpinionState:
    """Where one opinion stands; its text is for those who write it until it is given."""

    label: str
    words: str
    tone: str
    optional: bool


@screens.get("/instruction/<reference>")
@access.signed_in
def dossier(reference: str) -> str | Response:
    """The split view. Its script asks in JSON who is signed in, after a session ended."""
    seen = access.agents_dossier_or_404(reference)
    if wants_json():
        return jsonify(author=actor().id, csrf_token=generate_csrf())
    drafts = drafts_on_page(seen)
    draft = chosen_draft(drafts, request.args.get("ecrire"))
    parked = parking.parked_inputs(parking.here())
    if draft is not None and parked is not None:
        draft.form = FormOnPage.posted(draft.form.definition, parked)
        draft.revision = parked.get("revision", 0, type=int)
        draft.unsaved = True
    return review_page(seen, draft, drafts)


def review_page(seen: Seen, draft: DraftOnPage | None, drafts: Sequence[DraftOnPage]) -> str:
    version = seen.version_or_404(request.args.get("version"))
    answers = answers_of(seen.dossier, seen.call, version)
    since, before = earlier_answers(
        seen.dossier, seen.call, version, request.args.get("depuis", type=int)
    )
    sections = sections_of(seen.call, answers, before)
    state = seen.call.circuit.states[seen.dossier.state]
    offers = offers_to(db.session(), seen.dossier, seen.call, actor(), seen.standing, now=now())
    returned = returned_by(seen.dossier, actor())
    mine = still_to_do(seen.call, state.key, seen.dossier.turn, seen.standing.roles, returned)
    return render_template(
        "casework/dossier.html",
        seen=seen,
        dossier=seen.dossier,
        call=seen.call,
        version=version,
        issued=not is_project(seen.dossier, seen.call, seen.reader, version),
        since=since,
        sections=sections,
        pieces=links_by_answer(seen.dossier, seen.call, version),
        changes=sum(each.changes for each in sections),
        findings=findings_of(seen.call, answers),
        figures=figures(seen.call.form, answers),
        opinions=given_opinions(seen.dossier, seen.call, version),
        opinion_states=_opinion_states(seen),
        awaited=_awaited(seen),
        grids=grids_of(seen),
        hearings=hearings_of(seen, offers),
        sittings=readable_sittings(seen.dossier, seen.call, actor(), seen.standing),
        decision=decision_lines(seen),
        draft=draft,
        other_drafts=[each for each in drafts if draft is None or each.path != draft.path],
        total=running_total(draft.grid, draft.form.answers) if draft and draft.grid else None,
        author=actor().id,
        acts=_acts(offers, draft),
        told=last_note(seen.dossier, seen.call),
        state=state.labels.of(seen.audience),
        mine=bool(mine),
        todo=_todo(seen, mine),
        turn=_turn(seen),
        due=_due(seen),
        list_url=list_url(seen),
        has_errors=False,
    )


def _turn(seen: Seen) -> str:
    dossier = seen.dossier
    return joined(turn_of(seen.call, dossier.turn, dossier.department_code, dossier.region_code))


def _opinion_states(seen: Seen) -> list[OpinionState]:
    """Every opinion of the call, as it stands now."""
    return [
        OpinionState(opinion.label, *_state_of_opinion(seen, key), opinion.optional)
        for key, opinion in seen.call.opinions.items()
    ]


def _state_of_opinion(seen: Seen, key: str) -> tuple[str, str]:
    """Its words and their tone: « rendu le… », « projet », « attendu », « à venir »."""
    circuit, state = seen.call.circuit, seen.dossier.state
    last, draft = last_given(seen.dossier, key), open_record(seen.dossier, key)
    if draft is not None:
        return ("projet, repris" if last else "projet, en cours de rédaction"), "accent"
    if last is not None and last.given_at is not None:
        return f"rendu le {day(local_day(last.given_at))}", "success"
    if any(act.gives == key for act in circuit.leaving(state)):
        return "attendu", "turn"
    may_come = any(act.gives == key for act in acts_ahead(circuit, state))
    return ("à venir" if may_come else "non rendu"), "neutral"


def _awaited(seen: Seen) -> list[ActOnPage]:
    """What the circuit will do by itself, and what it waits for."""
    return [
        ActOnPage(each, lacking(seen.dossier, seen.call, each.awaits, now=now()))
        for each in seen.call.circuit.leaving(seen.dossier.state)
        if each.automatic
    ]


def decision_lines(seen: Seen) -> dict[str, Any] | None:
    """The decision and its circumstances. Whoever examines a dossier reads it once recorded."""
    decision = seen.dossier.decision
    if decision is None:
        return None
    form = seen.call.decision.form
    answers = decode_answers(form, decision.answers)
    stood_in = ", par suppléance" if decision.stood_in else ""
    return {
        "lines": [
            {"question": form.fields[key].label, "answer": form.fields[key].display(value)}
            for key, value in answers.items()
        ],
        "circumstances": (
            f"Enregistrée le {moment(decision.decided_at)} par {decision.decided_by.name}"
            f"{stood_in}, sur la version {decision.version.number}."
        ),
        "notified": (
            f"Notifiée le {moment(seen.dossier.notified_at)}."
            if seen.dossier.notified_at
            else "Pas encore notifiée : le porteur ne la voit pas."
        ),
    }


def _acts(offers: Iterable[Offer], draft: DraftOnPage | None) -> list[ActOnPage]:
    """The reader's other acts; the one that returns the draft stands under its form."""
    return [
        ActOnPage(each.transition, each.not_yet)
        for each in offers
        if draft is None or each.transition is not draft.returns
    ]


def _todo(seen: Seen, mine: Collection[str]) -> str:
    """:param mine: the roles that leave the reader something to do; those whose part is done read
    what the others wait for."""
    state = seen.call.circuit.states[seen.dossier.state]
    todo, done = state.todo, set(state.turn) - set(mine)
    told = (seen.standing.roles - done) & set(todo)
    own = [todo[role] for role in seen.call.circuit.roles if role in told]
    fallback = todo.get(seen.audience.value) or todo.get(Audience.SERVICE.value, "")
    return own[0] if own else fallback


def _due(seen: Seen) -> dict[str, Any] | None:
    due_on = seen.dossier.due_on
    if due_on is None:
        return None
    today = local_day(now())
    left = (due_on - today).days
    words, tone = due_words(due_on, today)
    clock = seen.call.circuit.clocks[seen.dossier.due_clock or ""]
    remaining = f"Il reste {plural(left, 'jour', 'jours')}" if left > 0 else words.capitalize()
    return {
        "remaining": remaining,
        "until": f"{clock.label} le {day(due_on)}",
        "tone": "accent" if tone == "neutral" else tone,
        "days": left if left > 0 else None,
    }


def list_url(seen: Seen) -> str:
    """Where the reader came from: an agent's worklist, or the call's dossiers."""
    if seen.standing.roles:
        return url_for("casework.worklist")
    return url_for("administration.dossiers", slug=seen.dossier.call.slug)
