"""Acts that meet, and acts that fail half-way: one event or none, never a half state."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from grants.accounts.models import User
from grants.database import WRITING
from grants.dossiers.errors import ActIncomplete, NotEditable, StaleAct
from grants.dossiers.models import (
    Decision,
    Dossier,
    DossierEvent,
    DossierVersion,
    OpinionRecord,
    Receipt,
)
from grants.dossiers.operations import Change, answer_token, fire, save_answers
from grants.dossiers.operations.locking import lock
from grants.dossiers.queries import dossier_by_reference
from grants.mail import BadRecipient
from grants.mail.models import Mail
from tests.factories import (
    DECISION,
    DEPARTMENT_OPINION,
    IN_STATE,
    NOW,
    SEMIS,
    a_draft,
    a_region_given,
    a_submitted,
    a_world,
    act,
    opine,
)


@pytest.fixture
def world(session: Session):
    return a_world(session)


@pytest.fixture
def at_once(session, session_factory):
    """Fire acts (trigger, actor's id, inputs) on one dossier, each in its own thread and session,
    all from the page as it stands; for each, the event's step or the exception's class."""

    def _at_once(dossier: Dossier, *acts):
        reference, step = dossier.reference, dossier.step
        session.commit()
        together = Barrier(len(acts))

        def one(trigger, actor_id, inputs):
            together.wait(timeout=10)
            with session_factory() as own:
                own.connection(execution_options=WRITING)
                seen = dossier_by_reference(own, reference)
                try:
                    event = fire(
                        own,
                        seen,
                        trigger,
                        actor=own.get_one(User, actor_id),
                        now=NOW,
                        step=step,
                        inputs=inputs,
                        certified=True,
                    )
                except StaleAct:
                    return StaleAct
                own.commit()
                return event.step

        with ThreadPoolExecutor(max_workers=len(acts)) as people:
            outcomes = [each.result(20) for each in [people.submit(one, *a) for a in acts]]
        session.expire_all()
        return outcomes

    return _at_once


def rows(session) -> dict[str, int]:
    """How many rows there are of each kind that an act may write."""
    kinds = (Decision, DossierEvent, DossierVersion, Mail, OpinionRecord, Receipt)
    return {
        each.__tablename__: session.scalar(select(func.count()).select_from(each)) for each in kinds
    }


def test_a_dossier_that_is_locked_is_read_again_with_all_its_parts(world):
    dossier = a_region_given(world)
    world.session.flush()
    parts = inspect(Dossier).relationships.keys()
    for part in parts:
        getattr(dossier, part)

    lock(world.session, dossier)

    assert set(parts) - inspect(dossier).unloaded == {"answers", "opinions"}


def test_a_deposit_pressed_by_three_hands_at_once_is_one_deposit(world, at_once):
    dossier = a_draft(world, SEMIS)
    press = ("submit", world.signatory.id, None)

    outcomes = at_once(dossier, press, press, press)

    assert sorted(outcomes, key=str) == [1, StaleAct, StaleAct]
    assert (dossier.state, dossier.step, dossier.version_number) == ("submitted", 1, 1)
    assert rows(world.session) == {
        "decision": 0,
        "dossier_event": 1,
        "dossier_version": 1,
        "mail": 4,
        "opinion": 0,
        "receipt": 1,
    }


def test_two_heads_who_act_differently_at_once_do_not_both_act(world, at_once):
    dossier = a_submitted(world)
    opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_officer)

    outcomes = at_once(
        dossier,
        ("give_department_opinion", world.ddcs17_head.id, None),
        ("declare_inadmissible", world.ddcs17_head.id, {"reason": "Hors sujet"}),
    )

    assert sorted(outcomes, key=str) == [2, StaleAct]
    last = dossier.events[-1]
    assert (len(dossier.events), last.to_state) == (2, dossier.state)
    given = [each for each in dossier.opinions if each.given_at]
    assert len(given) == (last.trigger == "give_department_opinion")


def test_the_landlord_who_withdraws_while_it_is_decided_meets_one_outcome(world, at_once):
    dossier = a_region_given(world)

    outcomes = at_once(
        dossier,
        ("decide", world.dreal_head.id, DECISION),
        ("withdraw", world.signatory.id, None),
    )

    assert sorted(outcomes, key=str) == [4, StaleAct]
    decided = dossier.events[-1].trigger == "decide"
    assert (dossier.decision is not None, dossier.closed_at is None) == (decided, decided)
    assert rows(world.session)["decision"] == int(decided)


def test_two_dossiers_do_not_hinder_each_other(world, session_factory):
    references = [a_draft(world, SEMIS).reference for _ in range(2)]
    signatory_id = world.signatory.id
    world.session.commit()

    def deposit(reference):
        with session_factory() as own:
            own.connection(execution_options=WRITING)
            dossier = dossier_by_reference(own, reference)
            signatory = own.get_one(User, signatory_id)
            fire(own, dossier, "submit", actor=signatory, now=NOW, step=0, certified=True)
            own.commit()

    with ThreadPoolExecutor(max_workers=2) as people:
        list(people.map(deposit, references))

    assert world.session.scalars(select(Dossier.state)).all() == ["submitted", "submitted"]


def test_an_answer_saved_during_the_deposit_is_in_the_version_or_refused(world, session_factory):
    """Five times, for the order is the threads' own; never a saved answer that nobody deposited."""
    for _ in range(5):
        dossier = a_draft(world, SEMIS)
        reference, people = dossier.reference, (world.signatory.id, world.editor.id)
        base = answer_token(1, SEMIS["summary"])
        world.session.commit()
        together = Barrier(2)

        def deposit(own, seen, people=people):
            signatory = own.get_one(User, people[0])
            return fire(own, seen, "submit", actor=signatory, now=NOW, step=0, certified=True)

        def save(own, seen, people=people, base=base):
            change = Change("summary", "Au dernier moment", base)
            return save_answers(
                own, seen, [change], actor=own.get_one(User, people[1]), now=NOW
            ).changed

        def one(doing, reference=reference, together=together):
            together.wait(timeout=10)
            with session_factory() as own:
                own.connection(execution_options=WRITING)
                try:
                    done = doing(own, dossier_by_reference(own, reference))
                except NotEditable:
                    return NotEditable
                own.commit()
                return done if isinstance(done, list) else None

        with ThreadPoolExecutor(max_workers=2) as hands:
            _, saved = [each.result(20) for each in [hands.submit(one, d) for d in (deposit, save)]]

        world.session.expire_all()
        deposited = dossier.versions[0].answers["summary"]
        assert (saved, deposited) in [
            (["summary"], "Au dernier moment"),
            (NotEditable, SEMIS["summary"]),
        ]


#: Acts that write much, from a state that lets them: their failing mail comes after all of it.
FAILING = {
    "submit": ("draft", "signatory", None, "semis-editor"),
    "give_department_opinion": ("submitted", "ddcs17_head", None, "dreal54-officer"),
    "return_to_department": (
        "department_given",
        "dreal_head",
        {"comment": "À reprendre"},
        "ddcs17-officer",
    ),
    "notify": ("decided", "dreal_head", None, "semis-editor"),
}


@pytest.mark.parametrize("trigger", FAILING)
def test_an_act_whose_mail_cannot_be_written_leaves_nothing_behind(world, trigger):
    state, actor, inputs, recipient = FAILING[trigger]
    session = world.session
    dossier = IN_STATE[state](world)
    if trigger == "give_department_opinion":
        opine(world, dossier, "department", DEPARTMENT_OPINION, world.ddcs17_officer)
    person = session.scalars(select(User).filter_by(email=f"{recipient}@example.org")).one()
    person.email = "pas une adresse"
    session.commit()
    before, columns = rows(session), columns_of(dossier)
    given = [each.given_at for each in dossier.opinions]

    with pytest.raises(BadRecipient):
        act(world, dossier, trigger, getattr(world, actor), inputs)
    session.rollback()

    assert rows(session) == before
    assert columns_of(dossier) == columns
    assert [each.given_at for each in dossier.opinions] == given

    person.email = "mended@example.org"
    act(world, dossier, trigger, getattr(world, actor), inputs)
    assert dossier.step == columns["step"] + 1


def columns_of(dossier: Dossier) -> dict[str, object]:
    return {each.key: getattr(dossier, each.key) for each in Dossier.__table__.columns}


def test_a_refused_act_writes_nothing_even_when_the_caller_commits(world):
    dossier = a_draft(world)
    world.session.commit()
    before, columns = rows(world.session), columns_of(dossier)

    with pytest.raises(ActIncomplete):
        act(world, dossier, "submit", world.signatory)
    world.session.commit()

    assert (rows(world.session), columns_of(dossier)) == (before, columns)
