"""No word of a filled file is lost: wherever it was typed, whoever reads the file sees it."""

from pathlib import Path
from random import Random

import pytest

from grants.documents.reading import read_answers
from grants.dossiers.papers import paper_of
from tests.answers import call_of
from tests.returned import invented, without_anchors, written
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
