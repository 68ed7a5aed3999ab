"""The questions of a section, bound to a dossier's answers and to what the page posted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Form

from grants.accounts.models import User
from grants.calls.definition import CallDefinition
from grants.dossiers.errors import AnswerConflict
from grants.dossiers.models import Answer, Dossier
from grants.dossiers.operations import Change, answer_token, current_answers
from grants.dossiers.review import missing_justification
from grants.forms import (
    AnswerField,
    FieldDefinition,
    Finding,
    SectionDefinition,
    compile_fields,
    figures,
    findings,
    visible,
)
from grants.forms.types.table import TableField
from grants.rules import parse
from grants.wording import local_day, moment

#: Stands where the message of a check that does not fire would be.
NO_MESSAGE = "\N{NO-BREAK SPACE}"
#: As `static/js/autosave/question.js` says it.
NOT_SAVED = "Pas encore enregistré"

Posted = MultiDict[str, str]

#: The address where a field is answered, by its key.
AddressOf = Callable[[str], str]


@dataclass(slots=True)
class SectionPage:
    """What a section's page shows."""

    section: SectionDefinition
    fields: list[AnswerField]
    #: Boxes for the checks to be justified, by the key of their answer.
    justifications: list[AnswerField]
    #: Keys of the fields, and of the justifications, that show at present.
    shown: frozenset[str]
    findings: list[Finding]

    @property
    def faulty(self) -> list[AnswerField]:
        """The fields whose answer cannot be deposited as it stands."""
        return [each for each in (*self.fields, *self.justifications) if each.errors]


def section_page(
    dossier: Dossier,
    call: CallDefinition,
    section: SectionDefinition,
    *,
    reader: User,
    now: datetime,
    posted: Posted | None = None,
    conflicts: Iterable[AnswerConflict] = (),
) -> SectionPage:
    """The section as stored, or as `posted` where inputs were posted."""
    answers = current_answers(dossier, call)
    found = [each for each in findings(call.form, answers) if concerns(each, section)]
    boxes = justification_boxes(call, section, found)
    form = _form(section, boxes, answers, posted)
    form.validate()
    rows = {each.field_key: each for each in dossier.answers}
    clashes = {each.key: each for each in conflicts}
    for field in fields_of(form):
        row, clash = rows.get(field.name), clashes.get(field.name)
        unsaved = posted is not None and field.posted and clash is None
        saved = NOT_SAVED if unsaved else _saved(row, reader, now)
        vars(field).update(saved=saved, unsaved=unsaved, request=None)
        _hold(field, row, posted, clash)
    bound = {each.name: each for each in fields_of(form)}
    firing = {each.justification.key for each in found if each.justification}
    return SectionPage(
        section=section,
        fields=[bound[key] for key in section.fields],
        justifications=[bound[each.key] for each in boxes],
        shown=frozenset(each.key for each in visible(call.form, answers)) | firing,
        findings=found,
    )


def bound_field(dossier: Dossier, call: CallDefinition, definition: FieldDefinition) -> AnswerField:
    """One question alone, as stored."""
    form = compile_fields("Question", [definition])(data=current_answers(dossier, call))
    form.validate()
    return fields_of(form)[0]


def posted_changes(
    call: CallDefinition, section: SectionDefinition, posted: Posted
) -> list[Change]:
    """One change for each question whose inputs were posted; what cannot be read is kept so."""
    form = _form(section, justification_boxes(call, section, []), {}, posted)
    return [
        Change(field.name, field.data, posted.get(f"{field.name}-revision", ""))
        for field in fields_of(form)
        if field.posted
    ]


def posted_change(definition: FieldDefinition, posted: Posted) -> Change:
    """The change of one question alone."""
    key = definition.key
    return Change(key, definition.read(key, posted), posted.get(f"{key}-revision", ""))


def justification_boxes(
    call: CallDefinition, section: SectionDefinition, found: Iterable[Finding]
) -> list[FieldDefinition]:
    """The boxes that belong to this section, each with its check's message as a hint."""
    messages = {each.justification.key: each.message for each in found if each.justification}
    return [
        box.model_copy(
            update={
                "label": "Votre justification",
                "hint": messages.get(key, NO_MESSAGE),
                "required": True,
            }
        )
        for key, box in call.form.justifications.items()
        if call.form.section_of(key).key == section.key
    ]


