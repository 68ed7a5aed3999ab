"""Two writers lose nothing, and references hold, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import (
    Column,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    create_engine,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from grants.database import WRITING, prepare

METADATA = MetaData()
COUNTERS = Table(
    "counter", METADATA, Column("id", Integer, primary_key=True), Column("value", Integer)
)
LINES = Table("line", METADATA, Column("counter_id", ForeignKey("counter.id")))


@pytest.fixture
def engine(empty_database_url):
    engine = create_engine(empty_database_url)
    prepare(engine)
    METADATA.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(COUNTERS).values(id=1, value=0))
    yield engine
    engine.dispose()


def increment(engine: Engine, times: int) -> None:
    for _ in range(times):
        with Session(engine) as session, session.begin():
            session.connection(execution_options=WRITING)
            value = session.scalar(select(COUNTERS.c.value).with_for_update())
            session.execute(update(COUNTERS).values(value=value + 1))


def test_two_writers_lose_no_update(engine):
    with ThreadPoolExecutor(max_workers=2) as writers:
        for writing in [writers.submit(increment, engine, 100) for _ in range(2)]:
            writing.result()

    with engine.connect() as connection:
        assert connection.scalar(select(COUNTERS.c.value)) == 200


def test_a_reference_to_nothing_is_refused(engine):
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(insert(LINES).values(counter_id=2))


def test_a_reader_sees_the_last_commit_while_another_writes(engine):
    with engine.connect().execution_options(**WRITING) as writer, engine.connect() as reader:
        writer.execute(update(COUNTERS).values(value=7))

        assert reader.scalar(select(COUNTERS.c.value)) == 0


def test_a_savepoint_undoes_its_own_part_alone(engine):
    with Session(engine) as session, session.begin():
        session.execute(update(COUNTERS).values(value=1))
        with session.begin_nested() as part:
            session.execute(update(COUNTERS).values(value=2))
            part.rollback()

    with engine.connect() as connection:
        assert connection.scalar(select(COUNTERS.c.value)) == 1


@pytest.mark.databases("sqlite")
def test_sqlite_is_opened_with_the_pragmas_that_make_it_safe(engine):
    with engine.connect() as connection:
        pragmas = ("busy_timeout", "foreign_keys", "journal_mode", "synchronous")
        values = {name: connection.scalar(text(f"PRAGMA {name}")) for name in pragmas}

    normal = 1
    assert values == {
        "busy_timeout": 5000,
        "foreign_keys": 1,
        "journal_mode": "wal",
        "synchronous": normal,
    }


@pytest.mark.databases("sqlite")
def test_a_deferred_transaction_that_read_may_not_overwrite_what_changed_since(engine):
    with engine.connect() as late, engine.connect() as early:
        late.execute(select(COUNTERS))
        early.execute(update(COUNTERS).values(value=1))
        early.commit()

        with pytest.raises(OperationalError, match="database is locked"):
            late.execute(update(COUNTERS).values(value=2))


@pytest.mark.databases("sqlite")
def test_preparing_twice_changes_nothing(engine):
    prepare(engine)

    with engine.begin() as connection:
        assert connection.scalar(select(COUNTERS.c.value)) == 0


@pytest.mark.databases("sqlite")
def test_an_unknown_way_to_begin_is_refused(engine):
    with pytest.raises(KeyError, match="EVENTUALLY"):
        engine.connect().execution_options(sqlite_begin="EVENTUALLY").begin()
