"""Puts the rooms together into one Flask application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from grants.config import Settings
from grants.database import prepare
from grants.extensions import csrf, db, migrate
from grants.rehearsal.sandboxes import Sandbox
from grants.rehearsal.stage import Rehearsal
from grants.web import (
    access,
    addresses,
    circuits,
    errors,
    headers,
    rates,
    rendering,
    sandboxes,
    screens,
    trying,
    uploads,
)

PACKAGE = Path(__file__).parent


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime] | None = None,
    rehearsal: Rehearsal | None = None,
) -> Flask:
    """The application of one installation.

    :param clock: gives the present instant instead of the machine's clock.
    :param rehearsal: opens everybody's seat to every visitor: of a throw-away instance alone.
    """
    app = Flask(
        __name__,
        instance_path=str(settings.instance),
        static_url_path="/static",
    )
    app.config.update(
        SETTINGS=settings,
        CLOCK=clock,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=settings.max_form_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_form_bytes,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=False,
    )
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    migrate.init_app(app, db, directory=str(PACKAGE / "migrations"))
    uploads.install(app)
    csrf.init_app(app)
    addresses.install(app)
    access.guard(app)
    screens.install(app)
    rendering.install(app)
    if rehearsal is None:
        sandboxes.install(app, _sandbox_app)
    else:
        trying.install(app, rehearsal)
    circuits.install(app)
    headers.install(app)
    errors.install(app)
    rates.install(app)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask's own documentation does
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    return app


def _sandbox_app(sandbox: Sandbox) -> Flask:
    rehearsal = sandbox.rehearsal
    return create_app(sandbox.settings, clock=rehearsal.clock, rehearsal=rehearsal)
