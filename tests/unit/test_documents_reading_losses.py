"""No word of a filled file is lost: wherever it was typed, whoever reads the file sees it."""

import re
from pathlib import Path
from random import Random

import pytest
from docx.oxml.ns import qn

from grants.documents.reading import read_answers
from grants.dossiers.papers import paper_of
from grants.wording import money
from tests.answers import call_of
from tests.returned import edited, invented, replaced, without_anchors, written
from tests.typed_in import WHERE, typed

RETYPED = Path(__file__).parents[1] / "retyped" / "presentation-hlm.txt"
TRIES = 4
#: Long, short and alone.
SENTENCES = ("Rappeler Mme Zébulon le 12 mars", "Zut alors", "Xylophone", "05 46 12 34 56")
SLUGS = ("hlm-accompagnes", "fdf-habitat-partage", "fnavdl-paca-2020")


@pytest.fixture(scope="module")
def files():
    """Filled documents, with their anchors and without."""
    calls = [call_of(slug) for slug in SLUGS]
    return [
        (call, write(call, invented(call, number)))
        for number, call in enumerate(calls)
        for write in (written, without_anchors)
    ]


FIGURE = re.compile(r"-?[\d\s]+(,\d+)?\s[€%]")


def told(call, reading):
    """All that the person reads of a file."""
    forms = [(call.form, reading.answers), *((each.form, each.answers) for each in reading.apart)]
    answers = (
        form.fields[key].display(found.value)
        for form, found_in in forms
        for key, found in found_in.items()
        if found.value is not None
    )
    apart = (text for each in reading.apart for text in each.left_over)
    return " ".join(" ".join([*answers, *apart, *reading.left_over]).split())


def comes_back(sentence, text):
    """Beside a label a sentence may be cut in two; in an amount, digits stand close."""
    if sentence.startswith("0"):
        return "".join(sentence.split()).lstrip("0") in "".join(text.split())
    return all(word in text for word in sentence.split())


@pytest.mark.parametrize("where", WHERE)
def test_a_sentence_typed_anywhere_comes_back(files, where):
    lost = []
    for number in range(TRIES):
        chance = Random(f"{where} {number}")  # noqa: S311  # any place
        call, file = chance.choice(files)
        sentence = chance.choice(SENTENCES)
        reading = read_answers(typed(file, where, sentence, chance), paper_of(call).questionnaire)
        if not comes_back(sentence, told(call, reading)):
            lost.append((number, call.slug, sentence))

    assert lost == []


def test_a_text_box_that_word_writes_twice_is_read_once(files):
    call, file = files[0]
    boxed = typed(file, "in a text box", "Xylophone", Random(1))  # noqa: S311  # any place
    text = told(call, read_answers(boxed, paper_of(call).questionnaire))

    assert text.count("Xylophone") == 1


def test_a_line_put_anywhere_into_a_plain_text_comes_back(files):
    lines = RETYPED.read_text().splitlines()
    call, _ = files[0]
    lost = []
    for number in range(2 * TRIES):
        chance = Random(number)  # noqa: S311  # any place
        at, sentence = chance.randrange(len(lines) + 1), chance.choice(SENTENCES)
        text = "\n".join([*lines[:at], sentence, *lines[at:]])
        reading = read_answers(text.encode(), paper_of(call).questionnaire)
        if not comes_back(sentence, told(call, reading)):
            lost.append((at, sentence))

    assert lost == []


@pytest.mark.parametrize("slug", ["hlm-accompagnes", "fnavdl-paca-2020"])
def test_a_figure_typed_over_a_calculation_comes_back(slug):
    call = call_of(slug)
    file = written(call, invented(call, 2))

    def type_over(root):
        for node in root.iter(qn("w:t")):
            if FIGURE.fullmatch(node.text or ""):
                figures.append(node.text)
                node.text = f"77 {len(figures):03d} €"

    figures = []
    text = told(call, read_answers(edited(file, type_over), paper_of(call).questionnaire))
    typed_in = [f"77 {number:03d} €" for number in range(1, len(figures) + 1)]

    assert typed_in
    assert [each for each in typed_in if each not in text.replace("\u202f", " ")] == []


def test_a_calculation_that_word_did_not_do_anew_is_not_told():
    call = call_of("ami-cget-2019")
    answers = invented(call, 2)
    wages = answers["budget"][0]["staff_costs"]
    file = written(call, answers)
    edited_row = replaced(file, money(wages), "1 000 €")

    assert read_answers(file, paper_of(call).questionnaire).left_over == ()
    assert read_answers(edited_row, paper_of(call).questionnaire).left_over == ()


def test_a_figure_in_the_place_of_a_total_is_told_unless_it_is_the_total():
    label = call_of("hlm-accompagnes").form.fields["cofinancing"].label
    table = f"Nom du projet : X\n\n{label} :\n| Financeur | Fonds | Montant | État |\n"
    table += "| SEMIS | Fonds propres du porteur | 20 000 € | acquis |\n| Total | | {0} | |\n"
    questionnaire = paper_of(call_of("hlm-accompagnes")).questionnaire
    left = {
        figure: read_answers(table.format(figure).encode(), questionnaire).left_over
        for figure in ("20 000 €", "20 000", "77 777 €")
    }

    assert left == {"20 000 €": (), "20 000": (), "77 777 €": ("Total : 77 777 €",)}
