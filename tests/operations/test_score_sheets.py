"""Score sheets: each scorer writes alone; what they say together, and who may read it."""

from fractions import Fraction

import pytest

from grants.dossiers.errors import ActIncomplete, NotEditable, OpinionConflict, TransitionRefused
from grants.dossiers.operations import save_sheet
from grants.dossiers.operations.sheets import sheet_of
from grants.dossiers.roles import standing_on
from grants.dossiers.scoring import known_scores, may_compare, points, scores_of
from grants.forms import Count, Unreadable
from tests.factories import NOW
from tests.rich import FAIR, GOOD, a_chosen, a_jury, a_panel, a_rich_world, act, book, sheet


@pytest.fixture
def world(session):
    return a_rich_world(session)


def grid_of(dossier):
    return dossier.definition.grids["project"]


def may(world, dossier, person) -> bool:
    call = dossier.definition
    standing = standing_on(world.session, person, dossier, call, now=NOW)
    return may_compare(dossier, call, grid_of(dossier), person, standing)


def test_a_draft_is_kept_as_it_is_even_unreadable_and_counts_for_nothing(world):
    dossier = a_jury(world)

    sheet(world, dossier, world.juror, {"originality": Unreadable("beaucoup")})

    mine = sheet_of(dossier, "project", world.juror)
    assert mine.answers == {"originality": {"unreadable": "beaucoup"}}
    assert (mine.returned_at, mine.total) == (None, None)
    assert scores_of(dossier, grid_of(dossier)) is None


def test_a_returned_sheet_holds_its_weighted_total_and_its_version(world):
    dossier = a_jury(world)

    act(world, dossier, "score", world.juror, GOOD)

    mine = sheet_of(dossier, "project", world.juror)
    assert (mine.total, mine.returned_at) == (18, NOW)
    assert mine.version_id == dossier.version_in_hand.id
    assert dossier.events[-1].note == {}


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"originality": Count(5)}, "feasibility"),
        (GOOD | {"feasibility": Count(11)}, "feasibility"),
        (GOOD | {"originality": Unreadable("cinq et demi")}, "originality"),
    ],
)
def test_a_sheet_with_a_gap_is_not_returned(world, answers, field):
    dossier = a_jury(world)

    with pytest.raises(ActIncomplete) as refused:
        act(world, dossier, "score", world.juror, answers)

    assert [gap.field for gap in refused.value.gaps] == [field]
    assert sheet_of(dossier, "project", world.juror) is None


def test_a_sheet_is_returned_once_and_closed(world):
    dossier = a_jury(world)
    act(world, dossier, "score", world.juror, GOOD)

    with pytest.raises(TransitionRefused):
        act(world, dossier, "score", world.juror, FAIR)
    with pytest.raises(NotEditable):
        sheet(world, dossier, world.juror, FAIR)

    assert sheet_of(dossier, "project", world.juror).total == 18


def test_nobody_scores_outside_the_jury_nor_before_its_time(world):
    with pytest.raises(NotEditable):
        sheet(world, a_panel(world), world.juror, GOOD)
    with pytest.raises(NotEditable):
        sheet(world, a_jury(world), world.chair, GOOD)


def test_two_pages_of_one_scorer_do_not_overwrite_each_other(world):
    dossier = a_jury(world)
    sheet(world, dossier, world.juror, GOOD)

    with pytest.raises(OpinionConflict) as conflict:
        save_sheet(world.session, dossier, "project", FAIR, revision=0, actor=world.juror, now=NOW)

    assert (conflict.value.theirs, conflict.value.revision) == (GOOD, 1)
    assert conflict.value.by == world.juror.name


def test_the_jury_keeps_the_turn_until_enough_sheets_are_returned(world):
    dossier = a_jury(world)
    act(world, dossier, "score", world.juror, GOOD)
    assert dossier.turn == ["juror", "author"]

    act(world, dossier, "score", world.second_juror, FAIR)

    assert dossier.turn == ["author"]


def test_what_the_sheets_say_together_is_exact(world):
    dossier = a_jury(world)
    act(world, dossier, "score", world.juror, GOOD)
    act(world, dossier, "score", world.second_juror, FAIR | {"comment": "À revoir."})

    scores = scores_of(dossier, grid_of(dossier))

    assert [(each.key, each.scores, each.mean, each.spread) for each in scores.lines] == [
        ("originality", [5, 2], Fraction(7, 2), 3),
        ("feasibility", [8, 6], Fraction(7), 2),
    ]
    assert (scores.totals, scores.mean, scores.spread) == ([18, 10], Fraction(14), 8)
    assert scores.grid.out_of == 20
    assert scores.comments == [(world.second_juror.name, "À revoir.")]
    assert (points(Fraction(14)), points(Fraction(7, 2))) == ("14", "3,5")


def test_a_scorer_reads_the_others_once_the_own_sheet_is_returned(world):
    dossier = a_jury(world)
    act(world, dossier, "score", world.juror, GOOD)
    sheet(world, dossier, world.second_juror, FAIR)

    assert may(world, dossier, world.juror)
    assert not may(world, dossier, world.second_juror)


def test_sheets_are_read_by_who_decides_and_who_manages_and_by_no_other_service(world):
    dossier = a_jury(world)
    act(world, dossier, "score", world.juror, GOOD)

    assert may(world, dossier, world.chair)
    assert may(world, dossier, world.call_manager)
    assert not may(world, dossier, world.social)
    assert not may(world, dossier, world.author)


def test_the_applicant_knows_the_mean_when_the_call_says_so(world):
    dossier = a_chosen(world)
    assert known_scores(dossier, dossier.definition) == []

    act(world, dossier, "tell", world.chair)

    (known,) = known_scores(dossier, dossier.definition)
    assert known.mean == 14


def test_booking_meanwhile_makes_no_scorers_page_stale(world):
    dossier = a_jury(world)
    shown_at = dossier.step
    book(world, dossier, 0)

    act(world, dossier, "score", world.juror, GOOD, step=shown_at)

    assert sheet_of(dossier, "project", world.juror).total == 18
