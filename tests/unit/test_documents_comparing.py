"""What a file answers, held against what is answered here: who changed what since it left."""

import pytest

from grants.documents.reading import Departure, Found, Standing, compared
from grants.documents.reading.comparing import trace
from grants.forms import FormDefinition, Unreadable

FORM = FormDefinition.model_validate(
    {
        "fields": {
            "name": {"type": "text", "label": "Nom du projet"},
            "cost": {"type": "money", "label": "Coût"},
            "dalo": {"type": "yes_no", "label": "Public DALO"},
            "note": {"type": "long_text", "label": "Observations"},
            "double": {"type": "computed", "label": "Double", "value": "cost * 2"},
        }
    }
)


def found(key, value, certainty=1.0, conflict=""):
    return Found(key, value, "anchor", certainty, "paragraphe 1", conflict)


def standing(here, there, *departure):
    """How the two names stand to each other, when the file left with `departure`, if known."""
    left = Departure({"name": departure[0]} if departure[0] else {}) if departure else None
    answers = {} if here is None else {"name": here}
    (only,) = compared(FORM, answers, {"name": found("name", there)}, left)
    return only.standing


@pytest.mark.parametrize(
    ("here", "there", "left_with", "expected"),
    [
        ("Un toit", "Un toit", "Un toit", Standing.SAME),
        ("Un toit", "Un toit", "Autre", Standing.SAME),
        (None, None, "Un toit", Standing.SAME),
        ("Un toit", "Deux toits", "Un toit", Standing.THERE),
        ("Un toit", None, "Un toit", Standing.THERE),
        (None, "Un toit", None, Standing.THERE),
        ("Deux toits", "Un toit", "Un toit", Standing.HERE),
        (None, "Un toit", "Un toit", Standing.HERE),
        ("Deux toits", None, None, Standing.HERE),
        ("Deux toits", "Trois toits", "Un toit", Standing.CONFLICT),
        ("Deux toits", None, "Un toit", Standing.CONFLICT),
    ],
)
def test_with_the_answers_it_left_with_one_knows_who_changed(here, there, left_with, expected):
    assert standing(here, there, left_with) is expected


def test_without_them_two_answers_are_the_same_or_differ():
    assert standing("Un toit", "Un toit") is Standing.SAME
    assert standing("Un toit", "Deux toits") is Standing.DIFFERS
    assert standing(None, "Un toit") is Standing.DIFFERS


def test_an_answer_of_that_time_that_is_lost_is_known_again_in_the_file_by_its_trace():
    left = Departure({}, lost={"name": trace("Un toit"), "note": trace("Autre")})
    read = {"name": found("name", "Un toit"), "note": found("note", "Rien")}

    def standings(**here):
        return [each.standing for each in compared(FORM, here, read, left)]

    assert standings(name="Deux toits", note="Tout") == [Standing.HERE, Standing.CONFLICT]
    assert standings(name="Un toit", note="Rien") == [Standing.SAME, Standing.SAME]


def test_both_boxes_ticked_are_a_contradiction_whatever_is_answered_here():
    read = {"dalo": found("dalo", None, conflict="plusieurs cases cochées")}
    for here in ({}, {"dalo": True}):
        (only,) = compared(FORM, here, read, Departure(here))
        assert only.standing is Standing.CONTRADICTION
        assert not only.is_offered_taken


def test_questions_stand_in_the_forms_order_and_what_nobody_fills_is_left_out():
    read = {key: found(key, None) for key in ("double", "note", "name")}
    assert [each.key for each in compared(FORM, {}, read)] == ["name", "note"]


def test_an_amount_that_could_not_be_read_is_the_same_only_as_the_same_words():
    read = {"cost": found("cost", Unreadable("environ dix mille"))}
    here = {"cost": Unreadable("environ dix mille")}
    assert [each.standing for each in compared(FORM, here, read)] == [Standing.SAME]
    assert [each.standing for each in compared(FORM, {"cost": 1_000_000}, read)] == [
        Standing.DIFFERS
    ]


def test_a_text_that_boxes_cannot_show_is_to_be_copied_and_never_offered():
    read = {"dalo": found("dalo", Unreadable("peut-être"))}
    (only,) = compared(FORM, {}, read)
    assert (only.standing, only.is_offered_taken) == (Standing.TO_COPY, False)


@pytest.mark.parametrize(
    ("here", "there", "certainty", "left", "offered"),
    [
        (None, "Un toit", 1.0, None, True),
        (None, "Un toit", 0.5, None, False),
        ("Un toit", "Deux toits", 1.0, None, False),
        ("Un toit", "Deux toits", 0.9, Departure({"name": "Un toit"}), True),
        ("Un toit", None, 1.0, Departure({"name": "Un toit"}), False),
        ("Deux toits", "Un toit", 1.0, Departure({"name": "Un toit"}), False),
        ("Deux toits", "Trois toits", 1.0, Departure({"name": "Un toit"}), False),
    ],
)
def test_the_file_is_offered_as_chosen_where_nothing_written_here_would_go(
    here, there, certainty, left, offered
):
    answers = {} if here is None else {"name": here}
    (only,) = compared(FORM, answers, {"name": found("name", there, certainty)}, left)
    assert only.is_offered_taken is offered
