"""The one way in which bases and units are written: remarks, territories, rows, events.

Whoever changes the register goes through here, so that a card, its remarks and what is told of it
never part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.forces import checks
from sylvan.domain.forces.register import Station, Unit
from sylvan.domain.forces.rules import ForceRules
from sylvan.services.forces_views import Teller, station_as_dict
from sylvan.services.geography import OUTSIDE_MARGIN_KM, Geography, Region
from sylvan.store import events, stations, units
from sylvan.store.events import Event


@dataclass(frozen=True, slots=True)
class Keeper:
    """Writes the register and tells of it."""

    geography: Geography
    rules: ForceRules

    def teller(self, conn: Connection, actor: Actor, now: datetime) -> Teller:
        """Tells units as of now."""
        found = stations.listed(conn, actor, retired=True)
        homes = {one.card.code: one.card.point for one in found}
        return Teller(self.rules, homes, actor.world.now(now))

    def picture(self, conn: Connection, actor: Actor, now: datetime) -> dict[str, Any]:
        """Bases and units as the map starts from them."""
        teller = self.teller(conn, actor, now)
        return {
            "stations": [station_as_dict(one, actor) for one in stations.listed(conn, actor)],
            "units": [teller.summary(one, actor) for one in units.listed(conn, actor)],
        }

    def keep_stations(
        self, conn: Connection, actor: Actor, changed: Sequence[Station], now: datetime
    ) -> list[Station]:
        """Store bases with what looks wrong about them, and tell of each."""
        if not changed:
            return []
        placed = self._placed(self.geography.region(conn), changed)
        stations.save(conn, actor, placed, now)
        at = actor.world.now(now)
        told = [
            Event(
                "station.changed",
                str(one.id),
                at,
                station_as_dict(one, actor),
                one.territories,
                one.card.point,
            )
            for one in placed
        ]
        events.write(conn, actor, told)
        return placed

    def keep_units(
        self, conn: Connection, actor: Actor, changed: Sequence[Unit], now: datetime
    ) -> list[Unit]:
        """Store units with what is assumed of them, and tell of each."""
        if not changed:
            return []
        homes = stations.of_codes(conn, actor, sorted({one.card.station for one in changed}))
        ready = [self._ready(one, homes) for one in changed]
        units.save(conn, actor, ready, now)
        teller = self.teller(conn, actor, now)
        told = []
        for one in ready:
            where = teller.where(one)
            body = teller.summary(one, actor)
            spot = where.point if where else None
            told.append(Event("unit.changed", str(one.id), teller.at, body, one.territories, spot))
        events.write(conn, actor, told)
        return ready

    def _placed(self, region: Region, changed: Sequence[Station]) -> list[Station]:
        lon, lat = np.array([one.card.point for one in changed], np.float64).T.copy()
        inside = region.index.inside(lon, lat, OUTSIDE_MARGIN_KM).tolist()
        addresses = region.addresses([one.card.point for one in changed])
        return [
            replace(
                one,
                territories=address.territories,
                remarks=checks.station_remarks(
                    inside=near, in_water=_in_water(region, one.card.point)
                ),
            )
            for one, near, address in zip(changed, inside, addresses, strict=True)
        ]

    def _ready(self, unit: Unit, homes: Mapping[str, Station]) -> Unit:
        home = homes.get(unit.card.station)
        territories = home.territories if home else unit.territories
        remarks = checks.unit_remarks(unit.card, self.rules)
        return replace(unit, territories=territories, remarks=remarks)


def _in_water(region: Region, place: tuple[float, float]) -> bool:
    lakes = region.ruler.lakes
    if lakes is None:
        return False
    near = lakes.near(*(np.array([axis], np.float64) for axis in place))
    return bool(shapely.intersects_xy(near, *place).any()) if near else False
