"""The world of the shared call: an association, the laboratory that evaluates it, a service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from grants.accounts.models import Capacity, Organisation, User
from grants.calls.models import Call
from grants.calls.operations import import_call, open_call
from grants.config import MAX_DOSSIER_BYTES
from grants.dossiers.models import Dossier, DossierEvent, DossierParty
from grants.dossiers.operations import Change, add_file, fire, save_answers, start
from grants.dossiers.operations.answers import row_token
from grants.dossiers.operations.parties import invite_party, join_as_party
from grants.files import FileStore
from grants.forms.types.file import FileRef
from grants.reference.territories import commune
from tests.definitions.shared import SHARED
from tests.factories import NOW, a_member, a_service, a_user, an_agent

ELIGIBLE: dict[str, Any] = {"non_profit": True, "begun": date(2027, 1, 1)}
PROJECT: dict[str, Any] = {"name": "Mesurer l’entraide", "place": commune("17415")}
METHOD = {"method": "Des entretiens."}


@dataclass(slots=True)
class SharedWorld:
    """Everybody there is, by what they do."""

    session: Session
    call: Call
    association: Organisation
    laboratory: Organisation
    author: User
    writer: User
    scientist: User
    assistant: User
    stranger: User
    reader: User
    chief: User
    call_manager: User
    now: Any = NOW


def a_shared_world(session: Session, *, source: str = SHARED) -> SharedWorld:
    association = Organisation(siret="12345678200002", name="Entraide", created_at=NOW)
    laboratory = Organisation(siret="73282932000074", name="Labo des villes", created_at=NOW)
    elsewhere = Organisation(siret="44306184100047", name="Ailleurs", created_at=NOW)
    session.add_all([association, laboratory, elsewhere])
    session.flush()
    board = a_service(session, "ddt", "17")
    call_manager = a_user(session, "call-manager", manages_calls=True)
    revision = import_call(
        session,
        source,
        actor=call_manager,
        now=NOW - timedelta(days=20),
        dates=(NOW - timedelta(days=10), NOW + timedelta(days=20)),
    )
    world = SharedWorld(
        session=session,
        call=revision.call,
        association=association,
        laboratory=laboratory,
        author=a_member(session, association, "author", Capacity.SIGNATORY),
        writer=a_member(session, association, "writer", Capacity.EDITOR),
        scientist=a_member(session, laboratory, "scientist", Capacity.SIGNATORY),
        assistant=a_member(session, laboratory, "assistant", Capacity.EDITOR),
        stranger=a_member(session, elsewhere, "stranger", Capacity.SIGNATORY),
        reader=an_agent(session, board, "reader", Capacity.OFFICER),
        chief=an_agent(session, board, "chief", Capacity.HEAD),
        call_manager=call_manager,
    )
    open_call(session, revision.call, actor=call_manager, now=NOW - timedelta(days=10))
    return world


def a_begun(world: SharedWorld, **answers: Any) -> Dossier:
    """A draft of the association, its criteria met."""
    return start(
        world.session,
        world.call,
        world.association,
        actor=world.author,
        now=NOW,
        answers=ELIGIBLE | answers,
    )


def a_joined(world: SharedWorld) -> Dossier:
    """The laboratory has joined."""
    dossier = a_begun(world)
    join(world, dossier)
    return dossier


def join(world: SharedWorld, dossier: Dossier) -> DossierParty:
    invitation, _ = invite_party(
        world.session,
        dossier,
        "evaluator",
        email="scientist@example.org",
        actor=world.author,
        now=NOW,
    )
    return join_as_party(
        world.session, invitation, world.laboratory, actor=world.scientist, now=NOW
    )


def write(world: SharedWorld, dossier: Dossier, actor: User, answers: dict[str, Any]) -> None:
    rows = {each.field_key: each for each in dossier.answers}
    changes = [Change(key, value, row_token(rows.get(key))) for key, value in answers.items()]
    assert save_answers(world.session, dossier, changes, actor=actor, now=NOW).conflicts == []


def a_pdf(text: str = "Statuts") -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n% "
        + text.encode()
        + b"\ntrailer << /Root 1 0 R >>\n%%EOF\n"
    )


def put(
    world: SharedWorld,
    dossier: Dossier,
    store: FileStore,
    key: str = "statutes",
    content: bytes | None = None,
    *,
    name: str = "statuts.pdf",
    actor: User | None = None,
    most: int = MAX_DOSSIER_BYTES,
) -> FileRef:
    return add_file(
        world.session,
        dossier,
        key,
        BytesIO(a_pdf() if content is None else content),
        name,
        actor=actor or world.author,
        now=NOW,
        store=store,
        most=most,
    )


def a_complete(world: SharedWorld, store: FileStore) -> Dossier:
    """All that both organisations had to write is written; nobody has signed."""
    dossier = a_joined(world)
    write(world, dossier, world.author, PROJECT)
    put(world, dossier, store)
    write(world, dossier, world.scientist, METHOD)
    return dossier


def act(world: SharedWorld, dossier: Dossier, trigger: str, actor: User) -> DossierEvent:
    return fire(
        world.session,
        dossier,
        trigger,
        actor=actor,
        now=NOW,
        step=dossier.step,
        certified=True,
    )


def a_deposited(world: SharedWorld, store: FileStore) -> Dossier:
    dossier = a_complete(world, store)
    act(world, dossier, "sign", world.scientist)
    act(world, dossier, "send", world.author)
    return dossier
