"""Criteria are met before a draft is opened, and the draft begins with what was answered."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.dossiers.errors import NotEligible
from grants.dossiers.models import Dossier
from grants.dossiers.operations import current_answers, start
from grants.dossiers.review import deposit_gaps
from grants.forms import Unreadable
from tests.factories import NOW
from tests.shared import ELIGIBLE, a_begun, a_shared_world, write


@pytest.fixture
def world(session: Session):
    return a_shared_world(session)


def refusal(world, answers) -> list[tuple[str, str]]:
    with pytest.raises(NotEligible) as refused:
        start(
            world.session,
            world.call,
            world.association,
            actor=world.author,
            now=NOW,
            answers=answers,
        )
    assert world.session.scalar(select(func.count()).select_from(Dossier)) == 0
    assert world.call.dossier_count == 0
    return [(each.field, each.message) for each in refused.value.gaps]


def test_a_draft_begins_with_the_answers_to_the_criteria_and_no_other(world):
    dossier = a_begun(world, funding=500_000, name="Ailleurs")

    answers = current_answers(dossier, dossier.definition)
    assert answers == ELIGIBLE | {"funding": 500_000}
    assert {(each.revision, each.updated_by, each.updated_at) for each in dossier.answers} == {
        (1, world.author, NOW)
    }


@pytest.mark.parametrize("answers", [None, {}])
def test_no_draft_is_opened_without_the_required_answers(world, answers):
    assert refusal(world, answers) == [
        ("non_profit", "Votre organisme est-il à but non lucratif ? : à renseigner"),
        ("begun", "Date de début du projet : à renseigner"),
    ]


def test_no_draft_is_opened_on_an_answer_that_cannot_be_read(world):
    ((field, message),) = refusal(world, ELIGIBLE | {"begun": Unreadable("bientôt")})

    assert field == "begun"
    assert message.startswith("Date de début du projet : ")


def test_each_criterion_that_is_not_met_says_why(world):
    assert refusal(world, {"non_profit": False, "begun": date(2027, 1, 1), "funding": 50_000}) == [
        ("non_profit", "Seuls les organismes à but non lucratif peuvent candidater."),
        ("funding", "Le budget est d’au moins 1 000 € : vous avez écrit 500\N{NO-BREAK SPACE}€."),
    ]


def test_a_check_that_also_looks_elsewhere_waits_for_the_deposit(world):
    dossier = a_begun(world)
    write(world, dossier, world.author, {"name": "Un essai"})

    messages = [
        each.message
        for each in deposit_gaps(dossier.definition, current_answers(dossier, dossier.definition))
    ]
    assert "Un essai n’est pas un projet." in messages


def test_criteria_are_held_again_at_the_deposit(world):
    dossier = a_begun(world)
    write(world, dossier, world.author, {"non_profit": False})

    messages = [
        each.message
        for each in deposit_gaps(dossier.definition, current_answers(dossier, dossier.definition))
    ]
    assert "Seuls les organismes à but non lucratif peuvent candidater." in messages
