"""The world of the rich call: an association, two services, a jury of two and its committee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.models import Capacity, Organisation, User
from grants.calls.models import Call, HearingSlot
from grants.calls.operations import import_call, open_call
from grants.dossiers.models import Dossier, DossierEvent
from grants.dossiers.operations import (
    Change,
    answer_token,
    fire,
    save_answers,
    save_opinion,
    save_sheet,
    start,
)
from grants.dossiers.operations.sheets import sheet_of
from grants.forms import Count
from grants.reference.territories import commune
from tests.definitions.rich import RICH
from tests.factories import NOW, a_member, a_service, a_user, an_agent

#: When all the hearings are over.
HEARD = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
WORKSHOP: dict[str, Any] = {
    "name": "La Fabrique du port",
    "place": commune("17415"),
    "theme": "education",
}
GOOD = {"originality": Count(5), "feasibility": Count(8)}
FAIR = {"originality": Count(2), "feasibility": Count(6)}
YES = {"outcome": "selected", "amount": 500_000}


@dataclass(slots=True)
class RichWorld:
    """Everybody there is, by what they do. `now` is the instant of the acts."""

    session: Session
    call: Call
    association: Organisation
    author: User
    social: User
    works: User
    juror: User
    second_juror: User
    chair: User
    stranger: User
    call_manager: User
    now: datetime = NOW


def a_rich_world(session: Session, *, source: str = RICH) -> RichWorld:
    association = Organisation(siret="12345678200002", name="Les Ateliers", created_at=NOW)
    other = Organisation(siret="73282932000074", name="Autres Ateliers", created_at=NOW)
    session.add_all([association, other])
    session.flush()
    social, works = a_service(session, "ddcs", "17"), a_service(session, "ddt", "17")
    jury, board = a_service(session, "drjscs", "54"), a_service(session, "dreal", "54")
    call_manager = a_user(session, "call-manager", manages_calls=True)
    revision = import_call(
        session,
        source,
        actor=call_manager,
        now=NOW - timedelta(days=20),
        dates=(NOW - timedelta(days=10), NOW + timedelta(days=20)),
    )
    world = RichWorld(
        session=session,
        call=revision.call,
        association=association,
        author=a_member(session, association, "author", Capacity.SIGNATORY),
        social=an_agent(session, social, "social-officer", Capacity.OFFICER),
        works=an_agent(session, works, "works-officer", Capacity.OFFICER),
        juror=an_agent(session, jury, "juror", Capacity.OFFICER),
        second_juror=an_agent(session, jury, "second-juror", Capacity.OFFICER),
        chair=an_agent(session, board, "chair", Capacity.HEAD),
        stranger=a_member(session, other, "stranger", Capacity.SIGNATORY),
        call_manager=call_manager,
    )
    open_call(session, revision.call, actor=call_manager, now=NOW - timedelta(days=10))
    return world


def act(
    world: RichWorld,
    dossier: Dossier,
    trigger: str,
    actor: User,
    inputs: dict[str, Any] | None = None,
    *,
    step: int | None = None,
) -> DossierEvent:
    """Fire on the dossier as it stands, or as it stood at `step`."""
    return fire(
        world.session,
        dossier,
        trigger,
        actor=actor,
        now=world.now,
        step=dossier.step if step is None else step,
        inputs=inputs,
        certified=True,
    )


def a_panel(world: RichWorld, **answers: Any) -> Dossier:
    """A deposited dossier: the three opinions are awaited."""
    dossier = start(world.session, world.call, world.association, actor=world.author, now=NOW)
    changes = [
        Change(key, value, answer_token(0, None)) for key, value in (WORKSHOP | answers).items()
    ]
    save_answers(world.session, dossier, changes, actor=world.author, now=NOW)
    act(world, dossier, "send", world.author)
    return dossier


def opine(world: RichWorld, dossier: Dossier, key: str, actor: User, text: str = "Oui.") -> None:
    """Draft the opinion, and give it."""
    draft(world, dossier, key, actor, text)
    act(world, dossier, f"give_{key}", actor)


def draft(world: RichWorld, dossier: Dossier, key: str, actor: User, text: str = "Oui.") -> None:
    save_opinion(
        world.session, dossier, key, {"text": text}, revision=0, actor=actor, now=world.now
    )


def a_jury(world: RichWorld, **answers: Any) -> Dossier:
    """A dossier before the jury, where the circuit brought it by itself."""
    dossier = a_panel(world, **answers)
    opine(world, dossier, "social", world.social)
    opine(world, dossier, "works", world.works)
    return dossier


def sheet(world: RichWorld, dossier: Dossier, actor: User, answers: dict[str, Any]) -> None:
    """Save a draft sheet."""
    mine = sheet_of(dossier, "project", actor)
    save_sheet(
        world.session,
        dossier,
        "project",
        answers,
        revision=mine.revision if mine else 0,
        actor=actor,
        now=world.now,
    )


def slots(world: RichWorld) -> list[HearingSlot]:
    """All slots of the call, the earliest first."""
    found = select(HearingSlot).where(HearingSlot.call_id == world.call.id)
    return list(world.session.scalars(found.order_by(HearingSlot.starts_at)))


def book(world: RichWorld, dossier: Dossier, number: int) -> None:
    """The author takes the slot of that number, from 0."""
    chosen = f"slot_{slots(world)[number].id}"
    act(world, dossier, "book", world.author, {"slot": chosen})


def a_heard(world: RichWorld, slot: int = 0, **answers: Any) -> Dossier:
    """A dossier scored by both and heard: all that the decision awaits. The clock is moved."""
    world.now = NOW
    dossier = a_jury(world, **answers)
    book(world, dossier, slot)
    act(world, dossier, "score", world.juror, GOOD)
    act(world, dossier, "score", world.second_juror, FAIR)
    world.now = HEARD
    return dossier


def a_chosen(world: RichWorld, slot: int = 0, **answers: Any) -> Dossier:
    dossier = a_heard(world, slot, **answers)
    act(world, dossier, "choose", world.chair, YES)
    return dossier
