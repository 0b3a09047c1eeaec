"""Which detections of a fire people point at: one by one, or with a polygon drawn on the map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import Polygon

from sylvan.domain.codes import Invalid, Scalar
from sylvan.domain.surgery import PIXEL, Mask, Rows, among

Places = npt.NDArray[np.float64]
"""Positions of a ring: longitude, latitude."""
FULL_TURN, HALF_TURN, POLE = 360.0, 180.0, 90.0  # degrees
LEAST_POSITIONS: Final = 4
"""Of a ring: three corners, and the first one again (RFC 7946)."""
KEYS: Final = 2**63
"""Identity keys are smaller than that, either way."""
BY_LIST, BY_POLYGON = "detections", "within"


@dataclass(frozen=True, slots=True)
class Choice:
    """What people point at: either a list or a polygon."""

    detections: tuple[tuple[int, int], ...] | None = None
    """(acquired, seconds since 1970; key) of each."""
    within: Mapping[str, Any] | None = None
    """RFC 7946 polygon; it may cross 180° in either way of writing (179 → −179, 179 → 181)."""

    @property
    def field(self) -> str:
        """The field that was filled in."""
        return BY_LIST if self.detections is not None else BY_POLYGON

    def as_dict(self) -> dict[str, Any]:
        """The JSON form, for telling requests apart."""
        pairs = None if self.detections is None else sorted(map(list, self.detections))
        return {BY_LIST: pairs, BY_POLYGON: self.within}


def chosen(rows: Rows, false: Rows, choice: Choice) -> Mask:
    """Which of a fire's detections are meant.

    Args:
        rows: the fire's detections that count (``lon``, ``lat``, ``acq_at``, ``key``).
        false: its detections that people marked false (time and key).
        choice: what people point at.

    Raises:
        Invalid: both or neither way was used, something is not of this fire or marked false,
            the polygon is none, or nothing lies in it; names the field.
    """
    if (choice.detections is None) == (choice.within is None):
        raise Invalid("surgery.choose_one_way", {}, BY_LIST)
    if choice.within is not None:
        mask = inside(rows["lon"], rows["lat"], choice.within)
    else:
        mask = _listed(rows, false, choice.detections or ())
    if not mask.any():
        raise Invalid("surgery.nothing_selected", {}, choice.field)
    return mask


def _listed(rows: Rows, false: Rows, wanted: Sequence[tuple[int, int]]) -> Mask:
    strange = [key for _, key in wanted if abs(key) >= KEYS]
    if strange:
        raise _not_meant("unknown", strange)
    pixels = np.array(list(dict.fromkeys(wanted)), PIXEL)
    marked = among(pixels, false)
    if marked.any():
        raise _not_meant("false", pixels["key"][marked].tolist())
    unknown = ~among(pixels, rows)
    if unknown.any():
        raise _not_meant("unknown", pixels["key"][unknown].tolist())
    return among(rows, pixels)


def _not_meant(why: str, keys: Sequence[int]) -> Invalid:
    params: dict[str, Scalar] = {"count": len(keys), "key": str(keys[0])}
    return Invalid(f"surgery.detection_{why}", params, BY_LIST)


def inside(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], polygon: Mapping[str, Any]
) -> Mask:
    """Which points lie in a polygon or on its border, also across 180°.

    Raises:
        Invalid: it is no polygon on the Earth; names ``within``.
    """
    shape = _shape(polygon)
    shapely.prepare(shape)
    hit: Mask = np.zeros(len(lon), bool)
    for turn in (-FULL_TURN, 0.0, FULL_TURN):
        hit |= shapely.intersects_xy(shape, lon + turn, lat)
    return hit


def _refused(why: str) -> Invalid:
    return Invalid(f"surgery.polygon.{why}", {}, BY_POLYGON)


def _shape(polygon: Mapping[str, Any]) -> Polygon:
    rings = polygon.get("coordinates")
    if polygon.get("type") != "Polygon" or not isinstance(rings, (list, tuple)) or not rings:
        raise _refused("type")
    first, *holes = [_unrolled(_ring(ring)) for ring in rings]
    shape = Polygon(first, [_beside(hole, first) for hole in holes])
    if not shape.is_valid or shape.area == 0:
        raise _refused("crosses_itself")
    if shape.bounds[2] - shape.bounds[0] > HALF_TURN:
        raise _refused("too_wide")
    return shape


def _ring(ring: Any) -> Places:
    try:
        places = np.array([[float(place[0]), float(place[1])] for place in ring], np.float64)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        raise _refused("positions") from None
    if len(places) < LEAST_POSITIONS or (places[0] != places[-1]).any():
        raise _refused("not_closed")
    within = (np.abs(places[:, 0]) <= FULL_TURN) & (np.abs(places[:, 1]) <= POLE)
    if not within.all():  # neither is NaN
        raise _refused("positions")
    return places


def _unrolled(ring: Places) -> Places:
    """The ring with longitudes that run on over 180° instead of jumping to the other side."""
    turn, turns = 0.0, [0.0]
    for west, east in pairwise(ring[:, 0].tolist()):
        step = east - west
        turn -= FULL_TURN * round(step / FULL_TURN) if abs(step) > HALF_TURN else 0.0
        turns.append(turn)
    if turns[-1] != 0.0:
        raise _refused("round_the_pole")
    unrolled: Places = ring + np.column_stack([turns, np.zeros(len(ring))])
    return unrolled


def _beside(hole: Places, outer: Places) -> Places:
    """A hole on the same side of 180° as the ring around it."""
    off = float(outer[:, 0].mean() - hole[:, 0].mean())
    beside: Places = hole + np.array([FULL_TURN * round(off / FULL_TURN), 0.0])
    return beside
