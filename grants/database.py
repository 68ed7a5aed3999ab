"""How each database keeps writers apart where its own defaults would not."""

from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, Engine, event, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

#: Execution options of a transaction that will write. On SQLite it takes the write lock at its
#: first statement, so that what it read cannot change before it writes; elsewhere they do nothing
#: (there, lock the row: ``select(...).with_for_update()``, which SQLite ignores).
WRITING = {"sqlite_begin": "IMMEDIATE"}

_BEGIN = {"DEFERRED": "BEGIN DEFERRED", "IMMEDIATE": "BEGIN IMMEDIATE"}

_PRAGMAS = (
    "PRAGMA busy_timeout = 5000",  # first: the others may have to wait for a writer
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
)


def prepare(engine: Engine) -> None:
    """Make a SQLite engine safe for concurrent writers. Other engines need nothing.

    Call it before the first connection. A transaction begins DEFERRED, or as its execution option
    ``sqlite_begin`` says: see `WRITING`.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open)
        event.listen(engine, "begin", _begin)


def _open(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    # sqlite3 would begin by itself, and only at the first write: what was read before would belong
    # to no transaction, and two writers would overwrite each other. `_begin` alone begins.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(_BEGIN[mode])


def take_turns(session: Session, name: str) -> None:
    """One transaction at a time for `name`, until this one ends: what it looked for and did not
    find is not written meanwhile. There is no row to lock yet.

    On SQLite the writers of a `WRITING` transaction already take turns.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
