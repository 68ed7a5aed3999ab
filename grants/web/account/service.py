"""One's service: its people, and who stands in for its head."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.accounts.errors import AccountRefused
from grants.accounts.models import Capacity, Service, ServiceMembership, StandIn, User
from grants.accounts.naming import name_of
from grants.accounts.operations import end_stand_in, members_of, name_stand_in, rules
from grants.extensions import db
from grants.web import access
from grants.web.access import actor
from grants.web.account import team
from grants.web.account.forms import InvitationForm, StandInForm
from grants.web.account.room import screens
from grants.web.addresses import LAST_ID
from grants.web.clock import now
from grants.wording import day, local_day


@screens.get("/compte/service")
@access.agent
def service() -> ResponseReturnValue:
    """The first service; a choice leads to the others, for the few who have several."""
    return _page(actor().service_memberships[0].service)


@screens.route("/compte/service/<int:service_id>", methods=["GET", "POST"])
@access.agent
def one_service(service_id: int) -> ResponseReturnValue:
    """Its people; POST invites an agent."""
    chosen = _service_or_404(service_id)
    form = _invitation_form()
    if request.method == "POST" and team.send_invitation(chosen, _name(chosen), form):
        return _back(chosen)
    return _page(chosen, invitation_form=form)


@screens.post("/compte/agents/<int:membership_id>/role")
@access.agent
def agent_role(membership_id: int) -> ResponseReturnValue:
    membership = team.membership_or_404(ServiceMembership, membership_id)
    chosen = membership.service
    team.give_role(membership, request.form.get("capacity", ""))
    return _back(chosen)


@screens.post("/compte/agents/<int:membership_id>/retirer")
@access.agent
def agent_leaves(membership_id: int) -> ResponseReturnValue:
    membership = team.membership_or_404(ServiceMembership, membership_id)
    chosen, left = membership.service, membership.user_id == actor().id
    team.take_away(membership)
    return redirect(url_for("account.home"), 303) if left else _back(chosen)


@screens.route("/compte/service/<int:service_id>/suppleance", methods=["GET", "POST"])
@access.agent
def stand_in(service_id: int) -> ResponseReturnValue:
    chosen = _service_or_404(service_id)
    form = _stand_in_form(chosen)
    if request.method == "GET":
        return _back(chosen)
    if form.validate_on_submit() and _named(chosen, form):
        return _back(chosen)
    return _page(chosen, stand_in_form=form)


@screens.post("/compte/suppleances/<int:stand_in_id>/terminer")
@access.agent
def stand_in_ends(stand_in_id: int) -> ResponseReturnValue:
    row = db.session.get(StandIn, stand_in_id)
    if row is None:
        abort(404)
    chosen, name = _service_or_404(row.service_id), row.user.name
    end_stand_in(db.session(), row, actor=actor(), now=now())
    db.session.commit()
    flash(f"La suppléance de {name} est terminée.", "success")
    return _back(chosen)


def _named(chosen: Service, form: StandInForm) -> bool:
    person, starts_on, ends_on = _chosen(form)
    try:
        row = name_stand_in(
            db.session(),
            chosen,
            person,
            starts_on=starts_on,
            ends_on=ends_on,
            actor=actor(),
            now=now(),
        )
    except AccountRefused as refused:
        if refused.field is None:
            raise
        form.refuse(refused)
        return False
    db.session.commit()
    flash(
        f"{person.name} supplée le responsable du {day(row.starts_on)} au {day(row.ends_on)}.",
        "success",
    )
    return True


def _service_or_404(service_id: int) -> Service:
    own = {each.service_id: each.service for each in actor().service_memberships}
    return own.get(service_id) or abort(404)


def _chosen(form: StandInForm) -> tuple[User, date, date]:
    first, last = form.starts_on, form.ends_on
    known = 0 < form.user.data <= LAST_ID
    person = db.session.get(User, form.user.data) if known else None
    if person is None or first.data is None or last.data is None:
        abort(404)
    return person, first.data, last.data


def _name(chosen: Service) -> str:
    return name_of(chosen, local_day(now())).long


def _invitation_form() -> InvitationForm:
    return InvitationForm(Capacity.OFFICER, Capacity.HEAD)


def _stand_in_form(chosen: Service) -> StandInForm:
    agents = members_of(db.session(), chosen)
    return StandInForm([each.user for each in agents if each.capacity == Capacity.OFFICER])


def _back(chosen: Service) -> ResponseReturnValue:
    return redirect(url_for("account.one_service", service_id=chosen.id), 303)


def _page(
    chosen: Service,
    *,
    invitation_form: InvitationForm | None = None,
    stand_in_form: StandInForm | None = None,
) -> ResponseReturnValue:
    today = local_day(now())
    form = invitation_form or _invitation_form()
    coming = [each for each in chosen.stand_ins if each.ends_on >= today]
    return render_template(
        "account/service.html",
        service=chosen,
        name=name_of(chosen, today),
        others=[
            (each.service, name_of(each.service, today).long)
            for each in actor().service_memberships
            if each.service != chosen
        ],
        members=team.members(chosen),
        invitations=team.awaited(chosen),
        rules=rules(actor(), chosen),
        capacities=form.capacity.choices,
        form=form,
        stand_in_form=stand_in_form or _stand_in_form(chosen),
        stand_ins=sorted(coming, key=lambda each: (each.starts_on, each.id)),
    )
