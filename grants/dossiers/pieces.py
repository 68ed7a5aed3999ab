"""The files of a dossier, under the names that the call gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from grants.calls.definition import CallDefinition
from grants.dossiers.models import Dossier
from grants.dossiers.roles import organisations_of
from grants.files import KINDS, safe_name
from grants.forms import visible
from grants.forms.types.file import FileField, FileRef


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of an answer."""

    key: str
    #: Its place in the answer, from 1.
    number: int
    file: FileRef
    #: As it is downloaded.
    name: str


def pieces_of(dossier: Dossier, call: CallDefinition, answers: Mapping[str, Any]) -> list[Piece]:
    """All the files of the visible answers, in the form's order."""
    return [
        piece
        for field in visible(call.form, answers)
        if isinstance(field, FileField)
        for piece in pieces_of_answer(dossier, call, field, answers.get(field.key))
    ]


def pieces_of_answer(
    dossier: Dossier, call: CallDefinition, field: FileField, value: Any
) -> list[Piece]:
    """The files of one answer; several of one name are numbered."""
    files = value if isinstance(value, tuple) else ()
    values, several = _values(dossier, call, field), len(files) > 1
    return [
        Piece(
            field.key,
            number,
            file,
            safe_name(field.named, values, KINDS[file.kind], number=number if several else None)
            if field.named
            else safe_name("{name}", {"name": PurePath(file.name).stem}, KINDS[file.kind]),
        )
        for number, file in enumerate(files, start=1)
    ]


def _values(dossier: Dossier, call: CallDefinition, field: FileField) -> dict[str, str]:
    """What a naming rule may speak of; the holder is whoever hands the file in."""
    party = call.form.section_of(field.key).party
    holder = organisations_of(dossier).get(party, dossier.organisation)
    return {
        "holder": holder.name,
        "label": field.label,
        "reference": dossier.reference,
        "title": dossier.title,
    }
