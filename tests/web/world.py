"""A world in the application's own database, and what tests read of its screens."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from grants.dossiers.models import Dossier
from grants.extensions import db
from tests.factories import World, a_world


@pytest.fixture
def world(app):
    """Everybody and the open call, committed; a session of its own, apart from the requests'."""
    with app.app_context():
        engine = db.engine
    with Session(engine) as session:
        made = a_world(session)
        session.commit()
        yield made


def kept(world: World, dossier: Dossier) -> Dossier:
    """The dossier as it stands for requests."""
    world.session.commit()
    return dossier


def fresh(world: World, dossier: Dossier) -> Dossier:
    """The dossier as the requests left it."""
    world.session.rollback()
    world.session.expire_all()
    return dossier


def read(response: Any) -> str:
    """What a reader sees of a page, on one line, without markup; every space is plain."""
    page = response.get_data(as_text=True)
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def statements(app, client, address: str) -> int:
    """The number of SQL statements that a page takes."""
    counted = []
    with app.app_context():
        engine = db.engine

    def count(*_arguments: Any) -> None:
        counted.append(1)

    event.listen(engine, "before_cursor_execute", count)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(counted)
