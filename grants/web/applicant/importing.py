"""Filled files sent back: to begin a dossier, or to propose changes to one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from grants.accounts.models import Organisation
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.calls.models import Call, CallStatus
from grants.dossiers.errors import DraftRefused, NotEditable, ProposalRefused
from grants.dossiers.models import Dossier
from grants.dossiers.operations.conversions import unread_of
from grants.dossiers.operations.importing import Place
from grants.dossiers.operations.proposals import waiting_for
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
    readings = readings_of(files, call.revision)
    call, organisation = published_or_404(slug), db.session.get_one(Organisation, organisation_id)
    try:
        outcomes = list(outcomes_of(readings, Place(call, organisation=organisation)))
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
    readings = readings_of(files, dossier.revision)
    dossier = _written_or_refused(reference)
    outcomes = list(outcomes_of(readings, Place(dossier.call, dossier)))
    db.session.commit()
    return _told(outcomes) or (_page_of_dossier(dossier, outcomes=outcomes), _status(outcomes))


def _told(outcomes: Sequence[Outcome]) -> Response | None:
    """One file that could be taken leads to where it goes on; otherwise a report says it."""
    if len(outcomes) == 1 and outcomes[0].href:
        return redirect(outcomes[0].href, 303)
    return None


def _status(outcomes: Sequence[Outcome]) -> int:
    return 200 if any(each.href for each in outcomes) else 422


def _chosen_organisation(posted: str) -> Organisation:
    """One of the visitor's own; another one's does not exist for them."""
    mine = {str(each.organisation_id): each.organisation for each in access.actor().memberships}
    return mine[posted] if posted in mine else abort(404)


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
        converting=unread_of(db.session(), access.actor(), dossier=dossier),
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
        converting=unread_of(db.session(), access.actor(), call=call),
        open=call.status(now()) is CallStatus.OPEN,
        deadline=closing_of(call, now()),
        chosen=request.form.get("organisation", ""),
        **report_of(errors, outcomes),
    )


def _definition(call: Call) -> CallDefinition:
    return definition_of(call.revision) if call.revision else abort(404)
