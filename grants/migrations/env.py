"""Runs the migrations on the application's database, for Flask-Migrate."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection, Engine

from grants.orm import Base, UtcDateTime


def item_as_written(kind: str, item: object, _autogenerate: AutogenContext) -> str | Literal[False]:
    """In a migration an instant is what the databases keep, whatever our type does in Python."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def connect(engine: Engine) -> Connection:
    """A connection that may rebuild tables.

    SQLite changes a table by copying it and dropping the old one: references to it would then be
    broken. They are not enforced meanwhile, and checked before the end. Only outside a transaction
    does SQLite hear this, hence the driver's own connection.
    """
    connection = engine.connect()
    if engine.dialect.name == "sqlite":
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        connection.execution_options(sqlite_begin="IMMEDIATE")
    return connection


def check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"broken references: {broken}")


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    connection = connect(engine)
    try:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=item_as_written,
            render_as_batch=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            check_references(connection)
    finally:
        # Not back into the pool: on SQLite it no longer enforces references.
        connection.invalidate()
        connection.close()


run()
