"""What a request for features asks for: parameters read once, and refused by name where wrong."""

import base64
import binascii
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

import orjson
from fastapi import Request

from sylvan.domain import cql
from sylvan.domain.codes import FieldError, Invalid, invalid
from sylvan.services.features import Box, Paging, Wanted
from sylvan.web.ogc import standards
from sylvan.web.ogc.standards import System

LIMIT: Final = 100
MOST: Final = 10_000
"""Features of one page; who asks for more gets so many."""
COMMON: Final = ("f", "lang", "world")
PAGE: Final = (
    *("bbox", "bbox-crs", "crs", "datetime", "limit", "cursor"),
    *("filter", "filter-lang", "filter-crs"),
)
HALF_TURN, TURN, POLE = 180.0, 360.0, 90.0
_NUMBER: Final = re.compile(r"[+-]?\d{1,9}(\.\d{0,15})?([eE][+-]?\d{1,2})?", re.ASCII)
_LIMIT: Final = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Items:
    """A request for a page of features."""

    wanted: Wanted
    paging: Paging
    system: System
    simple: dict[str, str]


def parameters(request: Request, known: Collection[str]) -> dict[str, str]:
    """The query's parameters.

    Raises:
        Invalid: one is unknown, or given twice; names each.
    """
    told: dict[str, str] = {}
    errors = []
    allowed = ", ".join(known)
    for name, value in request.query_params.multi_items():
        if name not in known:
            params = {"name": name[:80], "known": allowed[:600]}
            errors.append(FieldError(name[:80], "problem.unknown_parameter", params))
        elif name in told:
            errors.append(FieldError(name, "problem.repeated_parameter", {"name": name}))
        told[name] = value
    if errors:
        raise invalid(errors)
    return told


def items(told: Mapping[str, str], queryables: Collection[str]) -> Items:
    """A page of features as its parameters ask for it."""
    language = told.get("filter-lang", cql.TEXT)
    if language not in cql.LANGUAGES:
        raise Invalid("field.choice", {"allowed": ", ".join(cql.LANGUAGES)}, "filter-lang")
    box_system = standards.system(told.get("bbox-crs"), "bbox-crs")
    filter_system = standards.system(told.get("filter-crs"), "filter-crs")
    begin, end = span(told.get("datetime"))
    box = _box(told.get("bbox"), box_system)
    flat = box is not None and not box_system.crs.geographic
    return Items(
        Wanted(
            box=None if flat else box,
            projected=standards.projected(box, box_system.crs) if flat and box else None,
            begin=begin,
            end=end,
            filter=cql.parse(told["filter"], language) if "filter" in told else None,
            filter_crs=filter_system.crs,
        ),
        _paging(told),
        standards.system(told.get("crs"), "crs"),
        {name: told[name] for name in queryables if name in told},
    )


def _box(told: str | None, system: System) -> Box | None:
    """Four numbers, or six with heights; longitudes may run on beyond 180°."""
    if told is None:
        return None
    wrong = Invalid("ogc.bbox", {"value": told[:100]}, "bbox")
    parts = [one.strip() for one in told.split(",")]
    if len(parts) not in (4, 6) or not all(map(_NUMBER.fullmatch, parts)):
        raise wrong
    numbers = [float(one) for one in parts]
    if not all(map(math.isfinite, numbers)):
        raise wrong
    low, high = numbers[:2], numbers[len(parts) // 2 :][:2]
    if system.crs.north_first:
        low, high = low[::-1], high[::-1]
    if low[1] > high[1]:
        raise wrong
    if not system.crs.geographic:
        if low[0] > high[0]:
            raise wrong
        return low[0], low[1], high[0], high[1]
    if low[1] < -POLE or high[1] > POLE or max(abs(low[0]), abs(high[0])) > HALF_TURN + TURN:
        raise wrong
    return _round_the_world(low[0], low[1], high[0], high[1])


def _round_the_world(west: float, south: float, east: float, north: float) -> Box:
    """Longitudes within ±180: a box that runs on beyond the line crosses it."""
    if east - west >= TURN:
        return -HALF_TURN, south, HALF_TURN, north
    return _wrapped(west), south, _wrapped(east), north


def _wrapped(lon: float) -> float:
    return lon if abs(lon) <= HALF_TURN else (lon + HALF_TURN) % TURN - HALF_TURN


def span(told: str | None) -> tuple[datetime | None, datetime | None]:
    """A moment, a day, or from when to when (`..` or nothing: open)."""
    if told is None:
        return None, None
    wrong = Invalid("ogc.datetime", {"value": told[:80]}, "datetime")
    parts = told.split("/")
    if len(parts) > 2 or all(part in ("", "..") for part in parts):  # noqa: PLR2004 - begin and end
        raise wrong
    try:
        begin = _moment(parts[0], first=True)
        end = _moment(parts[-1], first=False)
    except (ValueError, OverflowError):
        raise wrong from None
    if begin is not None and end is not None and begin > end:
        raise wrong
    return begin, end


def _moment(part: str, *, first: bool) -> datetime | None:
    if part in ("", ".."):
        return None
    text = part.upper()
    if "T" not in text:
        day = date.fromisoformat(text)
        return datetime.combine(day, time.min if first else time.max, UTC)
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(part)
    return value.astimezone(UTC)


def _paging(told: Mapping[str, str]) -> Paging:
    text = told.get("limit", str(LIMIT))
    limit = int(text) if _LIMIT.fullmatch(text) else 0
    if not limit:
        raise Invalid("ogc.limit", {"value": text[:40], "limit": MOST}, "limit")
    limit = min(limit, MOST)
    if "cursor" not in told:
        return Paging(limit)
    matched, after = _decoded(told["cursor"])
    return Paging(limit, after, matched)


def cursor(matched: int | None, after: Sequence[str]) -> str:
    """Where the next page begins, opaque to clients."""
    return base64.urlsafe_b64encode(orjson.dumps([matched, *after])).decode().rstrip("=")


def _decoded(told: str) -> tuple[int | None, tuple[str, ...]]:
    refused = Invalid("problem.cursor", {"value": told[:80]}, "cursor")
    try:
        body = orjson.loads(base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)))
    except (ValueError, TypeError, binascii.Error):
        raise refused from None
    match body:
        case [int() | None as matched, str(first), *rest] if all(map(_is_text, rest)):
            return matched, (first, *rest)
    raise refused


def _is_text(value: object) -> bool:
    return isinstance(value, str)
