"""The timeline for services: every act, its note, who, under which role, on which version."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template

from grants.dossiers.operations.revisions import definitions_followed
from grants.extensions import db
from grants.web import access
from grants.web.access import Seen
from grants.web.casework import screens
from grants.web.casework.reading import Given, given
from grants.web.casework.review import list_url
from grants.web.timeline import lines_of


@screens.get("/instruction/<reference>/historique")
@access.signed_in
def history(reference: str) -> str:
    seen = access.agents_dossier_or_404(reference)
    return render_template(
        "casework/history.html",
        dossier=seen.dossier,
        events=lines_of(
            seen.dossier.events, definitions_followed(db.session(), seen.dossier), seen.audience
        ),
        rounds=_rounds(seen),
        list_url=list_url(seen),
    )


def _rounds(seen: Seen) -> Sequence[Given]:
    """All opinions given, the earlier rounds included."""
    return [
        given(seen.dossier, seen.call, each)
        for key in seen.call.opinions
        for each in seen.dossier.opinions
        if each.opinion_key == key and each.given_at is not None
    ]
