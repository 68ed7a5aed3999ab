"""A filled Word file read back: what was answered, where, how surely, and what is left over."""

import io

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from grants.documents import render
from grants.documents.reading import FileNotRead, read_answers
from grants.documents.writing.sealing import Origin, sealed
from grants.dossiers.papers import paper_of
from grants.forms import Count, Unreadable
from tests.answers import LIBRARY, call_of
from tests.returned import (
    KEY,
    asked_in,
    content_of,
    edited,
    faults,
    invented,
    mistyped_labels,
    named,
    replaced,
    saved_by_libreoffice,
    value_in,
    without_anchors,
    written,
)
from tests.seed import AS_IN_THE_SEED

DOSSIERS = 40
#: What the application prints around the answers.
PRINTED = {
    "version_label": "Version 2 du 3 mars 2014 à 23 h 59",
    "holder": "SEMIS et Tremplin 17",
    "status_label": "Déposé",
    "printed_on": "4 mars 2014",
    "demo_notice": "Données de démonstration",
    "issue_mark": "Code de vérification : ABCD-EFGH-JKMN-PQRS · https://a.fr/verifier",
}
SLUGS = sorted(path.stem for path in LIBRARY.glob("*.yaml"))


@pytest.fixture(scope="module")
def call():
    return call_of("hlm-accompagnes")


@pytest.fixture(scope="module")
def paper(call):
    return paper_of(call)


@pytest.fixture(scope="module")
def filled(call):
    return written(call, AS_IN_THE_SEED | {"dalo": True, "mobilisation": ("new", "low_rent")})


@pytest.fixture(scope="module")
def dossiers():
    """Calls of every shape, in turn, with invented answers."""
    calls = [call_of(slug) for slug in SLUGS]
    return [(calls[n % len(calls)], invented(calls[n % len(calls)], n)) for n in range(DOSSIERS)]


def answers_of(file, paper):
    return read_answers(file, paper.questionnaire, key=KEY)


def rate_read(dossiers, files):
    """The share of the questions of the documents that were read as they were answered."""
    asked = wrong = 0
    for (call, answers), file in zip(dossiers, files, strict=True):
        paper = paper_of(call)
        asked += len(asked_in(paper))
        wrong += len(faults(paper, answers, answers_of(file, paper)))
    return 1 - wrong / asked


# Invented dossiers


def test_every_answer_of_forty_dossiers_is_read_back_by_its_anchor(dossiers):
    for call, answers in dossiers:
        reading = answers_of(written(call, answers), paper_of(call))

        assert faults(paper_of(call), answers, reading) == []
        assert {each.source for each in reading.answers.values()} == {"anchor"}
        assert reading.left_over == ()


def test_nothing_is_lost_by_libreoffice_saving_once_twice_and_through_odt(dossiers, tmp_path):
    few = dossiers[: len(SLUGS)]
    originals = named(written(call, answers, **PRINTED) for call, answers in few)

    once = saved_by_libreoffice(originals, tmp_path / "once")
    twice = saved_by_libreoffice(once, tmp_path / "twice")
    odt = saved_by_libreoffice(originals, tmp_path / "odt", "odt")
    back = saved_by_libreoffice(odt, tmp_path / "back")

    for files in (once, twice, back):
        for (call, answers), file in zip(few, files.values(), strict=True):
            reading = answers_of(file, paper_of(call))
            assert faults(paper_of(call), answers, reading) == []
            assert reading.left_over == ()
            assert reading.origin.reference == "HLM14-0001"
            assert reading.authentic is True


def test_an_odt_is_read_by_whatever_turns_it_into_a_docx(call, paper, filled, tmp_path):
    odt = saved_by_libreoffice({"semis.docx": filled}, tmp_path / "odt", "odt")["semis.odt"]

    def convert(file):
        return saved_by_libreoffice({"semis.odt": file}, tmp_path / "docx")["semis.docx"]

    with pytest.raises(FileNotRead, match="enregistrez-le au format Word"):
        read_answers(odt, paper.questionnaire)
    reading = read_answers(odt, paper.questionnaire, convert=convert)
    assert value_in(reading, "households") == Count(30, approximate=True)


def test_labels_alone_are_enough_for_nearly_all_answers(dossiers):
    files = [without_anchors(call, answers) for call, answers in dossiers]

    assert rate_read(dossiers, files) >= 0.97


