"""A world in the application's own database, and what tests read of its screens."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from grants.database import prepare
from grants.dossiers.models import Dossier
from grants.extensions import db
from grants.orm import Base
from tests.factories import World, a_world


@dataclass(frozen=True)
class Origin:
    """A file that holds the world, and who is who in it, by the world's own names."""

    path: Path
    keys: dict[str, tuple[type[Base], int]]

    def copied(self, session: Session) -> World:
        named = {name: session.get_one(model, key) for name, (model, key) in self.keys.items()}
        return World(session=session, **named)


def an_origin(url: str) -> Origin:
    engine = create_engine(url)
    prepare(engine)
    with Session(engine) as session:
        made = a_world(session)
        session.commit()
        named = {each.name: getattr(made, each.name) for each in fields(made)}
        keys = {
            name: (type(each), each.id) for name, each in named.items() if isinstance(each, Base)
        }
    engine.dispose()
    return Origin(Path(str(engine.url.database)), keys)


@pytest.fixture
def world(app, origin: Origin) -> Iterator[World]:
    """Everybody and the open call, committed; a session of its own, apart from the requests'."""
    with app.app_context():
        engine = db.engine
    engine.dispose()
    shutil.copy(origin.path, str(engine.url.database))
    with Session(engine) as session:
        made = origin.copied(session)
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
