"""Anchors put into a Word model by its slots, so that whoever writes one need not know of them."""

import io
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from grants.documents import DocumentError, render
from grants.documents.anchors import anchor, anchor_named
from grants.documents.questionnaire import Questionnaire
from grants.documents.reading import read_answers
from grants.documents.writing.anchoring import anchored, outlined
from grants.documents.writing.sealing import (
    CUSTOM_PART,
    Origin,
    is_authentic,
    origin_in,
    properties_in,
    sealed,
)
from grants.forms import FormDefinition, Unreadable
from tests.returned import bookmarks, edited, zipped

FORM = FormDefinition.model_validate(
    {
        "fields": {
            "name": {"type": "text", "label": "Nom du jardin"},
            "cost": {"type": "money", "label": "Coût"},
            "open": {"type": "yes_no", "label": "Ouvert au public"},
            "story": {"type": "long_text", "label": "Histoire"},
        }
    }
)
ASKED = Questionnaire(FORM)


def model(*paragraphs, rows=()):
    """A model as someone would type it in Word."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    table = document.add_table(0, 2)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


MODEL = model(
    "Ville de Saintes",
    "Comment s’appelle votre jardin ? {{ name }}",
    "Budget : {{ cost }}",
    "Le jardin est-il ouvert ?",
    "{{ open_yes }} oui    {{ open_no }} non",
    "Racontez :",
    "{{ story }}",
)


def filled(source=MODEL, **answers):
    slots = {}
    for key, field in FORM.fields.items():
        slots |= field.slot_values(answers.get(key))
    return render(anchored(source, ASKED), slots)


def values(file):
    reading = read_answers(file, ASKED)
    return {key: each.value for key, each in reading.answers.items()}


def test_labels_in_other_words_than_the_forms_are_anchored_by_their_slots():
    kinds = [anchor_named(name) for name in bookmarks(anchored(MODEL, ASKED))]

    assert [(each.kind, each.slot) for each in kinds] == [
        ("title", "1"),
        ("question", "name"),
        ("question", "cost"),
        ("question", "open"),
        ("option", "open_yes"),
        ("option", "open_no"),
        ("question", "story"),
    ]


def test_what_is_written_from_such_a_model_is_read_back():
    answers = {"name": "Les Clos", "cost": 1_250_050, "open": False, "story": "Un.\n\nDeux."}

    assert values(filled(**answers)) == answers


def test_a_model_laid_out_as_a_table_is_read_back():
    rows = [("Son nom", "{{ name }}"), ("Prix", "{{ cost }}"), ("Récit", "{{ story }}")]
    answers = {"name": "Les Clos", "cost": 900, "story": "Un potager."}

    assert values(filled(model("Le jardin", rows=rows), **answers)) == answers


def test_an_anchored_model_prints_the_same_words():
    plain = dict.fromkeys(("name", "cost", "open_yes", "open_no", "story"), "x")

    def words(source):
        document = docx.Document(io.BytesIO(render(source, plain)))
        return [each.text for each in document.paragraphs]

    assert words(anchored(MODEL, ASKED)) == words(MODEL)


def test_the_same_model_is_anchored_in_the_same_bytes():
    assert anchored(MODEL, ASKED) == anchored(MODEL, ASKED)


def test_bookmarks_have_names_of_their_own_that_word_does_not_cut():
    long = "a_slot_that_is_much_too_long_for_the_name_of_a_bookmark_1"
    other = long.replace("1", "2")

    names = {anchor("question", each, "Nom").name for each in (long, other)}

    assert len(names) == 2
    assert max(map(len, names)) <= 40


def test_without_anchors_the_words_of_the_model_are_known_too():
    file = edited(filled(name="Les Clos", cost=900), without_bookmarks)
    reading = read_answers(file, outlined(MODEL, ASKED))

    assert reading.answers["name"].source == "label"
    assert reading.answers["name"].value == "Les Clos"
    assert reading.answers["cost"].value == 900


def test_an_amount_with_other_words_stays_text():
    file = filled(cost=Unreadable("environ mille"))

    assert values(file)["cost"] == Unreadable("environ mille")


def test_the_properties_that_a_model_has_of_its_own_stay():
    own = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        'custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/'
        'docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" '
        'name="Classement"><vt:i4>7</vt:i4></property></Properties>'
    )
    with ZipFile(io.BytesIO(anchored(MODEL, ASKED))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    classified = anchored(zipped({**members, CUSTOM_PART: own.encode()}), ASKED)
    plain = dict.fromkeys(("name", "cost", "open_yes", "open_no", "story"), "x")

    origin = Origin("jardins", "Jardins & cours", "hash", "J-1", "2")
    file = sealed(sealed(render(classified, plain), origin, b"old"), origin, b"key")
    with ZipFile(io.BytesIO(file)) as archive:
        root = etree.fromstring(archive.read(CUSTOM_PART))

    assert [each.get("pid") for each in root] == ["2", "3", "4", "5", "6", "7", "8"]
    assert etree.QName(root[0][0]).localname == "i4"
    found = properties_in(root)
    assert found["Classement"] == "7"
    assert origin_in(found) == origin
    assert (is_authentic(found, b"key"), is_authentic(found, b"old")) == (True, False)


def test_a_broken_model_is_refused_before_it_is_anchored():
    with pytest.raises(DocumentError):
        anchored(b"PK\x03\x04 no zip", ASKED)


def without_bookmarks(root: etree._Element) -> None:
    for mark in list(root.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd"))):
        mark.getparent().remove(mark)
