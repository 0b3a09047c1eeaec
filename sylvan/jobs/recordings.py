"""What can be played: scenarios, recorded files, archives that kept when each row was first seen.

A recording needs to know when each thing became public. Generated scenarios know; an archive of
snapshots kept it; for a plain file it is read from its name or its time stamp, or made from the
rows: pass by pass, each one the usual delay after it was acquired.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from sylvan.domain.detections import Detections
from sylvan.domain.elements import HEAD, is_elements
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parse import read_file
from sylvan.jobs.replay import Content, Item, ItemKind
from sylvan.scenario import export
from sylvan.scenario.deliveries import stroke_file
from sylvan.scenario.scenario import Scenario
from sylvan.scenario.stations import weather_files


class FirstSeen(StrEnum):
    """How to tell when a recorded file became public."""

    NAME = "name"
    MTIME = "mtime"
    ACQUISITION = "acquisition"


@dataclass(frozen=True, slots=True)
class Timing:
    """When recorded files became public."""

    rule: FirstSeen = FirstSeen.ACQUISITION
    delay: timedelta = timedelta(hours=2.2)
    # acquisition → public feed; median measured on FIRMS MODIS archives
    pass_gap: timedelta = timedelta(minutes=20)
    # rows of one satellite farther apart in time belong to different passes (an orbit: 99 min)


NAME_TIME: Final = re.compile(
    r"(?P<year>20\d{2})-?(?P<month>[01]\d)-?(?P<day>[0-3]\d)"
    r"(?:[T_ -]?(?P<hour>[0-2]\d)[:h]?(?P<minute>[0-5]\d)?)?(?!\d)"
)
"""``2021-12-07T20_viirs.json``, ``pass_20260717T0412.csv``, ``2017-08-14_MODIS.csv``."""
NAME_YEARDAY: Final = re.compile(r"(?<!\d)(?P<year>20\d{2})(?P<yearday>[0-3]\d{2})(?!\d)")
"""``SUOMI_VIIRS_C2_Global_VNP14IMGTDL_NRT_2023313.txt``."""


class RecordingError(ValueError):
    """A recording cannot be played; the text says which file and what to do."""


def from_scenario(scenario: Scenario) -> list[Item]:
    """All deliveries of a scenario; play from ``scenario.play_from``.

    Its orbits come first, the strokes of the days before, and the weather since the spring: fires
    burn when it begins.
    """

    def content(body: Content) -> Content:
        return body

    orbits = Item(
        scenario.parameters.start,
        ItemKind.ORBITS,
        "orbits",
        export.ORBITS,
        partial(content, export.elements(scenario)),
    )
    known = [orbits, *_struck_before(scenario), *_weather(scenario)]
    return known + [
        Item(one.deliver_at, ItemKind(one.kind), one.feed, one.name, partial(content, one.body))
        for one in scenario.deliveries
    ]


def _struck_before(scenario: Scenario) -> list[Item]:
    """The strokes that a network would have told before the scenario begins."""
    start = scenario.parameters.start
    strokes = scenario.truth.strokes
    earlier = strokes[strokes["at"] < start.timestamp()]
    if not len(earlier):
        return []
    body = stroke_file(earlier)
    return [Item(start, ItemKind.LIGHTNING, "lightning", "lightning_before.csv", lambda: body)]


def _weather(scenario: Scenario) -> list[Item]:
    """Reports of its stations and forecasts, as services would send them."""
    files = weather_files(scenario.parameters, scenario.geography, scenario.weather)
    return [
        Item(one.at, ItemKind.WEATHER, "weather", one.name, _constant(one.body)) for one in files
    ]


def from_files(
    paths: Sequence[Path], timing: Timing, feed: str = "recorded", now: datetime | None = None
) -> list[Item]:
    """Recorded files in order of time; orbital elements among them are known from the start.

    Raises:
        RecordingError: a file's time is not to be told by the rule.
    """
    orbits = [path for path in paths if is_elements(_head(path))]
    items: list[Item] = []
    for path in [path for path in paths if path not in orbits]:
        if timing.rule == FirstSeen.ACQUISITION:
            items += _by_acquisition(path, timing, feed, now or datetime.now(UTC))
        else:
            at = _name_time(path) if timing.rule == FirstSeen.NAME else _mtime(path)
            items.append(Item(at, ItemKind.DETECTIONS, feed, path.name, path.read_bytes))
    items.sort(key=lambda item: (item.at, item.name))
    start = items[0].at if items else now or datetime.now(UTC)
    return [
        Item(start, ItemKind.ORBITS, "orbits", path.name, path.read_bytes) for path in orbits
    ] + items


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def from_archive(path: Path, feed: str | None = None) -> list[Item]:
    """A Parquet archive with a column ``first_seen``: one CSV per moment and feed.

    Raises:
        RecordingError: not Parquet, or no such column.
    """
    try:
        names = pq.read_schema(path).names
        if "first_seen" not in names:
            raise RecordingError(f"{path.name}: no column first_seen, so nobody knows when")
        table = pq.read_table(path, columns=[n for n in names if n != "acq_dt"])
    except pa.ArrowException as error:
        raise RecordingError(f"{path.name}: not a Parquet archive ({error})") from error
    keys = ["first_seen", "feed"] if "feed" in names else ["first_seen"]
    table = table.sort_by([(key, "ascending") for key in keys])
    return list(_snapshots(table, keys, feed or path.stem))


def _snapshots(table: pa.Table, keys: list[str], feed: str) -> Iterator[Item]:
    """Slices of rows that share moment and feed, without copying them."""
    code = pc.cast(pc.cast(table["first_seen"], pa.timestamp("s")), pa.int64()).to_numpy()
    parts = table["feed"].to_pylist() if "feed" in keys else [feed] * table.num_rows
    change = [i for i in range(1, len(parts)) if code[i] != code[i - 1] or parts[i] != parts[i - 1]]
    for start, end in pairwise([0, *change, len(parts)]):
        at = datetime.fromtimestamp(int(code[start]), UTC)
        name = f"{parts[start]}_{at:%Y%m%dT%H%M%S}.csv"
        read = partial(_csv, table.slice(start, end - start))
        yield Item(at, ItemKind.DETECTIONS, parts[start], name, read)


def _csv(part: pa.Table) -> bytes:
    """The rows as a file, without columns that are empty here."""
    part = part.drop_columns(["first_seen", *(["feed"] if "feed" in part.column_names else [])])
    full = [name for name in part.column_names if part[name].null_count < part.num_rows]
    sink = pa.BufferOutputStream()
    quotes = pa_csv.WriteOptions(quoting_style="none")
    pa_csv.write_csv(part.select(full), sink, quotes)
    header, _, rows = sink.getvalue().to_pybytes().partition(b"\n")
    return bytes(header.replace(b'"', b"") + b"\n" + rows)


def _by_acquisition(path: Path, timing: Timing, feed: str, now: datetime) -> list[Item]:
    """Pass by pass, in the file's own words; whole where it cannot be cut by lines."""
    body = path.read_bytes()
    try:
        parsed = read_file(path.name, body, ReadOptions(now=int(now.timestamp())))
    except FeedError as error:
        raise RecordingError(f"{path.name}: cannot be read ({error})") from error
    if not parsed.rows.size:
        raise RecordingError(f"{path.name}: no usable row, so no time to play it at")
    lines = body.splitlines(keepends=True)
    header = _header(lines, parsed.rows, parsed.skipped + len(parsed.parts))
    if header is None:
        last = datetime.fromtimestamp(int(parsed.rows["acq_at"].max()), UTC)
        return [Item(last + timing.delay, ItemKind.DETECTIONS, feed, path.name, path.read_bytes)]
    return list(_cut(path, timing, feed, lines[:header], lines, parsed.rows))


