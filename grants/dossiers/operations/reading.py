"""What a page showed of the answers, so that nobody deposits or signs what was not read."""

from __future__ import annotations

from grants.dossiers.models import Answer, Dossier
from grants.workflows.definition import Transition


def needs_reading(transition: Transition) -> bool:
    """Whether the act binds its author to the answers: it deposits them, or signs them."""
    return transition.freezes or transition.signs


def reading_of(dossier: Dossier) -> str:
    """Names the answers as they stand, in one line: the revision of the form, then each answer
    with its counter. A page shows it, and the act sends it back."""
    rows = sorted(dossier.answers, key=lambda row: row.field_key)
    return " ".join([f"@{dossier.revision_id}", *map(_shown, rows)])


def changed_since(dossier: Dossier, reading: str) -> list[Answer]:
    """The answers that were written since the page of `reading` was shown, the last one first."""
    shown = set(reading.split())
    rows = [row for row in dossier.answers if _shown(row) not in shown]
    return sorted(rows, key=lambda row: row.updated_at, reverse=True)


def _shown(row: Answer) -> str:
    return f"{row.field_key}:{row.revision}"
