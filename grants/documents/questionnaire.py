"""What the official document of a call asks, in its order: for writing anchors, and for reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from grants.forms import FieldDefinition, FormDefinition
from grants.forms.types.choice import ChoiceField
from grants.forms.types.choices import ChoicesField
from grants.forms.types.yes_no import YesNoField
from grants.wording import fold, placeholders

YES_NO = {"yes": "oui", "no": "non"}


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """A form of the document that is not the applicant's: an opinion, the decision."""

    title: str
    form: FormDefinition
    #: Before the slots of its fields: « opinion_region_ ».
    prefix: str


@dataclass(frozen=True, eq=False)
class Question:
    """A label of the document, or a title; a title asks nothing."""

    #: Slot of its answer; empty for a title.
    slot: str
    label: str
    #: Those whose answers stand there, several when the call writes them together.
    fields: tuple[FieldDefinition, ...] = ()
    #: How they are written together: `{field}` for each.
    written: str = ""
    #: The form it is of, unless it is the applicant's.
    apart: Apart | None = None
    #: The model's own words for it, where they are others.
    also: tuple[str, ...] = ()

    @property
    def wordings(self) -> tuple[str, ...]:
        return (self.label, *self.also)

    @cached_property
    def options(self) -> dict[str, tuple[str, str]]:
        """Slot of a box → its key and label."""
        return {
            f"{self.slot}_{key}": (key, label)
            for field_ in self.fields[:1]
            for key, label in options_of(field_).items()
        }


@dataclass(frozen=True)
class Questionnaire:
    """`call`, `call_title` and `form_hash` are what a file of ours says of its origin."""

    form: FormDefinition
    apart: tuple[Apart, ...] = ()
    #: Slot → text made of several answers.
    compose: Mapping[str, str] = field(default_factory=dict)
    call: str = ""
    call_title: str = ""
    form_hash: str = ""
    #: Words that every copy of the document prints, and nobody answers.
    furniture: tuple[str, ...] = ()
    #: Lines of the Word model, with its tags, that answer nothing: see `framing`.
    framing: tuple[str, ...] = ()
    #: What their slots print at the edges of pages, as patterns of folded text.
    shapes: tuple[str, ...] = ()

    #: The questions in the order and words of the Word model, when it was read.
    outline: tuple[Question, ...] = ()

    def of_revision(self, form_hash: str) -> Questionnaire:
        """The same, to tell a file of that revision from one of another."""
        return replace(self, form_hash=form_hash)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return self.outline or self.questions_of_form

    @cached_property
    def questions_of_form(self) -> tuple[Question, ...]:
        found = _questions_of(self.form, "", self.compose, None)
        for apart in self.apart:
            if all(fold(apart.title) != fold(each.label) for each in apart.form.fields.values()):
                found.append(Question("", apart.title, apart=apart))
            found += _questions_of(apart.form, apart.prefix, {}, apart)
        return tuple(found)


def _questions_of(
    form: FormDefinition, prefix: str, compose: Mapping[str, str], apart: Apart | None
) -> list[Question]:
    found = []
    for section in form.sections.values():
        own = {fold(each.label) for each in section.fields.values()}
        if section.title and fold(section.title) not in own:
            found.append(Question("", section.title, apart=apart))
        for each in section.fields.values():
            written = compose.get(each.slot_name, "")
            together = tuple(form.fields[key] for key in placeholders(written)) or (each,)
            found.append(Question(prefix + each.slot_name, each.label, together, written, apart))
    return found


def options_of(field: FieldDefinition) -> Mapping[str, str]:
    """The boxes of a field: key → label."""
    if isinstance(field, YesNoField):
        return YES_NO
    return field.options if isinstance(field, ChoiceField | ChoicesField) else {}
