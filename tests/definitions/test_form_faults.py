"""Faults of computed answers, fixed rows and files: each at its own line of the file."""

import pytest

from tests.definitions.broken import broken, faults
from tests.definitions.extended import EXTENDED


def test_the_fields_of_these_tests_are_right() -> None:
    assert faults(EXTENDED) == []


BROKEN = {
    "an unknown name": (
        ("value: years_cost / total_cost", "value: years_cost / total_kost"),
        "value: years_cost / total_kost",
        "nom inconnu : « total_kost » — vouliez-vous dire « total_cost » ? (colonne 14)",
    ),
    "an unknown column": (
        ("value: dwellings * price", "value: dwellings * prize"),
        "value: dwellings * prize",
        "nom inconnu : « prize » — vouliez-vous dire « price » ? (colonne 13)",
    ),
    "a column that reads beyond its row": (
        ("value: dwellings * price", "value: dwellings * total_cost"),
        "value: dwellings * total_cost",
        ("« total_cost » : un calcul de colonne ne lit que les colonnes de sa ligne (colonne 1)"),
    ),
    "a calculation that goes round": (
        ("value: sum(years.cost)", "value: total_cost * years_share"),
        "value: total_cost * years_share",
        "ce calcul tourne en rond : years_cost → years_share → years_cost",
    ),
    "a division by zero": (
        ("value: years_cost / total_cost", "value: years_cost / euros(0)"),
        "value: years_cost / euros(0)",
        "ce calcul divise par zéro (colonne 14)",
    ),
    "a calculation that gives no number": (
        ("value: sum(years.cost)", "value: filled(years)"),
        "value: filled(years)",
        "un calcul donne un nombre, un montant ou une part (colonne 1)",
    ),
    "money and a number": (
        ("value: sum(years.cost)", "value: sum(years.cost) + 1"),
        "value: sum(years.cost) + 1",
        (
            "ce calcul ne va pas entre un montant et un nombre : écrire le montant euros(…) "
            "(colonne 1)"
        ),
    ),
    "an amount as a percentage": (
        ("value: years_cost / total_cost", "value: years_cost"),
        "as: percent",
        "un montant ne s’affiche pas en pourcentage",
    ),
    "an unknown row": (
        ("value: sum(years.cost)", "value: sum(years.cost, years.row == 'y2016')"),
        "value: sum(years.cost, years.row == 'y2016')",
        (
            "option inconnue : « y2016 » — vouliez-vous dire « y2015 » ? (options : y2014, y2015) "
            "(colonne 30)"
        ),
    ),
    "two cells of one name": (
        ('{y2014: "2014", y2015: "2015"}', '{total: "Total", y2015: "2015"}'),
        "years:",
        (
            "l’emplacement Word « years_total_price » désigne deux choses : changer la clé de la "
            "ligne ou de la colonne"
        ),
    ),
    "a slot taken twice": (
        ("label: Part des deux ans", "label: Part des deux ans\n          slot: years_rows"),
        "slot: years_rows",
        "l’emplacement Word « years_rows » sert déjà à « years »",
    ),
    "a condition on what comes after": (
        ("label: Coût par année", "label: Coût par année\n          shown_when: years_cost > 0"),
        "shown_when: years_cost > 0",
        (
            "« years_cost » vient après : une condition d’affichage ne lit que les champs placés "
            "avant"
        ),
    ),
    "an unknown kind of file": (
        ("accepts: [pdf, docx]", "accepts: [pdf, doc]"),
        "accepts: [pdf, doc]",
        (
            "« accepts » : « doc » n’est pas admis (admis : « pdf », « docx », « xlsx », « odt », "
            "« ods », « png » et « jpeg »)"
        ),
    ),
    "a file asked by an act": (
        (
            "forms:\n",
            "forms:\n  proof:\n    fields:\n      proof: {label: Preuve, type: file}\n",
        ),
        "proof: {label: Preuve, type: file}",
        "des fichiers ne se joignent qu’au formulaire du porteur",
    ),
    "an unknown name of a file": (
        ('named: "{holder} STATUTS"', 'named: "{owner} STATUTS"'),
        'named: "{owner} STATUTS"',
        "« {owner} » est inconnu (connus : {holder}, {label}, {reference}, {title})",
    ),
}


@pytest.mark.parametrize(("edit", "line", "message"), BROKEN.values(), ids=BROKEN)
def test_each_fault_is_told_once_at_its_own_line(edit, line, message) -> None:
    assert faults(broken(edit, text=EXTENDED)) == [(line, message)]
