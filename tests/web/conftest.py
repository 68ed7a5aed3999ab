"""The application on a database of its own, at an hour of its own, and people who come to it."""

import secrets
import time
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from grants.accounts.models import User
from grants.app import create_app
from grants.config import read_settings
from grants.extensions import db
from tests.databases import ROOT, SqliteFiles
from tests.factories import NOW
from tests.web.world import Origin, an_origin


class Clock:
    """The hour of the application: `NOW` until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, now: datetime) -> None:
        self.now = now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database_url(sqlite_files: SqliteFiles) -> str:
    """Screens are tested on SQLite; the walk over all routes takes each database in turn."""
    return sqlite_files.with_tables()


@pytest.fixture(scope="session")
def origin(sqlite_files: SqliteFiles) -> Origin:
    """The world of the tests of screens, made once for the run: each test has a copy."""
    return an_origin(sqlite_files.with_tables())


@pytest.fixture
def make_app(tmp_path, clock, database_url):
    """Applications with settings of the test's choice: `make_app(GRANTS_SECOND_FACTOR="off")`."""
    made: list[Flask] = []

    def make(url: str = database_url, **environ: str) -> Flask:
        usual = {
            "GRANTS_INSTANCE": str(tmp_path / "instance"),
            "GRANTS_DATABASE_URL": url,
            "GRANTS_SECOND_FACTOR": "optional",
        }
        app = create_app(read_settings(usual | environ, ROOT), clock=clock)
        app.testing = True
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(make_app) -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[FlaskClient, User], None]:
    return sign_as


def sign_as(client: FlaskClient, user: User | None) -> None:
    """Make a client that person's, as after the sign-in page; or nobody's, with a session.

    The client then sends the token of its session in a header, as our scripts do, so that a test
    may post without reading a form first.
    """
    raw = secrets.token_hex(20)
    with client.session_transaction() as session:
        session.clear()
        session["csrf_token"] = raw
        if user is not None:
            session.update(_user_id=user.fs_uniquifier, fs_paa=time.time())
    signer = URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token")
    client.environ_base["HTTP_X_CSRFTOKEN"] = signer.dumps(raw)
