"""Grouping a season, beside two DBSCANs on the same points, and checked link by link.

scikit-learn's with ``min_samples=1`` links as we do, but within an ellipsoid of space and time
(fewer links than our cylinder); PostGIS' ``ST_ClusterDBSCAN`` knows no time; both are favoured.
The links themselves are checked against SciPy's k-d tree in geocentric coordinates, which shares
nothing with our grid and our distance.
"""

import multiprocessing
import os
import resource
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import numpy as np
import numpy.typing as npt
from pyproj import Transformer
from rich.table import Table
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from sylvan.bench.group_postgis import points_in
from sylvan.bench.group_postgis import seconds as postgis_seconds
from sylvan.domain import grouping_kernel as kernel
from sylvan.domain.detections import Instrument
from sylvan.domain.grouping import DAY_S, DEFAULT, Kind, Level, Points, components
from sylvan.domain.grouping_batches import link_batch, neighbour_boxes

SEED = 20_210_801
FIRES, STORMS, FLARES = 623, 60, 60  # of a hard season; science notes, synthetic season
WIDTH_KM, HEIGHT_KM, SEASON_D = 2000.0, 1500.0, 110.0
WEST, SOUTH = 112.0, 58.0  # degrees: corner of the season's land
KM_PER_DEGREE = 111.2
START_S = 1_619_827_200  # 2021-05-01T00:00:00Z
BATCH = 5000  # rows of one delivery
CHUNK = 25_000  # points whose pairs are held at once by the check: 300 MB
EDGE_KM = 1e-5  # pairs this near to ε may be decided by rounding
MEGABYTE = 1e6

F8 = npt.NDArray[np.float64]


def season(rows: int, coarse: float = 0.0, seed: int = SEED) -> Points:
    """A synthetic season in order of time: fires in storm clusters, flares, noise.

    Fires grow as rings whose radius follows the number of their pixels; 1.5 % of the detections
    are flares that never move, 1.5 % noise; a share ``coarse`` comes from MODIS.
    """
    rng = np.random.default_rng(seed)
    storm = rng.integers(0, STORMS, FIRES)
    x0 = rng.uniform(0, WIDTH_KM, STORMS)[storm] + rng.normal(0, 60, FIRES)
    y0 = rng.uniform(0, HEIGHT_KM, STORMS)[storm] + rng.normal(0, 60, FIRES)
    begin = rng.uniform(0, 0.7 * SEASON_D, STORMS)[storm] + rng.exponential(2, FIRES)
    size = rng.pareto(1.2, FIRES) + 0.05
    fire = rng.choice(FIRES, rows, p=size / size.sum())
    age = np.sqrt(rng.random(rows))  # of a detection, as a part of its fire's life
    radius = 0.11 * np.sqrt(np.bincount(fire, minlength=FIRES))[fire] * age
    turn = rng.uniform(0, 2 * np.pi, rows)
    x = x0[fire] + radius * np.cos(turn) + rng.normal(0, 0.3, rows)
    y = y0[fire] + radius * np.sin(turn) + rng.normal(0, 0.3, rows)
    day = begin[fire] + age * np.clip(rng.gamma(3, 9, FIRES), 0.5, 60)[fire]
    odd = rng.random(rows)
    flare, noise = odd < 0.015, odd > 0.985
    site = rng.integers(0, FLARES, int(flare.sum()))
    x[flare] = rng.uniform(0, WIDTH_KM, FLARES)[site] + rng.normal(0, 0.15, len(site))
    y[flare] = rng.uniform(0, HEIGHT_KM, FLARES)[site] + rng.normal(0, 0.15, len(site))
    x[noise] = rng.uniform(0, WIDTH_KM, int(noise.sum()))
    y[noise] = rng.uniform(0, HEIGHT_KM, int(noise.sum()))
    day[flare | noise] = rng.uniform(0, SEASON_D, int((flare | noise).sum()))
    lat = SOUTH + y / KM_PER_DEGREE
    lon = WEST + x / KM_PER_DEGREE / np.cos(np.radians(lat))
    t = START_S + (np.clip(day, 0, SEASON_D) * DAY_S).astype(np.int64)
    order = np.argsort(t, kind="stable")
    instrument = np.where(rng.random(rows) < coarse, Instrument.MODIS, Instrument.VIIRS)
    return Points((lon[order] + 180) % 360 - 180, lat[order], t[order], instrument.astype(np.int16))


