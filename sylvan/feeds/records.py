"""Records (JSON objects, GeoJSON features, KML placemarks) as a table of text."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from sylvan.feeds import columns
from sylvan.feeds.columns import Header
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parsed import EXCERPT_CHARS, Reason
from sylvan.feeds.raw import Lost, RawTable

SAME_PLACE_DEG = 0.001
"""Geometry and attributes of one feature may differ by rounding (MODIS: three decimals)."""


@dataclass
class Records:
    """Records collected one by one, and those that can't be used."""

    items: list[tuple[int, dict[str, Any], "Place | None"]] = field(default_factory=list)
    # number in the file, attributes, geometry
    lost: list[tuple[int, Reason, str]] = field(default_factory=list)

    def add(self, number: int, attributes: dict[str, Any], place: "Place | None" = None) -> None:
        """A usable record."""
        self.items.append((number, attributes, place))

    def lose(self, number: int, reason: Reason, value: Any) -> None:
        """A record that is none."""
        self.lost.append((number, reason, excerpt(value)))


@dataclass(frozen=True)
class Place:
    """What a geometry tells: a point, and a pixel size where it was a footprint."""

    lon: float
    lat: float
    scan_km: float | None = None
    track_km: float | None = None
    reach_deg: float = SAME_PLACE_DEG
    # how far the attributes may stand from it


def excerpt(value: Any) -> str:
    """A short text of any JSON value."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text[:EXCERPT_CHARS]


def as_text(value: Any) -> str:
    """The text that a value would have had in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - exact
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value)
    return excerpt(value)


class RecordFile:
    """A source of records; a :class:`sylvan.feeds.raw.Source`."""

    def __init__(self, records: Records, options: ReadOptions) -> None:
        self._records = records
        self._table = _table(records, options)

    def tables(self) -> Iterator[RawTable]:
        """The one table."""
        yield self._table


def _table(records: Records, options: ReadOptions) -> RawTable:
    names = list(dict.fromkeys(name for _, item, _ in records.items for name in item))
    lost = _lost(records.lost)
    if not records.items:
        return RawTable("firms", {}, {}, np.zeros(0, np.int32), lost=lost)
    header = columns.resolve(_with_place(names, records, options), options.mapping)
    rows = [one for one in records.items if not _repeats_header(one[1], header)]
    texts = {
        field: [as_text(item.get(header.names[place])) for _, item, _ in rows]
        for field, place in header.index.items()
    }
    nowhere = _locate(texts, [place for _, _, place in rows])
    keep = [i for i in range(len(rows)) if i not in nowhere]
    gone = Lost.of([rows[i][0] for i in nowhere], Reason.NO_GEOMETRY, [""] * len(nowhere))
    return RawTable(
        header.kind,
        {name: pa.array([text[i] for i in keep], pa.string()) for name, text in texts.items()},
        {name: header.name_of(name).strip() for name in texts},
        np.array([rows[i][0] for i in keep], np.int32),
        lost=(*lost, gone),
        skipped=len(records.items) - len(rows),
        constants=header.constants,
    )


def _lost(lost: list[tuple[int, Reason, str]]) -> tuple[Lost, ...]:
    by_reason: dict[Reason, list[tuple[int, str]]] = {}
    for number, reason, value in lost:
        by_reason.setdefault(reason, []).append((number, value))
    return tuple(
        Lost.of([n for n, _ in rows], reason, [v for _, v in rows])
        for reason, rows in by_reason.items()
    )


def _with_place(names: list[str], records: Records, options: ReadOptions) -> Sequence[str]:
    """Geometry stands in for latitude and longitude that the attributes lack."""
    if options.mapping is None and any(place for _, _, place in records.items):
        plain = {columns.normalise(name) for name in names}
        for field in ("lat", "lon"):
            if not plain & set(columns.ALIASES[field]):
                names = [*names, field]
    return names


def _repeats_header(item: dict[str, Any], header: Header) -> bool:
    places = (header.names[header.index[f]] for f in ("lat", "lon") if f in header.index)
    return all(as_text(item.get(name)).lower() == name.strip().lower() for name in places)


def _locate(texts: dict[str, list[str]], places: list[Place | None]) -> list[int]:
    """Fill positions and pixel sizes from geometry; returns the rows that are nowhere."""
    conflict, nowhere = ["0"] * len(places), []
    lats, lons = texts.get("lat", []), texts.get("lon", [])
    for i, place in enumerate(places):
        if place is None:
            if not lats[i] and not lons[i]:
                nowhere.append(i)
            continue
        if not lats[i] and not lons[i]:
            lats[i], lons[i] = repr(place.lat), repr(place.lon)
        elif _apart(lats[i], place.lat, place) or _apart(lons[i], place.lon, place):
            conflict[i] = "1"
        for name, size in (("scan", place.scan_km), ("track", place.track_km)):
            if size is not None:
                column = texts.setdefault(name, [""] * len(places))
                column[i] = column[i] or f"{size:.3f}"
    if "1" in conflict:
        texts["conflict"] = conflict
    return nowhere


def _apart(text: str, value: float, place: Place) -> bool:
    try:
        return abs(float(text) - value) > place.reach_deg
    except ValueError:
        return False


def parse_json(text: str) -> Any:
    """JSON with NaN and Infinity kept as words, so that only their row is lost, not the file."""
    try:
        return json.loads(text, parse_constant=str)
    except RecursionError:
        raise FeedError("file.json", line=1, column=1, detail="too deeply nested") from None
    except json.JSONDecodeError as error:
        detail = "cut off" if error.pos >= len(text.rstrip()) else error.msg
        raise FeedError("file.json", line=error.lineno, column=error.colno, detail=detail) from None
