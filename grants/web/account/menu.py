"""The account's corner of each page, and the addresses that the layouts lead to."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from flask_login import current_user

from grants.accounts.models import Capacity, User
from grants.accounts.naming import CAPACITY_NAMES, name_of
from grants.web.access import actor
from grants.web.clock import now
from grants.wording import local_day

#: Pages of the public room, by the name that the layouts give them.
PUBLIC_PAGES = {
    "accessibility": "public.accessibility",
    "contact": "public.contact",
    "verify": "public.verify",
}


def context() -> dict[str, Any]:
    signed_in = current_user.is_authenticated
    links = {
        "home": url_for("public.home"),
        "account": url_for("account.overview"),
        "logout": url_for("security.logout"),
        "login": url_for("security.login"),
        "register": url_for("account.register"),
    }
    public = {
        name: url_for(endpoint)
        for name, endpoint in PUBLIC_PAGES.items()
        if endpoint in current_app.view_functions
    }
    user = actor() if signed_in else None
    account = {"name": user.name, "detail": standing(user)} if user else None
    return {"links": links | public, "account": account}


def standing(user: User) -> str:
    """« Rédacteur, SEMIS »: where the person belongs, in one line."""
    today = local_day(now())
    places = [
        *((each.capacity, each.organisation.name) for each in user.memberships),
        *((each.capacity, name_of(each.service, today).short) for each in user.service_memberships),
    ]
    told = [f"{CAPACITY_NAMES[Capacity(capacity)]}, {name}" for capacity, name in places]
    return " · ".join(told) or user.email
