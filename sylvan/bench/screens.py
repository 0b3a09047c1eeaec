"""The dispatcher's screen in a browser: first picture, a message's way to it, a crowded map.

A house of its own holds 100 fires with 100,000 detections of the last days and is served from a
process of its own; Chromium, driven by the front end's playwright, opens it (``frontend/dev/
bench.mjs`` says how each figure is taken).  The reference is a bare page that paints the same rows
from JSON inside itself: the least that any page could do in this browser on this machine.
Needs a checkout with the front end's packages (``scripts/test`` installs them) and Chromium.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from rich.table import Table
from sqlalchemy import Engine

from sylvan.bench.latency import free_port, pass_csv
from sylvan.bench.onto import private_house
from sylvan.domain.actors import local_operator
from sylvan.ops.refusal import Refusal
from sylvan.services.house import House

FRONTEND: Final = Path(__file__).resolve().parents[2] / "frontend"
PASS_ROWS: Final = 5_000
PATIENCE_S: Final = 900
SERVER: Final = """
import sys
from sylvan import wiring
from sylvan.cli.serving import run_web
from sylvan.settings import load_settings
settings = load_settings(port=int(sys.argv[2]))
with wiring.opened(settings, sys.argv[1], sign_in="open") as house:
    run_web(settings, house, {}, lambda: None)
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure of the answer, and what it may be at most."""

    name: str
    path: tuple[str, ...]
    most: float
    unit: str


LIMITS: Final = (
    Limit("list, counters, ages of sources painted", ("first_ms",), 1_500, "ms"),
    Limit("first load with the map library and its worker", ("first_load_kb",), 500, "kB gzip"),
    Limit("message → row and map's data, main thread", ("message_ms",), 100, "ms"),
    Limit("longest task: pan", ("pan", "longest_ms"), 100, "ms"),
    Limit("longest task: filter", ("filter", "longest_ms"), 100, "ms"),
    Limit("longest task: play", ("play", "longest_ms"), 100, "ms"),
)
"""Milliseconds are from the start of navigation, or of the processor in the main thread."""


def run(rows: int = 100_000, repeat: int = 5) -> dict[str, Any]:
    """Fill a house with ``rows`` detections and look at it in a browser.

    Returns:
        Medians in milliseconds and kB, ``ratios.bare``: first picture over the bare page's, and
        ``broken``: the names of limits that were not kept.
    """
    node = shutil.which("node")
    if node is None or not (FRONTEND / "node_modules").is_dir():
        raise Refusal(
            "The front end's packages are not here.", "Run it in a checkout, after scripts/test."
        )
    with private_house() as (house, engine):
        house.layers.load_region("yakutia")
        fill(house, rows)
        with serving(engine) as url:
            told = _in_browser(node, url, repeat)
    told["detections"] = rows
    told["ratios"] = {"bare": told["first_ms"] / told["bare_ms"]}
    told["load"] = os.getloadavg()[0]
    told["broken"] = [one.name for one in LIMITS if _at(told, one.path) > one.most]
    if told["before_map"] < 1:
        told["broken"].append("list before the map")
    return told


def fill(house: House, rows: int) -> None:
    """Passes over the same fires, the last one two hours old, through the door of feeds."""
    actor = local_operator(house.worlds.live())
    passes = max(1, rows // PASS_ROWS)
    for number in range(1, passes + 1):
        body = pass_csv(PASS_ROWS, number, passes, time.time())
        house.intake.take(actor, f"pass_{number:03d}.csv", body, "bench")


@contextmanager
def serving(engine: Engine) -> Iterator[str]:
    """The house's screens from a process of their own, without jobs; its address."""
    port = free_port()
    database = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", SERVER, database, str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
        try:
            _wait(f"http://127.0.0.1:{port}/readyz", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def table(result: dict[str, Any]) -> Table:
    """For people."""
    title = f"{result['rows']} rows, {result['detections']:,} detections, {result['shown']:,} drawn"
    title += f", load {result['load']:.0f}"
    shown = Table(title=title)
    for name in ("what", "measured", "limit", ""):
        shown.add_column(name, justify="left" if name == "what" else "right")
    for one in LIMITS:
        value = _at(result, one.path)
        kept = "kept" if value <= one.most else "NOT KEPT"
        shown.add_row(one.name, f"{value:.0f} {one.unit}", f"{one.most:g}", kept)
    ratio = f"{result['ratios']['bare']:.1f} × {result['bare_ms']:.0f} ms"
    shown.add_row("first picture over a bare page's", ratio, "", "")
    cpu = f"{result['first_cpu_ms']:.0f} ms"
    shown.add_row("of it the main thread's own time", cpu, "", "")
    before = "kept" if result["before_map"] == 1 else "NOT KEPT"
    shown.add_row("list before the map", f"map at {result['map_ms']:.0f} ms", "", before)
    return shown


def _at(told: dict[str, Any], path: tuple[str, ...]) -> float:
    value: Any = told
    for name in path:
        value = value[name]
    return float(value)


def _in_browser(node: str, url: str, repeat: int) -> dict[str, Any]:
    done = subprocess.run(
        [node, "dev/bench.mjs", str(repeat)],
        check=False,
        cwd=FRONTEND,
        env=os.environ | {"SYLVAN_URL": url},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    if done.returncode:
        raise RuntimeError(f"the browser's part failed:\n{done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(url, timeout=5).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise RuntimeError("the server did not start")
