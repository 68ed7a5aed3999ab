"""One's organisation: who belongs to it, as what, and who is invited."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.accounts.models import Capacity, Invitation, Membership, Organisation
from grants.accounts.operations import Body, body_of, revoke, rules
from grants.extensions import db
from grants.web import access
from grants.web.access import actor
from grants.web.account import team
from grants.web.account.forms import InvitationForm
from grants.web.account.room import screens


@screens.get("/compte/organisme")
@access.applicant
def organisation() -> ResponseReturnValue:
    """The first organisation; a choice leads to the others, for the few who have several."""
    own = [each.organisation for each in actor().memberships]
    return _page(own[0], _form())


@screens.route("/compte/organisme/<int:organisation_id>", methods=["GET", "POST"])
@access.applicant
def one_organisation(organisation_id: int) -> ResponseReturnValue:
    """Its members; POST invites a colleague."""
    chosen = _organisation_or_404(organisation_id)
    form = _form()
    if request.method == "POST" and team.send_invitation(chosen, chosen.name, form):
        return _back(chosen)
    return _page(chosen, form)


@screens.post("/compte/membres/<int:membership_id>/role")
@access.applicant
def member_role(membership_id: int) -> ResponseReturnValue:
    membership = team.membership_or_404(Membership, membership_id)
    chosen = membership.organisation
    team.give_role(membership, request.form.get("capacity", ""))
    return _back(chosen)


@screens.post("/compte/membres/<int:membership_id>/retirer")
@access.applicant
def member_leaves(membership_id: int) -> ResponseReturnValue:
    membership = team.membership_or_404(Membership, membership_id)
    chosen, left = membership.organisation, membership.user_id == actor().id
    team.take_away(membership)
    return redirect(url_for("account.home"), 303) if left else _back(chosen)


@screens.post("/compte/invitations/<int:invitation_id>/annuler")
@access.signed_in
def revoke_invitation(invitation_id: int) -> ResponseReturnValue:
    """Of an organisation or of a service alike."""
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or not _belongs(body := body_of(invitation)):
        abort(404)
    address, page = invitation.email, _page_of(body)
    revoke(db.session(), invitation, actor=actor())
    db.session.commit()
    flash(f"L’invitation envoyée à {address} est annulée.", "success")
    return redirect(page, 303)


def _belongs(body: Body) -> bool:
    return any(each.user_id == actor().id for each in body.memberships)


def _page_of(body: Body) -> str:
    if isinstance(body, Organisation):
        return url_for("account.one_organisation", organisation_id=body.id)
    return url_for("account.one_service", service_id=body.id)


def _organisation_or_404(organisation_id: int) -> Organisation:
    own = {each.organisation_id: each.organisation for each in actor().memberships}
    return own.get(organisation_id) or abort(404)


def _form() -> InvitationForm:
    return InvitationForm(Capacity.EDITOR, Capacity.SIGNATORY)


def _back(chosen: Organisation) -> ResponseReturnValue:
    return redirect(url_for("account.one_organisation", organisation_id=chosen.id), 303)


def _page(chosen: Organisation, form: InvitationForm) -> ResponseReturnValue:
    return render_template(
        "account/organisation.html",
        organisation=chosen,
        others=[each.organisation for each in actor().memberships if each.organisation != chosen],
        members=team.members(chosen),
        invitations=team.awaited(chosen),
        rules=rules(actor(), chosen),
        capacities=form.capacity.choices,
        form=form,
    )
