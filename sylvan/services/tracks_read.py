"""Reading a GPX file: the points of its tracks, or of its routes where it has none."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

import numpy as np

from sylvan.domain.codes import Invalid
from sylvan.domain.edge_tracks import Track
from sylvan.services import gdal_child
from sylvan.services.gdal_child import GPX, Found, UnreadableError

FIELD: Final = "file"
MOST_BYTES: Final = 10_000_000
"""Of a file; a week of points at one a second is half of that."""
ROOT, DOCTYPE = b"<gpx", b"<!DOCTYPE"
LOOKED_AT: Final = 4096
"""Bytes at the beginning in which a GPX file has named itself."""
LAYERS: Final = (("track_points", "track"), ("route_points", "route"))


def read_gpx(body: bytes) -> Track:
    """A track with the times of its points, where it has them.

    Raises:
        Invalid: it is too large, no GPX, has no points, or a point has no place; names ``file``.
    """
    if len(body) > MOST_BYTES:
        raise Invalid("edge.gpx_too_large", {"limit": MOST_BYTES // 1_000_000}, FIELD)
    if ROOT not in body[:LOOKED_AT] or DOCTYPE in body:
        raise Invalid("edge.gpx_unreadable", {}, FIELD)
    for layer, name in LAYERS:
        try:
            told = gdal_child.read(
                {"track.gpx": body}, "track.gpx", GPX, layer=layer, datetime_as_string=True
            )
        except UnreadableError:
            raise Invalid("edge.gpx_unreadable", {}, FIELD) from None
        track = _track(told, name)
        if track is not None:
            return track
    raise Invalid("edge.gpx_without_points", {}, FIELD)


def _track(told: Found, name: str) -> Track | None:
    """What GDAL read of a layer, run by run; None if there is nothing."""
    if not told.wkb:
        return None
    column = told.columns
    places = np.array([_place(shape) for shape in told.wkb if shape is not None])
    moments = [_moment(text) for text in column["time"]]
    seg = column.get(f"{name}_seg_id", [0] * len(places))
    runs = np.stack([column[f"{name}_fid"], seg], axis=1)
    cuts = np.flatnonzero((np.diff(runs, axis=0) != 0).any(axis=1)) + 1
    ends = [0, *cuts.tolist(), len(places)]
    pieces = [slice(begin, end) for begin, end in pairwise(ends)]
    return Track(
        tuple(places[piece] for piece in pieces), tuple(tuple(moments[piece]) for piece in pieces)
    )


def _place(wkb: bytes) -> tuple[float, float]:
    """Longitude and latitude of a point as GDAL writes it: byte order, type, two doubles."""
    lon, lat = np.frombuffer(wkb[5:21], "<f8")
    return float(lon), float(lat)


def _moment(text: str | None) -> datetime | None:
    """A time; one without a zone is UTC, as GPX says."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # years 1 and 9999 in some zones
        return None
