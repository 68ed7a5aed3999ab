"""Long lists, page by page."""

from __future__ import annotations

from dataclasses import dataclass

#: Nobody reads further; keeps a forged number from reaching the database as an offset.
LAST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Paging:
    """One page of a list; `number` counts from 1."""

    number: int
    size: int

    @classmethod
    def asked(cls, text: str | None, size: int) -> Paging:
        """The page that an address asks for; the first one when it makes no sense."""
        digits = text if text and text.isascii() and text.isdecimal() else "1"
        return cls(min(max(int(digits[:6]), 1), LAST_PAGE), size)

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    def pages(self, total: int) -> int:
        return max(1, -(-total // self.size))
