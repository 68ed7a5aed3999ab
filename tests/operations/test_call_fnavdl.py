"""The regional fund of 2020, from the department to the committee's two opinions of three."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from grants.dossiers.errors import TransitionRefused
from grants.dossiers.models import Dossier
from grants.forms import Count
from tests.answers import answers_for, source_of
from tests.cast import Cast, a_cast

DEPARTMENT = {
    "verdict": "favourable",
    "needs": "Un besoin repéré.",
    "analysis": "Un coût mesuré.",
    "priority": "high",
    "advised_amount": 12_000_000,
}
SITTING = {"held_on": date(2021, 1, 28), "minutes": "Avis favorable."}


@pytest.fixture
def cast(session):
    return a_cast(
        session, source_of("fnavdl-paca-2020"), now=datetime(2020, 12, 1, 11, tzinfo=UTC), home="83"
    )


def before_the_committee(cast: Cast) -> Dossier:
    dossier = cast.begin(answers_for("fnavdl-paca-2020"))
    cast.act(dossier, "submit", "signatory")
    cast.opine(dossier, "department", "department_officer", DEPARTMENT)
    cast.act(dossier, "give_department_opinion", "department_head")
    return dossier


def opine(cast: Cast, dossier: Dossier, *keys: str) -> None:
    for key in keys:
        cast.opine(dossier, key, f"{key}_head", {"verdict": "favourable", "text": "Oui."})
        cast.act(dossier, f"give_{key}_opinion", f"{key}_head")


def test_it_goes_from_the_department_to_the_committee_and_the_decision(cast):
    dossier = before_the_committee(cast)
    assert {name for name in cast.told() if name not in ("editor", "signatory")} == {
        "department-officer",
        "department-head",
        "region-officer",
        "region-head",
        "region-social-officer",
        "region-social-head",
        "landlords-officer",
        "landlords-head",
        "consulted-head",
    }
    opine(cast, dossier, "region", "landlords", "region_social", "consulted")
    assert dossier.turn == ["region_officer", "region_head"]
    cast.act(dossier, "conclude", "region_officer", SITTING)
    cast.act(dossier, "decide", "region_head", {"outcome": "selected", "amount": 12_000_000})
    cast.act(dossier, "notify", "region_head")

    assert (dossier.state, dossier.decision.outcome) == ("notified", "selected")


@pytest.mark.parametrize(
    ("given", "enough"),
    [
        ((), False),
        (("region",), False),
        (("region", "consulted"), False),
        (("region", "landlords"), True),
        (("region_social", "landlords"), True),
    ],
)
def test_two_of_the_three_opinions_are_enough_and_the_consulted_one_never_counts(
    cast, given, enough
):
    dossier = before_the_committee(cast)
    opine(cast, dossier, *given)

    if enough:
        cast.act(dossier, "conclude", "region_officer", SITTING)
        assert dossier.state == "concluded"
    else:
        with pytest.raises(TransitionRefused):
            cast.act(dossier, "conclude", "region_officer", SITTING)


def test_the_department_takes_its_opinion_up_again(cast):
    dossier = before_the_committee(cast)
    cast.act(dossier, "return_to_department", "region_officer", {"comment": "Le coût ?"})
    cast.act(dossier, "give_department_opinion", "department_head")

    rounds = [each.round for each in dossier.opinions if each.opinion_key == "department"]
    assert (dossier.state, rounds) == ("committee", [1, 2])


def test_a_dossier_of_the_waiting_list_may_be_decided_again(cast):
    dossier = before_the_committee(cast)
    opine(cast, dossier, "region", "landlords")
    cast.act(dossier, "conclude", "region_head", SITTING)
    waiting = {"outcome": "waiting_list", "rank": Count(2)}
    cast.act(dossier, "decide", "region_head", waiting)
    cast.act(dossier, "notify", "region_head")
    cast.act(dossier, "promote", "region_head", {"outcome": "selected", "amount": 9_000_000})

    assert (dossier.state, dossier.decision.number) == ("decided", 2)


def test_it_closes_on_the_fifteenth_of_december(cast):
    dossier = cast.begin(answers_for("fnavdl-paca-2020"))
    cast.now = datetime(2020, 12, 15, 23, 0, tzinfo=UTC)

    with pytest.raises(TransitionRefused):
        cast.act(dossier, "submit", "signatory")
