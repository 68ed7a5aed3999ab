"""Where files are sent, how large they may be, and the folder that keeps them."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, current_app, request, session

from grants.files import FileStore
from grants.forms.types.file import MOST_BYTES

#: The only pages that take files; a larger form is refused everywhere else.
TAKE_FILES: Final = frozenset(
    {
        "applicant.save_section",
        "applicant.add_piece",
        "applicant.read_new",
        "applicant.read_for_draft",
        "casework.read_opinion",
    }
)


def install(app: Flask) -> None:
    """Before the check of tokens, which reads the form whole."""

    @app.url_value_preprocessor
    def let_files_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
        if endpoint in TAKE_FILES and request.method == "POST" and "_user_id" in session:
            request.max_content_length = current_app.config["SETTINGS"].max_form_bytes + MOST_BYTES


def most_of_a_dossier() -> int:
    """Bytes that one dossier may receive in all."""
    most: int = current_app.config["SETTINGS"].max_dossier_bytes
    return most


def store() -> FileStore:
    return FileStore(current_app.config["SETTINGS"].files)
