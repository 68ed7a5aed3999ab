"""Invented answers: of every type, within every bound, and mended until nothing blocks."""

from datetime import date
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from stdnum.fr import siret

import grants
from grants.calls.loader import read_call
from grants.calls.staffing import departments_of
from grants.dossiers.review import deposit_gaps
from grants.files import KINDS, recognise
from grants.forms import FormDefinition, decode_answers, findings, gaps
from grants.rehearsal.answers import NoAnswers, invent
from grants.rehearsal.distance import distance
from grants.rehearsal.papers import tiny_file
from grants.rehearsal.values import Inventor, fictitious_siret
from grants.rehearsal.walking import deposit_answers

LIBRARY = sorted((Path(grants.__file__).parent / "calls" / "library").glob("*.yaml"))
TODAY = date(2026, 11, 16)

EVERY_TYPE = {
    "fields": {
        "name": {"type": "text", "label": "Nom", "required": True, "max": 12},
        "mail": {"type": "text", "label": "Adresse", "required": True, "format": "email"},
        "summary": {"type": "long_text", "label": "Résumé", "required": True, "max": 40},
        "goals": {"type": "lines", "label": "Buts", "required": True, "max_lines": 2},
        "people": {"type": "integer", "label": "Personnes", "required": True, "min": 5, "max": 9},
        "new": {"type": "yes_no", "label": "Neuf", "required": True},
        "kind": {"type": "choice", "label": "Genre", "required": True, "options": {"a": "A"}},
        "ways": {"type": "choices", "label": "Voies", "required": True, "options": {"b": "B"}},
        "cost": {"type": "money", "label": "Coût", "required": True},
        "length": {"type": "duration", "label": "Durée", "required": True},
        "begins": {"type": "date", "label": "Début", "required": True},
        "place": {"type": "commune", "label": "Commune", "required": True},
        "number": {"type": "siret", "label": "SIRET", "required": True},
        "paper": {"type": "file", "label": "Pièce", "required": True, "accepts": ["png"]},
        "twice": {"type": "computed", "label": "Double", "value": "people * 2"},
        "lines_of_cost": {
            "type": "table",
            "label": "Budget",
            "required": True,
            "columns": {
                "what": {"type": "text", "label": "Quoi", "required": True},
                "amount": {"type": "money", "label": "Somme", "required": True},
            },
        },
        "years": {
            "type": "table",
            "label": "Années",
            "required": True,
            "rows": {"y1": "2025", "y2": "2026"},
            "columns": {
                "spent": {"type": "money", "label": "Dépensé", "required": True},
                "due": {"type": "computed", "label": "Dû", "value": "spent * 2"},
            },
        },
    }
}


def inventor(seed: int = 1, *departments: str) -> Inventor:
    chance = Random(seed)  # noqa: S311  # repeatable
    return Inventor(chance, TODAY, departments or ("17",))


def form(fields, **others) -> FormDefinition:
    return FormDefinition.model_validate({"fields": fields, **others})


def test_every_type_of_question_gets_an_answer_without_a_fault():
    definition = form(**EVERY_TYPE)

    answers = invent(definition, inventor())

    assert answers.keys() == definition.fields.keys() - {"twice"}
    assert gaps(definition, answers) == []
    assert answers["place"].department == "17"
    assert siret.is_valid(answers["number"])


def test_answers_come_back_the_same_once_stored():
    definition = form(**EVERY_TYPE)
    answers = invent(definition, inventor())

    stored = {key: definition.fields[key].encode(value) for key, value in answers.items()}

    decoded = decode_answers(definition, stored)
    assert {key: decoded[key] for key in answers} == answers


def test_the_same_chance_gives_the_same_answers_and_another_one_gives_others():
    definition = form(**EVERY_TYPE)

    assert invent(definition, inventor(3)) == invent(definition, inventor(3))
    assert invent(definition, inventor(3)) != invent(definition, inventor(4))


@pytest.mark.parametrize("kind", KINDS)
def test_the_smallest_file_of_a_kind_is_recognised_as_one(kind):
    assert recognise(BytesIO(tiny_file(kind))).key == kind


def test_a_hidden_question_is_not_answered():
    definition = form(
        {
            "new": {"type": "choice", "label": "Neuf", "required": True, "options": {"no": "Non"}},
            "why": {
                "type": "text",
                "label": "Pourquoi",
                "required": True,
                "shown_when": "new != 'no'",
            },
        }
    )

    assert invent(definition, inventor()) == {"new": "no"}


def test_a_budget_is_brought_into_balance():
    definition = form(
        {
            "cost": {"type": "money", "label": "Coût", "required": True},
            "own": {"type": "money", "label": "Apport", "required": True},
            "asked": {"type": "money", "label": "Demande", "required": True},
        },
        checks={
            "balanced": {
                "level": "blocking",
                "when": "cost != own + asked",
                "message": "Équilibre",
            },
            "half": {"level": "blocking", "when": "asked * 2 > cost", "message": "Moitié"},
        },
    )

    for seed in range(20):
        answers = invent(definition, inventor(seed))
        assert answers["cost"] == answers["own"] + answers["asked"]
        assert answers["asked"] * 2 <= answers["cost"]


def test_a_gap_to_justify_is_justified():
    definition = form(
        {"people": {"type": "integer", "label": "Personnes", "required": True, "min": 1}},
        checks={"few": {"level": "justify", "when": "people > 0", "message": "Peu"}},
    )

    answers = invent(definition, inventor())

    assert answers["justification_few"]


def test_checks_that_contradict_each_other_are_told():
    definition = form(
        {"people": {"type": "integer", "label": "Personnes", "required": True}},
        checks={
            "many": {"level": "blocking", "when": "people < 10", "message": "Dix au moins."},
            "few": {"level": "blocking", "when": "people > 5", "message": "Cinq au plus."},
        },
    )

    with pytest.raises(NoAnswers) as refused:
        invent(definition, inventor())

    assert set(refused.value.reasons) <= {"Dix au moins.", "Cinq au plus."}


@pytest.mark.parametrize("file", LIBRARY, ids=lambda path: path.stem)
def test_a_dossier_of_each_call_of_the_library_can_be_answered_by_chance(file):
    call = read_call(file.read_text(encoding="utf-8"))

    for seed in (1, 2):
        answers = deposit_answers(call, inventor(seed, *departments_of(call)))
        assert deposit_gaps(call, answers) == []
        assert [each for each in findings(call.form, answers) if each.level == "blocking"] == []


def test_a_distance_is_what_the_numbers_lack():
    facts = {"a": 7, "b": 3, "gone": True, "rows": ({"gap": 5}, {"gap": -2}, {"gap": 0})}

    assert distance("a < b", facts) == 0
    assert distance("a != b", facts) == 4
    assert distance("a > b", facts) == 5
    assert distance("gone and a != b", facts) == 4
    assert distance("a != b or a > 6", facts) == 6
    assert distance("any_row(rows, rows.gap != 0)", facts) == Fraction(7)
    assert distance("missing(c)", facts) > 10**12


def test_fictitious_numbers_are_valid_and_distinct():
    numbers = {fictitious_siret(each) for each in range(300)}

    assert len(numbers) == 300
    assert all(map(siret.is_valid, numbers))
