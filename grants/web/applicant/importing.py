"""Filled files sent back: to begin a dossier, or to propose changes to one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from grants.accounts.models import Organisation
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.calls.models import Call, CallStatus
from grants.documents.converting import converter
from grants.documents.reading import Reading
from grants.dossiers.errors import DraftRefused, NotEditable, ProposalRefused
from grants.dossiers.models import Dossier, Proposal
from grants.dossiers.operations.proposals import (
    SentFile,
    propose_new,
    propose_to_dossier,
    waiting_for,
    writable_keys,
)
from grants.dossiers.queries import dossier_by_reference
from grants.dossiers.returned import read_for
from grants.extensions import db
from grants.web import access
from grants.web.access import applicants_dossier_or_404
from grants.web.applicant.asking import applicants_of, published_or_404
from grants.web.applicant.room import screens
from grants.web.applicant.situation import may_write
from grants.web.clock import now
from grants.web.deadlines import closing_of
from grants.web.proposals.sending import (
    Outcome,
    outcomes_of,
    readings_of,
    report_of,
    sent_files,
)
from grants.web.rates import UPLOADING, limited
from grants.web.rendering import sealing_key

Answer = Response | tuple[str, int] | str


@screens.get("/appels/<slug>/importer")
@access.signed_in
def import_new(slug: str) -> str:
    return _page_of_call(published_or_404(slug))


@screens.post("/appels/<slug>/importer")
@access.signed_in
@limited(UPLOADING)
def read_new(slug: str) -> Answer:
    """Read files for dossiers to be begun; one that left from a dossier of the visitor's goes to
    that one. Nothing is written in a dossier."""
    call = published_or_404(slug)
    if call.revision is None:
        abort(404)
    organisation_id = _chosen_organisation(request.form.get("organisation", "")).id
    if call.status(now()) is not CallStatus.OPEN:
        return _page_of_call(call), 409
    try:
        files = sent_files()
    except ProposalRefused as refusal:
        return _page_of_call(call, [refusal.reason]), 422
    readings = readings_of(files, definition_of(call.revision), call.revision)
    call, organisation = published_or_404(slug), db.session.get_one(Organisation, organisation_id)

    def keep(file: SentFile, reading: Reading) -> Proposal:
        own = _own_dossier(call, reading)
        if own is not None:
            return _proposed_to(own, file, reading)
        return propose_new(
            db.session(), call, organisation, file, reading, actor=access.actor(), now=now()
        )

    try:
        outcomes = list(outcomes_of(readings, keep))
    except DraftRefused:
        db.session.rollback()
        return _page_of_call(published_or_404(slug)), 409
    db.session.commit()
    return _told(outcomes) or (_page_of_call(call, outcomes=outcomes), _status(outcomes))


@screens.get("/dossiers/<reference>/importer")
@access.applicant
def import_for_draft(reference: str) -> str:
    return _page_of_dossier(_written_or_refused(reference))


@screens.post("/dossiers/<reference>/importer")
@access.applicant
@limited(UPLOADING)
def read_for_draft(reference: str) -> Answer:
    """Read files for the answers of a dossier. Nothing is written."""
    dossier = _written_or_refused(reference)
    try:
        files = sent_files()
    except ProposalRefused as refusal:
        return _page_of_dossier(dossier, [refusal.reason]), 422
    readings = readings_of(files, dossier.definition, dossier.revision)
    dossier = _written_or_refused(reference)

    def keep(file: SentFile, reading: Reading) -> Proposal:
        return propose_to_dossier(
            db.session(), dossier, file, reading, actor=access.actor(), now=now()
        )

    outcomes = list(outcomes_of(readings, keep))
    db.session.commit()
    return _told(outcomes) or (_page_of_dossier(dossier, outcomes=outcomes), _status(outcomes))


def _told(outcomes: Sequence[Outcome]) -> Response | None:
    """One file that could be read leads to what it proposes; otherwise a report says it."""
    if len(outcomes) == 1 and outcomes[0].proposal is not None:
        return redirect(outcomes[0].href, 303)
    return None


def _status(outcomes: Sequence[Outcome]) -> int:
    return 200 if any(each.proposal for each in outcomes) else 422


def _chosen_organisation(posted: str) -> Organisation:
    """One of the visitor's own; another one's does not exist for them."""
    mine = {str(each.organisation_id): each.organisation for each in access.actor().memberships}
    return mine[posted] if posted in mine else abort(404)


def _own_dossier(call: Call, reading: Reading) -> Dossier | None:
    """The dossier that the file left from, when the visitor writes it."""
    if reading.origin is None or not reading.authentic or not reading.origin.reference:
        return None
    dossier = dossier_by_reference(db.session(), reading.origin.reference)
    if dossier is None or dossier.call_id != call.id:
        return None
    own = writable_keys(db.session(), dossier, dossier.definition, actor=access.actor(), now=now())
    return dossier if own else None


def _proposed_to(dossier: Dossier, file: SentFile, reading: Reading) -> Proposal:
    """Kept in the terms of the form that the dossier follows."""
    if dossier.revision_id != dossier.call.revision_id:
        hashed = dossier.revision.sha256
        reading = read_for(
            dossier.definition,
            hashed,
            file.content,
            key=sealing_key(),
            convert=converter(),
        )
    return propose_to_dossier(db.session(), dossier, file, reading, actor=access.actor(), now=now())


def _written_or_refused(reference: str) -> Dossier:
    """:raises NotEditable: when the visitor may write nothing of it now."""
    seen = applicants_dossier_or_404(reference)
    if not may_write(seen):
        raise NotEditable
    return seen.dossier


def _page_of_dossier(
    dossier: Dossier, errors: Sequence[str] = (), outcomes: Sequence[Outcome] = ()
) -> str:
    return render_template(
        "applicant/import_draft.html",
        dossier=dossier,
        call=dossier.definition,
        waiting=waiting_for(db.session(), access.actor(), now=now(), dossier=dossier),
        **report_of(errors, outcomes),
    )


def _page_of_call(call: Call, errors: Sequence[str] = (), outcomes: Sequence[Outcome] = ()) -> str:
    definition = _definition(call)
    return render_template(
        "applicant/import_call.html",
        call=call,
        definition=definition,
        applicants=applicants_of(call, definition, access.actor()),
        waiting=waiting_for(db.session(), access.actor(), now=now(), call=call),
        open=call.status(now()) is CallStatus.OPEN,
        deadline=closing_of(call, now()),
        chosen=request.form.get("organisation", ""),
        **report_of(errors, outcomes),
    )


def _definition(call: Call) -> CallDefinition:
    return definition_of(call.revision) if call.revision else abort(404)
