"""A filled file sent back by a service, for the opinion that it drafts and for nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, redirect, render_template
from werkzeug.wrappers import Response

from grants.documents.reading import Reading
from grants.dossiers.errors import NotEditable, ProposalRefused
from grants.dossiers.models import Proposal
from grants.dossiers.operations.opinions import may_draft
from grants.dossiers.operations.proposals import SentFile, propose_opinion, waiting_for
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
    readings = readings_of(files[:1], seen.call, seen.dossier.revision)
    seen = _drafting_or_refused(reference, opinion)

    def keep(file: SentFile, reading: Reading) -> Proposal:
        return propose_opinion(
            db.session(), seen.dossier, opinion, file, reading, actor=access.actor(), now=now()
        )

    (outcome,) = outcomes_of(readings, keep)
    db.session.commit()
    if outcome.proposal is None:
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
        **report_of(errors, outcomes),
    )
