"""Names of the bookmarks that the documents carry, so that they can be read back.

One stands on each label, title, hint and option, and on what we print of a dossier that answers no
question: people edit answers, not these. A name holds a
digest of the words under it: once they changed, they are read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from zlib import crc32

from grants.wording import fold

#: Word cuts the names of bookmarks beyond 40 characters.
_LONGEST_SLOT: Final = 31

Kind = Literal["question", "title", "hint", "option", "printed"]
_LETTERS: Final[dict[Kind, str]] = {
    "question": "q",
    "title": "t",
    "hint": "h",
    "option": "o",
    "printed": "p",
}
_KINDS: Final[dict[str, Kind]] = {letter: kind for kind, letter in _LETTERS.items()}


@dataclass(frozen=True, slots=True)
class Anchor:
    kind: Kind
    #: As `short` gives it; a number for a title or a hint.
    slot: str
    digest: str

    @property
    def name(self) -> str:
        return f"{_LETTERS[self.kind]}_{self.slot}_{self.digest}"

    def covers(self, text: str) -> bool:
        """Whether the words under it are still those it was put on."""
        return digest(text) == self.digest


def anchor(kind: Kind, slot: str, text: str) -> Anchor:
    return Anchor(kind, short(slot), digest(text))


def anchor_named(name: str) -> Anchor | None:
    """The anchor of a bookmark; None for any other bookmark."""
    letter, _, rest = name.partition("_")
    slot, _, found = rest.rpartition("_")
    kind = _KINDS.get(letter)
    if kind is None or not slot or len(found) != len(digest("")):
        return None
    return Anchor(kind, slot, found)


def short(slot: str) -> str:
    if len(slot) <= _LONGEST_SLOT:
        return slot
    return f"{slot[: _LONGEST_SLOT - 8]}{crc32(slot.encode()):08x}"


def digest(text: str) -> str:
    return f"{crc32(fold(text).encode()) & 0xFFFF:04x}"
