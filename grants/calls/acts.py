"""What a call's acts ask of whoever carries them out."""

from __future__ import annotations

from typing import Final

from grants.calls.definition import CallDefinition
from grants.forms import FormDefinition
from grants.workflows.definition import Transition

#: Key of the slot chosen, in the form of an act that books a hearing.
SLOT: Final = "slot"

#: A booking as kept in the timeline. Its choices are the slots that are free when it is made.
_BOOKED: Final = FormDefinition.model_validate(
    {"fields": {SLOT: {"type": "text", "label": "Créneau", "required": True}}}
)


def form_of(call: CallDefinition, transition: Transition) -> FormDefinition | None:
    """The form that whoever carries out the act fills in, if any."""
    if transition.decides:
        return call.decision.form
    if transition.scores:
        return call.grids[transition.scores].form
    if transition.books:
        return _BOOKED
    return call.forms[transition.form] if transition.form else None
