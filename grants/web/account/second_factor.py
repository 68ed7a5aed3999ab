"""The second factor: what it is, whether it is there, how to set it up."""

from __future__ import annotations

from flask import abort, current_app, render_template
from flask.typing import ResponseReturnValue

from grants.web import access
from grants.web.access import actor
from grants.web.account.room import screens


@screens.get("/compte/double-authentification")
@access.signed_in
def second_factor() -> ResponseReturnValue:
    user = actor()
    if current_app.config["SETTINGS"].second_factor == "off":
        abort(404)
    return render_template(
        "account/second_factor.html",
        user=user,
        is_set=user.tf_primary_method is not None,
        compulsory=access.must_have_second_factor(user),
        codes_left=len(user.mf_recovery_codes or []),
    )