def fields_of(form: Form) -> list[AnswerField]:
    return [each for each in form if isinstance(each, AnswerField)]


def budget(
    call: CallDefinition, answers: Mapping[str, Any], keys: Iterable[str]
) -> list[dict[str, Any]]:
    """Figures as the budget box shows them; one that a blocking check looks at stands out."""
    values = figures(call.form, answers)
    firing = {each.check for each in findings(call.form, answers) if each.level == "blocking"}
    watched = frozenset[str]().union(
        *(parse(call.form.checks[check].when).names for check in firing)
    )
    return [
        {
            "key": key,
            "label": values[key].label,
            "text": "" if values[key].value is None else values[key].text,
            "tone": "danger" if key in watched else "",
        }
        for key in dict.fromkeys(keys)
    ]


def finding_lines(
    call: CallDefinition,
    found: Iterable[Finding],
    answers: Mapping[str, Any],
    url_of: AddressOf,
) -> list[dict[str, Any]]:
    """Findings as the list shows them, with links to the fields they speak of;
    one that is justified no longer asks for anything."""
    return [_finding_line(call, each, answers, url_of) for each in found]


def _finding_line(
    call: CallDefinition, finding: Finding, answers: Mapping[str, Any], url_of: AddressOf
) -> dict[str, Any]:
    level, message = finding.level, finding.message
    if finding.justification is not None and not missing_justification(finding, answers):
        given = finding.justification.display(answers.get(finding.justification.key))
        level, message = "information", f"{message} Votre justification : « {given} »"
    return {"level": level, "message": message, "links": _links(call, finding, url_of)}


def _links(call: CallDefinition, finding: Finding, url_of: AddressOf) -> list[dict[str, str]]:
    links = [
        {"href": url_of(key), "text": short_label(call.form.fields[key].label)}
        for key in finding.fields
    ]
    if finding.justification is not None:
        links.append({"href": url_of(finding.justification.key), "text": "Justifier"})
    return links


def short_label(label: str, most: int = 60) -> str:
    """A question cut at a word, for links and lists."""
    if len(label) <= most:
        return label
    return label[:most].rsplit(" ", 1)[0].rstrip(" ,;:-(") + "…"


def concerns(finding: Finding, section: SectionDefinition) -> bool:
    return any(key in section.fields for key in finding.fields)


def _form(
    section: SectionDefinition,
    boxes: list[FieldDefinition],
    answers: Mapping[str, Any],
    posted: Posted | None,
) -> Form:
    kind = compile_fields(f"Section_{section.key}", [*section.fields.values(), *boxes])
    form = kind(data=dict(answers))
    if posted is not None:
        for field in fields_of(form):
            stored = field.data
            field.process(posted, stored)
            if not field.posted:
                field.process(None, stored)
    return form


def _hold(
    field: AnswerField, row: Answer | None, posted: Posted | None, clash: AnswerConflict | None
) -> None:
    """Give the field the token of what it shows, and both texts when two people wrote."""
    token = answer_token(row.revision, row.value) if row else answer_token(0, None)
    sent = posted.get(f"{field.name}-revision") if posted is not None else None
    vars(field).update(
        revision=token if sent is None else sent,
        conflict=_conflict(field.definition, clash) if clash else None,
        seen=clash.token if clash else None,
    )
    if isinstance(field.definition, TableField):
        field.blank_rows = 0 if field.data else 1


def _conflict(definition: FieldDefinition, clash: AnswerConflict) -> dict[str, Any]:
    return {
        "mine": definition.display(clash.mine) or Markup("<em>(vide)</em>"),
        "theirs": definition.display(clash.theirs) or Markup("<em>(vide)</em>"),
        "by": clash.by,
        "at": clash.at,
    }


def _saved(row: Answer | None, reader: User, now: datetime) -> str:
    if row is None or row.value is None:
        return ""
    who = "" if row.updated_by_id == reader.id else f" par {row.updated_by.name}"
    return f"Enregistré {hour(row.updated_at, now)}{who}"


def hour(at: datetime, today: datetime) -> str:
    """« à 21 h 04 » today, « le 25 mars 2014 à 21 h 04 » another day."""
    whole = moment(at)
    return whole[whole.index("à ") :] if local_day(at) == local_day(today) else f"le {whole}"
