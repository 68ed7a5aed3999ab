"""Texts of a file as typed answers: by the field's own reading, as if they had been typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from grants.documents.columns import ONE_MORE
from grants.documents.questionnaire import options_of
from grants.documents.reading.likeness import most_like, strangers
from grants.documents.reading.sheet import Line
from grants.forms import FieldDefinition, Unreadable, tidy
from grants.forms.types.choice import ChoiceField
from grants.forms.types.choices import ChoicesField
from grants.forms.types.lines import LinesField
from grants.forms.types.long_text import LongTextField
from grants.forms.types.text import TextField
from grants.forms.types.yes_no import YesNoField
from grants.wording import fold, placeholders

_FREE: Final = (TextField, LongTextField, LinesField)
_NOTHING: Final = re.compile(r"[\s._…‥·:-]*")
_FIGURE: Final = re.compile(r"-?\d{1,3}(?:\s\d{3})*(?:,\d+)?(?:\s?[€%])?")
#: What leaders are drawn with, and how much each sign says that it is of one.
_DRAWN: Final = {".": 1, "‥": 2, "…": 2, "_": 2}
_LEADING: Final = "".join(_DRAWN) + " \t\N{NO-BREAK SPACE}"
_FEWEST_DRAWN: Final = 5
_UNITS: Final = re.compile(r"[\s€%]")
_STOPS: Final = " .;,"
_INVITATIONS: Final = frozenset(
    {"champ libre", "a completer", "non renseigne", fold(ONE_MORE).strip(_STOPS)}
)
_BULLET: Final = re.compile(r"^[-–—•·▪‣*o]\s+")
_EDGES: Final = " \t\n\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
#: Beyond it, no text holds an amount and its unit.
_LONGEST_OF_PARTS: Final = 200


class _Typed(dict[str, list[str]]):
    """What a page would have posted."""

    def getlist(self, key: str) -> Sequence[Any]:
        return self.get(key, [])


def written(lines: Sequence[Line]) -> list[Line]:
    """The lines on which something was written."""
    return [each for each in lines if each.cells or not is_blank(each.text)]


def is_blank(text: str) -> bool:
    return bool(_NOTHING.fullmatch(text)) or fold(text).strip(_STOPS) in _INVITATIONS


def is_free(field: FieldDefinition) -> bool:
    """Whether it takes any words."""
    return isinstance(field, _FREE)


def is_figure(text: str) -> bool:
    """Whether it is blank, or a calculation as we print it: « 1 566,67 € », « 42,6 % »."""
    return is_blank(text) or bool(_FIGURE.fullmatch(text.strip(_EDGES)))


def same_figure(first: str, second: str) -> bool:
    """Whether both say the same number, with its unit or without."""
    return _UNITS.sub("", first) == _UNITS.sub("", second)


def without_leaders(text: str) -> str:
    """A text without the dots or the line that a form prints to be written upon."""
    said = text[_leader(text) :]
    return said[: len(said) - _leader(said[::-1])]


def _leader(text: str) -> int:
    """The length of the leader that it begins with; a few dots are an ellipsis."""
    drawn = text[: len(text) - len(text.lstrip(_LEADING))]
    return len(drawn) if sum(_DRAWN.get(each, 0) for each in drawn) >= _FEWEST_DRAWN else 0


def text_of(lines: Sequence[Line]) -> str:
    """Lines as one text: a blank line between paragraphs."""
    text = ""
    for line in lines:
        parting = " " if line.wrapped else "\n" if line.follows else "\n\n"
        text += (parting if text else "") + (line.flat or without_leaders(line.text).strip(_EDGES))
    return text


def read_lines(field: FieldDefinition, lines: Sequence[Line]) -> Any:
    """The value that lines give a field; None when nothing was written."""
    kept = written(lines)
    if isinstance(field, LinesField):
        return read_text(field, "\n".join(_items(kept)))
    return read_text(field, text_of(kept))


def _items(lines: Sequence[Line]) -> list[str]:
    items: list[str] = []
    for each in lines:
        said = without_leaders(each.text)
        text = each.flat or (said if each.listed else _BULLET.sub("", said.strip()))
        if each.wrapped and items:
            items[-1] += f" {text}"
        else:
            items.append(text)
    return items


def read_text(field: FieldDefinition, text: str) -> Any:
    """The typed value; Unreadable with the text as it is; None for nothing."""
    text = without_leaders(text)
    if is_blank(text):
        return None
    if isinstance(field, YesNoField | ChoiceField | ChoicesField):
        return _chosen(field, text)
    value = field.read("value", _Typed(value=[text]))
    if isinstance(value, Unreadable):
        shorter = field.read("value", _Typed(value=[text.strip(_STOPS + _EDGES)]))
        return Unreadable(tidy(text)) if isinstance(shorter, Unreadable) else shorter
    return value


def _chosen(field: FieldDefinition, text: str) -> Any:
    """The options that a text names, by their labels."""
    options = options_of(field)
    ways = [[text]]
    if isinstance(field, ChoicesField):
        ways = [re.split("[\n;]", text), [text], re.split("[\n;,]", text)]
    for pieces in ways:
        named = [_named(each, options) for each in pieces]
        if None not in named:
            return value_of(field, [each for each in named if each is not None])
    return Unreadable(tidy(text))


def _named(text: str, options: Mapping[str, str]) -> str | None:
    """The option that a text names; none when it says more, which would be lost."""
    key = most_like(text, options)
    return key if key is not None and not strangers(text, [options[key]]) else None


def value_of(field: FieldDefinition, chosen: Sequence[str]) -> Any:
    """The value of ticked options; none for none."""
    return field.read("value", _Typed(value=list(chosen))) if chosen else None


# Several answers written together


def read_together(
    fields: Sequence[FieldDefinition], pattern: str, lines: Sequence[Line]
) -> dict[str, Any]:
    """The values of fields that one text holds, as `pattern` wrote them."""
    kept = written(lines)
    separator = "\n" if "\n" in pattern else " "
    ordered = [each for key in placeholders(pattern) for each in fields if each.key == key]
    text = text_of(kept)
    pieces = re.split(r"\n+" if separator == "\n" else r"\s+", text)
    if separator == " " and len(text) > _LONGEST_OF_PARTS:
        pieces = [text]
    rate = _by_lines if separator == "\n" else _by_words
    best = max(_parted(ordered, pieces, text, separator), key=rate, default={})
    return {key: value for key, value in best.items() if value is not None}


def _parted(
    fields: Sequence[FieldDefinition], pieces: list[str], text: str, separator: str
) -> list[dict[str, Any]]:
    """The ways to give the pieces to the fields in turn, first ones first."""
    first, *others = fields
    if not others:
        # What stands at the end is kept with its own paragraphs.
        tail = text[_start_of(pieces, text) :] if pieces else ""
        return [{first.key: read_text(first, tail)}]
    found = []
    for count in range(min(len(pieces), 12), -1, -1):
        head = read_text(first, separator.join(pieces[:count])) if count else None
        if isinstance(head, Unreadable) and count < len(pieces):
            continue
        found += [
            {first.key: head, **rest} for rest in _parted(others, pieces[count:], text, separator)
        ]
    return found


def _start_of(pieces: list[str], text: str) -> int:
    """Where the last pieces of a text begin."""
    place = len(text)
    for piece in reversed(pieces):
        place = text.rindex(piece, 0, place)
    return place


def _by_lines(values: Mapping[str, Any]) -> int:
    """How many values could be read, less those that could not."""
    read, wrong = _counted(values)
    return read - 3 * wrong


def _by_words(values: Mapping[str, Any]) -> tuple[int, int]:
    """All that could be read; else the whole as it is: half a number is another number."""
    read, wrong = _counted(values)
    return -wrong, -read if wrong else read


def _counted(values: Mapping[str, Any]) -> tuple[int, int]:
    """How many values there are, and how many of them could not be read."""
    read = [each for each in values.values() if each is not None]
    return len(read), sum(isinstance(each, Unreadable) for each in read)
