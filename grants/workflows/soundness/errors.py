"""A fault of a circuit."""

from __future__ import annotations

from dataclasses import dataclass

from grants.workflows.definition import Phase

Path = tuple[str, ...]
ENDS = frozenset({Phase.NOTIFIED, Phase.CLOSED})


@dataclass(frozen=True, slots=True)
class CircuitError:
    """`path` leads to the key in the file, from the circuit down."""

    path: Path
    message: str
