"""What rules give in a form, told anew after each save (`static/js/autosave/section.js`)."""

from __future__ import annotations

from typing import Any

from grants.forms import FieldDefinition
from grants.forms.field import Posted
from grants.forms.types.table import TableField
from grants.web.acts.forms import FormOnPage


def calculations(page: FormOnPage, inputs: Posted) -> list[dict[str, str]]:
    """Those of every field of the form, and of the cells of its tables."""
    told = []
    for each in page.fields:
        definition = each.field.definition
        if definition.source == "rule":
            told.append(figure(definition, each.field.data))
        told += calculated_cells(definition, inputs)
    return told


def calculated_cells(definition: FieldDefinition, inputs: Posted) -> list[dict[str, str]]:
    """Those of a table as the page holds it: its blank rows are not dropped there."""
    if not isinstance(definition, TableField):
        return []
    rows = definition.posted_rows(definition.key, inputs)
    texts = definition.computed_texts(definition.key, rows)
    return [{"key": name, "text": text, "tone": ""} for name, text in texts.items()]


def figure(definition: FieldDefinition, value: Any) -> dict[str, str]:
    return {"key": definition.key, "text": definition.display(value), "tone": ""}
