"""A version of a dossier as it is read: official order, what changed, what to notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from grants.calls.definition import CallDefinition
from grants.dossiers.models import Dossier, DossierVersion, OpinionRecord
from grants.dossiers.operations.opinions import last_given
from grants.dossiers.presentation import answers_of, version_numbered
from grants.forms import FieldDefinition, decode_answers, findings, visible
from grants.web.answer_tables import Table, table_of
from grants.web.timeline import actor_label, note_of
from grants.wording import moment


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    question: str
    answer: str
    table: Table | None
    changed: bool
    #: The answer before, when it changed.
    was: str


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    lines: list[Line]

    @property
    def changes(self) -> int:
        return sum(line.changed for line in self.lines)


@dataclass(frozen=True, slots=True)
class Given:
    """An opinion as it was given, and the circumstances."""

    key: str
    label: str
    round: int
    lines: list[dict[str, str]]
    circumstances: str
    version: int


def sections_of(
    call: CallDefinition, answers: Mapping[str, Any], before: Mapping[str, Any] | None
) -> list[Section]:
    """The visible questions in the form's order, marked where they differ from `before`."""
    shown = {each.key for each in visible(call.form, answers)}
    return [
        Section(
            section.key,
            section.title,
            [
                _line(field, answers.get(key), before)
                for key, field in section.fields.items()
                if key in shown
            ],
        )
        for section in call.form.sections.values()
    ]


def _line(field: FieldDefinition, value: Any, before: Mapping[str, Any] | None) -> Line:
    old = before.get(field.key) if before is not None else value
    changed = field.encode(old) != field.encode(value)
    return Line(
        key=field.key,
        question=field.label,
        answer=field.display(value),
        table=table_of(field, value),
        changed=changed,
        was=field.display(old) if changed else "",
    )


def findings_of(call: CallDefinition, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What to notice, with the applicant's justification, and links to the answers."""
    items = []
    for finding in findings(call.form, answers):
        asked = finding.justification
        text = asked.display(answers.get(asked.key)) if asked else ""
        links = [
            {
                "href": f"#answer-{key}",
                "text": shorten(call.form.fields[key].label, 48, placeholder="…"),
            }
            for key in finding.fields
        ]
        items.append(
            {
                "level": "justified" if text else finding.level,
                "message": finding.message,
                "justification": text,
                "links": links,
            }
        )
    return items


def given_opinions(dossier: Dossier, call: CallDefinition, version: DossierVersion) -> list[Given]:
    """The opinions as last given; for an older version, those given on it."""
    older = version.number != dossier.version_number
    found = []
    for key in call.opinions:
        on_it = [
            each
            for each in dossier.opinions
            if each.opinion_key == key and each.version_id == version.id
        ]
        record = on_it[-1] if older and on_it else None if older else last_given(dossier, key)
        if record is not None:
            found.append(given(dossier, call, record))
    return found


def given(dossier: Dossier, call: CallDefinition, record: OpinionRecord) -> Given:
    """What `record`, once given, says and how it was given."""
    opinion = call.opinions[record.opinion_key]
    answers = decode_answers(opinion.form, record.answers)
    on = record.version.number if record.version else 0
    return Given(
        key=record.opinion_key,
        label=opinion.label,
        round=record.round,
        lines=[
            {"question": field.label, "answer": field.display(answers.get(field.key))}
            for field in visible(opinion.form, answers)
        ],
        circumstances=_circumstances(dossier, call, record, on),
        version=on,
    )


def _circumstances(
    dossier: Dossier, call: CallDefinition, record: OpinionRecord, version: int
) -> str:
    event = next(
        (
            each
            for each in dossier.events
            if each.at == record.given_at
            and call.circuit.transitions[each.trigger].gives == record.opinion_key
        ),
        None,
    )
    by = record.given_by.name if record.given_by else ""
    who = f"{by}, {actor_label(event, call)}" if event else by
    when = moment(record.given_at) if record.given_at else ""
    return f"Rendu le {when} par {who}, sur la version {version}."


def earlier_answers(
    dossier: Dossier, call: CallDefinition, version: DossierVersion, since: int | None
) -> tuple[int, dict[str, Any] | None]:
    """The version to compare with, and its answers: the one before, unless `since` says another.

    0 compares with nothing.
    """
    number = version.number - 1 if since is None else since
    before = version_numbered(dossier, number)
    if before is None or before.number == version.number:
        return 0, None
    return before.number, answers_of(dossier, call, before)


@dataclass(frozen=True, slots=True)
class Told:
    """What the last act had to say to those who take over."""

    what: str
    text: str
    circumstances: str


def last_note(dossier: Dossier, call: CallDefinition) -> Told | None:
    """The note of the act that led here; a decision is no note, it has its own place."""
    acts = call.circuit.transitions
    own = [
        each for each in dossier.events if each.trigger in acts and not acts[each.trigger].automatic
    ]
    if not own:
        return None
    event = own[-1]
    transition = acts[event.trigger]
    text = note_of(event, call) if transition.form else ""
    if not text:
        return None
    return Told(transition.done, text, f"{actor_label(event, call)}, le {moment(event.at)}")
