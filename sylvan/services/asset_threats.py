"""Which fires are near a partner's thing, how far, whereabouts, by when, and why it is told.

Looked at anew for each question, as far as the thing is watched; times come from the fires' last
forecasts, whose age stands beside them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from shapely.geometry.base import BaseGeometry

from sylvan.domain.actors import Actor
from sylvan.domain.assets import LAYER, Asset
from sylvan.domain.codes import Coded, NotFound
from sylvan.domain.exposure import Exposed, burning, exposures
from sylvan.domain.exposure_rules import ExposureRules, ObjectRule, Step
from sylvan.domain.exposure_things import Thing, Things
from sylvan.domain.fires import SLEEPING, Fire, activity_of
from sylvan.domain.instants import iso
from sylvan.domain.sight import Ranges
from sylvan.services.asset_follow import boxes_of
from sylvan.services.base import Base
from sylvan.services.winds import Winds
from sylvan.store import assets, exposure, fires

MOST: Final = 200
HALF_TURN, TURN = 180.0, 360.0
HOUR_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class AssetThreats(Base):
    """Use-cases about what comes near partners' things."""

    winds: Winds
    rules: ExposureRules
    ranges: Ranges

    def of(self, actor: Actor, asset_id: UUID) -> dict[str, Any]:
        """Fires near a thing, the soonest and nearest first."""
        at = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            asset = assets.get(conn, actor, asset_id)
            if asset is None:
                raise NotFound("asset.unknown", {"id": str(asset_id)})
            watch_km = asset.card.watch_km or self.ranges.asset_km
            boxes = boxes_of([asset.card.as_dict() | {"watch_km": watch_km}])
            ids = assets.fires_within(conn, actor, boxes, at - SLEEPING)
            near = [one for one in fires.many(conn, actor, ids).values() if _burns(one, at)]
            middles = [one.measured.point for one in near]
            winds = self.winds.at(conn, actor, middles, at) if near else []
            reached = exposure.reach_of(conn, [one.id for one in near])
        asked = [
            burning(one.measured.point, one.measured.edge, wind)
            for one, wind in zip(near, winds, strict=True)
        ]
        found = exposures(asked, _things(asset), _watching(asset, watch_km, self.rules))
        told = [
            _threat(fire, each, asset, _when(reached.get(fire.id, {}), asset), at)
            for fire, exposed in zip(near, found, strict=True)
            for each in exposed.exposed
        ]
        told.sort(key=lambda one: (one["hours"] is None, one["hours"] or 0.0, one["km"]))
        return {
            "asset": str(asset.id),
            "at": iso(at),
            "watch_km": watch_km,
            "alarm_km": asset.card.alarm_km,
            "threats": told[:MOST],
            "more": max(0, len(told) - MOST),
        }


def _burns(fire: Fire, at: datetime) -> bool:
    return activity_of(fire.status, fire.measured.last_seen, at) != "out"


def _things(asset: Asset) -> Things:
    card = asset.card
    shape: BaseGeometry = card.geom
    return Things([Thing(LAYER, str(asset.id), str(card.kind), card.names, shape)])


def _watching(asset: Asset, watch_km: float, rules: ExposureRules) -> ExposureRules:
    """Rules that look for this one thing as far as it is watched."""
    kind = str(asset.card.kind)
    rule = ObjectRule(kind, (Step(watch_km, 0.0),), 0.0, (), 0.0, ())
    return ExposureRules(rules.version, {kind: rule}, rules.sector)


def _when(rows: Mapping[tuple[str, str], Any], asset: Asset) -> Any:
    return rows.get((LAYER, str(asset.id)))


def _threat(fire: Fire, near: Exposed, asset: Asset, when: Any, at: datetime) -> dict[str, Any]:
    seen, alarm_km = fire.measured, asset.card.alarm_km
    hours = None if when is None or when.p50_at is None else _hours(when.p50_at, at)
    alarm = alarm_km is not None and near.km <= alarm_km
    bearing = near.bearing_deg
    return {
        "fire_id": str(fire.id),
        "number": fire.number,
        "status": fire.status,
        "activity": activity_of(fire.status, seen.last_seen, at),
        "last_seen": iso(seen.last_seen),
        "area_ha": seen.area_ha,
        "likelihood": seen.likelihood,
        "point": list(seen.point),
        "km": near.km,
        "from_deg": None if bearing is None else round((bearing + HALF_TURN) % TURN, 1) % TURN,
        "nearest": list(near.place),
        "downwind": near.downwind,
        "alarm": alarm,
        "hours": hours,
        "forecast_at": None if when is None else iso(when.forecast_at),
        "probability": None if when is None else round(when.probability, 2),
        "reasons": [one.as_dict() for one in _reasons(near, hours, when, alarm_km, alarm=alarm)],
    }


def _hours(moment: datetime, at: datetime) -> float:
    return round(max(0.0, (moment - at).total_seconds() / HOUR_S), 1)


def _reasons(
    near: Exposed, hours: float | None, when: Any, alarm_km: float | None, *, alarm: bool
) -> Sequence[Coded]:
    """Why it is told, the gravest first."""
    found = []
    if near.km == 0:
        found.append(Coded("asset.touched"))
    if alarm:
        found.append(Coded("asset.within_alarm", {"km": near.km, "alarm_km": alarm_km}))
    if hours is not None:
        found.append(Coded("asset.reached_in", {"hours": hours}))
    if near.downwind:
        found.append(Coded("asset.downwind", {"km": near.km}))
    if when is None:
        found.append(Coded("asset.no_forecast"))
    return found or [Coded("asset.within_watch", {"km": near.km})]
