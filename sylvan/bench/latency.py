"""From a file in the drop folder to the change on an open websocket, stage by stage.

A whole Sylvan (``sylvan serve``) runs in a process of its own on a throw-away cluster; a socket
stays open; passes of a made-up satellite over burning fires are put into the drop folder one after
the other.  In turn with them the same rows are copied by psql, ready-made in the binary format,
into a table with the same columns and indexes, followed by one NOTIFY to a listener: the least that
any system on this database would have to do.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from socket import create_server
from statistics import median
from threading import Thread
from typing import Any

import httpx
import numpy as np
import psycopg
from rich.table import Table
from websockets.sync.client import ClientConnection, connect

from sylvan.bench.ingest import HEADER, binary_copy
from sylvan.ops.cluster import Cluster
from sylvan.store.events import CHANNEL

WAIT_S = 120.0
WARM_FILES = 3
FIRES = 100
"""Under one pass over a region on a bad day: 10–150 active fires (notes on typical load)."""
PASS_EVERY_S = 6000
"""Seconds between two passes: an orbit."""
PIXEL_KM = 0.4
STEP_KM = 0.45
"""Kilometres between two pixels of one pass."""
P95 = 0.95
TWIN = "bench_detection"
SIGNAL = "bench_done"


def pass_csv(rows: int, number: int, last: int, now_s: float, fires: int = FIRES) -> bytes:
    """One pass of ``last`` + 1: the same fires each time, a little larger and farther."""
    rng = np.random.default_rng(number)
    homes = np.random.default_rng(0)
    lon, lat = homes.uniform(118, 138, fires), homes.uniform(60, 68, fires)
    drift = homes.uniform(-0.003, 0.003, (2, fires)) * number
    share = homes.pareto(1.2, fires) + 0.2
    pixels = np.maximum(1, (rows * share / share.sum()).astype(int))
    at = np.repeat(np.arange(fires), pixels)
    at = np.sort(np.concatenate([at, rng.integers(0, fires, max(0, rows - len(at)))])[:rows])
    place = np.arange(rows) - np.searchsorted(at, at)  # of a pixel in its fire
    side = np.ceil(np.sqrt(np.bincount(at, minlength=fires)))[at]
    x = (place % side - side / 2 + rng.uniform(-0.1, 0.1, rows)) * STEP_KM / 111.2
    y = (place // side - side / 2 + rng.uniform(-0.1, 0.1, rows)) * STEP_KM / 111.2
    y += lat[at] + drift[0][at]
    x = lon[at] + drift[1][at] + x / np.cos(np.radians(y))
    moment = time.gmtime(now_s - 7200 - (last - number) * PASS_EVERY_S)
    date, clock = time.strftime("%Y-%m-%d", moment), time.strftime("%H%M", moment)
    lines = [
        f"{y[i]:.5f},{x[i]:.5f},330.5,{PIXEL_KM},{PIXEL_KM},{date},{clock},N20,VIIRS,n,2.0NRT,"
        f"290.1,{5 + i % 40}.5,D"
        for i in range(rows)
    ]
    return (HEADER + "\n" + "\n".join(lines) + "\n").encode()


@dataclass(frozen=True)
class Served:
    """A running Sylvan and what belongs to it."""

    port: int
    folder: Path
    database: str

    @property
    def drop(self) -> Path:
        """Where files are put."""
        return self.folder / "drop"

    @property
    def log(self) -> Path:
        """What the server says, a JSON document a line."""
        return self.folder / "log"


def free_port() -> int:
    """A port of loopback on which nobody listens."""
    with create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def _served(folder: Path) -> Iterator[Served]:
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SYLVAN_")}
    environment |= {"SYLVAN_DATA_DIR": str(folder), "SYLVAN_LOG_FORMAT": "json"}
    environment |= {"SYLVAN_SIGN_IN": "off"}  # the socket below is a program without a key
    program = str(Path(sys.executable).with_name("sylvan"))
    command = [program, "serve", "--no-demo", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait_for_answer(port, process, folder / "log")
        url = Cluster(folder).url().replace("+psycopg", "", 1)
        yield Served(port, folder, url)
    finally:
        process.terminate()
        process.wait(WAIT_S)


def _wait_for_answer(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end and process.poll() is None:
        try:
            answer = httpx.get(f"http://127.0.0.1:{port}/livez", timeout=5)
        except httpx.TransportError:
            time.sleep(0.2)
            continue
        if answer.status_code == httpx.codes.OK:
            return
        time.sleep(0.2)
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")


class Numbered:
    """When the sequencer told of each new number, as any reader of the log hears it."""

    def __init__(self, url: str) -> None:
        self.told: list[tuple[int, float]] = []
        self._conn = psycopg.connect(url, autocommit=True)
        self._conn.execute(f"listen {CHANNEL}")
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            for note in self._conn.notifies():
                self.told.append((int(note.payload), time.time()))
        except psycopg.OperationalError:
            return  # the server was stopped: the measurement is over

    def since(self, seq: int) -> float:
        """The moment from which an event's number was known."""
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            moments = [at for head, at in list(self.told) if head >= seq]
            if moments:
                return min(moments)
            time.sleep(0.01)
        raise TimeoutError(f"nobody told of event {seq}")


@dataclass(frozen=True)
class Arrived:
    """What the socket heard of one file: seconds since 1970."""

    first: float
    last: float
    seq: int
    fires: int


