"""An application on the walked world, and everybody's requests to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from grants.app import create_app
from grants.config import read_settings
from tests.databases import ROOT
from tests.factories import NOW
from tests.standing.access_table import PEOPLE, RESEMBLING, SAMPLE, Line
from tests.standing.access_world import Walked, digest, undone
from tests.web.conftest import sign_as

OF_EACH_KIND = tuple(each for each in PEOPLE if each not in RESEMBLING)


@dataclass
class Walk:
    """The application on one database, and its visitors."""

    kind: str
    app: Flask
    walked: Walked
    #: Digests of the tables as they were made.
    rows: dict[str, str]
    visitors: dict[str, dict[str, str]] = field(default_factory=dict)

    def people(self, state: str) -> tuple[str, ...]:
        """Whom to ask in that state: one of each kind; on SQLite, in a sample of the states, those
        too who resemble somebody else."""
        return PEOPLE if state in SAMPLE and self.kind == "sqlite" else OF_EACH_KIND

    def headers(self, person: str) -> dict[str, str]:
        """The session's cookie and its token, as after signing in."""
        if person not in self.visitors:
            self.visitors[person] = self._signed_in(person)
        return self.visitors[person]

    def _signed_in(self, person: str) -> dict[str, str]:
        client = self.app.test_client()
        sign_as(client, self.walked.people.get(person))
        cookie = client.get_cookie("session")
        assert cookie is not None
        return {
            "Cookie": f"session={cookie.value}",
            "X-CSRFToken": client.environ_base["HTTP_X_CSRFTOKEN"],
        }

    def ask(
        self, method: str, address: str, person: str, sent: Any = None, **more: str
    ) -> TestResponse:
        client = self.app.test_client(use_cookies=False)
        return client.open(
            address,
            method=method,
            headers={**self.headers(person), **more},
            data=sent,
            # Limits of rate are by address, and not what is walked here.
            environ_overrides={"REMOTE_ADDR": f"10.0.0.{PEOPLE.index(person)}"},
        )

    def line(self, line: Line, person: str, state: str = "") -> tuple[str, TestResponse]:
        names = self.walked.names_for(person, state)
        sent = {key: text.format_map(names) for key, text in line.sent.items()}
        response = self.ask(line.method, address_of(line, names), person, sent or None)
        return told(response), response

    def line_without_token(self, line: Line, person: str) -> tuple[str, str]:
        """The address and its answer to a form whose token is missing; the session has one."""
        names = self.walked.names_for(person, "submitted")
        sent = {key: text.format_map(names) for key, text in line.sent.items()}
        address = address_of(line, names)
        return address, told(self.ask("POST", address, person, sent, **{"X-CSRFToken": ""}))


@contextmanager
def unwritten(walk: Walk, what: str, surprises: list[str]) -> Iterator[None]:
    """Add to the surprises when something is written in here."""
    with undone(walk.app) as connection:
        yield
        changed = [table for table, rows in digest(connection).items() if rows != walk.rows[table]]
        if changed:
            surprises.append(f"{what} wrote in {changed}")


def an_app(url: str, instance: Any, **environ: str) -> Flask:
    usual = {
        "GRANTS_INSTANCE": str(instance),
        "GRANTS_DATABASE_URL": url,
        "GRANTS_SECOND_FACTOR": "optional",
    }
    app = create_app(read_settings(usual | environ, ROOT), clock=lambda: NOW)
    app.testing = True
    return app


def address_of(line: Line, names: dict[str, str]) -> str:
    def filled(found: re.Match[str]) -> str:
        name = found[1]
        return (line.at.get(name) or names[name]).format_map(names)

    path = re.sub(r"<(?:[^<>]+:)?(\w+)>", filled, line.rule)
    return f"{path}?{line.asked.format_map(names)}" if line.asked else path


def told(response: TestResponse) -> str:
    """The answer in the table's words."""
    if 300 <= response.status_code < 400:
        path = re.sub("[0-9a-f]{32}", "…", urlsplit(response.headers["Location"]).path)
        return "login" if path == "/connexion" else f"→ {path}"
    return str(response.status_code)
