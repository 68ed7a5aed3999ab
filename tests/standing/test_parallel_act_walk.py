"""Every act × everybody × every state of the calls with acts in parallel, and with two
organisations: who may carry out what, and that this is what each is offered."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.dossiers.models import Dossier
from grants.dossiers.operations import fire
from grants.dossiers.operations.offers import offers_to
from grants.dossiers.roles import standing_on
from grants.files import FileStore
from grants.workflows.machine import TransitionRefused
from tests import rich, shared

pytestmark = pytest.mark.databases("sqlite")

#: The first hearing was held; slots of another day are free.
FIRST_DAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

Done = dict[str, dict[str, set[str]]]

#: {state, and what came of it: {who: acts}}; nobody else does anything.
RICH: Done = {
    "to write": {"author": {"send"}},
    "before the services": {
        "social": {"give_social"},
        "works": {"give_works"},
        "chair": {"give_board"},
    },
    "before the jury": {"author": {"book"}, "juror": {"score"}, "second_juror": {"score"}},
    "scored by one": {"author": {"book"}, "second_juror": {"score"}},
    "heard": {"chair": {"choose"}},
    "chosen": {"chair": {"tell"}},
    "told": {},
}
SHARED: Done = {
    "without its partner": {},
    "to sign": {"scientist": {"sign"}},
    "signed": {"author": {"send"}},
    "deposited": {"chief": {"choose"}},
    "chosen": {"chief": {"tell"}},
    "told": {},
}


def test_every_act_of_the_parallel_call_is_done_by_whom_it_is_offered_and_nobody_else(session):
    world = rich.a_rich_world(session)
    inputs = {"score": rich.GOOD, "choose": rich.YES}

    def walked(dossier: Dossier) -> dict[str, set[str]]:
        free = next((each for each in rich.slots(world) if each.dossier_id is None), None)
        booking = {"book": {"slot": f"slot_{free.id}"}} if free else {}
        return done_by_each(session, world, dossier, inputs | booking)

    found = {"to write": walked(a_written(world))}
    panel = rich.a_panel(world)
    for key, person in (("social", world.social), ("works", world.works), ("board", world.chair)):
        rich.draft(world, panel, key, person)
    found["before the services"] = walked(panel)
    jury = rich.a_jury(world)
    found["before the jury"] = walked(jury)
    rich.act(world, jury, "score", world.juror, rich.GOOD)
    found["scored by one"] = walked(jury)
    rich.act(world, jury, "score", world.second_juror, rich.FAIR)
    rich.book(world, jury, 0)
    world.now = FIRST_DAY
    found["heard"] = walked(jury)
    rich.act(world, jury, "choose", world.chair, rich.YES)
    found["chosen"] = walked(jury)
    rich.act(world, jury, "tell", world.chair)
    found["told"] = walked(jury)

    assert found == RICH


def a_written(world: rich.RichWorld) -> Dossier:
    dossier = rich.start(
        world.session, world.call, world.association, actor=world.author, now=world.now
    )
    changes = [
        rich.Change(key, value, rich.answer_token(0, None)) for key, value in rich.WORKSHOP.items()
    ]
    rich.save_answers(world.session, dossier, changes, actor=world.author, now=world.now)
    return dossier


def test_every_act_of_the_shared_call_is_done_by_whom_it_is_offered_and_nobody_else(
    session, tmp_path
):
    world, store = shared.a_shared_world(session), FileStore(tmp_path / "files")
    decided = {"choose": {"outcome": "selected", "amount": 100}}

    def walked(dossier: Dossier) -> dict[str, set[str]]:
        return done_by_each(session, world, dossier, decided)

    alone = shared.a_begun(world)
    shared.write(world, alone, world.author, shared.PROJECT)
    shared.put(world, alone, store)
    found = {"without its partner": walked(alone)}
    dossier = shared.a_complete(world, store)
    found["to sign"] = walked(dossier)
    shared.act(world, dossier, "sign", world.scientist)
    found["signed"] = walked(dossier)
    shared.act(world, dossier, "send", world.author)
    found["deposited"] = walked(dossier)
    fired(session, dossier, "choose", world.chief, world.now, decided["choose"])
    found["chosen"] = walked(dossier)
    fired(session, dossier, "tell", world.chief, world.now, {})
    found["told"] = walked(dossier)

    assert found == SHARED


def done_by_each(
    session: Session, world: Any, dossier: Dossier, inputs: dict[str, Any]
) -> dict[str, set[str]]:
    """{who: the acts that he or she may carry out now}, each undone; those offered are the same."""
    found: dict[str, set[str]] = {}
    for each in fields(world):
        person = getattr(world, each.name)
        if isinstance(person, User):
            done = acts_of(session, dossier, person, world.now, inputs)
            assert done == offered_to(session, dossier, person, world.now), each.name
            if done:
                found[each.name] = done
    return found


def acts_of(
    session: Session, dossier: Dossier, person: User, now: Any, inputs: dict[str, Any]
) -> set[str]:
    done = set()
    for trigger in dossier.definition.circuit.transitions:
        undo = session.begin_nested()
        if fired(session, dossier, trigger, person, now, inputs.get(trigger, {})):
            done.add(trigger)
        else:
            written = [*session.new, *session.dirty, *session.deleted]
            assert not written, f"{trigger} began to write for {person.name}"
        undo.rollback()
    return done


def fired(
    session: Session,
    dossier: Dossier,
    trigger: str,
    person: User,
    now: Any,
    inputs: dict[str, Any],
) -> bool:
    try:
        fire(
            session,
            dossier,
            trigger,
            actor=person,
            now=now,
            step=dossier.step,
            inputs=inputs,
            certified=True,
        )
    except TransitionRefused:
        return False
    return True


def offered_to(session: Session, dossier: Dossier, person: User, now: Any) -> set[str]:
    call = dossier.definition
    standing = standing_on(session, person, dossier, call, now=now)
    offers = offers_to(session, dossier, call, person, standing, now=now)
    return {each.transition.key for each in offers if not each.not_yet}
