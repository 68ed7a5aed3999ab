"""The split view: the dossier on the left, what I write and can do on the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask_wtf.csrf import generate_csrf

from grants.dossiers.facts import guard_facts
from grants.dossiers.models import OpinionRecord
from grants.dossiers.operations import draft_of
from grants.dossiers.operations.opinions import may_draft, open_record
from grants.dossiers.presentation import answers_of
from grants.forms import decode_answers, figures
from grants.rules import holds, parse
from grants.web import access, parking
from grants.web.access import Seen, actor
from grants.web.acts.forms import FormOnPage
from grants.web.casework import screens
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
from grants.web.turns import turn_of
from grants.wording import day, joined, local_day, moment, plural
from grants.workflows.definition import Audience, Transition
from grants.workflows.machine import offered


@dataclass(slots=True)
class DraftOnPage:
    """The opinion that the reader may write."""

    key: str
    label: str
    form: FormOnPage
    revision: int
    record: OpinionRecord | None
    #: The act that gives it, for whoever may; else the roles that do.
    gives: Transition | None
    givers: list[str]
    conflict: str = ""
    newer: str = ""
    #: The fields show another text than the one stored, which nobody may take for theirs.
    unsaved: bool = False

    @property
    def status(self) -> str:
        if self.unsaved:
            return "Votre texte n’est pas encore enregistré"
        if self.record is not None and self.record.revision > 0:
            return saved_words(self.record)
        return "Repris de l’avis rendu, pas encore modifié" if self.form.written else ""


def saved_words(record: OpinionRecord) -> str:
    """When the draft last changed, and who wrote that."""
    return f"Enregistré le {moment(record.updated_at)} par {record.updated_by.name}"


@screens.get("/instruction/<reference>")
@access.signed_in
def dossier(reference: str) -> str | Response:
    """The split view. Its script asks in JSON who is signed in, after a session ended."""
    seen = access.agents_dossier_or_404(reference)
    if wants_json():
        return jsonify(author=actor().id, csrf_token=generate_csrf())
    draft = draft_on_page(seen)
    parked = parking.parked_inputs(request.path)
    if draft is not None and parked is not None:
        draft.form = FormOnPage.posted(draft.form.definition, parked)
        draft.revision = parked.get("revision", 0, type=int)
        draft.unsaved = True
    return review_page(seen, draft)


def draft_on_page(seen: Seen) -> DraftOnPage | None:
    """The first opinion, in the call's order, that the reader may draft now."""
    roles = seen.standing.roles
    mine = [key for key in seen.call.opinions if may_draft(seen.call, seen.dossier, key, roles)]
    if not mine:
        return None
    key = mine[0]
    opinion = seen.call.opinions[key]
    draft = draft_of(seen.dossier, seen.call, key)
    acts = [each for each in seen.call.circuit.leaving(seen.dossier.state) if each.gives == key]
    return DraftOnPage(
        key=key,
        label=opinion.label,
        form=FormOnPage.filled(opinion.form, draft.answers),
        revision=draft.revision,
        record=draft.record,
        gives=next((each for each in acts if roles & set(each.roles)), None),
        givers=[seen.call.circuit.roles[role].label for each in acts for role in each.roles],
        newer=_deposited_since(seen, draft.record),
    )


def _deposited_since(seen: Seen, record: OpinionRecord | None) -> str:
    """Says that the applicant deposited a version after the draft was last saved."""
    version = seen.dossier.version_in_hand
    if record is None or version is None or version.frozen_at <= record.updated_at:
        return ""
    return (
        f"La version {version.number} a été déposée le {moment(version.frozen_at)}, après le "
        "dernier enregistrement de ce projet d’avis : relisez ce qui a changé."
    )


def review_page(seen: Seen, draft: DraftOnPage | None) -> str:
    version = seen.version_or_404(request.args.get("version"))
    answers = answers_of(seen.dossier, seen.call, version)
    since, before = earlier_answers(
        seen.dossier, seen.call, version, request.args.get("depuis", type=int)
    )
    sections = sections_of(seen.call, answers, before)
    state = seen.call.circuit.states[seen.dossier.state]
    return render_template(
        "casework/dossier.html",
        seen=seen,
        dossier=seen.dossier,
        call=seen.call,
        version=version,
        since=since,
        sections=sections,
        changes=sum(each.changes for each in sections),
        findings=findings_of(seen.call, answers),
        figures=figures(seen.call.form, answers),
        opinions=given_opinions(seen.dossier, seen.call, version),
        waiting=_waiting_opinions(seen),
        decision=decision_lines(seen),
        draft=draft,
        author=actor().id,
        acts=_acts(seen, draft),
        told=last_note(seen.dossier, seen.call),
        state=state.labels.of(seen.audience),
        mine=bool(seen.standing.roles & set(state.turn)),
        todo=_todo(seen),
        turn=joined(
            turn_of(seen.call, state.turn, seen.dossier.department_code, seen.dossier.region_code)
        ),
        due=_due(seen),
        list_url=list_url(seen),
        has_errors=False,
    )


def _waiting_opinions(seen: Seen) -> list[str]:
    """Opinions being written by others, or not begun; their text is for those who write it."""
    lines = []
    for key, opinion in seen.call.opinions.items():
        given = any(each.opinion_key == key and each.given_at for each in seen.dossier.opinions)
        if open_record(seen.dossier, key) is not None:
            lines.append(f"{opinion.label} : {'repris' if given else 'en cours de rédaction'}")
        elif not given:
            lines.append(f"{opinion.label} : pas encore rendu")
    return lines


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


def _acts(seen: Seen, draft: DraftOnPage | None) -> list[Transition]:
    """The reader's other acts; the one that gives the opinion stands under its form."""
    facts = guard_facts(seen.dossier, seen.call)
    return [
        each
        for each in offered(seen.call.circuit, seen.dossier.state, seen.standing.roles)
        if (draft is None or each is not draft.gives)
        and (each.guard is None or holds(parse(each.guard), facts))
    ]


def _todo(seen: Seen) -> str:
    todo = seen.call.circuit.states[seen.dossier.state].todo
    mine = seen.standing.roles & set(todo)
    own = [todo[role] for role in seen.call.circuit.roles if role in mine]
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
