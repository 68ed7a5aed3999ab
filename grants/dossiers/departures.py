"""With which answers a Word file left: what its origin says of them, and what is known since."""

from __future__ import annotations

from typing import Final

from grants.calls.definition import CallDefinition
from grants.documents.reading.comparing import Departure
from grants.documents.writing.sealing import Origin
from grants.dossiers.models import Dossier
from grants.dossiers.operations.answers import current_answers
from grants.dossiers.presentation import version_numbered
from grants.forms import decode_answers, visible

_DRAFT: Final = "draft "


def draft_stamp(dossier: Dossier, call: CallDefinition) -> str:
    """What the document of a draft says in place of a version: in the order of the form, the
    counter of each answer that it prints. Short, for Word keeps 255 signs of a property."""
    shown = {each.key for each in visible(call.form, current_answers(dossier, call))}
    counters = _counters(dossier)
    printed = (counters.get(key, "") if key in shown else "" for key in call.form.fields)
    return _DRAFT + ".".join(printed)


def departure_of(dossier: Dossier, call: CallDefinition, origin: Origin) -> Departure | None:
    """The answers that the document of that origin held; None when it is not one of `dossier`.

    `origin` is one that we wrote: a file may say anything.
    """
    if origin.reference != dossier.reference:
        return None
    if origin.version.isdecimal():
        version = version_numbered(dossier, int(origin.version))
        return Departure(decode_answers(call.form, version.answers)) if version else None
    if not origin.version.startswith(_DRAFT) or origin.form != dossier.revision.sha256:
        return None
    printed = origin.version.removeprefix(_DRAFT).split(".")
    return _since(dossier, call, dict(zip(call.form.fields, printed, strict=True)))


def _since(dossier: Dossier, call: CallDefinition, printed: dict[str, str]) -> Departure:
    """Of the answers printed with these counters, those that still have them; what had none was an
    empty line."""
    answers, counters = current_answers(dossier, call), _counters(dossier)
    told = {key: counter for key, counter in printed.items() if counter}
    lost = frozenset(key for key, counter in told.items() if counter != counters.get(key))
    known = {key: answers[key] for key in told if key in answers and key not in lost}
    return Departure(known, lost)


def _counters(dossier: Dossier) -> dict[str, str]:
    return {row.field_key: str(row.revision) for row in dossier.answers}
