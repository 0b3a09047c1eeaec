"""JSON, GeoJSON and JavaScript that wraps them, as people keep hotspots in repositories."""

import re
from collections.abc import Iterator
from typing import Any

from sylvan.feeds import descriptions
from sylvan.feeds.errors import FeedError
from sylvan.feeds.geometries import place_of
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parsed import Reason
from sylvan.feeds.records import RecordFile, Records, parse_json

SCRIPT = re.compile(
    r"\s*(?:export\s+default\s|(?:var|let|const)\s+[\w$]{1,80}\s*=|module\.exports\s*="
    r"|[\w$.]{1,80}\s*=|[\w$.]{1,80}\s*\()\s*(?=[\[{])"
)
"""``var Fires = {``, ``export default [``, ``callback({``."""


def open_json(body: bytes, options: ReadOptions) -> RecordFile:
    """Read records from JSON, GeoJSON or a script around them.

    Raises:
        FeedError: ``file.encoding``, ``file.json``, ``file.json_shape``, ``feed.upstream``.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise FeedError("file.encoding", encoding="?", line=line) from None
    data = parse_json(_unwrapped(text))
    records = Records()
    for number, item in enumerate(_items(data), 1):
        _add(records, number, item)
    return RecordFile(records, options)


def _unwrapped(text: str) -> str:
    match = SCRIPT.match(text)
    if match is None:
        return text
    return " " * match.end() + text[match.end() :].rstrip().rstrip(";").rstrip(")").rstrip()


def _items(data: Any) -> Iterator[Any]:
    if isinstance(data, dict):
        yield from _of_object(data)
    elif isinstance(data, list) and data and isinstance(data[0], list) and _is_table(data):
        names = [str(name) for name in data[0]]
        for row in data[1:]:
            fits = isinstance(row, list) and len(row) == len(names)
            yield dict(zip(names, row, strict=True)) if fits else row
    elif isinstance(data, list):
        yield from _flat(data)
    else:
        raise FeedError("file.json_shape", found=type(data).__name__)


def _is_table(data: list[Any]) -> bool:
    """A list of lists whose first row names the columns."""
    return all(isinstance(name, str) for name in data[0])


def _of_object(data: dict[str, Any]) -> Iterator[Any]:
    if isinstance(data.get("features"), list):
        yield from _flat(data["features"])
    elif data.get("type") == "Feature":
        yield data
    else:
        told = data.get("error") or data.get("message") or data.get("detail")
        if told is not None:
            raise FeedError("feed.upstream", detail=str(told)[:200])
        raise FeedError("file.json_shape", found=", ".join(map(str, data))[:200] or "{}")


def _flat(items: list[Any]) -> Iterator[Any]:
    """Items of a list, and of lists in it (collections glued together)."""
    for item in items:
        if isinstance(item, list):
            yield from item
        else:
            yield item


def _add(records: Records, number: int, item: Any) -> None:
    if not isinstance(item, dict):
        shape = Reason.MISSING_FIELDS if isinstance(item, list) else Reason.NOT_AN_OBJECT
        records.lose(number, shape, item)
        return
    if "geometry" not in item and "properties" not in item:
        records.add(number, item)
        return
    attributes = item.get("properties") or {}
    if not isinstance(attributes, dict):
        records.lose(number, Reason.NOT_AN_OBJECT, attributes)
        return
    if isinstance(attributes.get("description"), str):
        attributes = {**attributes, **descriptions.fields(attributes["description"])}
    try:
        records.add(number, attributes, place_of(item.get("geometry")))
    except ValueError:
        records.lose(number, Reason.BAD_GEOMETRY, item.get("geometry"))
