"""A page of 1,000 features over HTTP beside tipg's, on the same table, in turns.

tipg pins libraries that ours do not: it runs in an environment of its own, which pip makes in a
folder. Both serve from one process on loopback; each answer is the whole page with its count.
"""

import json
import os
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import quote
from urllib.request import urlopen

from rich.table import Table
from sqlalchemy import Engine

from sylvan.bench.onto import private_house
from sylvan.bench.rights import fill

PACKAGE: Final = "tipg"
LIMIT: Final = 1.0
"""Ours over tipg's."""
PAGE: Final = 1000
PATIENCE_S: Final = 600
BOXES: Final = ("", "&bbox=125,60,135,66", "&bbox=128,61,131,63")
"""Everything; a part of the region; a map at zoom 8."""
OURS: Final = """
import sys, uvicorn
from sylvan import wiring
from sylvan.settings import Settings
from sylvan.store import engine
settings = Settings()
app, _ = wiring.web(settings, wiring.house(settings, engine.create(sys.argv[1])))
uvicorn.run(app, port=int(sys.argv[2]), log_config=None, loop="uvloop", http="httptools")
"""
THEIRS: Final = "import sys, uvicorn; uvicorn.run('tipg.main:app', port=int(sys.argv[2]))"


def run(rows: int = 200_000, repeat: int = 15, folder: Path | None = None) -> dict[str, Any]:
    """Ask both ``repeat`` times for each box.

    Returns:
        Medians in milliseconds and ``ratios.tipg``: ours over theirs, all boxes together.
    """
    with TemporaryDirectory(prefix="sylvan-tipg-") as scratch, private_house() as (house, engine):
        theirs = _environment(folder or Path(scratch, "tipg"))
        house.layers.load_region("yakutia")
        stored = fill(house, engine, rows)
        mine = engine.url.render_as_string(hide_password=False)
        with (
            _serving(sys.executable, OURS, mine) as ours,
            _serving(theirs, THEIRS, _as_others_write(engine)) as others,
        ):
            asked = {
                "sylvan": f"http://127.0.0.1:{ours}/ogc/collections/detections/items?f=json",
                "tipg": f"http://127.0.0.1:{others}/collections/public.detection/items?f=geojson",
            }
            told = [_compare(asked, box, repeat) for box in BOXES]
    return _result(stored, told)


def _as_others_write(engine: Engine) -> str:
    """The database's address with the socket's folder as its host."""
    folder = str(engine.url.query["host"])
    return f"postgresql://{engine.url.username}@{quote(folder, safe='')}:5432/{engine.url.database}"


def _result(stored: int, told: list[dict[str, Any]]) -> dict[str, Any]:
    whole = {name: sum(one[name] for one in told) for name in ("sylvan", "tipg")}
    ratio = round(whole["sylvan"] / whole["tipg"], 3)
    questions = [{"box": box or "all", **one} for box, one in zip(BOXES, told, strict=True)]
    return {"rows": stored, "questions": questions, "ratios": {"tipg": ratio}, "limit": LIMIT}


def table(result: dict[str, Any]) -> Table:
    """For people."""
    shown = Table(title=f"A page of {PAGE:,} of {result['rows']:,} detections, ms (median)")
    for name in ("box", "features", "sylvan", "tipg", "ratio"):
        shown.add_column(name, justify="right")
    for one in result["questions"]:
        ratio = f"{one['sylvan'] / one['tipg']:.2f}"
        shown.add_row(one["box"], str(one["features"]), str(one["sylvan"]), str(one["tipg"]), ratio)
    shown.add_row("all", "", "", "", f"{result['ratios']['tipg']:.2f} (limit {LIMIT:g})")
    return shown


def _environment(folder: Path) -> str:
    """The interpreter of an environment with tipg; made where it is not there yet."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", PACKAGE, "uvicorn"]
        subprocess.run(command, check=True, timeout=PATIENCE_S)
    return str(python)


@contextmanager
def _serving(python: str, script: str, url: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": url,
        "TIPG_DB_SCHEMAS": '["public"]',
        "TIPG_DB_TABLES": '["public.detection"]',
        "TIPG_MAX_FEATURES_PER_QUERY": "10000",
        "TIPG_DEFAULT_FEATURES_LIMIT": "1000",
    }
    server = subprocess.Popen(
        [python, "-c", script, url, str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _await(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("a server does not start")


def _compare(asked: dict[str, str], box: str, repeat: int) -> dict[str, Any]:
    """Medians of one question, both servers in turns; both must find as many."""
    times: dict[str, list[float]] = {name: [] for name in asked}
    found: dict[str, tuple[int, int]] = {}
    for turn in range(repeat + 2):
        for name, address in asked.items():
            began = time.perf_counter()
            with urlopen(f"{address}&limit={PAGE}{box}", timeout=PATIENCE_S) as answer:
                body = answer.read()
            took = time.perf_counter() - began
            if not turn:
                told = json.loads(body)
                found[name] = told["numberMatched"], len(told["features"])
            if turn >= 2:
                times[name].append(took)
    if len(set(found.values())) > 1:
        raise RuntimeError(f"they found different things: {found}")
    matched = next(iter(found.values()))
    return {"matched": matched[0], "features": matched[1]} | {
        name: round(median(took) * 1000, 1) for name, took in times.items()
    }
