"""A person for every role of any call: services of the State, own bodies, organisations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import Organisation, Service, User
from grants.accounts.operations import ensure_service
from grants.calls.definition import CallDefinition
from grants.calls.loader import definition_of
from grants.calls.models import Call, HearingSlot
from grants.calls.operations import import_call, open_call
from grants.dossiers.models import Dossier, DossierEvent
from grants.dossiers.operations import (
    Change,
    fire,
    save_answers,
    save_opinion,
    start,
)
from grants.dossiers.operations.answers import row_token
from grants.dossiers.operations.hearings import option_of
from grants.dossiers.operations.parties import invite_party, join_as_party
from grants.forms import Count
from grants.mail.models import Mail
from grants.reference.territories import departments, region_on
from tests.factories import a_member, a_user, an_agent

#: One for each organisation that applies; no call has more.
SIRETS = ("12345678200002", "73282932000074", "44306184100047")


@dataclass(slots=True)
class Cast:
    """Everybody of one call, by role. `now` is the instant of the acts, and may be moved."""

    session: Session
    call: Call
    definition: CallDefinition
    manager: User
    now: datetime
    #: Under None, the organisation that begins.
    organisations: dict[str | None, Organisation]
    people: dict[str, User] = field(default_factory=dict)
    #: {grid: as many scorers as it needs, the first of `people` among them}.
    scorers: dict[str, list[User]] = field(default_factory=dict)

    def begin(self, answers: dict[str, Any]) -> Dossier:
        """A draft with all the answers, every party having joined and written its part."""
        dossier = start(
            self.session,
            self.call,
            self.organisations[None],
            actor=self.writer_of(None),
            now=self.now,
            answers=answers,
        )
        for party in self.definition.parties:
            self.join(dossier, party)
        for party in (None, *self.definition.parties):
            self.write(dossier, party, answers)
        return dossier

    def join(self, dossier: Dossier, party: str) -> None:
        newcomer = self.writer_of(party)
        invitation, _token = invite_party(
            self.session,
            dossier,
            party,
            email=newcomer.email,
            actor=self.writer_of(None),
            now=self.now,
        )
        join_as_party(
            self.session, invitation, self.organisations[party], actor=newcomer, now=self.now
        )

    def write(self, dossier: Dossier, party: str | None, answers: dict[str, Any]) -> None:
        """What of the answers is the party's to write, over whatever stands there."""
        rows = {each.field_key: each for each in dossier.answers}
        changes = [
            Change(key, value, row_token(rows.get(key)))
            for key, value in answers.items()
            if self.definition.form.section_of(key).party == party
        ]
        found = save_answers(
            self.session, dossier, changes, actor=self.writer_of(party), now=self.now
        )
        assert found.conflicts == []

    def act(
        self,
        dossier: Dossier,
        trigger: str,
        role: str | User,
        inputs: dict[str, Any] | None = None,
    ) -> DossierEvent:
        """Fire on the dossier as it stands."""
        return fire(
            self.session,
            dossier,
            trigger,
            actor=self.people[role] if isinstance(role, str) else role,
            now=self.now,
            step=dossier.step,
            inputs=inputs,
            certified=True,
        )

    def opine(self, dossier: Dossier, key: str, role: str, answers: dict[str, Any]) -> None:
        """Draft an opinion; another act gives it."""
        save_opinion(
            self.session,
            dossier,
            key,
            answers,
            revision=0,
            actor=self.people[role],
            now=self.now,
        )

    def slots(self, hearing: str) -> list[HearingSlot]:
        rows = select(HearingSlot).where(
            HearingSlot.call_id == self.call.id, HearingSlot.hearing_key == hearing
        )
        return list(self.session.scalars(rows.order_by(HearingSlot.starts_at)))

    def book(self, dossier: Dossier, trigger: str, role: str, index: int) -> HearingSlot:
        hearing = self.definition.circuit.transitions[trigger].books
        slot = self.slots(hearing or "")[index]
        self.act(dossier, trigger, role, {"slot": option_of(slot)})
        return slot

    def mailed(self) -> list[tuple[str, str]]:
        """(beginning of the address, subject) of the mails queued since the last time."""
        rows = list(self.session.scalars(select(Mail).order_by(Mail.id)))
        for each in rows:
            self.session.delete(each)
        self.session.flush()
        return [(each.recipient.partition("@")[0], each.subject) for each in rows]

    def told(self) -> list[str]:
        """Who was mailed since the last time."""
        return sorted({name for name, _ in self.mailed()})

    def marks(self, grid: str, each: int) -> dict[str, Count]:
        """The same mark for every criterion."""
        return {key: Count(each) for key in self.definition.grids[grid].criteria}

    def writer_of(self, party: str | None) -> User:
        """Somebody who writes the draft for that party."""
        circuit = self.definition.circuit
        editors = circuit.states[circuit.initial].editors
        return next(
            self.people[key]
            for key in editors
            if circuit.roles[key].service is None and circuit.roles[key].party == party
        )


