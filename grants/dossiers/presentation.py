"""The content of the official document: what exists by then, and what this reader may see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grants.calls.checks import COMMON_SLOTS
from grants.calls.definition import CallDefinition
from grants.dossiers.disclosure import made_known
from grants.dossiers.models import Decision, Dossier, DossierEvent, DossierVersion, OpinionRecord
from grants.dossiers.operations.answers import current_answers
from grants.dossiers.operations.opinions import may_draft, open_record
from grants.dossiers.roles import Standing, audience_of, holders_name
from grants.dossiers.scoring import Scores, known_scores, points, scores_of
from grants.forms import FormDefinition, decode_answers, visible
from grants.forms.types.table import TableField
from grants.wording import day, fill, local_day, moment, plural
from grants.workflows.definition import Audience, Transition

#: {slot: what `grants.documents.render` puts there}.
Filling = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: decides which opinions and scores show."""

    audience: Audience
    roles: frozenset[str] = frozenset()
    #: The grids whose sheets a service reads; see `scoring.readable_grids`.
    grids: frozenset[str] = frozenset()


def reader_of(standing: Standing, call: CallDefinition) -> Reader:
    """An applicant reads as one, whatever else he or she is: no draft of a service shows."""
    audience = audience_of(standing, call)
    return Reader(audience, frozenset() if audience is Audience.APPLICANT else standing.roles)


def _acts_until(
    dossier: Dossier, call: CallDefinition, step: int, counts: Callable[[Transition], bool]
) -> int:
    transitions = call.circuit.transitions
    # A draft that moved to another revision may have acts behind it that this circuit has not.
    acts = [transitions.get(each.trigger) for each in dossier.events if each.step <= step]
    return sum(act is not None and counts(act) for act in acts)


def shown_decision(call: CallDefinition, dossier: Dossier, reader: Reader) -> Decision | None:
    """The decision in force; for the applicant, the last one made known."""
    if reader.audience is not Audience.APPLICANT:
        return dossier.decision
    return decision_at(call, dossier, made_known(dossier, call.decision.applicant_sees_in))


def decision_at(call: CallDefinition, dossier: Dossier, step: int) -> Decision | None:
    """The decision that was in force after that step."""
    number = _acts_until(dossier, call, step, lambda act: act.decides)
    return next((each for each in dossier.decisions if each.number == number), None)


def notifying_events(dossier: Dossier, call: CallDefinition) -> list[DossierEvent]:
    """The acts that made a decision known, the first one first."""
    acts = call.circuit.transitions
    return [each for each in dossier.events if each.trigger in acts and acts[each.trigger].notifies]


def shown_opinion(
    call: CallDefinition,
    dossier: Dossier,
    key: str,
    reader: Reader,
    version: DossierVersion | None,
) -> OpinionRecord | None:
    """The opinion to print or read: the one given (on `version`, when asked for an older one),
    else the draft for those who write it. The applicant reads what was made known."""
    given = [each for each in dossier.opinions if each.opinion_key == key and each.given_at]
    if reader.audience is Audience.APPLICANT:
        step = made_known(dossier, call.opinions[key].applicant_sees_in)
        rounds = _acts_until(dossier, call, step, lambda act: act.gives == key)
        given = [each for each in given if each.round <= rounds]
    if version is not None and version.number != dossier.version_number:
        given = [each for each in given if each.version_id == version.id]
    else:
        draft = open_record(dossier, key)
        if draft is not None and may_draft(call, dossier, key, reader.roles):
            return draft
    return max(given, key=lambda each: each.round, default=None)


def shown_scores(
    call: CallDefinition, dossier: Dossier, reader: Reader, version: DossierVersion | None
) -> list[Scores]:
    """The grids that were scored (on `version`, when asked for an older one): those that the
    applicant knows, those that this reader of a service may compare."""
    if reader.audience is Audience.APPLICANT:
        found = known_scores(dossier, call)
    else:
        grids = [call.grids[key] for key in call.grids if key in reader.grids]
        found = [each for grid in grids if (each := scores_of(dossier, grid)) is not None]
    if version is None or version.number == dossier.version_number:
        return found
    return [each for each in found if all(sheet.version_id == version.id for sheet in each.sheets)]


def is_project(
    dossier: Dossier, call: CallDefinition, reader: Reader, version: DossierVersion | None
) -> bool:
    """Whether what this reader is shown is still being written: the answers, or an opinion."""
    opinions = (shown_opinion(call, dossier, key, reader, version) for key in call.opinions)
    return version is None or any(each is not None and not each.given_at for each in opinions)


def version_numbered(dossier: Dossier, number: int) -> DossierVersion | None:
    return next((each for each in dossier.versions if each.number == number), None)


def answers_of(
    dossier: Dossier, call: CallDefinition, version: DossierVersion | None
) -> dict[str, Any]:
    """The answers of a version; without one, the present ones."""
    if version is None:
        return current_answers(dossier, call)
    return decode_answers(call.form, version.answers)


