"""What still keeps a dossier from being deposited, and what its readers should notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grants.calls.definition import CallDefinition
from grants.forms import Finding, Gap, findings, gaps, missing
from grants.reference.territories import UnknownTerritory, department, region_on
from grants.wording import joined


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """One line of the hub: `status` is `empty`, `started`, `faulty` or `done`."""

    key: str
    title: str
    status: str
    gaps: list[Gap]


def deposit_gaps(call: CallDefinition, answers: Mapping[str, Any]) -> list[Gap]:
    """All that blocks a deposit: gaps of the form, blocking checks, unjustified ones, territory."""
    found = gaps(call.form, answers)
    found += out_of_territory(call, answers)
    for finding in findings(call.form, answers):
        if finding.level == "blocking":
            found.append(gap_of(call, finding, finding.message))
        elif finding.level == "justify" and missing_justification(finding, answers):
            found.append(gap_of(call, finding, f"À justifier : {finding.message}"))
    return found


def missing_justification(finding: Finding, answers: Mapping[str, Any]) -> bool:
    return finding.justification is not None and missing(
        finding.justification, answers.get(finding.justification.key)
    )


def gap_of(call: CallDefinition, finding: Finding, message: str) -> Gap:
    """The finding, at the place of the first field that it speaks of."""
    field = finding.fields[0] if finding.fields else next(iter(call.form.fields))
    return Gap(section=call.form.section_of(field).key, field=field, message=message)


def out_of_territory(call: CallDefinition, answers: Mapping[str, Any]) -> list[Gap]:
    """Why no service would see a dossier of the commune that was given."""
    commune = answers.get(call.territory_field)
    code = getattr(commune, "department", None)
    message = None if code is None else _out_of_place(call, code)
    if message is None:
        return []
    key = call.territory_field
    return [Gap(section=call.form.section_of(key).key, field=key, message=message)]


def _out_of_place(call: CallDefinition, code: str) -> str | None:
    """Why no service of the call would see a dossier of that department; None when one would."""
    if call.departments and code not in call.departments:
        open_to = joined([f"{department(each).name} ({each})" for each in call.departments])
        return f"L’appel est ouvert à {open_to} ; cette commune n’en fait pas partie."
    try:
        region_on(code, call.reference_date)
    except UnknownTerritory:
        name = department(code).name
        return f"{name} n’est d’aucune région : aucun service de l’appel ne recevrait le dossier."
    return None


def progress(call: CallDefinition, answers: Mapping[str, Any]) -> list[SectionProgress]:
    """Where each section stands, in the form's order."""
    found = deposit_gaps(call, answers)
    lines = []
    for section in call.form.sections.values():
        own = [each for each in found if each.section == section.key]
        answered = any(
            key in answers for key, field in section.fields.items() if field.source != "rule"
        )
        status = ("faulty" if answered else "empty") if own else "done"
        if own and answered and all(each.field not in answers for each in own):
            status = "started"
        lines.append(SectionProgress(section.key, section.title, status, own))
    return lines
