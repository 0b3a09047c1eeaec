"""What partners and devices tell: one shape for cameras, drones, sensors, walkers and crews.

Senders' clocks go wrong by an hour where a zone was mistaken, and by minutes elsewhere. Within two
hours that is set right and said; beyond, the signal is refused by the field at fault.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sylvan.domain.bearings import ERRORS, Sighting, by_crossing
from sylvan.domain.codes import Coded, FieldError, Invalid, Scalar
from sylvan.domain.instants import iso
from sylvan.domain.places import LonLat, checked, destination
from sylvan.domain.reports import LIMITS, Seen, SourceKind

SKEW: Final = timedelta(hours=2)
"""How wrong a sender's clock may be."""
DRIFT: Final = timedelta(minutes=10)
"""What honest clocks drift by; not worth a word."""
ALONE_KM: Final = 10.0
"""km along a lone bearing at which its smoke is assumed: half of what a camera sees by day.
Engineering prior; the doubt told with it is as large."""
CROSSED_WITHIN: Final = timedelta(minutes=15)
"""Two bearings within this are of one smoke if they cross."""
SAME_KM: Final = 1.0
SAME_WITHIN: Final = timedelta(minutes=30)
"""One sender that tells of one place again within this tells the same."""
ATTACH_KM: Final = 2.0
"""From a fire's edge, beyond the doubt of the place."""
MOST_DOUBT_M: Final = 5_000.0
"""A place known worse is attached to no fire without a person."""
SOURCES: Final[Mapping[str, SourceKind]] = {
    "camera": SourceKind.CAMERA,
    "drone": SourceKind.AIRCRAFT,
    "aircraft": SourceKind.AIRCRAFT,
    "sensor": SourceKind.PARTNER,
    "walker": SourceKind.PARTNER,
    "tower": SourceKind.TOWER,
    "person": SourceKind.PERSON,
    "partner": SourceKind.PARTNER,
}
"""What tells, in the sender's words and in the register's."""


@dataclass(frozen=True, slots=True)
class Timed:
    """When something was seen, by the world's clock, and what was assumed for it."""

    at: datetime
    notes: tuple[Coded, ...] = ()


def timed(observed: datetime | None, sent: datetime | None, now: datetime) -> Timed:
    """A moment by the world's clock.

    Args:
        observed: by the sender's clock; ``None``: just now, whatever that clock shows.
        sent: what that clock showed when the batch was sent; ``None``: nobody knows.
        now: the world's.

    Raises:
        Invalid: ``sent_at`` or ``observed_at``: off by more than two hours, ahead, or too old.
    """
    if observed is None:
        return Timed(now)
    notes: tuple[Coded, ...] = ()
    if sent is not None and abs(sent - now) > DRIFT:
        off = sent - now
        minutes = round(off.total_seconds() / 60)
        if abs(off) > SKEW:
            most = round(SKEW.total_seconds() / 60)
            told: dict[str, Scalar] = {"minutes": minutes, "most": most, "now": iso(now)}
            raise Invalid("signal.clock_off", told, "sent_at")
        observed, notes = observed - off, (Coded("signal.clock_corrected", {"minutes": minutes}),)
    ahead = observed - now
    if ahead > SKEW:
        raise Invalid("field.ahead", {"value": iso(observed), "now": iso(now)}, "observed_at")
    if ahead > DRIFT:
        minutes = round(ahead.total_seconds() / 60)
        return Timed(now, (*notes, Coded("signal.clock_ahead", {"minutes": minutes})))
    if now - observed > LIMITS.oldest:
        raise Invalid("field.too_old", {"days": LIMITS.oldest.days}, "observed_at")
    return Timed(min(observed, now) if ahead > timedelta(0) else observed, notes)


@dataclass(frozen=True, slots=True)
class Placed:
    """A place as reports take it, and what was assumed for it."""

    place: dict[str, Any]
    lone_bearing: dict[str, Any] | None = None
    notes: tuple[Coded, ...] = ()


def lone(place: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The one bearing without a distance, if that is all that is told."""
    bearings = place.get("bearings") or []
    if place.get("method") != "bearing" or len(bearings) != 1:
        return None
    first: Mapping[str, Any] = bearings[0]
    return first if first.get("distance_km") is None else None


def placed(place: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> Placed:
    """A place for a signal; a lone bearing is crossed with another one, or gets a distance.

    Args:
        place: as of a report, or with one bearing without a distance.
        others: lone bearings of the same time, newest first.

    Raises:
        Invalid: naming the field.
    """
    alone = lone(place)
    if alone is None:
        return Placed(dict(place))
    mine = _plain(alone)
    for other in others:
        if _crosses(mine, other):
            crossed = {"method": "cross", "bearings": [mine, dict(other)]}
            return Placed(crossed, mine, (Coded("signal.bearings_crossed"),))
    sight = _sighting(mine)
    point = destination(sight.at, sight.true_bearing, ALONE_KM * 1000.0)
    assumed = {
        "method": "coordinates",
        "point": [round(point.lon, 5), round(point.lat, 5)],
        "accuracy_m": ALONE_KM * 1000.0,
    }
    return Placed(assumed, mine, (Coded("signal.distance_assumed", {"km": ALONE_KM}),))


def _plain(bearing: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("origin", "bearing_deg", "error_deg", "declination_deg", "name")
    told = {name: bearing[name] for name in kept if bearing.get(name) not in (None, "")}
    return told | {"origin": list(told["origin"])}


def _sighting(bearing: Mapping[str, Any]) -> Sighting:
    origin = checked(*bearing["origin"])
    return Sighting(
        LonLat(*origin),
        float(bearing["bearing_deg"]),
        float(bearing.get("error_deg", ERRORS.bearing_deg)),
        float(bearing.get("declination_deg", 0.0)),
    )


def _crosses(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    try:
        by_crossing(_sighting(one), _sighting(other))
    except Invalid:
        return False
    return True


def known_words(kind: str, seen: str) -> list[FieldError]:
    """Faults of the closed lists."""
    errors = []
    if kind not in SOURCES:
        errors.append(FieldError("source", "field.choice", {"allowed": ", ".join(SOURCES)}))
    if seen not in set(Seen):
        errors.append(FieldError("seen", "field.choice", {"allowed": ", ".join(Seen)}))
    return errors
