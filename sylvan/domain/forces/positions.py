"""Where a unit is: its last report with its age, or what is assumed where there is none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sylvan.domain.codes import Coded
from sylvan.domain.forces.status import AT_HOME, Status

MINUTE: Final = timedelta(minutes=1)
Spot = tuple[float, float]


class PositionSource(StrEnum):
    """Who told it."""

    GNSS = "gnss"
    """A tracker: GPS, GLONASS."""
    PERSON = "person"
    PARTNER = "partner"
    STATION = "station"
    """Nobody: assumed."""


@dataclass(frozen=True, slots=True)
class Position:
    """One report."""

    at: datetime
    """When the unit was there; aware, UTC."""
    point: Spot
    """Longitude, latitude."""
    accuracy_m: float | None = None
    source: PositionSource = PositionSource.GNSS

    def age_min(self, now: datetime) -> float:
        """Minutes; negative where the sender's clock is ahead."""
        return (now - self.at) / MINUTE


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a unit is taken to be."""

    point: Spot
    source: PositionSource
    at: datetime | None = None
    """Of the report; ``None`` where it is assumed."""
    accuracy_m: float | None = None
    stale: bool = False
    reason: Coded | None = None
    """What was assumed, or how old the report is."""


def whereabouts(
    last: Position | None,
    home: tuple[str, Spot] | None,
    doing: tuple[Status, datetime | None],
    now: datetime,
    stale_min: float,
) -> Whereabouts | None:
    """Where a unit is taken to be at a moment.

    Args:
        last: its newest report.
        home: code and place of its base.
        doing: its status, and since when.
        now: of the world's clock.
        stale_min: min; an older report is told as stale.

    Returns:
        ``None`` where neither a report nor a base is known.
    """
    status, since = doing
    minutes = 0.0 if last is None else last.age_min(now)
    stale = minutes > stale_min
    later = last is not None and since is not None and since > last.at
    outlived = stale and later and status in AT_HOME
    if home is not None and (last is None or outlived):
        code = "forces.position_assumed" if last is None else "forces.position_outlived"
        return Whereabouts(
            home[1], PositionSource.STATION, reason=Coded(code, {"station": home[0]})
        )
    if last is None:
        return None
    told = Coded("forces.position_stale", {"minutes": round(minutes)}) if stale else None
    return Whereabouts(last.point, last.source, last.at, last.accuracy_m, stale, told)


def newest(reports: Iterable[Position]) -> Position | None:
    """The report that counts, whatever order they came in."""
    return max(reports, key=lambda one: (one.at, one.point), default=None)
