"""A delivery onto millions of stored detections, until the fires that it changes are committed.

Hard seasons are loaded by COPY, grouped, with a fire for each group; the last one stops in July.
What comes next in it is then delivered piece by piece as FIRMS files to the same use-case that
feeds call: validated, folded, grouped, measured, stored, told.
"""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import structlog
from rich.table import Table
from sqlalchemy import Engine, make_url, text

from sylvan import wiring
from sylvan.bench.group import START_S, season
from sylvan.domain.actors import Actor, local_operator
from sylvan.domain.detections import (
    DayNight,
    Detections,
    Instrument,
    NativeConfidence,
    Satellite,
    Stage,
    empty,
)
from sylvan.domain.fires import CANDIDATE, Fire
from sylvan.domain.grouping import DAY_S, Points, components
from sylvan.domain.identity import deliveries, identity_key
from sylvan.jobs.watch import warm_up
from sylvan.ops.cluster import Cluster
from sylvan.ops.database import make_ready
from sylvan.ops.tuning import Tuning
from sylvan.scenario import firms
from sylvan.services.house import House
from sylvan.services.measure import Ruler
from sylvan.settings import load_settings
from sylvan.store import copying, detections, fires
from sylvan.store import engine as store_engine

SEASON_ROWS = 250_000
"""Detections of a hard season in Yakutia, all VIIRS together."""
YEAR_D = 365
MIDDLE_D = 70
"""Day of the last season at which the deliveries begin: July, when most burns."""
WARM = 1
BIRDS = (Satellite.SNPP, Satellite.NOAA20, Satellite.NOAA21)
BATCH = 1
P95 = 0.95
FIRES_AT_ONCE = 5_000
INITIAL = "detection_bench"


def rows_of(points: Points, seed: int) -> Detections:
    """VIIRS detections at these places and times, each once."""
    rng = np.random.default_rng(seed)
    n = len(points.lon)
    rows = empty(n)
    rows["lon"], rows["lat"] = points.lon.round(5), points.lat.round(5)
    rows["acq_at"] = points.t // 60 * 60
    rows["satellite"] = rng.choice(np.array(BIRDS), n)
    rows["instrument"], rows["stage"] = Instrument.VIIRS, Stage.NRT
    rows["scan"] = rows["track"] = 0.4
    rows["frp"] = rng.gamma(1.2, 9, n).round(2)
    rows["bright"], rows["bright_long"] = 335.0, 292.0
    rows["confidence_native"], rows["confidence"] = NativeConfidence.NOMINAL, 0.6
    rows["daynight"], rows["type"] = DayNight.DAY, 0
    rows["collection"], rows["precision"] = 20, 5
    once = rows[deliveries(rows).head == np.arange(n)]
    ordered: Detections = once[np.argsort(once["acq_at"], kind="stable")]
    return ordered


@dataclass(frozen=True)
class Loaded:
    """What stands in the database before the first delivery."""

    rows: int
    fires: int
    coming: Detections
    """What is seen next."""


