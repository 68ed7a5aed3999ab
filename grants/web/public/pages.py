"""The pages that every public site owes its visitors."""

from __future__ import annotations

from flask import render_template

from grants.calls.loader import definition_of
from grants.calls.queries import published_calls
from grants.extensions import db
from grants.web import access
from grants.web.public.room import screens


@screens.get("/accessibilite")
@access.public
def accessibility() -> str:
    return render_template("public/accessibility.html")


@screens.get("/contact")
@access.public
def contact() -> str:
    """Whom to write to, call by call."""
    definitions = [
        definition_of(call.revision) for call in published_calls(db.session()) if call.revision
    ]
    return render_template("public/contact.html", definitions=definitions)
