"""Files to be read back, as a page sends them: several at once, or a text pasted in their place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Final

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.calls.models import CallRevision
from grants.documents.converting import is_for_office
from grants.documents.reading import FileNotRead, Reading
from grants.dossiers.errors import ProposalRefused
from grants.dossiers.models import Conversion, Proposal
from grants.dossiers.operations.conversions import ask_reading
from grants.dossiers.operations.importing import Place, propose
from grants.dossiers.operations.proposals import SentFile
from grants.dossiers.returned import read_for
from grants.extensions import db
from grants.web import access, parking
from grants.web.access import out_of_turn
from grants.web.clock import now
from grants.web.office import room
from grants.web.rendering import sealing_key
from grants.wording import file_size, plural

MOST_FILES: Final = 20
#: One file; a filled form is a hundred times smaller.
MOST_BYTES: Final = 10_000_000
ACCEPTED: Final = ".docx,.pdf,.txt"
CONVERTED: Final = ",.odt,.doc"
PASTED: Final = "Texte collé"


class ToConvert:
    """A file that cannot be read as it stands; it lies in the folder of files sent."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    name: str
    proposal: Proposal | None = None
    #: When it is to be converted before it is read.
    conversion: Conversion | None = None
    #: Why nothing is kept of it.
    reason: str = ""

    @property
    def href(self) -> str:
        """Where it goes on; empty when it does not."""
        if self.conversion is not None:
            return url_for("office.show", number=self.conversion.id)
        return address_of(self.proposal) if self.proposal else ""

    @property
    def place(self) -> str:
        """To what it is proposed."""
        kept = self.proposal or self.conversion
        if kept is None:
            return ""
        return f"pour {kept.dossier.reference}" if kept.dossier else "pour un nouveau dossier"

    @property
    def told(self) -> str:
        if self.conversion is not None:
            return "attend d’être converti"
        return told(self.proposal) if self.proposal else self.reason


def address_of(proposal: Proposal) -> str:
    return url_for("proposals.show", number=proposal.id)


def told(proposal: Proposal) -> str:
    """« 17 réponses lues, 1 à trancher, 2 textes sans question »."""
    reading: dict[str, Any] = proposal.reading
    answers = list(reading["answers"].values())
    counts = [
        (sum(each["value"] is not None for each in answers), "réponse lue", "réponses lues"),
        (sum(bool(each["conflict"]) for each in answers), "à trancher", "à trancher"),
        (len(reading["left_over"]), "texte sans question", "textes sans question"),
    ]
    return ", ".join(plural(*each) for each in counts if each[0]) or "aucune réponse lue"


def sent_files() -> list[SentFile]:
    """What the page sent.

    :raises ProposalRefused: when it sent nothing, or too many files.
    """
    uploads = [each for each in request.files.getlist("files") if each.filename]
    if len(uploads) > MOST_FILES:
        raise ProposalRefused(f"Envoyez {MOST_FILES} fichiers au plus à la fois.")
    files = [SentFile(_shown(each.filename), each.stream.read(MOST_BYTES + 1)) for each in uploads]
    text = request.form.get("text", "")
    if text.strip():
        files.append(SentFile(PASTED, text.encode(errors="replace")))
    if not files:
        raise ProposalRefused("Choisissez un fichier, ou collez un texte.")
    return files


def report_of(errors: Sequence[str], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What the page of the upload shows of it: the faults at its field, the batch in a table."""
    alone = len(outcomes) == 1
    faults = [f"« {each.name} » : {each.reason}" for each in outcomes if alone and each.reason]
    parked = parking.parked_inputs(parking.here())
    typed = request.form if errors or faults else parked or MultiDict()
    return {
        "errors": [{"href": "#files", "text": each} for each in (*errors, *faults)],
        "outcomes": [] if alone else list(outcomes),
        "accepted": ACCEPTED + CONVERTED if room.is_offered() else ACCEPTED,
        "pasted": typed.get("text", ""),
        "has_errors": bool(errors or faults),
    }


def _shown(name: str | None) -> str:
    """The name without folders, nor signs that do not show."""
    last = PureWindowsPath(PurePosixPath(name or "").name).name
    shown = "".join(each for each in last if unicodedata.category(each)[0] != "C").strip()
    return shown or "fichier"


def readings_of(
    files: list[SentFile], revision: CallRevision
) -> list[tuple[SentFile, Reading | FileNotRead | ToConvert]]:
    """Each file read, or why it is not; no other writer waits for that."""
    call, form_hash = definition_of(revision), revision.sha256
    with out_of_turn():
        return [(each, _read(each, call, form_hash)) for each in files]


def _read(
    file: SentFile, call: CallDefinition, form_hash: str
) -> Reading | FileNotRead | ToConvert:
    if len(file.content) > MOST_BYTES:
        return FileNotRead(f"Ce fichier dépasse {file_size(MOST_BYTES)}.")
    if room.is_offered() and is_for_office(file.content):
        room.sent_files().put(BytesIO(file.content), most=MOST_BYTES)
        return ToConvert()
    try:
        return read_for(call, form_hash, file.content, key=sealing_key())
    except FileNotRead as refusal:
        return refusal


def outcomes_of(
    readings: list[tuple[SentFile, Reading | FileNotRead | ToConvert]], place: Place
) -> Iterator[Outcome]:
    """What was read is kept for that place, what is to be converted is asked for.

    :raises DraftRefused: when no dossier can be begun.
    """
    parking.forget(parking.here())
    for file, reading in readings:
        try:
            yield _outcome(file, reading, place)
        except (FileNotRead, ProposalRefused) as refusal:
            yield Outcome(file.name, reason=refusal.reason)


def _outcome(file: SentFile, reading: Reading | FileNotRead | ToConvert, place: Place) -> Outcome:
    """:raises FileNotRead: which is what became of it, or when nothing is written for an opinion.
    :raises ProposalRefused: beyond the number kept for one person.
    """
    session, actor = db.session(), access.actor()
    match reading:
        case FileNotRead():
            raise reading
        case ToConvert():
            asked = ask_reading(session, place, file, actor=actor, now=now())
            return Outcome(file.name, conversion=asked)
    made = propose(session, place, file, reading, key=sealing_key(), actor=actor, now=now())
    return Outcome(file.name, made)
