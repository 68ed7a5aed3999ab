"""Call files with a fault put in on purpose, and what is said of them."""

from pathlib import Path

import grants
from grants.calls.loader import CallFileInvalid, read_call
from grants.dossiers.papers import model_bytes

HLM = (Path(grants.__file__).parent / "calls" / "library" / "hlm-accompagnes.yaml").read_text()


def broken(*edits: tuple[str, str], text: str = HLM) -> str:
    """`text` after each (old, new); `old` must be there, its first place alone is changed."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def faults(text: str) -> list[tuple[str, str]]:
    """(the line of the file at fault, what is said of it); empty when the file is right."""
    try:
        read_call(text, models=model_bytes)
    except CallFileInvalid as refused:
        lines = text.splitlines()
        return [(lines[each.line - 1].strip(), each.message) for each in refused.errors]
    return []
