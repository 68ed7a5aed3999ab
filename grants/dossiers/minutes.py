"""The minutes of a sitting: what was recorded of one dossier, as it stood when it was recorded.

Services alone read them: an applicant knows neither what they say nor that there are any.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from grants.accounts.models import User
from grants.calls.acts import form_of
from grants.calls.definition import CallDefinition
from grants.documents import Content
from grants.dossiers.awaiting import returned_sheets
from grants.dossiers.models import (
    Dossier,
    DossierEvent,
    DossierVersion,
    OpinionRecord,
    ScoreSheet,
)
from grants.dossiers.papers import Manuscript, Told, of_the_house, told
from grants.dossiers.presentation import answers_of, version_numbered
from grants.dossiers.roles import Standing, holders_name
from grants.dossiers.scoring import Scores, may_compare, points, scores_in
from grants.forms import FormDefinition, decode_answers, figures, visible
from grants.wording import day, local_day, moment, plural
from grants.workflows.definition import Transition

#: Types of questions that an opinion answers in a word.
_VERDICTS: Final = frozenset({"choice", "yes_no"})


def sittings(dossier: Dossier, call: CallDefinition) -> list[DossierEvent]:
    """The acts that recorded one, the first one first."""
    acts = call.circuit.transitions
    return [each for each in dossier.events if each.trigger in acts and acts[each.trigger].minutes]


def readable_sittings(
    dossier: Dossier, call: CallDefinition, person: User, standing: Standing
) -> dict[int, DossierEvent]:
    """Those whose minutes a person of a service may read, by their number: they say what the
    sheets then returned said together, which not every service may know."""
    return {
        number: event
        for number, event in enumerate(sittings(dossier, call), start=1)
        if all(
            may_compare(dossier, call, each.grid, person, standing)
            for each in _scores(dossier, call, event)
        )
    }


def minutes_manuscript(
    dossier: Dossier, version: DossierVersion, event: DossierEvent, *, demo_notice: str
) -> Manuscript:
    """The minutes that `event` recorded, on the version then in hand."""
    call = dossier.definition
    act = call.circuit.transitions[event.trigger]
    title, short, long = _recorded(dossier, call, act, event)
    asked = figures(call.form, answers_of(dossier, call, version)).get(call.asked_figure or "")
    content: Content = {
        "call_kind": call.kind,
        "call_title": call.title,
        "reference": dossier.reference,
        "project_title": dossier.title,
        "holder": holders_name(dossier),
        "version_label": f"Version {version.number}",
        "version_examined": f"Version {version.number} du {day(local_day(version.frozen_at))}",
        "amount_asked": asked.text if asked else "",
        "opinions": [*_opinions(dossier, call, act, event, version)],
        "scores": [_scored(each) for each in _scores(dossier, call, event)],
        "sitting_label": title,
        "recorded": _by(dossier, call, event),
        "facts": short,
        "texts": long,
        "demo_notice": demo_notice,
    }
    name = f"Extrait du relevé de la séance - {dossier.reference}"
    return of_the_house("minutes.docx", name, content, dossier, version)


def version_examined(dossier: Dossier, event: DossierEvent) -> DossierVersion:
    version = version_numbered(dossier, event.version_number)
    assert version is not None  # noqa: S101  # no act that records a sitting leaves a draft
    return version


def _recorded(
    dossier: Dossier, call: CallDefinition, act: Transition, event: DossierEvent
) -> tuple[str, list[Told], list[Told]]:
    """What the act wrote: its title, in a line, at length. An opinion takes the form's place."""
    if act.gives:
        record, opinion = _last(_given(dossier, call, act.gives, event)), call.opinions[act.gives]
        return opinion.label, *told(opinion.form, record.answers if record else {})
    title = call.decision.label if act.decides else "Séance"
    form = form_of(call, act)
    return title, *(told(form, event.note) if form else ([], []))


