"""Rules of call files: what may be written, what it is worth, what is refused."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grants.rules import (
    DATE,
    DURATION,
    LIST,
    MONEY,
    NUMBER,
    RATIO,
    TEXT,
    TRUTH,
    RuleError,
    RuleType,
    choice_of,
    choices_of,
    evaluate,
    holds,
    parse,
    table_of,
    type_of,
)


@dataclass(frozen=True)
class Months:
    months: int


TYPES: Mapping[str, RuleType] = {
    "cost": MONEY,
    "asked": MONEY,
    "households": NUMBER,
    "share": RATIO,
    "name": TEXT,
    "started": TRUTH,
    "holders": LIST,
    "starts_on": DATE,
    "commitment": DURATION,
    "management": choice_of(["standard", "adapted"]),
    "mobilisation": choices_of(["new", "existing"]),
    "cofinancing": table_of(
        {"amount": MONEY, "fund": choice_of(["call", "own"]), "financer": TEXT, "share": RATIO}
    ),
}

FACTS: Mapping[str, object] = {
    "cost": 4_700_000,
    "asked": 2_000_000,
    "households": 30,
    "share": Fraction(1, 2),
    "name": "Projet d’insertion (Saintes",
    "started": True,
    "holders": ("SEMIS", "Tremplin 17"),
    "starts_on": date(2014, 3, 25),
    "commitment": Months(36),
    "management": "standard",
    "mobilisation": ("new",),
    "cofinancing": (
        {"amount": 2_000_000, "fund": "own", "financer": "SEMIS"},
        {"amount": 700_000, "fund": None, "financer": None},
        {"amount": None, "fund": "call", "financer": "État"},
        {"amount": 2_000_000, "fund": "call", "financer": "Appel"},
    ),
}


def value_of(source: str, facts: Mapping[str, object] = FACTS) -> object:
    return evaluate(parse(source), facts)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("cost / households", Fraction(4_700_000, 30)),
        ("asked / cost", Fraction(20, 47)),
        ("cost - sum(cofinancing.amount)", 0),
        ("sum(cofinancing.amount, cofinancing.fund == 'call')", 2_000_000),
        ("sum(cofinancing.amount, cofinancing.fund in ('call', 'own'))", 4_000_000),
        ("count(cofinancing)", 4),
        ("count(cofinancing, cofinancing.fund == 'call')", 2),
        ("count(cofinancing, cofinancing.amount > sum(cofinancing.amount) / 2)", 0),
        ("any_row(cofinancing, missing(cofinancing.amount))", True),
        ("count(holders) + count(mobilisation)", 3),
        ("euros(23000)", 2_300_000),
        ("cost * months(commitment) / 12", 14_100_000),
        ("min(cost, asked, 0)", 0),
        ("max(asked, cost)", 4_700_000),
        ("-households + 0.5", Fraction(-59, 2)),
        ("households / 0", None),
        ("0 < households <= 30", True),
        ("started and not (households == 31)", True),
        ("management != 'adapted'", True),
        ("management in ('adapted', 'standard')", True),
        ("'new' in mobilisation and 'existing' not in mobilisation", True),
        ("'SEMIS' in holders", True),
        ("starts_on == starts_on", True),
        ("contains(name, 'INSERTION')", True),
        ("contains(holders, 'tremplin 17')", True),
        ("unclosed(name)", True),
        ("filled(name) and missing(nothing)", True),
        ("true or false", True),
        ("\n  cost >\n  asked\n", True),
    ],
)
def test_a_rule_is_worth(source: str, value: object) -> None:
    assert value_of(source) == value


def test_a_word_is_not_found_inside_another() -> None:
    assert value_of("contains(text, 'ans')", {"text": "dans un an"}) is False
    assert value_of("contains(text, 'ans')", {"text": "durée : 3 ANS."}) is True


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("x and true", None),
        ("x and false", False),
        ("x or true", True),
        ("x or false", None),
        ("not x", None),
        ("x == 1", None),
        ("x + 1", None),
        ("-x", None),
        ("x in ('a', 'b')", None),
        ("'a' in x", None),
        ("sum(x.amount)", None),
        ("count(x)", None),
        ("months(x)", None),
        ("euros(x)", None),
        ("contains(x, 'a')", None),
        ("min(x, 1)", None),
        ("1 < 0 < x", False),
        ("filled(x)", False),
        ("missing(x)", True),
        ("unknown", None),
    ],
)
def test_unknown_is_neither_true_nor_false(source: str, value: object) -> None:
    assert value_of(source, {"x": None}) is value
    assert value_of(source, {}) is value


def test_only_what_is_true_holds() -> None:
    assert holds(parse("households == 30"), FACTS)
    assert not holds(parse("households == 31"), FACTS)
    assert not holds(parse("elsewhere == 31"), FACTS)
    assert not holds(parse("households"), FACTS)


def test_a_sum_over_a_table_without_known_amount_is_zero() -> None:
    assert value_of("sum(t.a)", {"t": ({"a": None},)}) == 0
    assert value_of("sum(t.a)", {"t": ()}) == 0


def test_a_rule_names_the_fields_that_it_reads() -> None:
    rule = parse("sum(cofinancing.amount, cofinancing.fund == 'call') > cost and not unknown")

    assert rule.names == {"cofinancing", "cost"}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "la règle est vide (colonne 1)"),
        ("cost > > 0", "règle illisible à partir d’ici (colonne 8)"),
        ("cost >", "règle illisible à partir d’ici (colonne 7)"),
        ("  cost = 3", "pour comparer, écrire « == » (colonne 8)"),
        ("name == 'a=b' or x = 1", "pour comparer, écrire « == » (colonne 20)"),
        ("cost ** 2", "opération inconnue : écrire + - * / (colonne 1)"),
        ("éé == open('x')", "fonction inconnue : « open » (il existe any_row"),
        ("cost > 23,5", "une liste ne vient qu’après « in »"),
        ("a.b.c", "cette forme n’existe pas dans les règles (colonne 1)"),
        ("[x for x in y]", "cette forme n’existe pas"),
        ("(lambda: 1)()", "cette forme n’existe pas"),
        ("f'{x}'", "cette forme n’existe pas"),
        ("name[0]", "cette forme n’existe pas"),
        ("a if b else c", "cette forme n’existe pas"),
        ("'a'.upper()", "cette forme n’existe pas"),
        ("sum(t.a, key=1)", "cette forme n’existe pas"),
        ("started is true", "comparaison inconnue"),
        ("started == True", "écrire « true », « false » ou « unknown » (colonne 12)"),
        ("x == b'a'", "seuls des nombres et des textes"),
        ("x > 1e999", "nombre démesuré (colonne 5)"),
        ("months()", "« months » attend 1 valeur(s), 0 donnée(s) (colonne 1)"),
        ("min(1)", "« min » attend 2 à 10 valeur(s), 1 donnée(s)"),
        ("a # b", "le signe « # » n’a pas de sens ici (colonne 3)"),
        ("a\0", "illisible"),
        ("not " * 40 + "a", "la règle est trop imbriquée (colonne 121)"),
        ("-" * 900 + "1", "la règle est"),
        ("(" * 900, "règle illisible"),
        ("1" * 1001, "la règle dépasse 1000 caractères"),
    ],
)
def test_a_rule_outside_the_language_is_refused_with_its_place(source: str, message: str) -> None:
    with pytest.raises(RuleError) as refusal:
        parse(source)

    assert message in str(refusal.value)


def test_the_column_counts_characters_not_bytes() -> None:
    with pytest.raises(RuleError) as refusal:
        type_of(parse("  name == 'été' and nom == 'x'"), TYPES)

    assert refusal.value.column == 21


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("cost - asked", MONEY),
        ("cost + 0", MONEY),
        ("cost / asked", RATIO),
        ("cost / households", MONEY),
        ("households * cost", MONEY),
        ("share * cost", MONEY),
        ("1 - share", RATIO),
        ("share * 100", NUMBER),
        ("-cost", MONEY),
        ("sum(cofinancing.amount)", MONEY),
        ("count(cofinancing, cofinancing.fund == 'own')", NUMBER),
        ("any_row(cofinancing, cofinancing.amount > 0)", TRUTH),
        ("months(commitment)", NUMBER),
        ("euros(23000)", MONEY),
        ("min(0, cost)", MONEY),
        ("max(cost, 0)", MONEY),
        ("cost == 0 or 0 < asked", TRUTH),
        ("unknown or started", TRUTH),
        ("cost + unknown", MONEY),
        ("management", TYPES["management"]),
        ("'adapted' == management", TRUTH),
        ("management in ('adapted', 'standard')", TRUTH),
        ("'new' in mobilisation", TRUTH),
        ("starts_on < starts_on", TRUTH),
        ("share > 0.5", TRUTH),
    ],
)
def test_a_rule_has_a_type(source: str, kind: RuleType) -> None:
    assert type_of(parse(source), TYPES) == kind


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("cots > 0", "nom inconnu : « cots » — vouliez-vous dire « cost » ? (colonne 1)"),
        ("zzz > 0", "nom inconnu : « zzz » (colonne 1)"),
        ("cost == 'dear'", "un montant ne se compare pas à un texte (colonne 9)"),
        (
            "cost > 23000",
            "un montant ne se compare pas à un nombre : écrire le montant euros(…) (colonne 8)",
        ),
        (
            "cost + 5",
            "ce calcul ne va pas entre un montant et un nombre : écrire le montant euros(…)",
        ),
        ("cost * asked", "ce calcul ne va pas entre un montant et un montant (colonne 1)"),
        ("name - 1", "ce calcul ne va pas entre un texte et un nombre"),
        ("-name", "« - » ne s’applique pas à un texte (colonne 2)"),
        ("name > 'a'", "un texte n’a pas d’ordre : écrire == ou != (colonne 1)"),
        ("cost == unknown", "pour une valeur inconnue, écrire missing(…) (colonne 9)"),
        ("cofinancing == 0", "un tableau ne se compare pas : compter ses lignes avec count(…)"),
        ("mobilisation == 'new'", "un choix multiple ne se compare pas : écrire 'option' in"),
        ("commitment > 12", "une durée ne se compare pas : écrire months(…)"),
        (
            "management == 'adaptd'",
            "« adapted » ? (options : standard, adapted) (colonne 15)",
        ),
        ("'newer' in mobilisation", "option inconnue : « newer » — vouliez-vous dire « new » ?"),
        ("management in ('a',)", "option inconnue : « a »"),
        ("'a' in name", "pour chercher un mot dans un texte, écrire contains(…)"),
        ("1 in holders", "« in » cherche un texte, non un nombre"),
        ("'a' in cost", "« in » attend un choix multiple ou une liste, non un montant"),
        ("cost and started", "une condition est attendue ici, non un montant (colonne 1)"),
        ("not name", "une condition est attendue ici, non un texte (colonne 5)"),
        ("sum(cofinancing.amout)", "colonne inconnue : « amout » dans « cofinancing » — vouliez"),
        ("sum(cost)", "« sum » attend une colonne : écrire sum(tableau.colonne)"),
        ("sum(cost.amount)", "un tableau est attendu ici, non un montant"),
        ("sum(cofinancing.financer)", "« sum » additionne des nombres, non un texte"),
        ("cofinancing.amount > 0", "« cofinancing.amount » a une valeur par ligne"),
        ("count(cofinancing, cost)", "une condition est attendue ici, non un montant"),
        ("count(cost)", "« count » attend un tableau ou une liste, non un montant"),
        ("count(cost, started)", "un tableau est attendu ici, non un montant"),
        ("months(cost)", "« months » attend une durée, non un montant"),
        ("euros(cost)", "« euros » attend un nombre, non un montant"),
        ("contains(cost, 'a')", "« contains » attend un texte, non un montant"),
        ("contains(name, 1)", "« contains » cherche un mot, non un nombre"),
        ("unclosed(cost)", "« unclosed » attend un texte, non un montant"),
        ("min(name, 'a')", "« min » et « max » attendent des valeurs ordonnées, non un texte"),
        ("max(cost, 5)", "un montant ne se compare pas à un nombre"),
    ],
)
def test_values_that_do_not_go_together_are_refused(source: str, message: str) -> None:
    with pytest.raises(RuleError) as refusal:
        type_of(parse(source), TYPES)

    assert message in str(refusal.value)


@pytest.mark.parametrize(
    "source",
    [
        *["name + 1", "cost and true", "name == 3", "name < 'a'", "months(name)", "count(name)"],
        *["sum(name.a)", "sum(holders.a, true)", "sum(t.a)", "t.a > 0", "'a' in name"],
        "contains(name, 1)",
    ],
)
def test_facts_of_another_type_than_checked_are_refused(source: str) -> None:
    with pytest.raises(RuleError):
        evaluate(parse(source), {**FACTS, "t": ({"a": "x"},)})


SCRAPS = [
    *TYPES,
    *["sum(", "count(", "filled(", "months(", "euros(", "contains(", "min(", "any_row("],
    *["cofinancing.amount", "cofinancing.fund", "'call'", "'", '"', "0", "1.5", "1e400", "9" * 50],
    *[" and ", " or ", "not ", " in ", "==", "<", "+", "-", "*", "/", "**", "%", "(", ")", ","],
    *["true", "unknown", "__import__", "().__class__", "lambda:", "[", "]", ":=", "\n", "\\", "é"],
]


@given(st.text() | st.lists(st.sampled_from(SCRAPS), max_size=25).map("".join))
def test_any_text_is_a_rule_or_a_rule_error_and_nothing_else(source: str) -> None:
    for judge in (lambda rule: type_of(rule, TYPES), lambda rule: evaluate(rule, FACTS)):
        with suppress(RuleError):
            judge(parse(source))


@example("name+unknown")
@given(st.lists(st.sampled_from(SCRAPS), max_size=12).map("".join))
def test_a_rule_that_is_well_typed_can_be_computed_on_any_missing_facts(source: str) -> None:
    try:
        rule = parse(source)
        type_of(rule, TYPES)
    except RuleError:
        return

    evaluate(rule, FACTS)
    evaluate(rule, {})


def test_a_rule_never_runs_code(capsys: pytest.CaptureFixture[str]) -> None:
    for attack in ("print(1)", "__import__('os')", "(0).__class__", "exec('print(1)')"):
        with pytest.raises(RuleError):
            evaluate(parse(attack), {})

    assert capsys.readouterr().out == ""
