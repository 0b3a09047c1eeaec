"""Real detections: near the flares of the VIIRS Nightfire survey, and far from every known source.

The survey finds flares by their temperature in other channels of another product (Elvidge et al.
2016, doi:10.3390/en9010014), so it is a judge that hotspot files cannot have copied.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeGuard

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from sylvan.bench.screening_references import TABLES
from sylvan.bench.screening_scores import Filtered, scored
from sylvan.domain import heat_learning, heat_tally
from sylvan.domain.detections import Detections, concatenate
from sylvan.domain.grouping import components, points_of
from sylvan.domain.heat import HeatKind, HeatRegister, HeatSource
from sylvan.domain.places import earth_xyz
from sylvan.domain.screening import DOUBTFUL, screen
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parse import read_file

SURVEY: Final = "heat_sources/VIIRS_Global_flaring_d.7_slope_0.029353_2017_web_v1.csv"
VOLCANOES: Final = "heat_sources/gvp_volcanoes.csv"
NEAR_KM, FAR_KM, VOLCANO_KM = 1.0, 10.0, 20.0
"""A flare's pixel lies within 1 km of it; a fire is one beyond 10 km from flares, 20 km from
volcanoes."""
MOST: Final = 1_500
"""Groups of each kind judged of one set, drawn by a fixed seed, as many near flares as far from
them: how many flares there are per fire is the region's prior and no filter's merit."""
LEAST: Final = 20
"""Groups near flares below which a set says nothing."""
KNOWN: Final = 0.5
"""Share of the survey's sites that the register of the one-day sets knows, as a catalogue would."""
NOW: Final = 1_900_000_000
SEED: Final = 7
DAY_S: Final = 86_400


class Trial(NamedTuple):
    """One set of files."""

    name: str
    files: tuple[str, ...]
    learn_until: str = ""
    """What was seen from this day on is judged, with a register that has learned the whole file, as
    the recurrence filter counts it; empty: a half of the survey is taken for a catalogue."""


TRIALS: Final = (
    Trial(
        "VIIRS, world, 2023-11-09",
        ("2024-01-31_SUOMI_VIIRS_C2_Global_VNP14IMGTDL_NRT_2023313.txt",),
    ),
    Trial("MODIS, world, 2017-08-14", ("2017-08-14_MODIS_C6_Global_24h.csv",)),
    Trial("MODIS, world, a week of 2022", ("2022-06-04_MODIS_C6_1_Global_7d.csv",)),
    Trial("VIIRS, Indonesia, May–August 2022", ("2023-09-03_viirs-snpp_2022.csv",), "2022-05-01"),
)
"""Sets on which nothing was calibrated."""
CALIBRATION: Final = (
    Trial("VIIRS, world, 2019-04-07", ("2019-04-08_VIIRS_I_Global_VNP14IMGTDL_NRT_2019097.txt",)),
    Trial("MODIS, world, 2017-05-04", ("2017-05-04_MODIS_C6_Global_24h.csv",)),
    Trial("MODIS, world, 2018-12-03", ("2018-12-05_MODIS_C6_Global_48h.csv",)),
)
"""Sets that took part in calibrating, as real detections beside the made-up ones."""


class Judged(NamedTuple):
    """Groups of a set, half of them flares."""

    groups: list[Detections]
    fire: npt.NDArray[np.bool_]
    register: HeatRegister
    days_seen: list[int]
    static_share: list[float | None]
    """What the files' ``type`` says; kept from ours, since near real time has none."""


class _Sites(NamedTuple):
    xyz: npt.NDArray[np.float64]
    lonlat: npt.NDArray[np.float64]
    flares: cKDTree
    volcanoes: cKDTree


def run(data: Path | None) -> dict[str, Any]:
    """Score every trial whose files are there; says why if there is none."""
    if not present(data):
        where = data or "no folder"
        return {"skipped": f"no survey of flares in {where}; name its folder with --data"}
    found = {name: _score(one) for name, one in judged(data, TRIALS)}
    return {"sets": found}


def present(data: Path | None) -> TypeGuard[Path]:
    """Whether the survey is there."""
    return data is not None and (data / SURVEY).is_file()


def judged(data: Path, trials: Sequence[Trial]) -> Iterator[tuple[str, Judged]]:
    """The groups of each set whose files are there."""
    sites = _sites(data)
    for one in trials:
        paths = [data / "firms" / "files" / name for name in one.files]
        found = _judged(paths, one, sites) if all(path.is_file() for path in paths) else None
        if found is not None:
            yield one.name, found


def _sites(data: Path) -> _Sites:
    flares = _places(data / SURVEY, "Longitude", "Latitude")
    volcanoes = _places(data / VOLCANOES, "longitude", "latitude")
    xyz = earth_xyz(flares[:, 0], flares[:, 1])
    return _Sites(xyz, flares, cKDTree(xyz), cKDTree(earth_xyz(volcanoes[:, 0], volcanoes[:, 1])))


