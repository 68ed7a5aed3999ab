"""What Word leaves in a file besides its words: changes, comments, pictures, tags, older forms."""

from random import Random

import pytest
from docx.oxml.ns import qn
from lxml import etree

from grants.calls.loader import read_call
from grants.documents.reading import read_answers
from grants.dossiers.papers import paper_of
from grants.forms import Unreadable
from tests.answers import answers_for, call_of, source_of
from tests.returned import KEY, edited, replaced, value_in, written
from tests.seed import AS_IN_THE_SEED
from tests.typed_in import typed

NO_MORE_ASKED = """
        neighbours:
          type: long_text
          label: Ce qu’en pensent les voisins
        heated:
          type: yes_no
          label: Le lieu est chauffé
"""


@pytest.fixture(scope="module")
def paper():
    return paper_of(call_of("hlm-accompagnes"))


@pytest.fixture(scope="module")
def filled():
    return written(call_of("hlm-accompagnes"), AS_IN_THE_SEED)


def answers_of(file, paper):
    return read_answers(file, paper.questionnaire, key=KEY)


def test_tracked_changes_are_read_as_accepted_and_told(paper, filled):
    reading = answers_of(edited(filled, track("Projet d’Insertion sociale", "Un toit")), paper)

    assert value_in(reading, "project_name") == "Un toit"
    told = "Ce fichier porte des modifications suivies : il est lu comme si elles étaient"
    assert reading.notices[0].startswith(told)


def test_an_end_of_paragraph_struck_out_joins_it_to_the_next_one(paper, filled):
    reading = answers_of(edited(filled, strike_end("Familles déjà")), paper)

    first, second, *others = AS_IN_THE_SEED["public_description"]
    assert value_in(reading, "public_description") == (first + second, *others)


def test_what_was_moved_with_tracking_is_read_once_where_it_went(paper, filled):
    reading = answers_of(edited(filled, move("Projet d’Insertion", "Droit commun")), paper)

    assert value_in(reading, "project_name") is None
    assert value_in(reading, "allocation") == (
        "Droit commun du logement socialProjet d’Insertion sociale"
    )


def test_comments_and_notes_are_shown_and_comments_told(paper, filled):
    chance = Random(3)  # noqa: S311  # any place
    both = typed(filled, "in a comment", "À revoir.", chance)
    both = typed(both, "in a footnote", "Voir le bilan.", chance)
    reading = answers_of(both, paper)

    assert reading.notices == (
        "Ce fichier porte 1 commentaire : voir ce qui ne répond à aucune question.",
    )
    assert reading.left_over == (
        "Note : Voir le bilan.",
        "Commentaire de Marie Dupont : À revoir.",
    )


def test_pictures_are_told_since_they_are_not_read(paper, filled):
    reading = answers_of(edited(filled, put_in_a_picture), paper)

    assert reading.notices == (
        "Ce fichier porte des images ou des objets incorporés : ce qu’ils montrent n’est pas lu.",
    )


def test_a_tag_left_in_the_file_is_text_and_told(paper, filled):
    reading = answers_of(replaced(filled, "30 environ", "{{ menages }"), paper)

    assert reading.answers["households"].value == Unreadable("{{ menages }")
    assert reading.notices == (
        "Ce fichier porte des balises de modèle, lues comme du texte : « {{ menages ».",
    )


def test_a_box_drawn_with_a_font_of_symbols_is_a_box(paper, filled):
    reading = answers_of(edited(filled, draw_box("dalo_yes")), paper)

    assert value_in(reading, "dalo") is True


def test_a_fixed_row_written_once_more_is_left_over_with_its_figures():
    call = call_of("ami-cget-2019")
    rows = tuple({"row": f"y{year}", "positive": True} for year in (2016, 2017, 2018))
    reading = answers_of(
        edited(written(call, {"results": rows}), add_row("2016", "2017", "145 000")), paper_of(call)
    )

    assert value_in(reading, "results") == rows
    assert reading.left_over == ("2016 ; 145 000",)


def test_a_block_whose_heading_was_typed_into_gives_its_figures_to_no_other_year():
    call = call_of("ami-cget-2019")
    budget = answers_for("ami-cget-2019")["budget"]
    file = edited(written(call, {"budget": budget}), type_over_the_heading_of("2019"))
    reading = answers_of(file, paper_of(call))

    read = {row["row"]: row["staff_costs"] for row in value_in(reading, "budget")}
    known = {row["row"]: row["staff_costs"] for row in budget}
    assert read == known | {"y2019": None}
    assert reading.left_over[0].startswith("À voir lundi matin")


