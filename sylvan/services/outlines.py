"""Fires and crews as other programs' maps take them: for everybody, and for who may see more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sylvan.domain import cot
from sylvan.domain.actors import Actor, system
from sylvan.domain.cap import shapes
from sylvan.domain.cap.values import Ring
from sylvan.domain.cot import How, Marker
from sylvan.domain.fires import Fire
from sylvan.domain.forces.kinds import Mobility
from sylvan.domain.lifecycle import CLOSED, Status
from sylvan.domain.rights import Rights
from sylvan.domain.worlds import World
from sylvan.services.base import Base
from sylvan.services.forces_keeper import Keeper
from sylvan.store import fires, units

SHOWN_FOR: Final = timedelta(days=5)
CREWS: Final = "crews"
"""Group of fields of `alerts/rights.yaml` that hides where crews are."""
DECIMALS: Final = 2
"""Of degrees, in what everybody is told: about a kilometre."""
SIGNALS: Final = frozenset({Status.SIGNAL})


@dataclass(frozen=True, slots=True)
class Outline:
    """A fire as a map draws it."""

    name: str
    status: str
    point: tuple[float, float]
    rings: tuple[Ring, ...]
    area_ha: int
    last_seen: datetime
    places: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outlines(Base):
    """Reading for other programs' maps."""

    keeper: Keeper
    rights: Rights

    def public(self, world: World) -> list[Outline]:
        """Registered fires that are not over, as neighbours are told of them."""
        whole = system(world)
        with self.engine.connect() as conn:
            found = fires.current(conn, whole, world.now(self.clock()) - SHOWN_FOR)
        told = [one for one in found if one.status not in CLOSED | SIGNALS]
        return [_outline(one, DECIMALS) for one in told]

    def full(self, actor: Actor) -> tuple[list[Outline], list[dict[str, Any]]]:
        """Fires and signals within reach, and crews where the role sees them."""
        now = self.clock()
        with self.engine.connect() as conn:
            found = fires.current(conn, actor, actor.world.now(now) - SHOWN_FOR)
            crews = self._crews(conn, actor, now)
        return [_outline(one, 6) for one in found if one.status not in CLOSED], crews

    def markers(self, actor: Actor) -> tuple[list[Marker], datetime]:
        """The same as events of Cursor on Target, and the world's now."""
        now = self.clock()
        at = actor.world.now(now)
        with self.engine.connect() as conn:
            found = fires.current(conn, actor, at - SHOWN_FOR)
            crews = self._crews(conn, actor, now)
        told = [fire_marker(one, at) for one in found if one.status not in CLOSED]
        return [*told, *_markers(crews, at)], at

    def marker_of(self, actor: Actor, fire_id: Any) -> Marker | None:
        """One fire; one that is over is stale at once, so that maps drop it."""
        at = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            one = fires.get(conn, actor, fire_id)
        return None if one is None else fire_marker(one, at)

    def now(self, actor: Actor) -> datetime:
        """The world's time."""
        return actor.world.now(self.clock())

    def crew_markers(self, actor: Actor) -> list[Marker]:
        """Crews alone."""
        now = self.clock()
        with self.engine.connect() as conn:
            return list(_markers(self._crews(conn, actor, now), actor.world.now(now)))

    def _crews(self, conn: Any, actor: Actor, now: datetime) -> list[dict[str, Any]]:
        """Units with a known place; none for a role that crews are hidden from."""
        if CREWS in self.rights.of(actor.role).hidden or not self.rights.may(
            actor.role, "forces_units"
        ):
            return []
        teller = self.keeper.teller(conn, actor, now)
        found = [teller.summary(one, actor) for one in units.listed(conn, actor)]
        return [one for one in found if one["position"] is not None]


def fire_marker(fire: Fire, at: datetime) -> Marker:
    """A fire as an event."""
    m = fire.measured
    over = fire.status in CLOSED
    return Marker(
        cot.uid("fire", fire.id),
        cot.FIRE,
        How.SENSOR,
        m.last_seen,
        at if over else max(at, m.last_seen) + cot.FIRE_HOLDS,
        m.point,
        fire.number or "Sylvan",
        f"{fire.status}; {round(m.area_ha)} ha",
    )


def _markers(crews: Iterable[Mapping[str, Any]], at: datetime) -> Iterable[Marker]:
    for one in crews:
        where = one["position"]
        seen = at if where["at"] is None else datetime.fromisoformat(where["at"])
        tracked = where["source"] == "gnss"
        yield Marker(
            cot.uid("unit", one["id"]),
            cot.CREW.get(Mobility(one["mobility"]), cot.ON_FOOT),
            How.TRACKER if tracked else How.PERSON,
            seen,
            seen + cot.CREW_HOLDS,
            (where["point"][0], where["point"][1]),
            one["code"],
            one["status"],
            where["accuracy_m"],
        )


def _outline(fire: Fire, decimals: int) -> Outline:
    m = fire.measured
    lon, lat = (round(value, decimals) for value in m.point)
    named = (fire.address.get("municipality") or fire.address.get("region") or {}).get("name")
    return Outline(
        fire.number or "",
        fire.status,
        (lon, lat),
        shapes.rings(m.edge) if m.edge is not None else (),
        round(m.area_ha),
        m.last_seen,
        dict(named or {}),
    )
