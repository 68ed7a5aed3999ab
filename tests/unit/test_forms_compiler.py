"""From a section to a WTForms class, and from a posted page to typed answers."""

from typing import Any, ClassVar

from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.csrf.session import SessionCSRF

from grants.forms import (
    AnswerField,
    Count,
    FormDefinition,
    Unreadable,
    compile_fields,
    compile_section,
)

FORM = FormDefinition.model_validate(
    {
        "fields": {
            "households": {
                "type": "integer",
                "label": "Ménages",
                "hint": "À peu près",
                "approximate": True,
            },
            "public": {"type": "choices", "label": "Publics", "options": {"a": "A", "b": "B"}},
            "location": {"type": "commune", "label": "Commune"},
            "rows": {
                "type": "table",
                "label": "Cofinancements",
                "columns": {
                    "who": {"type": "text", "label": "Qui", "required": True},
                    "amount": {"type": "money", "label": "Montant"},
                },
            },
        },
        "checks": {
            "always": {"level": "justify", "when": "true", "message": "?", "fields": ["rows"]}
        },
    }
)
Page = compile_section(FORM.sections["main"])


def answer(form: Form, key: str) -> AnswerField:
    field = form[key]
    assert isinstance(field, AnswerField)
    return field


def test_a_page_has_one_field_for_each_definition_in_order() -> None:
    page = Page()

    assert [field.name for field in page] == ["households", "public", "location", "rows"]
    assert answer(page, "households").definition is FORM.fields["households"]
    assert answer(page, "households").label.text == "Ménages"
    assert answer(page, "households").description == "À peu près"


def test_a_page_shows_the_answers_that_it_is_given() -> None:
    page = Page(data={"households": Count(30, True), "rows": ({"who": "x", "amount": 500},)})

    assert answer(page, "households").inputs == {
        "households": "30",
        "households-approximate": "yes",
    }
    assert answer(page, "rows").inputs == {"rows-0-who": "x", "rows-0-amount": "5"}
    assert page.validate()


def test_a_posted_page_is_read_into_typed_answers() -> None:
    posted = MultiDict(
        [
            ("households", "30 environ"),
            ("public", "a"),
            ("public", "b"),
            ("location", "Saintes (17)"),
            ("rows-0-who", "SEMIS"),
            ("rows-0-amount", "20 000 €"),
        ]
    )

    page = Page(posted)

    assert page.validate()
    assert page.data["households"] == Count(30, True)
    assert page.data["public"] == ("a", "b")
    assert page.data["location"].code == "17415"
    assert page.data["rows"] == ({"who": "SEMIS", "amount": 2_000_000},)


def test_what_cannot_be_read_is_shown_again_with_its_messages() -> None:
    posted = {
        "households": "trente",
        "location": "Saint-Denis",
        "rows-0-amount": "vingt",
        "public": "c",
    }

    page = Page(MultiDict(posted))

    assert not page.validate()
    assert page.data["households"] == Unreadable("trente")
    assert answer(page, "households").inputs["households"] == "trente"
    assert answer(page, "households").errors == [
        "Écrivez un nombre entier en chiffres, par exemple « 30 » ou « 30 environ »."
    ]
    assert "Saint-Denis (93)" in answer(page, "location").suggestions
    assert answer(page, "rows").cell_errors == {
        "rows-0-who": ["À renseigner."],
        "rows-0-amount": [
            "Écrivez un montant en euros, par exemple « 47 000 € » ou « 1 566,67 € »."
        ],
    }
    assert answer(page, "public").inputs == {"public": ["c"]}


def test_messages_wait_for_validation() -> None:
    page = Page(data={"rows": ({"who": None, "amount": 500},)})

    assert list(answer(page, "rows").errors) == []
    assert answer(page, "rows").cell_errors == {}
    assert not page.validate()
    assert answer(page, "rows").cell_errors == {"rows-0-who": ["À renseigner."]}


def test_a_table_shows_as_many_blank_rows_as_asked() -> None:
    field = answer(Page(data={"rows": ({"who": "x", "amount": None},)}), "rows")

    field.blank_rows = 1

    assert field.inputs == {
        "rows-0-who": "x",
        "rows-0-amount": "",
        "rows-1-who": "",
        "rows-1-amount": "",
    }


def test_a_page_knows_which_fields_came_with_it() -> None:
    page = Page(MultiDict({"rows-0-who": "", "public-present": "1"}), data={"households": Count(3)})

    assert {field.name for field in page if answer(page, field.name).posted} == {"public", "rows"}
    assert page.data == dict.fromkeys(("households", "public", "location", "rows"))


def test_a_prefix_keeps_two_pages_apart() -> None:
    page = Page(MultiDict({"mine-households": "3", "households": "4"}), prefix="mine")

    assert page.data["households"] == Count(3)
    assert answer(page, "households").inputs["mine-households"] == "3"


def test_a_base_class_brings_its_own_fields_and_meta() -> None:
    class Base(Form):
        class Meta:
            csrf = True
            csrf_class = SessionCSRF
            csrf_secret = b"secret"
            csrf_context: ClassVar[dict[str, Any]] = {}

    page = compile_section(FORM.sections["main"], Base)(MultiDict())

    assert isinstance(page, Base)
    assert not page.validate()
    assert page.errors == {"csrf_token": ["Jeton CSRF manquant."]}


def test_justifications_make_a_page_of_their_own() -> None:
    page = compile_fields("Justifications", FORM.justifications.values())(
        MultiDict({"justification_always": " Parce que. "})
    )

    assert page.data == {"justification_always": "Parce que."}
