"""The shared call in the application's own database."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from grants.extensions import db
from grants.files import FileStore
from tests.shared import SharedWorld, a_shared_world


@pytest.fixture
def world(app) -> Iterator[SharedWorld]:
    """Everybody and the open call, committed; a session of its own, apart from the requests'."""
    with app.app_context():
        engine = db.engine
    with Session(engine) as session:
        made = a_shared_world(session)
        session.commit()
        yield made


@pytest.fixture
def store(app) -> FileStore:
    return FileStore(app.config["SETTINGS"].files)
