"""How fast hotspot files are read: a clean one, and one in which half the rows are bad in 40 ways.

The bad file is the strict parser's worst honest case, because every reason must be found and
told. Pure Python's csv module, which only splits, runs beside it as the yardstick.
"""

import csv
import io
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from rich.table import Table

from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parse import read_file
from sylvan.feeds.parsed import ParsedFile

HEADER = (
    "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,"
    "version,bright_ti5,frp,daynight"
)
NAMES = HEADER.split(",")
WIDTH = len(NAMES)
NOW = 1_800_000_000
SEED = 20170813


def _put(name: str, value: str) -> Callable[[list[str]], list[str]]:
    place = NAMES.index(name)
    return lambda row: [*row[:place], value, *row[place + 1 :]]


MUTATIONS: dict[str, Callable[[list[str]], list[str]]] = {
    **{f"latitude {v!r}": _put("latitude", v) for v in ("", "NaN", "inf", "-9999", "1e400", "N62")},
    **{f"longitude {v!r}": _put("longitude", v) for v in ("", "nan", "-inf", "181", "0x7f", "--1")},
    **{
        f"date {v!r}": _put("acq_date", v)
        for v in ("", "2021-02-30", "yesterday", "2062-01-01", "1999-01-01", "2021366")
    },
    **{f"time {v!r}": _put("acq_time", v) for v in ("", "2400", "2460", "-5", "12345", "noon")},
    **{f"confidence {v!r}": _put("confidence", v) for v in ("85", "x", "101")},
    **{f"frp {v!r}": _put("frp", v) for v in ("inf", "high")},
    **{f"scan {v!r}": _put("scan", v) for v in ("-1", "5000", "wide")},
    "brightness 'hot'": _put("bright_ti4", "hot"),
    "satellite 'Terra'": _put("satellite", "Terra"),
    "day/night 'X'": _put("daynight", "X"),
    "comma decimal": lambda row: [*row[0].split("."), *row[1:]],
    "extra field in front": lambda row: ["101.2", *row],
    "field missing": lambda row: row[1:],
    "line of one field": lambda row: [row[0]],
    "quote never closed": lambda row: [*row[:7], '"' + row[7], *row[8:]],
}
"""Ways in which a row can be bad, one change each."""


def good_rows(rows: int, seed: int = SEED) -> list[str]:
    """Clean VIIRS rows as FIRMS writes them."""
    rng = np.random.default_rng(seed)
    day = np.datetime64("2021-06-01") + rng.integers(0, 90, rows).astype("m8[D]")
    at = rng.integers(0, 24, rows) * 100 + rng.integers(0, 60, rows)
    columns = zip(
        rng.uniform(55, 75, rows).tolist(),
        rng.uniform(105, 163, rows).tolist(),
        rng.uniform(295, 367, rows).tolist(),
        rng.uniform(0.32, 0.8, rows).tolist(),
        rng.uniform(0.36, 0.78, rows).tolist(),
        np.datetime_as_string(day).tolist(),
        at.tolist(),
        np.array(list("lnh"))[rng.integers(0, 3, rows)].tolist(),
        rng.gamma(2, 4, rows).tolist(),
        np.array(list("DN"))[rng.integers(0, 2, rows)].tolist(),
        strict=True,
    )
    return [
        f"{lat:.5f},{lon:.5f},{hot:.2f},{scan:.2f},{track:.2f},{date},{hm:04d},N,VIIRS,{sure},"
        f"2.0NRT,{hot - 30:.2f},{frp:.2f},{light}"
        for lat, lon, hot, scan, track, date, hm, sure, frp, light in columns
    ]


def clean_file(rows: int) -> bytes:
    """A file without a fault."""
    return ("\n".join([HEADER, *good_rows(rows)]) + "\n").encode()


def bad_file(rows: int, seed: int = SEED) -> tuple[bytes, int]:
    """A file in which every second row is bad; and how many are."""
    rng = random.Random(seed)
    ways = list(MUTATIONS.values())
    lines = good_rows(rows, seed)
    for bad, place in enumerate(range(0, rows, 2)):
        lines[place] = ",".join(ways[bad % len(ways)](lines[place].split(",")))
    rng.shuffle(lines)
    return ("\n".join([HEADER, *lines]) + "\n").encode(), (rows + 1) // 2


def _timed(read: Callable[[], Any]) -> tuple[float, Any]:
    since = time.perf_counter()
    found = read()
    return time.perf_counter() - since, found


def _python_csv(body: bytes) -> int:
    return sum(1 for _ in csv.reader(io.StringIO(body.decode())))


def _account(parsed: ParsedFile, rows: int, bad: int) -> None:
    """A benchmark of wrong answers is worth nothing."""
    if parsed.total_rows != rows or len(parsed.rejects) != bad:
        found = f"{parsed.total_rows} rows, {len(parsed.rejects)} rejected"
        raise RuntimeError(f"expected {rows} rows, {bad} rejected; found {found}")


def run(rows: int = 1_000_000, repeat: int = 5) -> dict[str, Any]:
    """Time the readings alternately; medians of ``repeat`` runs.

    Returns:
        Seconds and rows per second by file, and ``ratios`` to Python's csv module.
    """
    options = ReadOptions(now=NOW)
    clean = clean_file(rows)
    bad, n_bad = bad_file(rows)
    times: dict[str, list[float]] = {"clean": [], "half_bad": [], "python_csv": []}
    for _ in range(repeat):
        took, parsed = _timed(lambda: read_file("clean.csv", clean, options))
        _account(parsed, rows, 0)
        times["clean"].append(took)
        took, parsed = _timed(lambda: read_file("bad.csv", bad, options))
        _account(parsed, rows, n_bad)
        times["half_bad"].append(took)
        times["python_csv"].append(_timed(lambda: _python_csv(clean))[0])
    median = {name: statistics.median(values) for name, values in times.items()}
    return {
        "rows": rows,
        "repeat": repeat,
        "ways_of_being_bad": len(MUTATIONS),
        "megabytes": round(len(clean) / 1e6, 1),
        "seconds": {name: round(value, 4) for name, value in median.items()},
        "rows_per_s": {name: round(rows / value) for name, value in median.items()},
        "ratios": {
            "python_csv_clean": round(median["python_csv"] / median["clean"], 2),
            "python_csv_half_bad": round(median["python_csv"] / median["half_bad"], 2),
        },
    }


def table(result: dict[str, Any]) -> Table:
    """The result for people."""
    shown = Table(title=f"Strict parsing, {result['rows']:,} rows, {result['megabytes']} MB")
    for column in ("file", "seconds", "rows/s"):
        shown.add_column(column, justify="left" if column == "file" else "right")
    labels = {
        "clean": "clean",
        "half_bad": f"half the rows bad in {result['ways_of_being_bad']} ways",
        "python_csv": "clean, Python's csv module (splits only)",
    }
    for name, label in labels.items():
        seconds, rate = result["seconds"][name], result["rows_per_s"][name]
        shown.add_row(label, f"{seconds:.3f}", f"{rate:,}")
    return shown
