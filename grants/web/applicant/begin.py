"""Before a dossier exists: what is asked, by whom it must be signed, and its first minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from grants.accounts.models import Membership, Organisation, User
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.calls.models import Call, CallStatus
from grants.dossiers.models import Dossier
from grants.dossiers.operations import start
from grants.extensions import db
from grants.forms import SectionDefinition
from grants.web import access
from grants.web.applicant.room import screens
from grants.web.applicant.situation import deposit_transition
from grants.web.clock import now
from grants.web.deadlines import closing_of
from grants.workflows.definition import Phase, Role

#: Minutes that a question takes, by its type; any other takes one.
MINUTES = {"long_text": 5, "table": 8, "lines": 3, "computed": 0}


@dataclass(frozen=True, slots=True)
class Applicant:
    """An organisation of the visitor, with its own dossiers on the call and who may sign."""

    organisation: Organisation
    drafts: list[Dossier]
    deposited: list[Dossier]
    signatories: list[str]


@screens.get("/appels/<slug>/preparer")
@access.public
def prepare(slug: str) -> str:
    return _page(_published_or_404(slug))


@screens.post("/appels/<slug>/preparer")
@access.signed_in
def begin(slug: str) -> Response | tuple[str, int]:
    """Start a dossier. A draft that stands is offered first; only « un autre » makes two."""
    call = _published_or_404(slug)
    organisation = _chosen_organisation(request.form.get("organisation", ""))
    drafts = [each for each in _dossiers(call, [organisation.id]) if each.phase == Phase.DRAFT]
    if drafts and not request.form.get("another"):
        return _page(call, offered=organisation.id), 409
    dossier = start(db.session(), call, organisation, actor=access.actor(), now=now())
    db.session.commit()
    return redirect(url_for("applicant.hub", reference=dossier.reference), 303)


def _published_or_404(slug: str) -> Call:
    call: Call | None = db.session.scalar(db.select(Call).where(Call.slug == slug))
    if call is None or call.status(now()) is CallStatus.PREPARATION:
        abort(404)
    return call


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
        sections=[_outline(each) for each in definition.form.sections.values()],
        minutes=_minutes(definition),
        signing=[role.label for role in _signing_roles(definition)],
        applicants=_applicants(call, definition, user) if user else [],
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


def _signing_roles(definition: CallDefinition) -> list[Role]:
    """The roles that may deposit."""
    deposit = deposit_transition(definition.circuit, definition.circuit.initial)
    return [definition.circuit.roles[key] for key in deposit.roles] if deposit else []


def _applicants(call: Call, definition: CallDefinition, user: User) -> list[Applicant]:
    ids = [each.organisation_id for each in user.memberships]
    members = db.session.scalars(
        db.select(Membership)
        .where(Membership.organisation_id.in_(ids))
        .options(joinedload(Membership.user), joinedload(Membership.organisation))
        .order_by(Membership.id)
    ).all()
    known = _dossiers(call, ids)
    signing = {role.capacity for role in _signing_roles(definition)}
    organisations = {each.organisation_id: each.organisation for each in members}
    return [
        Applicant(
            organisation=organisation,
            drafts=[each for each in own if each.phase == Phase.DRAFT],
            deposited=[each for each in own if each.phase != Phase.DRAFT],
            signatories=[
                each.user.name
                for each in members
                if each.organisation_id == key and each.capacity in signing
            ],
        )
        for key, organisation in sorted(organisations.items(), key=lambda item: item[1].name)
        for own in ([each for each in known if each.organisation_id == key],)
    ]


def _dossiers(call: Call, organisations: Sequence[int]) -> Sequence[Dossier]:
    return db.session.scalars(
        db.select(Dossier)
        .where(Dossier.call_id == call.id, Dossier.organisation_id.in_(organisations))
        .order_by(Dossier.id.desc())
    ).all()