def test_of_last_years_form_what_is_still_asked_is_read_and_the_rest_is_shown():
    source = source_of("fdf-habitat-partage")
    other = "            other: Autre\n"
    former = read_call(
        source.replace("label: D’où vient le projet", "label: Genèse du lieu")
        .replace(other, f"{other}            boat: Bateau\n", 1)
        .replace("        opening:\n", f"{NO_MORE_ASKED}        opening:\n")
    )
    answers = {"project_name": "Un toit", "history": "Depuis 1980.", "form_of_housing": "boat"}
    answers |= {"neighbours": "Ils sont ravis.", "heated": True}
    questionnaire = paper_of(read_call(source)).questionnaire.of_revision("a newer hash")
    reading = read_answers(written(former, answers), questionnaire)

    assert {key: each.value for key, each in reading.answers.items() if each.value} == {
        "project_name": "Un toit",
        "history": "Depuis 1980.",
        "form_of_housing": Unreadable("☒\xa0Bateau"),
    }
    assert reading.left_over == (
        "Ce qu’en pensent les voisins\xa0:",
        "Ils sont ravis.",
        "Le lieu est chauffé\xa0: \t☒\xa0oui\t☐\xa0non",
    )
    told = "Le formulaire a changé depuis que ce fichier en est parti : ce qui y est encore demandé"
    assert [each[: len(told)] for each in reading.notices] == [told]


# Edits


def type_over_the_heading_of(year):
    """In a block of answers: « Année : 2019 »."""

    def edit(root):
        lines = ((each, "".join(each.itertext())) for each in root.iter(qn("w:p")))
        line = next(each for each, text in lines if text.startswith("Année") and year in text)
        next(line.iter(qn("w:t"))).text = "À voir lundi matin"

    return edit


def run_of(root, words):
    node = next(each for each in root.iter(qn("w:t")) if (each.text or "").startswith(words))
    return node.getparent()


def track(old, new):
    """A change as Word tracks it: one run struck out, another one put in."""

    def edit(root):
        run = run_of(root, old)
        struck, put_in = etree.Element(qn("w:del")), etree.Element(qn("w:ins"))
        run.addprevious(struck)
        run.addprevious(put_in)
        struck.append(run)
        run.find(qn("w:t")).tag = qn("w:delText")
        etree.SubElement(etree.SubElement(put_in, qn("w:r")), qn("w:t")).text = new

    return edit


def move(words, after):
    """A run moved behind another one, both places kept."""

    def edit(root):
        run, target = run_of(root, words), run_of(root, after)
        copy = etree.fromstring(etree.tostring(run))
        left, come = etree.Element(qn("w:moveFrom")), etree.Element(qn("w:moveTo"))
        run.addprevious(left)
        left.append(run)
        target.addnext(come)
        come.append(copy)

    return edit


def strike_end(words):
    def edit(root):
        paragraph = run_of(root, words).getparent()
        properties = paragraph.find(qn("w:pPr"))
        mark = etree.SubElement(properties, qn("w:rPr"))
        etree.SubElement(mark, qn("w:del"), {qn("w:id"): "9", qn("w:author"): "A"})

    return edit


def put_in_a_picture(root):
    run = next(root.iter(qn("w:r")))
    etree.SubElement(etree.SubElement(run, qn("w:drawing")), qn("a:blip"))


def draw_box(slot):
    def edit(root):
        tag = next(each for each in root.iter(qn("w:tag")) if each.get(qn("w:val")) == slot)
        control = next(tag.iterancestors(qn("w:sdt")))
        drawn = {qn("w:font"): "Wingdings", qn("w:char"): "F0FE"}
        run = etree.Element(qn("w:r"))
        etree.SubElement(run, qn("w:sym"), drawn)
        control.getparent().replace(control, run)

    return edit


def add_row(words, after, figure):
    """A row under the one that begins with `after`, as somebody copies one and types over it."""

    def edit(root):
        cells = next(
            row
            for row in root.iter(qn("w:tr"))
            if "".join(row.itertext()).strip().startswith(after)
        )
        copy = etree.fromstring(etree.tostring(cells))
        for node in list(copy.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd"))):
            node.getparent().remove(node)
        for cell, text in zip(copy.iter(qn("w:tc")), (words, figure), strict=True):
            for each in cell.findall(qn("w:p")):
                cell.remove(each)
            line = etree.SubElement(etree.SubElement(cell, qn("w:p")), qn("w:r"))
            etree.SubElement(line, qn("w:t")).text = text
        cells.addnext(copy)

    return edit
