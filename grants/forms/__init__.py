"""Forms as data: types of answers, what is missing, what to notice, WTForms classes."""

from grants.forms.answers import (
    Answers,
    FigureValue,
    Finding,
    Gap,
    decode_answers,
    figures,
    findings,
    gaps,
    missing,
    visible,
)
from grants.forms.compiler import AnswerField, compile_fields, compile_section
from grants.forms.definition import (
    MAIN_SECTION,
    Check,
    Figure,
    FormDefinition,
    SectionDefinition,
)
from grants.forms.field import FieldDefinition, Posted, Unreadable
from grants.forms.soundness import FormError, rule_errors
from grants.forms.texts import tidy
from grants.forms.types import AnyField
from grants.forms.types.duration import Duration
from grants.forms.types.integer import Count

__all__ = [
    "MAIN_SECTION",
    "AnswerField",
    "Answers",
    "AnyField",
    "Check",
    "Count",
    "Duration",
    "FieldDefinition",
    "Figure",
    "FigureValue",
    "Finding",
    "FormDefinition",
    "FormError",
    "Gap",
    "Posted",
    "SectionDefinition",
    "Unreadable",
    "compile_fields",
    "compile_section",
    "decode_answers",
    "figures",
    "findings",
    "gaps",
    "missing",
    "rule_errors",
    "tidy",
    "visible",
]
