"""A call without a Word model of its own gets one built from its forms."""

from docx.document import Document
from docx.text.paragraph import Paragraph

from grants.documents import render, slots_of
from grants.documents.writing.presentation import Part, Scoring, presentation_model
from grants.forms import FormDefinition
from tests.word import lines, opened

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
                    "season": {
                        "type": "choice",
                        "label": "Saison",
                        "options": {"warm": "Printemps et été", "cold": "Automne et hiver"},
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
    return "\n".join(lines(written(answers, **slots)))


def document_of(answers, **slots) -> Document:
    return opened(written(answers, **slots))


def written(answers, **slots) -> bytes:
    model = presentation_model("Appel à projets", "Jardins", "Présentation", PARTS)
    content = dict(COMMON)
    for key, field in FORM.fields.items():
        content |= field.slot_values(answers.get(key))
    content |= {"opinion_mayor_text": "", "opinion_mayor_given": ""}
    content |= {"grid_jury_mean": "", "grid_jury_sheets": "", "grid_jury_rows": []} | slots
    return render(model, content, title="Présentation")


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


def paragraph_of(words: str, answers=None) -> Paragraph:
    """The first paragraph of the document that says these words."""
    return next(each for each in document_of(answers or {}).paragraphs if words in each.text)


def test_boxes_that_do_not_fit_the_line_of_their_question_stand_under_it():
    beside = paragraph_of("Sorte")
    assert [beside.text.count(each) for each in ("Potager", "Verger")] == [1, 1]

    assert paragraph_of("Saison").text == "Saison\N{NO-BREAK SPACE}: "
    assert paragraph_of("Printemps et été").style.name == "Choix"


def test_the_blank_form_has_room_for_two_blocks_and_says_how_to_add_one():
    document = document_of({})
    first = [each for each in document.paragraphs if each.text.startswith("Colonne 0")]

    assert len(first) == 2
    assert all(each.runs[-1].style.name == "Ligne à remplir" for each in first)
    assert paragraph_of("Recopiez ces lignes").text.endswith("pour chaque élément de plus.")


def test_a_block_stays_on_a_page_and_a_total_with_its_last_row():
    filled = document_of({"plots": ({f"c{n}": "Haie" for n in range(8)},)}, reference="J-1")
    block = [each for each in filled.paragraphs if each.text.startswith("Colonne")]
    assert [kept(each) for each in block] == [True] * 7 + [False]

    rows = ({"row": "y1", "cost": 100}, {"row": "y2", "cost": 200})
    table = document_of({"years": rows}, reference="J-1").tables[0]
    cells = [row.cells[0].paragraphs[0] for row in table.rows]
    assert [each.text for each in cells] == ["Année", "2026", "2027", "Total"]
    assert [kept(each) for each in cells] == [False, False, True, False]


def kept(paragraph: Paragraph) -> bool:
    return bool(paragraph.paragraph_format.keep_with_next)
