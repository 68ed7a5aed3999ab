"""A call without a Word model of its own gets one built from its forms."""

from grants.documents import render, slots_of
from grants.documents.writing.presentation import Part, Scoring, presentation_model
from grants.forms import FormDefinition
from tests.word import lines

FORM = FormDefinition.model_validate(
    {
        "sections": {
            "garden": {
                "title": "Le jardin & ses {{ abords }}",
                "fields": {
                    "name": {"type": "text", "label": "Nom <du> jardin"},
                    "open": {"type": "yes_no", "label": "Ouvert au public"},
                    "hours": {"type": "text", "label": "Horaires", "shown_when": "open"},
                    "aims": {"type": "lines", "label": "Buts"},
                    "kind": {
                        "type": "choice",
                        "label": "Sorte",
                        "options": {"kitchen": "Potager", "orchard": "Verger"},
                    },
                    "years": {
                        "type": "table",
                        "label": "Budget",
                        "rows": {"y1": "2026", "y2": "2027"},
                        "rows_label": "Année",
                        "columns": {"cost": {"type": "money", "label": "Coût"}},
                    },
                    "plots": {
                        "type": "table",
                        "label": "Parcelles",
                        "columns": {
                            f"c{n}": {"type": "text", "label": f"Colonne {n}"} for n in range(8)
                        },
                    },
                },
            }
        }
    }
)
OPINION = FormDefinition.model_validate(
    {"fields": {"text": {"type": "long_text", "label": "Texte de l’avis"}}}
)
PARTS = [
    Part("Présentation", FORM),
    Part("Avis du maire", OPINION, "opinion_mayor_", "opinion_mayor_given", only_when_given=True),
    Scoring("Grille du jury", "grid_jury_"),
]
COMMON = dict.fromkeys(
    ("call_title", "reference", "version_label", "holder", "status_label", "demo_notice"), ""
) | {"printed_on": ""}


def printed(answers, **slots) -> str:
    model = presentation_model("Appel à projets", "Jardins", "Présentation", PARTS)
    content = dict(COMMON)
    for key, field in FORM.fields.items():
        content |= field.slot_values(answers.get(key))
    content |= {"opinion_mayor_text": "", "opinion_mayor_given": ""}
    content |= {"grid_jury_mean": "", "grid_jury_sheets": "", "grid_jury_rows": []} | slots
    return "\n".join(lines(render(model, content, title="Présentation")))


def test_every_slot_of_the_model_is_one_of_the_forms():
    model = presentation_model("Appel à projets", "Jardins", "Présentation", PARTS)
    of_forms = {slot for field in FORM.fields.values() for slot in field.slots()}

    assert slots_of(model).names <= of_forms | set(COMMON) | {
        "opinion_mayor_text",
        "opinion_mayor_given",
        "grid_jury_mean",
        "grid_jury_sheets",
        "grid_jury_rows",
    }


def test_labels_are_printed_as_they_are_and_never_read_as_tags():
    shown = printed({}).replace("\N{WORD JOINER}", "")

    assert "Le jardin & ses {{ abords }}" in shown
    assert "Nom <du> jardin" in shown


def test_the_blank_form_asks_everything():
    assert "Horaires" in printed({})


def test_a_dossier_leaves_out_a_question_that_does_not_apply():
    assert "Horaires" not in printed({"open": False}, reference="JP-0001")
    assert "Horaires" in printed({"open": True, "hours": "9 h"}, reference="JP-0001")


def test_an_opinion_that_nobody_gave_leaves_no_trace():
    assert "Avis du maire" not in printed({})
    given = printed({}, opinion_mayor_given="Rendu", opinion_mayor_text="Oui")
    assert "Avis du maire" in given


def test_a_grid_that_may_not_be_told_leaves_no_trace():
    assert "Grille du jury" not in printed({})


def test_the_mean_of_a_grid_is_printed_with_or_without_that_of_each_criterion():
    mean = {"grid_jury_mean": "14,5 sur 20", "grid_jury_sheets": "2 grilles"}
    row = {"criterion": "Beauté", "weight": "2", "mean": "3,5 sur 5"}

    alone = printed({}, **mean)
    assert "Grille du jury\nMoyenne : 14,5 sur 20 (2 grilles)" in alone
    assert "Critère" not in alone
    detailed = printed({}, **mean, grid_jury_rows=[row])
    assert "3,5 sur 5" in detailed
    assert "Beauté" in detailed


def test_fixed_rows_are_printed_with_their_total():
    rows = ({"row": "y1", "cost": 100_00}, {"row": "y2", "cost": 250_00})
    shown = printed({"years": rows}, reference="JP-0001")

    assert "2026" in shown
    assert "350" in shown


def test_a_row_too_wide_for_the_page_becomes_a_block_of_answers():
    shown = printed({"plots": ({f"c{n}": f"valeur {n}" for n in range(8)},)})

    assert "Colonne 7" in shown
    assert "valeur 7" in shown
