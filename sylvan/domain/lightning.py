"""Lightning strokes, and how well each of them explains where and when a fire was first seen.

A stroke that lit a fire struck close to it and hours, now and then days, before anybody saw it.
The weight is a product of three shares, each 1 at its best; it ranks candidates and is no
probability, since what people light leaves no stroke.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from sylvan.domain.places import Floats, earth_xyz
from sylvan.domain.surroundings import Stroke

HOUR_S: Final = 3_600.0
DAY_H: Final = 24.0

STROKE: Final = np.dtype(
    [
        ("at", "f8"),  # epoch seconds
        ("lon", "f8"),
        ("lat", "f8"),  # degrees, WGS 84
        ("peak_ka", "f4"),  # signed peak current, kA; NaN if unknown
        ("accuracy_km", "f4"),  # the network's error of the place, km; NaN if unknown
        ("kind", "i1"),  # Kind
    ]
)
"""A batch of strokes."""

Strokes = npt.NDArray[np.void]
Flags = npt.NDArray[np.bool_]


class Kind(IntEnum):
    """Where a stroke ends. Codes are stored; never renumber."""

    UNKNOWN = 0
    CG = 1  # cloud to ground
    IC = 2  # inside a cloud: lights nothing


@dataclass(frozen=True, slots=True)
class CauseParameters:
    """When a stroke is a candidate, and how much it weighs."""

    version: str = "cause-1"
    reach_km: float = 10.0
    # km; Larjavaara, Pennanen, Tuomi 2005 (Agric. For. Meteorol. 132) link strokes within 10 km
    holdover_h: float = 240.0
    # h; a fire may smoulder ten days before it is seen
    scale_km: float = 0.56
    near_power: float = 1.6
    # weight (1 + (d/scale)²)^−power; its distances have median 0.8, upper quartile 1.6 and 95 %
    # within 6 km, as found for 905 fires: Schultz et al. 2019 (Fire 2:18): 0.83, 1.6, 5.9 km
    scale_h: float = 24.0
    soon_power: float = 2.0
    # weight (1 + h/scale)^−power: half of the fires within a day, three of four within three, nine
    # of ten within ten; Schultz et al. 2019 report 52–60 % on the day, 81–88 % in two weeks
    negative: float = 0.5
    # weight of a negative stroke against a positive one: all positive but a fifth of the negative
    # ones have a continuing current (Latham, Schlieter 1989), yet both light alike in Finland
    # (Larjavaara et al. 2005); between 0.2 and 1
    accuracy_km: float = 1.0
    # km; where the network gives none
    most: int = 10
    # candidates told


PARAMETERS: Final = CauseParameters()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stroke that may have lit the fire."""

    at: float
    """Epoch seconds."""
    point: tuple[float, float]
    distance_km: float
    """From the nearest of the fire's first detections."""
    hours_before: float
    """Before it was first seen."""
    peak_ka: float | None
    weight: float
    """0…1."""

    @property
    def stroke(self) -> Stroke:
        """What screening needs of it."""
        return Stroke(self.distance_km, self.hours_before)


def weights(
    km: Floats, hours: Floats, strokes: Strokes, params: CauseParameters = PARAMETERS
) -> Floats:
    """Weights of strokes at these distances and times before; 0 where one is no candidate.

    Args:
        km: n distances.
        hours: n times before the fire was seen, h; negative after.
        strokes: n strokes.
        params: distances, times and their sources.
    """
    error = np.where(np.isnan(strokes["accuracy_km"]), params.accuracy_km, strokes["accuracy_km"])
    scale2 = params.scale_km**2 + error.astype(np.float64) ** 2
    near = (1.0 + km**2 / scale2) ** -params.near_power
    soon = (1.0 + np.maximum(hours, 0.0) / params.scale_h) ** -params.soon_power
    sign = np.where(strokes["peak_ka"] < 0, params.negative, 1.0)
    may = (
        (km <= params.reach_km)
        & (hours >= 0.0)
        & (hours <= params.holdover_h)
        & (strokes["kind"] != Kind.IC)
    )
    found: Floats = np.where(may, near * soon * sign, 0.0)
    return found


