"""The bulletin of a day: regimes in force, classes of danger, fires, as figures and as text."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded
from sylvan.domain.instants import iso
from sylvan.domain.lifecycle import CLOSED, Status
from sylvan.services.base import Base
from sylvan.services.local_danger import danger_days
from sylvan.services.regimes import Municipality, Regimes, in_force
from sylvan.store import fire_history, fires, layers, regimes

CONTAINED: Final = frozenset({Status.CONTAINED, Status.MOPUP})
DAY: Final = timedelta(days=1)
TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Burned:
    """A fire as a bulletin counts it."""

    status: str
    municipality: str
    area_ha: float
    registered_at: datetime | None
    closed_at: datetime | None

    @property
    def active(self) -> bool:
        """Whether somebody has to do with it."""
        return self.registered_at is not None and self.status not in CLOSED


@dataclass(frozen=True, slots=True)
class Span:
    """A day of the region's calendar, and what its end was known by."""

    begin: datetime
    now: datetime

    @property
    def end(self) -> datetime:
        """The midnight that ends it."""
        return datetime.combine(self.begin.date() + DAY, time(), self.begin.tzinfo)

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is still to come."""
        return self.end <= self.now

    @property
    def is_ahead(self) -> bool:
        """Whether it has not begun."""
        return self.now < self.begin

    def holds(self, moment: datetime | None) -> bool:
        """Whether something happened on it."""
        return moment is not None and self.begin <= moment < self.end


@dataclass(frozen=True, slots=True)
class Bulletin(Base):
    """The bulletin's use-case."""

    regimes: Regimes

    def of_day(self, actor: Actor, day: date | None) -> dict[str, Any]:
        """Regimes and classes of a day, its fires, and which of them began or ended on it.

        A day that is over is told as it was known when it ended, as its own bulletin would have
        been. Signals are no fires yet and are counted apart.
        """
        now = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            on = day or self.regimes.danger.today(conn, actor)
            zone = self._zone(conn)
            span = Span(datetime.combine(on, time(), ZoneInfo(zone)), now)
            places = self.regimes.municipalities(conn)
            classes = danger_days(conn, actor, on).within([one.shape for one in places])
            known = _known(conn, actor, span)
            rows = self._rows(conn, actor, places, [days[-1] for days in classes], on)
        assumed = [*_assumed(places, classes), *_untold(span, known)]
        return {
            "date": on,
            "made_at": iso(now),
            "world": actor.world.name,
            "zone": zone,
            "fires": _counted(known, span),
            "signals": sum(one.status == Status.SIGNAL for one in known),
            "municipalities": _with_fires(rows, known),
            "assumed": [one.as_dict() for one in assumed],
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


def _known(conn: Connection, actor: Actor, span: Span) -> list[Burned]:
    """All fires, as they stand now or stood when the day ended."""
    if span.is_over:
        return [_of_then(one) for one in fire_history.as_of(conn, actor, span.end - TICK)]
    return [
        Burned(
            one.status,
            one.municipality,
            one.measured.area_ha,
            one.registered_at,
            one.closed_at,
        )
        for one in fires.current(conn, actor)
    ]


def _of_then(summary: Mapping[str, Any]) -> Burned:
    municipality = (summary["address"] or {}).get("municipality") or {}
    return Burned(
        summary["status"],
        str(municipality.get("code") or ""),
        summary["area_ha"],
        _moment(summary["registered_at"]),
        _moment(summary["closed_at"]),
    )


def _moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)


def _counted(known: Iterable[Burned], span: Span) -> dict[str, Any]:
    registered = [one for one in known if one.registered_at is not None]
    active = [one for one in registered if one.active]
    return {
        "active": len(active),
        "contained": sum(one.status in CONTAINED for one in active),
        "suspended": sum(one.status == Status.SUSPENDED for one in active),
        "area_ha": round(sum(one.area_ha for one in active), 1),
        "registered_today": sum(span.holds(one.registered_at) for one in registered),
        "out_today": sum(
            one.status == Status.OUT and span.holds(one.closed_at) for one in registered
        ),
    }


def _with_fires(rows: list[dict[str, Any]], known: Iterable[Burned]) -> list[dict[str, Any]]:
    """Each municipality with how many fires are active in it, and on how many hectares."""
    count: Counter[str] = Counter()
    area: defaultdict[str, float] = defaultdict(float)
    for fire in known:
        if fire.active:
            count[fire.municipality] += 1
            area[fire.municipality] += fire.area_ha
    return [
        row | {"fires": count[row["code"]], "area_ha": round(area[row["code"]], 1)} for row in rows
    ]


def _assumed(places: list[Municipality], classes: list[list[int]]) -> list[Coded]:
    told = []
    if not places:
        told.append(Coded("bulletin.no_municipalities"))
    if any(one.sample for one in places):
        told.append(Coded("bulletin.sample"))
    if classes and not any(any(days) for days in classes):
        told.append(Coded("bulletin.no_danger"))
    return told


def _untold(span: Span, known: list[Burned]) -> list[Coded]:
    """What the figures of fires are not."""
    if span.is_ahead:
        return [Coded("bulletin.fires_of_today")]
    if span.is_over:
        return [Coded("bulletin.as_known_then" if known else "bulletin.nothing_known_then")]
    return []
