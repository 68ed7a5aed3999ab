"""What people type, read as values. A text that cannot be read for sure gives None."""

import re
from datetime import date
from fractions import Fraction
from typing import Final

from grants.wording.folding import fold
from grants.wording.showing import DurationUnit

_LONGEST: Final = 60

_PLAIN: Final = re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<decimals>[0-9]+))?")
# One separator between all the groups, and another one before the decimals.
_GROUPED: Final = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<gap>[ '.,])[0-9]{3}(?:(?P=gap)[0-9]{3})*)"
    r"(?:(?!(?P=gap))[.,](?P<decimals>[0-9]{1,2}))?"
)
_AMOUNT: Final = re.compile(
    r"(?:(?:€|eur|euros?) ?)?"
    r"(?P<number>[-+]? ?[0-9][0-9 .,']*?)"
    r"(?: ?(?P<scale>k|mille|m(?= ?[€e])|millions?))?"
    r"(?: ?(?:€|eur|(?:d')?euros?))?"
)
_SCALES: Final = {"k": 1_000, "mille": 1_000, "m": 10**6, "million": 10**6, "millions": 10**6}

_NUMERIC_DAY: Final = re.compile(r"([0-9]{1,2})([/. -])([0-9]{1,2})\2([12][0-9]{3})")
_ISO_DAY: Final = re.compile(r"([12][0-9]{3})-([0-9]{2})-([0-9]{2})")
_WRITTEN_DAY: Final = re.compile(
    r"(?:le )?(?:(?P<weekday>[a-z]+) )?(?P<day>[0-9]{1,2}|1 ?er) (?P<month>[a-z]+)\.? "
    r"(?P<year>[12][0-9]{3})"
)
_WEEKDAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS: Final = (
    ("janvier", "janv", "jan"),
    ("fevrier", "fevr", "fev"),
    ("mars",),
    ("avril", "avr"),
    ("mai",),
    ("juin",),
    ("juillet", "juil"),
    ("aout",),
    ("septembre", "sept"),
    ("octobre", "oct"),
    ("novembre", "nov"),
    ("decembre", "dec"),
)
_MONTH_NUMBERS: Final = {
    name: position for position, names in enumerate(_MONTHS, start=1) for name in names
}

_COUNT = r"[0-9]{1,3}|[a-z]+(?:-[a-z]+)?"
_YEARS: Final = re.compile(
    rf"(?P<years>{_COUNT}) ?(?:ans?|annees?)"
    rf"(?P<half> et demie?)?(?:(?: et)? (?P<months>{_COUNT}) ?mois)?"
)
_MONTHS_ONLY: Final = re.compile(rf"(?P<months>{_COUNT}) ?mois")
_WORDS: Final = {
    "un": 1,
    "une": 1,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    "six": 6,
    "sept": 7,
    "huit": 8,
    "neuf": 9,
    "dix": 10,
    "onze": 11,
    "douze": 12,
    "dix-huit": 18,
    "vingt-quatre": 24,
    "trente-six": 36,
}


def euros_to_cents(text: str) -> int | None:
    """Whole cents: « 47 000 € », « 47.000,50 », « 47k€ »; a negative amount stays negative.

    « 47,000 » is not read: 47 euros in French, 47 000 in English. « 47.000 » is read as
    47 000, for the dot parts thousands in French. Parts of a cent are not read either.
    """
    match = _AMOUNT.fullmatch(_shortened(text))
    if match is None:
        return None
    scale = _SCALES.get(match["scale"] or "", 1)
    value = _exact(match["number"], scaled=scale > 1)
    return None if value is None else _whole(value * scale * 100)


def two_readings(text: str) -> tuple[int, int] | None:
    """Cents of an amount that may be either: « 47,000 » is 47 € in French, 47 000 € in English.

    The smaller one without its parts of a cent. None for any other text.
    """
    match = _AMOUNT.fullmatch(_shortened(text))
    number = re.fullmatch(r"([1-9][0-9]*),([0-9]{3})", match["number"]) if match else None
    if match is None or match["scale"] or number is None:
        return None
    whole, last = number.groups()
    return int(whole + last[:2]), int(whole + last) * 100


def read_number(text: str) -> int | None:
    """A whole number: « 12 », « 1 200 », « 12,0 »; neither « 12,5 » nor « environ 12 »."""
    value = _exact(_shortened(text), scaled=False)
    return None if value is None else _whole(value)


def read_day(text: str) -> date | None:
    """« 12/03/2014 », « 2014-03-12 », « 12 mars 2014 », « 1er mars 2014 ».

    Refused: two-digit years, those after 2999, days that do not exist, a day of the week that does
    not agree.
    """
    typed = _shortened(text)
    if iso := _ISO_DAY.fullmatch(typed):
        year, month, day = iso.groups()
        return _existing(year, month, day)
    if numeric := _NUMERIC_DAY.fullmatch(typed):
        day, _, month, year = numeric.groups()
        return _existing(year, month, day)
    if written := _WRITTEN_DAY.fullmatch(typed):
        return _written_day(written)
    return None


def read_duration(text: str) -> tuple[int, DurationUnit] | None:
    """« 3 ans », « trois ans », « 36 mois »; « 2 ans et demi » and « 1 an 6 mois » in months."""
    typed = _shortened(text)
    if match := _MONTHS_ONLY.fullmatch(typed):
        months = _count(match["months"])
        return None if months is None else (months, "months")
    if match := _YEARS.fullmatch(typed):
        return _years_and_more(match)
    return None


def _shortened(text: str) -> str:
    """The folded text; empty, hence unreadable, when it is too long to be one value."""
    return fold(text) if len(text) <= _LONGEST else ""


def _exact(number: str, *, scaled: bool) -> Fraction | None:
    """The value of a number, `scaled` when « k » or « million » follows it."""
    sign = -1 if number.startswith("-") else 1
    digits = re.sub("^[-+] ?", "", number)
    if _ambiguous(digits, scaled=scaled):
        return None
    match = _GROUPED.fullmatch(digits) or _PLAIN.fullmatch(digits)
    if match is None:
        return None
    whole = re.sub("[^0-9]", "", match["whole"])
    return sign * Fraction(f"{whole}.{match['decimals'] or 0}")


def _ambiguous(digits: str, *, scaled: bool) -> bool:
    """Whether three last digits may be thousands or decimals."""
    if re.fullmatch(r"[1-9][0-9]*,[0-9]{3}", digits):
        return True
    return scaled and re.fullmatch(r"[1-9][0-9]*\.[0-9]{3}", digits) is not None


def _whole(value: Fraction) -> int | None:
    return value.numerator if value.denominator == 1 else None


def _existing(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _written_day(match: re.Match[str]) -> date | None:
    month = _MONTH_NUMBERS.get(match["month"])
    if month is None:
        return None
    found = _existing(match["year"], str(month), match["day"].removesuffix("er"))
    weekday = match["weekday"]
    if found is None or weekday not in (None, _WEEKDAYS[found.weekday()]):
        return None
    return found


def _years_and_more(match: re.Match[str]) -> tuple[int, DurationUnit] | None:
    years = _count(match["years"])
    months = _count(match["months"] or "0")
    if years is None or months is None or (match["half"] and months):
        return None
    if match["half"]:
        months = 6
    return (12 * years + months, "months") if months else (years, "years")


def _count(word: str) -> int | None:
    return int(word) if word[0].isdigit() else _WORDS.get(word)
