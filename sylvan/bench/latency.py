"""From a file in the drop folder to the change on an open websocket, stage by stage.

A whole Sylvan (``sylvan serve``) runs in a process of its own on a throw-away database; a socket
stays open; files of a made-up satellite pass are put into the drop folder one after the other.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import numpy as np
from rich.table import Table
from websockets.sync.client import ClientConnection, connect

from sylvan.bench.ingest import HEADER

WAIT_S = 120.0
WARM_FILES = 2
FIRES_PER_FILE = 60
"""A pass over a region on a bad day: 10–150 active fires (notes on typical load)."""
P95 = 0.95
PORT = 23917


def pass_csv(rows: int, number: int, now_s: float) -> bytes:
    """One pass: the same fires each time, a little farther, seen ``number`` passes later."""
    rng = np.random.default_rng(number)
    homes = np.random.default_rng(0)
    lon = homes.uniform(112, 150, FIRES_PER_FILE)
    lat = homes.uniform(58, 69, FIRES_PER_FILE)
    at = rng.integers(0, FIRES_PER_FILE, rows)
    spread = 0.03 + 0.004 * number
    x = lon[at] + rng.normal(0, spread, rows)
    y = lat[at] + rng.normal(0, spread / 2, rows)
    moment = time.gmtime(now_s - 7200 + number * 60)
    date, clock = time.strftime("%Y-%m-%d", moment), time.strftime("%H%M", moment)
    lines = [
        f"{y[i]:.5f},{x[i]:.5f},330.5,0.41,0.39,{date},{clock},N20,VIIRS,n,2.0NRT,290.1,"
        f"{5 + i % 40}.5,D"
        for i in range(rows)
    ]
    return (HEADER + "\n" + "\n".join(lines) + "\n").encode()


@contextmanager
def _served(folder: Path) -> Iterator[None]:
    environment = {**os.environ, "SYLVAN_DATA_DIR": str(folder)}
    command = [str(Path(sys.executable).with_name("sylvan")), "serve", "--port", str(PORT)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait_for_answer()
        yield
    finally:
        process.terminate()
        process.wait(WAIT_S)


def _wait_for_answer() -> None:
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        try:
            if (
                httpx.get(f"http://127.0.0.1:{PORT}/readyz", timeout=5).status_code
                == httpx.codes.OK
            ):
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError("the server did not start")


def _until_batch(socket: ClientConnection, name: str) -> tuple[float, float]:
    """Seconds (monotonic) of the first fire's change and of the batch's own event."""
    first = 0.0
    while True:
        frame = json.loads(socket.recv(timeout=WAIT_S))
        if frame["t"] != "event":
            continue
        if frame["kind"] == "fire.changed" and not first:
            first = time.monotonic()
        if frame["kind"] == "batch.taken" and frame["body"]["file"] == name:
            return first or time.monotonic(), time.monotonic()


def run(rows: int, repeat: int = 20) -> dict[str, Any]:
    """Drop files of ``rows`` rows and time the first and the last change on the socket."""
    with tempfile.TemporaryDirectory(prefix="sylvan-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with _served(folder):
            drop = folder / "drop"
            drop.mkdir(exist_ok=True)
            snapshot = httpx.get(f"http://127.0.0.1:{PORT}/api/v1/snapshot", timeout=60).json()
            with connect(f"ws://127.0.0.1:{PORT}/api/v1/live", max_size=None) as socket:
                socket.recv()
                resume = {"t": "resume", "epoch": snapshot["epoch"], "after": snapshot["as_of_seq"]}
                socket.send(json.dumps(resume | {"filter": None}))
                return _measured(rows, repeat, drop, socket)


def _measured(rows: int, repeat: int, drop: Path, socket: ClientConnection) -> dict[str, Any]:
    now = time.time()
    firsts, lasts = [], []
    for number in range(WARM_FILES + repeat):
        body = pass_csv(rows, number, now)
        name = f"pass_{number:03d}.csv"
        draft = drop / f"{name}.part"
        draft.write_bytes(body)
        start = time.monotonic()
        draft.rename(drop / name)
        first, last = _until_batch(socket, name)
        if number >= WARM_FILES:
            firsts.append(first - start)
            lasts.append(last - start)
    return {
        "rows": rows,
        "runs": repeat,
        "first_change_s": {"median": median(firsts), "p95": float(np.quantile(firsts, P95))},
        "last_change_s": {"median": median(lasts), "p95": float(np.quantile(lasts, P95))},
        "ratios": {},
    }


def table(result: dict[str, Any]) -> Table:
    """The result for people."""
    shown = Table(title=f"file of {result['rows']:,} rows → websocket, {result['runs']} files")
    for name in ("from the file's appearance to", "median, s", "p95, s"):
        shown.add_column(name)
    for key, label in (("first_change_s", "first fire's change"), ("last_change_s", "whole batch")):
        shown.add_row(label, f"{result[key]['median']:.2f}", f"{result[key]['p95']:.2f}")
    return shown
