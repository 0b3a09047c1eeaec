"""The national hub: regions' logs taken in page by page, and the picture of the country.

Each region stays the owner of its fires; the hub holds what it was told and changes nothing. A page
and the cursor behind it are one transaction, so that a hub that is killed goes on where it stood.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import structlog

from sylvan.domain.actors import OPERATOR, Actor, Level
from sylvan.domain.codes import Coded, Forbidden
from sylvan.domain.hub import Gone, RegionPage, Stand, after_gone, check_follows
from sylvan.domain.instants import iso
from sylvan.services.base import Base
from sylvan.store import hub

log = structlog.get_logger()

MOST_FIRES: Final = 5000
SHOWN: Final = ("number", "last_seen", "area_ha", "activity", "likelihood", "address")
"""Of a region's summary of a fire, what the picture of the country tells."""


@dataclass(frozen=True, slots=True)
class NationalHub(Base):
    """Use-cases of a hub."""

    def stand(self, code: str) -> Stand | None:
        """How far a region was read; nothing before it was asked for the first time."""
        with self.engine.connect() as conn:
            return hub.stand(conn, code)

    def begin(self, code: str, first: RegionPage) -> Stand:
        """Start with everything that a region still tells; a second start changes nothing."""
        with self.engine.begin() as conn:
            held = hub.locked(conn, code)
            if held is None:
                held = Stand(first.epoch, first.oldest - 1)
                hub.begin(conn, code, held)
        return held

    def take(self, code: str, asked: Stand, page: RegionPage) -> int:
        """Store a page that was asked for after a stand; how many events it brought.

        If another process has gone on meanwhile nothing is stored: it has the same events.

        Raises:
            BadPageError: the page cannot follow.
        """
        check_follows(asked, page)
        with self.engine.begin() as conn:
            if hub.locked(conn, code) != asked:
                return 0
            now = self.clock()
            hub.add(conn, code, page.epoch, page.events, now)
            hub.move(conn, code, Stand(page.epoch, page.seq), now)
        return len(page.events)

    def restart(self, code: str, asked: Stand, gone: Gone) -> None:
        """Go on where a region still tells; what is lost is written down and shown."""
        with self.engine.begin() as conn:
            if hub.locked(conn, code) != asked:
                return
            to, hole = after_gone(asked, gone)
            hub.move(conn, code, to, self.clock(), hole)
        if hole is not None:
            log.error("hub.hole", region=code, reason=gone.reason, **hole.as_dict())

    def failed(self, code: str, why: Coded, *, refused: bool) -> None:
        """A region could not be read."""
        state = hub.REFUSED if refused else hub.AWAY
        with self.engine.begin() as conn:
            hub.failed(conn, code, state, why.as_dict(), self.clock())

    def sources(self, actor: Actor) -> dict[str, Any]:
        """Which regions are read, how far, and what is missing of them."""
        _for_the_country(actor)
        now = self.clock()
        with self.engine.connect() as conn:
            found = hub.sources(conn)
        return {"now": iso(now), "sources": [_source(one, now) for one in found]}

    def picture(self, actor: Actor, region: str | None, limit: int) -> dict[str, Any]:
        """Fires of all regions that are not over, and how many there are of each status."""
        _for_the_country(actor)
        now = self.clock()
        with self.engine.connect() as conn:
            found = [one for one in hub.sources(conn) if region in (None, one.code)]
            counts = hub.counts(conn)
            fires = hub.fires(conn, region, min(limit, MOST_FIRES))
        regions = [
            {
                "code": one.code,
                "state": one.state,
                "heard_at": iso(one.heard_at),
                "age_s": _age(one, now),
                "fires": counts.get(one.code, {}),
            }
            for one in found
        ]
        return {"now": iso(now), "regions": regions, "fires": [_fire(row) for row in fires]}


def _for_the_country(actor: Actor) -> None:
    """The picture of the country is for its level, and for who runs the hub."""
    if actor.level is not Level.FEDERAL and actor.role != OPERATOR:
        raise Forbidden("hub.not_your_level", {"level": str(actor.level)})


def _age(one: hub.Source, now: datetime) -> int | None:
    return None if one.heard_at is None else max(0, int((now - one.heard_at).total_seconds()))


def _source(one: hub.Source, now: datetime) -> dict[str, Any]:
    told = asdict(one)
    told |= {"epoch": None if one.epoch is None else str(one.epoch)}
    told |= {"asked_at": iso(one.asked_at), "heard_at": iso(one.heard_at), "age_s": _age(one, now)}
    return told


def _fire(row: dict[str, Any]) -> dict[str, Any]:
    body = row["body"]
    return {
        "region": row["source"],
        "id": row["fire"],
        "seq": row["seq"],
        "at": iso(row["at"]),
        "status": row["status"],
        "point": None if row["lon"] is None else [row["lon"], row["lat"]],
    } | {name: body.get(name) for name in SHOWN}
