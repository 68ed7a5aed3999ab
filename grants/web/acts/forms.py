"""The small form of an act or of an opinion: filled, read, its faults in their places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form

from grants.forms import (
    AnswerField,
    FieldDefinition,
    FormDefinition,
    Gap,
    compile_fields,
    completed,
    visible,
)
from grants.forms.types.choice import ChoiceField
from grants.rules import parse


@dataclass(slots=True)
class FieldOnPage:
    """A field to show. `decider` is the choice that shows or hides it, for `options` alone."""

    field: AnswerField
    decider: str | None = None
    options: tuple[str, ...] = ()
    #: The text that a colleague saved meanwhile, when it differs.
    theirs: str | None = None


@dataclass(slots=True)
class FormOnPage:
    definition: FormDefinition
    form: Form
    fields: list[FieldOnPage] = field(default_factory=list)

    @classmethod
    def filled(cls, definition: FormDefinition, answers: Mapping[str, Any]) -> FormOnPage:
        return cls._of(definition, _form_class(definition)(data=dict(answers)))

    @classmethod
    def posted(cls, definition: FormDefinition, inputs: MultiDict[str, str]) -> FormOnPage:
        return cls._of(definition, _form_class(definition)(inputs))

    @classmethod
    def _of(cls, definition: FormDefinition, form: Form) -> FormOnPage:
        typed = [each for each in form if isinstance(each, AnswerField)]
        answers = completed(definition, {each.definition.key: each.data for each in typed})
        for each in typed:
            each.data = answers.get(each.definition.key)
        return cls(
            definition,
            form,
            [FieldOnPage(each, *_decided_by(definition, each.definition)) for each in typed],
        )

    @property
    def answers(self) -> dict[str, Any]:
        """What was typed, hidden fields included: the operations leave those out."""
        return {
            each.field.definition.key: each.field.data
            for each in self.fields
            if each.field.data is not None
        }

    @property
    def written(self) -> list[dict[str, str]]:
        """Question and answer, of what was answered."""
        return [
            {
                "question": each.field.definition.label,
                "answer": each.field.definition.display(each.field.data),
            }
            for each in self.fields
            if each.field.data is not None
        ]

    def place(self, gaps: Iterable[Gap]) -> list[dict[str, str]]:
        """Write each gap beside its field; return what the summary of errors says."""
        summary = []
        for gap in gaps:
            own = next((each.field for each in self.fields if each.field.name == gap.field), None)
            if own is None:
                continue
            text = gap.message.removeprefix(f"{own.definition.label} : ")
            own.errors = [*own.errors, text[:1].upper() + text[1:]]
            summary.append({"href": f"#{own.name}", "text": gap.message})
        return summary

    def compare(self, theirs: Mapping[str, Any]) -> None:
        """Note beside each field the text that a colleague saved, when it differs."""
        for each in self.fields:
            definition = each.field.definition
            saved = theirs.get(definition.key)
            differs = definition.encode(saved) != definition.encode(each.field.data)
            if differs and definition.source == "inputs":
                each.theirs = definition.display(saved)


def read_with_choices(
    page: FormOnPage, inputs: MultiDict[str, str], saved: Mapping[str, Any]
) -> dict[str, Any]:
    """The answers as typed; where the reader chose the colleague's text, that text."""
    answers = page.answers
    for each in page.fields:
        key = each.field.definition.key
        if inputs.get(f"_keep-{each.field.name}") == "theirs":
            answers.pop(key, None)
            if saved.get(key) is not None:
                answers[key] = saved[key]
    return answers


def _form_class(definition: FormDefinition) -> type[Form]:
    return compile_fields("ActForm", definition.fields.values())


def _decided_by(form: FormDefinition, shown: FieldDefinition) -> tuple[str | None, tuple[str, ...]]:
    """The one choice that decides whether the field shows, and the options that show it."""
    names = parse(shown.shown_when).names if shown.shown_when else frozenset()
    decider = form.fields.get(next(iter(names), ""))
    if len(names) != 1 or not isinstance(decider, ChoiceField):
        return None, ()
    return decider.key, tuple(
        option
        for option in decider.options
        if shown.key in {each.key for each in visible(form, {decider.key: option})}
    )