def run(rows: int = 1_000_000, repeat: int = 5, reference_runs: int = 1) -> dict[str, Any]:
    """Measure grouping.

    Args:
        rows: detections of the season; each reference needs about 40 s for a million.
        repeat: our runs, alternating with the references; medians are told.
        reference_runs: of each reference; 0 leaves them out.

    Returns:
        Seconds of stages, ``ratios``, scaling, memory, the incremental batch, and the check.
    """
    points = season(rows)
    compiled = _seconds(lambda: components(season(100, coarse=0.5)))
    ours, theirs = _alternating(points, repeat, reference_runs)
    scaling = {n: _median_of(season(n), repeat) for n in (rows // 4, rows // 2, rows)}
    result: dict[str, Any] = {
        "rows": rows,
        "groups": len(np.unique(components(points, level=Level.EPISODE))),
        "seconds": {"first_call": compiled, "episode": median(ours)} | _stages(points, repeat),
        "scaling": {
            "seconds": {str(n): s for n, s in scaling.items()},
            "per_doubling": (scaling[rows] / scaling[rows // 4]) ** 0.5,
        },
        "extra_memory_mb": _extra_memory_mb(points),
        "batch": _incremental(points, repeat),
        "check": _check(season(rows, coarse=0.1)),
        "ratios": {},
    }
    for name, runs in theirs.items():
        if runs:
            result["seconds"][name] = median(runs)
            result["ratios"][name] = median(runs) / median(ours)
    result["load_average"] = os.getloadavg()[0]
    return result


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _median_of(points: Points, repeat: int) -> float:
    return median(_seconds(lambda: components(points)) for _ in range(repeat))


def _alternating(
    points: Points, repeat: int, runs: int
) -> tuple[list[float], dict[str, list[float]]]:
    """Ours and the references in turn, at the level of episodes (5 days)."""
    from sklearn.cluster import DBSCAN  # noqa: PLC0415 - the extra [bench]

    middle = np.cos(np.radians(points.lat))
    x = points.lon * KM_PER_DEGREE * middle / DEFAULT.fine_km
    y = points.lat * KM_PER_DEGREE / DEFAULT.fine_km
    scaled = np.stack([x, y, (points.t - START_S) / DEFAULT.episode_s], axis=1)
    reference = DBSCAN(eps=1.0, min_samples=1, algorithm="kd_tree")
    ours: list[float] = []
    theirs: dict[str, list[float]] = {"sklearn_dbscan": [], "postgis_clusterdbscan": []}
    plane = points_in(scaled[:, :2] * DEFAULT.fine_km) if runs else nullcontext()
    with plane as engine:
        for k in range(max(repeat, runs)):
            if k < repeat:
                ours.append(_seconds(lambda: components(points, level=Level.EPISODE)))
            if k < runs and engine is not None:
                theirs["sklearn_dbscan"].append(_seconds(lambda: reference.fit(scaled)))
                took = postgis_seconds(engine, DEFAULT.fine_km)
                theirs["postgis_clusterdbscan"].append(took)
    return ours, theirs


def _stages(points: Points, repeat: int) -> dict[str, float]:
    """Event level: sorting into cells, then linking and naming (the rest), and processor time."""
    as_taken = kernel.Points(points.lon, points.lat, points.t, points.kind)
    table = kernel.length_table()

    def grid() -> object:
        return kernel.build_grid(as_taken, table, DEFAULT.event_s, DEFAULT.fine_km)

    grid()
    sorting = median(_seconds(grid) for _ in range(repeat))
    before = process_time()
    whole = _median_of(points, repeat)
    cpu = (process_time() - before) / repeat
    return {"event": whole, "event_sort": sorting, "event_link": whole - sorting, "event_cpu": cpu}


def _incremental(points: Points, repeat: int) -> dict[str, Any]:
    """Fold a delivery into the season, the latest rows and as many scattered (late) ones."""
    whole = components(points).astype(np.int64)
    late = np.zeros(len(whole), bool)
    late[-BATCH:] = True
    scattered = np.zeros(len(whole), bool)
    scattered[np.random.default_rng(SEED).permutation(len(whole))[:BATCH]] = True
    return {
        "latest": _fold(points, late, whole, repeat),
        "scattered": _fold(points, scattered, whole, repeat),
    }


def _fold(
    points: Points, new: npt.NDArray[np.bool_], whole: npt.NDArray[np.int64], repeat: int
) -> dict[str, Any]:
    """Seconds of folding the ``new`` rows in, and whether the partition equals the one-shot one."""
    stored, batch = points.take(~new), points.take(new)
    groups = components(stored).astype(np.int64)
    boxes = neighbour_boxes(batch)
    near = np.flatnonzero(_inside(stored, boxes))
    window = stored.take(near)
    seconds = median(
        _seconds(lambda: (neighbour_boxes(batch), link_batch(window, groups[near], batch)))
        for _ in range(repeat)
    )
    linked = link_batch(window, groups[near], batch)
    for first, *rest in linked.united:
        groups[np.isin(groups, rest)] = first
    folded = np.empty(len(whole), np.int64)
    folded[~new], folded[new] = groups, linked.labels
    return {
        "rows": int(new.sum()),
        "boxes": len(boxes),
        "neighbours": len(near),
        "seconds": seconds,
        "same_partition": _same(folded, whole),
    }


def _inside(points: Points, boxes: list[Any]) -> npt.NDArray[np.bool_]:
    hit = np.zeros(len(points.lon), bool)
    for b in boxes:
        hit |= (
            (b.west <= points.lon)
            & (points.lon <= b.east)
            & (b.south <= points.lat)
            & (points.lat <= b.north)
            & (b.t0 <= points.t)
            & (points.t <= b.t1)
        )
    return hit


def _same(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> bool:
    """Do two labellings part the rows alike?"""
    pairs = np.unique(np.stack([one, other], axis=1), axis=0)
    return len(pairs) == len(np.unique(one)) == len(np.unique(other))


def _check(points: Points) -> dict[str, Any]:
    """Group by SciPy's k-d tree in geocentric kilometres, strip by strip; compare."""
    to_space = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    order = np.argsort(points.lat, kind="stable")
    points = points.take(order)
    space = np.stack(to_space.transform(points.lon, points.lat, np.zeros(len(order))), axis=1)
    space /= 1000
    ends = np.searchsorted(points.lat, points.lat + 1.01 * DEFAULT.coarse_km / 110.5, "right")
    tied, links, borderline = [], 0, 0
    for start in range(0, len(order), CHUNK):
        stop = int(ends[min(start + CHUNK, len(order)) - 1])
        pairs, edge = _linked_pairs(points, space, start, stop)
        size = stop - start
        graph = coo_matrix((np.ones(len(pairs), bool), pairs.T), shape=(size, size))
        _, part = connected_components(graph, directed=False)
        first = np.unique(part, return_index=True)[1]
        tied.append(start + np.stack([np.arange(size), first[part]], axis=1))
        links, borderline = links + len(pairs), borderline + edge
    ties = np.concatenate(tied)
    whole = coo_matrix((np.ones(len(ties), bool), ties.T), shape=(len(order), len(order)))
    expected = connected_components(whole, directed=False)[1]
    return {
        "links": links,  # some are counted twice where strips overlap
        "borderline_pairs": borderline,
        "groups": len(np.unique(expected)),
        "same_partition": _same(components(points), expected),
    }


def _linked_pairs(
    points: Points, space: F8, start: int, stop: int
) -> tuple[npt.NDArray[np.intp], int]:
    """All linked pairs of a strip, and how many of them rounding may decide (ours then counts)."""
    part = points.take(np.arange(start, stop))
    pairs = cKDTree(space[start:stop]).query_pairs(
        DEFAULT.coarse_km + EDGE_KM, output_type="ndarray"
    )
    one, other = pairs[:, 0], pairs[:, 1]
    coarse = (part.kind[one] == Kind.COARSE) | (part.kind[other] == Kind.COARSE)
    limit = np.where(coarse, DEFAULT.coarse_km, DEFAULT.fine_km)
    km = np.linalg.norm(space[start + one] - space[start + other], axis=1)
    near = np.abs(part.t[one] - part.t[other]) <= DEFAULT.event_s
    linked = near & (km <= limit)
    edge = np.flatnonzero(near & (np.abs(km - limit) <= EDGE_KM))
    table = kernel.length_table()
    for k in edge.tolist():
        a, b = one[k], other[k]
        ours = kernel.squared_km(table, part.lon[a], part.lat[a], part.lon[b], part.lat[b])
        linked[k] = ours <= limit[k] ** 2
    return pairs[linked], len(edge)


def _extra_memory_mb(points: Points) -> float:
    """Most memory that grouping adds to a process that holds the points."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "season.npz"
        np.savez(file, **points._asdict())
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            return pool.apply(_measure_memory, (str(file),))


def _measure_memory(file: str) -> float:
    """In a process of its own: peak of the resident set, less what stood there before, MB."""
    with np.load(file) as columns:
        points = Points(**{name: columns[name] for name in Points._fields})
    components(points.take(np.arange(1000)))
    clear = Path("/proc/self/clear_refs")
    if not clear.exists():  # no Linux: the peak so far may hide a part
        before = _peak_kb()
        components(points)
        return (_peak_kb() - before) * 1024 / MEGABYTE
    clear.write_text("5")  # resets the peak to what is resident now (proc(5))
    before = _status_kb("VmRSS")
    components(points)
    return (_status_kb("VmHWM") - before) * 1024 / MEGABYTE


def _peak_kb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform == "darwin" else peak


def _status_kb(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(name)))


def table(result: dict[str, Any]) -> Table:
    """The result for a person."""
    shown = Table(title=f"Grouping {result['rows']:,} detections into {result['groups']:,} groups")
    shown.add_column("what")
    shown.add_column("measured", justify="right")
    for name, seconds in result["seconds"].items():
        shown.add_row(name.replace("_", " "), f"{seconds:.3f} s")
    for name, ratio in result["ratios"].items():
        shown.add_row(f"times as fast as {name.replace('_', ' ')}", f"{ratio:.0f}")
    for n, seconds in result["scaling"]["seconds"].items():
        shown.add_row(f"{int(n):,} detections", f"{seconds:.3f} s")
    shown.add_row("twice the points take", f"{result['scaling']['per_doubling']:.2f} × the time")
    shown.add_row("extra memory", f"{result['extra_memory_mb']:.0f} MB")
    for name, batch in result["batch"].items():
        same = "same groups" if batch["same_partition"] else "OTHER GROUPS"
        shown.add_row(f"{batch['rows']:,} {name} rows more", f"{batch['seconds']:.3f} s, {same}")
    check = result["check"]
    same = "same groups" if check["same_partition"] else "OTHER GROUPS"
    shown.add_row("checked with cKDTree", f"{check['links']:,} links, {same}")
    return shown
