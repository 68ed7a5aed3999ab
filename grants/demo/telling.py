"""Tells a dossier's story by the operations that people use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.accounts.operations import find_user
from grants.calls.acts import SLOT, form_of
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.calls.models import Call, HearingSlot
from grants.demo.days import workday
from grants.demo.paper import paper
from grants.demo.people import organisation_named
from grants.demo.story import (
    Act,
    DossierStory,
    Happening,
    Joining,
    Moment,
    OpinionDraft,
    Rewriting,
    SheetDraft,
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
from grants.dossiers.operations.files import add_file
from grants.dossiers.operations.hearings import option_of
from grants.dossiers.operations.parties import invite_party, join_as_party
from grants.dossiers.operations.sheets import save_sheet, sheet_of
from grants.files import FileStore
from grants.forms import FormDefinition
from grants.forms.types.file import FileField
from grants.wording import local_day


@dataclass
class Telling:
    """The stories of one call. `store` keeps the files, where its form asks for some."""

    session: Session
    call: Call
    now: datetime
    store: FileStore | None = None
    #: Spreads the hours of the day from one dossier to the next.
    offset: int = 0

    def tell(self, story: DossierStory, number: int) -> Dossier:
        self.offset = number
        dossier = start(
            self.session,
            self.call,
            organisation_named(self.session, story.organisation),
            actor=self._person(story.begun),
            now=self._when(story.begun),
            answers=self._decoded(self._definition.form, story.answers),
        )
        self._write_part(dossier, None, story.answers, story.begun)
        for moment in story.story:
            self._happen(dossier, moment, story)
        return dossier

    def _happen(self, dossier: Dossier, moment: Happening, story: DossierStory) -> None:
        match moment:
            case Act():
                self._act(dossier, moment)
            case OpinionDraft():
                self._draft_opinion(dossier, moment)
            case SheetDraft():
                self._draft_sheet(dossier, moment)
            case Rewriting():
                self._write(dossier, moment.write, moment)
            case Joining():
                self._join(dossier, moment)
                self._write_part(dossier, moment.joins, story.answers, moment)

    def _act(self, dossier: Dossier, moment: Act) -> None:
        call = self._definition
        transition = call.circuit.transitions[moment.act]
        form = form_of(call, transition)
        given = {key: self._dated(value) for key, value in moment.inputs.items()}
        inputs = self._decoded(form, given) if form is not None else {}
        if moment.slot is not None:
            inputs[SLOT] = option_of(self._slot(transition.books or "", moment.slot))
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

    def _slot(self, hearing: str, number: int) -> HearingSlot:
        rows = select(HearingSlot).where(
            HearingSlot.call_id == self.call.id, HearingSlot.hearing_key == hearing
        )
        return self.session.scalars(rows.order_by(HearingSlot.starts_at)).all()[number - 1]

    def _draft_opinion(self, dossier: Dossier, moment: OpinionDraft) -> None:
        call = self._definition
        save_opinion(
            self.session,
            dossier,
            moment.opinion,
            self._decoded(call.opinions[moment.opinion].form, moment.answers),
            revision=draft_of(dossier, call, moment.opinion).revision,
            actor=self._person(moment),
            now=self._when(moment),
        )

    def _draft_sheet(self, dossier: Dossier, moment: SheetDraft) -> None:
        scorer = self._person(moment)
        sheet = sheet_of(dossier, moment.grid, scorer)
        save_sheet(
            self.session,
            dossier,
            moment.grid,
            self._decoded(self._definition.grids[moment.grid].form, moment.answers),
            revision=sheet.revision if sheet else 0,
            actor=scorer,
            now=self._when(moment),
        )

    def _join(self, dossier: Dossier, moment: Joining) -> None:
        newcomer, now = self._person(moment), self._when(moment)
        invitation, _token = invite_party(
            self.session,
            dossier,
            moment.joins,
            email=newcomer.email,
            actor=dossier.created_by,
            now=now,
        )
        organisation = organisation_named(self.session, moment.organisation)
        join_as_party(self.session, invitation, organisation, actor=newcomer, now=now)

    def _write_part(
        self, dossier: Dossier, party: str | None, answers: Mapping[str, Any], moment: Moment
    ) -> None:
        """What of the answers is that party's to give."""
        form = self._definition.form
        own = {key: each for key, each in answers.items() if form.section_of(key).party == party}
        self._write(dossier, own, moment)

    def _write(self, dossier: Dossier, answers: Mapping[str, Any], moment: Moment) -> None:
        """Write answers given as stored, over whatever stands there."""
        form = self._definition.form
        rows = {each.field_key: each for each in dossier.answers}
        changes = []
        for key, stored in answers.items():
            if isinstance(form.fields.get(key), FileField):
                self._hand_in(dossier, key, stored or [], moment)
                continue
            row = rows.get(key)
            base = answer_token(row.revision, row.value) if row else answer_token(0, None)
            changes.append(Change(key, form.answerable(key).decode(stored), base))
        save_answers(
            self.session, dossier, changes, actor=self._person(moment), now=self._when(moment)
        )

    def _hand_in(
        self, dossier: Dossier, key: str, files: list[dict[str, Any]], moment: Moment
    ) -> None:
        """A page that says what it stands for, in place of each file named."""
        if self.store is None:
            raise LookupError("this call's form asks for files")
        label = self._definition.form.fields[key].label
        for each in files:
            add_file(
                self.session,
                dossier,
                key,
                BytesIO(paper("Données de démonstration", label, dossier.organisation.name)),
                each["name"],
                actor=self._person(moment),
                now=self._when(moment),
                store=self.store,
            )

    @cached_property
    def _definition(self) -> CallDefinition:
        if self.call.revision is None:
            raise LookupError("an open call has its revision")
        return definition_of(self.call.revision)

    def _decoded(self, form: FormDefinition, stored: Mapping[str, Any]) -> dict[str, Any]:
        return {key: form.answerable(key).decode(value) for key, value in stored.items()}

    def _person(self, moment: Moment) -> User:
        user = find_user(self.session, moment.by)
        if user is None:
            raise LookupError(moment.by)
        return user

    def _when(self, moment: Moment) -> datetime:
        minutes = (moment.workdays_ago * 47 + self.offset * 23) % 480
        hour = time(9 + minutes // 60, minutes % 60)
        return workday(self.now, moment.workdays_ago, hour)
