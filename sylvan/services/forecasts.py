"""Forecasts of spread: for every fire that burns without being asked, for any place on demand.

A forecast is read for, computed and written in three steps, so that no transaction is open while a
helper computes; what the fire has become in the meantime is looked at before it is written.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from time import monotonic
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Invalid, Scalar
from sylvan.domain.fires import SETTLED, Fire
from sylvan.domain.forecasting import NOTHING_BURNS, Answer
from sylvan.domain.instants import iso
from sylvan.domain.screening import DOUBTFUL
from sylvan.domain.spread import DEFAULT as RUN
from sylvan.domain.spread_ensemble import Ensemble
from sylvan.services import forecasts_views as views
from sylvan.services.base import Base, leading, whole_again
from sylvan.services.faults import RETRY_S, Unavailable
from sylvan.services.fires import found
from sylvan.services.forecasting import Forecasters
from sylvan.services.forecasts_ask import Asker
from sylvan.services.helpers import Unanswered
from sylvan.services.terrain import Terrain
from sylvan.store import events, fires, forecasts
from sylvan.store.events import Event
from sylvan.store.forecasts import Basis, Kept, Wish
from sylvan.store.leading import Post

log = structlog.get_logger()
EVENT: Final = "fire.forecast"
REFRESH: Final = timedelta(hours=3)
"""Of the world's time: the weather of the hours ahead has changed by then."""
HURRIED_S: Final = 600.0
"""Real seconds between two forecasts of an unchanged fire in a replay, whose hours are short."""
AGAIN_S: Final = 600.0
"""Real seconds for which a fire is left alone that no forecast came of."""
BACK_H, AHEAD_H = 24, 48
"""Hours before and after now at which a forecast for a place may begin."""
PATIENCE_S: Final = 120.0
"""Real seconds for which somebody waits for a forecast of a place: a few on an idle machine, but
helpers take what others leave."""
WAITING: Final = 2
"""Forecasts for places at a time; more would keep every one of them waiting."""
OnForecast = Callable[[Connection, Actor, Fire, Ensemble], None]
"""Hears of each ensemble, in the transaction that writes its forecast."""


