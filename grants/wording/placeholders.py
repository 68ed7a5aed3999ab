"""Texts of a call file with names between braces; `{{` and `}}` are not special."""

import re
from collections.abc import Callable
from typing import Final

_NAMED: Final = re.compile(r"\{([^{}]*)\}")


def placeholders(text: str) -> list[str]:
    """The names between braces, in their order."""
    return _NAMED.findall(text)


def fill(text: str, word: Callable[[str], str | None]) -> str:
    """Put `word(name)` in the place of each `{name}`; those it gives None for stay as they are.

    Done once: what a value itself holds between braces is left alone.
    """

    def put(found: re.Match[str]) -> str:
        known = word(found[1])
        return found[0] if known is None else known

    return _NAMED.sub(put, text)
