"""The JSON Schema that editors use: fresh, in French, and right about the calls of the library."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

import grants
from grants.calls.schema import call_schema
from tests.definitions.broken import HLM, broken
from tests.definitions.rich import RICH
from tests.definitions.small import SMALL

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "appel.schema.json").read_text())
LIBRARY = sorted((Path(grants.__file__).parent / "calls" / "library").glob("*.yaml"))
VALIDATOR = Draft202012Validator(SCHEMA)


class EditorLoader(yaml.SafeLoader):
    """Reads as YAML 1.2 does: dates and hours are texts, « yes » and « no » too."""


EditorLoader.yaml_implicit_resolvers = {}
EditorLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", yaml.resolver.re.compile("^(true|false)$"), list("tf")
)
EditorLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", yaml.resolver.re.compile("^-?(0|[1-9][0-9]*)$"), list("-0123456789")
)


def faults(text: str) -> list[str]:
    """Where the schema finds fault with a file."""
    value = yaml.load(text, Loader=EditorLoader)  # noqa: S506  # a safe loader, with fewer types
    return sorted("/".join(map(str, each.absolute_path)) for each in VALIDATOR.iter_errors(value))


def test_the_committed_schema_is_that_of_the_definitions_and_of_the_page():
    assert call_schema((DOCS / "ecrire-un-appel.md").read_text()) == SCHEMA


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", LIBRARY, ids=lambda file: file.stem)
def test_each_call_of_the_library_is_right_by_the_schema(file):
    assert faults(file.read_text()) == []


@pytest.mark.parametrize("text", [SMALL, RICH], ids=["small", "rich"])
def test_other_calls_are_right_by_the_schema(text):
    assert faults(text) == []


def test_a_fault_is_seen_where_it_is():
    text = broken(
        ("phase: completion", "phase: complement"),
        ("silence_months: 2", "silence_months: deux"),
        ("legal_basis:", "legal_bases:"),
        text=HLM,
    )

    assert faults(text) == ["", "circuit/states/incomplete/phase", "receipt/silence_months"]


def test_keys_are_explained_in_french():
    opinion = SCHEMA["$defs"]["Opinion"]["properties"]

    assert opinion["drafted_by"]["description"] == "rôles qui écrivent le projet d’avis"