@dataclass(frozen=True, slots=True)
class Forecasts(Base):
    """Use-cases of forecasts."""

    asker: Asker
    forecasters: Forecasters
    terrain: Terrain
    on_forecast: OnForecast | None = None
    failed: dict[UUID, float] = field(default_factory=dict)
    """When no forecast came of a fire, by the monotonic clock."""
    doors: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(WAITING))

    def leading(self) -> AbstractContextManager[bool]:
        """Whether this process alone makes forecasts while the block runs."""
        return leading(self.engine, Post.FORECASTS)

    def next_ones(self, actor: Actor) -> list[UUID]:
        """Make the forecasts that are needed most, one for each helper; their fires.

        In a replay one at a time: nobody's house stands in it.
        """
        at_once = self.forecasters.at_once if actor.world.clock.is_real else 1
        with self.engine.connect() as conn:
            wanted = forecasts.due(conn, actor, self._wish(actor), at_once)
        with ThreadPoolExecutor(at_once) as threads:  # they wait for helpers
            list(threads.map(lambda fire_id: self._tried(actor, fire_id), wanted))
        return wanted

    def _tried(self, actor: Actor, fire_id: UUID) -> None:
        try:
            self.make(actor, fire_id)
        except Exception:  # one fire's fault must not end the round for the others
            self.failed[fire_id] = monotonic()
            log.exception("forecast.failed", fire=str(fire_id))

    def make(self, actor: Actor, fire_id: UUID) -> UUID | None:
        """Forecast one fire now; the forecast's id, or nothing where none came of it."""
        now = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            question = self.asker.about_fire(conn, actor, fire, now)
        try:
            answer = self.forecasters.answer(question, self.terrain.file())
        except Unanswered as why:
            self.failed[fire.id] = monotonic()
            log.warning("forecast.unanswered", fire=str(fire.id), why=why.code)
            return None
        self.failed.pop(fire.id, None)
        return self._write(actor, fire, answer)

    def of_fire(self, actor: Actor, fire_id: UUID, at: datetime | None = None) -> dict[str, Any]:
        """The newest forecast of a fire, or the one that was known at a moment; or that none is."""
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            one = forecasts.of_fire(conn, actor, fire.id, at)
            if one is None:
                return views.NONE_YET
            shapes = forecasts.contours_of(conn, one.id)
        return views.collection(one, actor.world.name, shapes)

    def all_at(
        self, actor: Actor, hour: int, bbox: tuple[float, float, float, float] | None = None
    ) -> list[dict[str, Any]]:
        """Contours of one hour of the newest forecasts of all fires that burn."""
        with self.engine.connect() as conn:
            rows = forecasts.contours_at(conn, actor, hour, bbox)
        return [views.contour(fire_id, at, shape) for fire_id, at, shape in rows]

    def at_place(
        self, actor: Actor, point: tuple[float, float], start: datetime | None, hours: int
    ) -> dict[str, Any]:
        """A forecast for a fire that would begin at a place; it is kept nowhere."""
        now = actor.world.now(self.clock())
        begin = start or now
        if not timedelta(hours=-BACK_H) <= begin - now <= timedelta(hours=AHEAD_H):
            value = iso(begin)
            told: dict[str, Scalar] = {"value": value, "back_h": BACK_H, "ahead_h": AHEAD_H}
            raise Invalid("forecast.start_range", told, "start")
        if not self.doors.acquire(blocking=False):
            raise Unavailable("forecast.busy", {"retry_s": RETRY_S})
        try:
            with self.engine.connect() as conn:
                question = self.asker.about_place(conn, actor, point, begin, hours)
            answer = self.forecasters.answer(question, self.terrain.file(), PATIENCE_S)
        except Unanswered as why:
            raise Unavailable(why.code, {"retry_s": RETRY_S}) from None
        finally:
            self.doors.release()
        if any(reason.code == NOTHING_BURNS for reason in answer.reasons):
            raise Invalid(NOTHING_BURNS, {}, "point")
        return views.of_place(answer, point, actor.world.name, self.asker.params)

    def _wish(self, actor: Actor) -> Wish:
        since = monotonic() - AGAIN_S
        left_alone = [fire_id for fire_id, at in self.failed.items() if at > since]
        refresh = max(REFRESH, timedelta(seconds=HURRIED_S * actor.world.clock.rate))
        return Wish(actor.world.now(self.clock()), refresh, DOUBTFUL, left_alone)

    @whole_again
    def _write(self, actor: Actor, fire: Fire, answer: Answer) -> UUID | None:
        """Keep a forecast and tell of it, if the fire is still one that burns."""
        with self.engine.begin() as conn:
            known = fires.get(conn, actor, fire.id, lock=True)
            if known is None or known.merged_into is not None or known.status in SETTLED:
                return None
            now = self.clock()
            one = _kept(fire, known.territories, answer, self.asker.params.version)
            forecasts.add(conn, actor, one, views.shapes_of(answer), RUN.horizons_h, now)
            body = views.small(one, actor.world.name)
            told = Event(EVENT, str(fire.id), one.at, body, known.territories, known.measured.point)
            events.write(conn, actor, [told])
            self._tell(conn, actor, fire, answer.ensemble)
        log.info(
            "forecast.made",
            fire=str(fire.id),
            world=actor.world.name,
            reasons=[reason.code for reason in one.reasons],
        )
        return one.id

    def _tell(self, conn: Connection, actor: Actor, fire: Fire, ensemble: Ensemble) -> None:
        """Let others make something of the ensemble; their fault costs no forecast."""
        if self.on_forecast is None:
            return
        try:
            with conn.begin_nested():
                self.on_forecast(conn, actor, fire, ensemble)
        except Exception:  # what follows from a forecast must not undo it
            log.exception("forecast.listener_failed", fire=str(fire.id))


def _kept(fire: Fire, territories: tuple[str, ...], answer: Answer, version: str) -> Kept:
    """A forecast as it is kept."""
    seen = fire.measured
    return Kept(
        id=uuid7(),
        fire_id=fire.id,
        at=answer.now,
        starts_at=answer.ensemble.at,
        hours=max(one.hour for one in answer.contours),
        members=len(answer.ensemble.minutes),
        seed=answer.ensemble.seed,
        version=version,
        territories=territories,
        basis=Basis(fire.version, seen.last_seen, seen.edge_at, seen.area_ha),
        areas=tuple(views.areas_of(answer)),
        wind=tuple(views.wind_of(answer)),
        wind_known=answer.wind_known,
        reasons=answer.reasons,
    )
