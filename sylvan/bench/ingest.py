"""A million rows from a file into the indexed table, beside psql's binary copy of the same rows.

Ours: file → validated row by row → deduplicated → indexed in PostGIS, with ledger and outbox, in
one transaction. The reference only copies ready-made binary rows into the same table with the same
partitions and indexes. Both run alternately on one throw-away cluster, each into an empty table.
"""

import multiprocessing
import resource
import subprocess
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from rich.table import Table
from sqlalchemy import Engine, make_url, text

from sylvan import wiring
from sylvan.domain.actors import local_operator
from sylvan.domain.identity import identity_key
from sylvan.feeds.options import FILE_LIMITS, ReadOptions
from sylvan.feeds.parse import read_file
from sylvan.ops.cluster import Cluster
from sylvan.ops.database import make_ready
from sylvan.ops.throwaway import TUNING
from sylvan.settings import load_settings
from sylvan.store import copying, detections
from sylvan.store import engine as store_engine

SEED = 7
START_S = 1_656_633_600  # 2022-07-01T00:00:00Z
DAYS = 60
HEADER = (
    "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,"
    "confidence,version,bright_ti5,frp,daynight"
)
NAME = "fire_nrt_J1V-C2_bench.csv"


def season_csv(rows: int, seed: int = SEED) -> bytes:
    """A VIIRS file of ``rows`` rows: clustered fires and a tenth of scattered points."""
    rng = np.random.default_rng(seed)
    fires = max(1, rows // 1500)
    home = rng.integers(0, fires, rows)
    lon = rng.uniform(108, 160, fires)[home] + rng.normal(0, 0.15, rows)
    lat = rng.uniform(57, 71, fires)[home] + rng.normal(0, 0.08, rows)
    loose = rng.random(rows) < 0.1
    lon[loose] = rng.uniform(106, 162, loose.sum())
    lat[loose] = rng.uniform(56, 72, loose.sum())
    minutes = np.sort(rng.integers(0, DAYS * 1440, rows))
    moment = (START_S + minutes * 60).astype("datetime64[s]")
    date = np.datetime_as_string(moment, unit="D")
    clock = minutes % 1440 // 60 * 100 + minutes % 60
    scan, track = rng.uniform(0.32, 0.8, rows), rng.uniform(0.36, 0.78, rows)
    frp, hot, cold = (
        rng.gamma(1.2, 9, rows),
        rng.uniform(300, 367, rows),
        rng.uniform(270, 310, rows),
    )
    classes = rng.choice(np.array(["l", "n", "h"]), rows, p=[0.1, 0.8, 0.1])
    lines = [
        f"{lat[i]:.5f},{lon[i]:.5f},{hot[i]:.2f},{scan[i]:.2f},{track[i]:.2f},{date[i]},"
        f"{clock[i]:04d},N20,VIIRS,{classes[i]},2.0NRT,{cold[i]:.2f},{frp[i]:.2f},D"
        for i in range(rows)
    ]
    return (HEADER + "\n" + "\n".join(lines) + "\n").encode()


def _options() -> ReadOptions:
    return ReadOptions(now=int(datetime.now(UTC).timestamp()), limits=FILE_LIMITS)


def _empty(engine: Engine) -> None:
    tables = "detection, detection_superseded, batch, ledger_body, outbox, feed"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text(f"truncate {tables}"))
        conn.execute(text("checkpoint"))


def _ours(url: str, path: str, answer: Any) -> None:
    """One run in a process of its own, so that its memory can be told."""
    engine = store_engine.create(url)
    house = wiring.house(load_settings(), engine)
    actor = local_operator(house.worlds.live())
    read_file("warm.csv", season_csv(100), _options())
    start = perf_counter()
    body = Path(path).read_bytes()
    read = perf_counter()
    parsed = read_file(NAME, body, _options())
    judged = perf_counter()
    taken = house.intake.store(actor, parsed, body, "bench", keep_all=True, assess=False)
    end = perf_counter()
    stages = {"read": read - start, "validate": judged - read, **taken.stages_s}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.put({"s": end - start, "stages": stages, "rss_mb": peak, "counts": taken.counts})
    engine.dispose()


