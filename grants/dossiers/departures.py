"""With which answers a Word file left: what its origin says of them, and what is known since."""

from __future__ import annotations

from datetime import datetime

from grants.calls.definition import CallDefinition
from grants.documents.reading.comparing import Departure
from grants.documents.writing.sealing import Origin
from grants.dossiers.models import Dossier
from grants.dossiers.operations.answers import current_answers
from grants.dossiers.presentation import version_numbered
from grants.forms import decode_answers, visible


def draft_stamp(dossier: Dossier) -> str:
    """What the document of a draft says in place of a version: the instant of its last answer."""
    last = max((each.updated_at for each in dossier.answers), default=dossier.created_at)
    return last.isoformat()


def departure_of(dossier: Dossier, call: CallDefinition, origin: Origin) -> Departure | None:
    """The answers that the document of that origin held; None when it is not one of `dossier`.

    `origin` is one that we wrote: a file may say anything.
    """
    if origin.reference != dossier.reference:
        return None
    if origin.version.isdecimal():
        version = version_numbered(dossier, int(origin.version))
        return Departure(decode_answers(call.form, version.answers)) if version else None
    try:
        left_at = datetime.fromisoformat(origin.version)
    except ValueError:
        return None
    return _since(dossier, call, left_at)


def _since(dossier: Dossier, call: CallDefinition, left_at: datetime) -> Departure:
    """Answers not written since then are as they were; a draft prints the visible ones alone."""
    answers = current_answers(dossier, call)
    shown = {each.key for each in visible(call.form, answers)}
    lost = frozenset(each.field_key for each in dossier.answers if each.updated_at > left_at)
    known = {key: answers[key] for key in shown if key in answers and key not in lost}
    return Departure(known, lost)
