"""Reporting days, weeks, months and years: where they begin is the region's own business."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

DAY: Final = timedelta(days=1)
DECEMBER: Final = 12
LEAP_DAY: Final = (2, 29)


class Step(StrEnum):
    """How long the periods of a trend are."""

    DAY = "day"
    WEEK = "week"  # from Monday on, ISO 8601
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class DayBoundary:
    """When a reporting day begins: at a time of a zone's clock."""

    zone: str = "UTC"
    at: time = time()

    def day_of(self, moment: datetime) -> date:
        """The reporting day of a moment."""
        local = moment.astimezone(ZoneInfo(self.zone))
        return local.date() if local.time() >= self.at else local.date() - DAY

    def begin(self, day: date) -> datetime:
        """The first moment of a reporting day, UTC."""
        return datetime.combine(day, self.at, ZoneInfo(self.zone)).astimezone(UTC)

    def end(self, day: date) -> datetime:
        """The first moment after it, UTC."""
        return self.begin(day + DAY)


@dataclass(frozen=True, slots=True)
class Days:
    """From one reporting day to another, both within."""

    since: date
    until: date

    def before(self) -> "Days":
        """As many days right before."""
        length = self.until - self.since
        return Days(self.since - DAY - length, self.since - DAY)

    def years_ago(self, years: int) -> "Days":
        """The same days of an earlier year; 29 February becomes the 28th."""
        return Days(_earlier(self.since, years), _earlier(self.until, years))


def _earlier(day: date, years: int) -> date:
    if (day.month, day.day) == LEAP_DAY:
        day = day - DAY
    return day.replace(year=day.year - years)


def periods(days: Days, step: Step) -> Iterator[Days]:
    """The periods that a span touches, each cut to the span."""
    first = days.since
    while first <= days.until:
        last = min(_last_of(first, step), days.until)
        yield Days(first, last)
        first = last + DAY


def _last_of(day: date, step: Step) -> date:
    if step is Step.DAY:
        return day
    if step is Step.WEEK:
        return day + timedelta(days=6 - day.weekday())
    if step is Step.YEAR:
        return day.replace(month=DECEMBER, day=31)
    following = day.replace(day=28) + timedelta(days=4)
    return following.replace(day=1) - DAY
