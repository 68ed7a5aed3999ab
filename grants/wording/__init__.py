"""French wording: show money, numbers, dates and lists; read what people type."""

from grants.wording.folding import fold
from grants.wording.placeholders import fill, placeholders
from grants.wording.reading import (
    euros_to_cents,
    read_day,
    read_duration,
    read_number,
    two_readings,
)
from grants.wording.showing import (
    PARIS,
    DurationUnit,
    day,
    duration,
    file_size,
    hour,
    joined,
    local_day,
    moment,
    money,
    number,
    percent,
    plural,
)

__all__ = [
    "PARIS",
    "DurationUnit",
    "day",
    "duration",
    "euros_to_cents",
    "file_size",
    "fill",
    "fold",
    "hour",
    "joined",
    "local_day",
    "moment",
    "money",
    "number",
    "percent",
    "placeholders",
    "plural",
    "read_day",
    "read_duration",
    "read_number",
    "two_readings",
]
