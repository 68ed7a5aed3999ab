"""Files sent from a section: with its form, or at once by `static/js/uploads.js`."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import Response, abort, jsonify, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from grants.dossiers.operations import add_file, remove_file
from grants.extensions import db
from grants.files import FileRefused
from grants.forms import AnswerField, SectionDefinition
from grants.forms.types.file import FileField
from grants.web import access
from grants.web.access import Seen, applicants_dossier_or_404
from grants.web.applicant.answering import bound_field, hour
from grants.web.applicant.autosave import state_of_section
from grants.web.applicant.room import screens
from grants.web.clock import now
from grants.web.pieces import links_of
from grants.web.uploads import store

#: Why files were refused, by field.
Refusals = dict[str, list[str]]


@screens.post("/dossiers/<reference>/pieces/<key>")
@access.applicant
def add_piece(reference: str, key: str) -> tuple[Response, int]:
    """Keep one file at once. 422 with the reason when it is refused."""
    seen = applicants_dossier_or_404(reference)
    field = seen.call.form.fields.get(key)
    if not isinstance(field, FileField):
        abort(404)
    file = request.files.get("file")
    if file is None or request.form.get("_author", type=int) != access.actor().id:
        abort(400)
    refused = _added(seen, key, file)
    content = state_of_section(seen, field) | {
        "html": render_template("applicant/file.html", field=_field(seen, field, refused)),
        "saved": f"Enregistré {hour(now(), now())}",
    }
    db.session.commit()
    return jsonify(content), 422 if refused else 200


def take_files(seen: Seen, section: SectionDefinition) -> Refusals:
    """Keep the files that came with the section's form, and let go of the one that was removed.

    :raises NotEditable: when the visitor may not write the section now.
    """
    key, _, sha256 = request.form.get("_remove_file", "").partition(":")
    if isinstance(section.fields.get(key), FileField):
        remove_file(db.session(), seen.dossier, key, sha256, actor=access.actor(), now=now())
    refused: Refusals = {}
    for key, field in section.fields.items():
        if isinstance(field, FileField):
            for file in request.files.getlist(f"{key}-upload"):
                if file.filename and (reasons := _added(seen, key, file)):
                    refused.setdefault(key, []).extend(reasons)
    return refused


def offer_uploads(seen: Seen, field: AnswerField) -> None:
    """Let the files of a `file` field be read, and others be sent with the section's form."""
    links = links_of(seen.dossier, field.definition, field.data)
    key = seen.call.form.section_of(field.definition.key).key
    vars(field).update(
        upload_url=url_for("applicant.section", reference=seen.dossier.reference, key=key),
        piece_urls={file.sha256: link.href for file, link in zip(field.files, links, strict=True)},
    )


def _added(seen: Seen, key: str, file: FileStorage) -> list[str]:
    """Why the file was not kept; empty when it was."""
    name = file.filename or ""
    try:
        add_file(
            db.session(),
            seen.dossier,
            key,
            cast(BinaryIO, file.stream),
            name,
            actor=access.actor(),
            now=now(),
            store=store(),
        )
    except FileRefused as refusal:
        return [f"« {name} » : {refusal.reason[0].lower()}{refusal.reason[1:]}"]
    return []


def _field(seen: Seen, definition: FileField, refused: list[str]) -> Any:
    """The field as the page shows it now."""
    field = bound_field(seen.dossier, seen.call, definition)
    offer_uploads(seen, field)
    if refused:
        field.errors = refused
    return field
