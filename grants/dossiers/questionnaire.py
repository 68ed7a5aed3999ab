"""What the official document of a call asks: for anchors, and for reading it back."""

from __future__ import annotations

from grants.calls.definition import CallDefinition
from grants.documents.questionnaire import Apart, Questionnaire


def questionnaire_of(call: CallDefinition) -> Questionnaire:
    """The applicant's questions, then the opinions and the decision, which are apart."""
    opinions = [
        Apart(each.label, each.form, f"opinion_{key}_") for key, each in call.opinions.items()
    ]
    intros = (each.intro for each in call.form.sections.values())
    return Questionnaire(
        form=call.form,
        apart=(*opinions, Apart(call.decision.label, call.decision.form, "decision_")),
        compose=call.document.compose,
        call=call.slug,
        call_title=call.title,
        furniture=(call.kind, call.title, call.document.title, *filter(None, intros)),
    )
