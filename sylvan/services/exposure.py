"""What fires threaten: told anew whenever fires change, and when a forecast says by when.

Distances and the down-wind sector come in the transaction of a person's change, and right behind
that of a batch: the fires of a pass are on the map before it is known what they threaten. Times to
reach follow as an event of their own. A fault here keeps no data out: the last answer stays, with
its age.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from sylvan.domain.actors import Actor
from sylvan.domain.assets import LAYER
from sylvan.domain.exposure import Exposure, burning, exposures
from sylvan.domain.exposure_rules import ExposureRules
from sylvan.domain.exposure_things import Things
from sylvan.domain.fires import SETTLED, SLEEPING, Fire, activity_of
from sylvan.domain.priority import Facts, Reached, priority
from sylvan.domain.smoke import screening
from sylvan.domain.spread_ensemble import Ensemble, Reach
from sylvan.services.base import Base, world_lock
from sylvan.services.exposure_views import (
    OUTSIDERS,
    Told,
    answer,
    nothing,
    threat,
    within_sight,
)
from sylvan.services.fires import found
from sylvan.services.geography import Geography
from sylvan.services.winds import Winds
from sylvan.store import events, exposure, fires
from sylvan.store.events import Event

log = structlog.get_logger()
AT_ONCE: Final = 500
"""Fires whose pieces are in memory together: some MB each hundred."""


@dataclass(frozen=True, slots=True)
class Exposures(Base):
    """Use-cases about what stands in the fires' way."""

    geography: Geography
    winds: Winds
    rules: ExposureRules

    def follow(self, conn: Connection, actor: Actor, states: Sequence[Fire], now: datetime) -> None:
        """Tell anew what changed fires threaten, in the transaction that changed them."""
        try:
            with conn.begin_nested():
                for start in range(0, len(states), AT_ONCE):
                    self._follow(conn, actor, states[start : start + AT_ONCE], now)
        except (InterfaceError, InternalError, OperationalError):
            raise  # the database can't go on, and neither can the change
        except Exception:
            log.exception("exposure.failed", fires=len(states), world=actor.world.name)

    def catch_up(self, actor: Actor) -> None:
        """Tell of all fires that have changed since it was told last, in a transaction of its own.

        Whoever stores a batch calls it behind; what a process that died left is told with the next.
        """
        try:
            with self.engine.begin() as conn:
                world_lock(conn, actor.world.id)
                now = self.clock()
                since = actor.world.now(now) - SLEEPING
                ids = exposure.overdue(conn, actor, since, SETTLED)
                for start in range(0, len(ids), AT_ONCE):
                    states = fires.many(conn, actor, ids[start : start + AT_ONCE])
                    self._follow(conn, actor, list(states.values()), now)
        except Exception:  # the batch itself is stored, and must not be taken in again
            log.exception("exposure.failed", world=actor.world.name)

    def settle(self, conn: Connection, actor: Actor, states: Sequence[Fire], now: datetime) -> None:
        """Forget what fires threaten that have gone out, in the transaction that found it."""
        at = actor.world.now(now)
        exposure.forget(conn, [one.id for one in states if not _asked_for(one, at)])

    def _follow(
        self, conn: Connection, actor: Actor, states: Sequence[Fire], now: datetime
    ) -> None:
        at = actor.world.now(now)
        burn = [one for one in states if _asked_for(one, at)]
        self.settle(conn, actor, states, now)
        if not burn:
            return
        things = self.geography.region(conn).things
        known = exposure.reach_of(conn, [one.id for one in burn])
        told = [
            self._told(fire, near, things, *_kept(near, things, known.get(fire.id, {})), at)
            for fire, near in zip(burn, self._near(conn, actor, burn, things, at), strict=True)
        ]
        self._write(conn, actor, told, things, "fire.exposure", now)

    def reached(self, conn: Connection, actor: Actor, fire: Fire, ensemble: Ensemble) -> None:
        """A forecast of a fire is there: tell when each thing near it is reached.

        Its wind is looked at anew as well, since a forecast is made when the weather changes.
        """
        now = self.clock()
        at = actor.world.now(now)
        if not _asked_for(fire, at):
            return
        things = self.geography.region(conn).things
        (near,) = self._near(conn, actor, [fire], things, at)
        when = {}
        for one in near.exposed:
            reach = ensemble.time_to_reach(things.all[one.thing].geom)
            if reach.on_ground:
                when[one.thing] = _moments(reach, ensemble.at)
        told = self._told(fire, near, things, when, at, at)
        self._write(conn, actor, [told], things, "fire.reach", now)

    def _near(
        self,
        conn: Connection,
        actor: Actor,
        burn: Sequence[Fire],
        things: Things,
        at: datetime,
    ) -> list[Exposure]:
        winds = self.winds.at(conn, actor, [one.measured.point for one in burn], at)
        asked = [
            burning(one.measured.point, one.measured.edge, wind)
            for one, wind in zip(burn, winds, strict=True)
        ]
        return exposures(asked, things, self.rules)

    def _told(
        self,
        fire: Fire,
        near: Exposure,
        things: Things,
        reached: Mapping[int, Reached],
        forecast_at: datetime | None,
        at: datetime,
    ) -> Told:
        seen = fire.measured
        facts = Facts(
            seen.growth_ha_h, seen.frp_mw, seen.area_ha, seen.likelihood, fire.address.get("zone")
        )
        asked = burning(seen.point, seen.edge, near.wind)
        smoke = screening(
            seen.frp_mw,
            asked,
            things,
            self.rules.smoke,
            self.rules.sector.half_angle_deg,
        )
        order = priority(facts, near.exposed, things, self.rules, reached, at)
        return Told(fire, near, reached, forecast_at, smoke, order)

    def _write(
        self,
        conn: Connection,
        actor: Actor,
        told: Sequence[Told],
        things: Things,
        kind: str,
        now: datetime,
    ) -> None:
        at = actor.world.now(now)
        answers = [answer(one, things, self.rules.version, at) for one in told]
        exposure.write(conn, actor, answers, now)
        events.write(
            conn,
            actor,
            [
                Event(
                    kind,
                    f"exposure:{one.fire_id}",
                    at,
                    one.brief,
                    one.territories,
                    of.fire.measured.point,
                )
                for one, of in zip(answers, told, strict=True)
            ],
        )

    def of_fire(
        self, actor: Actor, fire_id: UUID, moment: datetime | None = None
    ) -> dict[str, Any]:
        """What a fire threatens, now or as it was known at a moment of the world's clock."""
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            body = exposure.of_fire(conn, actor, fire.id, moment)
        return within_sight(body, actor) if body else nothing(fire)

    def threatening(
        self, actor: Actor, *, layer: str | None, code: str | None, kind: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """Which fires threaten a thing, a layer's things, or those of a kind."""
        with self.engine.connect() as conn:
            rows = exposure.threatening(conn, actor, layer=layer, code=code, kind=kind, limit=limit)
            things = self.geography.region(conn).things
        names = {(one.layer, one.code): one for one in things.all} if rows else {}
        told = [threat(row, names) for row in rows]
        if actor.level not in OUTSIDERS:
            return told
        return [one for one in told if one["layer"] != LAYER or one["owner"] == actor.owner]


def _asked_for(fire: Fire, at: datetime) -> bool:
    """Whether a fire can threaten anything: years of archive are not looked at."""
    return activity_of(fire.status, fire.measured.last_seen, at) != "out"


def _kept(
    near: Exposure, things: Things, known: Mapping[tuple[str, str], Any]
) -> tuple[dict[int, Reached], datetime | None]:
    """What the last forecast said, for things that are still near; and when that was."""
    found: dict[int, Reached] = {}
    forecast_at = None
    for one in near.exposed:
        row = known.get((things.all[one.thing].layer, things.all[one.thing].code))
        if row is not None:
            found[one.thing] = Reached(row.p10_at, row.p50_at, row.p90_at, row.probability)
            forecast_at = row.forecast_at
    return found, forecast_at


def _moments(reach: Reach, at: datetime) -> Reached:
    def moment(minutes: float | None) -> datetime | None:
        return None if minutes is None else at + timedelta(minutes=round(minutes))

    p10, p50, p90 = (moment(one) for one in (reach.p10_min, reach.p50_min, reach.p90_min))
    return Reached(p10, p50, p90, reach.probability)
