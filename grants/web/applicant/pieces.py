"""Files sent from a section: with its form, or at once by `static/js/uploads.js`."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import Response, abort, jsonify, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from grants.dossiers.errors import NotEditable
from grants.dossiers.operations import remove_file
from grants.dossiers.operations.files import keep_file, receive_file, room_in
from grants.extensions import db
from grants.files import FileRefused
from grants.forms import AnswerField, SectionDefinition
from grants.forms.types.file import FileField, FileRef
from grants.web import access, rates
from grants.web.access import Seen, applicants_dossier_or_404
from grants.web.applicant import situation
from grants.web.applicant.answering import bound_field, hour
from grants.web.applicant.autosave import state_of_section
from grants.web.applicant.room import screens
from grants.web.clock import now
from grants.web.pieces import links_of
from grants.web.uploads import most_of_a_dossier, store

#: Why files were refused, by field.
Refusals = dict[str, list[str]]
#: The key of a question, and what was sent for it.
Sent = tuple[str, FileStorage]


@screens.post("/dossiers/<reference>/pieces/<key>")
@access.applicant
@rates.limited(rates.UPLOADING)
def add_piece(reference: str, key: str) -> tuple[Response, int]:
    """Keep one file at once. 422 with the reason when it is refused.

    :raises NotEditable: when the visitor may not write the section now.
    """
    seen = applicants_dossier_or_404(reference)
    field = seen.call.form.fields.get(key)
    if not isinstance(field, FileField):
        abort(404)
    file = request.files.get("file")
    if file is None or request.form.get("_author", type=int) != access.actor().id:
        abort(400)
    received, refusals = receive_files(seen, seen.call.form.section_of(key), [(key, file)])
    seen = applicants_dossier_or_404(reference)
    refused = merged(refusals, keep_files(seen, received)).get(key, [])
    content = state_of_section(seen, field) | {
        "html": render_template("applicant/file.html", field=_field(seen, field, refused)),
        "saved": f"Enregistré {hour(now(), now())}",
    }
    db.session.commit()
    return jsonify(content), 422 if refused else 200


def sent_files(section: SectionDefinition) -> list[Sent]:
    """The files that came with the section's form."""
    return [
        (key, file)
        for key, field in section.fields.items()
        if isinstance(field, FileField)
        for file in request.files.getlist(f"{key}-upload")
        if file.filename
    ]


def receive_files(
    seen: Seen, section: SectionDefinition, files: list[Sent]
) -> tuple[list[tuple[str, FileRef]], Refusals]:
    """Recognise the files and put them into the folder while others write: `seen` is then to be
    read again, and `keep_files` makes them answers.

    :raises NotEditable: when the visitor may not write the section now.
    """
    if not situation.may_write_section(seen, section):
        raise NotEditable
    rooms = {key: room_in(seen.dossier, key, most=most_of_a_dossier()) for key, _ in files}
    received, refused = [], Refusals()
    with access.out_of_turn():
        for key, file in files:
            field, name = section.fields[key], file.filename or ""
            stream = cast(BinaryIO, file.stream)
            try:
                if isinstance(field, FileField):
                    kept = receive_file(field, rooms[key], stream, name, store=store())
                    received.append((key, kept))
            except FileRefused as refusal:
                refused.setdefault(key, []).append(_told(name, refusal))
    return received, refused


def keep_files(seen: Seen, received: list[tuple[str, FileRef]]) -> Refusals:
    """Make answers of the files that were received.

    :raises NotEditable: when the visitor may not write them now.
    """
    refused = Refusals()
    for key, file in received:
        try:
            keep_file(
                db.session(),
                seen.dossier,
                key,
                file,
                actor=access.actor(),
                now=now(),
                most=most_of_a_dossier(),
            )
        except FileRefused as refusal:
            refused.setdefault(key, []).append(_told(file.name, refusal))
    return refused


def let_go_of_one(seen: Seen, section: SectionDefinition) -> None:
    """Take out the file whose button was pressed, if one was.

    :raises NotEditable: when the visitor may not write the section now.
    """
    key, _, sha256 = request.form.get("_remove_file", "").partition(":")
    if isinstance(section.fields.get(key), FileField):
        remove_file(db.session(), seen.dossier, key, sha256, actor=access.actor(), now=now())


def offer_uploads(seen: Seen, field: AnswerField) -> None:
    """Let the files of a `file` field be read, and others be sent with the section's form."""
    links = links_of(seen.dossier, field.definition, field.data)
    key = seen.call.form.section_of(field.definition.key).key
    vars(field).update(
        upload_url=url_for("applicant.section", reference=seen.dossier.reference, key=key),
        piece_urls={file.sha256: link.href for file, link in zip(field.files, links, strict=True)},
    )


def _told(name: str, refusal: FileRefused) -> str:
    return f"« {name} » : {refusal.reason[0].lower()}{refusal.reason[1:]}"


def merged(*refusals: Refusals) -> Refusals:
    found = Refusals()
    for each in refusals:
        for key, reasons in each.items():
            found.setdefault(key, []).extend(reasons)
    return found


def _field(seen: Seen, definition: FileField, refused: list[str]) -> Any:
    """The field as the page shows it now."""
    field = bound_field(seen.dossier, seen.call, definition)
    offer_uploads(seen, field)
    if refused:
        field.errors = refused
    return field
