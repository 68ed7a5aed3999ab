"""What every template may use: French formats, navigation, the demo's warning."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from grants import wording
from grants.calls.calendar import last_minute
from grants.dossiers.roles import holders_name, posts_of
from grants.dossiers.scoring import points
from grants.web.access import actor
from grants.web.clock import now


def sealing_key() -> bytes:
    """What the documents that we write are marked with."""
    return bytes(current_app.config["SECRET_KEY"], "utf-8")


def install(app: Flask) -> None:
    for name in (
        "money",
        "day",
        "moment",
        "number",
        "percent",
        "joined",
        "plural",
        "local_day",
        "file_size",
    ):
        app.jinja_env.filters[name] = getattr(wording, name)
    app.jinja_env.filters["applicants_names"] = holders_name
    app.jinja_env.filters["last_minute"] = last_minute
    app.jinja_env.filters["points"] = points
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    return {
        "demo": current_app.config["SETTINGS"].demo,
        "navigation": _navigation(),
        "now": now(),
        "today": wording.local_day(now()),
    }


def _navigation() -> list[dict[str, Any]]:
    items = [("Appels à projets", "public.calls")]
    if current_user.is_authenticated:
        user = actor()
        if user.memberships:
            items.append(("Mes dossiers", "applicant.dossiers"))
        if posts_of(user, wording.local_day(now())):
            items.append(("À instruire", "casework.worklist"))
        if user.manages_calls:
            items.append(("Gérer les appels", "administration.calls"))
            items.append(("Courriels", "administration.outbox"))
    if current_app.config["SETTINGS"].demo:
        items.append(("Courriels (démo)", "public.demo_outbox"))
    return [
        {
            "label": label,
            "url": url_for(endpoint),
            "current": request.endpoint == endpoint,
            "count": None,
        }
        for label, endpoint in items
        if endpoint in current_app.view_functions
    ]
