"""What nobody types, given rows and files, on the pages of a dossier."""

import pytest
from werkzeug.datastructures import MultiDict

from grants.calls.operations import import_call
from grants.dossiers.operations import answer_token
from grants.dossiers.operations.effects import encode_inputs
from grants.dossiers.presentation import Reader, presentation
from grants.forms import Computed, Count, FileRef, FormDefinition
from grants.rules import Kind
from grants.web.acts.forms import FormOnPage
from grants.workflows.definition import Audience
from tests.definitions.extended import EXTENDED
from tests.factories import NOW, SEMIS, a_draft, act, definition
from tests.web.posting import inputs_of
from tests.web.test_applicant_answers import answers, section
from tests.web.world import fresh, kept, read, world

__all__ = ["world"]

YEARS = (
    {"row": "y2014", "dwellings": Count(10), "price": 100_000},
    {"row": "y2015", "dwellings": Count(20), "price": 67_500},
)
STATUTES = (FileRef("a" * 64, "SEMIS STATUTS.pdf", 340_000, "pdf"),)
COMPUTED = ("years_cost", "years_share")


@pytest.fixture
def dossier(world):
    """A draft of SEMIS on a call that asks for years and statutes."""
    import_call(world.session, EXTENDED, actor=world.call_manager, now=NOW)
    return kept(world, a_draft(world, SEMIS | {"years": YEARS, "statutes": STATUTES}))


@pytest.fixture
def editor(client, sign_in, world):
    sign_in(client, world.editor)
    return client


def save(world, client, dossier, key, **inputs):
    """Post one answer as the page's script does, over what stands there."""
    row = next((each for each in dossier.answers if each.field_key == key), None)
    token = answer_token(row.revision, row.value) if row else answer_token(0, None)
    return client.post(
        f"/dossiers/{dossier.reference}/reponses/{key}",
        data={name.replace("__", "-"): text for name, text in inputs.items()}
        | {f"{key}-revision": token, "_author": world.editor.id},
        headers={"Accept": "application/json"},
    )


def test_a_saved_cell_brings_all_that_depends_on_it(world, editor, dossier):
    inputs = {"years__0__dwellings": "10", "years__0__price": "2 350 €"}
    told = save(world, editor, dossier, "years", **inputs).json

    texts = {each["key"]: each["text"] for each in told["figures"]}
    assert {key: texts[key] for key in ("years-0-cost", "years-1-cost", *COMPUTED)} == {
        "years-0-cost": "23\u202f500\u00a0€",
        "years-1-cost": "",
        "years_cost": "23\u202f500\u00a0€",
        "years_share": "50\u00a0%",
    }


def test_another_answer_brings_the_calculations_of_its_section(world, editor, dossier):
    told = save(world, editor, dossier, "total_cost", total_cost="23 500 €").json

    texts = {each["key"]: each["text"] for each in told["figures"]}
    assert texts["years_share"] == "100\u00a0%"


def test_the_page_shows_given_rows_and_what_they_come_to(editor, dossier):
    page = editor.get(section(dossier))
    html = page.get_data(as_text=True)

    assert '<th scope="row">2014</th>' in html
    assert 'name="_add_row" value="years"' not in html
    assert "SEMIS STATUTS.pdf 340 Ko" in read(page)
    assert "Coût sur deux ans (calculé) 23 500 €" in read(page)
    assert {name for name in inputs_of(page) if name.startswith(("years_", "statutes"))} == set()


def test_a_page_posted_as_it_is_keeps_files_and_stores_nothing_computed(world, editor, dossier):
    posted = inputs_of(editor.get(section(dossier)))
    forged = {"years_cost": "1", "statutes": "x.pdf", "years-0-cost": "1", "years-9-price": "1"}

    assert editor.post(section(dossier), data={**posted, **forged}).status_code == 303

    assert answers(world, dossier)["statutes"] == STATUTES
    assert answers(world, dossier)["years_cost"] == Computed(Kind.MONEY, 2_350_000)
    stored = {each.field_key: each.revision for each in fresh(world, dossier).answers}
    assert stored.keys() & {"years_cost", "years_share"} == set()
    assert {stored["years"], stored["statutes"]} == {1}


@pytest.mark.parametrize("key", ["years_cost", "statutes"])
def test_what_is_not_typed_is_not_saved_as_typed(world, editor, dossier, key):
    assert save(world, editor, dossier, key, **{key: "1"}).status_code == 404
    assert answers(world, dossier)["statutes"] == STATUTES


def test_a_version_agrees_with_the_page_and_holds_nothing_computed(world, client, sign_in, dossier):
    act(world, dossier, "submit", world.signatory)
    [version] = kept(world, dossier).versions

    content = presentation(
        dossier, definition(dossier), Reader(Audience.SERVICE), version=version,
        demo_notice="", now=NOW,
    )  # fmt: skip
    sign_in(client, world.ddcs17_officer)
    page = read(client.get(f"/instruction/{dossier.reference}"))

    assert version.answers.keys() & set(COMPUTED) == set()
    assert version.answers["years"][1] == {
        "row": "y2015",
        "dwellings": {"number": 20, "approximate": False},
        "price": 67_500,
    }
    assert content["years_share"] == "50\u00a0%"
    assert content["years_y2014_cost"] == "10\u202f000\u00a0€"
    assert content["statutes"] == "SEMIS STATUTS.pdf (340\u00a0Ko)"
    assert "2015 20 675 € 13 500 €" in page
    assert "Coût sur deux ans 23 500 €" in page


def test_the_form_of_an_act_works_out_what_is_posted():
    form = FormDefinition.model_validate(
        {
            "fields": {
                "places": {"type": "integer", "label": "Nombre"},
                "double": {"type": "computed", "label": "Double", "value": "places * 2"},
            }
        }
    )

    page = FormOnPage.posted(form, MultiDict({"places": "21", "double": "1"}))

    assert page.written == [
        {"question": "Nombre", "answer": "21"},
        {"question": "Double", "answer": "42"},
    ]
    assert encode_inputs(form, page.answers) == {"places": {"number": 21, "approximate": False}}
