"""Opinions given in parallel, two of three being enough; the circuit then goes on by itself."""

import pytest

from grants.dossiers.awaiting import lacking
from grants.dossiers.errors import NotEditable, TransitionRefused
from grants.mail.models import Mail
from tests.factories import NOW
from tests.rich import a_jury, a_panel, a_rich_world, act, draft, opine


@pytest.fixture
def world(session):
    return a_rich_world(session)


def awaited(dossier, trigger):
    call = dossier.definition
    return lacking(dossier, call, call.circuit.transitions[trigger].awaits, now=NOW)


def test_each_service_leaves_the_turn_when_its_own_opinion_is_given(world):
    dossier = a_panel(world)
    assert dossier.turn == ["social_officer", "works_officer"]

    opine(world, dossier, "works", world.works)

    assert (dossier.state, dossier.turn) == ("panel", ["social_officer"])


def test_what_is_still_awaited_is_told_by_name(world):
    dossier = a_panel(world)
    opine(world, dossier, "works", world.works)

    assert awaited(dossier, "gather") == [
        "1 avis rendu sur les 2 attendus ; manquent : « Avis social » et « Avis du comité »."
    ]


@pytest.mark.parametrize(
    "pair", [("social", "works"), ("works", "social"), ("board", "social"), ("works", "board")]
)
def test_any_two_of_the_three_opinions_bring_the_dossier_before_the_jury(world, pair):
    dossier = a_panel(world)
    writers = {"social": world.social, "works": world.works, "board": world.chair}

    for key in pair:
        opine(world, dossier, key, writers[key])

    assert dossier.state == "jury"
    last = dossier.events[-1]
    assert (last.trigger, last.actor, last.role, last.from_state) == ("gather", None, None, "panel")
    assert [each.step for each in dossier.events] == [1, 2, 3, 4]


def test_the_mails_of_what_the_circuit_does_by_itself_are_queued(world):
    a_jury(world)

    subjects = [each.subject for each in world.session.query(Mail)]
    assert subjects == ["FQ-0001 devant le jury"]


def test_an_opinion_given_in_parallel_makes_no_page_of_a_colleague_stale(world):
    dossier = a_panel(world)
    draft(world, dossier, "social", world.social)
    shown_at = dossier.step
    opine(world, dossier, "board", world.chair)

    act(world, dossier, "give_social", world.social, step=shown_at)

    assert dossier.state == "jury"


def test_the_third_opinion_comes_too_late_once_two_were_enough(world):
    dossier = a_jury(world)

    with pytest.raises(NotEditable):
        draft(world, dossier, "board", world.chair)
    with pytest.raises(TransitionRefused):
        act(world, dossier, "give_board", world.chair)


def test_nobody_presses_what_the_circuit_does_by_itself(world):
    dossier = a_panel(world)

    with pytest.raises(TransitionRefused):
        act(world, dossier, "gather", world.chair)

    assert (dossier.state, len(dossier.events)) == ("panel", 1)
