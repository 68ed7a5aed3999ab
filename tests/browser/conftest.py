"""The application on a port of this machine, and people who come to it with a browser each."""

from collections.abc import Callable, Iterator
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import WSGIRequestHandler, make_server

from grants.accounts.models import User
from grants.accounts.passwords import hashed
from tests.browser.visitor import PASSWORD
from tests.web.conftest import client, clock, database_url, make_app, origin, sign_in
from tests.web.world import world

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

__all__ = ["client", "clock", "database_url", "make_app", "origin", "sign_in", "world"]


@pytest.fixture
def app(make_app):
    """As in a demonstration: no mail leaves, all of them are read on its outbox page."""
    return make_app(GRANTS_DEMO="1")


class Quiet(WSGIRequestHandler):
    #: Seconds after which a connection that asks for nothing is let go of.
    timeout = 5

    def log_request(self, code="-", size="-"):
        """Keeps the tests' output clean."""


def whole(app: "WSGIApplication") -> "WSGIApplication":
    """An answer that nobody waits for any more is closed too, which this server forgets."""

    def answer(environ, start_response):
        body = app(environ, start_response)
        try:
            return list(body)
        finally:
            body.close()

    return answer


@pytest.fixture
def address(app) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, whole(app), threaded=True, request_handler=Quiet)
    # What is being answered when a test ends is waited for, its files closed.
    server.daemon_threads = False
    serving = Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    serving.join()


@pytest.fixture
def a_browser(chromium: Browser, address) -> Iterator[Callable[..., BrowserContext]]:
    """New browsers, without memory of any other: `a_browser(java_script_enabled=False)`."""
    contexts = []

    def make(**options) -> BrowserContext:
        context = chromium.new_context(base_url=address, locale="fr-FR", **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def session_of(app, sign_in, address):
    """Put a person's session into a browser, as after the sign-in page."""

    def put(context: BrowserContext, user: User) -> None:
        client = app.test_client()
        sign_in(client, user)
        cookie = client.get_cookie("session").value
        context.add_cookies([{"name": "session", "value": cookie, "url": address}])

    return put


@pytest.fixture
def browser_of(a_browser, session_of):
    """Browsers of people who are signed in; each its own."""

    def enter(user: User, **options) -> BrowserContext:
        context = a_browser(**options)
        session_of(context, user)
        return context

    return enter


@pytest.fixture
def with_passwords(world):
    """The world, whose people all have the same password."""
    once = hashed(PASSWORD)
    for user in world.session.query(User):
        user.password = once
    world.session.commit()
    return world
