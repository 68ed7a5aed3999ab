"""One's account at a glance, and where one lands after signing in."""

from __future__ import annotations

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grants.accounts.models import Capacity
from grants.accounts.naming import CAPACITY_NAMES, name_of
from grants.dossiers.roles import posts_of
from grants.web import access
from grants.web.access import actor
from grants.web.account.room import screens
from grants.web.clock import now
from grants.wording import day, local_day


@screens.get("/compte")
@access.signed_in
def overview() -> ResponseReturnValue:
    today = local_day(now())
    user = actor()
    places = [
        *((each.organisation.name, each.capacity) for each in user.memberships),
        *((name_of(each.service, today).long, each.capacity) for each in user.service_memberships),
    ]
    return render_template(
        "account/overview.html",
        user=user,
        places=[(name, CAPACITY_NAMES[Capacity(capacity)]) for name, capacity in places],
        stands_in=[
            f"{name_of(each.service, today).long}, du {day(each.starts_on)} au {day(each.ends_on)}"
            for each in user.stand_ins
            if each.ends_on >= today
        ],
        factor=user.tf_primary_method is not None,
        factor_offered=current_app.config["SETTINGS"].second_factor != "off",
    )


@screens.get("/compte/accueil")
@access.signed_in
def home() -> ResponseReturnValue:
    """To the work that awaits: a service's first, then one's own dossiers."""
    user = actor()
    rooms = [
        (bool(posts_of(user, local_day(now()))), "casework.worklist"),
        (bool(user.memberships), "applicant.dossiers"),
        (user.manages_calls, "administration.calls"),
        (True, "public.calls"),
    ]
    for is_theirs, endpoint in rooms:
        if is_theirs and endpoint in current_app.view_functions:
            return redirect(url_for(endpoint), 303)
    return redirect(url_for("account.overview"), 303)
