"""The door of the sandboxes: what is asked for under `/essai/<token>/` is given to that sandbox's
own application, for the manager who made it and nobody else.

The session of the real instance is the key, looked at on each request: whoever signs out of it, or
manages calls no more, is out of the sandbox too. To others the address does not exist.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import TYPE_CHECKING, Final

from flask import Flask
from flask_login import current_user

from grants.extensions import db
from grants.rehearsal.sandboxes import PLACE, Sandbox, Sandboxes
from grants.web import access

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: Applications kept ready in a process; a further one takes the place of the longest unused.
LIVE_AT_MOST: Final = 4
_ADDRESS: Final = re.compile(rf"/{PLACE}/([^/]+)(/.*)?", re.DOTALL)


class Door:
    def __init__(self, app: Flask, build: Callable[[Sandbox], Flask]) -> None:
        self._app, self._real, self._build = app, app.wsgi_app, build
        self._sandboxes = Sandboxes(app.config["SETTINGS"])
        self._live: OrderedDict[str, Flask] = OrderedDict()
        self._one_builds = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        token, path = _parted(environ.get("PATH_INFO", ""))
        sandbox = self._sandboxes.find(token)
        if sandbox is None:
            self._close(token)
        if sandbox is None or not self._opens_to(environ, sandbox):
            return self._real(environ, start_response)
        folder = f"{environ.get('SCRIPT_NAME', '')}/{PLACE}/{token}"
        inside = {**environ, "SCRIPT_NAME": folder, "PATH_INFO": path}
        return self._live_app(sandbox).wsgi_app(inside, start_response)

    def _opens_to(self, environ: WSGIEnvironment, sandbox: Sandbox) -> bool:
        with self._app.request_context(environ):
            if not current_user.is_authenticated:
                return False
            user = access.actor()
            passes = user.manages_calls and not access.needs_second_factor(user)
            return passes and user.email == sandbox.owner

    def _live_app(self, sandbox: Sandbox) -> Flask:
        with self._one_builds:
            app = self._live.get(sandbox.token) or self._build(sandbox)
            self._live[sandbox.token] = app
            self._live.move_to_end(sandbox.token)
            longest_unused = next(iter(self._live))
        if len(self._live) > LIVE_AT_MOST:
            self._close(longest_unused)
        return app

    def _close(self, token: str) -> None:
        """Let go of the application and of its connections; requests under way keep theirs."""
        app = self._live.pop(token, None)
        if app is not None:
            with app.app_context():
                db.engine.dispose()


def _parted(path: str) -> tuple[str, str]:
    """The token of an address and the path below it; an empty token for any other address."""
    found = _ADDRESS.fullmatch(path)
    return (found[1], found[2] or "/") if found else ("", path)
