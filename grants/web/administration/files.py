"""A call file: read, its faults line by line, what it will look like, then its import."""

from __future__ import annotations

from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from grants.calls.definition import CallDefinition
from grants.calls.loader import CallFileInvalid, FileError, decoded, read_call
from grants.calls.operations import CallRefused
from grants.calls.queries import call_by_slug, is_managed_by
from grants.calls.source import MAX_BYTES
from grants.dossiers.operations.revisions import drafts_changed, renew_call
from grants.dossiers.papers import model_bytes
from grants.extensions import db
from grants.web import access
from grants.web.administration.previewing import preview_of
from grants.web.administration.room import screens
from grants.web.clock import now


@screens.get("/gestion/appels/deposer")
@access.call_manager
def upload() -> str:
    """An empty page, or the present file of `?appel=<slug>`, to be corrected."""
    slug = request.args.get("appel")
    return _editor(_source_or_404(slug) if slug else "")


@screens.get("/gestion/appels/<slug>/fichier.yaml")
@access.call_manager
def source(slug: str) -> Response:
    content = BytesIO(_source_or_404(slug).encode())
    return send_file(content, "text/yaml", as_attachment=True, download_name=f"{slug}.yaml")


@screens.post("/gestion/appels/deposer")
@access.call_manager
def read() -> Response | str | tuple[str, int]:
    """Check and show; « Importer » on what is shown, « Corriger » back to the text."""
    typed = request.form.get("text", "").replace("\r\n", "\n")
    try:
        text = _uploaded() or typed
    except CallFileInvalid as fault:
        return _editor(typed, fault.errors, kept=typed), 422
    if request.form.get("action") == "edit":
        return _editor(text)
    importing = request.form.get("action") == "import"
    try:
        definition = read_call(text, models=model_bytes)
        return _import(text, definition) if importing else _preview(text, definition)
    except CallFileInvalid as fault:
        db.session.rollback()
        return _editor(text, fault.errors), 422


def _uploaded() -> str:
    """The text of the file sent, empty without one.

    :raises CallFileInvalid: when it is no text.
    """
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return ""
    return decoded(sent.stream.read(MAX_BYTES + 1)).replace("\r\n", "\n")


def _import(text: str, definition: CallDefinition) -> Response | tuple[str, int]:
    """:raises CallFileInvalid: when another call gives the same references."""
    try:
        revision = renew_call(
            db.session(),
            text,
            actor=access.actor(),
            now=now(),
            models=model_bytes,
            replaces=request.form.get("replaces", 0, type=int),
        )
    except CallRefused as fault:
        db.session.rollback()
        return _preview(text, definition, fault.reasons), 409
    db.session.commit()
    flash(f"Le fichier est importé : version {revision.number}.", "success")
    return redirect(url_for("administration.call", slug=definition.slug), 303)


def _editor(text: str, errors: list[FileError] | None = None, kept: str | None = None) -> str:
    """The text and its faults; `kept` is shown in place of a file that is no text."""
    lines = (text if kept is None else "").split("\n")
    return render_template(
        "administration/file.html",
        text=text if kept is None else kept,
        errors=[
            {
                "line": each.line,
                "message": each.message,
                "source": lines[each.line - 1].strip() if each.line <= len(lines) else "",
            }
            for each in errors or []
        ],
        has_errors=bool(errors),
    )


def _preview(text: str, definition: CallDefinition, refusal: list[str] | None = None) -> str:
    present = call_by_slug(db.session(), definition.slug)
    foreign = present is not None and not is_managed_by(db.session(), present, access.actor())
    impossible = _refusal_of(text)
    return render_template(
        "administration/preview.html",
        text=text,
        call=None if foreign else present,
        foreign=foreign,
        replaces=present.revision.number if present and present.revision else 0,
        refusal=refusal or impossible,
        possible=not impossible,
        preview=preview_of(definition),
        drafts=drafts_changed(db.session(), present, definition) if present and not foreign else [],
    )


def _refusal_of(text: str) -> list[str]:
    """Why the import would be refused, found by trying it and undoing it.

    :raises CallFileInvalid: when it is for what the file says.
    """
    session = db.session()
    trial = session.begin_nested()
    try:
        renew_call(session, text, actor=access.actor(), now=now(), models=model_bytes)
    except CallRefused as fault:
        return fault.reasons
    finally:
        trial.rollback()
        session.expire_all()
    return []


def _source_or_404(slug: str) -> str:
    call = access.managed_call_or_404(slug)
    return call.revision.source if call.revision else ""
