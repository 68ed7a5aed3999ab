"""A fault of a call file, and the one that all subjects know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PathError:
    """`path` leads to the key at fault from the top of the file."""

    path: Path
    message: str
    #: Shown by following the whole circuit: a part that could not be read may be the reason.
    proved: bool = False


def unknown(
    path: Path, names: Iterable[str], known: Mapping[str, object], what: str
) -> Iterator[PathError]:
    for name in names:
        if name not in known:
            yield PathError(path, f"{what} : « {name} »")
