"""What another system's alert says of a place: where, how well known, and whether it is for us."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from sylvan.domain.cap.values import Alert, Category, Info, MsgType, Spot, Status
from sylvan.domain.codes import Coded
from sylvan.domain.places import distances_m
from sylvan.domain.worlds import WorldKind

WIDEST_KM: Final = 100.0
"""A wider area is a warning for a region, not the place of a fire."""
LEAST_M: Final = 100.0
HEARD: Final = frozenset({MsgType.ALERT, MsgType.UPDATE, MsgType.CANCEL})
MEANT: Final = {
    WorldKind.LIVE: frozenset({Status.ACTUAL}),
    WorldKind.DRILL: frozenset({Status.ACTUAL, Status.EXERCISE, Status.TEST}),
    WorldKind.REPLAY: frozenset({Status.ACTUAL, Status.EXERCISE, Status.TEST}),
}
"""By world, which statuses become a signal: an exercise of others is no fire of ours."""
OLDEST: Final = timedelta(days=29)
"""What still holds began this long ago at most, as far as a report tells it."""
LONGEST: Final = 1500
"""Characters of an alert's text that a report repeats."""


@dataclass(frozen=True, slots=True)
class Where:
    """A middle and how far around it."""

    centre: Spot
    radius_km: float


def useless(alert: Alert, kind: WorldKind, now: datetime) -> Coded | None:
    """Why a message is kept without a signal; ``None`` if it is for us."""
    if alert.msg_type not in HEARD:
        return Coded("cap.noted_type", {"type": alert.msg_type.value})
    if alert.status not in MEANT[kind]:
        return Coded("cap.noted_status", {"status": alert.status.value})
    if alert.msg_type is MsgType.CANCEL:
        return None
    if fire_info(alert) is None:
        return Coded("cap.noted_theme")
    if alert.expires is not None and alert.expires <= now:
        return Coded("cap.noted_over")
    return None


def fire_info(alert: Alert, language: str = "ru") -> Info | None:
    """The block about fire, in this language where there is one."""
    found = [one for one in alert.infos if Category.FIRE in one.categories]
    mine = [one for one in found if (one.language or "en").lower().startswith(language)]
    return next(iter([*mine, *found]), None)


def where(info: Info) -> Where | None:
    """The middle of all areas and the radius that holds them; ``None`` without a shape."""
    spots = [spot for area in info.areas for ring in area.polygons for spot in ring]
    circles = [circle for area in info.areas for circle in area.circles]
    centres = [*spots, *(circle.centre for circle in circles)]
    if not centres:
        return None
    middle = _middle(centres)
    far = [_km(middle, spot) for spot in spots]
    far += [_km(middle, circle.centre) + circle.radius_km for circle in circles]
    return Where(middle, max(far))


def _middle(spots: list[Spot]) -> Spot:
    """The middle of the box around places, across 180° where that is shorter."""
    lats, lons = [spot.lat for spot in spots], [spot.lon for spot in spots]
    if max(lons) - min(lons) > 180.0:  # noqa: PLR2004 - half a turn
        lons = [lon % 360.0 for lon in lons]
    lon = (max(lons) + min(lons)) / 2.0
    return Spot((max(lats) + min(lats)) / 2.0, (lon + 180.0) % 360.0 - 180.0)


def _km(one: Spot, other: Spot) -> float:
    lons, lats = np.array([[one.lon, other.lon], [one.lat, other.lat]], np.float64)
    away = distances_m(lons[:1].copy(), lats[:1].copy(), lons[1:].copy(), lats[1:].copy())
    return float(away[0]) / 1000.0


def report_of(alert: Alert, info: Info, place: Where, now: datetime, text: str) -> dict[str, Any]:
    """The report that an alert becomes, as the door for reports takes it."""
    observed = max(min(info.onset or alert.sent, alert.sent, now), now - OLDEST)
    return {
        "place": {
            "method": "coordinates",
            "point": [place.centre.lon, place.centre.lat],
            "accuracy_m": max(math.ceil(place.radius_km * 1000.0), LEAST_M),
            "cap": {
                "sender": alert.sender,
                "identifier": alert.identifier,
                "sent": alert.as_reference.sent,
                "urgency": info.urgency.value,
                "severity": info.severity.value,
                "certainty": info.certainty.value,
            },
        },
        "source_kind": "partner",
        "seen": "other",
        "observed_at": observed,
        "text": text[:LONGEST],
    }
