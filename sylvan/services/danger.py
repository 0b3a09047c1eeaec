"""Fire danger: computed when weather comes, told for places, mapped for days.

Late data are computed from their own day on. A day that can't be mapped (no file system, no
places) is told; the values of the places stand without it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import structlog
from sqlalchemy import Connection

from sylvan.domain import danger as model
from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded, NotFound
from sylvan.domain.danger import COLOURS, FORECAST_DAYS, Day, Inputs
from sylvan.domain.danger import State as Before
from sylvan.domain.observed import Origin, Place, PlaceKind, Table, local_day
from sylvan.services import danger_noons
from sylvan.services.base import Base, whole_again
from sylvan.services.danger_maps import Mapper
from sylvan.services.danger_rules import Advice
from sylvan.services.geography import Geography
from sylvan.services.pages import feature, point
from sylvan.store import danger, events
from sylvan.store import weather as stored
from sylvan.store.danger import Map
from sylvan.store.events import Event

log = structlog.get_logger()
Box = tuple[float, float, float, float]
LONGEST: Final = timedelta(days=400)
"""No run begins earlier: a season and its winter."""
VALUES: Final = (*model.INDICES, "nesterov")
_NOON: Final = ("temperature", "humidity", "dew_point", "wind", "rain", "snow")
_SHOWN: Final = ("places", "stale", "neighbours", "grid", "forecast", "issued")
_ORIGINS: Final = {
    Origin.UNKNOWN: "unknown",
    Origin.MEASURED: "measured",
    Origin.FORECAST: "forecast",
    Origin.NEIGHBOURS: "neighbours",
}


@dataclass(frozen=True, slots=True)
class Danger(Base):
    """Use-cases about fire danger."""

    geography: Geography
    advice: Advice
    mapper: Mapper

    def refresh(self, actor: Actor) -> tuple[date, ...]:
        """Compute what is due: the days that were mapped; none where nothing was to be done."""
        with self.engine.connect() as conn:
            if not self._work(conn, actor):
                return ()
        made = self._computed(actor)
        if made is not None:
            self.mapper.tidy(actor.world.id, made[1])
        return made[0] if made is not None else ()

    @whole_again
    def _computed(self, actor: Actor) -> tuple[tuple[date, ...], set[str]] | None:
        with self.engine.begin() as conn:
            danger.lock(conn, actor)
            span = self._work(conn, actor)
            if span is None:
                return None
            since, mark = span
            places = stored.known_places(conn, actor)
            mapped: tuple[date, ...] = ()
            if places:
                mapped = self._run(conn, actor, places, since)
            if mark is not None:
                danger.settled(conn, actor, mark)
            return mapped, danger.files(conn, actor)

    def _work(self, conn: Connection, actor: Actor) -> tuple[date, int | None] | None:
        """From which day on there is something to do, and the mark that it was read at."""
        due = danger.due_since(conn, actor)
        last = danger.last_day(conn, actor)
        today = self.today(conn, actor)
        turned = last is not None and last < today + timedelta(days=FORECAST_DAYS)
        if due is None and not turned and not self._lost(conn, actor, today):
            return None
        first = today if due is None else min(due[0], today)
        return max(first, today - LONGEST), due[1] if due else None

    def _lost(self, conn: Connection, actor: Actor, today: date) -> bool:
        """Whether a map's file is gone: a backup of the database brings none."""
        last = today + timedelta(days=FORECAST_DAYS)
        maps = danger.maps_between(conn, actor, today, last)
        return any(not self.mapper.path(actor.world.id, one.file).is_file() for one in maps)

    def today(self, conn: Connection, actor: Actor) -> date:
        """The day that the region's middle lives in."""
        return local_day(actor.world.now(self.clock()), self._middle(conn))

    def _middle(self, conn: Connection) -> float:
        bounds = self.geography.region(conn).index.bounds
        if bounds is None:
            return 0.0
        west, _, east, _ = bounds
        return west + ((east - west) % 360.0) / 2.0

    def _run(
        self, conn: Connection, actor: Actor, places: dict[int, Place], since: date
    ) -> tuple[date, ...]:
        now = actor.world.now(self.clock())
        today = self.today(conn, actor)
        last = today + timedelta(days=FORECAST_DAYS)
        noons = danger_noons.gathered(conn, actor, places, since, last)
        ids, known = list(places), list(places.values())
        before = _state(ids, danger.state_before(conn, actor, since))
        told = model.compute(
            noons.days,
            noons.values,
            np.array([one.lat for one in known]),
            before,
            self.advice.table,
            self._territories(conn, known),
        )
        danger.replace_from(conn, actor, ids, noons, told)
        mapped = tuple(
            day.day
            for number, day in enumerate(told)
            if day.day >= today and self._map(conn, actor, known, noons, number, day, now)
        )
        at = {"days": [day.isoformat() for day in mapped], "since": since.isoformat()}
        events.write(conn, actor, [Event("danger.changed", "danger", now, at)])
        log.info("danger.computed", world=actor.world.name, places=len(ids), **at)
        return mapped

    def _territories(self, conn: Connection, known: Sequence[Place]) -> list[str]:
        if not self.advice.territories:
            return [""] * len(known)
        region = self.geography.region(conn)
        found = region.addresses([(one.lon, one.lat) for one in known])
        return [self.advice.territory_of(one.territories) for one in found]

    def _map(
        self,
        conn: Connection,
        actor: Actor,
        known: Sequence[Place],
        noons: Table,
        number: int,
        day: Day,
        now: datetime,
    ) -> bool:
        """Write a day's raster; whether there is a new one. What fails is told, stops nothing."""
        inputs = _inputs(known, noons, number, day, now)
        if not inputs.places:
            return False
        region = self.geography.region(conn)
        digest = _digest(region.stamp, known, day)
        told = [one.as_dict() for one in model.assumed(inputs, now)]
        if self._stands(conn, actor, day.day, digest, told):
            return False
        try:
            made = self.mapper.write(actor.world.id, region, self.advice, known, day)
        except OSError:
            log.exception("danger.map_failed", day=day.day.isoformat())
            return False
        about = {
            "digest": digest,
            **{name: getattr(inputs, name) for name in ("places", "stale", "neighbours", "grid")},
            "forecast": inputs.forecast,
            "issued": inputs.issued.isoformat() if inputs.issued else None,
        }
        danger.save_map(conn, actor, Map(day.day, now, made.file, about, told, made.corners))
        return True

    def _stands(
        self, conn: Connection, actor: Actor, day: date, digest: str, told: list[dict[str, Any]]
    ) -> bool:
        """Whether the map that there is would become the same again."""
        found = danger.maps_between(conn, actor, day, day)
        if not found or found[0].inputs.get("digest") != digest or found[0].assumed != told:
            return False
        return self.mapper.path(actor.world.id, found[0].file).is_file()

    def overview(self, actor: Actor) -> dict[str, Any]:
        """Days with maps, classes and what follows from them, age of the weather."""
        now = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            today = self.today(conn, actor)
            days = [today + timedelta(days=k) for k in range(FORECAST_DAYS + 1)]
            maps = {one.day: one for one in danger.maps_between(conn, actor, days[0], days[-1])}
            report, issue = stored.newest(conn, actor)
        heard = max((one for one in (report, issue) if one is not None), default=None)
        return {
            "now": now,
            "today": today,
            "days": [_day(day, maps.get(day), today) for day in days],
            "classes": [
                {**one, "colour": COLOURS[one["class"] - 1]} for one in self.advice.as_list()
            ],
            "scales": [
                {"territory": one.territory, "upper": list(one.upper), "source": one.source}
                for one in self.advice.rules.scales
            ],
            "weather": {"report_at": report, "issued": issue, "age_h": _age_h(now, heard)},
            "assumed": [one.as_dict() for one in _about_weather(now, heard)],
        }

    def places(self, actor: Actor, day: date | None, bbox: Box | None) -> list[dict[str, Any]]:
        """Features of all places with a day's values."""
        with self.engine.connect() as conn:
            rows = danger.on_day(conn, actor, day or self.today(conn, actor), bbox)
        return [
            feature(
                row["code"],
                point((row["lon"], row["lat"])),
                {"code": row["code"], "name": row["name"], "kind": row["kind"], **_told(row)},
            )
            for row in rows
        ]

    def history(self, actor: Actor, code: str, days: int) -> dict[str, Any]:
        """Days of one place, oldest first, forecast days included.

        Raises:
            NotFound: no such place in this world.
        """
        with self.engine.connect() as conn:
            today = self.today(conn, actor)
            since = today - timedelta(days=days)
            until = today + timedelta(days=FORECAST_DAYS)
            known = {one.code: one for one in stored.known_places(conn, actor).values()}
            rows = danger.history(conn, actor, code, since, until)
        if code not in known:
            raise NotFound("problem.no_weather_place", {"place": code})
        place = known[code]
        return {
            "code": code,
            "name": place.name,
            "kind": place.kind.value,
            "point": [place.lon, place.lat],
            "today": today,
            "days": [{"day": row["day"], **_told(row)} for row in rows],
        }

    def file(self, actor: Actor, day: date, *, picture: bool = False) -> Path:
        """Where a day's raster, or its picture, lies.

        Raises:
            NotFound: there is no map of that day.
        """
        with self.engine.connect() as conn:
            found = danger.maps_between(conn, actor, day, day)
        path = self.mapper.path(actor.world.id, found[0].file) if found else None
        if path is not None and picture:
            path = path.with_suffix(".png")
        if path is None or not path.is_file():
            raise NotFound("problem.no_danger_map", {"day": day.isoformat()})
        return path


