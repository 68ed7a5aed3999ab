"""Places by theme: counted for those who decide, refused beyond when the quota is strict."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from grants.accounts.models import User
from grants.calls.loader import definition_of
from grants.database import WRITING
from grants.dossiers.errors import ActIncomplete
from grants.dossiers.operations import fire
from grants.dossiers.queries import dossier_by_reference
from grants.dossiers.quotas import places_of
from tests.definitions.broken import broken
from tests.definitions.rich import RICH
from tests.rich import YES, a_chosen, a_heard, a_rich_world, act

FULL = "« Places par thème », Éducation : 1 place, il n’en reste pas."


@pytest.fixture
def world(session):
    return a_rich_world(session)


def places(world):
    definition = definition_of(world.call.revision)
    quota = definition.quotas["theme"]
    return [
        (each.label, each.open, each.taken, each.left)
        for each in places_of(world.session, world.call.id, definition, quota)
    ]


def test_places_are_counted_by_theme_then_in_all(world):
    a_chosen(world, theme="culture")

    assert places(world) == [
        ("Éducation", 1, 0, 1),
        ("Culture", 2, 1, 1),
        ("Santé", None, 0, None),
        ("Ensemble", 2, 1, 1),
    ]


def test_beyond_a_strict_quota_a_selection_is_refused_beside_the_decision(world):
    a_chosen(world)
    dossier = a_heard(world, 2)

    with pytest.raises(ActIncomplete) as refused:
        act(world, dossier, "choose", world.chair, YES)

    assert [(gap.field, gap.message) for gap in refused.value.gaps] == [("outcome", FULL)]
    assert dossier.state == "jury"


def test_a_refusal_takes_no_place(world):
    a_chosen(world)
    dossier = a_heard(world, 2)

    act(world, dossier, "choose", world.chair, {"outcome": "rejected", "reason": "Complet."})

    assert dossier.decision.outcome == "rejected"


def test_a_quota_that_is_not_strict_is_only_shown(session):
    world = a_rich_world(session, source=RICH.replace("strict: true", "strict: false"))
    a_chosen(world)
    a_chosen(world, 2)

    assert places(world)[0] == ("Éducation", 1, 2, -1)


WITHDRAWABLE = broken(
    (
        "    told: {phase",
        "    gone: {phase: closed, labels: {applicant: Retiré, service: Retiré}}\n    told: {phase",
    ),
    (
        "    tell:\n",
        (
            "    leave: {label: Retirer, done: Dossier retiré, from: [chosen], to: gone,\n"
            "      roles: [author]}\n"
            "    tell:\n"
        ),
    ),
    text=RICH,
)


def test_a_dossier_that_withdraws_gives_its_place_back(session):
    world = a_rich_world(session, source=WITHDRAWABLE)
    withdrawn, dossier = a_chosen(world), a_heard(world, 2)

    act(world, withdrawn, "leave", world.author)
    act(world, dossier, "choose", world.chair, YES)

    assert (withdrawn.state, withdrawn.decision.outcome) == ("gone", "selected")
    assert places(world)[0] == ("Éducation", 1, 1, 0)


def test_two_deciders_at_once_do_not_both_take_the_last_place(world, session_factory):
    dossiers = [a_heard(world, 0), a_heard(world, 1)]
    later = world.now
    seen = [(each.reference, each.step) for each in dossiers]
    chair_id = world.chair.id
    world.session.commit()
    together = Barrier(2)

    def one(reference, step):
        together.wait(timeout=10)
        with session_factory() as own:
            own.connection(execution_options=WRITING)
            try:
                fire(
                    own,
                    dossier_by_reference(own, reference),
                    "choose",
                    actor=own.get_one(User, chair_id),
                    now=later,
                    step=step,
                    inputs=YES,
                )
            except ActIncomplete as refused:
                return refused.reasons
            own.commit()
            return "chosen"

    with ThreadPoolExecutor(max_workers=2) as hands:
        outcomes = [each.result(20) for each in [hands.submit(one, *each) for each in seen]]

    assert sorted(outcomes, key=str) == [[FULL], "chosen"]
