"""Who may open a page. Denied by default: a view without a declaration is refused to all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from grants.accounts.models import User
from grants.calls.definition import CallDefinition
from grants.calls.models import Call
from grants.calls.queries import call_by_slug, is_managed_by
from grants.database import WRITING
from grants.dossiers.models import Dossier, DossierVersion
from grants.dossiers.presentation import Reader, reader_of
from grants.dossiers.queries import dossier_by_reference
from grants.dossiers.roles import Standing, posts_of, standing_on
from grants.extensions import db
from grants.web.clock import now
from grants.wording import local_day
from grants.workflows.definition import Audience

View = TypeVar("View", bound=Callable[..., Any])


class Gate(StrEnum):
    """What a page asks of its visitor before it looks at any object."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    #: Member of an organisation that applies.
    APPLICANT = "applicant"
    #: Member of a service, or standing in for its head.
    AGENT = "agent"
    #: May upload and manage calls.
    CALL_MANAGER = "call_manager"


def gate(kind: Gate) -> Callable[[View], View]:
    """Declare who may open a view; the outermost decorator but the route."""

    def declare(view: View) -> View:
        view.__dict__["gate"] = kind
        return view

    return declare


public = gate(Gate.PUBLIC)
signed_in = gate(Gate.SIGNED_IN)
applicant = gate(Gate.APPLICANT)
agent = gate(Gate.AGENT)
call_manager = gate(Gate.CALL_MANAGER)


def declared_gate(endpoint: str | None) -> Gate | None:
    """The gate of an endpoint: declared on the view, or by the extension that owns it."""
    if endpoint == "static":
        return Gate.PUBLIC
    view = current_app.view_functions.get(endpoint or "")
    found: Gate | None = getattr(view, "gate", None)
    owned: dict[str, Gate] = current_app.config.get("GATES", {})
    return found or owned.get(endpoint or "")


def guard(app: Flask) -> None:
    """Install the check before every request, and the writers' transaction."""

    @app.before_request
    def begin_writing() -> None:
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            db.session.connection(execution_options=WRITING)

    @app.before_request
    def check_gate() -> Response | None:
        if request.endpoint is None:
            return None
        kind = declared_gate(request.endpoint)
        if kind is Gate.PUBLIC:
            return None
        if kind is None:
            abort(403)
        if not current_user.is_authenticated:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined, no-any-return]
        if needs_second_factor(actor()) and request.endpoint not in SECOND_FACTOR_PAGES:
            return redirect(url_for("account.second_factor"), 303)
        if not _passes(kind, actor()):
            abort(403)
        return None


@contextmanager
def out_of_turn() -> Iterator[None]:
    """End the transaction, so that no other writer waits meanwhile, then begin another. What was
    read is to be read again afterwards."""
    db.session.rollback()
    yield
    db.session.connection(execution_options=WRITING)


#: What an agent may open before a second factor is set up.
SECOND_FACTOR_PAGES = frozenset(
    {
        "account.second_factor",
        "security.two_factor_setup",
        "security.verify",
        "security.logout",
    }
)


def _passes(kind: Gate, user: User) -> bool:
    match kind:
        case Gate.APPLICANT:
            return bool(user.memberships)
        case Gate.AGENT:
            return bool(posts_of(user, local_day(now())))
        case Gate.CALL_MANAGER:
            return user.manages_calls
        case _:
            return True


def is_agent(user: User) -> bool:
    """Whoever reads dossiers of others: asked for a second factor."""
    return bool(user.service_memberships or user.stand_ins or user.manages_calls)


def must_have_second_factor(user: User) -> bool:
    required: bool = current_app.config["SETTINGS"].second_factor == "required"
    return required and is_agent(user)


def needs_second_factor(user: User) -> bool:
    return must_have_second_factor(user) and user.tf_primary_method is None


def actor() -> User:
    """Who is signed in. The page's gate has let them in."""
    user: User = current_user._get_current_object()
    return user


@dataclass(frozen=True, slots=True)
class Seen:
    """A dossier as its present visitor finds it."""

    dossier: Dossier
    call: CallDefinition
    standing: Standing

    @property
    def reader(self) -> Reader:
        return reader_of(self.standing, self.call)

    @property
    def audience(self) -> Audience:
        return self.reader.audience

    def version_or_404(self, asked: str | None) -> DossierVersion:
        """The version of that number, as an address gives it; without one, the version in hand."""
        if asked is None:
            return self.dossier.version_in_hand or abort(404)
        found = next((each for each in self.dossier.versions if str(each.number) == asked), None)
        return found or abort(404)


def seen_or_404(reference: str) -> Seen:
    """The dossier, for whoever may see it; to others it does not exist.

    A manager follows deposited dossiers of his or her call; drafts are the applicant's alone.
    """
    dossier = dossier_by_reference(db.session(), reference)
    if dossier is None:
        abort(404)
    call = dossier.definition
    standing = standing_on(db.session(), actor(), dossier, call, now=now())
    if not standing.sees or (not standing.roles and dossier.submitted_at is None):
        abort(404)
    return Seen(dossier, call, standing)


def applicants_dossier_or_404(reference: str) -> Seen:
    """For the applicant's own pages."""
    seen = seen_or_404(reference)
    if seen.audience is not Audience.APPLICANT:
        abort(404)
    return seen


def agents_dossier_or_404(reference: str) -> Seen:
    """For the pages of services and of the call's manager."""
    seen = seen_or_404(reference)
    if seen.audience is Audience.APPLICANT:
        abort(404)
    return seen


def managed_call_or_404(slug: str) -> Call:
    call = call_by_slug(db.session(), slug)
    if call is None or not is_managed_by(db.session(), call, actor()):
        abort(404)
    return call
