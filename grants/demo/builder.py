"""Builds the demonstration by the operations that people use, at dates counted back from today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

import grants.calls
from grants.accounts.models import User
from grants.accounts.operations import find_user
from grants.calls.acts import form_of
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.calls.models import Call
from grants.calls.operations import import_call, open_call
from grants.demo.people import add_people, organisation_named
from grants.demo.story import (
    Act,
    DossierStory,
    Moment,
    OpinionDraft,
    Rewriting,
    read_dossiers,
    read_people,
)
from grants.dossiers.models import Dossier
from grants.dossiers.operations import (
    Change,
    answer_token,
    draft_of,
    fire,
    save_answers,
    save_opinion,
    start,
)
from grants.dossiers.papers import model_bytes
from grants.wording import PARIS, local_day

CALL_FILE = Path(grants.calls.__file__).parent / "library" / "hlm-accompagnes.yaml"
IMPORTED_DAYS_AGO = 50
OPENED_DAYS_AGO = 45
CLOSES_IN_DAYS = 30


def build(
    session: Session, *, now: datetime, progress: Callable[[str], None] = lambda _: None
) -> list[Dossier]:
    """Everybody, the open call and its ten dossiers, in an empty database. The caller commits."""
    progress("Comptes de démonstration")
    manager = add_people(session, read_people(), now=now - timedelta(days=IMPORTED_DAYS_AGO))
    progress("Appel « 10 000 logements HLM accompagnés »")
    call = _open_call(session, manager, now)
    stories = read_dossiers()
    dossiers = []
    for number, story in enumerate(stories, start=1):
        progress(f"Dossier {number} sur {len(stories)} : {story.organisation}")
        dossiers.append(_Telling(session, call, now, offset=number).tell(story))
    return dossiers


def _open_call(session: Session, manager: User, now: datetime) -> Call:
    imported = now - timedelta(days=IMPORTED_DAYS_AGO)
    revision = import_call(
        session,
        CALL_FILE.read_text(encoding="utf-8"),
        actor=manager,
        now=imported,
        models=model_bytes,
        dates=(
            _at(now, -OPENED_DAYS_AGO, time(9)),
            _at(now, CLOSES_IN_DAYS + 1, time(0)),
        ),
    )
    open_call(session, revision.call, actor=manager, now=imported + timedelta(days=1))
    return revision.call


def _at(now: datetime, days: int, hour: time) -> datetime:
    return datetime.combine(local_day(now) + timedelta(days=days), hour, PARIS)


def workday(now: datetime, ago: int, hour: time) -> datetime:
    """The `ago`-th day before today that is no Saturday nor Sunday."""
    day = local_day(now)
    while ago:
        day -= timedelta(days=1)
        ago -= day.weekday() < 5
    return datetime.combine(day, hour, PARIS)


@dataclass(slots=True)
class _Telling:
    """One dossier's story under way. `offset` spreads the hours of the day."""

    session: Session
    call: Call
    now: datetime
    offset: int

    def tell(self, story: DossierStory) -> Dossier:
        organisation = organisation_named(self.session, story.organisation)
        dossier = start(
            self.session,
            self.call,
            organisation,
            actor=self._person(story.begun),
            now=self._when(story.begun),
        )
        self._write(dossier, story.answers, story.begun)
        for moment in story.story:
            self._happen(dossier, moment)
        return dossier

    def _happen(self, dossier: Dossier, moment: Act | OpinionDraft | Rewriting) -> None:
        match moment:
            case Act():
                self._act(dossier, moment)
            case OpinionDraft():
                self._draft_opinion(dossier, moment)
            case Rewriting():
                self._write(dossier, moment.write, moment)

    def _act(self, dossier: Dossier, moment: Act) -> None:
        call = self._definition
        form = form_of(call, call.circuit.transitions[moment.act])
        inputs = {
            key: form.fields[key].decode(self._dated(value))
            for key, value in moment.inputs.items()
            if form is not None
        }
        fire(
            self.session,
            dossier,
            moment.act,
            actor=self._person(moment),
            now=self._when(moment),
            step=dossier.step,
            inputs=inputs,
            certified=True,
        )

    def _dated(self, value: Any) -> Any:
        if isinstance(value, dict) and value.keys() == {"in_days"}:
            return (local_day(self.now) + timedelta(days=value["in_days"])).isoformat()
        return value

    def _draft_opinion(self, dossier: Dossier, moment: OpinionDraft) -> None:
        call = self._definition
        fields = call.opinions[moment.opinion].form.fields
        save_opinion(
            self.session,
            dossier,
            moment.opinion,
            {key: fields[key].decode(value) for key, value in moment.answers.items()},
            revision=draft_of(dossier, call, moment.opinion).revision,
            actor=self._person(moment),
            now=self._when(moment),
        )

    def _write(self, dossier: Dossier, answers: Mapping[str, Any], moment: Moment) -> None:
        """Write answers given as stored, over whatever stands there."""
        rows = {each.field_key: each for each in dossier.answers}
        changes = []
        for key, stored in answers.items():
            row = rows.get(key)
            base = answer_token(row.revision, row.value) if row else answer_token(0, None)
            value = self._definition.form.answerable(key).decode(stored)
            changes.append(Change(key, value, base))
        save_answers(
            self.session,
            dossier,
            changes,
            actor=self._person(moment),
            now=self._when(moment),
        )

    @property
    def _definition(self) -> CallDefinition:
        if self.call.revision is None:
            raise LookupError("an open call has its revision")
        return definition_of(self.call.revision)

    def _person(self, moment: Moment) -> User:
        user = find_user(self.session, moment.by)
        if user is None:
            raise LookupError(moment.by)
        return user

    def _when(self, moment: Moment) -> datetime:
        minutes = (moment.workdays_ago * 47 + self.offset * 23) % 480
        hour = time(9 + minutes // 60, minutes % 60)
        return workday(self.now, moment.workdays_ago, hour)
