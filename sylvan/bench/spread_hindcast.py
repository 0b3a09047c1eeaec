"""Forecasts held against what fires did next, beside persistence and a wind ellipse.

Fires of a generated scenario, whose growth shares no code with the solver.  A forecast knows what
had been delivered by its time (edge and front of the detections) and the true weather as a station
would tell it; land cover is not known, as in a region without such a layer.  Scored are the cells
outside the edge of then, within reach of the fire: of all fires, and of those that nobody holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree
from shapely.affinity import rotate, scale, translate
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from sylvan.domain import fwi
from sylvan.domain.detections import DETECTION, Detections
from sylvan.domain.edge import edge_of, on_net
from sylvan.domain.edge_front import front_of, plane_at
from sylvan.domain.edge_kernel import Net, distances
from sylvan.domain.edge_overrule import from_plane
from sylvan.domain.ffmc_hourly import hourly_ffmc
from sylvan.domain.forecasting import DEFAULT, Answer, Question, answer, begins, net_for
from sylvan.domain.spread_pace import looks
from sylvan.domain.spread_weather import HourlyWeather
from sylvan.domain.weather import noon
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parse import read_file
from sylvan.jobs.land import geography_of
from sylvan.scenario.deliveries import Kind, Quirk
from sylvan.scenario.parameters import ScenarioParameters
from sylvan.scenario.scenario import Scenario, generate
from sylvan.services import packs

F8 = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
REGION: Final = "yakutia"
SEED, DAYS, IGNITIONS = 11, 3.0, 60  # the pace was set on seeds 3 and 5
AFTER_H = (30.0, 42.0)  # h after the scenario's start at which forecasts are made
HORIZONS_H = (6, 12, 24)
REACH_KM = 5.0  # km around edge and growth that are scored
OWN_KM = 2.0  # km from a fire's cells within which a detection is its own
LEAST = 3  # detections of a fire that is forecast
MS_KM_H = 3.6
SPIN_UP_DAYS = 40  # d of weather before, from which the moisture codes follow
RULE = 0.1  # rate of spread over wind: Cruz & Alexander 2019, for forests in dry weather
LEVELS = (0.1, 0.5, 0.9)
WHOLE: Final = (Quirk.PLAIN, Quirk.LATE)
"""Deliveries that bring each pixel once."""
CODE_H = 16.0  # local hour that a daily FFMC stands for (Van Wagner 1987)
HOUR: Final = timedelta(hours=1)
KM_DEG = 111.2  # km in a degree of latitude


@dataclass(frozen=True, slots=True)
class Case:
    """One fire at one time."""

    fire: int
    now: datetime
    rows: Detections
    edge: MultiPolygon


def scenario(seed: int = SEED) -> Scenario:
    """The fires, and what was delivered of them."""
    parameters = ScenarioParameters(
        seed=seed,
        start=datetime(2026, 7, 10, tzinfo=UTC),
        days=DAYS,
        ignitions=IGNITIONS,
        ongoing_share=0.6,
    )
    return generate(parameters, geography_of(packs.find(REGION)))


def cases(made: Scenario) -> Iterator[Case]:
    """Fires that were seen, and are still growing in truth."""
    for after in AFTER_H:
        now = made.parameters.start + timedelta(hours=after)
        rows = _delivered(made, now)
        if not len(rows):
            continue
        tree = cKDTree(_km(rows["lon"], rows["lat"]))
        for fire in made.truth.fires.ignitions["fire"].tolist():
            grown = made.truth.area_ha(fire, now + timedelta(hours=HORIZONS_H[0]))
            if grown - made.truth.area_ha(fire, now) <= 0.0:
                continue
            cells = made.truth.fires.cells
            mine = cells[(cells["fire"] == fire) & (cells["at"] <= now.timestamp())]
            if not len(mine):
                continue
            near = tree.query_ball_point(_km(mine["lon"], mine["lat"]), OWN_KM)
            own = rows[sorted({place for places in near for place in places})]
            if len(own) >= LEAST:
                yield Case(fire, now, own, edge_of(own).polygon)


def run(seed: int = SEED, most: int = 12) -> dict[str, Any]:
    """Scores over all cases; the first ``most`` of them."""
    made = scenario(seed)
    told: list[dict[str, Any]] = []
    for case, _ in zip(cases(made), range(most), strict=False):
        told += _scored(made, case)
    return {
        "seed": seed,
        "fires": len({(one["fire"], one["now"]) for one in told}),
        "horizons": {f"{hour}_h": _summary(told, hour) for hour in HORIZONS_H},
        "not_held": {
            f"{hour}_h": _summary([one for one in told if not one["held"]], hour)
            for hour in HORIZONS_H
        },
    }


def forecast_of(made: Scenario, case: Case) -> Answer:
    """The forecast as the product makes it."""
    known = datetime.fromtimestamp(int(case.rows["acq_at"].max()), UTC)
    start, reasons = begins(case.now, known)
    lon, lat = case.edge.centroid.coords[0]
    hours = DEFAULT.hours
    weather = weather_at(made, lon, lat, start, hours + 24)
    seen = looks(case.rows, _lakes(made, case.edge))
    bare = Question(
        key=f"{case.fire}",
        now=case.now,
        start=start,
        net=net_for(case.edge, weather, start, hours + 12)[0],
        burnt=case.edge,
        front=front_of(case.edge, case.rows),
        weather=weather,
        seen=seen,
        seen_weather=seen and weather_at(made, lon, lat, seen.since, ceil(seen.hours)),
        barriers=_lakes(made, case.edge),
        reasons=reasons,
    )
    return answer(bare)


def weather_at(
    made: Scenario, lon: float, lat: float, start: datetime, hours: int
) -> HourlyWeather:
    """True weather as a forecast would have it, its fuel moisture as the product reckons it.

    The daily code of the day before carries on by the hour (``ffmc_hourly``).
    """
    begin = start.replace(minute=0, second=0, microsecond=0)
    day, ffmc, bui = _codes(made, lon, lat, begin)
    since = day + timedelta(hours=CODE_H - 12.0)  # a daily code stands for the late afternoon
    before = round((begin - since) / HOUR)
    at: F8 = begin.timestamp() + 3600.0 * (np.arange(-before, hours, dtype=np.float64) + 0.5)
    here = np.ones(at.size)
    now = made.weather.at(here * lon, here * lat, at)
    wind = now.wind_speed * MS_KM_H
    moist = hourly_ffmc(ffmc, now.temperature, now.humidity, wind, now.rain).ffmc
    return HourlyWeather(
        begin,
        wind[before:],
        now.wind_from[before:],
        moist[before:],
        np.full(hours, max(bui, 0.0)),
    )


def _codes(
    made: Scenario, lon: float, lat: float, begin: datetime
) -> tuple[datetime, float, float]:
    """Noon of the day before, with FFMC and BUI after weeks of the same weather's noons."""
    noon_h = 12.0 - lon / 15.0
    last = begin.replace(hour=0) + timedelta(hours=noon_h)
    while last > begin - timedelta(hours=CODE_H - 12.0):
        last -= timedelta(days=1)
    days_on = np.arange(-SPIN_UP_DAYS, 1, dtype=np.float64)
    at: F8 = last.timestamp() + 86_400.0 * days_on
    there = np.ones(at.size)
    seen = made.weather.at(there * lon, there * lat, at)
    hours: F8 = at[:, None] - 3600.0 * np.arange(24, dtype=np.float64)
    flat = np.ones(hours.size)
    rain = made.weather.at(flat * lon, flat * lat, hours.ravel()).rain.reshape(hours.shape).sum(1)
    days = noon(
        seen.temperature[:, None],
        seen.humidity[:, None],
        seen.wind_speed[:, None] * MS_KM_H,
        rain[:, None],
    )
    told = fwi.many_days(days, [begin.month] * at.size, np.array([lat]))
    return last, float(told.ffmc[-1, 0]), float(told.bui[-1, 0])


