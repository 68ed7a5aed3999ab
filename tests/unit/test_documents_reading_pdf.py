"""A PDF read back by its text layer: less surely, and nothing of it is lost."""

import json

import pytest
import typst

from grants.documents.reading import FileNotRead, read_answers
from grants.dossiers.papers import paper_of
from grants.forms import Count
from tests.answers import call_of

PAGE = """
#set page(width: 15cm, height: 6cm, header: [Présentation synthétique, {0}],
  footer: context [Page #counter(page).display() sur 3])
"""
SUMMARY = (
    "Aider des ménages à se maintenir durablement dans leur logement, ou éviter un échec que "
    "l’attribution laissait prévoir, avec une association du territoire."
)
LINES = (
    "Localisation du projet : Charente-Maritime (17), Saintes",
    "Nom du projet : Un toit",
    f"Descriptif sommaire du projet et objectifs poursuivis : {SUMMARY}",
    "Nombre de ménages accompagnés : 30 environ",
    "Ménages éligibles au DALO : [x] oui [ ] non",
    "ou des accords collectifs : ☒ oui ☒ non",
    "Typologie des logements : T2 et T3",
    "Echéancier de la mise en œuvre du projet : Le dispositif fonctionne.",
)


def a_pdf(*lines: str) -> bytes:
    words = "\n\n".join(f"#({json.dumps(each, ensure_ascii=False)})" for each in lines)
    return typst.compile((PAGE.replace("{0}", "SEMIS") + words).encode())


@pytest.fixture(scope="module")
def questionnaire():
    return paper_of(call_of("hlm-accompagnes")).questionnaire


@pytest.fixture(scope="module")
def reading(questionnaire):
    return read_answers(a_pdf(*LINES), questionnaire)


def test_the_lines_of_a_pdf_are_put_back_into_answers(reading):
    values = {key: each.value for key, each in reading.answers.items()}
    assert values["summary"] == SUMMARY
    assert values["households"] == Count(30, approximate=True)
    assert (values["project_name"], values["dalo"]) == ("Un toit", True)
    assert values["dwelling_types"] == "T2 et T3"
    assert values["schedule"] == "Le dispositif fonctionne."


def test_both_boxes_ticked_are_a_conflict_there_too(reading):
    assert reading.answers["collective_agreements"].conflict == (
        "plusieurs cases cochées, « oui » et « non »."
    )


def test_each_value_is_less_sure_and_it_is_said(reading):
    assert max(each.certainty for each in reading.answers.values()) <= 0.8
    assert reading.notices[0].startswith("Ce fichier est un PDF : il n’est lu que par ses lignes")


def test_what_is_printed_on_every_page_is_told_once(reading):
    assert reading.left_over == (
        "En-tête ou pied de page : Présentation synthétique, SEMIS",
        "En-tête ou pied de page : Page 2 sur 3",
    )


def test_lines_at_the_edges_of_pages_that_differ_by_more_than_the_page_are_kept(questionnaire):
    first = "Nom du projet : Un toit\n\nUne ligne.\n\nEncore.\n\nMontant : 4000\n"
    second = "Typologie des logements : T2\n\nUne ligne.\n\nEncore.\n\nMontant : 7000\n"
    pdf = typst.compile(f"{first}\n#pagebreak()\n{second}".encode())
    answers = read_answers(pdf, questionnaire).answers

    assert answers["project_name"].value.endswith("Montant : 4000")
    assert answers["dwelling_types"].value.endswith("Montant : 7000")


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (lambda: typst.compile(b"#set page(width: 3cm, height: 3cm)\n"), "aucun texte"),
        (lambda: a_pdf("Bonjour."), "Aucune question de cet appel"),
        (lambda: b"%PDF-1.7\n1 0 obj <</Kids [1 0 R]>>\n%%EOF", "n’a pas pu être lu"),
        (lambda: typst.compile(b"#pagebreak()\n" * 61), "n’a pas pu être lu"),
    ],
)
def test_a_pdf_that_holds_no_form_is_refused_with_the_reason(questionnaire, file, reason):
    with pytest.raises(FileNotRead) as refused:
        read_answers(file(), questionnaire)
    assert reason in refused.value.reason
