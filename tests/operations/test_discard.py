"""Deleting a draft: never deposited, by who may write it, and nothing of it stays."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.database import WRITING
from grants.dossiers.errors import DraftGone, DraftRefused
from grants.dossiers.models import Answer, Dossier
from grants.dossiers.operations import discard
from tests.factories import IN_STATE, NOW, SEMIS, a_draft, a_world, write


@pytest.fixture
def world(session: Session):
    return a_world(session)


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("person", ["editor", "signatory"])
def test_a_draft_is_deleted_with_its_answers_and_no_other(session, world, person):
    kept, thrown = a_draft(world), a_draft(world)
    for each in (kept, thrown):
        write(world, each, {"project_name": SEMIS["project_name"]})
    reference = kept.reference
    session.commit()

    discard(session, thrown, actor=getattr(world, person), now=NOW)
    session.commit()

    assert session.scalars(select(Dossier.reference)).all() == [reference]
    assert count(session, Answer) == 1


def test_its_reference_is_not_given_again(session, world):
    discard(session, a_draft(world), actor=world.editor, now=NOW)
    session.commit()

    assert a_draft(world).reference == "HLM14-0002"


@pytest.mark.parametrize("state", [each for each in IN_STATE if each != "draft"])
def test_what_was_deposited_is_never_deleted(session, world, state):
    dossier = IN_STATE[state](world)

    with pytest.raises(DraftRefused):
        discard(session, dossier, actor=world.signatory, now=NOW)

    assert count(session, Dossier) == 1


def test_strangers_and_agents_delete_no_draft(session, world):
    dossier = a_draft(world)
    for person in (world.stranger, world.ddcs17_head, world.call_manager):
        with pytest.raises(DraftRefused):
            discard(session, dossier, actor=person, now=NOW)
    assert count(session, Dossier) == 1


def test_of_two_who_delete_at_once_the_second_is_told(session, session_factory, world):
    dossier = a_draft(world)
    number, second_id = dossier.id, world.signatory.id
    session.commit()
    with session_factory(expire_on_commit=False) as own, ThreadPoolExecutor(max_workers=1) as other:
        seen = own.get_one(Dossier, number)
        person = own.get_one(User, second_id)
        own.commit()

        def second():
            own.connection(execution_options=WRITING)
            discard(own, seen, actor=person, now=NOW)

        session.connection(execution_options=WRITING)
        discard(session, session.get_one(Dossier, number), actor=world.editor, now=NOW)
        told = other.submit(second)
        assert wait([told], timeout=0.5).not_done == {told}
        session.commit()
        with pytest.raises(DraftGone):
            told.result(timeout=10)
