"""What this installation issues its documents with, and has LibreOffice for."""

from __future__ import annotations

from flask import current_app

from grants.config import Settings
from grants.documents.converting import office
from grants.dossiers.office import Desk
from grants.dossiers.operations.issuing import Press
from grants.files import FileStore

DEMO_NOTICE = "Données de démonstration"


def press() -> Press:
    return press_of(current_app.config["SETTINGS"])


def press_of(settings: Settings) -> Press:
    return Press(
        store=FileStore(settings.files),
        verify_at=f"{settings.base_url}/verifier",
        key=settings.secret_key.encode(),
        demo_notice=DEMO_NOTICE if settings.demo else "",
    )


def desk_of(settings: Settings) -> Desk | None:
    """None without LibreOffice."""
    found = office()
    return Desk(found, press_of(settings), FileStore(settings.sent)) if found else None