def binary_copy(path: Path, body: bytes) -> list[str]:
    """Write the same rows in PostgreSQL's binary format; the names of the columns."""
    rows = read_file(NAME, body, _options()).rows
    fields, columns = detections.encoded(1, 1, rows, identity_key(rows), None)
    encoded = copying.encode(fields, columns, len(rows))
    with path.open("wb") as file:
        file.write(copying.SIGNATURE)
        file.write(encoded.tobytes())
        file.write(copying.TRAILER)
    return [name for name, _ in fields]


def _psql(url: str, path: Path, names: list[str]) -> float:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    command = f"\\copy detection ({', '.join(names)}) from '{path}' with (format binary)"
    start = perf_counter()
    subprocess.run(["psql", "-X", "-q", plain, "-c", command], check=True)
    return perf_counter() - start


def run(rows: int, repeat: int = 5) -> dict[str, Any]:
    """Alternate ours and psql's; medians, ratio, stages, memory."""
    with tempfile.TemporaryDirectory(prefix="sylvan-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        cluster = Cluster(folder / "data", tuning=replace(TUNING, durable=True))
        cluster.start()
        try:
            return _run(cluster.url(), folder, rows, repeat)
        finally:
            cluster.wipe()


def _run(url: str, folder: Path, rows: int, repeat: int) -> dict[str, Any]:
    make_ready(url)
    engine = store_engine.create(url)
    body = season_csv(rows)
    (folder / NAME).write_bytes(body)
    names = binary_copy(folder / "rows.bin", body)
    with engine.begin() as conn:
        detections.ensure_months(conn, read_file(NAME, body, _options()).rows["acq_at"])
    ours: list[dict[str, Any]] = []
    theirs: list[float] = []
    context = multiprocessing.get_context("spawn")
    for _ in range(repeat):
        _empty(engine)
        theirs.append(_psql(url, folder / "rows.bin", names))
        _empty(engine)
        answer = context.Queue()
        process = context.Process(target=_ours, args=(url, str(folder / NAME), answer))
        process.start()
        ours.append(answer.get())
        process.join()
    engine.dispose()
    return _result(rows, repeat, ours, theirs)


def _result(
    rows: int, repeat: int, ours: list[dict[str, Any]], theirs: list[float]
) -> dict[str, Any]:
    mine = median(one["s"] for one in ours)
    reference = median(theirs)
    stages = {name: median(one["stages"][name] for one in ours) for name in ours[0]["stages"]}
    return {
        "rows": rows,
        "runs": repeat,
        "s": mine,
        "rows_per_s": rows / mine,
        "psql_s": reference,
        "psql_rows_per_s": rows / reference,
        "stages_s": stages,
        "peak_rss_mb": max(one["rss_mb"] for one in ours),
        "counts": ours[0]["counts"],
        "ratios": {"psql_binary_copy": reference / mine},
    }


def table(result: dict[str, Any]) -> Table:
    """The result for people."""
    shown = Table(title=f"ingest of {result['rows']:,} rows, median of {result['runs']}")
    shown.add_column("stage")
    shown.add_column("seconds", justify="right")
    for name, seconds in result["stages_s"].items():
        shown.add_row(name, f"{seconds:.2f}")
    shown.add_row("[b]ours[/b]", f"{result['s']:.2f}")
    shown.add_row("psql binary copy", f"{result['psql_s']:.2f}")
    shown.add_row("rows/s", f"{result['rows_per_s']:,.0f}")
    shown.add_row("ratio to psql", f"{result['ratios']['psql_binary_copy']:.2f}")
    shown.add_row("peak memory, MB", f"{result['peak_rss_mb']:,.0f}")
    return shown