def test_one_letter_in_ten_mistyped_leaves_most_answers_readable(dossiers):
    files = [
        mistyped_labels(without_anchors(call, answers), 0.1, number)
        for number, (call, answers) in enumerate(dossiers)
    ]

    assert rate_read(dossiers, files) >= 0.94


# What was answered


def test_each_value_comes_with_its_source_its_certainty_and_its_place(call, paper, filled):
    anchored = answers_of(filled, paper).answers["households"]
    by_words = answers_of(without_anchors(call, AS_IN_THE_SEED), paper).answers["households"]

    assert (anchored.value, anchored.source) == (Count(30, approximate=True), "anchor")
    assert (anchored.certainty, anchored.place) == (1.0, "paragraphe 12")
    assert (by_words.value, by_words.source, by_words.certainty) == (
        Count(30, approximate=True),
        "label",
        0.95,
    )


def test_a_question_left_blank_is_unknown_and_never_no(paper, filled):
    found = answers_of(filled, paper).answers["collective_agreements"]

    assert found.value is None
    assert found.conflict == ""


def test_a_question_that_the_document_does_not_ask_is_absent(paper, filled):
    assert "contact_email" not in answers_of(filled, paper).answers


def test_both_boxes_ticked_is_a_conflict_and_no_value(paper, filled):
    reading = answers_of(edited(filled, tick("dalo_no")), paper)

    assert reading.answers["dalo"].value is None
    assert reading.answers["dalo"].conflict == "plusieurs cases cochées, « oui » et « non »."
    assert "Ménages éligibles au DALO : plusieurs cases cochées, « oui » et « non »." in (
        reading.notices
    )


def test_a_box_ticked_in_word_is_read_by_its_state(paper, filled):
    reading = answers_of(edited(filled, tick("pdalpd_no")), paper)

    assert reading.answers["pdalpd"].value is False


def test_an_amount_that_cannot_be_read_stays_the_text_that_was_typed(paper, filled):
    reading = answers_of(
        replaced(filled, "47\u202f000\xa0€ par an pour le projet", "pas connu"), paper
    )

    assert reading.answers["total_cost"].value == Unreadable("pas connu")
    assert value_in(reading, "total_cost_basis") is None


def test_answers_written_together_come_apart(paper, filled):
    reading = answers_of(filled, paper)

    assert value_in(reading, "total_cost") == 4_700_000
    assert value_in(reading, "total_cost_basis") == "project_year"
    assert value_in(reading, "commitment") is None
    assert value_in(reading, "commitment_context") == AS_IN_THE_SEED["commitment_context"]


def test_a_row_added_to_a_table_is_read_by_its_headings(paper, filled):
    reading = answers_of(edited(filled, add_row("Ville", "Autre", "1 500 €", "acquis")), paper)

    assert value_in(reading, "cofinancing")[-1] == {
        "financer": "Ville",
        "fund": "other",
        "amount": 150_000,
        "status": "granted",
    }


def test_text_that_belongs_to_no_question_is_shown(paper, filled):
    reading = answers_of(edited(filled, begin_with("Merci de nous rappeler lundi.")), paper)

    assert reading.left_over == ("Merci de nous rappeler lundi.",)


def test_an_opinion_in_the_file_is_apart_and_never_an_answer(call, paper):
    file = written(
        call,
        AS_IN_THE_SEED,
        opinion_department_opinion="Très bon projet.",
        opinion_department_reproducibility_high="☒",
        opinion_department_given="Rendu le 2 juin 2014, sur la version 1",
    )
    reading = answers_of(file, paper)

    (opinion,) = reading.apart
    assert opinion.title == "Avis du service départemental"
    assert opinion.answers["opinion"].value == "Très bon projet."
    assert opinion.answers["reproducibility"].value == "high"
    assert opinion.left_over == ("Rendu le 2 juin 2014, sur la version 1",)
    assert set(reading.answers) <= set(call.form.fields)


# Edited files


def test_a_label_retyped_is_still_the_label(paper, filled):
    reading = answers_of(
        replaced(filled, "Typologie des logements", "Typologies de logement"), paper
    )

    found = reading.answers["dwelling_types"]
    assert (found.value, found.source) == ("pas de typologie spécifique", "anchor")
    assert found.certainty < 1


def test_an_answer_typed_inside_a_label_is_not_lost(paper, filled):
    typed = replaced(filled, "Nom du projet", "Nom du projet : Nouveau nom, ex")

    assert value_in(answers_of(typed, paper), "project_name") == (
        "Nouveau nom, ex\N{NO-BREAK SPACE}: Projet d’Insertion sociale"
    )


