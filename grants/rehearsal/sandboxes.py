"""Sandboxes: throw-away instances kept for a few days inside the real one.

Each is a folder under a random name: a call set up in a database of its own, the files handed in
there, and `sandbox.json`, written last, without which the folder is no sandbox.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

from pydantic import TypeAdapter, ValidationError

from grants.config import Settings
from grants.orm import Base
from grants.rehearsal.stage import MovableClock, Part, Rehearsal, staged

KEPT_FOR: Final = timedelta(days=7)
#: For one person.
AT_MOST: Final = 3
#: Under the address of the site: `/essai/<token>/`.
PLACE: Final = "essai"
_TOKEN_BYTES: Final = 16
_TOKEN_LENGTH: Final = 2 * _TOKEN_BYTES
#: A folder is filled in some seconds; one that is not whole by then never will be.
_MADE_WITHIN: Final = timedelta(hours=1)
_one_makes = Lock()


class TooManySandboxes(Exception):
    """This person has as many as one may have."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    token: str
    #: Those of the throw-away instance.
    settings: Settings
    rehearsal: Rehearsal
    #: Address of the person who made it, and alone may enter.
    owner: str
    made_at: datetime
    #: Number of the revision tried; None for a file that was not imported.
    revision: int | None

    @property
    def address(self) -> str:
        """Where it is entered, below the address of the site."""
        return f"/{PLACE}/{self.token}/essayer"

    @property
    def ends_at(self) -> datetime:
        return self.made_at + KEPT_FOR


@dataclass(frozen=True, slots=True)
class Sandboxes:
    """The sandboxes of an installation."""

    real: Settings

    def make(
        self, source: str, *, owner: str, revision: int | None, way_out: str, now: datetime
    ) -> Sandbox:
        """:param way_out: address of the page that it is left for.

        :raises TooManySandboxes: when `owner` has `AT_MOST`.
        :raises CallFileInvalid: for a file at fault.
        :raises CallRefused: when the call cannot be opened.
        """
        with _one_makes:
            if len(self.of(owner)) >= AT_MOST:
                raise TooManySandboxes
            token = secrets.token_hex(_TOKEN_BYTES)
            settings = self._settings(token)
            settings.instance.mkdir(mode=0o700, parents=True)
            try:
                rehearsal = replace(staged(settings, source), way_out=way_out)
                sandbox = Sandbox(token, settings, rehearsal, owner, now, revision)
                _write(sandbox)
            except BaseException:
                shutil.rmtree(settings.instance)
                raise
        return sandbox

    def find(self, token: str) -> Sandbox | None:
        """None when it was erased, or its tables are those of another version of ours."""
        if len(token) != _TOKEN_LENGTH or not set(token) <= set("0123456789abcdef"):
            return None
        return _read(token, self._settings(token))

    def of(self, owner: str, slug: str | None = None) -> list[Sandbox]:
        """A person's own, the newest first; of one call with its `slug`."""
        found = [
            each
            for each in map(self.find, self._names())
            if each and each.owner == owner and slug in (None, each.rehearsal.slug)
        ]
        return sorted(found, key=lambda each: each.made_at, reverse=True)

    def erase(self, token: str) -> None:
        """Gone at once for whoever looks, then from the disk."""
        erased = self.folder / f"{token}.erased"
        with suppress(FileNotFoundError):  # a second press
            (self.folder / token).rename(erased)
        shutil.rmtree(erased, ignore_errors=True)

    def erase_all(self) -> None:
        for name in self._names():
            self.erase(name)

    def sweep(self, *, now: datetime) -> int:
        """Erase those that are over, and what remains of others; how many folders."""
        over = [name for name in self._names() if self._is_over(name, now)]
        for name in over:
            shutil.rmtree(self.folder / name, ignore_errors=True)
        return len(over)

    @property
    def folder(self) -> Path:
        return self.real.instance / "sandboxes"

    def _names(self) -> Iterator[str]:
        if self.folder.is_dir():
            yield from sorted(each.name for each in self.folder.iterdir())

    def _is_over(self, name: str, now: datetime) -> bool:
        found = self.find(name)
        if found is not None:
            return found.ends_at <= now
        with suppress(FileNotFoundError):
            touched = datetime.fromtimestamp((self.folder / name).stat().st_mtime, UTC)
            return touched + _MADE_WITHIN <= now
        return False

    def _settings(self, token: str) -> Settings:
        """The real ones, with nothing that leads outside; secrets of its own."""
        folder = self.folder / token
        return replace(
            self.real,
            instance=folder,
            database_url=f"sqlite:///{folder / 'grants.sqlite'}",
            base_url=f"{self.real.base_url}/{PLACE}/{token}",
            smtp=None,
            demo=True,
            second_factor="off",
            proxies=0,
            secret_key=_derived(self.real.secret_key, token),
            password_salt=_derived(self.real.password_salt, token),
            totp_secret=_derived(self.real.totp_secret, token),
        )


def _derived(secret: str, token: str) -> str:
    """Made of a real secret, and tells nothing of it."""
    return hmac.new(secret.encode(), f"sandbox {token}".encode(), hashlib.sha256).hexdigest()


@cache
def _tables() -> str:
    """Changes with the tables of the application, which sandboxes do not follow."""
    columns = [
        f"{name}.{column.name}"
        for name, table in sorted(Base.metadata.tables.items())
        for column in table.columns
    ]
    return hashlib.sha256("\n".join(columns).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Kept:
    """What `sandbox.json` holds."""

    title: str
    slug: str
    parts: tuple[Part, ...]
    way_out: str
    owner: str
    made_at: datetime
    revision: int | None
    tables: str


_JSON: Final = TypeAdapter(_Kept)


def _write(sandbox: Sandbox) -> None:
    played = sandbox.rehearsal
    kept = _Kept(
        title=played.title,
        slug=played.slug,
        parts=played.parts,
        way_out=played.way_out,
        owner=sandbox.owner,
        made_at=sandbox.made_at,
        revision=sandbox.revision,
        tables=_tables(),
    )
    draft = sandbox.settings.instance / "sandbox.json.draft"
    draft.write_bytes(_JSON.dump_json(kept))
    draft.rename(draft.with_suffix(""))


def _read(token: str, settings: Settings) -> Sandbox | None:
    folder = settings.instance
    try:
        kept = _JSON.validate_json((folder / "sandbox.json").read_bytes())
    except (OSError, ValidationError):
        return None
    if kept.tables != _tables():
        return None
    clock = MovableClock(folder / "clock")
    played = Rehearsal(kept.title, kept.slug, kept.parts, clock, kept.way_out)
    return Sandbox(token, settings, played, kept.owner, kept.made_at, kept.revision)
