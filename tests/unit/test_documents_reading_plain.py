"""A form that comes back as plain text: retyped in a mail, or saved without its layout."""

from pathlib import Path
from random import Random
from textwrap import wrap

import pytest

from grants.documents import render
from grants.documents.reading import FileNotRead, read_answers
from grants.dossiers.papers import paper_of
from grants.dossiers.presentation import blank
from grants.forms import Count, Duration, Unreadable
from tests.answers import LIBRARY, call_of
from tests.returned import mistyped
from tests.seed import AS_IN_THE_SEED
from tests.word import lines

#: The official form as the landlord sent it in 2014, its prose in other words, its ticks lost.
RETYPED = Path(__file__).parents[1] / "retyped" / "presentation-hlm.txt"


@pytest.fixture(scope="module")
def questionnaire():
    return paper_of(call_of("hlm-accompagnes")).questionnaire


def read(text, questionnaire):
    return read_answers(text if isinstance(text, bytes) else text.encode(), questionnaire)


def same(value):
    """Texts of the form and of the test differ by their apostrophes only."""
    return str(value).replace("’", "'")


def test_the_whole_form_is_read_as_it_stands(questionnaire):
    reading = read(RETYPED.read_bytes(), questionnaire)
    found = {key: each.value for key, each in reading.answers.items()}
    ticks = ("dalo", "collective_agreements", "pdalpd", "mobilisation", "commitment")

    expected = {key: same(value) for key, value in AS_IN_THE_SEED.items() if key != "cofinancing"}
    assert {key: same(found[key]) for key in expected} == expected
    assert found["cofinancing"] == Unreadable(
        "SEMIS (demande en cours en 2014)= 20 000€,\n\nETAT- AVDL= 7 000 €,\n\n"
        "Appel à projet = 20 000€."
    )
    assert [found[key] for key in ticks] == [None] * 5
    assert found.keys() == {*AS_IN_THE_SEED, *ticks}
    assert reading.left_over == ()
    assert reading.apart == ()


def test_lost_ticks_are_told(questionnaire):
    assert read(RETYPED.read_bytes(), questionnaire).notices == (
        "Ce fichier est un texte sans mise en forme : des cases cochées ont pu s’y perdre.",
    )


def test_labels_in_capitals_numbered_or_mistyped_are_known(questionnaire):
    chance = Random(4)  # noqa: S311  # slips of the keyboard
    text = (
        "1. NOM DU PROJET : Un toit\n\n"
        "II) Nombre de menages accompagnés : 12\n\n"
        f"{mistyped('Typologie des logements', 0.1, chance)} : T1 et T2\n"
    )
    reading = read(text, questionnaire)

    assert reading.answers["project_name"].value == "Un toit"
    assert reading.answers["households"].value == Count(12)
    assert reading.answers["dwelling_types"].value == "T1 et T2"


def test_a_reply_to_a_mail_is_read_through_its_quotes(questionnaire):
    text = "Bonjour,\n\n> Nom du projet : Un toit\n> Nombre de logements : 12\n"
    reading = read(text.encode("cp1252"), questionnaire)

    assert reading.answers["project_name"].value == "Un toit"
    assert reading.answers["dwellings"].value == Count(12)
    assert reading.left_over == ("Bonjour,",)


def test_nothing_of_a_form_retyped_anyhow_is_lost(questionnaire):
    text = (
        "Nom du projet - Un toit pour tous\n"
        "Statut et nom des porteurs du projet :\n"
        "SEMIS, bailleur social\n"
        "Tremplin 17, association\n"
        "Nombre de ménages accompagnés 30\n"
        "Modalités de réservation et d'attribution des\n"
        "logements : droit commun\n"
        "Nombre de logements = 12\n"
        "Coût global en cas d'offre intégrée gestion locative adaptée +\n"
        "l'accompagnement par ménage : 47k€\n"
        "Les engagements pris par les porteurs du projet portent sur une durée de 3 ans\n"
    )
    reading = read(text, questionnaire)

    assert {key: each.value for key, each in reading.answers.items() if each.value} == {
        "project_name": "Un toit pour tous",
        "holders": ("SEMIS, bailleur social", "Tremplin 17, association"),
        "households": Count(30),
        "allocation": "droit commun",
        "dwellings": Count(12),
        "total_cost": 4_700_000,
        "commitment": Duration(3, "years"),
    }
    assert reading.left_over == ()


@pytest.mark.parametrize(
    "cost",
    ["38 0O0 €", "38 milles", "3 8000", "2014 : 38 000 €", "30 000 ou 40 000 €", "38 000 $"],
)
def test_an_amount_that_cannot_be_read_is_no_other_amount(questionnaire, cost):
    label = questionnaire.form.fields["total_cost"].label
    reading = read(f"Nom du projet : X\n\n{label} : {cost}\n", questionnaire)

    assert reading.answers["total_cost"].value == Unreadable(cost)
    assert reading.answers["total_cost_basis"].value is None


@pytest.mark.parametrize(
    "line",
    [f"{'.' * 104}T2, etc...", "_______ T2, etc...", "T2, etc... ………………", f"T2, etc...\t{'_' * 9}"],
)
def test_the_line_that_one_wrote_upon_is_no_part_of_the_answer(questionnaire, line):
    reading = read(f"Nom du projet : X\n\nTypologie des logements : {line}\n", questionnaire)

    assert reading.answers["dwelling_types"].value.rstrip(".") == "T2, etc"


