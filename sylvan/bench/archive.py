"""A year of archive, from files to fires in the database, by the command itself.

Files as FIRMS' archive delivers them, by month and feed, the last days in near real time as well.
The command runs in processes of its own, whose memory is watched at three sizes (a longer archive,
not a denser one); the same files then go through a Dask cluster into another database, and both
must hold the same fires.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import Any

import numpy as np
import psutil
from rich.table import Table
from sqlalchemy import create_engine, make_url, text

from sylvan.bench.group import SEED, season
from sylvan.domain.detections import (
    DayNight,
    Detections,
    Instrument,
    NativeConfidence,
    Satellite,
    Stage,
    empty,
)
from sylvan.domain.grouping import DAY_S
from sylvan.ops.cluster import Cluster
from sylvan.ops.throwaway import TUNING
from sylvan.scenario import firms

YEAR_S = 365 * DAY_S
BOTH_D = 10  # days at the end of each season that come in near real time as well
COARSE = 0.1  # share of MODIS
SIZES = (0.25, 1.0, 4.0)  # seasons: memory must not follow them
WATCH_S = 1.0  # s between two looks at memory; the kernel walks all pages for each
WORKERS = 2
MB = 1e6
FIGURES = (
    *("s", "cpu_s", "postgres_cpu_s", "peak_rss_mb", "peak_pss_mb", "largest_process_mb"),
    *("stages_s", "fires", "detections", "totals", "learned"),
)
RUN = "from sylvan.cli import run; run()"
FIRE = (
    "id, status, first_seen, last_seen, st_astext(point), st_astext(edge), area_ha, area_lo_ha,"
    " area_hi_ha, growth_ha_h, frp_mw, n_detections, n_passes, sensors, likelihood, frp_series,"
    " parts, address, territories, regexp_replace(reasons::text, '[0-9a-f-]{36}', '', 'g')"
)  # learned heat sources are given new ids each time
ROW, BY_ROW = "acq_at, key, satellite, stage, frp, fire_id", "order by acq_at, key"
REFERENCE_ROWS_S = 10_000  # rows/s that are asked of two cores


def rows_of(rows: int, year: int) -> Detections:
    """A season of detections in order of time, as satellites see it: by minute.

    The same fires each year: a longer archive, and nothing else about it, is larger.
    """
    points = season(rows, coarse=COARSE)
    rng = np.random.default_rng(SEED)
    made = empty(rows)
    made["lon"], made["lat"] = points.lon.round(5), points.lat.round(5)
    made["acq_at"] = (points.t + year * YEAR_S) // 60 * 60
    made["instrument"] = points.instrument
    modis = points.instrument == Instrument.MODIS
    fine = rng.choice([Satellite.SNPP, Satellite.NOAA20], rows)
    made["satellite"] = np.where(modis, rng.choice([Satellite.TERRA, Satellite.AQUA], rows), fine)
    made["scan"] = np.where(modis, rng.uniform(1.0, 2.5, rows), rng.uniform(0.32, 0.8, rows))
    made["track"] = np.where(modis, rng.uniform(1.0, 1.6, rows), rng.uniform(0.36, 0.78, rows))
    made["frp"] = rng.gamma(1.2, 9, rows)
    made["bright"], made["bright_long"] = rng.uniform(300, 367, rows), rng.uniform(270, 310, rows)
    percent = rng.integers(20, 100, rows)
    made["confidence_native"] = np.where(modis, percent, NativeConfidence.NOMINAL)
    made["daynight"] = rng.choice([DayNight.DAY, DayNight.NIGHT], rows)
    made["type"], made["stage"] = 0, Stage.STANDARD
    return made


def write_files(folder: Path, rows: int, seasons: float) -> tuple[list[Path], int]:
    """Files of so many seasons of ``rows`` rows, and how many rows stand in them."""
    paths: list[Path] = []
    total = 0
    for year in range(max(round(seasons), 1)):
        made = rows_of(rows, year)
        if seasons < 1:
            made = made[: int(rows * seasons)]
        recent = made[made["acq_at"] >= made["acq_at"][-1] - BOTH_D * DAY_S].copy()
        recent["stage"], recent["lat"] = Stage.NRT, (recent["lat"] + 5e-4).round(5)
        for part in (made, recent):
            paths += _by_month_and_feed(folder, part)
            total += len(part)
    return paths, total


def _by_month_and_feed(folder: Path, rows: Detections) -> Iterator[Path]:
    months = rows["acq_at"].astype("datetime64[s]").astype("datetime64[M]")
    feeds = np.array([firms.source_name(s, rows["stage"][0]) for s in rows["satellite"].tolist()])
    for month in np.unique(months):
        for feed in np.unique(feeds):
            part = rows[(months == month) & (feeds == feed)]
            path = folder / f"{feed}_{month}.csv"
            if len(part):
                path.write_bytes(firms.write(int(part["instrument"][0]), part["stage"][0], part))
                yield path


class _Memory:
    """The largest memory that processes had together, looked at once a second."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._stop = Event()
        self.together = self.shared = self.largest = 0
        self.cpu_s: dict[int, float] = {}
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(WATCH_S):
            sizes, shares = [0], [0]
            for one in self._tree():
                try:
                    told = one.memory_full_info()
                    sizes.append(told.rss)
                    shares.append(told.pss)
                    spent = one.cpu_times()
                    self.cpu_s[one.pid] = spent.user + spent.system
                except psutil.NoSuchProcess:
                    continue
            self.together = max(self.together, sum(sizes))
            self.shared = max(self.shared, sum(shares))
            self.largest = max(self.largest, *sizes)

    def _tree(self) -> list[psutil.Process]:
        try:
            tree: list[psutil.Process] = [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []
        return [one for one in tree if "postgres" not in one.name()]

    def told(self) -> dict[str, float]:
        self._stop.set()
        self._thread.join()
        return {
            "peak_rss_mb": self.together / MB,  # pages that processes share count in each
            "peak_pss_mb": self.shared / MB,  # and here once
            "largest_process_mb": self.largest / MB,
            "cpu_s": sum(self.cpu_s.values()),
        }


def _server_cpu_s(folder: Path) -> float:
    """Processor time that the database has taken so far, s."""
    (note,) = folder.rglob("postmaster.pid")
    server = psutil.Process(int(note.read_text().split()[0]))
    spent = [server.cpu_times(), *(one.cpu_times() for one in server.children(recursive=True))]
    ended = spent[0].children_user + spent[0].children_system
    return float(ended + sum(one.user + one.system for one in spent))


def _compiled(folder: Path) -> dict[str, str]:
    """Settings under which code is compiled once, as where Sylvan is installed, and not anew."""
    place = folder / "compiled"
    settings = {"PYTHONPYCACHEPREFIX": str(place), "PYTHONDONTWRITEBYTECODE": ""}
    if not place.exists():
        command = [sys.executable, "-c", "import sylvan.cli.archive, sylvan.jobs.archive_warm"]
        subprocess.run(command, env=os.environ | settings, check=True)
    return settings


def _command(url: str, folder: Path, paths: list[Path], *more: str) -> dict[str, Any]:
    """Run `sylvan archive`; what it told, and what it took."""
    before = _server_cpu_s(folder)
    settings = {"SYLVAN_DATABASE_URL": url, "SYLVAN_DATA_DIR": str(folder / "data")}
    settings |= _compiled(folder)
    command = [sys.executable, "-c", RUN, "archive", "--json", "--world", "bench", *more]
    start = perf_counter()
    with subprocess.Popen(
        [*command, *map(str, paths)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | settings,
    ) as process:
        memory = _Memory(process.pid)
        out, errors = process.communicate()
        seconds = perf_counter() - start
    if process.returncode:
        raise RuntimeError(errors.decode()[-2000:])
    told: dict[str, Any] = json.loads(out)
    server_s = _server_cpu_s(folder) - before
    return told | memory.told() | {"s": seconds, "postgres_cpu_s": server_s}


@contextmanager
def _database(cluster: Cluster, name: str) -> Iterator[str]:
    """A database of its own on the cluster."""
    url = make_url(cluster.url())
    owner = create_engine(url, isolation_level="AUTOCOMMIT")
    with owner.connect() as conn:
        conn.execute(text(f"create database {name}"))
    mine = url.set(database=name)
    try:
        yield mine.render_as_string(hide_password=False)
    finally:
        with owner.connect() as conn:
            conn.execute(text(f"drop database {name} with (force)"))
        owner.dispose()


@contextmanager
def _dask(folder: Path) -> Iterator[str]:
    """A scheduler and workers as processes on loopback; the scheduler's address."""
    where = folder / "scheduler.json"
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = [
        *(sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1"),
        *("--port", "0", "--no-dashboard", "--scheduler-file", str(where)),
    ]
    worker = [
        *(sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(where)),
        *("--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--no-nanny"),
        *("--local-directory", str(folder)),
    ]
    started = [subprocess.Popen(scheduler, **quiet)]
    try:
        started += [subprocess.Popen(worker, **quiet) for _ in range(WORKERS)]
        while not where.exists():
            if started[0].poll() is not None:
                raise RuntimeError("the Dask scheduler ended")
            Event().wait(WATCH_S)
        yield json.loads(where.read_text())["address"]
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def digest(url: str) -> str:
    """Everything that a world of fires consists of, in one hash."""
    queries = (f"select {FIRE} from fire order by id", f"select {ROW} from detection {BY_ROW}")
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    hashed = hashlib.sha256()
    with engine.connect().execution_options(stream_results=True) as conn:
        for query in queries:
            for row in conn.execute(text(query)):
                hashed.update(repr(tuple(row)).encode())
    engine.dispose()
    return hashed.hexdigest()


def run(rows: int, *, flat: bool = True, dask: bool = True) -> dict[str, Any]:
    """Measure the command at ``rows`` rows a season.

    Args:
        rows: rows of one season.
        flat: also measure memory at a quarter of a season and at four.
        dask: also give the season to a Dask cluster.
    """
    with tempfile.TemporaryDirectory(prefix="sylvan-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        cluster = Cluster(folder / "cluster", tuning=replace(TUNING, durable=True))
        cluster.start()
        try:
            return _run(cluster, folder, rows, flat=flat, dask=dask)
        finally:
            cluster.wipe()


def _run(cluster: Cluster, folder: Path, rows: int, *, flat: bool, dask: bool) -> dict[str, Any]:
    sizes = SIZES if flat else (1.0,)
    measured: dict[str, dict[str, Any]] = {}
    same: dict[str, Any] = {}
    for seasons in sizes:
        files = folder / f"files-{seasons:g}"
        files.mkdir()
        paths, total = write_files(files, rows, seasons)
        with _database(cluster, "ours") as url:
            told = _command(url, folder, paths)
            measured[f"{seasons:g}"] = _figures(told, total)
            if dask and seasons == 1:
                same["digest"] = digest(url)
        if dask and seasons == 1:
            with _database(cluster, "dask") as url, _dask(folder) as address:
                told = _command(url, folder, paths, "--scheduler", address)
                measured["dask"] = _figures(told, total)
                same["equal"] = digest(url) == same["digest"]
    return _result(rows, measured, same)


def _figures(told: dict[str, Any], total: int) -> dict[str, Any]:
    figures = {name: told[name] for name in FIGURES}
    return figures | {"rows": total, "rows_per_s": total / told["s"]}


def _result(rows: int, measured: dict[str, dict[str, Any]], same: dict[str, Any]) -> dict[str, Any]:
    dask = measured.pop("dask", None)
    peaks = {name: one["peak_rss_mb"] for name, one in measured.items()}
    result: dict[str, Any] = {
        "rows": rows,
        "cores": len(os.sched_getaffinity(0)),
        "rows_per_s": measured["1"]["rows_per_s"],
        "peak_rss_mb": peaks,
        "memory_growth": max(peaks.values()) / min(peaks.values()),
        "seasons": measured,
        "ratios": {"asked_rows_per_s": measured["1"]["rows_per_s"] / REFERENCE_ROWS_S},
    }
    if dask is not None:
        result |= {"dask": dask, "dask_same_result": same["equal"]}
        result["ratios"]["dask"] = measured["1"]["rows_per_s"] / dask["rows_per_s"]
    return result


def table(result: dict[str, Any]) -> Table:
    """The result for people."""
    shown = Table(title=f"archive, seasons of {result['rows']:,} rows, {result['cores']} cores")
    heads = (
        "",
        "rows",
        "fires",
        "s",
        "rows/s",
        "CPU s",
        "database's",
        "peak MB",
        "unshared",
        "largest MB",
    )
    for name in heads:
        shown.add_column(name, justify="right")
    runs = {f"{name} seasons": one for name, one in result["seasons"].items()}
    if "dask" in result:
        runs["1 season, Dask"] = result["dask"]
    for name, one in runs.items():
        shown.add_row(
            name,
            f"{one['rows']:,}",
            f"{one['fires']:,}",
            f"{one['s']:.1f}",
            f"{one['rows_per_s']:,.0f}",
            f"{one['cpu_s']:.0f}",
            f"{one['postgres_cpu_s']:.0f}",
            f"{one['peak_rss_mb']:,.0f}",
            f"{one['peak_pss_mb']:,.0f}",
            f"{one['largest_process_mb']:,.0f}",
        )
    if "dask_same_result" in result:
        shown.caption = "the cluster's result is " + (
            "the same" if result["dask_same_result"] else "ANOTHER"
        )
    return shown
