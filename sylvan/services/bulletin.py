"""The bulletin of a day: regimes in force, classes of danger, fires, as figures and as text."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.fires import Fire
from sylvan.domain.instants import iso
from sylvan.domain.lifecycle import CLOSED, Status
from sylvan.services.base import Base
from sylvan.services.local_danger import danger_days
from sylvan.services.regimes import Municipality, Regimes, in_force
from sylvan.store import fires, layers, regimes

CONTAINED: Final = frozenset({Status.CONTAINED, Status.MOPUP})
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bulletin(Base):
    """The bulletin's use-case."""

    regimes: Regimes

    def of_day(self, actor: Actor, day: date | None) -> dict[str, Any]:
        """Regimes and classes of a day; fires as they stand now, and which began or ended that day.

        Signals are no fires yet and are counted apart.
        """
        now = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            today = self.regimes.danger.today(conn, actor)
            on = day or today
            places = self.regimes.municipalities(conn)
            classes = danger_days(conn, actor, on).within([one.shape for one in places])
            known = fires.current(conn, actor)
            zone = self._zone(conn)
            rows = self._rows(conn, actor, places, [days[-1] for days in classes], on)
        return {
            "date": on,
            "made_at": iso(now),
            "world": actor.world.name,
            "zone": zone,
            "fires": _counted(known, on, ZoneInfo(zone)),
            "signals": sum(one.status == Status.SIGNAL for one in known),
            "municipalities": _with_fires(rows, known),
            "assumed": [one.as_dict() for one in _assumed(places, classes, on, today)],
        }

    def _zone(self, conn: Connection) -> str:
        """The time zone whose midnight ends the region's day."""
        found = layers.region(conn, self.regimes.geography.code)
        zones = found[0].get("zones") if found else None
        return str(zones[0]) if zones else "UTC"

    def _rows(
        self,
        conn: Connection,
        actor: Actor,
        places: list[Municipality],
        classes: list[int],
        day: date,
    ) -> list[dict[str, Any]]:
        known = regimes.listed(conn, actor)
        return [
            {
                "code": one.code,
                "name": dict(one.names),
                "class": danger or None,
                "regimes": [
                    {
                        "kind": told.kind.value,
                        "act": told.act,
                        "since": told.since,
                        "until": told.until,
                    }
                    for told in in_force(known, one.code, day)
                ],
            }
            for one, danger in zip(places, classes, strict=True)
        ]


def _counted(known: Iterable[Fire], day: date, zone: ZoneInfo) -> dict[str, Any]:
    registered = [one for one in known if one.registered_at is not None]
    active = [one for one in registered if one.status not in CLOSED]
    begin = datetime.combine(day, time(), zone)
    end = begin + DAY
    return {
        "active": len(active),
        "contained": sum(one.status in CONTAINED for one in active),
        "suspended": sum(one.status == Status.SUSPENDED for one in active),
        "area_ha": round(sum(one.measured.area_ha for one in active), 1),
        "registered_today": sum(
            one.registered_at is not None and begin <= one.registered_at < end for one in registered
        ),
        "out_today": sum(
            one.status == Status.OUT and one.closed_at is not None and begin <= one.closed_at < end
            for one in registered
        ),
    }


def _with_fires(rows: list[dict[str, Any]], known: Iterable[Fire]) -> list[dict[str, Any]]:
    """Each municipality with how many fires are active in it, and on how many hectares."""
    count: Counter[str] = Counter()
    area: defaultdict[str, float] = defaultdict(float)
    for fire in known:
        if fire.registered_at is None or fire.status in CLOSED:
            continue
        code = fire.municipality
        count[code] += 1
        area[code] += fire.measured.area_ha
    return [
        row | {"fires": count[row["code"]], "area_ha": round(area[row["code"]], 1)} for row in rows
    ]


def _assumed(
    places: list[Municipality], classes: list[list[int]], day: date, today: date
) -> list[Coded]:
    told = []
    if not places:
        told.append(Coded("bulletin.no_municipalities"))
    if any(one.sample for one in places):
        told.append(Coded("bulletin.sample"))
    if classes and not any(any(days) for days in classes):
        told.append(Coded("bulletin.no_danger"))
    if day != today:
        told.append(Coded("bulletin.fires_of_today"))
    return told
