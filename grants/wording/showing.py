"""Values shown as French text.

Thousands are parted by U+202F; U+00A0 stands before « € » and « % » and on both
sides of the « h » of an hour. Days and counted words hold plain spaces.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date

PARIS = ZoneInfo("Europe/Paris")

DurationUnit = Literal["months", "years"]

_NARROW_NO_BREAK_SPACE = "\N{NARROW NO-BREAK SPACE}"
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def money(cents: int) -> str:
    """« 47 000 € », and « 1 566,67 € » when the cents are not zero."""
    places = 2 if cents % 100 else 0
    return number(Fraction(cents, 100), places) + _NO_BREAK_SPACE + "€"


def number(value: int | Decimal | Fraction, places: int = 0) -> str:
    """« 34 969 »: exactly `places` decimals, halves rounded away from zero."""
    exact = Fraction(value) * 10**places
    whole, decimals = divmod(int(abs(exact) + Fraction(1, 2)), 10**places)
    shown = f"{whole:,}".replace(",", _NARROW_NO_BREAK_SPACE)
    if places:
        shown += f",{decimals:0{places}}"
    return f"-{shown}" if exact < 0 and (whole or decimals) else shown


def percent(ratio: Fraction) -> str:
    """« 42,6 % » for 0.426; one decimal, left out when it is zero."""
    return number(ratio * 100, 1).removesuffix(",0") + _NO_BREAK_SPACE + "%"


def day(value: date) -> str:
    """« 25 mars 2014 », « 1er mai 2014 »."""
    ordinal = "1er" if value.day == 1 else str(value.day)
    return f"{ordinal} {format_date(value, 'MMMM y', locale='fr')}"


def moment(value: datetime) -> str:
    """« 25 mars 2014 à 23 h 59 » in Paris. ValueError on a datetime without time zone."""
    return f"{day(local_day(value))} à {hour(value)}"


def hour(value: datetime) -> str:
    """« 23 h 59 » in Paris, on one line wherever it stands. ValueError as `moment`."""
    local = _in_paris(value)
    return f"{local.hour} h {local.minute:02}".replace(" ", _NO_BREAK_SPACE)


def local_day(value: datetime) -> date:
    """The calendar day in Paris. ValueError on a datetime without time zone."""
    return _in_paris(value).date()


def duration(count: int, unit: DurationUnit) -> str:
    """« 36 mois », « 1 an », « 3 ans »."""
    return plural(count, "mois", "mois") if unit == "months" else plural(count, "an", "ans")


def file_size(octets: int) -> str:
    """« 340 Ko », « 1,2 Mo »: thousands of bytes, rounded up, so that no file shows as nothing."""
    thousands = -(-octets // 1000)
    if thousands < 1000:
        return number(thousands) + _NO_BREAK_SPACE + "Ko"
    return number(Fraction(thousands, 1000), 1).removesuffix(",0") + _NO_BREAK_SPACE + "Mo"


def plural(count: int, one: str, many: str) -> str:
    """The number and its word: « 0 dossier », « 1 dossier », « 2 dossiers »."""
    return f"{number(count)} {one if abs(count) < 2 else many}"


def joined(words: Sequence[str]) -> str:
    """« a, b et c »; the empty text for no word."""
    *firsts, last = words or [""]
    return f"{', '.join(firsts)} et {last}" if firsts else last


def _in_paris(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError(f"a datetime without time zone has no hour in Paris: {value!r}")
    return value.astimezone(PARIS)
