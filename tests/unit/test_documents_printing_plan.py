"""What a PDF takes from a Word model: its titles, its questions, their order and words."""

import io

import docx

from grants.documents.printing.answers import blocks_of
from grants.documents.printing.blocks import Heading, Label, Long, Short, Words
from grants.documents.printing.plan import Asked, Prose, Title, plan_of
from grants.documents.questionnaire import Questionnaire
from grants.forms import FormDefinition

FORM = FormDefinition.model_validate(
    {
        "fields": {
            "name": {"type": "text", "label": "Nom du projet"},
            "summary": {"type": "long_text", "label": "Résumé"},
            "phone": {"type": "text", "label": "Téléphone"},
            "reason": {"type": "text", "label": "Motif", "shown_when": "filled(phone)"},
        }
    }
)


def model(*paragraphs: tuple[str, str]) -> bytes:
    """A model that somebody wrote in Word: style and words of each paragraph."""
    document, saved = docx.Document(), io.BytesIO()
    for style, text in paragraphs:
        document.add_paragraph(text, style=style)
    document.save(saved)
    return saved.getvalue()


THEIRS = model(
    ("Title", "Appel de la ville"),
    ("Normal", "À rendre avant l’été."),
    ("Heading 2", "Votre projet"),
    ("Normal", "Objet du projet : {{ summary }}"),
    ("Heading 4", "Identité"),
    ("Normal", "Comment l’appelez-vous ? {{ name }}"),
    ("Normal", "Raison : {{ reason }}"),
    ("Heading 2", "Annexe"),
    ("Normal", "Fait pour servir et valoir ce que de droit."),
)


def test_titles_questions_and_sentences_are_those_of_the_model_in_its_order():
    plan = plan_of(THEIRS, Questionnaire(FORM))

    shown = [
        (type(step), step.text if isinstance(step, Prose) else step.label.text)
        for step in plan.steps
    ]
    assert shown == [
        (Title, "Votre projet"),
        (Asked, "Objet du projet"),
        (Title, "Identité"),
        (Asked, "Comment l’appelez-vous ?"),
        (Asked, "Raison"),
        (Title, "Annexe"),
        (Prose, "Fait pour servir et valoir ce que de droit."),
    ]


def test_levels_of_titles_skip_none_and_what_does_not_apply_is_left_out():
    content = {"reference": "V-1", "name": "Halte", "summary": "", "phone": "", "reason": ""}
    plan = plan_of(THEIRS, Questionnaire(FORM))

    assert blocks_of(plan, content, grids={}, on_demand=()) == (
        Heading(1, Label("Votre projet")),
        Long(Label("Objet du projet"), ()),
        Heading(2, Label("Identité")),
        Short(Label("Comment l’appelez-vous ?"), "Halte"),
        Heading(1, Label("Annexe")),
        Words("Fait pour servir et valoir ce que de droit."),
    )
