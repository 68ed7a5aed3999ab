"""How many SQL statements something takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event


def statements_of(engine: Engine, do: Callable[[], Any]) -> int:
    counted: list[str] = []

    def count(*given: Any) -> None:
        counted.append(given[2])

    event.listen(engine, "before_cursor_execute", count)
    try:
        do()
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(counted)
