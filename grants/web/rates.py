"""How often a page may be asked for from one address of the network; each application counts
for itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Rate:
    limit: str
    methods: tuple[str, ...]


#: An office behind one address still gets in.
SIGNING_IN = Rate("30 per minute; 300 per hour", ("POST",))
UPLOADING = Rate("60 per minute; 600 per hour", ("POST",))
ASKING = Rate("60 per hour", ("POST",))


def limited(rate: Rate) -> Callable[[View], View]:
    """Declare how often a view may be asked for; `install` counts."""

    def declare(view: View) -> View:
        view.__dict__["rate"] = rate
        return view

    return declare


def install(app: Flask) -> None:
    """Once every view is there."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    owned: dict[str, Rate] = app.config.get("RATES", {})
    for endpoint, view in list(app.view_functions.items()):
        rate = owned.get(endpoint) or getattr(view, "rate", None)
        if rate is not None:
            counted: Any = limiter.limit(rate.limit, methods=list(rate.methods))(view)
            app.view_functions[endpoint] = counted
