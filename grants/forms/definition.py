"""What a call file says of a form: sections of fields, figures, checks."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from grants.forms.field import FieldDefinition, Key, Label, Model, Name, with_keys
from grants.forms.types import AnyField
from grants.forms.types.calculations import calculated_types, reading_order
from grants.forms.types.computed import ComputedField, ShownAs
from grants.forms.types.long_text import LongTextField
from grants.rules import RuleType, parse, type_of

#: The key of the only section of a flat form.
MAIN_SECTION = "main"


class Figure(Model):
    """A number computed from the answers and from the figures above it."""

    key: Name
    label: Label
    #: A rule worth a number, an amount or a ratio.
    value: str
    #: A ratio may be shown as « 42,6 % ».
    shown_as: ShownAs = Field(default=None, alias="as")

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Check(Model):
    """What a reader should notice. It fires when `when` is true, not when it is unknown."""

    key: Key
    #: Blocks the submission, asks for a justification, or is only shown.
    level: Literal["blocking", "justify", "information"]
    when: str
    #: `{name}` stands for a field or a figure, as shown.
    message: Label
    fields: tuple[str, ...] = ()

    @property
    def justification_key(self) -> str:
        return f"justification_{self.key}"


class SectionDefinition(Model):
    key: Key
    title: str = ""
    intro: str | None = None
    #: The applying organisation that writes the section; none: the one that began the dossier.
    party: Key | None = None
    fields: Annotated[dict[str, AnyField], BeforeValidator(with_keys), Field(min_length=1)]
    #: Figures shown beside this section.
    figures: tuple[str, ...] = ()


class FormDefinition(Model):
    """`sections`, or `fields` alone for a flat form, read as one section keyed `main`."""

    sections: Annotated[
        dict[str, SectionDefinition], BeforeValidator(with_keys), Field(min_length=1)
    ]
    figures: Annotated[dict[str, Figure], BeforeValidator(with_keys)] = Field(default_factory=dict)
    checks: Annotated[dict[str, Check], BeforeValidator(with_keys)] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _flat_as_one_section(cls, values: Any) -> Any:
        if not isinstance(values, dict) or "fields" not in values or "sections" in values:
            return values
        others = {key: value for key, value in values.items() if key not in ("fields", "title")}
        section = {"title": values.get("title", ""), "fields": values["fields"]}
        if isinstance(values.get("figures"), dict):
            section["figures"] = tuple(values["figures"])
        return {**others, "sections": {MAIN_SECTION: section}}

    @cached_property
    def fields(self) -> dict[str, FieldDefinition]:
        """All the fields in the form's order, by key."""
        return {
            key: field
            for section in self.sections.values()
            for key, field in section.fields.items()
        }

    @cached_property
    def justifications(self) -> dict[str, LongTextField]:
        """The text that each check to be justified may ask for, by its own key."""
        return {
            check.justification_key: LongTextField(
                type="long_text", key=check.justification_key, label="Justification", max=4_000
            )
            for check in self.checks.values()
            if check.level == "justify"
        }

    @cached_property
    def computed(self) -> dict[str, ComputedField]:
        """The fields that nobody fills, by key."""
        return {key: each for key, each in self.fields.items() if isinstance(each, ComputedField)}

    @cached_property
    def reading_order(self) -> tuple[str, ...]:
        """Keys of fields such that each comes after those that its value or its place rest on."""
        return reading_order(self.fields)

    def answerable(self, key: str) -> FieldDefinition:
        """A field that people fill, or the justification of a check. KeyError for any other key."""
        if key in self.computed:
            raise KeyError(key)
        return self.fields[key] if key in self.fields else self.justifications[key]

    def section_of(self, key: str) -> SectionDefinition:
        """The section of a field; of the first field of its check for a justification.

        :raises KeyError: when the form has no such field.
        """
        for section in self.sections.values():
            if key in section.fields:
                return section
        if key not in self.justifications:
            raise KeyError(key)
        check = self.checks[key.removeprefix("justification_")]
        return self.section_of(next(iter(check.fields or self.fields)))

    @cached_property
    def field_types(self) -> dict[str, RuleType]:
        """What rules may speak of, but for figures; a computed field at fault is left out."""
        types = {
            key: field.rule_type() for key, field in self.fields.items() if key not in self.computed
        }
        return types | calculated_types(self.fields, types)[0]

    @cached_property
    def rule_types(self) -> dict[str, RuleType]:
        """What rules may speak of: fields, then figures.

        :raises RuleError: when a figure is wrong; see `rule_errors`.
        """
        types = dict(self.field_types)
        for figure in self.figures.values():
            types[figure.key] = type_of(parse(figure.value), types)
        return types
