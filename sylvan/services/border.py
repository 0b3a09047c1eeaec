"""Neighbouring regions: their fires at our border, read from their log and changed by nobody here.

A page, what follows from it and the cursor behind it are one transaction. A word about a fire that
is changing hands is carried out behind it, by :class:`sylvan.services.handovers.Handovers`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
import structlog
from sqlalchemy import Connection

from sylvan.domain.actors import ASSET, RIM, Actor, system
from sylvan.domain.codes import Coded
from sylvan.domain.fires import activity_of
from sylvan.domain.hub import (
    FIRES,
    Gone,
    RegionEvent,
    RegionPage,
    Stand,
    after_gone,
    check_follows,
    newest_of_fires,
)
from sylvan.domain.instants import iso
from sylvan.domain.neighbours import SUBJECT, Handover, of_dict
from sylvan.domain.worlds import live_world
from sylvan.services.base import Base
from sylvan.services.geography import Geography, Region
from sylvan.store import events, neighbours
from sylvan.store.events import Event
from sylvan.store.neighbours import Foreign

log = structlog.get_logger()
SHOWN: Final = ("area_ha", "last_seen", "first_seen", "likelihood", "address", "frp_mw", "version")
"""Of a neighbour's summary of a fire, what is told of it here."""
MOST: Final = 5000
Heard = Callable[[Handover], None]


@dataclass(frozen=True, slots=True)
class Border(Base):
    """Use-cases about neighbours' fires."""

    geography: Geography
    border_km: float
    heard: Heard

    def stand(self, code: str) -> Stand | None:
        """How far a neighbour was read."""
        with self.engine.connect() as conn:
            return neighbours.stand(conn, code)

    def begin(self, code: str, first: RegionPage) -> Stand:
        """Start with everything that a neighbour still tells."""
        with self.engine.begin() as conn:
            held = neighbours.locked(conn, code)
            if held is None:
                held = Stand(first.epoch, first.oldest - 1)
                neighbours.move(conn, code, held, self.clock())
        return held

    def take(self, code: str, asked: Stand, page: RegionPage) -> int:
        """Store what a page tells of the border; how many events it brought.

        Hand-overs are carried out before the cursor moves: each of them can be told twice.

        Raises:
            BadPageError: the page cannot follow.
        """
        check_follows(asked, page)
        for one in _handovers(page.events):
            self.heard(one)
        with self.engine.begin() as conn:
            if neighbours.locked(conn, code) != asked:
                return 0
            now = self.clock()
            region = self.geography.region(conn)
            near = self._near(region, code, page, now)
            self._tell(conn, neighbours.remember(conn, near), now)
            neighbours.move(conn, code, Stand(page.epoch, page.seq), now)
        return len(page.events)

    def restart(self, code: str, asked: Stand, gone: Gone) -> None:
        """Go on where a neighbour still tells; what is lost is written down."""
        with self.engine.begin() as conn:
            if neighbours.locked(conn, code) != asked:
                return
            to, hole = after_gone(asked, gone)
            neighbours.move(conn, code, to, self.clock(), hole)
        if hole is not None:
            log.error("neighbour.hole", region=code, reason=gone.reason, **hole.as_dict())

    def failed(self, code: str, why: Coded, *, refused: bool) -> None:
        """A neighbour could not be read."""
        state = neighbours.REFUSED if refused else neighbours.AWAY
        with self.engine.begin() as conn:
            neighbours.failed(conn, code, state, why.as_dict(), self.clock())

    def _near(self, region: Region, code: str, page: RegionPage, now: datetime) -> list[Foreign]:
        told = [one for one in newest_of_fires(page.events) if _usable(one)]
        if not told:
            return []
        places = [one.point for one in told if one.point is not None]
        lon, lat = np.ascontiguousarray(np.array(places, np.float64).T)
        close = region.index.inside(lon, lat, self.border_km).tolist()
        kept = [one for one, near in zip(told, close, strict=True) if near]
        addresses = region.addresses([one.point for one in kept if one.point is not None])
        return [
            _foreign(code, page.epoch, one, address.territories, now)
            for one, address in zip(kept, addresses, strict=True)
        ]

    def _tell(self, conn: Connection, fresh: Sequence[Foreign], now: datetime) -> None:
        """Our own screens hear of it; neighbours' roles do not, so nothing echoes."""
        actor = system(live_world())
        told = [
            Event(
                "neighbour.changed",
                f"{one.source}:{one.fire_id}",
                now,
                _shown(one, now),
                one.territories,
                one.point,
            )
            for one in fresh
        ]
        events.write(conn, actor, told)

    def sources(self) -> list[dict[str, Any]]:
        """How each neighbour stands."""
        now = self.clock()
        with self.engine.connect() as conn:
            found = neighbours.sources(conn)
        return [
            {
                "code": one["source"],
                "state": one["state"],
                "seq": one["seq"],
                "heard_at": iso(one["heard_at"]),
                "age_s": _age(one["heard_at"], now),
                "error": one["error"],
                "holes": one["holes"],
            }
            for one in found
        ]

    def fires(
        self,
        actor: Actor,
        *,
        bbox: tuple[float, float, float, float] | None,
        ended: bool,
        limit: int,
    ) -> list[dict[str, Any]]:
        """Neighbours' fires at our border, as features."""
        now = self.clock()
        with self.engine.connect() as conn:
            found = neighbours.page(conn, actor, bbox=bbox, ended=ended, limit=min(limit, MOST))
        return [
            {
                "type": "Feature",
                "id": str(one.fire_id),
                "geometry": {"type": "Point", "coordinates": list(one.point)},
                "properties": _shown(one, now),
            }
            for one in found
        ]


def _age(heard: datetime | None, now: datetime) -> int | None:
    return None if heard is None else max(0, int((now - heard).total_seconds()))


def _usable(event: RegionEvent) -> bool:
    """Whether a neighbour's word names a fire and a place; others cost only themselves."""
    try:
        UUID(event.subject)
    except ValueError:
        return False
    return event.kind in FIRES and event.point is not None


def _foreign(
    code: str, epoch: UUID, event: RegionEvent, marks: Sequence[str], now: datetime
) -> Foreign:
    body, number = event.body, event.body.get("number")
    status = "merged" if event.kind == "fire.merged" else str(body.get("status", "unknown"))
    mine = tuple(mark for mark in marks if not mark.startswith((RIM, ASSET)))
    return Foreign(
        code,
        UUID(event.subject),
        None if number is None else str(number)[:60],
        status[:40],
        event.point or (0.0, 0.0),
        mine,
        epoch,
        event.seq,
        event.at,
        now,
        {name: body.get(name) for name in SHOWN},
    )


def _shown(one: Foreign, now: datetime) -> dict[str, Any]:
    seen = one.body.get("last_seen")
    last = datetime.fromisoformat(str(seen)) if seen else one.at
    return {
        "id": str(one.fire_id),
        "source": one.source,
        "number": one.number,
        "status": one.status,
        "activity": activity_of(one.status, last, now),
        "point": list(one.point),
        "at": iso(one.at),
        "heard_at": iso(one.received_at),
        "foreign": True,
        **{name: one.body.get(name) for name in ("area_ha", "last_seen", "likelihood")},
    }


def _handovers(found: Sequence[RegionEvent]) -> list[Handover]:
    told = []
    for event in found:
        if event.kind != SUBJECT:
            continue
        try:
            told.append(of_dict(event.body))
        except (KeyError, TypeError, ValueError) as error:
            log.warning("neighbour.bad_handover", seq=event.seq, detail=str(error)[:120])
    return told
