"""What the official document of a call asks: for anchors, and for reading it back."""

from __future__ import annotations

from typing import Final

from grants.calls.definition import CallDefinition
from grants.documents.questionnaire import Apart, Questionnaire

_DAY: Final = r"\d+(?:er)? [a-z]+ \d{4}"
#: References, versions, days, codes and notices, as they are printed at the edges of pages.
_SHAPES: Final = (
    r"[a-z][a-z0-9]{1,9}-\d{4,}",
    rf"version \d+(?: du {_DAY} a \d+ h \d\d)?",
    "version en preparation",
    "brouillon, non depose",
    _DAY,
    r"code de verification ?: [0-9a-z]{4}(?:-[0-9a-z]{4}){3} · \S+",
    r"projet ?: ce document n.est pas emis et ne porte pas de code\.",
    "donnees de demonstration",
)


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
        shapes=_SHAPES,
    )
