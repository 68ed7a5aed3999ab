"""The JSON Schema of call files: what an editor completes, explains and checks while one writes."""

from __future__ import annotations

import re
from typing import Any, Final

from grants.calls.definition import CallDefinition

_DEFINITIONS: Final = "$defs"


def call_schema(page: str = "") -> dict[str, Any]:
    """The schema, made of the definitions themselves.

    :param page: text of « Écrire un appel », whose tables describe each key in French.
    """
    schema = CallDefinition.model_json_schema(by_alias=True)
    definitions = schema[_DEFINITIONS] | {"CallDefinition": schema}
    said = _descriptions(page)
    for name, definition in definitions.items():
        _tidy(definition)
        fields = said.get("FieldDefinition", {}) if name.endswith("Field") else {}
        _describe(definition, fields | said.get(name, {}))
    _admit_flat_forms(schema[_DEFINITIONS])
    for moment in ("opens", "closes"):
        schema[_DEFINITIONS]["Dates"]["properties"][moment].pop("format")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fichier d’appel",
        **schema,
    }


def _descriptions(page: str) -> dict[str, dict[str, str]]:
    """{model: {key: what the page says of it}}"""
    found = {}
    for name, table in re.findall(r"<!-- keys: (\w+) -->\n(.*?)\n\n", page, re.DOTALL):
        rows = re.findall(r"^\| `(\w+)` \| (.*?) \|$", table, re.MULTILINE)
        found[name] = {key: said.replace("`", "") for key, said in rows if said}
    return found


def _tidy(definition: dict[str, Any]) -> None:
    """Without what is of the code alone: its own words, and the key that is the entry's name."""
    definition.pop("title", None)
    definition.pop("description", None)
    definition.get("properties", {}).pop("key", None)
    if "required" in definition:
        definition["required"] = [each for each in definition["required"] if each != "key"]


def _describe(definition: dict[str, Any], said: dict[str, str]) -> None:
    for key, each in definition.get("properties", {}).items():
        each.pop("title", None)
        if key in said:
            each["description"] = said[key]


def _admit_flat_forms(definitions: dict[str, Any]) -> None:
    """A short form holds its fields without sections."""
    form, section = definitions["FormDefinition"], definitions["SectionDefinition"]
    form["properties"] |= {key: section["properties"][key] for key in ("title", "fields")}
    form["required"] = []
    form["oneOf"] = [{"required": ["sections"]}, {"required": ["fields"]}]
