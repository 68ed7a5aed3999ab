"""The installation that a command works on: its settings and its database."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from grants.cli.french import Refused
from grants.cli.schema import newest_revision, revision_of
from grants.config import Settings, read_settings
from grants.database import WRITING, prepare

ROOT = Path(__file__).parents[2]


def now() -> datetime:
    return datetime.now(UTC)


def settings_of(environ: Mapping[str, str] = os.environ) -> Settings:
    """:raises Refused: with every wrong setting."""
    try:
        return read_settings(environ, ROOT)
    except ValueError as error:
        raise Refused(str(error)) from error


def engine_of(settings: Settings) -> Engine:
    engine = create_engine(settings.database_url)
    prepare(engine)
    return engine


def check_schema(engine: Engine) -> None:
    """:raises Refused: when the tables are not those that this version works with."""
    found, wanted = revision_of(engine), newest_revision()
    if found is None:
        raise Refused("La base est vide : lancez « grants db upgrade » (ou « grants demo »).")
    if found != wanted:
        raise Refused(
            f"La base est à la révision {found}, l’application à {wanted} : "
            "lancez « grants db upgrade »."
        )


@contextmanager
def reading() -> Iterator[tuple[Settings, Session]]:
    """The settings, and a session on an up-to-date database."""
    settings = settings_of()
    engine = engine_of(settings)
    check_schema(engine)
    try:
        with Session(engine) as session:
            yield settings, session
    finally:
        engine.dispose()


@contextmanager
def writing() -> Iterator[tuple[Settings, Session]]:
    """The same, in one transaction that ends with the block, or is undone by an exception."""
    with reading() as (settings, session), session.begin():
        session.connection(execution_options=WRITING)
        yield settings, session


def sessions_of(engine: Engine) -> partial[Session]:
    return partial(sessionmaker(engine))


def columns(rows: Sequence[tuple[str, ...]], titles: tuple[str, ...]) -> str:
    """A table in plain text, each column as wide as its widest cell."""
    lines = [titles, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
