"""Who may begin a dossier on a call: the visitor's organisations, with what they have there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort
from sqlalchemy.orm import joinedload

from grants.accounts.models import Membership, Organisation, User
from grants.calls.definition import CallDefinition
from grants.calls.models import Call, CallStatus
from grants.dossiers.models import Dossier
from grants.extensions import db
from grants.web.applicant.situation import deposit_transition
from grants.web.clock import now
from grants.workflows.definition import Phase, Role


@dataclass(frozen=True, slots=True)
class Applicant:
    """An organisation of the visitor, with its own dossiers on the call and who may sign."""

    organisation: Organisation
    drafts: list[Dossier]
    deposited: list[Dossier]
    signatories: list[str]


def published_or_404(slug: str) -> Call:
    call: Call | None = db.session.scalar(db.select(Call).where(Call.slug == slug))
    if call is None or call.status(now()) is CallStatus.PREPARATION:
        abort(404)
    return call


def signing_roles(definition: CallDefinition) -> list[Role]:
    """The roles that may deposit."""
    deposit = deposit_transition(definition.circuit, definition.circuit.initial)
    return [definition.circuit.roles[key] for key in deposit.roles] if deposit else []


def applicants_of(call: Call, definition: CallDefinition, user: User) -> list[Applicant]:
    ids = [each.organisation_id for each in user.memberships]
    members = db.session.scalars(
        db.select(Membership)
        .where(Membership.organisation_id.in_(ids))
        .options(joinedload(Membership.user), joinedload(Membership.organisation))
        .order_by(Membership.id)
    ).all()
    known = dossiers_on(call, ids)
    signing = {role.capacity for role in signing_roles(definition)}
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


def dossiers_on(call: Call, organisations: Sequence[int]) -> Sequence[Dossier]:
    return db.session.scalars(
        db.select(Dossier)
        .where(Dossier.call_id == call.id, Dossier.organisation_id.in_(organisations))
        .order_by(Dossier.id.desc())
    ).all()