@dataclass(frozen=True, slots=True)
class Origin:
    """Where and when a fire was first seen."""

    lon: Floats
    lat: Floats
    """Its first detections, or the place of a report."""
    at: float
    """Epoch seconds."""


def candidates(
    origins: Sequence[Origin], strokes: Strokes, params: CauseParameters = PARAMETERS
) -> list[list[Candidate]]:
    """For each fire its candidates, the weightiest first; all fires at once."""
    found: list[list[Candidate]] = [[] for _ in origins]
    if not len(strokes) or not origins:
        return found
    owner = np.repeat(np.arange(len(origins)), [len(one.lon) for one in origins])
    lon, lat = (np.concatenate([getattr(one, name) for one in origins]) for name in ("lon", "lat"))
    seen = np.array([one.at for one in origins])
    places = earth_xyz(lon, lat)
    tree = cKDTree(earth_xyz(*(np.ascontiguousarray(strokes[name]) for name in ("lon", "lat"))))
    near = tree.query_ball_point(places, params.reach_km * 1e3)
    counts = np.fromiter((len(one) for one in near), np.int64, len(near))
    which = np.fromiter((at for one in near for at in one), np.int64, counts.sum())
    point = np.repeat(np.arange(len(near)), counts)
    km = np.linalg.norm(places[point] - tree.data[which], axis=1) / 1e3
    return _ranked(found, owner[point], which, km, (seen, strokes), params)


def _ranked(
    found: list[list[Candidate]],
    fire: npt.NDArray[np.int64],
    which: npt.NDArray[np.int64],
    km: Floats,
    known: tuple[Floats, Strokes],
    params: CauseParameters,
) -> list[list[Candidate]]:
    """Pairs of fire and stroke, the nearest detection of each, by weight."""
    seen, strokes = known
    order = np.lexsort((km, which, fire))
    fire, which, km = fire[order], which[order], km[order]
    first = np.concatenate(([True], (np.diff(fire) != 0) | (np.diff(which) != 0)))[: len(fire)]
    fire, which, km = fire[first], which[first], km[first]
    hours = (seen[fire] - strokes["at"][which]) / HOUR_S
    weight = weights(km, hours, strokes[which], params)
    for at in np.lexsort((strokes["lat"][which], strokes["at"][which], -weight)):
        mine = found[fire[at]]
        if weight[at] > 0.0 and len(mine) < params.most:
            mine.append(_candidate(strokes[which[at]], km[at], hours[at], weight[at]))
    return found


def _candidate(stroke: Any, km: float, hours: float, weight: float) -> Candidate:
    peak = float(stroke["peak_ka"])
    return Candidate(
        at=float(stroke["at"]),
        point=(float(stroke["lon"]), float(stroke["lat"])),
        distance_km=round(float(km), 2),
        hours_before=round(float(hours), 2),
        peak_ka=None if np.isnan(peak) else round(peak, 1),
        weight=round(float(weight), 4),
    )


def empty(n: int = 0) -> Strokes:
    """``n`` strokes of which nothing but place and time is known."""
    made = np.zeros(n, STROKE)
    made["peak_ka"] = made["accuracy_km"] = np.nan
    return made


def keys(strokes: Strokes) -> npt.NDArray[np.int64]:
    """What makes two deliveries of one stroke the same: millisecond and place to 1e-4°."""
    milli = np.rint(strokes["at"] * 1e3).astype(np.int64).view(np.uint64)
    lon = np.rint((strokes["lon"] + 180.0) * 1e4).astype(np.uint64)
    lat = np.rint((strokes["lat"] + 90.0) * 1e4).astype(np.uint64)
    mixed = milli * np.uint64(0x9E3779B97F4A7C15) ^ lon * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= lat * np.uint64(0x165667B19E3779F9)
    mixed ^= mixed >> np.uint64(29)
    return (mixed * np.uint64(0xBF58476D1CE4E5B9)).view(np.int64)
