"""The demonstration, with as many dossiers as wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count, cycle
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, insert, select, update
from sqlalchemy.orm import Session

from grants.calls.models import Call
from grants.database import prepare
from grants.demo import build
from grants.dossiers.models import (
    Answer,
    Decision,
    Dossier,
    DossierEvent,
    DossierVersion,
    OpinionRecord,
    Receipt,
)
from grants.orm import Base

PREFIX = "HLM14"
#: What hangs on a dossier, each after what it points at.
PARTS = (DossierVersion, Decision, OpinionRecord, DossierEvent, Receipt, Answer)


@contextmanager
def world_of(folder: Path, dossiers: int, *, now: datetime) -> Iterator[str]:
    """The address of a database that holds so many dossiers, ten at least."""
    url = f"sqlite:///{folder / f'{dossiers}.sqlite'}"
    engine = create_engine(url)
    prepare(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        build(session, now=now)
    multiply(engine, dossiers)
    yield url
    engine.dispose()


def multiply(engine: Engine, dossiers: int) -> None:
    """Copy the demonstration's dossiers in turn, whole, until there are so many."""
    with engine.connect() as connection:
        # A dossier and its decision point at each other: references are checked no sooner than
        # when all rows are there.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            _copy(connection, dossiers)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"{len(broken)} broken references")
        connection.invalidate()


def _copy(connection: Connection, dossiers: int) -> None:
    originals = _rows(connection, Dossier)
    parts = {part: _rows(connection, part) for part in PARTS}
    numbers = {part: count(1_000_000) for part in PARTS}
    new: dict[Table, list[dict[str, Any]]] = {part.__table__: [] for part in (Dossier, *PARTS)}
    for number, original in zip(
        range(len(originals) + 1, dossiers + 1), cycle(originals), strict=False
    ):
        moved: dict[tuple[type, int], int] = {}
        for part in PARTS:
            for row in parts[part]:
                if row["dossier_id"] != original["id"]:
                    continue
                copy = {**row, "dossier_id": number}
                if "id" in row:
                    copy["id"] = moved[part, row["id"]] = next(numbers[part])
                if row.get("version_id") is not None:
                    copy["version_id"] = moved[DossierVersion, row["version_id"]]
                new[part.__table__].append(copy)
        new[Dossier.__table__].append(
            {
                **original,
                "id": number,
                "reference": f"{PREFIX}-{number:04d}",
                "decision_id": moved.get((Decision, original["decision_id"])),
            }
        )
    for table, rows in new.items():
        if rows:
            connection.execute(insert(table), rows)
    connection.execute(update(Call).values(dossier_count=max(dossiers, len(originals))))


def _rows(connection: Connection, model: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(model.__table__)).mappings()]
