"""French typography: U+202F between thousands, U+00A0 before « € » and « % »."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from grants.wording import (
    day,
    duration,
    file_size,
    fold,
    joined,
    local_day,
    moment,
    money,
    number,
    percent,
    plural,
)


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        pytest.param(4_700_000, "47\u202f000\u00a0€", id="whole euros"),
        pytest.param(156_667, "1\u202f566,67\u00a0€", id="cents"),
        pytest.param(1_050, "10,50\u00a0€", id="cents keep two decimals"),
        pytest.param(0, "0\u00a0€", id="zero"),
        pytest.param(5, "0,05\u00a0€", id="under one euro"),
        pytest.param(-123_456, "-1\u202f234,56\u00a0€", id="negative"),
        pytest.param(10**32 + 1, "1" + "\u202f000" * 10 + ",01\u00a0€", id="beyond 28 digits"),
    ],
)
def test_money_is_shown_in_euros(cents: int, text: str) -> None:
    assert money(cents) == text


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        pytest.param(34969, 0, "34\u202f969", id="thousands"),
        pytest.param(Fraction(5, 2), 0, "3", id="halves go up"),
        pytest.param(Fraction(-5, 2), 0, "-3", id="halves go away from zero"),
        pytest.param(Fraction(1, 3), 2, "0,33", id="fraction"),
        pytest.param(Decimal("1.005"), 2, "1,01", id="decimal"),
        pytest.param(3, 2, "3,00", id="all the decimals asked for"),
        pytest.param(Decimal("-0.4"), 0, "0", id="no negative zero"),
    ],
)
def test_numbers_are_rounded_as_people_round(
    value: int | Decimal | Fraction, places: int, text: str
) -> None:
    assert number(value, places) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        pytest.param(Fraction(426, 1000), "42,6\u00a0%", id="one decimal"),
        pytest.param(Fraction(1, 2), "50\u00a0%", id="no useless decimal"),
        pytest.param(Fraction(2, 3), "66,7\u00a0%", id="rounded"),
        pytest.param(Fraction(12), "1\u202f200\u00a0%", id="beyond a hundred"),
    ],
)
def test_a_ratio_is_shown_as_a_percentage(ratio: Fraction, text: str) -> None:
    assert percent(ratio) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2014, 3, 25), "25 mars 2014"),
        (date(2014, 5, 1), "1er mai 2014"),
        (date(2014, 8, 31), "31 août 2014"),
    ],
)
def test_days_are_written_in_french(value: date, text: str) -> None:
    assert day(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(
            datetime(2014, 3, 25, 22, 59, tzinfo=UTC),
            "25 mars 2014 à 23\u00a0h\u00a059",
            id="winter",
        ),
        pytest.param(
            datetime(2014, 6, 30, 22, 5, tzinfo=UTC),
            "1er juillet 2014 à 0\u00a0h\u00a005",
            id="summer",
        ),
    ],
)
def test_a_moment_is_shown_in_paris(value: datetime, text: str) -> None:
    assert moment(value) == text


def test_the_local_day_changes_at_midnight_in_paris() -> None:
    assert local_day(datetime(2014, 12, 31, 23, 0, tzinfo=UTC)) == date(2015, 1, 1)


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without time zone"):
        moment(datetime(2014, 3, 25, 23, 59))  # noqa: DTZ001 - the very mistake


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 dossier"), (1, "1 dossier"), (2, "2 dossiers"), (1200, "1\u202f200 dossiers")],
)
def test_a_word_agrees_with_its_number(count: int, text: str) -> None:
    assert plural(count, "dossier", "dossiers") == text


def test_a_duration_keeps_its_unit() -> None:
    assert [duration(36, "months"), duration(1, "years"), duration(3, "years")] == [
        "36 mois",
        "1 an",
        "3 ans",
    ]


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")],
)
def test_a_list_reads_like_a_sentence(words: list[str], text: str) -> None:
    assert joined(words) == text


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Île-d\u2019Aix", "ile-d'aix", id="accents and curly apostrophe"),
        pytest.param("I\u0302LE\u2011D'AIX ", "ile-d'aix", id="combining accent, odd dash"),
        pytest.param("Le  Bœuf\u00a0", "le boeuf", id="ligature and spaces"),
        pytest.param("\uff11\uff12\u200b\uff15", "125", id="full-width digits, invisible mark"),
        pytest.param("47²", "47²", id="an exponent is no digit"),
    ],
)
def test_folded_texts_can_be_compared(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (1, "1\u00a0Ko"),
        (340_000, "340\u00a0Ko"),
        (999_001, "1\u00a0Mo"),
        (1_240_000, "1,2\u00a0Mo"),
        (1_500_000_000, "1\u202f500\u00a0Mo"),
    ],
)
def test_the_size_of_a_file_is_shown_in_thousands(octets: int, text: str) -> None:
    assert file_size(octets) == text