def a_cast(session: Session, source: str, *, now: datetime, home: str) -> Cast:
    """Import and open the call of `source`, staff each of its services in each of its territories.

    :param now: while the call is open by its own dates.
    :param home: code of the department whose services hold the roles of `people`.
    """
    manager = a_user(session, "call-manager", manages_calls=True)
    revision = import_call(session, source, actor=manager, now=now)
    cast = staffed(session, revision.call, manager, now=now, home=home)
    open_call(session, revision.call, actor=manager, now=now)
    return cast


def staffed(session: Session, call: Call, manager: User, *, now: datetime, home: str) -> Cast:
    """Somebody for each role of the call, which stays as it is."""
    definition = definition_of(call.revision)
    parties = (None, *definition.parties)
    organisations = {
        party: Organisation(siret=siret, name=_name_of(definition, party), created_at=now)
        for party, siret in zip(parties, SIRETS, strict=False)
    }
    session.add_all(organisations.values())
    session.flush()
    cast = Cast(session, call, definition, manager, now, organisations)
    for key in definition.circuit.roles:
        cast.people[key] = _person(cast, key, key.replace("_", "-"), home)
    for key in definition.grids:
        cast.scorers[key] = _scorers(cast, key, home)
    _staff_elsewhere(cast, home)
    return cast


def _name_of(definition: CallDefinition, party: str | None) -> str:
    return definition.parties[party].label if party else "Association de démonstration"


def _person(cast: Cast, key: str, name: str, home: str) -> User:
    role = cast.definition.circuit.roles[key]
    if role.service is None:
        return a_member(cast.session, cast.organisations[role.party], name, role.capacity)
    return an_agent(cast.session, _body(cast, role.service, home), name, role.capacity)


def _scorers(cast: Cast, key: str, home: str) -> list[User]:
    grid = cast.definition.grids[key]
    found = [cast.people[role] for role in grid.scored_by]
    first = grid.scored_by[0]
    while len(found) < grid.at_least:
        name = f"{first}-{len(found) + 1}".replace("_", "-")
        found.append(_person(cast, first, name, home))
    return found


def _body(cast: Cast, service: str, code: str) -> Service:
    """The service that handles the dossiers of a department."""
    known = cast.definition.services[service]
    territory = {
        "department": lambda: code,
        "region": lambda: region_on(code, cast.definition.reference_date).code,
        "national": lambda: "",
    }[known.scope]()
    return ensure_service(cast.session, known.kind, territory)


def _staff_elsewhere(cast: Cast, home: str) -> None:
    """Somebody of each role in the other territories: no call opens without."""
    codes = cast.definition.departments or tuple(each.code for each in departments())
    for key, role in cast.definition.circuit.roles.items():
        if role.service is None:
            continue
        for code in (each for each in codes if each != home):
            body = _body(cast, role.service, code)
            if not any(each.capacity == role.capacity for each in body.memberships):
                an_agent(cast.session, body, f"{key}-{code}".replace("_", "-"), role.capacity)
                cast.session.expire(body, ["memberships"])
