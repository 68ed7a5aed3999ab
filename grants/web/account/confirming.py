"""The link in the first mail: whoever follows it, and knows the password, owns the address."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import login_user

from grants.accounts.operations import confirm, is_locked
from grants.extensions import db
from grants.web import access, rates
from grants.web.account import links
from grants.web.account.forms import ConfirmationForm
from grants.web.account.room import screens
from grants.web.clock import now


@screens.route("/inscription/confirmer/<token>", methods=["GET", "POST"])
@access.public
@rates.limited(rates.SIGNING_IN)
def confirm_address(token: str) -> ResponseReturnValue:
    """The password is asked so that an account made by another in one's name stays closed."""
    user = links.whose(token)
    if user is None:
        return render_template("account/link_over.html", what="confirmation"), 404
    if user.confirmed_at is not None:
        flash("Votre adresse est déjà confirmée : connectez-vous.", "information")
        return redirect(url_for("security.login"), 303)
    form = ConfirmationForm()
    if form.validate_on_submit():
        known = user.verify_and_update_password(form.text("password"))
        if known and not is_locked(user, now=now()):
            confirm(db.session(), user, now=now())
            login_user(user, authn_via=["confirm"])
            db.session.commit()
            flash("Votre adresse est confirmée. Bienvenue !", "success")
            return redirect(url_for("account.home"), 303)
        if not known:
            user.track_failed_authn("password")
        form.password.errors = ["Ce n’est pas le mot de passe choisi à l’inscription."]
    return render_template("account/confirm.html", form=form, user=user)
