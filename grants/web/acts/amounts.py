"""The amounts of a dossier beside the one that is being granted, so that nobody copies a figure."""

from __future__ import annotations

from collections.abc import Sequence

from grants.calls.definition import CallDefinition
from grants.dossiers.models import Dossier
from grants.dossiers.presentation import answers_of
from grants.forms import FigureValue, FormDefinition, figures
from grants.rules import Kind
from grants.wording import money


def is_quotient(form: FormDefinition, key: str) -> bool:
    """Whether a figure divides: a cost per household, a share. Neither summed nor exceeded."""
    return "/" in form.figures[key].value


def listed_figures(dossier: Dossier, call: CallDefinition) -> dict[str, FigureValue]:
    """The call's list figures for the version in hand."""
    known = _figures(dossier, call)
    return {key: known[key] for key in call.list_figures if key in known}


def _figures(dossier: Dossier, call: CallDefinition) -> dict[str, FigureValue]:
    version = dossier.version_in_hand
    return figures(call.form, answers_of(dossier, call, version)) if version else {}


def asked_amount(dossier: Dossier, call: CallDefinition) -> int | None:
    """Cents that the applicant asks for, when the call says which figure that is."""
    figure = _figures(dossier, call).get(call.asked_figure or "")
    return figure.value if figure and isinstance(figure.value, int) else None


def excesses(amount: int, dossier: Dossier, call: CallDefinition) -> Sequence[str]:
    """One sentence for each amount of the dossier that `amount` (cents) goes beyond."""
    return [
        f"{money(amount)} dépasse « {figure.label} » : {figure.text}."
        for key, figure in listed_figures(dossier, call).items()
        if call.form.rule_types[key].kind is Kind.MONEY
        and not is_quotient(call.form, key)
        and figure.value is not None
        and amount > figure.value
    ]
