"""One world for the walk over all routes: everybody, and a dossier in every state."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from grants.accounts.models import Capacity, Service, ServiceMembership, StandIn, User
from grants.accounts.operations import invite
from grants.calls.operations import import_call
from grants.documents.reading import Found, Reading
from grants.dossiers.models import Conversion, Dossier, Proposal
from grants.dossiers.operations import answer_token
from grants.dossiers.operations.conversions import ask_reading
from grants.dossiers.operations.importing import Place
from grants.dossiers.operations.proposals import SentFile, propose_new
from grants.dossiers.operations.reading import reading_of
from grants.extensions import db
from grants.forms import Count
from grants.mail.models import Mail
from grants.orm import Base
from tests.factories import (
    HLM_FILE,
    IN_STATE,
    NOW,
    World,
    a_notified,
    a_stand_in,
    a_user,
    a_world,
    an_agent,
)
from tests.standing.access_table import GROUPS

WAITING = {"outcome": "waiting_list", "rank": Count(1, approximate=False)}


@dataclass
class Walked:
    """People by the names of the table, dossiers by state, and what fills addresses."""

    world: World
    people: dict[str, User]
    dossiers: dict[str, Dossier]
    names: dict[str, str]

    def names_for(self, person: str, state: str = "") -> dict[str, str]:
        me = self.people.get(person)
        names = self.names | {"me": str(me.id) if me else ""}
        if state:
            dossier = self.dossiers[state]
            title = next(each for each in dossier.answers if each.field_key == "project_name")
            drafts = [each.revision for each in dossier.opinions if each.given_at is None]
            names |= {
                "reference": dossier.reference,
                "token": answer_token(title.revision, title.value),
                "revision": str(drafts[0] if drafts else 0),
                "reading": reading_of(dossier),
            }
        return names


def a_walked_world(session: Session) -> Walked:
    """Everything the table speaks of, committed and then read whole."""
    world = a_world(session)
    ddcs17, ddcs16 = _service(session, "17"), _service(session, "16")
    more = {
        "bystander": a_user(session, "bystander"),
        "ddcs16_officer": an_agent(session, ddcs16, "ddcs16-officer", Capacity.OFFICER),
        "ddcs17_stand_in": an_agent(session, ddcs17, "ddcs17-stand-in", Capacity.OFFICER),
        "other_manager": a_user(session, "other-manager", manages_calls=True),
    }
    today = NOW.date()
    stand_in = a_stand_in(
        session,
        ddcs17,
        more["ddcs17_stand_in"],
        world.ddcs17_head,
        today - timedelta(days=1),
        today + timedelta(days=3),
    )
    coming = (NOW + timedelta(days=30), NOW + timedelta(days=60))
    import_call(session, _the_next_call(), actor=more["other_manager"], now=NOW, dates=coming)
    dossiers = {state: make(world) for state, make in IN_STATE.items()}
    dossiers["waiting_list"] = a_notified(world, WAITING)
    names = _names(world, ddcs17, stand_in)
    names |= {state: dossier.reference for state, dossier in dossiers.items()}
    session.commit()
    people = {
        person: more[person] if person in more else getattr(world, person)
        for person in GROUPS["everybody"]
    }
    return Walked(world, people, dossiers, names)


def _the_next_call() -> str:
    """Another call, in preparation."""
    text = HLM_FILE.read_text().replace("slug: hlm-accompagnes", "slug: appel-suivant")
    return text.replace("reference_prefix: HLM14", "reference_prefix: HLM15")


def _service(session: Session, department: str) -> Service:
    where = (Service.kind == "ddcs", Service.territory == department)
    return session.scalars(select(Service).where(*where)).one()


def _names(world: World, ddcs17: Service, stand_in: StandIn) -> dict[str, str]:
    session = world.session
    asked, token = invite(
        session,
        world.semis,
        email="invitee@example.org",
        capacity="editor",
        actor=world.signatory,
        now=NOW,
    )
    agent_asked, _ = invite(
        session,
        ddcs17,
        email="agent@example.org",
        capacity="officer",
        actor=world.ddcs17_head,
        now=NOW,
    )
    mail = session.scalars(select(Mail).where(Mail.call_id == world.call.id).limit(1)).one()
    mail.status = "failed"
    mail.attempts = 6
    session.flush()
    officer = session.scalars(
        select(ServiceMembership).where(ServiceMembership.user_id == world.ddcs17_officer.id)
    ).one()
    prefix = "HLM14"
    return {
        "slug": world.call.slug,
        "semis": str(world.semis.id),
        "ddcs17": str(ddcs17.id),
        "officer": str(world.ddcs17_officer.id),
        "officer_membership": str(officer.id),
        "editor_membership": str(world.editor.memberships[0].id),
        "signatory_membership": str(world.signatory.memberships[0].id),
        "semis_invitation": str(asked.id),
        "ddcs17_invitation": str(agent_asked.id),
        "invitation_token": token,
        "stand_in": str(stand_in.id),
        "failed_mail": str(mail.id),
        "hlm_file": HLM_FILE.read_text(),
        "dates": f"{world.call.opens_at.isoformat()} {world.call.closes_at.isoformat()}",
        "proposal": str(_a_proposal(world).id),
        "conversion": str(_a_file_to_read(world).id),
        "next_reference": f"{prefix}-{world.call.dossier_count + 1:04d}",
    }


def _a_proposal(world: World) -> Proposal:
    """What the editor's file proposes for a dossier to be begun."""
    name = Found("project_name", "Un toit", "label", 0.95, "paragraphe 3")
    return propose_new(
        world.session,
        world.call,
        world.semis,
        SentFile("projet.docx", b"a file"),
        Reading({name.key: name}),
        actor=world.editor,
        now=NOW,
    )


def _a_file_to_read(world: World) -> Conversion:
    """What the editor sent to begin another dossier, for LibreOffice first."""
    return ask_reading(
        world.session,
        Place(world.call, organisation=world.semis),
        SentFile("projet.odt", b"a file"),
        actor=world.editor,
        now=NOW,
    )


@contextmanager
def undone(app: Flask) -> Iterator[Connection]:
    """What requests write in here is undone at the end, whatever they commit."""
    with app.app_context():
        engines = db.engines
    # Left before any request: one that finds a context open would share its session.
    engine = engines[None]
    with engine.connect() as connection:
        outer = connection.begin()
        # The sessions of requests join a savepoint: their commits end with it.
        connection.begin_nested()
        engines[None] = connection  # type: ignore[assignment]
        try:
            yield connection
        finally:
            engines[None] = engine
            outer.rollback()


def digest(connection: Connection | Session) -> dict[str, str]:
    """{table: digest of its rows}: two are equal when nothing was written in between."""
    return {name: _rows(connection, table) for name, table in Base.metadata.tables.items()}


def _rows(connection: Any, table: Any) -> str:
    rows = connection.execute(select(table).order_by(*table.primary_key.columns)).all()
    return hashlib.sha256(repr(rows).encode()).hexdigest()
