"""Fire danger: a raster's day beside xclim's, a region's stations, and how right the values are.

xclim follows the constant of 1985, so its values are compared with ours under that option; both
compute the same arrays in turn.  Ours writes the daily severity rating as well, which xclim's
function leaves out.  No cell is full of water: xclim takes 100 % as it is, R and we as 99.9999.
"""

import os
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.markup import escape
from rich.table import Table

from sylvan.bench.danger_references import (
    PRINTED,
    largest_difference,
    published_1985,
    r_reference,
    xclim_day,
)
from sylvan.domain import fwi, weather
from sylvan.domain.fwi import Codes
from sylvan.domain.nesterov import NATIONAL, nesterov
from sylvan.domain.weather import Noon

SEED = 19_850_413
SOUTH, NORTH = 56.0, 73.0  # degrees: Yakutia
MONTH, FIRST_MONTH = 7, 5
STATIONS, DAYS, DAYS_A_MONTH = 300, 90, 30
WET = 0.3  # share of days with rain
F8 = npt.NDArray[np.float64]


def made_up(shape: tuple[int, ...], seed: int = SEED) -> Noon:
    """Summer weather without order; what an index costs depends on rain and dryness only."""
    rng = np.random.default_rng(seed)
    rain = np.where(rng.random(shape) < WET, rng.gamma(0.7, 6.0, shape), 0.0)
    return weather.noon(
        rng.normal(18.0, 6.0, shape),
        np.clip(rng.normal(50.0, 18.0, shape), 5.0, 99.0),
        rng.gamma(3.0, 4.0, shape),
        rain,
    )


def codes_before(shape: tuple[int, ...]) -> Codes:
    """Codes of some day in summer."""
    rng = np.random.default_rng(SEED + 1)
    return fwi.codes(
        np.clip(rng.normal(80.0, 12.0, shape), 0.0, 100.0),
        rng.gamma(2.0, 15.0, shape),
        rng.gamma(3.0, 100.0, shape),
    )


def run(data: Path, size: int = 1000, repeat: int = 5) -> dict[str, Any]:
    """Measure fire danger.

    Args:
        data: folder with ``weather/fwi_vectors``; what is absent is told, not measured.
        size: rows and columns of the raster.
        repeat: runs, alternating with xclim's; medians are told.

    Returns:
        Seconds, ``ratios``, and how the values compare with the references.
    """
    result: dict[str, Any] = {
        "cells": size * size,
        "seconds": {"first_call": _seconds(lambda: _station_days(2, 2))},
        "ratios": {},
        "not_measured": {},
    }
    _raster(result, size, repeat)
    result["stations"] = _stations(repeat)
    for name, compare in (("published_1985", published_1985), ("r_reference", r_reference)):
        try:
            result[name] = compare(data)
        except FileNotFoundError as error:
            result["not_measured"][name] = (
                f"no reference data: {error.filename} is absent; name its folder: --data FOLDER"
            )
    result["load_average"] = os.getloadavg()[0]
    return result


def _raster(result: dict[str, Any], size: int, repeat: int) -> None:
    """One day of a raster, ours and xclim's in turn."""
    noon, before = made_up((size, size)), codes_before((size, size))
    lat = np.linspace(SOUTH, NORTH, size)
    work: dict[str, Callable[[], Any]] = {
        "fwi": lambda: fwi.one_day(noon, MONTH, lat[:, None], before, PRINTED),
        "nesterov": lambda: NATIONAL.classes(nesterov(noon.as_days()).values),
    }
    try:
        work["xclim"] = xclim_day(noon, MONTH, lat, before)
    except ModuleNotFoundError as error:
        result["not_measured"]["xclim"] = (
            f"{error.name} is not installed: pip install 'sylvan[bench]'"
        )
    told = {name: one() for name, one in work.items()}  # compiles, and is compared
    wall, cpu = _alternating(work, repeat)
    result["seconds"] |= {f"{name}_day": median(times) for name, times in wall.items()}
    result["cpu_seconds"] = {f"{name}_day": median(times) for name, times in cpu.items()}
    if "xclim" in work:
        result["ratios"]["xclim"] = median(wall["xclim"]) / median(wall["fwi"])
        result["ratios"]["xclim_cpu"] = median(cpu["xclim"]) / median(cpu["fwi"])
        result["xclim"] = {"max_difference": largest_difference(told["fwi"], told["xclim"])}


def _alternating(
    work: dict[str, Callable[[], Any]], repeat: int
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Wall and processor seconds of each, in turn."""
    wall: dict[str, list[float]] = {name: [] for name in work}
    cpu: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(repeat):
        for name, one in work.items():
            before = process_time()
            wall[name].append(_seconds(one))
            cpu[name].append(process_time() - before)
    return wall, cpu


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _station_days(stations: int, days: int) -> None:
    """All indices of a region's stations over a season."""
    noon, _ = weather.sift(made_up((days, stations)))
    months = FIRST_MONTH + np.arange(days) // DAYS_A_MONTH
    fwi.many_days(noon, months, np.linspace(SOUTH, NORTH, stations))
    NATIONAL.classes(nesterov(noon).values)


def _stations(repeat: int) -> dict[str, Any]:
    seconds = median(_seconds(lambda: _station_days(STATIONS, DAYS)) for _ in range(repeat))
    return {"stations": STATIONS, "days": DAYS, "s": seconds}


def table(result: dict[str, Any]) -> Table:
    """The result for a person."""
    shown = Table(title=f"Fire danger of {result['cells']:,} cells for a day")
    shown.add_column("what")
    shown.add_column("measured", justify="right")
    for name, seconds in result["seconds"].items():
        shown.add_row(name.replace("_", " "), f"{seconds:.3f} s")
    for name, ratio in result["ratios"].items():
        shown.add_row(f"times as fast as {name.replace('_', ', ')}", f"{ratio:.2f}")
    for name, away in result.get("xclim", {}).get("max_difference", {}).items():
        shown.add_row(f"{name.upper()} differs from xclim's by at most", f"{away:.2g}")
    stations = result["stations"]
    shown.add_row(f"{stations['days']} days of {stations['stations']} stations", _ms(stations["s"]))
    if told := result.get("published_1985"):
        shown.add_row("published 1985: mismatches", f"{told['mismatches']} of {told['values']}")
    if told := result.get("r_reference"):
        shown.add_row("R reference: largest difference", f"{told['max_difference']:.4f}")
        shown.add_row("beyond its print", f"{told['beyond_print']} of {told['values']:,}")
    for name, why in result["not_measured"].items():
        shown.add_row(f"{name}: not measured", escape(why))
    return shown


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"
