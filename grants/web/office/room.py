"""Whether LibreOffice works for this application, and the page that tells how far it is."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, current_app
from flask.blueprints import BlueprintSetupState

from grants.documents.converting import office
from grants.dossiers.models import Conversion
from grants.dossiers.operations.conversions import ahead_of
from grants.extensions import db
from grants.files import FileStore
from grants.wording import plural

screens = Blueprint("office", __name__)

NEXT: Final = "C’est le prochain."


def is_offered() -> bool:
    """Not in a throw-away instance, for which no worker runs."""
    return "rehearsal" not in current_app.extensions and office() is not None


def sent_files() -> FileStore:
    return FileStore(current_app.config["SETTINGS"].sent)


def turn_of(conversion: Conversion) -> str:
    """When a conversion that waits has its turn."""
    ahead = ahead_of(db.session(), conversion)
    if not ahead:
        return NEXT
    return f"{plural(ahead, 'fichier passe', 'fichiers passent')} avant."


@screens.record_once
def _offer(setup: BlueprintSetupState) -> None:
    setup.app.jinja_env.globals["office_is_offered"] = is_offered
