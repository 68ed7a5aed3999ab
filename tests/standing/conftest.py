from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from grants.extensions import db
from tests.databases import KINDS
from tests.standing.access_world import a_walked_world, digest
from tests.standing.walking import Walk, an_app


@pytest.fixture(scope="module", params=KINDS)
def walk(request, tmp_path_factory) -> Iterator[Walk]:
    fixture = {"sqlite": "sqlite_files", "postgresql": "postgres_server"}[request.param]
    url = request.getfixturevalue(fixture).with_tables()
    app = an_app(url, tmp_path_factory.mktemp("instance"))
    with app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as session:
        walked = a_walked_world(session)
        rows = digest(session)
        session.rollback()
        yield Walk(request.param, app, walked, rows)
    engine.dispose()
