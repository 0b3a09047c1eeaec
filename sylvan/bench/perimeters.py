"""Edges beside official US perimeters, and the time that a large fire's edge takes.

Every method gets the points of polar satellites that were public before a version of a perimeter
was, with nominal pixels.  Compared are the overlap (intersection over union) and the area.
"""

from collections.abc import Callable
from math import log
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from rich.table import Table
from shapely.geometry.base import BaseGeometry

from sylvan.bench.perimeters_data import Reference, Rule, Version, load
from sylvan.bench.perimeters_methods import REFERENCES, Method, alpha_shape
from sylvan.domain import detections
from sylvan.domain.detections import Detections, Instrument
from sylvan.domain.edge import DEFAULT, EdgeParameters, edge_of
from sylvan.domain.edge_front import front_of, plane_at
from sylvan.domain.edge_outline import unrolled

OURS = "sylvan"
LARGE, SMALL = 39_000, 10  # detections of a large fire (Creek 2020: 39,400) and of a small one
SEED = 20_200_905
LENGTH_KM, DAYS = 22.0, 60.0  # radius of the large fire at its end, and its age
CENTRE = (-119.3, 37.2)
SMALL_RUNS = 50
PLANE = plane_at(*CENTRE)
RULE = Rule()
LEAST_KM2 = 1e-4  # a hull of points on one line has no area; its logarithm must exist
F8 = npt.NDArray[np.float64]


def run(
    folder: Path, repeat: int = 5, reach_km: float = RULE.reach_km, least: int = RULE.least
) -> dict[str, Any]:
    """Compare edges with the perimeters under ``folder``, and measure the speed.

    Args:
        folder: real data, as its README describes it.
        repeat: runs of the large fire, alternating with the alpha shape; medians are told.
        reach_km: points belong to a perimeter up to this far from it.
        least: versions with fewer points are not compared.
    """
    reference = load(folder, Rule(reach_km, least))
    drawn = {OURS: scores(reference.versions, sylvan)}
    for name, method in REFERENCES.items():
        drawn[name] = scores(reference.versions, _on_points(method))
    halves = np.array([one.tuned for one in reference.versions])
    last = _last(reference)
    return {
        "rule": {"reach_km": reach_km, "least_points": least},
        "selection": reference.told,
        "methods": {
            name: summary(told, slice(None))
            | {
                "tuned_half": summary(told, halves),
                "other_half": summary(told, ~halves),
                "last_versions": summary(told, last),
            }
            for name, told in drawn.items()
        },
        "interval": _interval(reference.versions, halves),
        "speed": speed(repeat),
    }


def _on_points(method: Method) -> Callable[[Version], BaseGeometry]:
    return lambda one: method(one.points)


def sylvan(version: Version, params: EdgeParameters = DEFAULT) -> BaseGeometry:
    """Our edge, on the version's plane."""
    edge = unrolled(edge_of(version.rows, params).polygon)
    return shapely.transform(edge, lambda lonlat: version.plane.km(*lonlat.T))


def scores(versions: list[Version], draw: Callable[[Version], BaseGeometry]) -> F8:
    """Of each version: overlap, logarithm of our area over the true one, seconds."""
    told = []
    for one in versions:
        begin = perf_counter()
        drawn = draw(one)
        seconds = perf_counter() - begin
        common = shapely.intersection(drawn, one.truth).area
        iou = common / (drawn.area + one.truth.area - common)
        told.append((iou, log(max(drawn.area, LEAST_KM2) / one.truth.area), seconds))
    return np.array(told).reshape(-1, 3)


def summary(told: F8, of: Any) -> dict[str, Any]:
    """Medians over some versions."""
    iou, ratio, seconds = told[of].T
    return {
        "n": len(iou),
        "median_iou": float(np.median(iou)),
        "median_abs_log_area_ratio": float(np.median(np.abs(ratio))),
        "median_area_ratio": float(np.exp(np.median(ratio))),
        "seconds": float(seconds.sum()),
    }


def _last(reference: Reference) -> list[int]:
    """The last version of each fire."""
    return sorted({one.incident: place for place, one in enumerate(reference.versions)}.values())


