"""A complete, valid set of answers for each call of the library, as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import grants
from grants.calls.definition import CallDefinition
from grants.calls.loader import read_call
from grants.demo.story import sample_answers
from grants.forms import decode_answers

LIBRARY = Path(grants.__file__).parent / "calls" / "library"


def source_of(slug: str) -> str:
    """The text of the call's file."""
    return (LIBRARY / f"{slug}.yaml").read_text()


def call_of(slug: str) -> CallDefinition:
    return read_call(source_of(slug))


def encoded_answers(slug: str) -> dict[str, Any]:
    """Answers as stored: {field key: JSON}. Files are named only; their content is the test's."""
    return sample_answers(slug)


def answers_for(slug: str) -> dict[str, Any]:
    """The same, typed; what rules give left out."""
    call = call_of(slug)
    found = decode_answers(call.form, encoded_answers(slug))
    return {key: value for key, value in found.items() if key not in call.form.computed}