def _state(ids: Sequence[int], rows: dict[int, dict[str, Any]]) -> Before:
    """The places' states in their order; of a new one deep winter."""
    fresh = model.season_rows(model.unknown(1))
    columns = {
        name: [rows[k][name] if k in rows else fresh[name][0] for k in ids] for name in fresh
    }
    return model.state_of(columns)


def _inputs(known: Sequence[Place], noons: Table, number: int, day: Day, now: datetime) -> Inputs:
    """What the map of a day rests on."""
    shown = day.classes > 0
    origin, issued = noons.origin[number], noons.issued[number]
    newest = np.nanmax(issued[shown]) if (~np.isnan(issued[shown])).any() else np.nan
    grid = np.array([one.kind is not PlaceKind.STATION for one in known])
    return Inputs(
        day=day.day,
        places=int(shown.sum()),
        stale=int((shown & (origin == Origin.UNKNOWN)).sum()),
        standard=int((shown & day.state.standard).sum()),
        neighbours=int((shown & (origin == Origin.NEIGHBOURS)).sum()),
        forecast=bool((origin[shown] == Origin.FORECAST).any()),
        issued=None if np.isnan(newest) else datetime.fromtimestamp(float(newest), now.tzinfo),
        grid=int((shown & grid).sum()),
    )


