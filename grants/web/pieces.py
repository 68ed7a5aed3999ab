"""The files of a dossier, for whoever may read the answers that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile

from flask import Blueprint, abort, current_app, request, send_file, url_for
from werkzeug.wrappers import Response

from grants.calls.definition import CallDefinition
from grants.dossiers.models import Dossier, DossierVersion
from grants.dossiers.pieces import Piece, pieces_of
from grants.dossiers.presentation import answers_of
from grants.files import KINDS, FileMissing
from grants.forms import FieldDefinition
from grants.forms.types.file import FileField
from grants.web import access
from grants.web.access import Seen
from grants.web.errors import page
from grants.web.uploads import store
from grants.workflows.definition import Audience

screens = Blueprint("files", __name__)

#: Nothing of a foreign file runs here, even if a browser were to show it.
SHUT = "default-src 'none'; sandbox"
LOST = (
    "Ce fichier est attendu ici et ne se lit plus. Prévenez le contact de l’appel : il pourra vous "
    "demander de le déposer à nouveau."
)

Answer = Response | tuple[Any, int]


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    text: str
    #: Bytes.
    size: int


@screens.get("/dossiers/<reference>/pieces/<key>/<int:number>")
@access.signed_in
def piece(reference: str, key: str, number: int) -> Answer:
    """A file of the version asked for. Without one, of what the applicant writes at present; of the
    version in hand for the others."""
    seen = access.seen_or_404(reference)
    pieces = pieces_of(seen.dossier, seen.call, answers_of(seen.dossier, seen.call, _of(seen)))
    asked = [each for each in pieces if (each.key, each.number) == (key, number)]
    return _sent(asked[0]) if asked else abort(404)


@screens.get("/instruction/<reference>/pieces")
@access.signed_in
def all_pieces(reference: str) -> Answer:
    """All the files of a version in one archive, a folder for each section."""
    seen = access.agents_dossier_or_404(reference)
    version = seen.version_or_404(request.args.get("version"))
    pieces = pieces_of(seen.dossier, seen.call, answers_of(seen.dossier, seen.call, version))
    if not pieces:
        abort(404)
    try:
        archive = _archive(seen, pieces)
    except FileMissing as missing:
        return _lost(missing)
    name = f"{reference}-v{version.number}-pieces.zip"
    return _attached(archive, "application/zip", name)


def links_of(
    dossier: Dossier, field: FieldDefinition, value: Any, version: DossierVersion | None = None
) -> list[Link]:
    """Where the files of an answer are read: those of `version`, or of the present answers."""
    if not isinstance(field, FileField) or not isinstance(value, tuple):
        return []
    return [
        Link(_address(dossier, field.key, number, version), file.name, file.size)
        for number, file in enumerate(value, start=1)
    ]


def links_by_answer(
    dossier: Dossier, call: CallDefinition, version: DossierVersion
) -> dict[str, list[Link]]:
    """{field key: where its files are read}, for the answers of `version` that hold some."""
    answers = answers_of(dossier, call, version)
    links = {
        key: links_of(dossier, field, answers.get(key), version)
        for key, field in call.form.fields.items()
    }
    return {key: each for key, each in links.items() if each}


def _address(dossier: Dossier, key: str, number: int, version: DossierVersion | None) -> str:
    return url_for(
        "files.piece",
        reference=dossier.reference,
        key=key,
        number=number,
        version=version.number if version else None,
    )


def _of(seen: Seen) -> DossierVersion | None:
    asked = request.args.get("version")
    if asked is None and seen.audience is Audience.APPLICANT:
        return None
    return seen.version_or_404(asked)


def _sent(asked: Piece) -> Answer:
    try:
        file = store().open_checked(asked.file.sha256)
    except FileMissing as missing:
        return _lost(missing)
    return _attached(file, KINDS[asked.file.kind].media_type, asked.name)


def _attached(file: IO[bytes], media_type: str, name: str) -> Response:
    response = send_file(file, media_type, as_attachment=True, download_name=name)
    response.headers["Content-Security-Policy"] = SHUT
    return response


def _lost(missing: FileMissing) -> Answer:
    current_app.logger.error("file %s: %s", missing.sha256, type(missing).__name__)
    return page(500, [LOST], "Fichier illisible")


def _archive(seen: Seen, pieces: list[Piece]) -> IO[bytes]:
    """:raises FileMissing: when one of the files is not in the folder, or has changed there."""
    file = TemporaryFile()  # noqa: SIM115  # the response closes it
    sections = list(seen.call.form.sections)
    taken: set[str] = set()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for each in pieces:
            section = sections.index(seen.call.form.section_of(each.key).key) + 1
            with store().open_checked(each.file.sha256) as content:
                archive.writestr(_free(f"{section:02d}", each.name, taken), content.read())
    file.seek(0)
    return file


def _free(folder: str, name: str, taken: set[str]) -> str:
    """A path that no other file of the archive has, whatever the case of its letters."""
    stem, _, extension = name.rpartition(".")
    path, count = f"{folder}/{name}", 1
    while path.lower() in taken:
        count += 1
        path = f"{folder}/{stem} ({count}).{extension}"
    taken.add(path.lower())
    return path
