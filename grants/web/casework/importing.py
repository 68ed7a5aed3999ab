"""A filled file sent back by a service, for the opinion that it drafts and for nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, redirect, render_template
from werkzeug.wrappers import Response

from grants.dossiers.errors import NotEditable, ProposalRefused
from grants.dossiers.operations.conversions import unread_of
from grants.dossiers.operations.importing import Place
from grants.dossiers.operations.opinions import may_draft
from grants.dossiers.operations.proposals import waiting_for
from grants.extensions import db
from grants.web import access
from grants.web.access import Seen
from grants.web.casework import screens
from grants.web.clock import now
from grants.web.proposals.sending import (
    Outcome,
    outcomes_of,
    readings_of,
    report_of,
    sent_files,
)
from grants.web.rates import UPLOADING, limited


@screens.get("/instruction/<reference>/avis/<opinion>/importer")
@access.signed_in
def import_opinion(reference: str, opinion: str) -> str:
    return _page(_drafting_or_refused(reference, opinion), opinion)


@screens.post("/instruction/<reference>/avis/<opinion>/importer")
@access.signed_in
@limited(UPLOADING)
def read_opinion(reference: str, opinion: str) -> Response | tuple[str, int]:
    """Read a file for that draft opinion. Nothing is written."""
    seen = _drafting_or_refused(reference, opinion)
    try:
        files = sent_files()
    except ProposalRefused as refusal:
        return _page(seen, opinion, [refusal.reason]), 422
    readings = readings_of(files[:1], seen.dossier.revision)
    seen = _drafting_or_refused(reference, opinion)
    place = Place(seen.dossier.call, seen.dossier, opinion=opinion)
    (outcome,) = outcomes_of(readings, place)
    db.session.commit()
    if not outcome.href:
        return _page(seen, opinion, outcomes=[outcome]), 422
    return redirect(outcome.href, 303)


def _drafting_or_refused(reference: str, opinion: str) -> Seen:
    """:raises NotEditable: when the opinion is not to be drafted by the visitor now."""
    seen = access.agents_dossier_or_404(reference)
    if opinion not in seen.call.opinions:
        abort(404)
    if not seen.standing.roles & set(seen.call.opinions[opinion].drafted_by):
        abort(403)
    if not may_draft(seen.call, seen.dossier, opinion, seen.standing.roles):
        raise NotEditable
    return seen


def _page(
    seen: Seen, opinion: str, errors: Sequence[str] = (), outcomes: Sequence[Outcome] = ()
) -> str:
    return render_template(
        "casework/import.html",
        seen=seen,
        dossier=seen.dossier,
        opinion=seen.call.opinions[opinion],
        path=f"avis/{opinion}",
        waiting=waiting_for(
            db.session(), access.actor(), now=now(), dossier=seen.dossier, opinion=opinion
        ),
        converting=unread_of(db.session(), access.actor(), dossier=seen.dossier, opinion=opinion),
        **report_of(errors, outcomes),
    )
