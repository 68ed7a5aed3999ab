"""The rich call in the application's own database, and whoever signs in to it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from grants.extensions import db
from tests.rich import a_rich_world


@pytest.fixture
def rich(app):
    """Everybody of the rich call, committed; a session of its own, apart from the requests'."""
    with app.app_context():
        engine = db.engine
    with Session(engine) as session:
        made = a_rich_world(session)
        session.commit()
        yield made


@pytest.fixture
def as_one(client, sign_in, rich):
    """The client, signed in as one of the rich world."""

    def signed_in(name: str):
        sign_in(client, getattr(rich, name))
        return client

    return signed_in
