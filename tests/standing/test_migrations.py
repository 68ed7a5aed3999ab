"""The migrations make exactly the tables that the models describe, on both databases."""

from types import SimpleNamespace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from grants.cli.schema import downgrade, newest_revision, revision_of, upgrade
from grants.database import prepare
from tests.databases import tables

#: A call, and two lines of its journal.
SLOTS_CHANGED = (
    """
    INSERT INTO call (id, slug, title, opens_at, closes_at, dossier_count, created_at)
    VALUES (1, 'one', 'One', '2026-11-16 11:00:00+00', '2026-12-16 11:00:00+00', 0,
            '2026-11-16 11:00:00+00')
    """,
    """
    INSERT INTO call_event (id, call_id, kind, detail, at)
    VALUES (1, 1, 'opened', '{}', '2026-11-16 11:00:00+00'),
           (2, 1, 'slots', '{}', '2026-11-16 11:00:00+00')
    """,
)


@pytest.fixture
def settings(empty_database_url, tmp_path):
    return SimpleNamespace(database_url=empty_database_url, instance=tmp_path)


@pytest.fixture
def engine(empty_database_url):
    engine = create_engine(empty_database_url)
    prepare(engine)
    yield engine
    engine.dispose()


def constraints(engine):
    """{table: names of its checks, unique keys and references}; the comparison skips them."""
    seen = inspect(engine)
    return {
        table: {
            *(each["name"] for each in seen.get_check_constraints(table)),
            *(each["name"] for each in seen.get_unique_constraints(table)),
            *(each["name"] for each in seen.get_foreign_keys(table)),
        }
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def test_an_empty_database_becomes_what_the_models_describe(settings, engine):
    upgrade(settings)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables()) == []
    assert revision_of(engine) == newest_revision()


def test_no_constraint_of_the_models_is_missing(settings, engine):
    upgrade(settings)
    migrated = constraints(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
        tables().drop_all(connection)
    tables().create_all(engine)

    assert migrated == constraints(engine)


def test_going_back_leaves_no_table(settings, engine):
    upgrade(settings)
    downgrade(settings)

    assert inspect(engine).get_table_names() == ["alembic_version"]
    assert revision_of(engine) is None


def test_going_back_forgets_the_changes_of_hearing_slots(settings, engine):
    upgrade(settings)
    with engine.begin() as connection:
        for statement in SLOTS_CHANGED:
            connection.execute(text(statement))

    downgrade(settings, "0002")

    with engine.connect() as connection:
        assert connection.scalars(text("SELECT kind FROM call_event")).all() == ["opened"]


def test_an_upgraded_database_is_left_as_it_is(settings, engine):
    upgrade(settings)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO security_role (name) VALUES ('kept')"))

    upgrade(settings)

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT name FROM security_role")) == "kept"


def test_references_are_enforced_again_after_a_migration(settings, engine):
    upgrade(settings)

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("INSERT INTO user_security_role VALUES (1, 1)"))
