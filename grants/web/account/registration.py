"""A landlord registers: an account and an organisation, of which it is the first signatory."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from grants.accounts.errors import AccountRefused, AddressTaken
from grants.accounts.models import User
from grants.accounts.operations import register as register_landlord
from grants.extensions import db
from grants.web import access, rates
from grants.web.account import mails
from grants.web.account.forms import RegistrationForm
from grants.web.account.room import screens
from grants.web.clock import now


@screens.route("/inscription", methods=["GET", "POST"])
@access.public
@rates.limited(rates.ASKING)
def register() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("account.home"), 303)
    form = RegistrationForm()
    if form.validate_on_submit() and _registered(form):
        return redirect(url_for("account.look_at_mail"), 303)
    return render_template("account/register.html", form=form)


@screens.get("/inscription/courriel")
@access.public
def look_at_mail() -> ResponseReturnValue:
    """The same page whether the address was new or known."""
    return render_template("account/look_at_mail.html")


def _registered(form: RegistrationForm) -> bool:
    try:
        user = register_landlord(
            db.session(),
            name=form.text("name"),
            email=form.text("email"),
            password=form.text("password"),
            siret=form.text("siret"),
            organisation_name=form.text("organisation_name"),
            now=now(),
        )
        mails.send_confirmation(user)
    except AddressTaken as taken:
        mails.send_known(db.session.get_one(User, taken.user_id))
    except AccountRefused as refused:
        db.session.rollback()
        form.refuse(refused)
        return False
    db.session.commit()
    return True