def _delivered(made: Scenario, until: datetime) -> Detections:
    """Detections of all files that had come by a moment."""
    options = ReadOptions(now=int(until.timestamp()))
    parts = [
        read_file(one.name, one.body, options).rows
        for one in made.deliveries
        if one.kind == Kind.DETECTIONS
        and one.deliver_at <= until
        and one.quirk in WHOLE
        and isinstance(one.body, bytes)
    ]
    return np.concatenate(parts) if parts else np.empty(0, DETECTION)


def _km(lon: npt.ArrayLike, lat: npt.ArrayLike) -> F8:
    """Places in km on a sheet that is right to a per cent within a fire."""
    north = np.asarray(lat, np.float64)
    return np.column_stack([np.asarray(lon) * KM_DEG * np.cos(np.radians(north)), north * KM_DEG])


def _lakes(made: Scenario, edge: MultiPolygon) -> tuple[BaseGeometry, ...]:
    """Lakes of the region's layer around a fire."""
    if made.geography.water is None:
        return ()
    near = shapely.box(*shapely.buffer(edge, 0.5).bounds)
    part = shapely.intersection(made.geography.water, near)
    return () if part.is_empty else (part,)


def _scored(made: Scenario, case: Case) -> list[dict[str, Any]]:
    """Scores of one case at each horizon."""
    told = forecast_of(made, case)
    found = told.ensemble
    lag = (case.now - found.at) / timedelta(hours=1)
    edge = on_net([case.edge], found.net)
    before = edge | on_net([made.truth.burnt(case.fire, case.now)], found.net)
    held = _held(made, case, HORIZONS_H[-1])
    scores = []
    for hour in HORIZONS_H:
        then = case.now + timedelta(hours=hour)
        grown = on_net([made.truth.burnt(case.fire, then)], found.net) & ~before
        looked_at = distances(before | grown) <= (REACH_KM * 1000.0 / cell_m(found.net)) ** 2
        looked_at &= ~before
        share = found.probability(lag + hour)
        swept = on_net([ellipse_sweep(case.edge, told, lag + hour)], found.net)
        scores.append(
            {
                "fire": case.fire,
                "now": case.now,
                "hour": hour,
                "held": held,
                "grown": int(grown.sum()),
                "inside": [int((grown & (share >= level)).sum()) for level in LEVELS],
                "forecast_cells": float(share[looked_at].sum()),
                "cells": int(looked_at.sum()),
                "brier": {
                    "sylvan": _squares(share, grown, looked_at),
                    "persistence": _squares(np.zeros(share.shape), grown, looked_at),
                    "wind_ellipse": _squares(swept.astype(np.float64), grown, looked_at),
                },
            }
        )
    return scores


