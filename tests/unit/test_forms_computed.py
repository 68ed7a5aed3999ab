"""Fields that nobody types: worked out of the others, the same wherever they are read."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from grants.forms import (
    AnswerField,
    Computed,
    Count,
    FileRef,
    Finding,
    FormDefinition,
    FormError,
    compile_section,
    completed,
    decode_answers,
    figures,
    findings,
    gaps,
    rule_errors,
    visible,
)
from grants.rules import Kind

FORM: dict[str, Any] = {
    "fields": {
        "total": {"type": "computed", "label": "Total", "value": "cost + extra"},
        "cost": {"type": "money", "label": "Coût", "required": "true"},
        "people": {"type": "integer", "label": "Personnes"},
        "per_head": {"type": "computed", "label": "Par personne", "value": "total / people"},
        "own_share": {
            "type": "computed",
            "label": "Part propre",
            "value": "own / total",
            "as": "percent",
            "shown_when": "cost > euros(100)",
        },
        "own": {"type": "money", "label": "Fonds propres"},
        "extra": {"type": "money", "label": "Imprévus", "shown_when": "filled(cost)"},
        "statutes": {"type": "file", "label": "Statuts"},
        "lines": {
            "type": "table",
            "label": "Dépenses",
            "columns": {
                "number": {"type": "integer", "label": "Nombre"},
                "price": {"type": "money", "label": "Prix"},
                "amount": {"type": "computed", "label": "Somme", "value": "number * price"},
                "double": {"type": "computed", "label": "Double", "value": "amount * 2"},
            },
        },
    },
    "figures": {"half": {"label": "Moitié", "value": "total / 2"}},
    "checks": {
        "low": {
            "level": "blocking",
            "when": "total < sum(lines.amount)",
            "message": "{total} ne paient pas {lines}.",
            "fields": ["total"],
        }
    },
}
STATUTES = [{"sha256": "a" * 64, "name": "Statuts.pdf", "size": 1, "kind": "pdf"}]
STORED: dict[str, Any] = {
    "cost": 30_000,
    "extra": 5_000,
    "people": {"number": 3, "approximate": False},
    "own": 7_000,
    "lines": [{"number": {"number": 2, "approximate": False}, "price": 20_000}],
}


def the_form(**fields: dict[str, Any]) -> FormDefinition:
    """The form of these tests, with fields changed or added."""
    changed = {key: {**FORM["fields"].get(key, {}), **more} for key, more in fields.items()}
    return FormDefinition.model_validate({**FORM, "fields": {**FORM["fields"], **changed}})


def shown(form: FormDefinition, stored: dict[str, Any]) -> dict[str, str]:
    """The computed fields as pages and documents show them."""
    answers = decode_answers(form, stored)
    return {key: field.display(answers.get(key)) for key, field in form.computed.items()}


def test_the_form_of_these_tests_is_sound() -> None:
    assert rule_errors(the_form()) == []


def test_stored_answers_come_back_with_what_they_come_to_in_the_form_s_order() -> None:
    assert decode_answers(the_form(), STORED) == {
        "total": Computed(Kind.MONEY, 35_000),
        "cost": 30_000,
        "people": Count(3),
        "per_head": Computed(Kind.MONEY, Fraction(35_000, 3)),
        "own_share": Computed(Kind.RATIO, Fraction(1, 5)),
        "own": 7_000,
        "extra": 5_000,
        "lines": (
            {
                "number": Count(2),
                "price": 20_000,
                "amount": Computed(Kind.MONEY, 40_000),
                "double": Computed(Kind.MONEY, 80_000),
            },
        ),
    }
    assert list(decode_answers(the_form(), STORED))[:4] == ["total", "cost", "people", "per_head"]


def test_numbers_are_shown_in_french_and_rounded_there_alone() -> None:
    assert shown(the_form(), STORED) == {
        "total": "350\u00a0€",
        "per_head": "116,67\u00a0€",
        "own_share": "20\u00a0%",
    }
    answers = decode_answers(the_form(), STORED)
    assert the_form().fields["per_head"].slot_values(answers["per_head"]) == {
        "per_head": "116,67\u00a0€"
    }


def test_what_is_stored_or_posted_under_its_key_is_not_believed() -> None:
    form = the_form()
    stored = {**STORED, "total": 1, "per_head": {"unreadable": "x"}}
    page = compile_section(form.sections["main"])(MultiDict({"total": "1", "cost": "5 €"}))

    assert decode_answers(form, stored) == decode_answers(form, STORED)
    assert completed(form, {**decode_answers(form, STORED), "total": 1}) == decode_answers(
        form, STORED
    )
    assert (page["total"].data, page["total"].posted) == (None, False)
    with pytest.raises(KeyError):
        form.answerable("total")


def test_a_page_keeps_what_its_inputs_cannot_say() -> None:
    form = the_form()
    answers = decode_answers(form, {**STORED, "statutes": STATUTES})
    posted = MultiDict({"cost": "5 €", "statutes": "x.pdf", "lines-0-price": "3 €"})
    page = compile_section(form.sections["main"])(posted, data=answers)

    assert page["statutes"].data == (FileRef("a" * 64, "Statuts.pdf", 1, "pdf"),)
    assert page["total"].data == Computed(Kind.MONEY, 35_000)
    assert not page["statutes"].posted


def test_a_hidden_answer_counts_for_nothing_and_unknown_is_not_zero() -> None:
    without_people = {key: value for key, value in STORED.items() if key != "people"}
    no_people = {**STORED, "people": {"number": 0, "approximate": False}}
    hidden = {key: value for key, value in STORED.items() if key != "cost"}

    assert shown(the_form(), without_people)["per_head"] == ""
    assert shown(the_form(), no_people)["per_head"] == ""
    # Without a cost, neither the extra cost nor the share shows.
    assert shown(the_form(), hidden) == {"total": "", "per_head": "", "own_share": ""}
    assert shown(the_form(), {**STORED, "cost": 10_000})["own_share"] == ""
    assert [field.key for field in visible(the_form(), decode_answers(the_form(), hidden))] == [
        "total",
        "cost",
        "people",
        "per_head",
        "own",
        "statutes",
        "lines",
    ]


def test_checks_figures_and_gaps_read_it() -> None:
    form = the_form()
    answers = decode_answers(form, STORED)

    assert findings(form, answers) == [
        Finding(
            "low",
            "blocking",
            "350\u00a0€ ne paient pas 2 ; 200\u00a0€ ; 400\u00a0€ ; 800\u00a0€.",
            ("total",),
        )
    ]
    # The same from answers that never were stored.
    typed = {key: value for key, value in answers.items() if key not in form.computed}
    assert findings(form, typed) == findings(form, answers)
    assert figures(form, typed)["half"].text == "175\u00a0€"
    assert gaps(form, answers) == []
    assert [gap.field for gap in gaps(form, {})] == ["cost"]


def test_computed_cells_are_shown_beside_the_inputs_of_their_row() -> None:
    form = the_form()
    page = compile_section(form.sections["main"])(data=decode_answers(form, STORED))
    lines = page["lines"]
    assert isinstance(lines, AnswerField)

    assert lines.inputs == {"lines-0-number": "2", "lines-0-price": "200"}
    assert lines.computed_texts["lines-0-amount"] == "400\u00a0€"
    assert lines.computed_texts["lines-0-double"] == "800\u00a0€"


AMOUNTS = st.none() | st.integers(0, 10**9)


@given(AMOUNTS, AMOUNTS, st.none() | st.integers(0, 50))
def test_a_calculation_says_what_a_figure_of_the_same_rule_says(
    cost: int | None, extra: int | None, people: int | None
) -> None:
    rules = {key: field.value for key, field in the_form().computed.items()}
    form = FormDefinition.model_validate(
        {
            **FORM,
            "figures": {
                "half": FORM["figures"]["half"],
                **{f"same_{key}": {"label": key, "value": rule} for key, rule in rules.items()},
                "same_own_share": {"label": "Part", "value": rules["own_share"], "as": "percent"},
            },
        }
    )
    count = None if people is None else {"number": people, "approximate": False}
    answers = decode_answers(form, {"cost": cost, "extra": extra, "people": count, "own": 7_000})

    for key, field in form.computed.items():
        if key in {each.key for each in visible(form, answers)}:
            figure = figures(form, answers)[f"same_{key}"]
            assert (field.display(answers.get(key)) or "—") == figure.text


FIELDS = ("sections", "main", "fields")


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        (
            {"total": {"value": "cost + extr"}},
            [(("total", "value"), "nom inconnu : « extr » — vouliez-vous dire « extra » ?")],
        ),
        (
            {"total": {"value": "cost / 0"}},
            [(("total", "value"), "ce calcul divise par zéro (colonne 8)")],
        ),
        (
            {"total": {"value": "cost / (2 - 2)"}},
            [(("total", "value"), "ce calcul divise par zéro (colonne 9)")],
        ),
        (
            {"total": {"value": "cost + per_head"}},
            [(("total", "value"), "ce calcul tourne en rond : total → per_head → total")],
        ),
        (
            {"total": {"value": "total + cost"}},
            [(("total", "value"), "ce calcul tourne en rond : total → total")],
        ),
        (
            {"cost": {"shown_when": "total > 0"}},
            [(("total", "value"), "ce calcul tourne en rond : total → cost → total")],
        ),
        (
            {"total": {"value": "half * 2"}},
            [(("total", "value"), "« half » : un calcul ne lit que des questions, non des")],
        ),
        (
            {"total": {"value": "filled(cost)"}},
            [(("total", "value"), "un calcul donne un nombre, un montant ou une part")],
        ),
        (
            {"total": {"value": "cost + people"}},
            [(("total", "value"), "ce calcul ne va pas entre un montant et un nombre")],
        ),
        (
            {"total": {"as": "percent"}},
            [(("total", "as"), "un montant ne s’affiche pas en pourcentage")],
        ),
        (
            {"people": {"required_when": "cost / 0 > euros(1)"}},
            [(("people", "required_when"), "ce calcul divise par zéro (colonne 8)")],
        ),
        (
            {"own": {"slot": "total"}},
            [(("own", "slot"), "l’emplacement Word « total » sert déjà à « total »")],
        ),
        (
            {"total": {"shown_when": "filled(cost)"}},
            [(("total", "shown_when"), "« cost » vient après")],
        ),
    ],
)
def test_a_calculation_at_fault_is_told_once_at_its_own_line(
    fields: dict[str, Any], errors: list[tuple[tuple[str, ...], str]]
) -> None:
    found = rule_errors(the_form(**fields))

    assert [error.path for error in found] == [(*FIELDS, *path) for path, _ in errors]
    for error, (_, message) in zip(found, errors, strict=True):
        assert error.message.startswith(message)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("number * prize", "nom inconnu : « prize » — vouliez-vous dire « price » ? (colonne 10)"),
        (
            "number * cost",
            "« cost » : un calcul de colonne ne lit que les colonnes de sa ligne (colonne 1)",
        ),
        ("price / 0", "ce calcul divise par zéro (colonne 9)"),
        ("double / 2", "ce calcul tourne en rond : amount → double → amount"),
    ],
)
def test_a_computed_column_at_fault_is_told_once_at_its_own_line(value: str, message: str) -> None:
    columns = {**FORM["fields"]["lines"]["columns"], "amount": {**SUM, "value": value}}

    assert rule_errors(the_form(lines={"columns": columns})) == [
        FormError((*FIELDS, "lines", "columns", "amount", "value"), message)
    ]


SUM = FORM["fields"]["lines"]["columns"]["amount"]


def test_two_circles_are_both_told() -> None:
    form = the_form(
        total={"value": "cost + per_head"},
        one={"type": "computed", "label": "Un", "value": "two"},
        two={"type": "computed", "label": "Deux", "value": "one"},
    )

    assert [error.path for error in rule_errors(form)] == [
        (*FIELDS, "total", "value"),
        (*FIELDS, "one", "value"),
    ]


def test_a_computed_field_asks_nothing() -> None:
    with pytest.raises(ValueError, match="un calcul ne se remplit pas"):
        the_form(total={"required_when": "filled(cost)"})


def test_a_form_with_computed_fields_comes_back_from_storage_the_same() -> None:
    form = the_form()

    assert FormDefinition.model_validate(form.model_dump(mode="json", by_alias=True)) == form


def test_every_type_of_field_has_a_schema() -> None:
    definitions = FormDefinition.model_json_schema()["$defs"]

    assert definitions["ComputedField"]["required"] == ["key", "type", "label", "value"]
    assert definitions["ComputedField"]["properties"].keys() >= {"value", "as"}
    assert "source" not in definitions["FileField"]["properties"]
    assert definitions["TableField"]["properties"].keys() >= {"rows", "rows_label"}
