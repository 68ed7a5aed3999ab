"""Texts as they are kept: the same letters as typed, in one spelling."""

import unicodedata
from typing import Final

#: XML has no place for these, and PostgreSQL none for the first. None of them is visible.
_REMOVED: Final = dict.fromkeys(
    [*range(0x09), *range(0x0E, 0x20), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)]
)
#: Line breaks of other systems, and those pasted from a word processor.
_LINE_BREAKS: Final = dict.fromkeys([0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029], "\n")
_CLEANED: Final = str.maketrans({**_REMOVED, **_LINE_BREAKS})

_INVISIBLE: Final = {"Cc", "Cf", "Zs", "Zl", "Zp"}


def tidy(text: str) -> str:
    """NFC, `\\n` for every line break, no outer blank, nothing that XML refuses.

    A text of invisible characters alone becomes empty. Tidying twice changes nothing more.
    """
    cleaned = unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_CLEANED)).strip()
    return cleaned if any(map(_is_visible, cleaned)) else ""


def on_one_line(text: str) -> str:
    return " ".join(tidy(text).split("\n"))


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in _INVISIBLE
