"""The end of a call, as stored (the first instant too late) and as told (the last minute)."""

from datetime import datetime, timedelta

#: Minutes are the finest a calendar speaks of: « 23 h 59 » lasts until midnight.
LAST_MINUTE = timedelta(minutes=1)


def last_minute(closes_at: datetime) -> datetime:
    """The last minute in time; of a call closed by hand, the minute in which it was closed."""
    whole = closes_at.replace(second=0, microsecond=0)
    return whole if whole < closes_at else whole - LAST_MINUTE
