"""The one clock of the screens; tests set it."""

from datetime import UTC, datetime

from flask import current_app


def now() -> datetime:
    """The present instant, aware, or the one that the application was told to believe."""
    clock = current_app.config.get("CLOCK")
    return clock() if clock else datetime.now(UTC)
