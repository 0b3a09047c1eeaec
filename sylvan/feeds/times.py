"""Dates and times as found in the wild, and the order of day and month decided by evidence.

``1/08/2019`` is the first of August in Australia and the eighth of January in America. Guessing
would move fires by months, so a file either proves its order or is refused with a way to
declare it.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date

from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import DateOrder

EPOCH = date(1970, 1, 1).toordinal()
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEARDAY = re.compile(r"(\d{4})(\d{3})")
_SHORT = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?")
_HHMM = re.compile(r"\d{1,4}")
_ZONE = re.compile(r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
_MONTHS = 12
_CENTURY = 2000
_DAY_S = 86_400


def is_short(text: str) -> bool:
    """Whether a date is written day/month/year or month/day/year."""
    return _SHORT.fullmatch(text.strip()) is not None


def _ordinal(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).toordinal() - EPOCH
    except ValueError:
        return None


def _short_day(match: re.Match[str], order: DateOrder) -> int | None:
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    day, month = (first, second) if order == "dmy" else (second, first)
    return _ordinal(year if len(match[3]) > 2 else _CENTURY + year, month, day)  # noqa: PLR2004 - digits


def day_number(text: str, order: Callable[[], DateOrder]) -> int | None:
    """Days since 1970 of one date in any known notation; None if it is no date."""
    word = text.strip()
    match = _ISO.fullmatch(word) or _COMPACT.fullmatch(word)
    if match:
        return _ordinal(int(match[1]), int(match[2]), int(match[3]))
    match = _YEARDAY.fullmatch(word)
    if match:
        year, yearday = int(match[1]), int(match[2])
        first = _ordinal(year, 1, 1)
        if first is None or not 1 <= yearday <= date(year, 12, 31).timetuple().tm_yday:
            return None
        return first + yearday - 1
    match = _SHORT.fullmatch(word)
    return _short_day(match, order()) if match else None


def second_of_day(text: str) -> int | None:
    """Seconds since midnight of ``0005``, ``5``, ``653``, ``00:56``, ``00:56:12``; None if none."""
    word = text.strip()
    match = _CLOCK.fullmatch(word)
    if match:
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    elif _HHMM.fullmatch(word):
        hour, minute = divmod(int(word), 100)
        second = 0
    else:
        return None
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 - the clock face
        return None
    return hour * 3600 + minute * 60 + second


def _split_zone(text: str, utc_offset_s: int) -> tuple[str, int]:
    match = _ZONE.search(text)
    if match is None:
        return text, utc_offset_s
    zone = match[1].upper()
    if zone in {"Z", "UTC", "GMT"}:
        return text[: match.start()], 0
    sign = -1 if zone[0] == "-" else 1
    return text[: match.start()], sign * (int(zone[1:3]) * 3600 + int(zone[-2:]) * 60)


def date_part(text: str) -> str:
    """The date of a combined date and time."""
    return text.strip().replace("T", " ").partition(" ")[0]


def instant(text: str, order: Callable[[], DateOrder], utc_offset_s: int) -> int | None:
    """Seconds since 1970 of a combined date and time; None if it is none.

    A date alone is refused, because midnight would be an invention.
    """
    word, offset = _split_zone(text.strip(), utc_offset_s)
    day_text, _, clock = word.strip().replace("T", " ").partition(" ")
    day, second = day_number(day_text, order), second_of_day(clock)
    if day is None or second is None:
        return None
    return day * _DAY_S + second - offset


def order_of(dates: Iterable[str], now: int) -> DateOrder:
    """Decide how a file writes its dates, or refuse it.

    Evidence: a number above 12; the padding (``1/08/2019`` pads the month, never the day);
    days that lie in a run under one reading and months apart under the other; a reading that
    lies in the future. Evidence that contradicts itself decides nothing.

    Raises:
        FeedError: ``file.mixed_dates`` or ``file.ambiguous_dates``.
    """
    found = sorted({text.strip() for text in dates})
    matches = [m for m in map(_SHORT.fullmatch, found) if m]
    certain = _by_size(matches)
    if certain is not None:
        return certain
    votes = {_by_padding(matches), _by_density(matches), _by_clock(matches, now)} - {None}
    if len(votes) == 1:
        vote = votes.pop()
        assert vote is not None  # noqa: S101 - None was taken out a line above
        return vote
    raise FeedError("file.ambiguous_dates", examples=", ".join(m[0] for m in matches[:3]))


def _by_size(matches: list[re.Match[str]]) -> DateOrder | None:
    day_first = [m[0] for m in matches if int(m[1]) > _MONTHS]
    month_first = [m[0] for m in matches if int(m[2]) > _MONTHS]
    if day_first and month_first:
        raise FeedError("file.mixed_dates", examples=f"{day_first[0]}, {month_first[0]}")
    if day_first:
        return "dmy"
    return "mdy" if month_first else None


def _by_padding(matches: list[re.Match[str]]) -> DateOrder | None:
    first_bare = any(len(m[1]) == 1 for m in matches)
    second_padded = [m for m in matches if m[2].startswith("0")]
    second_bare = any(len(m[2]) == 1 for m in matches)
    return "dmy" if first_bare and second_padded and not second_bare else None


_RUN = 0.5
_SCATTERED = 0.1
_ENOUGH = 3


def _days(matches: list[re.Match[str]], order: DateOrder) -> set[int]:
    return {day for m in matches if (day := _short_day(m, order)) is not None}


def _density(days: set[int]) -> float:
    return len(days) / (max(days) - min(days) + 1) if len(days) >= _ENOUGH else -1.0


def _by_density(matches: list[re.Match[str]]) -> DateOrder | None:
    """Passes come daily: distinct days over their span, 1 for an unbroken run."""
    dmy, mdy = _density(_days(matches, "dmy")), _density(_days(matches, "mdy"))
    if dmy >= _RUN and 0 <= mdy <= _SCATTERED:
        return "dmy"
    if mdy >= _RUN and 0 <= dmy <= _SCATTERED:
        return "mdy"
    return None


def _by_clock(matches: list[re.Match[str]], now: int) -> DateOrder | None:
    tomorrow = now // _DAY_S + 1
    dmy = max(_days(matches, "dmy"), default=0) > tomorrow
    mdy = max(_days(matches, "mdy"), default=0) > tomorrow
    if dmy == mdy:
        return None
    return "mdy" if dmy else "dmy"
