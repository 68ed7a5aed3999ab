"""Where a filled file is sent from."""

from __future__ import annotations

from flask import url_for

from grants.calls.models import Call
from grants.dossiers.models import Dossier


def sent_from(call: Call, dossier: Dossier | None, opinion: str | None) -> str:
    """Where one goes back to."""
    if dossier is None:
        return url_for("applicant.import_new", slug=call.slug)
    if opinion is None:
        return url_for("applicant.hub", reference=dossier.reference)
    return url_for(
        "casework.dossier",
        reference=dossier.reference,
        ecrire=f"avis/{opinion}",
        _anchor="pane-form",
    )
