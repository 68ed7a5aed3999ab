"""Builds the demonstration by the operations that people use, at dates counted back from today."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import grants.calls
from grants.accounts.models import User
from grants.accounts.operations import find_user
from grants.calls.definition import Sitting
from grants.calls.models import Call, HearingSlot
from grants.calls.operations import import_call, open_call
from grants.demo.days import at, workday, workday_ahead
from grants.demo.people import add_people, add_staff
from grants.demo.story import (
    CallStory,
    DossierStory,
    SittingStory,
    read_calls,
    read_dossiers,
    read_people,
)
from grants.demo.telling import Telling
from grants.dossiers.models import Dossier
from grants.dossiers.operations.sittings import add_slots
from grants.dossiers.papers import model_bytes
from grants.files import FileStore
from grants.wording import local_day

LIBRARY = Path(grants.calls.__file__).parent / "library"
CALL_FILE = LIBRARY / "hlm-accompagnes.yaml"
IMPORTED_DAYS_AGO = 50
OPENED_DAYS_AGO = 45
CLOSES_IN_DAYS = 30

Progress = Callable[[str], None]


def build(session: Session, *, now: datetime, progress: Progress = lambda _: None) -> list[Dossier]:
    """Everybody of the first call and its ten dossiers, in an empty database. Caller commits."""
    progress("Comptes de démonstration")
    manager = add_people(session, read_people(), now=_imported(now))
    progress("Appel « 10 000 logements HLM accompagnés »")
    call = _imported_call(session, CALL_FILE, manager, now, closes_in_days=CLOSES_IN_DAYS)
    _opened(session, call, manager, now)
    return _told(Telling(session, call, now), read_dossiers(), progress)


def build_library(
    session: Session, *, now: datetime, store: FileStore, progress: Progress = lambda _: None
) -> list[Dossier]:
    """The other calls of the library, after `build`: their people and their dossiers.

    :param store: where the files that their forms ask for are kept.
    """
    manager = find_user(session, read_people().manager.email)
    if manager is None:
        raise LookupError("the first call comes first")
    dossiers = []
    for story in read_calls():
        progress(f"Appel « {story.title} »")
        file = LIBRARY / f"{story.slug}.yaml"
        call = _imported_call(session, file, manager, now, closes_in_days=story.closes_in_days)
        add_staff(session, story, now=_imported(now))
        _hold_sittings(session, call, story, manager, now)
        _opened(session, call, manager, now)
        dossiers += _told(Telling(session, call, now, store), story.dossiers, progress)
    return dossiers


def _told(telling: Telling, stories: Iterable[DossierStory], progress: Progress) -> list[Dossier]:
    stories = list(stories)
    dossiers = []
    for number, story in enumerate(stories, start=1):
        progress(f"Dossier {number} sur {len(stories)} : {story.organisation}")
        dossiers.append(telling.tell(story, number))
    return dossiers


def _imported(now: datetime) -> datetime:
    return now - timedelta(days=IMPORTED_DAYS_AGO)


def _imported_call(
    session: Session, file: Path, manager: User, now: datetime, *, closes_in_days: int
) -> Call:
    revision = import_call(
        session,
        file.read_text(encoding="utf-8"),
        actor=manager,
        now=_imported(now),
        models=model_bytes,
        dates=(
            at(now, -OPENED_DAYS_AGO, time(9)),
            at(now, closes_in_days + 1, time(0)),
        ),
    )
    return revision.call


def _opened(session: Session, call: Call, manager: User, now: datetime) -> None:
    open_call(session, call, actor=manager, now=_imported(now) + timedelta(days=1))


def _hold_sittings(
    session: Session, call: Call, story: CallStory, manager: User, now: datetime
) -> None:
    """The story's hearing slots, in place of those that the file dates in its own year."""
    earlier = session.scalars(select(HearingSlot).where(HearingSlot.call_id == call.id)).all()
    places = {each.hearing_key: each.place for each in earlier}
    session.execute(delete(HearingSlot).where(HearingSlot.call_id == call.id))
    for each in story.sittings:
        sitting = _sitting(each, now)
        place = places[each.hearing]
        add_slots(
            session, call, each.hearing, sitting, place=place, actor=manager, now=_imported(now)
        )


def _sitting(written: SittingStory, now: datetime) -> Sitting:
    days = written.workdays_from_now
    found = workday_ahead(now, days, time(9)) if days > 0 else workday(now, -days, time(9))
    return Sitting(day=local_day(found), start=written.start, end=written.end, every=written.every)
