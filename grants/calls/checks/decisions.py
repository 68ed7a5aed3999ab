"""The decision."""

from __future__ import annotations

from collections.abc import Iterator

from grants.calls.checks.errors import Path, PathError, unknown
from grants.calls.checks.forms import small_form_errors
from grants.calls.definition import DECISION_FIELDS, FIELD_OF_OUTCOME, OUTCOMES, CallDefinition
from grants.workflows.definition import Phase


def decision(call: CallDefinition) -> Iterator[PathError]:
    yield from small_form_errors(call.decision.form, ("decision", "form"))
    fields = call.decision.form.fields
    here: Path = ("decision", "form", "fields")
    outcome = fields.get("outcome")
    offered = getattr(outcome, "options", OUTCOMES)
    needless = {FIELD_OF_OUTCOME[each] for each in OUTCOMES if each not in offered}
    for key, kind in DECISION_FIELDS.items():
        field = fields.get(key)
        if field is None and key in needless:
            continue
        if field is None:
            yield PathError(here, f"la décision doit avoir un champ « {key} » ({kind})")
        elif field.type != kind:
            yield PathError((*here, key, "type"), f"« {key} » doit être de type « {kind} »")
    for option in getattr(outcome, "options", {}):
        if option not in OUTCOMES:
            yield PathError(
                (*here, "outcome", "options", option),
                f"« {option} » : une décision est {', '.join(OUTCOMES)}",
            )


def decided_states(call: CallDefinition) -> Iterator[PathError]:
    yield from unknown(
        ("decision", "applicant_sees_in"),
        call.decision.applicant_sees_in,
        call.circuit.states,
        "état inconnu",
    )
    if not any(state.phase is Phase.DECIDED for state in call.circuit.states.values()):
        yield PathError(("circuit", "states"), "aucun état n’est de phase « decided »")
