"""The register of permanent heat sources: flares, plants, volcanoes that satellites see as fire.

A source covers detections within its radius, in the months and hours in which it burns. It never
removes a detection: it lowers the likelihood (``domain/screening.py``) and says which one and why.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from sylvan.domain.address import Item
from sylvan.domain.codes import FieldError, Invalid, invalid
from sylvan.domain.detections import Detections
from sylvan.domain.places import earth_xyz

Flags = npt.NDArray[np.bool_]

ALL_MONTHS: Final = frozenset(range(1, 13))
ALL_HOURS: Final = frozenset(range(24))
RADIUS_KM: Final = 1.0
"""Kilometres; a pixel's centre lies up to half a pixel from what burns: 0.2 km VIIRS at nadir,
0.4 at the edge of its swath, 0.5 and more MODIS."""
FARTHEST_KM: Final = 50.0
"""Kilometres; a wider "source" would lower the likelihood of a whole district's fires."""

SAMPLE_CONFIDENCE: Final = 0.5
"""A source of a sample layer is invented: it may not talk a real fire down to "doubtful"."""


class HeatKind(StrEnum):
    """What burns there; the words stand in the catalogues (``heat.…``)."""

    FLARE = "flare"
    PLANT = "plant"
    INDUSTRY = "industry"
    BOILER = "boiler"
    MINE = "mine"
    LANDFILL = "landfill"
    VOLCANO = "volcano"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class HeatSource:
    """One permanent source."""

    id: str
    kind: HeatKind
    lon: float
    lat: float
    radius_km: float = RADIUS_KM
    months: frozenset[int] = ALL_MONTHS
    """UTC months in which it burns."""
    hours: frozenset[int] = ALL_HOURS
    """UTC hours in which it burns."""
    confidence: float = 1.0
    """0…1: how sure the source's source is."""
    source: str = ""
    """Where the entry comes from."""
    names: tuple[tuple[str, str], ...] = ()
    """Language and name."""

    def __post_init__(self) -> None:
        wrong = {
            "radius_km": not 0.0 < self.radius_km <= FARTHEST_KM,
            "confidence": not 0.0 <= self.confidence <= 1.0,
            "months": not self.months or not self.months <= ALL_MONTHS,
            "hours": not self.hours or not self.hours <= ALL_HOURS,
        }
        errors = [FieldError(name, "heat.field", {"id": self.id}) for name in wrong if wrong[name]]
        if errors:
            raise invalid(errors)


def _number(value: Any, default: float) -> float:
    return default if value is None or value == "" else float(value)


def _numbers(value: Any, default: frozenset[int]) -> frozenset[int]:
    """A list of numbers, or a text such as ``5,6,7``; nothing means always."""
    if value is None or value == "":
        return default
    parts: Sequence[Any] = value.split(",") if isinstance(value, str) else value
    return frozenset(int(part) for part in parts)


def from_item(item: Item) -> HeatSource:
    """A source from a feature of a layer of kind ``heat_source``; areas count by their middle.

    Properties, all optional: ``type`` (a :class:`HeatKind`), ``radius_km``, ``months``, ``hours``,
    ``confidence``, ``source``.

    Raises:
        Invalid: a property out of range, by name.
    """
    props: Mapping[str, Any] = item.props
    spot = item.geom.representative_point()
    kind = str(props.get("type") or HeatKind.OTHER).lower()
    try:
        return HeatSource(
            id=item.code,
            kind=HeatKind(kind) if kind in set(HeatKind) else HeatKind.OTHER,
            lon=spot.x,
            lat=spot.y,
            radius_km=_number(props.get("radius_km"), RADIUS_KM),
            months=_numbers(props.get("months"), ALL_MONTHS),
            hours=_numbers(props.get("hours"), ALL_HOURS),
            confidence=_number(props.get("confidence"), SAMPLE_CONFIDENCE if item.sample else 1.0),
            source=str(props.get("source") or ""),
            names=tuple(sorted(item.names.items())),
        )
    except (TypeError, ValueError) as error:
        raise Invalid("heat.field", {"id": item.code}, "props") from error


@dataclass(frozen=True, slots=True)
class Cover:
    """How far a fire's detections are explained by a permanent source."""

    source: HeatSource
    share: float
    """0…1: share of the detections that lie within a source while it burns."""
    distance_km: float
    """Kilometres from the source to the nearest of them."""


def _clock(rows: Detections) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Month 1…12 and hour 0…23, UTC, of each detection."""
    at = rows["acq_at"].astype("datetime64[s]")
    month = at.astype("datetime64[M]").astype(np.int64) % len(ALL_MONTHS) + 1
    hour = at.astype("datetime64[h]").astype(np.int64) % len(ALL_HOURS)
    return month, hour


class HeatRegister:
    """All permanent sources of a region, ready to be asked."""

    def __init__(self, sources: Iterable[HeatSource]) -> None:
        self.sources = tuple(sorted(sources, key=lambda one: (-one.confidence, one.id)))
        lons = np.array([one.lon for one in self.sources], dtype=np.float64)
        lats = np.array([one.lat for one in self.sources], dtype=np.float64)
        self._xyz = earth_xyz(lons, lats)
        self._tree = cKDTree(self._xyz) if self.sources else None
        self._widest = max((one.radius_km for one in self.sources), default=0.0) * 1000.0

    def cover(self, rows: Detections) -> Cover | None:
        """The source that explains most of a fire's detections; ``None`` if none explains any."""
        if self._tree is None or not len(rows):
            return None
        xyz = earth_xyz(np.ascontiguousarray(rows["lon"]), np.ascontiguousarray(rows["lat"]))
        middle = (xyz.min(axis=0) + xyz.max(axis=0)) / 2
        reach = math.sqrt(float(((xyz - middle) ** 2).sum(axis=1).max())) + self._widest
        near = sorted(self._tree.query_ball_point(middle, reach))
        found = [(at, *self._covered(at, xyz, rows)) for at in near]
        hits = [(at, held, away) for at, held, away in found if held.any()]
        if not hits:
            return None
        together = np.logical_or.reduce([held for _, held, _ in hits])
        at, _, away = max(hits, key=lambda hit: (int(hit[1].sum()), -hit[0]))
        return Cover(self.sources[at], float(together.mean()), float(away.min()) / 1000.0)

    def distance_km(self, rows: Detections) -> npt.NDArray[np.float64]:
        """How far each detection is from the nearest source, kilometres; infinite without one."""
        if self._tree is None:
            return np.full(len(rows), np.inf)
        xyz = earth_xyz(np.ascontiguousarray(rows["lon"]), np.ascontiguousarray(rows["lat"]))
        return np.asarray(self._tree.query(xyz)[0] / 1000.0)

    def _covered(
        self, at: int, xyz: npt.NDArray[np.float64], rows: Detections
    ) -> tuple[Flags, npt.NDArray[np.float64]]:
        """Which detections one source explains, and how far each is from it, metres."""
        source = self.sources[at]
        away: npt.NDArray[np.float64] = np.linalg.norm(xyz - self._xyz[at], axis=1)
        month, hour = _clock(rows)
        burning = np.isin(month, list(source.months)) & np.isin(hour, list(source.hours))
        return (away <= source.radius_km * 1000.0) & burning, away