def _interval(versions: list[Version], tuned: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """How many true areas lie within our interval, and how wide it is."""
    edges = [edge_of(one.rows) for one in versions]
    true = np.array([100 * one.truth.area for one in versions])
    low = np.array([edge.area_lo_ha for edge in edges])
    high = np.array([edge.area_hi_ha for edge in edges])
    inside = (low <= true) & (true <= high)
    return {
        "coverage": float(inside.mean()),
        "coverage_tuned_half": float(inside[tuned].mean()),
        "coverage_other_half": float(inside[~tuned].mean()),
        "above": float((true > high).mean()),
        "below": float((true < low).mean()),
        "median_factor": float(np.median(np.sqrt(high / low))),
    }


def large_fire(size: int = LARGE, seed: int = SEED) -> Detections:
    """A synthetic large fire: a lobed ring that grows for two months, seen four times a day.

    Detections of a pass lie on the ring of that hour, 200 m to and fro, as VIIRS pixels do; some
    smoulder behind it.  It covers 1,500 km², as the Creek Fire of 2020 did.
    """
    rng = np.random.default_rng(seed)
    day = np.sort(rng.integers(0, int(4 * DAYS), size)) / 4
    turn = rng.uniform(0, 2 * np.pi, size)
    lobes = 1 + sum(
        a * np.sin(k * turn + rng.uniform(0, 6)) for k, a in ((2, 0.2), (3, 0.15), (7, 0.08))
    )
    behind = np.where(rng.random(size) < 0.3, rng.uniform(0.6, 1.0, size), 1.0)
    radius = LENGTH_KM * np.sqrt(day / DAYS) * lobes * behind
    noise = rng.normal(0, 0.2, (2, size))
    rows = detections.empty(size)
    rows["lon"] = CENTRE[0] + (radius * np.cos(turn) + noise[0]) / PLANE.east_km
    rows["lat"] = CENTRE[1] + (radius * np.sin(turn) + noise[1]) / PLANE.north_km
    rows["acq_at"] = 1_599_264_000 + np.int64(86_400 * day)  # 2020-09-05
    rows["instrument"] = Instrument.VIIRS
    return rows


def speed(repeat: int) -> dict[str, Any]:
    """Seconds from pixels to edge, front and area, beside the alpha shape of the same points."""
    large, small = large_fire(), large_fire()[:SMALL]
    spread = np.linspace(-1, 1, SMALL)  # km: a fire of 2 km that two passes saw
    small["lon"] = CENTRE[0] + spread / PLANE.east_km
    small["lat"] = CENTRE[1] + np.abs(spread) / PLANE.north_km
    points = PLANE.km(large["lon"], large["lat"])

    def ours(rows: Detections) -> None:
        front_of(edge_of(rows).polygon, rows)

    for rows in (large, small):
        ours(rows)  # compiles
    sylvan_s, alpha_s = [], []
    for _ in range(repeat):
        sylvan_s.append(_seconds(lambda: ours(large)))
        alpha_s.append(_seconds(lambda: alpha_shape(points)))
    begin = process_time()  # of the processor: others run beside, and one run is short
    for _ in range(SMALL_RUNS):
        ours(small)
    small_s = (process_time() - begin) / SMALL_RUNS
    return {
        "pixels": LARGE,
        "sylvan_seconds": median(sylvan_s),
        "alpha_shape_seconds": median(alpha_s),
        "ratio_alpha_shape": median(sylvan_s) / median(alpha_s),
        "small_fire_pixels": SMALL,
        "small_fire_seconds": small_s,
    }


def _seconds(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin


def table(result: dict[str, Any]) -> Table:
    """The result as a person reads it."""
    selection, rule = result["selection"], result["rule"]
    shown = Table(
        title=f"{selection['used']} versions of {selection['fires']} US fires",
        caption=_caption(result),
        caption_justify="left",
    )
    for column in ("method", "IoU", "|ln area|", "area", "IoU, tuned half", "other half", "s"):
        shown.add_column(column, justify="left" if column == "method" else "right")
    for name, told in result["methods"].items():
        shown.add_row(
            name,
            f"{told['median_iou']:.3f}",
            f"{told['median_abs_log_area_ratio']:.3f}",
            f"× {told['median_area_ratio']:.2f}",
            f"{told['tuned_half']['median_iou']:.3f}",
            f"{told['other_half']['median_iou']:.3f}",
            f"{told['seconds']:.2f}",
        )
    shown.title = f"{shown.title}: ≥ {rule['least_points']} points within {rule['reach_km']:g} km"
    return shown


def _caption(result: dict[str, Any]) -> str:
    selection, speed_told, interval = result["selection"], result["speed"], result["interval"]
    return (
        f"Of {selection['versions']} versions {selection['not_wildfire']} are no wildfires, "
        f"{selection['before_the_points_begin']} began before the points do, "
        f"{selection['repeated']} repeat the one before, {selection['too_few_points']} have too few"
        f" points; {selection['repaired_among_those_used']} of those used had invalid rings "
        f"({selection['invalid_rings']} in the whole set), repaired.\n"
        f"The true area lies in our interval for {interval['coverage']:.0%} "
        f"(factor {interval['median_factor']:.1f} up and down).\n"
        f"{speed_told['pixels']:,} pixels to edge, front and area: "
        f"{1000 * speed_told['sylvan_seconds']:.0f} ms, alpha shape "
        f"{1000 * speed_told['alpha_shape_seconds']:.0f} ms, ratio "
        f"{speed_told['ratio_alpha_shape']:.3f}; {speed_told['small_fire_pixels']} pixels "
        f"{1000 * speed_told['small_fire_seconds']:.2f} ms."
    )