def _by(dossier: Dossier, call: CallDefinition, event: DossierEvent) -> str:
    number = sittings(dossier, call).index(event) + 1
    return f"Relevé n° {number}, enregistré le {_circumstances(call, event)}."


def _circumstances(call: CallDefinition, event: DossierEvent) -> str:
    """« 3 mars 2020 à 14 h 05 par Claude Martin, Présidence du comité, par suppléance »."""
    role = call.circuit.roles.get(event.role or "")
    who = [event.actor.name if event.actor else "", role.label if role else ""]
    who.append("par suppléance" if event.stood_in else "")
    return f"{moment(event.at)} par {', '.join(filter(None, who))}"


def _opinions(
    dossier: Dossier,
    call: CallDefinition,
    act: Transition,
    event: DossierEvent,
    version: DossierVersion,
) -> Iterator[Told]:
    """Those that the services could read: given on that version by then, each as last given."""
    for key, opinion in call.opinions.items():
        record = _last(_given(dossier, call, key, event))
        if record is None or record.version_id != version.id or key == act.gives:
            continue
        lines = [*_verdict(opinion.form, record), _how_given(dossier, call, record)]
        yield {"label": opinion.label, "text": "\n".join(lines)}


def _verdict(form: FormDefinition, record: OpinionRecord) -> list[str]:
    """« Favorable »; with its question, when several are answered in a word."""
    answers = decode_answers(form, record.answers)
    said = [
        (each.label, each.display(answers[each.key]))
        for each in visible(form, answers)
        if each.type in _VERDICTS and answers.get(each.key) is not None
    ]
    if len(said) == 1:
        return [said[0][1]]
    return [f"{label}\N{NO-BREAK SPACE}: {text}" for label, text in said]


def _how_given(dossier: Dossier, call: CallDefinition, record: OpinionRecord) -> str:
    giving = _acts_giving(dossier, call, record.opinion_key)[record.round - 1]
    return f"Rendu le {_circumstances(call, giving)}."


def _given(
    dossier: Dossier, call: CallDefinition, key: str, event: DossierEvent
) -> list[OpinionRecord]:
    """The opinion, round by round, as far as it was given when `event` took place."""
    acts = _acts_giving(dossier, call, key)
    rounds = sum(each.step <= event.step for each in acts)
    return [
        each
        for each in dossier.opinions
        if each.opinion_key == key and each.given_at is not None and each.round <= rounds
    ]


def _acts_giving(dossier: Dossier, call: CallDefinition, key: str) -> list[DossierEvent]:
    acts = call.circuit.transitions
    return [
        each for each in dossier.events if each.trigger in acts and acts[each.trigger].gives == key
    ]


def _last(records: list[OpinionRecord]) -> OpinionRecord | None:
    return max(records, key=lambda each: each.round, default=None)


def _scores(dossier: Dossier, call: CallDefinition, event: DossierEvent) -> list[Scores]:
    """What was scored when `event` took place."""
    found = [
        scores_in(grid, [*_sheets(dossier, call, key, event)]) for key, grid in call.grids.items()
    ]
    return [each for each in found if each is not None]


def _sheets(
    dossier: Dossier, call: CallDefinition, grid: str, event: DossierEvent
) -> Iterator[ScoreSheet]:
    acts = call.circuit.transitions
    scorers = {
        each.actor_id
        for each in dossier.events
        if each.step <= event.step and each.trigger in acts and acts[each.trigger].scores == grid
    }
    yield from (each for each in returned_sheets(dossier, grid) if each.scorer_id in scorers)


def _scored(scores: Scores) -> Told:
    """The mean, and of how many: neither who scored nor what each one gave."""
    sheets = plural(len(scores.sheets), "grille remise", "grilles remises")
    out_of = f"{points(scores.mean)} sur {scores.grid.out_of}"
    return {"label": scores.grid.label, "text": f"{out_of} en moyenne ({sheets})"}
