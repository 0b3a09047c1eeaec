"""What was taken in says which satellite's data came, and for which time.

A file of one pass proves that pass, even if it is empty. A file of the last day proves the passes
before it, but only while its satellite is known to live: an agency that receives nothing from a
satellite also sends an empty file.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sylvan.domain.detections import Satellite

PRODUCTS: Final = (
    (re.compile(r"SNPP|S-NPP|SUOMI|VNP\d|SV-C2", re.IGNORECASE), (Satellite.SNPP,)),
    (re.compile(r"NOAA-?20|VJ1\d|J1[-_V]", re.IGNORECASE), (Satellite.NOAA20,)),
    (re.compile(r"NOAA-?21|VJ2\d|J2[-_V]", re.IGNORECASE), (Satellite.NOAA21,)),
    (re.compile(r"TERRA|MOD14", re.IGNORECASE), (Satellite.TERRA,)),
    (re.compile(r"AQUA|MYD14", re.IGNORECASE), (Satellite.AQUA,)),
    (re.compile(r"MODIS|_M-?C?6", re.IGNORECASE), (Satellite.TERRA, Satellite.AQUA)),
)
"""Names of FIRMS' and LANCE's files and sources, the more special ones first."""
_CLOCK: Final = re.compile(
    r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)[T_. -]?([0-2]\d)[:h]?([0-5]\d)(?!\d)"
)
_YEAR_DAY: Final = re.compile(r"(?<!\d)(20\d\d)([0-3]\d\d)[._]([0-2]\d)([0-5]\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class HeardRules:
    """What an arrival proves."""

    delay: timedelta = timedelta(hours=4)
    # after a pass until its data are here: FIRMS promises 3 h ("within 3 hours of satellite
    # observation"), 3.2 h measured at p90, about 4 h by NASA's fire tracker (FEDS)
    reach: timedelta = timedelta(hours=24)
    # how far back a file of "the last day" reaches (FIRMS: 24 h files, one day of the area API)
    alive: timedelta = timedelta(hours=24)
    # after its last hot spot in the region a satellite counts as alive: it passes a dozen times


HEARD_RULES: Final = HeardRules()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that was taken in, or a poll that was answered, by the world's clock."""

    feed: str
    name: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a satellite's data are here, by time of acquisition."""

    satellite: Satellite
    since: datetime
    until: datetime


def satellites_of(feed: str, name: str) -> tuple[Satellite, ...]:
    """Whose data a file holds by its name or its feed's; none if they don't tell."""
    for text in (name, feed):
        for shape, satellites in PRODUCTS:
            if shape.search(text):
                return satellites
    return ()


def pass_time(name: str) -> datetime | None:
    """The time of acquisition in a file's name; a date alone is none."""
    try:
        if found := _CLOCK.search(name):
            year, month, day, hour, minute = map(int, found.groups())
            return datetime(year, month, day, hour, minute, tzinfo=UTC)
        if found := _YEAR_DAY.search(name):
            text = "".join(found.groups()) + "+0000"
            return datetime.strptime(text, "%Y%j%H%M%z").astimezone(UTC)
    except ValueError:
        return None
    return None


def spans(
    seen: Iterable[Span], arrivals: Iterable[Arrival], rules: HeardRules = HEARD_RULES
) -> list[Span]:
    """All that is known to be here: ``seen`` (first to last row of each batch) and what follows."""
    found = list(seen)
    last: dict[Satellite, datetime] = {}
    for span in found:
        last[span.satellite] = max(span.until, last.get(span.satellite, span.until))
    for one in arrivals:
        at = pass_time(one.name)
        for satellite in satellites_of(one.feed, one.name):
            if at:
                found.append(Span(satellite, at, at))
            elif satellite in last:
                until = min(one.received_at - rules.delay, last[satellite] + rules.alive)
                found.append(Span(satellite, one.received_at - rules.reach, until))
    return [span for span in found if span.since <= span.until]
