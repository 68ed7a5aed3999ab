"""Sandboxes, on the real instance: the pages that make and erase them, the door that leads in."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from grants.rehearsal.sandboxes import Sandbox
from grants.web.sandboxes.door import Door
from grants.web.sandboxes.pages import own_sandboxes, screens


def install(app: Flask, build: Callable[[Sandbox], Flask]) -> None:
    """:param build: makes the application of one sandbox."""
    app.register_blueprint(screens)
    # A page that finds it undefined is one of a sandbox itself, which offers no other.
    app.jinja_env.globals["own_sandboxes"] = own_sandboxes
    app.wsgi_app = Door(app, build)  # type: ignore[method-assign]  # as Flask's documentation does
