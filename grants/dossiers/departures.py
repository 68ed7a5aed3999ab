"""With which answers a Word file left: what its origin says of them, and what is known since."""

from __future__ import annotations

from typing import Final

from grants.calls.definition import CallDefinition
from grants.documents.reading.comparing import Departure, trace
from grants.documents.writing.sealing import Origin
from grants.dossiers.models import Dossier
from grants.dossiers.operations.answers import current_answers
from grants.dossiers.presentation import version_numbered
from grants.forms import decode_answers, visible

_DRAFT: Final = "draft "
#: Digits of a trace.
_TRACE: Final = 3


def draft_stamp(dossier: Dossier, call: CallDefinition) -> str:
    """What the document of a draft says in place of a version: in the order of the form, the
    counter and the trace of each answer that it prints."""
    shown = {each.key for each in visible(call.form, current_answers(dossier, call))}
    states = _states(dossier)
    printed = ("".join(states.get(key, ())) if key in shown else "" for key in call.form.fields)
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
    """Of the answers printed, those that still have their counter; what had none was an empty
    line."""
    answers, states = current_answers(dossier, call), _states(dossier)
    told = {key: (each[:-_TRACE], each[-_TRACE:]) for key, each in printed.items() if each}
    lost = {
        key: trace for key, (counter, trace) in told.items() if states.get(key, ("",))[0] != counter
    }
    known = {key: answers[key] for key in told if key in answers and key not in lost}
    return Departure(known, lost)


def _states(dossier: Dossier) -> dict[str, tuple[str, str]]:
    """The counter of each answer, and its trace."""
    return {row.field_key: (str(row.revision), trace(row.value)) for row in dossier.answers}
