"""The demonstration's calendar: days counted from today."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from grants.wording import PARIS, local_day


def at(now: datetime, days: int, hour: time) -> datetime:
    return datetime.combine(local_day(now) + timedelta(days=days), hour, PARIS)


def workday(now: datetime, ago: int, hour: time) -> datetime:
    """The `ago`-th day before today that is no Saturday nor Sunday."""
    return _counted(now, ago, hour, -1)


def workday_ahead(now: datetime, days: int, hour: time) -> datetime:
    """The same after today."""
    return _counted(now, days, hour, 1)


def _counted(now: datetime, days: int, hour: time, step: int) -> datetime:
    day = local_day(now)
    while days:
        day += timedelta(days=step)
        days -= day.weekday() < 5
    return datetime.combine(day, hour, PARIS)
