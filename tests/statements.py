"""Each SQL statement is compiled once for the whole run, and not once for each engine.

An engine keeps what it compiled under its dialect. Those of one kind of database share the first
one's here, as all requests to one installation do.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    compiled: dict[str, tuple[Any, Any]] = {}

    def share(connection: Connection) -> None:
        engine: Any = connection.engine
        own = engine.dialect, engine._compiled_cache
        dialect, statements = compiled.setdefault(engine.dialect.name, own)
        engine.dialect = engine.pool._dialect = connection.dialect = dialect
        engine._compiled_cache = statements

    event.listen(Engine, "engine_connect", share)
    yield
    event.remove(Engine, "engine_connect", share)
