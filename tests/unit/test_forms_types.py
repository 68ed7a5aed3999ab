"""Each type of answer: what is read from a page, kept, shown again, displayed, exported."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from werkzeug.datastructures import MultiDict

from grants.forms import (
    AnyField,
    Computed,
    Count,
    Duration,
    FieldDefinition,
    FileField,
    FileRef,
    Unreadable,
    tidy,
)
from grants.forms.types.table import TableField
from grants.forms.types.text import TextField
from grants.reference.territories import commune
from grants.rules import LIST, Kind, evaluate, parse, type_of

SAINTES = commune("17415")
SIRET = "73282932000074"


def a_field(kind: str, **options: Any) -> FieldDefinition:
    definition = {"type": kind, "key": "answer", "label": "Réponse", **options}
    return TypeAdapter(AnyField).validate_python(definition)


OPTIONS = {"new": "Création", "existing": "Sans aménagement"}
COLUMNS = {
    "financer": {"type": "text", "label": "Financeur", "required": "true"},
    "fund": {"type": "choice", "label": "Fonds", "options": {"call": "Appel", "own": "Propres"}},
    "amount": {"type": "money", "label": "Montant"},
}
#: Fixed rows, and a column that nobody types.
PLAN = {
    "rows": {"y2019": "2019", "y2020": "2020"},
    "rows_label": "Année",
    "columns": {
        "places": {"type": "integer", "label": "Places", "required": "true"},
        "cost": {"type": "money", "label": "Coût d’une place"},
        "total": {"type": "computed", "label": "Coût", "value": "places * cost"},
    },
}
FIELDS = {
    "text": a_field("text"),
    "long_text": a_field("long_text"),
    "lines": a_field("lines"),
    "integer": a_field("integer", approximate=True),
    "yes_no": a_field("yes_no"),
    "choice": a_field("choice", options=OPTIONS),
    "choices": a_field("choices", options=OPTIONS),
    "money": a_field("money"),
    "duration": a_field("duration"),
    "date": a_field("date"),
    "commune": a_field("commune"),
    "siret": a_field("siret"),
    "table": a_field("table", columns=COLUMNS),
    "plan": a_field("table", **PLAN),
    "file": a_field("file", accepts=["pdf", "docx"], max_files=2, max_megabytes=1),
}


def posted(**inputs: str | list[str]) -> MultiDict[str, str]:
    return MultiDict(inputs)


def read(kind: str, *texts: str) -> Any:
    return FIELDS[kind].read("answer", MultiDict(("answer", text) for text in texts))


READ = [
    ("text", " Projet\nd’insertion ", "Projet d’insertion"),
    ("long_text", "\r\nUn\r\n\r\n\tdeux\x00\x0btrois\ud800 ", "Un\n\n\tdeux\ntrois"),
    ("long_text", "e\u0301te\u0301", "été"),
    ("long_text", "👩\u200d🚒 <b>&amp;", "👩\u200d🚒 <b>&amp;"),
    (
        "lines",
        "SEMIS, bailleur social\r\n\r\n  Tremplin 17 ",
        ("SEMIS, bailleur social", "Tremplin 17"),
    ),
    ("integer", "30", Count(30)),
    ("integer", "30 environ", Count(30, approximate=True)),
    ("integer", "Environ 1\u202f200", Count(1200, approximate=True)),
    ("integer", "~ 30", Count(30, approximate=True)),
    ("integer", "-5", Count(-5)),
    ("integer", "trente", Unreadable("trente")),
    ("yes_no", "yes", True),
    ("yes_no", "Non", False),
    ("yes_no", "unknown", None),
    ("yes_no", "peut-être", Unreadable("peut-être")),
    ("choice", "new", "new"),
    ("choice", "newer", Unreadable("newer")),
    ("money", "47 000 €", 4_700_000),
    ("money", "47000,00", 4_700_000),
    ("money", "47\u00a0000", 4_700_000),
    ("money", "47\u202f000,5 €", 4_700_050),
    ("money", "47.000,50", 4_700_050),
    ("money", "47 000 euros", 4_700_000),
    ("money", "47k€", 4_700_000),
    ("money", "0", 0),
    ("money", "10 000 000 000", 10**12),
    ("money", "10 000 000 000,01", Unreadable("10 000 000 000,01")),
    ("money", "-5 €", Unreadable("-5 €")),
    ("money", "environ 47 000", Unreadable("environ 47 000")),
    ("duration", "3 ans", Duration(3, "years")),
    ("duration", "36 mois", Duration(36, "months")),
    ("duration", "0 mois", Unreadable("0 mois")),
    ("duration", "100 ans 6 mois", Unreadable("100 ans 6 mois")),
    ("date", "12/03/2014", date(2014, 3, 12)),
    ("date", "2014-03-12", date(2014, 3, 12)),
    ("date", "12 mars 2014", date(2014, 3, 12)),
    ("date", "31/02/2014", Unreadable("31/02/2014")),
    ("commune", "Saintes (17)", SAINTES),
    ("commune", "17415", SAINTES),
    ("commune", "SAINTES", SAINTES),
    ("commune", "Charente-Maritime (17), SAINTES", SAINTES),
    ("commune", "Saint-Denis", Unreadable("Saint-Denis")),
    ("siret", "732 829 320 00074", SIRET),
    ("siret", "732829320\u00a000074", SIRET),
    ("siret", "732 829 320 00075", Unreadable("732 829 320 00075")),
]


@pytest.mark.parametrize(("kind", "typed", "value"), READ)
def test_what_is_typed_is_read(kind: str, typed: str, value: object) -> None:
    assert read(kind, typed) == value


@pytest.mark.parametrize("kind", FIELDS)
def test_blank_or_absent_inputs_are_no_answer(kind: str) -> None:
    assert read(kind) is None
    assert read(kind, " \r\n\u200b\ufeff") is None


def test_choices_are_read_in_the_order_of_the_options() -> None:
    assert read("choices", "existing", "new", "new") == ("new", "existing")
    assert read("choices", "new", "other") == Unreadable("new\nother")


def test_a_box_says_about() -> None:
    about = FIELDS["integer"]

    assert about.read("n", posted(n="30", **{"n-approximate": "yes"})) == Count(30, True)
    assert about.read("n", posted(n="?", **{"n-approximate": "yes"})) == Unreadable("? environ")
    assert about.inputs("n", Unreadable("? environ")) == {"n": "?", "n-approximate": "yes"}
    assert about.read("n", posted(**{"n-approximate": "yes"})) is None


def test_about_is_unreadable_where_an_exact_number_is_asked() -> None:
    exact = a_field("integer")

    assert exact.read("n", posted(n="30 environ")) == Unreadable("30 environ")
    assert exact.problems(Unreadable("30 environ")) == [
        "Écrivez un nombre entier en chiffres, par exemple « 30 »."
    ]


def test_a_table_keeps_the_order_of_its_rows_and_drops_the_blank_ones() -> None:
    form = posted(
        **{
            "t-10-financer": "Appel",
            "t-10-amount": "vingt mille",
            "t-2-financer": "SEMIS",
            "t-2-fund": "own",
            "t-2-amount": "20 000 €",
            "t-0-financer": " ",
            "t-0-fund": "",
            "tt-0-financer": "another table",
        }
    )

    value = FIELDS["table"].read("t", form)

    assert value == (
        {"financer": "SEMIS", "fund": "own", "amount": 2_000_000},
        {"financer": "Appel", "fund": None, "amount": Unreadable("vingt mille")},
    )
    assert FIELDS["table"].inputs("t", value) == {
        "t-0-financer": "SEMIS",
        "t-0-fund": "own",
        "t-0-amount": "20\u202f000",
        "t-1-financer": "Appel",
        "t-1-fund": "",
        "t-1-amount": "vingt mille",
    }


ROW = {"financer": "SEMIS", "fund": "own", "amount": 2_000_000}

STATUTES = FileRef("a" * 64, "Statuts.pdf", 340_000, "pdf")


def a_year(row: str, places: Count | None, cost: int | None, total: Computed | None) -> Any:
    return {"row": row, "places": places, "cost": cost, "total": total}


#: Kind, value, JSON, display.
KEPT = [
    ("text", "Projet", "Projet", "Projet"),
    ("long_text", "Un\ndeux", "Un\ndeux", "Un\ndeux"),
    ("lines", ("a", "b"), ["a", "b"], "a\nb"),
    ("integer", Count(30, True), {"number": 30, "approximate": True}, "30 environ"),
    ("integer", Count(1200), {"number": 1200, "approximate": False}, "1\u202f200"),
    ("yes_no", False, False, "Non"),
    ("choice", "new", "new", "Création"),
    ("choices", ("new", "existing"), ["new", "existing"], "Création\nSans aménagement"),
    ("money", 156_667, 156_667, "1\u202f566,67\u00a0€"),
    ("duration", Duration(3, "years"), {"number": 3, "unit": "years"}, "3 ans"),
    ("date", date(2014, 3, 25), "2014-03-25", "25 mars 2014"),
    (
        "commune",
        SAINTES,
        {"code": "17415", "name": "Saintes", "department": "17"},
        "Charente-Maritime (17), Saintes",
    ),
    ("siret", SIRET, SIRET, "732\u00a0829\u00a0320\u00a000074"),
    ("table", (ROW,), [ROW], "SEMIS ; Propres ; 20\u202f000\u00a0€"),
    (
        "plan",
        (
            a_year("y2019", Count(3), 10_000, Computed(Kind.MONEY, 30_000)),
            a_year("y2020", Count(5), None, None),
        ),
        [
            {"row": "y2019", "places": {"number": 3, "approximate": False}, "cost": 10_000},
            {"row": "y2020", "places": {"number": 5, "approximate": False}},
        ],
        "2019 : 3 ; 100\u00a0€ ; 300\u00a0€\n2020 : 5",
    ),
    (
        "file",
        (STATUTES,),
        [{"sha256": "a" * 64, "name": "Statuts.pdf", "size": 340_000, "kind": "pdf"}],
        "Statuts.pdf (340\u00a0Ko)",
    ),
    *[(kind, Unreadable("zut"), {"unreadable": "zut"}, "zut") for kind in FIELDS],
    *[(kind, None, None, "") for kind in FIELDS],
]


@pytest.mark.parametrize(("kind", "value", "stored", "shown"), KEPT)
def test_an_answer_is_stored_and_displayed(kind: str, value: Any, stored: Any, shown: str) -> None:
    field = FIELDS[kind]

    assert field.encode(value) == stored
    assert field.decode(stored) == value
    assert field.display(value) == shown


TYPED = {kind: [typed for known, typed, _ in READ if known == kind] for kind in FIELDS}


@st.composite
def pages(draw: st.DrawFn, kind: str) -> MultiDict[str, str]:
    """What any page may post for a field of that kind."""

    def texts(kind: str) -> st.SearchStrategy[str]:
        known = [*TYPED[kind], *OPTIONS, "yes", "own"]
        return st.sampled_from(known) | st.text(max_size=40)

    if kind not in ("table", "plan"):
        values = draw(st.lists(texts(kind), max_size=3))
        ticked = [("answer-approximate", "yes")] if draw(st.booleans()) else []
        return MultiDict([("answer", value) for value in values] + ticked)
    columns = COLUMNS if kind == "table" else PLAN["columns"]
    cells = st.tuples(st.integers(0, 12), st.sampled_from(list(columns)))
    rows = draw(st.dictionaries(cells, texts("money") | texts("choice"), max_size=8))
    return MultiDict((f"answer-{row}-{column}", text) for (row, column), text in rows.items())


@pytest.mark.parametrize("kind", FIELDS)
@given(data=st.data())
@settings(max_examples=60)
def test_an_answer_survives_storage_and_its_page(kind: str, data: st.DataObject) -> None:
    field = FIELDS[kind]

    value = field.read("answer", data.draw(pages(kind)))
    stored = json.dumps(field.encode(value), ensure_ascii=False).encode()

    assert field.decode(json.loads(stored)) == value
    assert field.read("answer", MultiDict(field.inputs("answer", value))) == value
    assert all(type(problem) is str and problem for problem in field.problems(value))
    assert field.slot_values(value).keys() == set(field.slots())
    field.display(value)
    field.fact(value)
    field.suggestions(value)


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize("kind", FIELDS)
@pytest.mark.parametrize("stored", [12, "x", True, ["y", []], [1], {"number": "3"}, {}])
def test_what_another_type_stored_is_kept_as_unreadable(kind: str, stored: Any) -> None:
    value = FIELDS[kind].decode(stored)

    assert FIELDS[kind].decode(FIELDS[kind].encode(value)) == value
    assert isinstance(value, Unreadable) or FIELDS[kind].encode(value) == stored


NOT_A_DAY = (
    "Écrivez une date qui existe : jour, mois et année à quatre chiffres, "
    "par exemple « 12/03/2014 » ou « 12 mars 2014 »."
)
AN_AMOUNT = "en euros, par exemple « 47 000 € » ou « 1 566,67 € »."

PROBLEMS = [
    ("text", "x" * 256, ["255 caractères au plus, 256 saisis."]),
    ("long_text", "x" * 100_012, ["100\u202f000 caractères au plus, 100\u202f012 saisis."]),
    ("lines", ("x",) * 101, ["100 lignes au plus, 101 saisies."]),
    ("lines", ("x" * 10_001,), ["10\u202f000 caractères au plus, 10\u202f001 saisis."]),
    ("integer", Count(-5), ["Ce nombre doit être au moins 0."]),
    ("integer", Count(10**9), ["Ce nombre doit être au plus 999\u202f999\u202f999."]),
    (
        "integer",
        Unreadable("trente"),
        ["Écrivez un nombre entier en chiffres, par exemple « 30 » ou « 30 environ »."],
    ),
    (
        "yes_no",
        Unreadable("?"),
        ["Répondez par « Oui » ou par « Non », ou laissez « Non renseigné »."],
    ),
    ("choice", Unreadable("?"), ["Choisissez parmi « Création » et « Sans aménagement »."]),
    ("choices", Unreadable("?"), ["Choisissez parmi « Création » et « Sans aménagement »."]),
    (
        "money",
        Unreadable("-5 €"),
        ["Un montant ne peut pas être négatif : écrivez par exemple « 47 000 € »."],
    ),
    (
        "money",
        Unreadable("47,000"),
        ["« 47,000 » se lit de deux façons : écrivez « 47\u00a0€ » ou « 47\u202f000\u00a0€ »."],
    ),
    (
        "money",
        Unreadable("1,250 €"),
        ["« 1,250 € » se lit de deux façons : écrivez « 1,25\u00a0€ » ou « 1\u202f250\u00a0€ »."],
    ),
    (
        "money",
        Unreadable("99 milliards"),
        ["Écrivez un montant en euros, par exemple « 47 000 € » ou « 1 566,67 € »."],
    ),
    (
        "money",
        Unreadable("99999999999999"),
        ["Ce montant dépasse dix milliards d’euros : vérifiez le nombre de zéros."],
    ),
    (
        "duration",
        Unreadable("longtemps"),
        ["Écrivez une durée en mois ou en années, par exemple « 18 mois » ou « 3 ans »."],
    ),
    (
        "duration",
        Unreadable("99 ans"),
        ["Une durée va d’un mois à cinquante ans, par exemple « 3 ans »."],
    ),
    (
        "date",
        Unreadable("31/02/2014"),
        [NOT_A_DAY],
    ),
    (
        "commune",
        Unreadable("Saint-Aignan-sur-Roë-en-Brie"),
        ["Écrivez une commune et son département, par exemple « Saintes (17) »."],
    ),
    ("siret", Unreadable("732 829 320"), ["Un SIRET a 14 chiffres, 9 saisis."]),
    (
        "siret",
        Unreadable("73282932000075"),
        ["Ce SIRET comporte une erreur de frappe : sa clé de contrôle est fausse."],
    ),
    (
        "siret",
        Unreadable("SEMIS"),
        ["Écrivez les 14 chiffres du SIRET, par exemple « 732 829 320 00074 »."],
    ),
    (
        "table",
        ({"financer": None, "fund": "own", "amount": Unreadable("vingt")},) * 2,
        [
            "Ligne 1, « Financeur » : à renseigner.",
            f"Ligne 1, « Montant » : écrivez un montant {AN_AMOUNT}",
            "Ligne 2, « Financeur » : à renseigner.",
            f"Ligne 2, « Montant » : écrivez un montant {AN_AMOUNT}",
        ],
    ),
    ("table", (ROW,) * 51, ["50 lignes au plus, 51 saisies."]),
    (
        "plan",
        (a_year("y2019", None, None, None), a_year("y2020", None, Unreadable("cent"), None)),
        [
            "2019, « Places » : à renseigner.",
            "2020, « Places » : à renseigner.",
            f"2020, « Coût d’une place » : écrivez un montant {AN_AMOUNT}",
        ],
    ),
    ("file", (STATUTES,) * 3, ["2 fichiers au plus, 3 déposés."]),
    (
        "file",
        (FileRef("b" * 64, "Plan.png", 2_000_000, "png"),),
        [
            "« Plan.png » n’est pas d’un format accepté (PDF et Word (.docx)).",
            "« Plan.png » pèse 2\u00a0Mo : 1\u00a0Mo au plus.",
        ],
    ),
    (
        "file",
        Unreadable("?"),
        ["Ces fichiers ne sont plus connus : déposez-les à nouveau."],
    ),
]


@pytest.mark.parametrize(("kind", "value", "problems"), PROBLEMS)
def test_a_problem_says_how_to_mend_it(kind: str, value: Any, problems: list[str]) -> None:
    assert FIELDS[kind].problems(value) == problems


@pytest.mark.parametrize(("kind", "value", "_json", "_display"), KEPT)
def test_only_what_cannot_be_read_is_a_problem_by_itself(
    kind: str, value: Any, _json: Any, _display: Any
) -> None:
    assert bool(FIELDS[kind].problems(value)) is isinstance(value, Unreadable)


def test_communes_of_one_name_are_all_proposed() -> None:
    field = FIELDS["commune"]
    proposed = field.suggestions(Unreadable("Saint-Denis"))

    assert {"Saint-Denis (93)", "Saint-Denis (974)"} <= set(proposed)
    [problem] = field.problems(Unreadable("Saint-Denis"))
    assert problem.startswith("Plusieurs communes portent ce nom ; écrivez par exemple « Saint-")
    assert [read("commune", text).name for text in proposed] == ["Saint-Denis"] * len(proposed)
    assert field.problems(Unreadable("Saint")) != field.problems(Unreadable("Saint-Denis"))
    assert field.suggestions(SAINTES) == ()


def test_boxes_of_a_word_model_are_ticked() -> None:
    assert FIELDS["yes_no"].slot_values(True) == {"answer_yes": "☒", "answer_no": "☐"}
    assert FIELDS["yes_no"].slot_values(False) == {"answer_yes": "☐", "answer_no": "☒"}
    assert FIELDS["yes_no"].slot_values(None) == {"answer_yes": "☐", "answer_no": "☐"}
    assert FIELDS["choice"].slot_values("new") == {
        "answer": "Création",
        "answer_new": "☒",
        "answer_existing": "☐",
    }
    assert FIELDS["choices"].slot_values(("existing",)) == {
        "answer": "Sans aménagement",
        "answer_new": "☐",
        "answer_existing": "☒",
    }


def test_a_table_fills_its_rows_and_its_totals() -> None:
    rows = (ROW, {"financer": "Appel", "fund": None, "amount": Unreadable("vingt")})

    assert FIELDS["table"].slot_values(rows) == {
        "answer_rows": [
            {"financer": "SEMIS", "fund": "Propres", "amount": "20\u202f000\u00a0€"},
            {"financer": "Appel", "fund": "", "amount": "vingt"},
        ],
        "answer_total_amount": "20\u202f000\u00a0€",
    }
    assert FIELDS["table"].slot_values(None) == {"answer_rows": [], "answer_total_amount": ""}


def test_lines_fill_a_list_and_a_slot_may_have_its_own_name() -> None:
    assert FIELDS["lines"].slot_values(("a", "b")) == {"answer": ["a", "b"]}
    assert FIELDS["lines"].slot_values(None) == {"answer": []}
    assert a_field("text", slot="nom").slot_values("x") == {"nom": "x"}


@pytest.mark.parametrize(
    ("kind", "value", "fact"),
    [
        ("integer", Count(30, True), 30),
        ("commune", SAINTES, "Charente-Maritime (17), Saintes"),
        ("duration", Duration(3, "years"), Duration(3, "years")),
        ("money", Unreadable("x"), None),
        ("table", ({**ROW, "amount": Unreadable("x")},), ({**ROW, "amount": None},)),
    ],
)
def test_rules_know_what_could_be_read(kind: str, value: Any, fact: object) -> None:
    assert FIELDS[kind].fact(value) == fact


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"type": "text", "bogus": 1}, "Extra inputs are not permitted"),
        ({"type": "text", "key": "Été"}, "la clé « Été » doit commencer par une lettre minuscule"),
        ({"type": "text", "key": "errors"}, "la clé « errors » est réservée"),
        ({"type": "text", "key": "class"}, "la clé « class » est réservée"),
        ({"type": "text", "key": "sum"}, "la clé « sum » est réservée"),
        ({"type": "text", "key": "validate_x"}, "la clé « validate_x » est réservée"),
        ({"type": "choice", "options": {}}, "at least 1 item"),
        ({"type": "choice", "options": {"Oui": "Oui"}}, "la clé « Oui » doit commencer"),
        ({"type": "integer", "min": 3, "max": 2}, "« min » dépasse « max »"),
        ({"type": "long_text", "max": 100_001}, "less than or equal to 100000"),
        ({"type": "table", "columns": {}}, "at least 1 item"),
        (
            {"type": "table", "columns": {"a": {"type": "table", "label": "A", "columns": {}}}},
            "does not match any of the expected tags",
        ),
        (
            {"type": "table", "columns": {"a": {"type": "text", "label": "A", "slot": "b"}}},
            "la colonne « a » ne peut avoir ni condition ni « slot »",
        ),
    ],
)
def test_a_definition_at_fault_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(AnyField).validate_python({"key": "answer", "label": "Réponse", **options})

    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ("nom@organisme.fr", []),
        (
            "pas un courriel",
            ["Écrivez une adresse électronique, par exemple « nom@organisme.fr »."],
        ),
    ],
)
def test_a_text_may_have_to_be_an_address(typed: str, problems: list[str]) -> None:
    field = TextField(type="text", key="contact", label="Adresse", format="email")

    assert field.problems(typed) == problems


def a_plan(**inputs: str) -> Any:
    """The plan read from a page, whose inputs are named `y0_places` for `p-0-places`."""
    named = {f"p-{key[1:].replace('_', '-')}": text for key, text in inputs.items()}
    return FIELDS["plan"].read("p", posted(**named))


def test_fixed_rows_are_all_kept_and_no_other_is_read() -> None:
    value = a_plan(y1_places="4", y1_cost="50 €", y7_places="9")

    assert value == (
        a_year("y2019", None, None, None),
        a_year("y2020", Count(4), 5_000, Computed(Kind.MONEY, 20_000)),
    )


def test_a_fixed_row_whose_only_cell_is_a_zero_or_a_no_is_told() -> None:
    plan = FIELDS["plan"]
    value = a_plan(y0_places="2", y1_places="0")

    assert len(plan.display(value).splitlines()) == len(value) == 2


def test_fixed_rows_are_all_shown_before_any_is_filled() -> None:
    assert FIELDS["plan"].inputs("p", None) == {
        "p-0-places": "",
        "p-0-cost": "",
        "p-1-places": "",
        "p-1-cost": "",
    }


@pytest.mark.parametrize("row", ["y2021", "y2019"])
def test_stored_rows_that_are_not_the_fixed_ones_are_kept_as_unreadable(row: str) -> None:
    stored = [{"row": "y2019", "cost": 1}, {"row": row, "cost": 2}]

    assert isinstance(FIELDS["plan"].decode(stored), Unreadable)


def test_stored_rows_come_back_in_the_order_of_the_definition() -> None:
    assert FIELDS["plan"].decode([{"row": "y2020", "cost": 2}]) == (
        a_year("y2019", None, None, None),
        a_year("y2020", None, 2, None),
    )


def test_fixed_rows_fill_a_list_and_a_slot_for_each_cell() -> None:
    money = "200\u00a0€"

    assert FIELDS["plan"].slot_values(a_plan(y1_places="4", y1_cost="50 €")) == {
        "answer_rows": [
            {"row": "2019", "places": "", "cost": "", "total": ""},
            {"row": "2020", "places": "4", "cost": "50\u00a0€", "total": money},
        ],
        "answer_total_cost": "50\u00a0€",
        "answer_total_total": money,
        "answer_y2019_places": "",
        "answer_y2019_cost": "",
        "answer_y2019_total": "",
        "answer_y2020_places": "4",
        "answer_y2020_cost": "50\u00a0€",
        "answer_y2020_total": money,
    }
    assert [row["row"] for row in FIELDS["plan"].slot_values(None)["answer_rows"]] == [
        "2019",
        "2020",
    ]


def test_rules_know_a_fixed_row_by_its_key() -> None:
    plan = FIELDS["plan"]
    facts = {"plan": plan.fact(a_plan(y0_places="2", y0_cost="10 €", y1_places="4"))}
    rule = parse("sum(plan.total, plan.row == 'y2019')")

    assert type_of(rule, {"plan": plan.rule_type()}).kind is Kind.MONEY
    assert evaluate(rule, facts) == 2_000


def test_the_computed_cells_of_a_page_are_told_by_their_place() -> None:
    plan = FIELDS["plan"]
    assert isinstance(plan, TableField)

    rows = plan.posted_rows("p", posted(**{"p-1-places": "4", "p-1-cost": "50 €"}))

    assert plan.computed_texts("p", rows) == {
        "p-0-total": "",
        "p-1-total": "200\u00a0€",
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"columns": {"row": {"type": "text", "label": "Ligne"}}}, "le nom des lignes fixes"),
        ({"rows": {"total": "Total"}}, "l’emplacement Word « answer_total_cost » désigne deux"),
        ({"rows": {"y 2019": "2019"}}, "la clé « y 2019 » doit commencer"),
        (
            {"columns": {"total": {"type": "computed", "label": "Total", "value": "1"}}},
            "il faut au moins une colonne à remplir",
        ),
        (
            {"columns": {"c": {"type": "computed", "label": "C", "value": "1", "required": True}}},
            "un calcul ne se remplit pas",
        ),
    ],
)
def test_a_table_that_could_not_be_filled_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        a_field("table", **{**PLAN, **changes})


def test_a_file_is_never_read_from_the_inputs_of_a_page() -> None:
    assert FIELDS["file"].read("answer", posted(answer="C:\\\\fakepath\\\\x.pdf")) is None
    assert FIELDS["file"].inputs("answer", (STATUTES,)) == {}


def test_rules_count_files() -> None:
    facts = {"files": FIELDS["file"].fact((STATUTES,))}

    assert FIELDS["file"].rule_type() == LIST
    assert evaluate(parse("count(files)"), facts) == 1
    assert evaluate(parse("filled(files)"), facts) is True


def test_a_file_field_says_what_it_takes() -> None:
    field = FIELDS["file"]
    assert isinstance(field, FileField)

    assert field.limits == ("2 fichiers au plus : PDF, Word (.docx) ; 1\u00a0Mo au plus chacun.")
    assert field.accept == (
        ".pdf,application/pdf,.docx,"
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    )


def test_a_naming_rule_speaks_of_known_names_only() -> None:
    assert a_field("file", named="{holder} STATUTS")
    with pytest.raises(ValidationError, match=r"« \{owner\} » est inconnu"):
        a_field("file", named="{owner} STATUTS")
