"""Definitions of forms: flat ones, stored ones, and every fault of their rules at once."""

import copy
from typing import Any

import pytest
from pydantic import ValidationError

from grants.forms import FormDefinition, FormError, rule_errors

FLAT: dict[str, Any] = {
    "title": "Décision",
    "fields": {
        "outcome": {
            "type": "choice",
            "label": "Décision",
            "required": "true",
            "options": {"selected": "Retenu", "rejected": "Non retenu"},
        },
        "amount": {
            "type": "money",
            "label": "Montant",
            "shown_when": "outcome == 'selected'",
            "required_when": "outcome == 'selected'",
        },
    },
    "figures": {"half": {"label": "Moitié", "value": "amount / 2"}},
    "checks": {
        "large": {
            "level": "justify",
            "when": "amount > euros(23000)",
            "message": "{amount}, dont {half} d’avance",
            "fields": ["amount"],
        }
    },
}


def flat(**changes: dict[str, Any]) -> FormDefinition:
    """The flat form, with entries of its parts changed."""
    definition = copy.deepcopy(FLAT)
    for part, entries in changes.items():
        for key, entry in entries.items():
            definition[part].setdefault(key, {}).update(entry)
    return FormDefinition.model_validate(definition)


def test_a_flat_form_is_one_section() -> None:
    form = flat()

    assert list(form.sections) == ["main"]
    assert form.sections["main"].title == "Décision"
    assert form.sections["main"].figures == ("half",)
    assert list(form.fields) == ["outcome", "amount"]
    assert form.fields["amount"].key == "amount"
    assert rule_errors(form) == []


@pytest.mark.parametrize("defaults", [True, False])
def test_a_form_comes_back_from_storage_the_same(defaults: bool) -> None:
    stored = flat().model_dump(mode="json", by_alias=True, exclude_defaults=defaults)

    assert FormDefinition.model_validate(stored) == flat()


def test_reading_a_definition_leaves_its_source_as_it_was() -> None:
    source = copy.deepcopy(FLAT)

    FormDefinition.model_validate(source)

    assert source == FLAT


def test_a_fault_of_form_is_told_with_its_path() -> None:
    definition = copy.deepcopy(FLAT)
    definition["fields"]["amount"] |= {"type": "cash"}
    definition["fields"]["outcome"] |= {"bogus": 1}
    definition["checks"]["large"] |= {"level": "loud"}

    with pytest.raises(ValidationError) as refusal:
        FormDefinition.model_validate(definition)

    main = ("sections", "main", "fields")
    assert {error["loc"] for error in refusal.value.errors()} == {
        (*main, "outcome", "choice", "bogus"),
        (*main, "amount"),
        ("checks", "large", "level"),
    }


@pytest.mark.parametrize("nothing", [{}, {"fields": {}}, {"sections": {}}, [], None, "fields"])
def test_a_form_without_fields_is_refused(nothing: Any) -> None:
    with pytest.raises(ValidationError):
        FormDefinition.model_validate(nothing)


MAIN = ("sections", "main", "fields")
TEXT = {"type": "text", "label": "Texte"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (
            {"fields": {"amount": {"required_when": "outcom == 'selected'"}}},
            FormError(
                (*MAIN, "amount", "required_when"),
                "nom inconnu : « outcom » — vouliez-vous dire « outcome » ? (colonne 1)",
            ),
        ),
        (
            {"fields": {"amount": {"required_when": "amount"}}},
            FormError(
                (*MAIN, "amount", "required_when"),
                "une condition est attendue : comparer, ou écrire filled(…)",
            ),
        ),
        (
            {"fields": {"outcome": {"shown_when": "filled(amount)"}}},
            FormError(
                (*MAIN, "outcome", "shown_when"),
                "« amount » vient après : une condition d’affichage ne lit que les champs "
                "placés avant",
            ),
        ),
        (
            {"fields": {"amount": {"shown_when": "half > euros(1)"}}},
            FormError(
                (*MAIN, "amount", "shown_when"),
                "« half » vient après : une condition d’affichage ne lit que les champs "
                "placés avant",
            ),
        ),
        (
            {"fields": {"other": {**TEXT, "slot": "outcome_selected"}}},
            FormError(
                (*MAIN, "other", "slot"),
                "l’emplacement Word « outcome_selected » sert déjà à « outcome »",
            ),
        ),
        (
            {"fields": {"justification_large": TEXT}},
            FormError(
                ("checks", "large"),
                "« justification_large » est déjà le nom d’un champ : changer l’un",
            ),
        ),
        (
            {"figures": {"half": {"value": "half / 2"}}},
            FormError(
                ("figures", "half", "value"),
                "« half » vient après : un chiffre ne lit que les chiffres placés avant",
            ),
        ),
        (
            {"figures": {"last": {"label": "Dernier", "value": "filled(amount)"}}},
            FormError(
                ("figures", "last", "value"), "un chiffre est un nombre, un montant ou une part"
            ),
        ),
        (
            {"figures": {"amount": {"label": "Montant", "value": "1"}}},
            FormError(("figures", "amount"), "« amount » est déjà le nom d’un champ"),
        ),
        (
            {"figures": {"half": {"as": "percent"}}},
            FormError(("figures", "half", "as"), "un montant ne s’affiche pas en pourcentage"),
        ),
        (
            {"checks": {"large": {"when": "amount > 23000"}}},
            FormError(
                ("checks", "large", "when"),
                "un montant ne se compare pas à un nombre : écrire le montant euros(…) "
                "(colonne 10)",
            ),
        ),
        (
            {"checks": {"large": {"message": "{amont} {half}"}}},
            FormError(
                ("checks", "large", "message"),
                "champ ou chiffre inconnu : « amont » — vouliez-vous dire « amount » ?",
            ),
        ),
        (
            {"checks": {"large": {"fields": ["amount", "nothing"]}}},
            FormError(("checks", "large", "fields", "1"), "champ inconnu : « nothing »"),
        ),
    ],
)
def test_a_rule_at_fault_is_told_with_its_path(
    changes: dict[str, dict[str, Any]], error: FormError
) -> None:
    assert rule_errors(flat(**changes)) == [error]


def test_all_the_faults_are_told_at_once_and_a_wrong_figure_only_once() -> None:
    form = flat(
        fields={"amount": {"required_when": "x", "shown_when": "1 +"}},
        figures={"half": {"value": "amont / 2"}, "quarter": {"label": "Q", "value": "half / 2"}},
        checks={"large": {"when": "half > 0 and quarter > 0"}},
    )

    assert [error.path for error in rule_errors(form)] == [
        (*MAIN, "amount", "required_when"),
        (*MAIN, "amount", "shown_when"),
        ("figures", "half", "value"),
    ]


def test_sections_share_no_key_and_show_known_figures() -> None:
    form = FormDefinition.model_validate(
        {
            "sections": {
                "one": {"fields": {"name": TEXT}, "figures": ["total"]},
                "two": {"fields": {"name": TEXT}},
            }
        }
    )

    assert rule_errors(form) == [
        FormError(("sections", "one", "figures", "0"), "chiffre inconnu : « total »"),
        FormError(("sections", "two", "fields", "name"), "deux champs ont la clé « name »"),
    ]
