"""Noons of all places: from reports, from forecasts, from neighbours, each saying which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.observed import (
    HOUR_S,
    Hourly,
    Origin,
    Place,
    PlaceKind,
    Rows,
    Table,
    days_between,
    distances_km,
    filled,
    hourly,
    missing,
    no_rows,
    noon_of,
    noon_utc,
    nothing,
)
from sylvan.store import danger
from sylvan.store import weather as stored
from sylvan.store.weather import Issue

F8 = npt.NDArray[np.float64]
I1 = npt.NDArray[np.int8]
LENT_KM: Final = 75.0
"""km from which a station without a forecast of its own takes a grid's or a point's: nodes of
global models lie 25–50 km apart; engineering."""
BEFORE_H: Final = 27
"""Hours of weather that a noon needs before it, with the search for the nearest report."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Whole hours that the days' noons need."""

    begins: int
    hours: int

    @property
    def since(self) -> datetime:
        return datetime.fromtimestamp(self.begins * HOUR_S, UTC)

    @property
    def until(self) -> datetime:
        return datetime.fromtimestamp((self.begins + self.hours) * HOUR_S, UTC)


def gathered(
    conn: Connection, actor: Actor, places: dict[int, Place], first: date, last: date
) -> Table:
    """Noons of the places, in their order, for a span of days.

    What a place told itself counts before its newest forecast, that before what is stored of an
    earlier run (forecasts are not kept for ever), that before neighbours of the same day.
    """
    ids, known = list(places), list(places.values())
    days = days_between(first, last)
    span = _span(days, known)
    reports = _by_place(stored.reports_between(conn, actor, span.since, span.until))
    issues = _issues(stored.forecasts_over(conn, actor, span.since, span.until))
    km = distances_km([one.lon for one in known], [one.lat for one in known])
    values = np.full((len(days), len(ids), 6), np.nan)
    origin = np.zeros((len(days), len(ids)), np.int8)
    issued = np.full((len(days), len(ids)), np.nan)
    before = _stored(conn, actor, ids, days)
    for k, number in enumerate(ids):
        own = hourly(reports.get(number, no_rows()), span.begins, span.hours)
        lent = _lender(k, ids, known, issues, km)
        told = _forecast(span, [*issues.get(number, ()), *issues.get(lent, ())])
        for d, day in enumerate(days):
            at = (d, k)
            values[at], origin[at], issued[at] = _noon(own, told, day, known[k].lon)
            if missing(values[at]) and (day, number) in before:
                values[at], origin[at], issued[at] = before[day, number]
    full, origin = filled(values, origin, km)
    return Table(days, full, origin, issued)


def _span(days: Sequence[date], known: Sequence[Place]) -> _Span:
    lons = [one.lon for one in known] or [0.0]
    first = int(min(noon_utc(days[0], lon) for lon in lons) // HOUR_S) - BEFORE_H
    last = int(max(noon_utc(days[-1], lon) for lon in lons) // HOUR_S) + 3
    return _Span(first, last - first + 1)


def _by_place(rows: Rows) -> dict[int, Rows]:
    rows = rows[np.argsort(rows["place"], kind="stable")]
    if not len(rows):
        return {}
    parts = np.split(rows, np.flatnonzero(np.diff(rows["place"])) + 1)
    return {int(part["place"][0]): part for part in parts}


def _issues(found: Sequence[Issue]) -> dict[int | None, list[Issue]]:
    by_place: dict[int | None, list[Issue]] = {}
    for one in found:
        by_place.setdefault(one.place, []).append(one)
    return by_place


def _lender(
    k: int,
    ids: Sequence[int],
    known: Sequence[Place],
    issues: dict[int | None, list[Issue]],
    km: F8,
) -> int | None:
    """The nearest other place with a forecast, for a station that has none."""
    if ids[k] in issues or known[k].kind is not PlaceKind.STATION:
        return None
    near = [j for j in np.argsort(km[k], kind="stable") if km[k, j] <= LENT_KM]
    return next((ids[j] for j in near if ids[j] in issues), None)


def _forecast(span: _Span, issues: Sequence[Issue]) -> list[tuple[float, Hourly]]:
    """Forecasts laid over each other, the newest first; each step with its issue."""
    steps: list[tuple[float, Hourly]] = []
    whole = nothing(span.begins, span.hours)
    for one in issues:
        first = round(one.begins.timestamp() / HOUR_S)
        whole = whole.over(Hourly(first, one.values))
        steps.append((one.issued.timestamp(), whole))
    return steps


def _noon(
    own: Hourly, told: Sequence[tuple[float, Hourly]], day: date, lon: float
) -> tuple[tuple[float, ...], int, float]:
    """The noon of one day: measured, else the newest forecast that completes it."""
    measured = noon_of(own, day, lon)
    if not missing(np.array(measured)):
        return measured, Origin.MEASURED, float("nan")
    found = measured
    for issued, hours in told:
        found = noon_of(own.over(hours), day, lon)
        if not missing(np.array(found)):
            return found, Origin.FORECAST, issued
    return found, Origin.UNKNOWN, float("nan")


def _stored(
    conn: Connection, actor: Actor, ids: Sequence[int], days: Sequence[date]
) -> dict[tuple[date, int], tuple[F8, int, float]]:
    """Whole noons of an earlier run; neighbours' are asked anew."""
    mine = set(ids)
    return {
        (day, place): (np.array(noon), origin, np.nan if issued is None else issued.timestamp())
        for day, place, noon, origin, issued in danger.noons_between(conn, actor, days[0], days[-1])
        if place in mine and origin in {Origin.MEASURED, Origin.FORECAST}
    }
