"""What a call's acts ask of whoever carries them out."""

from __future__ import annotations

from grants.calls.definition import CallDefinition
from grants.forms import FormDefinition
from grants.workflows.definition import Transition


def form_of(call: CallDefinition, transition: Transition) -> FormDefinition | None:
    """The form that whoever carries out the act fills in, if any."""
    if transition.decides:
        return call.decision.form
    return call.forms[transition.form] if transition.form else None
