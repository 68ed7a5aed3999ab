"""A call set up around today with its people, for somebody to play every role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, delete
from sqlalchemy.orm import Session

# The tables of a throw-away instance are those of the models imported here.
import grants.dossiers.models
import grants.mail.models  # noqa: F401
from grants.calls.definition import CallDefinition, Sitting
from grants.calls.loader import definition_of
from grants.calls.models import Call, HearingSlot
from grants.calls.operations import add_manager, import_call, open_call
from grants.config import Settings
from grants.database import WRITING, prepare
from grants.dossiers.operations.sittings import add_slots
from grants.dossiers.papers import model_bytes
from grants.orm import Base
from grants.rehearsal.cast import Cast, Player, cast
from grants.wording import local_day

#: The call opened that long ago, and closes that much later.
_OPENED: Final = timedelta(days=1)
_OPEN_FOR: Final = timedelta(days=45)
#: When the hearings are: what the file says may be long past.
_HEARD_IN_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody to sign in as."""

    user_id: int
    name: str
    #: The organisation or the service.
    body: str
    #: What the person is, as the call words it.
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MovableClock:
    """The machine's clock, some days ahead; a file keeps how many, for all processes."""

    file: Path

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=self.days)

    @property
    def days(self) -> int:
        return int(self.file.read_text(encoding="ascii")) if self.file.exists() else 0

    def advance(self, days: int) -> None:
        self.file.write_text(str(self.days + days), encoding="ascii")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the pages of a throw-away instance know of it."""

    title: str
    slug: str
    parts: tuple[Part, ...]
    clock: MovableClock
    #: Address of the page that it is left for; empty: it ends with its process.
    way_out: str = ""

    @property
    def bodies(self) -> dict[str, list[Part]]:
        """The people by organisation or service, in the order of a dossier's way."""
        found: dict[str, list[Part]] = {}
        for part in self.parts:
            found.setdefault(part.body, []).append(part)
        return found


def staged(settings: Settings, source: str) -> Rehearsal:
    """Make the tables of a throw-away instance, and set the call up in them.

    :raises CallFileInvalid: for a file at fault.
    :raises CallRefused: when the call cannot be opened.
    """
    engine = create_engine(settings.database_url)
    prepare(engine)
    try:
        Base.metadata.create_all(engine)
        with Session(engine) as session, session.begin():
            session.connection(execution_options=WRITING)
            return set_up(session, source, settings.instance)
    finally:
        engine.dispose()


def set_up(session: Session, source: str, folder: Path) -> Rehearsal:
    """Import and open the call in an empty database, with a cast. The caller commits.

    :raises CallFileInvalid: for a file at fault.
    :raises CallRefused: when the call cannot be opened.
    """
    clock = MovableClock(folder / "clock")
    now = clock()
    began = now - 2 * _OPENED
    revision = import_call(
        session,
        source,
        actor=None,
        now=began,
        models=model_bytes,
        dates=(now - _OPENED, now + _OPEN_FOR),
    )
    call, definition = revision.call, definition_of(revision)
    people = cast(session, definition, now=began)
    add_manager(session, call, people.manager)
    open_call(session, call, actor=people.manager, now=began)
    _make_slots(session, call, definition, now)
    return Rehearsal(definition.title, definition.slug, _parts(people, definition), clock)


def _parts(people: Cast, call: CallDefinition) -> tuple[Part, ...]:
    manager = Player(people.manager, "Responsable de l’appel", ())
    return tuple(
        Part(
            each.user.id,
            each.user.name,
            each.body,
            tuple(call.circuit.roles[role].label for role in each.roles),
        )
        for each in [*people.players, manager]
        if each.roles or each is manager
    )


def _make_slots(session: Session, call: Call, definition: CallDefinition, now: datetime) -> None:
    """The runs of each hearing as the file has them, but on the days that follow one to come."""
    session.execute(delete(HearingSlot).where(HearingSlot.call_id == call.id))
    for hearing in definition.hearings.values():
        days = sorted({sitting.day for sitting in hearing.slots})
        for sitting in hearing.slots:
            day = _monday(now, _HEARD_IN_DAYS) + timedelta(days=days.index(sitting.day))
            moved: Sitting = sitting.model_copy(update={"day": day})
            if moved.starts:
                add_slots(
                    session, call, hearing.key, moved, place=hearing.place, actor=None, now=now
                )


def _monday(now: datetime, days: int) -> date:
    """The Monday that comes that many days later."""
    day = local_day(now) + timedelta(days=days)
    return day + timedelta(days=-day.weekday() % 7)
