"""What the answers amount to, on a form like the one that SEMIS filled in 2014."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from grants.forms import (
    Count,
    Duration,
    FigureValue,
    Finding,
    FormDefinition,
    Gap,
    Unreadable,
    decode_answers,
    figures,
    findings,
    gaps,
    missing,
    rule_errors,
    visible,
)

FORM = FormDefinition.model_validate(
    {
        "sections": {
            "public": {
                "title": "Publics cibles",
                "fields": {
                    "households": {
                        "type": "integer",
                        "label": "Nombre de ménages accompagnés",
                        "required": "true",
                        "approximate": "true",
                        "min": "1",
                    },
                    "dalo": {"type": "yes_no", "label": "Ménages éligibles au DALO"},
                    "pdalpd": {"type": "yes_no", "label": "Publics du PDALPD"},
                },
            },
            "finance": {
                "title": "Montage financier",
                "figures": ["resources", "gap", "share_asked"],
                "fields": {
                    "cost": {"type": "money", "label": "Coût global", "required": "true"},
                    "cofinancing": {
                        "type": "table",
                        "label": "Cofinancements",
                        "required": "true",
                        "columns": {
                            "financer": {"type": "text", "label": "Financeur", "required": "true"},
                            "fund": {
                                "type": "choice",
                                "label": "Fonds",
                                "options": {"call": "Appel", "avdl": "AVDL", "own": "Propres"},
                            },
                            "amount": {"type": "money", "label": "Montant", "required": "true"},
                        },
                    },
                    "partner": {"type": "yes_no", "label": "Un partenaire accompagne"},
                    "partner_name": {
                        "type": "text",
                        "label": "Nom du partenaire",
                        "shown_when": "partner",
                        "required_when": "partner",
                    },
                    "partner_share": {
                        "type": "money",
                        "label": "Part du partenaire",
                        "shown_when": "filled(partner_name)",
                    },
                    "commitment": {"type": "duration", "label": "Durée", "required": "true"},
                },
            },
        },
        "figures": {
            "resources": {"label": "Ressources", "value": "sum(cofinancing.amount)"},
            "gap": {"label": "Écart", "value": "cost - resources"},
            "asked": {
                "label": "Demandé",
                "value": "sum(cofinancing.amount, cofinancing.fund == 'call')",
            },
            "share_asked": {"label": "Part demandée", "value": "asked / cost", "as": "percent"},
            "per_household": {"label": "Coût par ménage", "value": "cost / households"},
            "years": {"label": "Années", "value": "months(commitment) / 12"},
            "over_duration": {"label": "Coût sur la durée", "value": "cost * years"},
            "partner_cost": {"label": "Coût du partenaire", "value": "partner_share"},
        },
        "checks": {
            "balanced": {
                "level": "blocking",
                "when": "gap != 0",
                "fields": ["cost", "cofinancing"],
                "message": "Ressources ({resources}) et coût ({cost}) : écart de {gap}.",
            },
            "public": {
                "level": "blocking",
                "when": "not any_row(cofinancing, false) and missing(dalo) and missing(pdalpd)",
                "fields": ["dalo", "pdalpd"],
                "message": "Au moins un public ; {households} ménages, DALO : {dalo}.",
            },
            "several_years": {
                "level": "justify",
                "when": "months(commitment) > 12",
                "fields": ["commitment"],
                "message": "Un an : {cost} ; {commitment} : {over_duration}.",
            },
        },
    }
)


def a_row(financer: str, fund: str | None, amount: Any) -> dict[str, Any]:
    return {"financer": financer, "fund": fund, "amount": amount}


ROWS = (
    a_row("SEMIS", "own", 2_000_000),
    a_row("ETAT-AVDL", "avdl", 700_000),
    a_row("Appel à projet", "call", 2_000_000),
)
#: As SEMIS filled it: ticks lost, duration left blank.
SEMIS: Mapping[str, Any] = {
    "households": Count(30, approximate=True),
    "cost": 4_700_000,
    "cofinancing": ROWS,
}
COMPLETE = {**SEMIS, "dalo": True, "commitment": Duration(3, "years")}


def test_the_form_of_these_tests_is_sound() -> None:
    assert rule_errors(FORM) == []


def test_an_empty_form_lacks_what_is_required() -> None:
    assert gaps(FORM, {}) == [
        Gap("public", "households", "Nombre de ménages accompagnés : à renseigner"),
        Gap("finance", "cost", "Coût global : à renseigner"),
        Gap("finance", "cofinancing", "Cofinancements : à renseigner"),
        Gap("finance", "commitment", "Durée : à renseigner"),
    ]
    assert findings(FORM, {}) == []


def test_the_dossier_as_first_filled_lacks_its_duration_and_its_public() -> None:
    assert gaps(FORM, SEMIS) == [Gap("finance", "commitment", "Durée : à renseigner")]
    assert findings(FORM, SEMIS) == [
        Finding(
            check="public",
            level="blocking",
            message="Au moins un public ; 30 environ ménages, DALO : —.",
            fields=("dalo", "pdalpd"),
        )
    ]


def test_a_complete_dossier_has_no_gap_and_a_finding_to_justify() -> None:
    assert gaps(FORM, COMPLETE) == []
    assert findings(FORM, COMPLETE) == [
        Finding(
            check="several_years",
            level="justify",
            message="Un an : 47\u202f000\u00a0€ ; 3 ans : 141\u202f000\u00a0€.",
            fields=("commitment",),
            justification=FORM.justifications["justification_several_years"],
        )
    ]


def test_what_cannot_be_read_is_a_gap_and_no_fact() -> None:
    rows = (*ROWS[:2], a_row("Appel à projet", "call", Unreadable("vingt mille")))
    answers = {**COMPLETE, "households": Count(0), "cofinancing": rows}

    assert gaps(FORM, answers) == [
        Gap(
            "public",
            "households",
            "Nombre de ménages accompagnés : ce nombre doit être au moins 1.",
        ),
        Gap(
            "finance",
            "cofinancing",
            "Cofinancements : ligne 3, « Montant » : écrivez un montant en euros, "
            "par exemple « 47 000 € » ou « 1 566,67 € ».",
        ),
    ]
    assert findings(FORM, answers)[0].message == (
        "Ressources (27\u202f000\u00a0€) et coût (47\u202f000\u00a0€) : "
        "écart de 20\u202f000\u00a0€."
    )


def test_figures_are_exact_and_worded() -> None:
    assert figures(FORM, COMPLETE) == {
        "resources": FigureValue("Ressources", 4_700_000, "47\u202f000\u00a0€"),
        "gap": FigureValue("Écart", 0, "0\u00a0€"),
        "asked": FigureValue("Demandé", 2_000_000, "20\u202f000\u00a0€"),
        "share_asked": FigureValue("Part demandée", Fraction(20, 47), "42,6\u00a0%"),
        "per_household": FigureValue("Coût par ménage", 156_667, "1\u202f566,67\u00a0€"),
        "years": FigureValue("Années", Fraction(3), "3"),
        "over_duration": FigureValue("Coût sur la durée", 14_100_000, "141\u202f000\u00a0€"),
        "partner_cost": FigureValue("Coût du partenaire", None, "—"),
    }


def test_a_figure_that_lacks_an_answer_is_unknown_not_zero() -> None:
    shown = figures(FORM, {"cost": 4_700_000})

    assert {figure.text for figure in shown.values()} == {"—"}
    assert {figure.value for figure in shown.values()} == {None}


def test_a_number_that_is_not_whole_shows_two_decimals() -> None:
    answers = {"commitment": Duration(18, "months")}

    assert figures(FORM, answers)["years"] == FigureValue("Années", Fraction(3, 2), "1,50")


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({}, []),
        ({"partner": False}, []),
        ({"partner": Unreadable("?")}, []),
        ({"partner": True}, ["partner_name"]),
        ({"partner": True, "partner_name": "Tremplin 17"}, ["partner_name", "partner_share"]),
        ({"partner": False, "partner_name": "Tremplin 17"}, []),
    ],
)
def test_a_field_shows_when_its_condition_is_known_to_be_true(
    answers: dict[str, Any], shown: list[str]
) -> None:
    always = ["households", "dalo", "pdalpd", "cost", "cofinancing", "partner"]

    assert [field.key for field in visible(FORM, answers)] == [*always, *shown, "commitment"]


def test_a_hidden_answer_is_neither_missing_nor_wrong_nor_counted() -> None:
    hidden = {"partner_name": "x" * 300, "partner_share": 500}

    assert gaps(FORM, {**COMPLETE, **hidden}) == []
    assert figures(FORM, {**COMPLETE, **hidden})["partner_cost"].value is None
    assert [gap.message for gap in gaps(FORM, {**COMPLETE, **hidden, "partner": True})] == [
        "Nom du partenaire : 255 caractères au plus, 300 saisis."
    ]
    assert figures(FORM, {**COMPLETE, **hidden, "partner": True})["partner_cost"].value == 500


def test_a_condition_may_require_an_answer() -> None:
    assert gaps(FORM, {**COMPLETE, "partner": True}) == [
        Gap("finance", "partner_name", "Nom du partenaire : à renseigner")
    ]


def test_a_justification_has_its_own_limit() -> None:
    answers = {**COMPLETE, "justification_several_years": "x" * 4_001}

    assert gaps(FORM, answers) == [
        Gap(
            "finance",
            "justification_several_years",
            "Justification : 4\u202f000 caractères au plus, 4\u202f001 saisis.",
        )
    ]
    assert gaps(FORM, {**answers, "commitment": Duration(12, "months")}) == []


def test_a_message_shows_an_answer_as_typed_and_nothing_more() -> None:
    form = FormDefinition.model_validate(
        {
            "fields": {"name": {"type": "text", "label": "Nom"}},
            "checks": {
                "named": {"level": "information", "when": "filled(name)", "message": "Ici {name}."}
            },
        }
    )

    [finding] = findings(form, {"name": "{name} <b>"})

    assert finding.message == "Ici {name} <b>."


def test_stored_answers_come_back_typed_in_the_order_of_the_form() -> None:
    stored = {
        "justification_several_years": "Trois fois un an.",
        "cost": {"unreadable": "cher"},
        "dalo": False,
        "pdalpd": None,
        "gone": "from an older form",
        "households": {"number": 30, "approximate": True},
    }

    answers = decode_answers(FORM, stored)

    assert list(answers.items()) == [
        ("households", Count(30, approximate=True)),
        ("dalo", False),
        ("cost", Unreadable("cher")),
        ("justification_several_years", "Trois fois un an."),
    ]


def test_a_no_is_an_answer_and_an_empty_table_is_none() -> None:
    assert not missing(FORM.fields["dalo"], False)
    assert missing(FORM.fields["dalo"], None)
    assert missing(FORM.fields["cofinancing"], ())
    assert missing(FORM.fields["partner_name"], "")
    assert not missing(FORM.fields["cost"], 0)
    assert not missing(FORM.fields["cost"], Unreadable("cher"))


def test_a_justification_belongs_to_the_section_of_its_check() -> None:
    assert FORM.section_of("dalo").key == "public"
    assert FORM.section_of("justification_several_years").key == "finance"
    assert FORM.answerable("dalo") is FORM.fields["dalo"]
    for key in ("nothing", "justification_balanced"):
        with pytest.raises(KeyError):
            FORM.section_of(key)
        with pytest.raises(KeyError):
            FORM.answerable(key)