def calculations_of(call: CallDefinition, answers: Mapping[str, Any]) -> Iterator[str]:
    """What the document works out, each as its reader would show it: « Total : 47 000 € »."""
    for key, field in call.form.fields.items():
        value = answers.get(key)
        if isinstance(field, TableField):
            yield from (f"Total : {field.total(column, value)}" for column in field.columns)
            yield from (
                f"{column.label} : {column.display(row.get(name))}"
                for row in field.shown_rows(value)
                for name, column in field.columns.items()
                if column.source == "rule"
            )
        elif field.source == "rule":
            yield f"{field.label} : {field.display(value)}"


def presentation(
    dossier: Dossier,
    call: CallDefinition,
    reader: Reader,
    *,
    version: DossierVersion | None,
    demo_notice: str,
    now: datetime,
) -> Filling:
    """Values for every slot of the call's Word model. `version` None prints the draft."""
    content = blank(call)
    content |= _answers_content(call, answers_of(dossier, call, version))
    for key, opinion in call.opinions.items():
        record = shown_opinion(call, dossier, key, reader, version)
        if record is not None:
            content |= _form_content(f"opinion_{key}", opinion.form, record.answers)
            content[f"opinion_{key}_given"] = given_words(record)
    for scores in shown_scores(call, dossier, reader, version):
        content |= _scores_content(scores, in_detail=reader.audience is not Audience.APPLICANT)
    decision = shown_decision(call, dossier, reader)
    if decision is not None and (version is None or decision.version_id == version.id):
        content |= _form_content("decision", call.decision.form, decision.answers)
        content["decision_given"] = decided_words(decision)
    state = call.circuit.states[dossier.state]
    content |= {
        "reference": dossier.reference,
        "holder": holders_name(dossier),
        "version_label": (
            f"Version {version.number} du {moment(version.frozen_at)}"
            if version
            else "Version en préparation"
        ),
        "status_label": state.labels.of(reader.audience),
        "demo_notice": demo_notice,
        "printed_on": day(local_day(now)),
    }
    return content


def blank(call: CallDefinition) -> Filling:
    """The blank form: every slot empty, every box unticked."""
    content: Filling = dict.fromkeys(COMMON_SLOTS, "")
    content |= dict.fromkeys(call.document.empty, "")
    content |= _answers_content(call, {})
    for key, opinion in call.opinions.items():
        content |= _form_content(f"opinion_{key}", opinion.form, {})
        content[f"opinion_{key}_given"] = ""
    for key in call.grids:
        content |= {f"grid_{key}_mean": "", f"grid_{key}_sheets": "", f"grid_{key}_rows": []}
    content |= _form_content("decision", call.decision.form, {})
    content["decision_given"] = ""
    content["call_title"] = call.title
    return content


def _answers_content(call: CallDefinition, answers: Mapping[str, Any]) -> Filling:
    shown = {each.key for each in visible(call.form, answers)}
    content: Filling = {}
    for key, field in call.form.fields.items():
        content |= field.slot_values(answers.get(key) if key in shown else None)
    words = {
        key: field.display(answers[key]) if key in shown and key in answers else ""
        for key, field in call.form.fields.items()
    }
    content |= {slot: fill(text, words.get).strip() for slot, text in call.document.compose.items()}
    return content


def _form_content(prefix: str, form: FormDefinition, stored: dict[str, Any]) -> Filling:
    answers = decode_answers(form, stored)
    return {
        f"{prefix}_{slot}": value
        for field in form.fields.values()
        for slot, value in field.slot_values(answers.get(field.key)).items()
    }


def _scores_content(scores: Scores, *, in_detail: bool) -> Filling:
    """The mean; in detail, that of each criterion. Neither who scored nor what each one gave."""
    slot = f"grid_{scores.grid.key}"
    rows = [
        {
            "criterion": each.label,
            "weight": str(each.weight),
            "mean": f"{points(each.mean)} sur {each.max}",
        }
        for each in scores.lines
    ]
    return {
        f"{slot}_mean": f"{points(scores.mean)} sur {scores.grid.out_of}",
        f"{slot}_sheets": plural(len(scores.sheets), "grille", "grilles"),
        f"{slot}_rows": rows if in_detail else [],
    }


def given_words(record: OpinionRecord) -> str:
    """Where, when and on which version; names of agents stay in the application."""
    if record.given_at is None or record.version is None:
        return "Projet d’avis, non rendu"
    stood_in = ", par suppléance" if record.stood_in else ""
    return f"Rendu le {moment(record.given_at)}{stood_in}, sur la version {record.version.number}"


def decided_words(decision: Decision) -> str:
    stood_in = ", par suppléance" if decision.stood_in else ""
    return (
        f"Prise le {moment(decision.decided_at)}{stood_in}, "
        f"sur la version {decision.version.number}"
    )