def _until_batch(socket: ClientConnection, name: str) -> Arrived:
    """Wait for the changes of a file's fires and for the event of the batch itself."""
    first, fires = 0.0, 0
    while True:
        frame = json.loads(socket.recv(timeout=WAIT_S))
        now = time.time()
        if frame["t"] != "event":
            continue
        if frame["kind"] in ("fire.changed", "fire.merged"):
            first, fires = first or now, fires + 1
        if frame["kind"] == "batch.taken" and frame["body"]["file"] == name:
            return Arrived(first or now, now, frame["seq"], fires)


def _taken(served: Served, number: int) -> tuple[float, dict[str, float]]:
    """When the server said that it had taken its ``number``-th file, and its stages."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        lines = [line for line in served.log.read_text().splitlines() if '"feed.taken"' in line]
        if len(lines) > number:
            said = json.loads(lines[number])
            return datetime.fromisoformat(said["timestamp"]).timestamp(), said["stages_s"]
        time.sleep(0.01)
    raise TimeoutError("the server does not say what it took")


def _one(
    served: Served, socket: ClientConnection, numbered: Numbered, number: int, body: bytes
) -> dict[str, Any]:
    """Drop one file; the seconds of each stage until the socket has heard everything."""
    name = f"pass_{number:03d}.csv"
    draft = served.drop / f"{name}.part"
    draft.write_bytes(body)
    start = time.time()
    draft.rename(served.drop / name)
    heard = _until_batch(socket, name)
    logged, stages = _taken(served, number)
    began = logged - sum(stages.values())
    told = numbered.since(heard.seq)
    return {
        "first": heard.first - start,
        "last": heard.last - start,
        "fires": heard.fires,
        "stages": {
            "settle and read": began - start,
            **stages,
            "sequencer": max(0.0, told - logged),
            "socket": max(0.0, heard.last - max(told, logged)),
        },
    }


class Reference:
    """psql copies ready-made rows into a twin of the table, then notifies a listener."""

    def __init__(self, served: Served) -> None:
        self._url = served.database
        self._file = served.folder / "rows.bin"
        self._conn = psycopg.connect(served.database, autocommit=True)
        self._conn.execute(f"create table {TWIN} (like detection including all)")
        self._conn.execute(f"listen {SIGNAL}")

    def run(self, body: bytes) -> float:
        """Seconds for one file's rows."""
        names = ", ".join(binary_copy(self._file, body))
        copy = f"\\copy {TWIN} ({names}) from '{self._file}' with (format binary)"
        start = time.perf_counter()
        command = ["psql", "-X", "-q", self._url, "-c", copy, "-c", f"notify {SIGNAL}"]
        subprocess.run(command, check=True)
        for _ in self._conn.notifies(timeout=WAIT_S, stop_after=1):
            return time.perf_counter() - start
        raise TimeoutError("psql's notification did not come")


def run(rows: int, repeat: int = 20) -> dict[str, Any]:
    """Drop files of ``rows`` rows and time the first and the last change on the socket."""
    with tempfile.TemporaryDirectory(prefix="sylvan-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with _served(folder) as served:
            served.drop.mkdir(exist_ok=True)
            base = f"127.0.0.1:{served.port}"
            snapshot = httpx.get(f"http://{base}/api/v1/snapshot", timeout=60).json()
            with connect(f"ws://{base}/api/v1/live", max_size=None) as socket:
                socket.recv()
                resume = {"t": "resume", "epoch": snapshot["epoch"], "after": snapshot["as_of_seq"]}
                socket.send(json.dumps(resume | {"filter": None}))
                return _measured(served, socket, rows, repeat)


def _measured(served: Served, socket: ClientConnection, rows: int, repeat: int) -> dict[str, Any]:
    numbered, reference = Numbered(served.database), Reference(served)
    now, last = time.time(), WARM_FILES + repeat - 1
    ours, theirs = [], []
    for number in range(last + 1):
        body = pass_csv(rows, number, last, now)
        theirs.append(reference.run(body))
        ours.append(_one(served, socket, numbered, number, body))
    first_file = ours[0]["last"]
    ours, theirs = ours[WARM_FILES:], theirs[WARM_FILES:]
    lasts = [one["last"] for one in ours]
    return {
        "rows": rows,
        "runs": repeat,
        "fires_per_file": median(one["fires"] for one in ours),
        "first_change_s": _spread([one["first"] for one in ours]),
        "last_change_s": _spread(lasts),
        "reference_s": _spread(theirs),
        "very_first_file_s": first_file,
        "stages_s": {
            name: median(one["stages"].get(name, 0.0) for one in ours) for name in ours[0]["stages"]
        },
        "ratios": {"psql_copy_and_notify": median(theirs) / median(lasts)},
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    return {
        "median": median(seconds),
        "p95": float(np.quantile(seconds, P95)),
        "worst": max(seconds),
    }


def table(result: dict[str, Any]) -> Table:
    """The result for people."""
    title = (
        f"file of {result['rows']:,} rows, {result['fires_per_file']:.0f} fires → websocket,"
        f" {result['runs']} files"
    )
    shown = Table(title=title)
    for name in ("from the file's appearance to", "median, s", "p95, s", "worst, s"):
        shown.add_column(name)
    labels = {
        "first_change_s": "[b]first fire's change[/b]",
        "last_change_s": "[b]whole batch[/b]",
        "reference_s": "psql binary copy and notify",
    }
    for key, label in labels.items():
        one = result[key]
        shown.add_row(label, f"{one['median']:.3f}", f"{one['p95']:.3f}", f"{one['worst']:.3f}")
    shown.add_section()
    for name, seconds in result["stages_s"].items():
        shown.add_row(name, f"{seconds:.3f}", "", "")
    shown.add_row("the very first file after the start", f"{result['very_first_file_s']:.3f}")
    return shown
