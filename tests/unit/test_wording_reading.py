"""Spellings people type; what cannot be read for sure is not read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.wording import (
    DurationUnit,
    day,
    duration,
    euros_to_cents,
    money,
    number,
    read_day,
    read_duration,
    read_number,
)

FORTY_SEVEN_THOUSAND = [
    "47000",
    "47 000",
    "47 000 €",
    "47 000€",
    "47000,00",
    "47000.00",
    "47 000,00 €",
    "47\u00a0000\u00a0€",
    "47\u202f000\u00a0€",
    "47\u2009000,0",
    "47.000",
    "47.000,00",
    "47.000,00 €",
    "47,000.00",
    "47'000",
    "47\u2019000.00",
    "€ 47 000",
    "€47000",
    "EUR 47 000",
    "47 000 EUR",
    "47 000 euros",
    "47 000 Euros",
    "47000 euro",
    "47k€",
    "47 k€",
    "47K€",
    "47 k",
    "47,0 k euros",
    "47 mille euros",
    "0,047 M€",
    "+47 000",
    "\t47  000 €\n",
    "\uff14\uff17\uff10\uff10\uff10",
    "\u202a47 000 €\u202c",
]


@pytest.mark.parametrize("text", FORTY_SEVEN_THOUSAND)
def test_forty_seven_thousand_euros_is_read_however_it_is_typed(text: str) -> None:
    assert euros_to_cents(text) == 4_700_000


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("47.000,50", 4_700_050),
        ("47 000.5", 4_700_050),
        ("1 566,67 €", 156_667),
        ("1,566.67", 156_667),
        ("1,234,567", 123_456_700),
        ("1.234.567,8", 123_456_780),
        ("0", 0),
        ("0,05", 5),
        ("12,5 k€", 1_250_000),
        ("1,5 million d'euros", 150_000_000),
        ("8,5 M€", 850_000_000),
        ("2 millions", 200_000_000),
    ],
)
def test_amounts_are_read_to_the_cent(text: str, cents: int) -> None:
    assert euros_to_cents(text) == cents


@pytest.mark.parametrize("text", ["-47 000", "- 47 000 €", "\u221247 000,00", "€ -47 000"])
def test_a_negative_amount_stays_negative(text: str) -> None:
    assert euros_to_cents(text) == -4_700_000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("€", id="no digit"),
        pytest.param("47,000", id="47 in French, 47 000 in English"),
        pytest.param("1,234 k€", id="scaled comma"),
        pytest.param("1.234 k€", id="scaled dot"),
        pytest.param("47 00", id="broken group"),
        pytest.param("4 7000", id="shifted group"),
        pytest.param("1 234.567", id="space then dot groups"),
        pytest.param("1.234.56", id="two dots"),
        pytest.param("12,5,5", id="two commas"),
        pytest.param("47 000,000", id="three decimals after groups"),
        pytest.param("0,005", id="part of a cent"),
        pytest.param("12,3456", id="parts of a cent"),
        pytest.param("environ 47 000 €", id="about"),
        pytest.param("40 000 - 50 000", id="range"),
        pytest.param("47 000 € TTC", id="with tax"),
        pytest.param("12 000 €/an", id="per year"),
        pytest.param("47 000 $", id="other money"),
        pytest.param("47 M", id="M alone"),
        pytest.param("47e3", id="exponent"),
        pytest.param("47²", id="superscript"),
        pytest.param("٤٧", id="other digits"),
        pytest.param("--47", id="two signs"),
        pytest.param("(47 000)", id="brackets"),
        pytest.param("quarante-sept mille euros", id="words"),
        pytest.param("nan", id="nan"),
        pytest.param("inf", id="inf"),
        pytest.param("9" * 5000, id="endless"),
    ],
)
def test_an_amount_that_is_not_sure_is_not_read(text: str) -> None:
    assert euros_to_cents(text) is None


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_every_amount_shown_is_read_back(cents: int) -> None:
    assert euros_to_cents(money(cents)) == cents


@given(st.text())
def test_no_text_makes_the_readers_fail(text: str) -> None:
    for read in (euros_to_cents, read_number, read_day, read_duration):
        read(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        (" 1 200 ", 1200),
        ("1\u202f200", 1200),
        ("1.200", 1200),
        ("12,0", 12),
        ("-3", -3),
        ("12,5", None),
        ("1,200", None),
        ("environ 12", None),
        ("12 logements", None),
        ("--5", None),
        ("", None),
    ],
)
def test_only_whole_numbers_are_read(text: str, value: int | None) -> None:
    assert read_number(text) == value


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_every_number_shown_is_read_back(value: int) -> None:
    assert read_number(number(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        "12/03/2014",
        "12/3/2014",
        "12-03-2014",
        "12.03.2014",
        "12 03 2014",
        "2014-03-12",
        "12 mars 2014",
        "12 MARS 2014",
        "le 12 mars 2014",
        "mercredi 12 mars 2014",
    ],
)
def test_a_day_is_read_however_it_is_typed(text: str) -> None:
    assert read_day(text) == date(2014, 3, 12)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1er mars 2014", date(2014, 3, 1)),
        ("1 er mars 2014", date(2014, 3, 1)),
        ("1 mars 2014", date(2014, 3, 1)),
        ("29 févr. 2016", date(2016, 2, 29)),
        ("31 aout 2014", date(2014, 8, 31)),
        ("5 déc 2014", date(2014, 12, 5)),
    ],
)
def test_months_are_read_in_full_or_short(text: str, value: date) -> None:
    assert read_day(text) == value


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("12/03/14", id="two-digit year"),
        pytest.param("31/02/2014", id="no such day"),
        pytest.param("03/25/2014", id="month first"),
        pytest.param("2014-3-12", id="short ISO"),
        pytest.param("20140312", id="no separator"),
        pytest.param("12/03-2014", id="mixed separators"),
        pytest.param("jeudi 12 mars 2014", id="wrong day of the week"),
        pytest.param("2er mars 2014", id="wrong ordinal"),
        pytest.param("mars 2014", id="no day"),
        pytest.param("12 march 2014", id="English"),
        pytest.param("", id="nothing"),
        pytest.param("31/12/9999", id="end of the calendar"),
        pytest.param("12/03/3014", id="a slip in the year"),
    ],
)
def test_a_day_that_is_not_sure_is_not_read(text: str) -> None:
    assert read_day(text) is None


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31)))
def test_every_day_shown_is_read_back(value: date) -> None:
    assert read_day(day(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3 ans", (3, "years")),
        ("3ans", (3, "years")),
        ("trois ans", (3, "years")),
        ("Trois années", (3, "years")),
        ("un an", (1, "years")),
        ("une année", (1, "years")),
        ("dix ans", (10, "years")),
        ("36 mois", (36, "months")),
        ("dix-huit mois", (18, "months")),
        ("2 ans et demi", (30, "months")),
        ("un an et 6 mois", (18, "months")),
        ("1 an 6 mois", (18, "months")),
        ("3", None),
        ("-3 ans", None),
        ("3 à 5 ans", None),
        ("environ 3 ans", None),
        ("plusieurs ans", None),
        ("3 semaines", None),
        ("2 ans et demi 3 mois", None),
        ("", None),
    ],
)
def test_durations_are_read_in_years_or_months(
    text: str, value: tuple[int, DurationUnit] | None
) -> None:
    assert read_duration(text) == value


@given(st.integers(0, 999), st.sampled_from(["months", "years"]))
def test_every_duration_shown_is_read_back(count: int, unit: DurationUnit) -> None:
    assert read_duration(duration(count, unit)) == (count, unit)
