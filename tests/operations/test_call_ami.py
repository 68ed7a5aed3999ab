"""The AMI of 2019, from the criteria to the laureates: paper, hearing, jury, places by theme."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from grants.calls.staffing import unstaffed
from grants.dossiers.awaiting import slot_of, slot_words
from grants.dossiers.errors import ActIncomplete, NotEligible, TransitionRefused
from grants.dossiers.models import Dossier
from grants.dossiers.operations.hearings import free_slots
from grants.dossiers.quotas import places_of
from grants.forms import Count
from grants.mail.models import Mail
from tests.answers import answers_for, source_of
from tests.cast import Cast, a_cast


@pytest.fixture
def cast(session):
    return a_cast(
        session, source_of("ami-cget-2019"), now=datetime(2019, 3, 1, 11, tzinfo=UTC), home="44"
    )


def preselected(cast: Cast) -> Dossier:
    dossier = cast.begin(answers_for("ami-cget-2019"))
    cast.act(dossier, "submit", "signatory")
    cast.opine(
        dossier,
        "paper",
        "agency_officer",
        {"verdict": "favourable", "strengths": "Un effet attesté."},
    )
    cast.act(dossier, "give_paper_opinion", "agency_officer")
    cast.act(dossier, "preselect", "agency_head")
    return dossier


def heard(cast: Cast) -> Dossier:
    dossier = preselected(cast)
    cast.book(dossier, "book", "signatory", 0)
    cast.now = datetime(2019, 4, 19, 15, 0, tzinfo=UTC)
    return dossier


def scored(cast: Cast) -> Dossier:
    dossier = heard(cast)
    for juror in cast.scorers["jury"]:
        cast.act(dossier, "score", juror, cast.marks("jury", 4))
    cast.act(dossier, "close_jury", "jury_chair")
    return dossier


LAUREATE = {
    "outcome": "selected",
    "amount": 60_000_000,
    "by_year": (
        {"row": "y2019", "amount": 20_000_000},
        {"row": "y2020", "amount": 20_000_000},
        {"row": "y2021", "amount": 20_000_000},
    ),
}


def test_it_goes_from_the_paper_to_the_hearing_the_jury_and_the_laureates(cast):
    dossier = scored(cast)

    assert (dossier.state, dossier.turn) == ("scored", ["agency_head"])
    assert [each.total for each in dossier.sheets] == [40, 40, 40]
    cast.act(dossier, "decide", "agency_head", LAUREATE)
    cast.act(dossier, "notify", "agency_head")
    assert dossier.state == "notified"
    assert dossier.decision.amount_cents == 60_000_000
    assert dossier.notified_at == cast.now


def test_each_hand_over_is_told_to_whoever_it_falls_to(cast):
    dossier = cast.begin(answers_for("ami-cget-2019"))
    cast.act(dossier, "submit", "signatory")
    assert cast.told() == ["agency-head", "agency-officer", "editor", "signatory"]
    cast.opine(dossier, "paper", "agency_officer", {"verdict": "favourable", "strengths": "Oui."})
    cast.act(dossier, "give_paper_opinion", "agency_officer")
    assert cast.mailed() == [
        ("agency-head", "Candidature AMI19-0001 : avis rendu, présélection à faire")
    ]
    cast.act(dossier, "preselect", "agency_head")
    subject = "Candidature AMI19-0001 présélectionnée : réservez votre audition avant le"
    assert cast.mailed() == [
        ("editor", f"{subject} 6 mars 2019"),
        ("signatory", f"{subject} 6 mars 2019"),
    ]
    cast.book(dossier, "book", "editor", 1)
    assert cast.told() == ["editor", "juror", "juror-3", "jury-chair", "signatory"]


def test_the_mails_of_a_booking_say_when_and_where(cast):
    dossier = preselected(cast)
    cast.book(dossier, "book", "editor", 1)

    words = slot_words(slot_of(dossier, "jury"))
    assert words.startswith("19 avril 2019 à 9\u00a0h\u00a006, Paris")
    bodies = [each.body for each in cast.session.scalars(select(Mail)) if words in each.body]
    assert len(bodies) == 5


def test_an_association_below_a_threshold_opens_no_draft(cast):
    answers = answers_for("ami-cget-2019") | {"employees": Count(4)}

    with pytest.raises(NotEligible):
        cast.begin(answers)


def test_the_thresholds_are_checked_again_at_the_deposit(cast):
    dossier = cast.begin(answers_for("ami-cget-2019"))
    cast.write(dossier, None, {"years_old": Count(2)})

    with pytest.raises(ActIncomplete) as refused:
        cast.act(dossier, "submit", "signatory")
    assert refused.value.reasons == [
        "L’association doit avoir au moins trois ans ; vous indiquez 2."
    ]


@pytest.mark.parametrize(
    ("second", "in_time"), [(59, True), (60, False)], ids=["23:59:59", "midnight"]
)
def test_it_closes_to_the_minute(cast, second, in_time):
    dossier = cast.begin(answers_for("ami-cget-2019"))
    cast.now = datetime(2019, 3, 15, 22, 59, tzinfo=UTC) + timedelta(seconds=second)

    if in_time:
        cast.act(dossier, "submit", "signatory")
        assert dossier.state == "submitted"
    else:
        with pytest.raises(TransitionRefused) as refused:
            cast.act(dossier, "submit", "signatory")
        assert "15 mars 2019 à 23\u00a0h\u00a059" in refused.value.reasons[0]


def test_it_does_not_open_with_fewer_scorers_than_its_grid_expects(cast):
    """The chair scores too, and is one of the three."""
    third = cast.scorers["jury"][2]
    cast.session.delete(third.service_memberships[0])
    cast.session.flush()

    assert unstaffed(cast.session, cast.call) == [
        "Membre du jury et Présidence du jury : 2 personnes pour le niveau national, il en faut 3."
    ]


def test_the_jury_does_not_score_before_the_hearing(cast):
    dossier = preselected(cast)
    cast.book(dossier, "book", "signatory", 0)

    with pytest.raises(TransitionRefused):
        cast.act(dossier, "score", "juror", cast.marks("jury", 4))


def test_an_association_that_was_heard_does_not_book_again(cast):
    dossier = heard(cast)
    cast.now = datetime(2019, 4, 19, 8, 0, tzinfo=UTC)

    with pytest.raises(TransitionRefused) as refused:
        cast.book(dossier, "book", "signatory", 50)
    assert refused.value.reasons == [
        "L’audition du 19 avril 2019 à 9\u00a0h\u00a000 a déjà eu lieu."
    ]


def test_the_slot_of_an_association_that_withdraws_is_free_for_another(cast):
    dossier = preselected(cast)
    cast.book(dossier, "book", "signatory", 0)
    held = slot_of(dossier, "jury")

    cast.act(dossier, "withdraw", "signatory")

    assert slot_of(dossier, "jury") is None
    assert free_slots(cast.session, dossier.call, "jury", now=cast.now)[0] is held


def test_the_jury_is_not_closed_with_two_sheets(cast):
    dossier = heard(cast)
    for juror in ("juror", "jury_chair"):
        cast.act(dossier, "score", juror, cast.marks("jury", 4))

    with pytest.raises(TransitionRefused):
        cast.act(dossier, "close_jury", "jury_chair")


def test_a_decision_whose_years_do_not_make_its_amount_is_refused(cast):
    dossier = scored(cast)

    with pytest.raises(ActIncomplete) as refused:
        cast.act(dossier, "decide", "agency_head", LAUREATE | {"amount": 61_000_000})
    assert refused.value.reasons == [
        "Les années font 600\u202f000\xa0€ ; le montant attribué est de 610\u202f000\xa0€."
    ]


def test_a_laureate_takes_a_place_of_its_theme(cast):
    dossier = scored(cast)
    cast.act(dossier, "decide", "agency_head", LAUREATE)

    quota = cast.definition.quotas["theme"]
    lines = places_of(cast.session, cast.call.id, cast.definition, quota)
    assert [(each.open, each.taken) for each in lines] == [
        (9, 0),
        (11, 0),
        (21, 1),
        (3, 0),
        (44, 1),
    ]


def test_one_that_is_not_preselected_reads_why(cast):
    dossier = cast.begin(answers_for("ami-cget-2019"))
    cast.act(dossier, "submit", "signatory")
    cast.opine(
        dossier,
        "paper",
        "agency_officer",
        {"verdict": "unfavourable", "strengths": "Peu.", "limits": "Un seul quartier."},
    )
    cast.act(dossier, "give_paper_opinion", "agency_officer")
    cast.mailed()
    cast.act(dossier, "set_aside", "agency_head", {"reason": "Un seul quartier."})

    assert (dossier.state, dossier.phase) == ("not_preselected", "closed")
    assert cast.told() == ["editor", "signatory"]
