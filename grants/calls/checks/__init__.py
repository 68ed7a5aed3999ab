"""Faults of a call file that only show when its parts are put side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from grants.calls.checks import bodies, circuit, decisions, forms, panel, papers
from grants.calls.checks.circuit import guard_types, proofs_of
from grants.calls.checks.errors import PathError
from grants.calls.checks.papers import COMMON_SLOTS, PLACEHOLDERS, document_slots
from grants.calls.definition import CallDefinition

__all__ = [
    "COMMON_SLOTS",
    "PLACEHOLDERS",
    "PathError",
    "call_errors",
    "document_slots",
    "guard_types",
    "proofs_of",
]


def call_errors(
    call: CallDefinition,
    models: Callable[[str], bytes] | None = None,
    *,
    lost: Collection[str] = (),
) -> list[PathError]:
    """All faults of a call whose every key is well formed.

    :param models: gives a Word model by its name, or raises LookupError; none: not looked at.
    :param lost: parts of the call that could not be read; what needs them is not checked.
    """
    found = [
        error
        for check, parts in _CHECKS
        if not set(parts.split()) & set(lost)
        for error in check(call)
    ]
    if models is not None and not _DOCUMENT_PARTS & set(lost):
        found += papers.word_model(call, models)
    return found


#: Each check, with the parts of the call that it reads.
_CHECKS: tuple[tuple[Callable[[CallDefinition], Iterator[PathError]], str], ...] = (
    (forms.dates, "dates"),
    (forms.form, "form"),
    (forms.forms_of_acts, "forms"),
    (forms.forms_of_opinions, "opinions"),
    (forms.key_fields, "form territory_field title_field list_figures"),
    (forms.eligibility, "form eligibility"),
    (bodies.services, "services"),
    (bodies.own_bodies, "services"),
    (bodies.service_names, "services reference_date"),
    (bodies.roles_of_services, "services circuit"),
    (bodies.departments, "departments"),
    (bodies.parties, "parties circuit form"),
    (circuit.parts, "circuit"),
    (circuit.proved, "circuit opinions grids hearings parties"),
    (circuit.acts, "circuit forms opinions grids hearings messages"),
    (circuit.guards, "circuit form opinions grids decision"),
    (panel.opinions, "opinions circuit"),
    (panel.grids, "grids circuit"),
    (panel.hearings, "hearings circuit"),
    (panel.quotas, "quotas form"),
    (decisions.decision, "decision"),
    (decisions.decided_states, "decision circuit"),
    (papers.messages, "messages circuit"),
    (papers.receipt, "receipt services"),
    (papers.document, "document form"),
)
_DOCUMENT_PARTS = {"document", "form", "opinions"}
