"""What anybody may know of a place without an account: fire danger, bans, fires near by.

Nothing is passed through: each field is named here, so that what fires, crews and callers come to
carry one day does not become public by itself. Fires are told once somebody registered them.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np

from sylvan.domain.actors import system
from sylvan.domain.fires import Fire
from sylvan.domain.instants import iso
from sylvan.domain.lifecycle import CLOSED, Status
from sylvan.domain.places import bearings_deg, distances_m
from sylvan.domain.worlds import World
from sylvan.services.base import Base
from sylvan.services.danger import Danger
from sylvan.services.geography import Geography
from sylvan.services.local_danger import danger_days
from sylvan.services.regimes import EVERYWHERE
from sylvan.store import fires, regimes

NEAR_KM: Final = 50.0
"""How far a fire may be and still be told of: smoke is smelt so far, and roads are closed."""
SHOWN_FOR: Final = timedelta(days=5)
UNSAID: Final = frozenset({Status.SIGNAL})
DECIMALS: Final = 2
"""Of degrees: about a kilometre, which is what a neighbour needs and a tracker does not."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Public(Base):
    """Reading for people without an account."""

    geography: Geography
    danger: Danger

    def near(self, world: World, point: Point) -> dict[str, Any]:
        """Danger, regimes and fires at a place (longitude, latitude in degrees)."""
        whole = system(world)
        now = world.now(self.clock())
        with self.engine.connect() as conn:
            today = self.danger.today(conn, whole)
            (address,) = self.geography.region(conn).addresses([point])
            (danger_class,) = danger_days(conn, whole, today).at([point])
            standing = regimes.listed(conn, whole, today)
            burning = fires.current(conn, whole, now - SHOWN_FOR)
        told = address.as_dict()
        here = {EVERYWHERE, (told["municipality"] or {}).get("code")}
        return {
            "at": now,
            "municipality": told["municipality"],
            "danger_class": danger_class or None,
            "regimes": [
                {
                    "kind": one.kind.value,
                    "since": one.since.isoformat(),
                    "until": one.until.isoformat() if one.until else None,
                    "act": one.act,
                }
                for one in standing
                if one.municipality in here
            ],
            "fires": _near(burning, point),
        }


def _near(burning: list[Fire], point: Point) -> list[dict[str, Any]]:
    """Registered fires within 50 km, the nearest first."""
    said = [one for one in burning if one.status not in UNSAID | CLOSED]
    if not said:
        return []
    lons, lats = np.array([one.measured.point for one in said], np.float64).T
    here = np.full_like(lons, point[0]), np.full_like(lats, point[1])
    km = distances_m(*here, lons, lats) / 1000.0
    bearings = bearings_deg(*here, lons, lats)
    found = [
        {
            "number": one.number,
            "status": one.status,
            "distance_km": round(float(away)),
            "bearing_deg": round(float(turn)) % 360,
            "point": [round(value, DECIMALS) for value in one.measured.point],
            "area_ha": round(one.measured.area_ha),
            "last_seen": iso(one.measured.last_seen),
        }
        for one, away, turn in zip(said, km, bearings, strict=True)
        if away <= NEAR_KM
    ]
    return sorted(found, key=lambda one: one["distance_km"])
