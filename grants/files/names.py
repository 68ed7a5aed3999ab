"""Names under which files are downloaded: plain letters, no path, whatever people wrote."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from grants.files.kinds import Kind
from grants.wording import fill

#: What a naming rule may speak of, between braces.
NAMES: Final = frozenset({"holder", "label", "reference", "title"})

_LONGEST: Final = 150
#: A long name of an organisation must not push the rest of the rule away.
_LONGEST_VALUE: Final = 60
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9()&,'+._-]+")
_LETTERS: Final = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "’": "'", "–": "-"}
)
#: Windows opens no file of such a name, whatever its extension.
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def safe_name(
    pattern: str, values: Mapping[str, str], kind: Kind, *, number: int | None = None
) -> str:
    """The name that a naming rule gives: « SEMIS STATUTS.pdf », « SEMIS STATUTS 2.pdf ».

    ASCII, at most 160 signs, neither path nor control sign, the extension of the content. A name
    between braces that has no value is left out.
    """
    filled = fill(pattern, lambda name: _plain(values.get(name, ""))[:_LONGEST_VALUE])
    stem = _plain(filled)[:_LONGEST].rstrip(" .") or "fichier"
    if _DEVICES.fullmatch(stem):
        stem = f"fichier {stem}"
    return stem + ("" if number is None else f" {number}") + kind.extension


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    kept = "".join(each for each in decomposed if not unicodedata.combining(each))
    return _UNSAFE.sub(" ", kept).strip(" .")
