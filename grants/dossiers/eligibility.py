"""Whether a dossier may be begun: the criteria that a call asks about before it opens a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grants.calls.definition import CallDefinition
from grants.dossiers.review import gap_of, out_of_territory
from grants.forms import FieldDefinition, Gap, SectionDefinition, findings, gaps


def criteria_of(call: CallDefinition) -> SectionDefinition | None:
    """The section asked before a draft is opened; None when there is none."""
    return call.form.sections[call.eligibility] if call.eligibility else None


def asked_first(section: SectionDefinition) -> list[FieldDefinition]:
    """The questions whose answers are typed: no file is sent before there is a dossier."""
    return [each for each in section.fields.values() if each.source == "inputs"]


def unmet_criteria(call: CallDefinition, answers: Mapping[str, Any]) -> list[Gap]:
    """What keeps `answers` from opening a draft: a required one that is missing, one that cannot be
    read, a blocking check that speaks of this section alone. Empty when the call asks nothing."""
    section = criteria_of(call)
    if section is None:
        return []
    asked = {each.key for each in asked_first(section)}
    known = {key: value for key, value in answers.items() if key in section.fields}
    found = [*gaps(call.form, known), *out_of_territory(call, known)]
    unmet = [each for each in found if each.field in asked] + [
        gap_of(call, each, each.message)
        for each in findings(call.form, known)
        if each.level == "blocking" and each.fields and set(each.fields) <= set(section.fields)
    ]
    places = list(section.fields)
    return sorted(unmet, key=lambda each: places.index(each.field))
