"""What an ended session had typed into a section: shown again, and let go answer by answer."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from werkzeug.datastructures import MultiDict

from grants.dossiers.operations import Change, changes_something
from grants.forms import SectionDefinition
from grants.web import parking
from grants.web.access import Seen
from grants.web.applicant.answering import Posted, posted_changes


def unsaved_inputs(seen: Seen, section: SectionDefinition) -> Posted | None:
    """The inputs of the questions whose typed text is not stored yet; None when all of it is."""
    parked = parking.parked_inputs(_address(seen, section))
    if parked is None:
        return None
    return _inputs_of(_unsaved(seen, posted_changes(seen.call, section, parked)), parked) or None


def let_go(seen: Seen, section: SectionDefinition, key: str) -> None:
    """The answer `key` was saved: what was parked of it never comes back. The caller commits.

    Call it while the dossier is locked: answers of one page are saved side by side.
    """
    address = _address(seen, section)
    parked = parking.parked_inputs(address)
    if parked is None:
        return
    unsaved = _unsaved(seen, posted_changes(seen.call, section, parked))
    parking.keep(address, _inputs_of(unsaved - {key}, parked))


def _unsaved(seen: Seen, changes: Iterable[Change]) -> set[str]:
    stored = {each.field_key: each.value for each in seen.dossier.answers}
    return {
        each.key
        for each in changes
        if changes_something(each, _encoded(seen, each), stored.get(each.key))
    }


def _encoded(seen: Seen, change: Change) -> object:
    if change.value is None:
        return None
    return seen.call.form.answerable(change.key).encode(change.value)


def _inputs_of(keys: set[str], parked: Posted) -> Posted:
    """The inputs of these questions, with their tokens."""
    return MultiDict(
        (name, text) for name, text in parked.items(multi=True) if name.partition("-")[0] in keys
    )


def _address(seen: Seen, section: SectionDefinition) -> str:
    return url_for("applicant.section", reference=seen.dossier.reference, key=section.key)
