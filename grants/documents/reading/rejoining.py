"""Labels that a mail or a page cut over several lines, put together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from grants.documents.questionnaire import Question
from grants.documents.reading.likeness import ASKED, LONGEST_BEGINNING, Labels, plain
from grants.documents.reading.sheet import Line

#: A label takes no more, however narrow the page is.
_MOST_LINES: Final = 8
_ENDED: Final = re.compile(r"[\s,.…]*(:|$)")
#: The dots that a label ends with, and its colon.
_ENDING: Final = re.compile(r"[\s,.…]*:")


def rejoined(lines: Sequence[Line], questions: Sequence[Question]) -> Iterator[Line]:
    """Lines of a plain text, those of a label that a mail cut in two put together."""
    labels = Labels((0, words) for each in questions for words in each.wordings)
    wholes = {plain(words) for each in questions for words in each.wordings}
    waiting: Line | None = None
    for line in _put_together(lines, wholes):
        if waiting is None:
            waiting = line
        elif line.follows and (
            _is_cut(waiting.text, line.text, wholes) or _cuts_a_label(waiting.text, line, labels)
        ):
            waiting = replace(waiting, text=f"{waiting.text} {line.text}")
        else:
            yield waiting
            waiting = line
    if waiting is not None:
        yield waiting


def _put_together(lines: Sequence[Line], wholes: set[str]) -> Iterator[Line]:
    """Lines, those that make a label word for word as one."""
    number = 0
    while number < len(lines):
        count = _lines_of_a_label(lines[number : number + _MOST_LINES], wholes)
        text = " ".join(each.text for each in lines[number : number + count])
        yield replace(lines[number], text=text) if count > 1 else lines[number]
        number += count


def _lines_of_a_label(lines: Sequence[Line], wholes: set[str]) -> int:
    """How many of these lines, from the first one, make a label; one for none."""
    text, found = lines[0].text, 1
    said = plain(text)
    begun = {each for each in wholes if said and each.startswith(said)}
    for count, line in enumerate(lines[1:], 2):
        if not begun or not line.follows or line.cells:
            break
        whole = said in begun
        text = f"{text} {line.text}"[:LONGEST_BEGINNING]
        said = plain(text)
        if any(_says(said, each) for each in begun) and (not whole or _ENDING.match(line.text)):
            found = count
        begun = {each for each in begun if each.startswith(said)}
    return found


def _says(text: str, label: str) -> bool:
    """Whether a text is that label, or that and its answer after a colon."""
    return text.startswith(label) and bool(_ENDED.match(text, len(label)))


def _is_cut(first: str, second: str, wholes: set[str]) -> bool:
    """Whether both make a label, word for word, even if the first begins with another one."""
    joined = f"{first} {second}"
    return len(joined) <= LONGEST_BEGINNING and plain(joined) in wholes - {plain(first)}


def _cuts_a_label(first: str, line: Line, labels: Labels) -> bool:
    second = line.text
    if (":" in first and not line.wrapped) or len(first) > LONGEST_BEGINNING:
        return False
    joined = f"{first} {second}"[:LONGEST_BEGINNING]
    value, end = labels.beginning(joined).get(0, (0.0, 0))
    apart = max(labels.beginning(each).get(0, (0.0, 0))[0] for each in (first, second))
    return value >= ASKED and end > len(first) and value > apart
