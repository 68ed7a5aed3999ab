"""Before a dossier exists: what is asked, by whom it must be signed, and its first minute."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from grants.accounts.models import Organisation
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.calls.models import Call, CallStatus
from grants.dossiers.eligibility import criteria_of
from grants.dossiers.errors import NotEligible
from grants.dossiers.operations import start
from grants.extensions import db
from grants.forms import SectionDefinition
from grants.web import access
from grants.web.applicant.asking import (
    applicants_of,
    dossiers_on,
    published_or_404,
    signing_roles,
)
from grants.web.applicant.criteria import criteria_page, forget_typed, typed_answers
from grants.web.applicant.room import screens
from grants.web.clock import now
from grants.web.deadlines import closing_of
from grants.workflows.definition import Phase

#: Minutes that a question takes, by its type; any other takes one.
MINUTES = {"long_text": 5, "table": 8, "lines": 3, "computed": 0}


@screens.get("/appels/<slug>/preparer")
@access.public
def prepare(slug: str) -> str:
    return _page(published_or_404(slug))


@screens.post("/appels/<slug>/preparer")
@access.signed_in
def begin(slug: str) -> Response | tuple[str, int]:
    """Start a dossier. A draft that stands is offered first; only « un autre » makes two."""
    call = published_or_404(slug)
    organisation = _chosen_organisation(request.form.get("organisation", ""))
    drafts = [each for each in dossiers_on(call, [organisation.id]) if each.phase == Phase.DRAFT]
    if drafts and not request.form.get("another"):
        if criteria_of(_definition(call)):
            typed = request.form
            return criteria_page(call, _definition(call), typed, offered=organisation.id), 409
        return _page(call, offered=organisation.id), 409
    definition = _definition(call)
    try:
        dossier = start(
            db.session(),
            call,
            organisation,
            actor=access.actor(),
            now=now(),
            answers=typed_answers(definition, request.form),
        )
    except NotEligible as refusal:
        return criteria_page(call, definition, request.form, unmet=refusal.gaps, tried=True), 422
    forget_typed(slug)
    db.session.commit()
    return redirect(url_for("applicant.hub", reference=dossier.reference), 303)


def _definition(call: Call) -> CallDefinition:
    """What the published call says now."""
    if call.revision is None:
        abort(404)
    return definition_of(call.revision)


def _chosen_organisation(posted: str) -> Organisation:
    """One of the visitor's own; another one's does not exist for them."""
    mine = {str(each.organisation_id): each for each in access.actor().memberships}
    if posted not in mine:
        abort(404)
    return mine[posted].organisation


def _page(call: Call, offered: int | None = None) -> str:
    """The page; `offered` is the organisation whose draft stands in the way of a second one."""
    definition = _definition(call)
    user = access.actor() if current_user.is_authenticated else None
    return render_template(
        "applicant/prepare.html",
        call=call,
        definition=definition,
        criteria=criteria_of(definition),
        sections=[_outline(each) for each in definition.form.sections.values()],
        minutes=_minutes(definition),
        signing=[role.label for role in signing_roles(definition)],
        applicants=applicants_of(call, definition, user) if user else [],
        signed_in=user is not None,
        offered=offered,
        open=call.status(now()) is CallStatus.OPEN,
        coming=call.status(now()) is CallStatus.COMING,
        deadline=closing_of(call, now()),
    )


def _outline(section: SectionDefinition) -> dict[str, object]:
    asked = [each.label for each in section.fields.values() if each.source != "rule"]
    return {
        "title": section.title,
        "intro": section.intro,
        "questions": asked,
        "count": len(asked),
    }


def _minutes(definition: CallDefinition) -> int:
    """About how long the form takes, to the quarter of an hour."""
    total = sum(MINUTES.get(each.type, 1) for each in definition.form.fields.values())
    return max(15, 15 * round(total / 15))
