"""The calls: all of them, one, and its blank form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from flask import abort, redirect, render_template, send_file, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.calls.models import Call, CallStatus
from grants.calls.queries import call_by_slug, is_managed_by, published_calls
from grants.dossiers.papers import Seal, blank_docx
from grants.extensions import db
from grants.web import access
from grants.web.clock import now
from grants.web.deadlines import Deadline
from grants.web.papers import WORD
from grants.web.public.presenting import call_deadline, page_of, status_of
from grants.web.public.room import screens
from grants.web.rendering import sealing_key


@dataclass(frozen=True, slots=True)
class Card:
    """A call in a list."""

    slug: str
    definition: CallDefinition
    status: str
    tone: str
    deadline: Deadline


@screens.get("/")
@access.public
def home() -> Response:
    return redirect(url_for("public.calls"), 303)


@screens.get("/appels")
@access.public
def calls() -> str:
    found = published_calls(db.session())
    cards = {
        status: [_card(call, now()) for call in found if call.status(now()) is status]
        for status in (CallStatus.OPEN, CallStatus.COMING, CallStatus.CLOSED)
    }
    cards[CallStatus.CLOSED].reverse()
    return render_template(
        "public/calls.html",
        open=cards[CallStatus.OPEN],
        coming=cards[CallStatus.COMING],
        closed=cards[CallStatus.CLOSED],
    )


@screens.get("/appels/<slug>")
@access.public
def call(slug: str) -> str:
    found = _visible_or_404(slug)
    status, tone = status_of(found, now())
    return render_template(
        "public/call.html",
        call=found,
        page=page_of(_definition(found), found.opens_at, found.closes_at),
        status=status,
        tone=tone,
        deadline=call_deadline(found, now()),
        preview=found.published_at is None,
        open=found.status(now()) is CallStatus.OPEN,
        closed=found.status(now()) is CallStatus.CLOSED,
    )


@screens.get("/appels/<slug>/formulaire.docx")
@access.public
def blank_form(slug: str) -> Response:
    """The official form, empty."""
    found = _visible_or_404(slug)
    seal = Seal(found.revision.sha256, sealing_key()) if found.revision else None
    paper = blank_docx(_definition(found), seal)
    return send_file(
        BytesIO(paper), WORD, as_attachment=True, download_name=f"{slug}-formulaire.docx"
    )


def _visible_or_404(slug: str) -> Call:
    """A call in preparation exists for its managers only."""
    found = call_by_slug(db.session(), slug)
    if found is None or (found.published_at is None and not _manages(found)):
        abort(404)
    return found


def _manages(call: Call) -> bool:
    return bool(current_user.is_authenticated) and is_managed_by(db.session(), call, access.actor())


def _definition(call: Call) -> CallDefinition:
    if call.revision is None:
        abort(404)
    return definition_of(call.revision)


def _card(call: Call, now: datetime) -> Card:
    status, tone = status_of(call, now)
    return Card(call.slug, _definition(call), status, tone, call_deadline(call, now))