@pytest.mark.parametrize("box", ["[x] oui [ ] non", "☑ oui ☐ non", "( ) non (X) oui", "oui"])
def test_a_box_drawn_with_letters_is_a_box(questionnaire, box):
    reading = read(f"Nom du projet : X\n\nMénages éligibles au DALO : {box}\n", questionnaire)

    assert reading.answers["dalo"].value is True


def test_both_words_left_of_a_pair_of_boxes_say_nothing(questionnaire):
    reading = read("Nom du projet : X\n\nMénages éligibles au DALO : oui non\n", questionnaire)

    assert reading.answers["dalo"].value is None


def test_a_table_drawn_with_bars_is_a_table(questionnaire):
    text = (
        "Nom du projet : X\n\nCofinancements apportés :\n"
        "| Financeur | Fonds | Montant | État |\n"
        "| SEMIS | Fonds propres du porteur | 20 000 € | acquis |\n"
        "| Total | | 20 000 € | |\n"
    )

    assert read(text, questionnaire).answers["cofinancing"].value == (
        {"financer": "SEMIS", "fund": "own", "amount": 2_000_000, "status": "granted"},
    )


@pytest.mark.parametrize("box", ["oui, en partie", "[x] oui, en partie [ ] non"])
def test_what_is_written_beside_a_box_is_shown_with_its_question(questionnaire, box):
    reading = read(f"Nom du projet : X\nMénages éligibles au DALO : {box}\n", questionnaire)

    assert reading.answers["dalo"].value is True
    assert reading.left_over == ("Ménages éligibles au DALO : en partie",)


@pytest.mark.parametrize(
    ("second", "value", "conflict"),
    [
        ("Second", None, "deux réponses, « Premier » et « Second »."),
        (
            "Second\nNom du projet : Tiers",
            None,
            "deux réponses, « Premier » et « Second Nom du projet : Tiers ».",
        ),
        ("Premier", "Premier", ""),
        ("", "Premier", ""),
    ],
)
def test_a_label_written_twice_has_one_answer_or_contradicts_itself(
    questionnaire, second, value, conflict
):
    text = f"Nom du projet : Premier\nTypologie des logements : T2\nNom du projet : {second}\n"
    found = read(text, questionnaire).answers

    assert (found["project_name"].value, found["project_name"].conflict) == (value, conflict)
    assert found["dwelling_types"].value == "T2"


def test_the_end_of_a_mail_is_no_part_of_its_last_answer(questionnaire):
    mail = "Bonjour,\nvoici la suite.\nCordialement,\nJean Dupont"
    labels = {
        "households": "Nombre de ménages accompagnés",
        "dwelling_types": "Typologie des logements",
    }
    for key, label in labels.items():
        reading = read(f"Nom du projet : X\n{label} : 30\n\n{mail}\n", questionnaire)

        assert str(reading.answers[key].value) in ("30", str(Count(30)))
        assert reading.left_over == tuple(mail.split("\n"))


@pytest.mark.parametrize(
    ("below", "answer"),
    [
        ("Total", None),
        ("Non renseigné\nTotal", None),
        ("Financeur\nTotal", None),
        ("Total Total", Unreadable),
        ("2019", Unreadable),
    ],
)
def test_the_headings_of_an_empty_table_are_no_answer(questionnaire, below, answer):
    text = (
        f"Nom du projet : X\n\nCofinancements apportés :\nFinanceur Fonds Montant État\n{below}\n"
    )

    value = read(text, questionnaire).answers["cofinancing"].value

    assert (value and type(value)) is answer


def test_a_text_that_answers_nothing_is_refused(questionnaire):
    with pytest.raises(FileNotRead, match="Aucune question de cet appel"):
        read("Bonjour, vous trouverez notre dossier en pièce jointe.", questionnaire)


@pytest.mark.parametrize("width", [40, 60, 72, 100, 120])
def test_a_label_cut_over_lines_answers_nothing_and_keeps_its_answer(questionnaire, width):
    cut = ["\n".join(wrap(f"{each.label} :", width)) for each in questionnaire.questions]
    leaders = "\n".join(f"{each}\n{'.' * width}" for each in cut)
    partners = next(each for each in cut if each.startswith("Partenaires mobilisés"))

    blank = read(leaders, questionnaire)
    filled = read(leaders.replace(partners, f"{partners} SIAO 17"), questionnaire)

    assert {each.value for each in blank.answers.values()} == {None}
    assert (blank.apart, blank.left_over) == ((), ())
    assert filled.answers["partners"].value == ("SIAO 17",)
    assert filled.left_over == ()


def test_a_heading_on_two_lines_is_no_opinion(questionnaire):
    text = (
        "Nom du projet : X\nAvis du service départemental en charge des politiques sociales du\n"
        "logement (DDCS ou DDT)\n"
    )

    assert read(text, questionnaire).apart == ()


@pytest.mark.parametrize("call", [call_of(path.stem) for path in sorted(LIBRARY.glob("*.yaml"))])
def test_a_blank_form_in_plain_text_answers_nothing_and_leaves_nothing(call):
    paper = paper_of(call)
    form = render(paper.model, blank(call), title=call.title)
    text = "\n".join(lines(form)).replace("\N{WORD JOINER}", "")

    reading = read(text, paper.questionnaire)

    answered = {key: each.value for key, each in reading.answers.items() if each.value is not None}
    assert (answered, reading.left_over) == ({}, ())