def _places(path: Path, lon: str, lat: str) -> npt.NDArray[np.float64]:
    """Longitude and latitude of a table's rows; more than half of the survey's are blank."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row[lon], row[lat]) for row in csv.DictReader(file)]
    return np.array([(float(x), float(y)) for x, y in rows if x and y], dtype=np.float64)


def _judged(paths: Sequence[Path], trial: Trial, sites: _Sites) -> Judged | None:
    rows = concatenate(
        [read_file(path.name, path.read_bytes(), ReadOptions(now=NOW)).rows for path in paths]
    )
    past, rows = _split(rows, trial)
    everything = np.concatenate([past, rows])
    register = _learned(everything) if trial.learn_until else _catalogue(sites)
    groups, fire = _judgeable(rows, sites)
    if not groups:
        return None
    return Judged(
        [_blind(one) for one in groups],
        fire,
        register,
        _days_seen(past, groups),
        [_static_share(one) for one in groups],
    )


def _split(rows: Detections, trial: Trial) -> tuple[Detections, Detections]:
    if not trial.learn_until:
        return rows[:0], rows
    until = int(np.datetime64(trial.learn_until, "s").astype(np.int64))
    return rows[rows["acq_at"] < until], rows[rows["acq_at"] >= until]


def _learned(rows: Detections) -> HeatRegister:
    return HeatRegister(
        HeatSource(
            f"learned-{number}",
            HeatKind.OTHER,
            one.lon,
            one.lat,
            one.radius_km,
            one.months,
            one.hours,
            one.confidence,
        )
        for number, one in enumerate(heat_learning.sources(heat_tally.tally(rows)))
    )


def _catalogue(sites: _Sites) -> HeatRegister:
    known = np.random.default_rng(SEED).random(len(sites.lonlat)) < KNOWN
    return HeatRegister(
        HeatSource(f"flare-{number}", HeatKind.FLARE, float(lon), float(lat))
        for number, (lon, lat) in enumerate(sites.lonlat)
        if known[number]
    )


def _judgeable(rows: Detections, sites: _Sites) -> tuple[list[Detections], npt.NDArray[np.bool_]]:
    """Groups wholly near flares, then as many wholly far from all sources and not called static."""
    xyz = earth_xyz(np.ascontiguousarray(rows["lon"]), np.ascontiguousarray(rows["lat"]))
    away = sites.flares.query(xyz)[0] / 1000.0
    volcano = sites.volcanoes.query(xyz)[0] / 1000.0
    labels = components(points_of(rows))
    order = np.argsort(labels, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
    flares = [part for part in parts if away[part].max() <= NEAR_KM]
    far = [
        part
        for part in parts
        if away[part].min() > FAR_KM
        and volcano[part].min() > VOLCANO_KM
        and (rows["type"][part] <= 0).all()
    ]
    few = min(len(flares), len(far), MOST)
    if few < LEAST:
        return [], np.zeros(0, np.bool_)
    chosen = [rows[part] for part in (*_drawn(flares, few), *_drawn(far, few))]
    return chosen, np.repeat([False, True], few)


def _drawn(parts: list[Any], few: int) -> list[Any]:
    rng = np.random.default_rng(SEED)
    return [parts[at] for at in np.sort(rng.permutation(len(parts))[:few])]


def _cells(rows: Detections) -> npt.NDArray[np.int64]:
    row = np.floor(rows["lat"] / 0.009)
    column = np.floor(rows["lon"] * np.cos(np.radians(row * 0.009)) / 0.009)
    return np.asarray(row * 100_000 + column, np.int64)


def _days_seen(past: Detections, groups: list[Detections]) -> list[int]:
    """Days on which the busiest 1 km cell of each group was seen, the past included."""
    both = np.concatenate([past, *groups])
    pairs = np.unique(np.column_stack([_cells(both), both["acq_at"] // DAY_S]), axis=0)
    cells, days = np.unique(pairs[:, 0], return_counts=True)
    return [int(days[np.searchsorted(cells, np.unique(_cells(rows)))].max()) for rows in groups]


def _score(one: Judged) -> dict[str, Any]:
    told = np.array([screen(rows, one.register).likelihood for rows in one.groups])
    bare = np.array([screen(rows, None).likelihood for rows in one.groups])
    known = [
        Filtered(rows, static, days)
        for rows, static, days in zip(one.groups, one.static_share, one.days_seen, strict=True)
    ]
    return {
        "signals": len(one.groups),
        "flares": int((~one.fire).sum()),
        "fires": int(one.fire.sum()),
        "sources_known": len(one.register.sources),
        **scored(known, one.fire, {"sylvan": told, "sylvan_detections_alone": bare}, TABLES),
        "fires_hidden": int((told[one.fire] < DOUBTFUL).sum()),
        "flares_hidden": int((told[~one.fire] < DOUBTFUL).sum()),
    }


def _static_share(rows: Detections) -> float | None:
    return float((rows["type"] > 0).mean()) if (rows["type"] >= 0).any() else None


def _blind(rows: Detections) -> Detections:
    hidden = rows.copy()
    hidden["type"] = -1
    return hidden
