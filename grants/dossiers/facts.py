"""What guards may speak of: plain facts of a dossier, no rows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from grants.calls.definition import CallDefinition
from grants.dossiers.awaiting import returned_sheets
from grants.dossiers.models import Dossier
from grants.dossiers.operations.opinions import last_given
from grants.forms import FormDefinition, decode_answers


def guard_facts(dossier: Dossier, call: CallDefinition) -> dict[str, object]:
    """Facts under the names of `grants.calls.checks.guard_types`."""
    version = dossier.version_in_hand
    facts = _facts(call.form, version.answers if version else {})
    facts |= _facts(call.decision.form, dossier.decision.answers if dossier.decision else {})
    for key, opinion in call.opinions.items():
        given = last_given(dossier, key)
        facts |= {
            f"{key}_{name}": value
            for name, value in _facts(opinion.form, given.answers if given else {}).items()
        }
    for key in call.grids:
        totals = [each.total or 0 for each in returned_sheets(dossier, key)]
        facts[f"{key}_count"] = len(totals)
        facts[f"{key}_mean"] = Fraction(sum(totals), len(totals)) if totals else None
    return facts


def _facts(form: FormDefinition, stored: dict[str, Any]) -> dict[str, object]:
    answers = decode_answers(form, stored)
    return {key: field.fact(answers.get(key)) for key, field in form.fields.items()}
