"""How a file is to be read: what the caller declares and the limits that protect the reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from sylvan.feeds.errors import FeedError

DateOrder = Literal["dmy", "mdy"]

MAPPABLE = (
    "lat", "lon", "time", "date", "satellite", "instrument", "scan", "track", "frp", "bright",
    "bright_long", "confidence", "version", "daynight", "type",
)  # fmt: skip
"""Fields that a declared mapping may name; ``time`` alone holds date and time together."""

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Caps against broken and hostile bodies."""

    body_bytes: int = 64 * MIB
    # bytes, before unpacking; a global day of one VIIRS is about 10 MB
    line_bytes: int = 4096
    # bytes a text line; the widest real header seen has 1,100
    unpacked_bytes: int = 200 * 1_000_000
    # bytes, all members of an archive together
    ratio: int = 100
    # unpacked to packed size; CSV compresses 5–10 times
    ratio_from_bytes: int = MIB
    # bytes; smaller members may repeat themselves as they like
    members: int = 100
    # files in one archive; a FIRMS archive request has at most a dozen
    segments: int = 64
    # header changes inside one file, before it is called rubbish


FILE_LIMITS = Limits(body_bytes=2048 * MIB)
"""For files that an operator hands in: a plain season is larger than any feed's answer."""


@dataclass(frozen=True)
class ColumnMap:
    """A declared mapping of a plain table's columns to our fields."""

    columns: Mapping[str, str]
    # our field → the table's column
    constants: Mapping[str, str] = field(default_factory=dict)
    # our field → one value for all rows

    def __post_init__(self) -> None:
        given = {**self.columns, **self.constants}
        unknown = sorted(set(given) - set(MAPPABLE))
        if unknown:
            raise FeedError("file.map_field", field=unknown[0], known=", ".join(MAPPABLE))
        for needed in ("lat", "lon", "time"):
            if needed not in given:
                raise FeedError("file.map_missing", field=needed)

    @classmethod
    def parse(cls, text: str) -> "ColumnMap":
        """``lat=Y,lon=X,time=seen_at,satellite=:N20``; a value after a colon is a constant."""
        columns: dict[str, str] = {}
        constants: dict[str, str] = {}
        for part in text.split(","):
            key, equals, value = part.partition("=")
            if not equals or not value.strip():
                raise FeedError("file.map_syntax", value=part.strip())
            name = value.strip()
            target = constants if name.startswith(":") else columns
            target[key.strip().lower()] = name.removeprefix(":")
        return cls(columns, constants)

    @classmethod
    def from_yaml(cls, text: str) -> "ColumnMap":
        """The same from YAML: ``columns: {lat: Y, …}``, ``constants: {satellite: N20}``."""
        try:
            data: Any = yaml.safe_load(text)
            columns = {str(k).lower(): str(v) for k, v in data["columns"].items()}
            constants = {str(k).lower(): str(v) for k, v in data.get("constants", {}).items()}
        except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise FeedError("file.map_yaml", detail=str(error).splitlines()[0]) from error
        return cls(columns, constants)


@dataclass(frozen=True)
class ReadOptions:
    """Everything about a reading that doesn't stand in the file itself."""

    now: int
    # seconds since 1970 UTC on the world's clock: rows after it are in the future
    limits: Limits = FILE_LIMITS
    mapping: ColumnMap | None = None
    date_order: DateOrder | None = None
    # how 1/08/2019 is meant where the file gives no evidence
    utc_offset_s: int = 0
    # s, of times without a zone; satellites speak UTC
    bbox: tuple[float, float, float, float] | None = None
    # west, south, east, north in degrees, as asked from the feed; west > east crosses 180°
    future_s: int = 600
    # s, tolerated clock difference (notes: rows > 10 min ahead are quarantined)