def _held(made: Scenario, case: Case, hours: int) -> bool:
    """Whether people hold the fire within some hours, of which no forecast knows."""
    fires = made.truth.fires.ignitions
    (at,) = fires["held_at"][fires["fire"] == case.fire].tolist()
    return bool(at < (case.now + hours * HOUR).timestamp())


def _squares(share: npt.NDArray[Any], grown: Mask, looked_at: Mask) -> float:
    """Sum of squared errors of a probability over the cells that are looked at."""
    return float(((share - grown)[looked_at] ** 2).sum())


def cell_m(net: Net) -> float:
    """Side of a cell, m."""
    return net.height * KM_DEG * 1000.0


def ellipse_sweep(edge: MultiPolygon, told: Answer, hours: float) -> BaseGeometry:
    """The edge, moved by an ellipse of the wind's mean: 10 % of it ahead, as long as FBP says."""
    radians_from = np.radians([one.from_deg for one in told.wind])
    speed = np.array([one.km_h for one in told.wind])
    east, north = -(speed * np.sin(radians_from)).mean(), -(speed * np.cos(radians_from)).mean()
    wind = float(np.hypot(east, north))
    stretch = 1.0 + 8.729 * (1.0 - np.exp(-0.030 * wind)) ** 2.155
    ahead = RULE * wind * hours
    eccentric = sqrt(1.0 - 1.0 / stretch**2)
    half = ahead / (1.0 + eccentric)
    if half <= 0.0:
        return edge
    lon, lat = edge.centroid.coords[0]
    plane = plane_at(lon, lat)
    size = np.array([plane.east_km, plane.north_km])
    sheet = shapely.transform(edge, lambda xy: (xy - (lon, lat)) * size)
    turn = float(np.degrees(np.arctan2(north, east)))
    turned = scale(rotate(sheet, -turn, origin=(0, 0)), 1.0, stretch, origin=(0, 0))
    grown = translate(turned.buffer(half), half * eccentric, 0.0)
    back = rotate(scale(grown, 1.0, 1.0 / stretch, origin=(0, 0)), turn, origin=(0, 0))
    return from_plane(back, plane)


def _summary(told: list[dict[str, Any]], hour: int) -> dict[str, Any]:
    """Totals over all cases: a large fire counts as it burns."""
    mine = [one for one in told if one["hour"] == hour]
    grown = sum(one["grown"] for one in mine)
    cells = max(sum(one["cells"] for one in mine), 1)
    shares = [sum(one["inside"][k] for one in mine) / max(grown, 1) for k in range(len(LEVELS))]
    names = mine[0]["brier"] if mine else {}
    return {
        "forecasts": len(mine),
        "grown_cells": grown,
        "growth_inside": {f"p{round(100 * v)}": s for v, s in zip(LEVELS, shares, strict=True)},
        "forecast_over_true_growth": sum(one["forecast_cells"] for one in mine) / max(grown, 1),
        "brier": {name: sum(one["brier"][name] for one in mine) / cells for name in names},
    }
