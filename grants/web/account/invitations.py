"""The link in an invitation: one joins with one's account, or makes one."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security.utils import login_user

from grants.accounts.errors import AccountRefused
from grants.accounts.models import Capacity, Invitation
from grants.accounts.naming import CAPACITY_NAMES, name_of
from grants.accounts.operations import accept, accept_as_newcomer, find_invitation, find_user
from grants.extensions import db
from grants.web import access, rates
from grants.web.account.forms import NewcomerForm
from grants.web.account.room import screens
from grants.web.clock import now
from grants.wording import local_day


@screens.route("/invitations/<token>", methods=["GET", "POST"])
@access.public
@rates.limited(rates.ASKING)
def invitation(token: str) -> ResponseReturnValue:
    found = find_invitation(db.session(), token, now=now())
    if found is None:
        return render_template("account/link_over.html", what="invitation"), 404
    form = NewcomerForm()
    reader = current_user if current_user.is_authenticated else None
    known = find_user(db.session(), found.email)
    has_account = known is not None and known.confirmed_at is not None
    if reader is not None and reader.email == found.email:
        # The form has no other field than its token, which was checked on the way in.
        if form.is_submitted():
            return _join_with_account(found)
    elif not has_account and reader is None and form.validate_on_submit():
        answer = _join_as_newcomer(found, form)
        if answer is not None:
            return answer
    return render_template(
        "account/invitation.html",
        invitation=found,
        token=token,
        body=body_name(found),
        capacity=CAPACITY_NAMES[Capacity(found.capacity)],
        form=form,
        reader=reader,
        has_account=has_account,
    )


def body_name(found: Invitation) -> str:
    if found.organisation is not None:
        return found.organisation.name
    return name_of(found.service, local_day(now())).long if found.service else ""


def _join_with_account(found: Invitation) -> ResponseReturnValue:
    accept(db.session(), found, user=access.actor(), now=now())
    joined = body_name(found)
    db.session.commit()
    flash(f"Vous avez rejoint : {joined}.", "success")
    return redirect(url_for("account.home"), 303)


def _join_as_newcomer(found: Invitation, form: NewcomerForm) -> ResponseReturnValue | None:
    try:
        user = accept_as_newcomer(
            db.session(), found, name=form.text("name"), password=form.text("password"), now=now()
        )
    except AccountRefused as refused:
        form.refuse(refused)
        return None
    login_user(user, authn_via=["invitation"])
    joined = body_name(found)
    db.session.commit()
    flash(f"Votre compte est créé ; vous avez rejoint : {joined}.", "success")
    return redirect(url_for("account.home"), 303)