def test_one_anchor_lost_is_made_up_for_by_the_words_of_the_label(paper, filled):
    reading = answers_of(edited(filled, without_bookmark("q_dwellings_")), paper)

    found = reading.answers["dwellings"]
    assert (found.value, found.source) == (Count(30, approximate=True), "label")


def test_a_form_laid_out_as_a_table_of_two_columns_is_read_by_its_labels(paper):
    document = docx.Document()
    table = document.add_table(0, 2)
    for label, answer in (
        ("Nom du projet", "Un toit"),
        ("Nombre de ménages accompagnés", "12"),
        ("Démarche mise en place pour favoriser l'adhésion du ménage", "Une rencontre.\nDeux."),
    ):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, answer
    saved = io.BytesIO()
    document.save(saved)
    reading = answers_of(saved.getvalue(), paper)

    assert value_in(reading, "project_name") == "Un toit"
    assert value_in(reading, "households") == Count(12)
    assert value_in(reading, "adhesion") == "Une rencontre.\nDeux."


# Where it comes from


def test_the_file_tells_its_dossier_its_version_and_its_form(paper, filled):
    reading = answers_of(filled, paper)

    assert (reading.origin.reference, reading.origin.version) == ("HLM14-0001", "2")
    assert reading.origin.form == "hash"
    assert reading.authentic is True


def test_an_origin_that_was_rewritten_is_found_out(paper, filled):
    def another(root: etree._Element) -> None:
        node = next(each for each in root if each.get("name") == "grants-reference")
        node[0].text = "HLM14-0002"

    reading = answers_of(edited(filled, another, "docProps/custom.xml"), paper)

    assert reading.origin.reference == "HLM14-0002"
    assert reading.authentic is False
    assert reading.notices[0].endswith("du dossier HLM14-0002, qu’il nomme.")


def test_a_blank_form_of_another_site_is_told_without_a_dossier(call, paper):
    blank = render(paper.model, content_of(call, {}, {}), title="Présentation")
    reading = answers_of(sealed(blank, Origin(call.slug, call.title, "hash"), b"another"), paper)

    (told,) = reading.notices
    assert "il vient d’un bac à sable ou d’un autre site" in told


def test_a_form_of_another_revision_is_read_and_told(paper, filled):
    questionnaire = paper.questionnaire.of_revision("another hash")
    reading = read_answers(filled, questionnaire)

    told = "Le formulaire a changé depuis que ce fichier en est parti : ce qui y est encore demandé"
    assert [each[: len(told)] for each in reading.notices] == [told]


def test_a_form_of_another_call_is_refused_with_its_name(paper):
    other = call_of("fej-2009")

    with pytest.raises(FileNotRead) as refusal:
        answers_of(written(other, {"project_name": "Ailleurs"}), paper)

    assert refusal.value.reason == (
        f"Ce fichier est le formulaire d’un autre appel : « {other.title} » (fej-2009)."
    )


# Edits


def tick(slot):
    def edit(root):
        tag = next(each for each in root.iter(qn("w:tag")) if each.get(qn("w:val")) == slot)
        box = tag.getparent()
        state = next(box.iter("{*}checked"))
        state.set("{http://schemas.microsoft.com/office/word/2010/wordml}val", "1")

    return edit


def begin_with(text):
    def edit(root):
        paragraph = etree.SubElement(root[0], qn("w:p"))
        etree.SubElement(etree.SubElement(paragraph, qn("w:r")), qn("w:t")).text = text
        root[0].insert(0, paragraph)

    return edit


def add_row(*texts):
    def edit(root):
        table = next(root.iter(qn("w:tbl")))
        total = table.findall(qn("w:tr"))[-1]
        row = etree.Element(qn("w:tr"))
        for text in texts:
            paragraph = etree.SubElement(etree.SubElement(row, qn("w:tc")), qn("w:p"))
            etree.SubElement(etree.SubElement(paragraph, qn("w:r")), qn("w:t")).text = text
        total.addprevious(row)

    return edit


def without_bookmark(beginning):
    def edit(root):
        marks = list(root.iter(qn("w:bookmarkStart")))
        mark = next(each for each in marks if each.get(qn("w:name")).startswith(beginning))
        mark.getparent().remove(mark)

    return edit
