"""What rules ask about that the log does not hold: things near fires, classes by territory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import Actor, system
from sylvan.domain.alerting.facts import Heard
from sylvan.domain.alerting.memory import Memory
from sylvan.domain.alerting.reading import DANGER, EXPOSED, Lookups
from sylvan.domain.worlds import World
from sylvan.services.local_danger import danger_days
from sylvan.services.regimes import Regimes
from sylvan.store import alert_state, events, exposure, layers
from sylvan.store.events import LoggedEvent

FIRES: Final = ("fire.changed", "fire.merged")


def heard(one: LoggedEvent) -> Heard:
    """An event of the log as the engine hears it."""
    return Heard(one.seq, one.kind, one.subject, one.at, one.body, one.territories, one.point)


@dataclass(slots=True)
class Finder:
    """Looks up what a page of the log leaves out."""

    regimes: Regimes
    _owners: dict[tuple[str, str], str] = field(default_factory=dict)
    _stamp: str = ""

    def beside(
        self, conn: Connection, world: World, page: Sequence[Heard], memory: Memory, *, keep: bool
    ) -> Lookups:
        """What belongs to a page of one world; ``keep`` stores what later pages could not see."""
        found = Lookups()
        self._things(conn, page, found)
        self._fires(conn, world, page, memory, found)
        self._classes(conn, world, page, found, keep=keep)
        return found

    def classes_before(self, conn: Connection, world: World, seq: int) -> dict[str, int]:
        """By territory, the danger classes that were known before a number of the log."""
        rows = alert_state.newest_fact(conn, world.id, seq) or []
        return {str(one["municipality"]): int(one["class"]) for one in rows}

    def _things(self, conn: Connection, page: Sequence[Heard], found: Lookups) -> None:
        asked = {one.seq: _about(one) for one in page if one.kind in EXPOSED}
        if not asked:
            return
        owners = self._owned(conn)
        known = exposure.told_at(conn, {one for one in asked.values() if one is not None})
        for seq, key in asked.items():
            if key in known:
                things, score = known[key]
                found.objects[seq] = [
                    one | {"owner": owners.get((one["layer"], one["code"]))} for one in things
                ]
                found.priority[seq] = score

    def _fires(
        self,
        conn: Connection,
        world: World,
        page: Sequence[Heard],
        memory: Memory,
        found: Lookups,
    ) -> None:
        wanted = {str(one.body.get("fire_id")) for one in page if one.kind in EXPOSED}
        wanted -= memory.fires.keys()
        if wanted:
            before = page[0].seq
            rows = events.newest_about(conn, world.id, sorted(wanted), FIRES, before)
            found.fires = {one.subject: heard(one) for one in rows}

    def _classes(
        self, conn: Connection, world: World, page: Sequence[Heard], found: Lookups, *, keep: bool
    ) -> None:
        asked = [one for one in page if one.kind == DANGER]
        known = alert_state.looked_up(conn, [one.seq for one in asked]) if asked else {}
        for one in asked:
            rows = known.get(one.seq)
            if rows is None:
                rows = self._classes_now(conn, system(world))
                if keep:
                    alert_state.remember(conn, world.id, one.seq, rows)
            found.classes[one.seq] = rows

    def _classes_now(self, conn: Connection, actor: Actor) -> list[Mapping[str, Any]]:
        places = self.regimes.municipalities(conn)
        day = self.regimes.danger.today(conn, actor)
        classes = danger_days(conn, actor, day).within([one.shape for one in places])
        return [
            {
                "municipality": place.code,
                "class": days[-1],
                "day": day.isoformat(),
                "name": dict(place.names),
            }
            for place, days in zip(places, classes, strict=True)
            if days[-1]
        ]

    def _owned(self, conn: Connection) -> dict[tuple[str, str], str]:
        region = self.regimes.geography.code
        stamp = layers.stamp(conn, region)
        if stamp != self._stamp:
            self._owners, self._stamp = layers.owners(conn, region), stamp
        return self._owners


def _about(one: Heard) -> tuple[UUID, datetime] | None:
    try:
        return UUID(str(one.body.get("fire_id"))), one.at
    except ValueError:
        return None
