"""Spread: how fast members, ensembles and a bad day's fires are forecast, and how right they are.

The area is held against the analytic ellipse, the solver beside pyretechnics in an environment of
its own, and forecasts against what a scenario's fires did next (``spread_hindcast``), beside
persistence and a wind ellipse.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from math import pi
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.markup import escape
from rich.table import Table

from sylvan.bench import spread_day, spread_hindcast, spread_pyretechnics
from sylvan.domain.edge import cell_areas
from sylvan.domain.fuel import Bed
from sylvan.domain.spread import forecast
from sylvan.domain.spread_ensemble import ensemble
from sylvan.domain.spread_ground import SpreadGround, net_around
from sylvan.domain.spread_members import EnsembleParameters
from sylvan.domain.spread_weather import HourlyWeather, climatology
from sylvan.domain.terrain import slope_and_aspect

AT = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
LON, LAT = 129.7, 62.0  # degrees
SIZE_KM, CELL_M, HOURS = 24.95, 100.0, 12
SEED = 20_260_714
LIMITS = {"member_s": 0.5, "ensemble_s": 20.0, "area_off": 0.02, "day_s": 600.0}
MEMBERS = 50
WANTED_CELLS = 5_000
DRIER = 5.0  # FFMC above the stand-in day: a bad day
FINE_M = 30.0  # m; cells at which the area is held against the ellipse
F8 = npt.NDArray[np.float64]


def mosaic() -> tuple[SpreadGround, npt.NDArray[np.bool_]]:
    """500 × 500 cells of 100 m: stands, water, hills; and one burning cell in the middle."""
    net = net_around(LON, LAT, SIZE_KM, CELL_M)
    rng = np.random.default_rng(SEED)
    stands = waves(rng, (net.rows, net.columns), 60.0)
    shares = np.quantile(stands, [0.03, 0.3, 0.6, 0.8])
    beds = np.array([Bed.NONE, Bed.LICHEN, Bed.MIXED_GREEN, Bed.MOSS, Bed.BIRCH_GREEN], np.int8)
    bed = beds[np.digitize(stands, shares)]
    heights = (80.0 * waves(rng, bed.shape, 90.0)).astype(np.float32)
    slope, aspect = slope_and_aspect(heights, net)
    lit = np.zeros(bed.shape, np.bool_)
    lit[net.rows // 2, net.columns // 2] = True
    bed[lit] = Bed.MOSS
    return SpreadGround(net, bed, slope, aspect), lit


def waves(rng: np.random.Generator, shape: tuple[int, int], length: float, count: int = 24) -> F8:
    """A smooth random field of unit variance: a sum of waves of about a length, cells."""
    rows, columns = np.indices(shape)
    field = np.zeros(shape)
    for _ in range(count):
        angle, phase = rng.uniform(0.0, 2.0 * pi, 2)
        step = 2.0 * pi / (length * rng.uniform(0.5, 2.0))
        field += np.cos(step * (rows * np.sin(angle) + columns * np.cos(angle)) + phase)
    return np.asarray(field * (2.0 / count) ** 0.5)


def windy(factor: float) -> HourlyWeather:
    """A dry day with another wind, hour by hour."""
    day = climatology(AT, HOURS + 2, LON)
    drier = np.minimum(day.ffmc + DRIER, 96.0)
    return replace(day, wind_km_h=day.wind_km_h * factor, ffmc=drier, direction_known=True)


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    """On the clock and of the processor."""
    start, before = perf_counter(), process_time()
    work()
    return perf_counter() - start, process_time() - before


def _speed(repeat: int) -> dict[str, Any]:
    """One member that burns about 5,000 cells, and the ensemble of the same day."""
    ground, lit = mosaic()
    factor, cells = 1.0, 0
    while cells < WANTED_CELLS and factor < 4.0:
        factor += 0.25
        cells = int(forecast(lit, ground, windy(factor), AT, HOURS).burnt(HOURS).sum())
    weather = windy(factor)

    def fresh() -> SpreadGround:
        return SpreadGround(ground.net, ground.bed, ground.slope_pct, ground.aspect_deg)

    params = EnsembleParameters(members=MEMBERS)
    member = [_seconds(lambda: forecast(lit, fresh(), weather, AT, HOURS)) for _ in range(repeat)]
    many = [
        _seconds(lambda: ensemble("bench", lit, fresh(), weather, AT, HOURS, params))
        for _ in range(max(repeat // 2, 1))
    ]
    return {
        "cells": int(ground.bed.size),
        "burnt_cells": cells,
        "hours": HOURS,
        "members": MEMBERS,
        "member_s": median(one[0] for one in member),
        "member_cpu_s": median(one[1] for one in member),
        "ensemble_s": median(one[0] for one in many),
        "ensemble_cpu_s": median(one[1] for one in many),
        "processes": 1,
    }


def _area() -> dict[str, Any]:
    """A fire from a point on uniform ground at 30 m, against the ellipse of its rates."""
    found: dict[str, Any] = {}
    for wind in (10.0, 20.0, 30.0):
        net = net_around(LON, LAT, 7.0, FINE_M)
        ground = SpreadGround(net, np.full((net.rows, net.columns), Bed.MOSS, np.int8))
        hours = 3
        ones = np.ones(hours + 1)
        weather = HourlyWeather(AT, ones * wind, ones * 290.0, ones * 88.0, ones * 60.0)
        lit = np.zeros((net.rows, net.columns), np.bool_)
        lit[net.rows // 2, net.columns // 2] = True
        rates = ground.behaviour(ground.window(lit, 10).codes, weather)
        head, back = float(rates.head_m_min[0, 0]), float(rates.back_m_min[0, 0])
        breadth = (head + back) / float(rates.length_to_breadth[0, 0])
        minutes = min(hours * 60.0, 5_500.0 / head)
        true_ha = pi / 4 * (head + back) * breadth * minutes**2 / 1e4
        burnt = forecast(lit, ground, weather, AT, hours).minutes <= minutes
        area = float(burnt.sum(axis=1) @ cell_areas(net))
        found[f"wind_{wind:.0f}_km_h"] = {
            "area_ha": area,
            "ellipse_ha": true_ha,
            "ratio": area / true_ha,
            "length_to_breadth": float(rates.length_to_breadth[0, 0]),
        }
    return found


def run(
    repeat: int = 5, pyretechnics: Path | None = None, seed: int = 11, fires: int = 200
) -> dict[str, Any]:
    """Measure spread.

    Args:
        repeat: runs of one member; medians are told.
        pyretechnics: folder of an environment for it; ``None``: it is not measured.
        seed: of the scenario that forecasts are held against.
        fires: how many burn on the bad day; 0: that is not measured.

    Returns:
        Seconds beside their limits, areas, and scores.
    """
    result: dict[str, Any] = {"limits": LIMITS, "speed": _speed(repeat), "area": _area()}
    speed = result["speed"]
    speed["us_per_cell"] = 1e6 * speed["member_s"] / max(speed["burnt_cells"], 1)
    result["pyretechnics"] = beside = spread_pyretechnics.run(pyretechnics)
    if "us_per_cell" in beside:
        result["ratios"] = {"pyretechnics": beside["us_per_cell"] / speed["us_per_cell"]}
    result["hindcast"] = spread_hindcast.run(seed)
    if fires:
        result["bad_day"] = spread_day.run(fires)
    result["load_average"] = os.getloadavg()[0]
    return result


def table(result: dict[str, Any]) -> Table:
    """The result for a person."""
    shown = Table(title="Spread of fire")
    for column in ("what", "measured", "limit"):
        shown.add_column(column, justify="left" if column == "what" else "right")
    speed, limits = result["speed"], result["limits"]
    cells = f"{speed['burnt_cells']:,} burnt of {speed['cells']:,} cells, {speed['hours']} h"
    shown.add_row(f"one member: {cells}", f"{speed['member_s']:.2f} s", f"{limits['member_s']} s")
    many = f"{speed['ensemble_s']:.1f} s", f"{limits['ensemble_s']:.0f} s"
    shown.add_row(f"ensemble of {speed['members']}, one process", *many)
    for name, one in result["area"].items():
        words = f"area over ellipse at {FINE_M:.0f} m, {name.replace('_', ' ')}"
        shown.add_row(words, f"{one['ratio']:.3f}", f"±{limits['area_off']}")
    beside = result["pyretechnics"]
    if "not_measured" in beside:
        shown.add_row("pyretechnics: not measured", escape(beside["not_measured"]), "")
    else:
        shown.add_row("pyretechnics, µs a burnt cell", f"{beside['us_per_cell']:.1f}", "")
        shown.add_row("ours, µs a burnt cell", f"{speed['us_per_cell']:.1f}", "")
    for hours, told in result["hindcast"]["horizons"].items():
        shares = ", ".join(f"{k} {v:.0%}" for k, v in told["growth_inside"].items())
        shown.add_row(f"true growth inside contours, {hours.replace('_', ' ')}", shares, "")
        brier = ", ".join(f"{k} {v:.4f}" for k, v in told["brier"].items())
        shown.add_row(f"Brier score, {hours.replace('_', ' ')}", brier, "")
    if day := result.get("bad_day"):
        words = f"{day['fires']} fires, {day['members']} members each"
        shown.add_row(words, f"{day['seconds']:.0f} s", f"{limits['day_s']:.0f} s")
    return shown
