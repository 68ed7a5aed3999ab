"""Decisions that hold, whatever the form of the call forgot to ask."""

import pytest
from sqlalchemy.orm import Session

from grants.dossiers.errors import ActIncomplete
from grants.forms import Count
from tests.definitions.broken import broken
from tests.factories import a_region_given, a_world, act

#: The decision form without the conditions under which it asks for an amount, a rank, a reason.
ASKS_NOTHING = broken(
    (
        "        required_when: outcome == 'selected'\n        shown_when: outcome == 'selected'\n",
        "",
    ),
    (
        (
            "        required_when: outcome == 'waiting_list'\n"
            "        shown_when: outcome == 'waiting_list'\n"
        ),
        "",
    ),
    (
        (
            "        required_when: outcome == 'rejected'\n"
            "        shown_when: outcome == 'rejected' or outcome == 'waiting_list'\n"
        ),
        "",
    ),
)


def rank(number: int) -> Count:
    return Count(number, approximate=False)


@pytest.mark.parametrize(
    ("decision", "field", "message"),
    [
        ({"outcome": "selected"}, "amount", "un montant, supérieur à zéro"),
        ({"outcome": "selected", "amount": 0}, "amount", "un montant, supérieur à zéro"),
        ({"outcome": "waiting_list"}, "rank", "un rang, à partir de 1"),
        ({"outcome": "rejected"}, "reason", "son motif"),
    ],
)
def test_a_decision_without_its_substance_is_refused_in_a_call_that_forgot_it(
    session: Session, decision, field, message
):
    world = a_world(session, source=ASKS_NOTHING)

    with pytest.raises(ActIncomplete, match=message) as refusal:
        act(world, a_region_given(world), "decide", world.dreal_head, decision)

    assert [gap.field for gap in refusal.value.gaps] == [field]


def test_an_amount_of_nothing_is_refused(session: Session):
    world = a_world(session)
    decision = {"outcome": "selected", "amount": 0}

    with pytest.raises(ActIncomplete, match="supérieur à zéro"):
        act(world, a_region_given(world), "decide", world.dreal_head, decision)


@pytest.mark.parametrize(
    ("outcome", "kept"),
    [
        ("selected", (100, None, "Motif")),
        ("waiting_list", (None, 3, "Motif")),
        ("rejected", (None, None, "Motif")),
    ],
)
def test_only_what_belongs_to_the_outcome_is_decided(session: Session, outcome, kept):
    world = a_world(session, source=ASKS_NOTHING)
    dossier = a_region_given(world)
    filled = {"outcome": outcome, "amount": 100, "rank": rank(3), "reason": "Motif"}

    act(world, dossier, "decide", world.dreal_head, filled)

    decided = dossier.decision
    assert (decided.amount_cents, decided.rank, decided.reason) == kept