def _header(lines: list[bytes], rows: Detections, headers: int) -> int | None:
    """Lines of the header, where one header and one row per line make cutting safe."""
    first = int(rows["line"].min())
    plain = (
        headers == 1
        and rows["line"].max() <= len(lines)
        and np.unique(rows["line"]).size == (rows.size)
    )
    starts_like_text = bool(lines) and lines[0][:1] not in b"{[<PK\x1f" and b"," in lines[0]
    return 1 if plain and first > 1 and starts_like_text else None


def _cut(
    path: Path,
    timing: Timing,
    feed: str,
    header: list[bytes],
    lines: list[bytes],
    rows: Detections,
) -> Iterator[Item]:
    used = set(rows["line"].tolist())
    # Rows that cannot be used are part of the recording too: they come with the first pass.
    odd = [i for i in range(len(header) + 1, len(lines) + 1) if i not in used]
    for number, group in enumerate(passes(rows, timing.pass_gap)):
        wanted = sorted([*group["line"].tolist(), *(odd if number == 0 else [])])
        body = b"".join([*header, *(lines[i - 1] for i in wanted)])
        at = datetime.fromtimestamp(int(group["acq_at"].max()), UTC) + timing.delay
        name = f"{path.stem}_{number:04d}{path.suffix}"
        yield Item(at, ItemKind.DETECTIONS, feed, name, _constant(body))


def passes(rows: Detections, gap: timedelta) -> Iterator[Detections]:
    """Rows of one satellite without a gap in time, in order of time."""
    groups: list[Detections] = []
    for satellite in np.unique(rows["satellite"]):
        mine = rows[rows["satellite"] == satellite]
        mine = mine[np.argsort(mine["acq_at"], kind="stable")]
        breaks: npt.NDArray[np.int64] = np.flatnonzero(
            np.diff(mine["acq_at"]) > gap.total_seconds()
        )
        groups += np.split(mine, breaks + 1)
    yield from sorted(groups, key=lambda group: int(group["acq_at"].max()))


def _constant(body: bytes) -> Callable[[], Content]:
    return lambda: body


def _mtime(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _name_time(path: Path) -> datetime:
    found = NAME_TIME.search(path.name)
    try:
        if found:
            return _moment({key: int(text) for key, text in found.groupdict().items() if text})
        yearday = NAME_YEARDAY.search(path.name)
        if yearday:
            first = datetime(int(yearday["year"]), 1, 1, tzinfo=UTC)
            return first + timedelta(days=int(yearday["yearday"]))
    except ValueError as error:
        raise RecordingError(f"{path.name}: its name holds no real date ({error})") from error
    raise RecordingError(
        f"{path.name}: no date in its name; play it by mtime or by acquisition instead"
    )


def _moment(parts: dict[str, Any]) -> datetime:
    """A day without an hour was public when it was over."""
    day = datetime(parts["year"], parts["month"], parts["day"], tzinfo=UTC)
    if "hour" not in parts:
        return day + timedelta(days=1)
    return day.replace(hour=parts["hour"], minute=parts.get("minute", 0))
