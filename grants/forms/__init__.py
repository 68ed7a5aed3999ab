"""Forms as data: types of answers, what is missing, what to notice, WTForms classes."""

from grants.forms.answers import (
    Answers,
    FigureValue,
    Finding,
    Gap,
    completed,
    decode_answers,
    figures,
    findings,
    gaps,
    missing,
    refusals,
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
from grants.forms.types.computed import Computed, ComputedField
from grants.forms.types.duration import Duration
from grants.forms.types.file import FileField, FileRef
from grants.forms.types.integer import Count

__all__ = [
    "MAIN_SECTION",
    "AnswerField",
    "Answers",
    "AnyField",
    "Check",
    "Computed",
    "ComputedField",
    "Count",
    "Duration",
    "FieldDefinition",
    "Figure",
    "FigureValue",
    "FileField",
    "FileRef",
    "Finding",
    "FormDefinition",
    "FormError",
    "Gap",
    "Posted",
    "SectionDefinition",
    "Unreadable",
    "compile_fields",
    "compile_section",
    "completed",
    "decode_answers",
    "figures",
    "findings",
    "gaps",
    "missing",
    "refusals",
    "rule_errors",
    "tidy",
    "visible",
]
