"""Time and SQL statements of what a browser asks for."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event, select

from grants.accounts.models import User
from grants.app import create_app
from grants.config import read_settings
from grants.extensions import db


@dataclass(frozen=True, slots=True)
class Measure:
    milliseconds: float
    statements: int


class Site:
    """The application on a database, and people signed in to it."""

    def __init__(self, url: str, folder: Path, *, now: datetime) -> None:
        settings = read_settings(
            {"GRANTS_INSTANCE": str(folder), "GRANTS_DATABASE_URL": url, "GRANTS_DEMO": "1"},
            folder,
        )
        self.app: Flask = create_app(settings, clock=lambda: now)
        self.statements = 0
        with self.app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._count)

    def client(self, email: str | None) -> FlaskClient:
        """A browser; with an address, that person's, whose requests may post."""
        client = self.app.test_client()
        if email is None:
            return client
        with self.app.app_context():
            user = db.session.scalars(select(User).where(User.email == email)).one()
            uniquifier, self.user_id = user.fs_uniquifier, user.id
        raw = secrets.token_hex(20)
        with client.session_transaction() as session:
            session.update(_user_id=uniquifier, fs_paa=time.time(), csrf_token=raw)
        signer = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token")
        client.environ_base["HTTP_X_CSRFTOKEN"] = signer.dumps(raw)
        return client

    def measure(self, ask: Callable[[], int], runs: int) -> Measure:
        """The median of `runs`, after a first one that fills the caches."""
        ask()
        times, statements = [], []
        for _ in range(runs):
            self.statements = 0
            started = time.perf_counter()
            ask()
            times.append((time.perf_counter() - started) * 1000)
            statements.append(self.statements)
        return Measure(median(times), round(median(statements)))

    def _count(self, *_: object) -> None:
        self.statements += 1


@contextmanager
def stopwatch() -> Iterator[Callable[[], float]]:
    """Gives the seconds since the block began."""
    started = time.perf_counter()
    yield lambda: time.perf_counter() - started


def medians(ways: list[Callable[[], object]], rounds: int, *, in_a_row: int = 5) -> list[float]:
    """Milliseconds of each way, all taken in turn so that a slow moment slows them all.

    Each turn takes a few in a row, as a batch does.
    """
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds + 1):
        for way, found in zip(ways, times, strict=True):
            with stopwatch() as seconds:
                for _ in range(in_a_row):
                    way()
                found.append(seconds() * 1000 / in_a_row)
    return [median(found[1:]) for found in times]  # the first round fills the caches