@contextmanager
def private_house() -> Iterator[tuple[House, Engine]]:
    """A house on a durable cluster of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="sylvan-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        cluster = Cluster(folder, tuning=Tuning(durable=True, memory_mib=4096))
        cluster.start()
        try:
            url = make_url(cluster.url()).render_as_string(hide_password=False)
            make_ready(url)
            engine = store_engine.create(url)
            yield wiring.house(load_settings(), engine), engine
            engine.dispose()
        finally:
            cluster.wipe()


def load(house: House, engine: Engine, rows: int) -> Loaded:
    """Load seasons until ``rows`` detections are stored; the last one breaks off in its middle."""
    actor = local_operator(house.worlds.live())
    seasons = max(1, round(rows / SEASON_ROWS))
    stored = begun = 0
    for number in reversed(range(seasons)):
        points = season(SEASON_ROWS, seed=number)
        every = rows_of(points._replace(t=points.t - number * YEAR_D * DAY_S), number)
        known = every if number else every[every["acq_at"] < START_S + MIDDLE_D * DAY_S]
        begun += _store(engine, actor, known)
        stored += len(known)
    coming = every[len(known) :]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("vacuum analyze"))
        conn.execute(text("checkpoint"))
    return Loaded(stored, begun, coming)


def _store(engine: Engine, actor: Actor, rows: Detections) -> int:
    """Copy a season, month by month, and write its fires; how many there are."""
    labels = components(Points(rows["lon"], rows["lat"], rows["acq_at"], rows["instrument"]))
    roots, group = np.unique(labels, return_inverse=True)
    ids = np.frombuffer(os.urandom(16 * len(roots)), "V16")
    keys = identity_key(rows)
    months = rows["acq_at"].astype("datetime64[s]").astype("datetime64[M]")
    for month in np.unique(months):
        mine = months == month
        with engine.begin() as conn:
            _copy_month(conn, actor, month, rows[mine], keys[mine], ids[group[mine]])
    with engine.begin() as conn:
        _write_fires(conn, actor, rows, group, ids)
    return len(roots)


def _copy_month(
    conn: Any,
    actor: Actor,
    month: np.datetime64,
    rows: Detections,
    keys: npt.NDArray[np.int64],
    ids: npt.NDArray[np.void],
) -> None:
    """Into a table of its own that is indexed when it becomes a partition."""
    conn.execute(text(f"create table {INITIAL} (like detection including defaults)"))
    fields, columns = detections.encoded(actor.world.id, BATCH, rows, keys, ids)
    copying.copy_in(conn, INITIAL, fields, columns, len(rows))
    name = "detection_p" + str(month).replace("-", "")
    conn.execute(text(f"alter table {INITIAL} rename to {name}"))
    conn.execute(
        text(
            f"alter table detection attach partition {name}"
            f" for values from ('{month}-01+00') to ('{month + 1}-01+00')"
        )
    )


def _write_fires(
    conn: Any,
    actor: Actor,
    rows: Detections,
    group: npt.NDArray[np.intp],
    ids: npt.NDArray[np.void],
) -> None:
    """The fires as they stand; only what grouping reads of them need be right."""
    measured = Ruler(None).of_rows(rows[:1])
    order = np.lexsort((rows["acq_at"], group))
    first = np.searchsorted(group[order], np.arange(len(ids)))
    last = np.append(first[1:], len(group)) - 1
    states = []
    for k in range(len(ids)):
        one, other = rows[order[first[k]]], rows[order[last[k]]]
        seen = datetime.fromtimestamp(int(one["acq_at"]), UTC)
        mine = replace(
            measured,
            first_seen=seen,
            last_seen=datetime.fromtimestamp(int(other["acq_at"]), UTC),
            point=(float(one["lon"]), float(one["lat"])),
            n_detections=int(last[k] - first[k] + 1),
        )
        states.append(Fire(UUID(bytes=bytes(ids[k])), 1, CANDIDATE, seen, mine, {}))
    for start in range(0, len(states), FIRES_AT_ONCE):
        fires.save(conn, actor, states[start : start + FIRES_AT_ONCE])


def run(rows: int = 10_000_000, batch: int = 5_000, repeat: int = 10) -> dict[str, Any]:
    """Deliver ``repeat`` batches onto ``rows`` stored detections.

    Returns:
        Seconds from the file's bytes to the commit (median, p95, worst), of the stages, and how
        many fires and detections of fires were concerned.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with private_house() as (house, engine):
        start = perf_counter()
        loaded = load(house, engine, rows)
        loading = perf_counter() - start
        actor = local_operator(house.worlds.live())
        warm_up(house)
        taken = [
            _deliver(house, actor, loaded.coming[k * batch : (k + 1) * batch], k)
            for k in range(WARM + repeat)
        ][WARM:]
        concerned = _concerned(engine)
    seconds = [one["s"] for one in taken]
    return {
        "stored": loaded.rows,
        "stored_fires": loaded.fires,
        "batch": batch,
        "runs": repeat,
        "load_s": loading,
        "seconds": {
            "median": median(seconds),
            "p95": float(np.quantile(seconds, P95)),
            "worst": max(seconds),
        },
        "cpu_s": median(one["cpu_s"] for one in taken),
        "stages_s": {
            name: median(one["stages"].get(name, 0.0) for one in taken)
            for name in taken[0]["stages"]
        },
        "fires_per_batch": median(one["fires"] for one in taken),
        "detections_of_these_fires": concerned,
        "load_average": os.getloadavg()[0],
    }


def _deliver(house: House, actor: Actor, rows: Detections, number: int) -> dict[str, Any]:
    body = firms.write(int(Instrument.VIIRS), int(Stage.NRT), rows)
    start, cpu = perf_counter(), os.times()
    taken = house.intake.take(actor, f"fire_nrt_{number}.csv", body, "bench", keep_all=True)
    end = os.times()
    spent = end.user + end.system - cpu.user - cpu.system
    return {
        "s": perf_counter() - start,
        "cpu_s": spent,
        "stages": taken.stages_s,
        "fires": taken.fires,
    }


def _concerned(engine: Engine) -> int:
    """Detections of all fires that the last delivery changed."""
    query = text(
        "select sum(n_detections) from fire where id in (select subject::uuid from outbox"
        " where kind = 'fire.changed' and id > (select coalesce(max(id), 0) from outbox"
        "  where kind = 'batch.taken' and id < (select max(id) from outbox"
        "   where kind = 'batch.taken')))"
    )
    with engine.connect() as conn:
        return int(conn.scalar(query) or 0)


def table(result: dict[str, Any]) -> Table:
    """The result for a person."""
    title = (
        f"{result['batch']:,} rows onto {result['stored']:,} detections in"
        f" {result['stored_fires']:,} fires, {result['runs']} deliveries"
    )
    shown = Table(title=title)
    for name in ("from the file's bytes to the commit", "s"):
        shown.add_column(name, justify="right" if name == "s" else "left")
    for name, seconds in result["seconds"].items():
        shown.add_row(f"[b]{name}[/b]", f"{seconds:.3f}")
    shown.add_section()
    for name, seconds in result["stages_s"].items():
        shown.add_row(name, f"{seconds:.3f}")
    shown.add_section()
    shown.add_row("fires changed", f"{result['fires_per_batch']:.0f}")
    shown.add_row("detections of these fires", f"{result['detections_of_these_fires']:,}")
    shown.add_row("load average", f"{result['load_average']:.1f}")
    return shown
