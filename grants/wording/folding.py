"""Texts made comparable whatever the accents, capitals, ligatures, spaces and dashes."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_SAME: Final = str.maketrans(
    {
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{MODIFIER LETTER APOSTROPHE}": "'",
        "\N{MINUS SIGN}": "-",
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "œ": "oe",
        "æ": "ae",
    }
)
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_FULL_WIDTH: Final = range(0xFF01, 0xFF5F)
_FULL_WIDTH_SHIFT: Final = 0xFEE0


#: Letters of the longest text worth keeping folded: labels come back with every file.
_LABEL: Final = 200


def fold(text: str) -> str:
    """« Île-d'Aix » and « ILE-D'AIX » give « ile-d'aix »; runs of blanks give one space.

    Nothing else is lost: « ² » stays « ² », it does not become 2.
    """
    return _fold_once(text) if len(text) <= _LABEL else _fold(text)


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold().translate(_SAME))
    return " ".join(_BEYOND_ASCII.sub(_plain, decomposed).split())


_fold_once = lru_cache(maxsize=4096)(_fold)


def _plain(found: re.Match[str]) -> str:
    character = found[0]
    if ord(character) in _FULL_WIDTH:
        return chr(ord(character) - _FULL_WIDTH_SHIFT)
    match unicodedata.category(character):
        case "Zs":
            return " "
        case "Mn" | "Cf":  # accents; invisible marks that come with a copied text
            return ""
    return character