def _digest(stamp: str, known: Sequence[Place], day: Day) -> str:
    """What a map follows from, in short."""
    spots = np.array([(one.lon, one.lat) for one in known])
    parts = (spots, day.values, day.nesterov, day.classes)
    told = [stamp.encode(), *(np.ascontiguousarray(one).tobytes() for one in parts)]
    return hashlib.sha256(b"".join(told)).hexdigest()[:32]


def _day(day: date, one: Map | None, today: date) -> dict[str, Any]:
    return {
        "day": day,
        "kind": "today" if day == today else "forecast",
        "map": one is not None,
        "made_at": one.made_at if one else None,
        "corners": one.corners if one else None,
        "inputs": {name: one.inputs[name] for name in _SHOWN} if one else None,
        "assumed": one.assumed if one else [Coded("danger.no_weather").as_dict()],
    }


def _age_h(now: datetime, heard: datetime | None) -> float | None:
    return None if heard is None else round(max((now - heard).total_seconds(), 0.0) / 3600.0, 1)


def _about_weather(now: datetime, heard: datetime | None) -> list[Coded]:
    hours = _age_h(now, heard)
    if hours is None:
        return [Coded("danger.no_weather")]
    return (
        [Coded("danger.weather_old", {"hours": round(hours)})]
        if hours > model.WEATHER_OLD_H
        else []
    )


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """Values of one place and day; unknown numbers are null."""
    return {
        "class": row["danger_class"] or None,
        **{name: _known(row[name]) for name in VALUES},
        "noon": {name: _known(row[name]) for name in _NOON},
        "origin": _ORIGINS[row["origin"]],
        "issued": row["issued"],
        "season": row["active"],
        "assumed": [one.as_dict() for one in _assumed(row)],
    }


def _assumed(row: dict[str, Any]) -> list[Coded]:
    told = []
    if not row["active"]:
        told.append(Coded("danger.no_season"))
    if row["stale"]:
        told.append(Coded("danger.stale_days", {"days": row["stale"]}))
    if row["origin"] == Origin.NEIGHBOURS:
        told.append(Coded("danger.from_neighbours"))
    if row["standard"]:
        told.append(Coded("danger.standard_dc"))
    return told


def _known(value: float) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), 1)
