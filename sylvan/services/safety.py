"""Crew safety: who was heard when, and which crew is warned of what.

Looked at by the clock. What cannot be watched – no forecast, no wind, no position – is told with
the crews: silence must not read as safety.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Coded, Conflict, Invalid, NotFound
from sylvan.domain.command import safety
from sylvan.domain.command.notices import Held, Notice, Theme, ended
from sylvan.domain.command.safety import CrewAtFire, SafetyParameters, Warned
from sylvan.domain.fires import Fire
from sylvan.domain.forces.positions import Position, PositionSource
from sylvan.domain.forces.register import Unit
from sylvan.domain.forces.status import Status
from sylvan.domain.instants import iso
from sylvan.domain.places import LonLat
from sylvan.domain.worlds import is_future
from sylvan.services.base import Base, fingerprint, repeated, whole_again
from sylvan.services.fires import found
from sylvan.services.forces_keeper import Keeper
from sylvan.services.forces_positions import Positions
from sylvan.services.notices import AT_ONCE, end, settled, tell
from sylvan.store import audit, check_ins, events, fires, forecasts, notices, units
from sylvan.store.check_ins import CheckIn
from sylvan.store.events import Event
from sylvan.store.forecasts import Kept

HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)
EVENT: Final = "unit.check_in"
SILENT, WIND, EDGE = "silent", "wind_shift", "edge_near"


@dataclass(frozen=True, slots=True)
class Heard:
    """A call from a crew, as it is told."""

    at: datetime | None = None
    """When it was heard; ``None``: now."""
    note: str = ""
    point: LonLat | None = None
    """Where the crew says that it is."""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"at": iso(self.at), "note": self.note, "point": self.point and list(self.point)}


@dataclass(frozen=True, slots=True)
class Crew:
    """A unit at a fire, and when it was heard."""

    unit: Unit
    at_fire: CrewAtFire
    heard: str
    """``arrival``, ``check_in`` or ``position``: what it was heard by."""
    by: str = ""
    """Who heard it."""


@dataclass(frozen=True, slots=True)
class Line:
    """The crews at one fire, and what of it can be watched."""

    fire: Fire
    crews: tuple[Crew, ...]
    forecast: Kept | None = None
    ground: BaseGeometry | None = None
    """That may burn within the hours that are looked at and has not burnt yet."""

    @property
    def calls(self) -> list[CrewAtFire]:
        """The crews as the rules look at them."""
        return [one.at_fire for one in self.crews]


@dataclass(frozen=True, slots=True)
class Safety(Base):
    """Use-cases about the safety of crews."""

    keeper: Keeper
    positions: Positions
    params: SafetyParameters

    @whole_again
    def check_in(
        self, actor: Actor, unit_id: UUID, heard: Heard, key: str | None
    ) -> dict[str, Any]:
        """A crew was heard; its warning of silence is over.

        Raises:
            Conflict: it is not at a fire.
            Invalid: a moment ahead of now, or before its arrival.
        """
        request = fingerprint("unit.check_in", {"id": str(unit_id)} | heard.as_dict())
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            unit = units.get(conn, actor, unit_id)
            if unit is None:
                raise NotFound("problem.unit_unknown", {"id": str(unit_id)})
            now = self.clock()
            call = CheckIn(
                unit.id,
                self._moment(actor, unit, heard, now),
                unit.fire_id,
                actor.subject,
                heard.note,
            )
            check_ins.add(conn, actor, call, now)
            if heard.point is not None:
                where = Position(call.at, heard.point, source=PositionSource.PERSON)
                self.positions.heard(conn, actor, unit, where)
                unit = units.get(conn, actor, unit_id) or unit
            end(conn, actor, Theme.CREW, SILENT, unit.card.code, now)
            (crew,) = self._crews(conn, actor, [unit])
            reply = self._crew(crew, actor.world.now(now))
            told = Event(EVENT, str(unit.id), call.at, reply, unit.territories)
            events.write(conn, actor, [told])
            facts = heard.as_dict() | {"fire": str(unit.fire_id), "at": iso(call.at)}
            audit.record(conn, actor, "unit.check_in", str(unit.id), facts, now=now)
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    def _moment(self, actor: Actor, unit: Unit, heard: Heard, now: datetime) -> datetime:
        if unit.status is not Status.AT_FIRE:
            told = {"unit": unit.card.code, "status": unit.status.value}
            raise Conflict("safety.not_at_fire", told)
        if heard.at is None:
            return actor.world.now(now)
        if is_future(actor.world, heard.at, now):
            raise Invalid("forces.ahead", {"at": iso(heard.at)}, "at")
        if unit.status_at is not None and heard.at < unit.status_at:
            params = {"at": iso(heard.at), "last": iso(unit.status_at)}
            raise Invalid("forces.before_last_step", params, "at")
        return heard.at

    @whole_again
    def look(self, actor: Actor) -> int:
        """Warn whoever is to be warned by now; how many notices are news."""
        now = self.clock()
        at = actor.world.now(now)
        with self.engine.begin() as conn:
            lines = self._lines(conn, actor, at)
            standing = notices.standing(conn, actor, theme=Theme.CREW, lock=True)
            present = {one.unit.card.code for line in lines for one in line.crews}
            gone = [one for one in standing if present.isdisjoint(one.held.units)]
            tell(conn, actor, [ended(one, at) for one in gone], now)
            left = [one for one in standing if one not in gone]
            held = [one for line in lines for one in self._held(line, at)]
            return len(gone) + sum(
                settled(conn, actor, *_of_kind(kind, left, held), now, self._clear_after(kind))
                for kind in (SILENT, WIND, EDGE)
            )

    def of_fire(self, actor: Actor, fire_id: UUID) -> dict[str, Any]:
        """Crews at a fire with their calls, what they were warned of, what is not watched."""
        at = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            lines = self._lines(conn, actor, at, fire)
            ids = fire.ids
            standing = notices.standing(conn, actor, theme=Theme.CREW, fire_ids=ids)
            over = notices.over(conn, actor, theme=Theme.CREW, fire_ids=ids)
        return self._told(lines, standing, at) | {"over": [one.as_dict() for one in over]}

    def listed(self, actor: Actor) -> dict[str, Any]:
        """The same for all crews at fires."""
        at = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            lines = self._lines(conn, actor, at)
            standing = notices.standing(conn, actor, theme=Theme.CREW)
        return self._told(lines, standing, at)

    def _told(
        self, lines: Sequence[Line], standing: Sequence[Notice], at: datetime
    ) -> dict[str, Any]:
        crews = [self._crew(one, at) for line in lines for one in line.crews]
        return {
            "at": iso(at),
            "check_in_min": round(self.params.check_in_every / MINUTE),
            "crews": sorted(crews, key=lambda one: (one["due_at"], one["unit"])),
            "notices": [one.as_dict() for one in standing],
            "unwatched": [
                {"fire_id": str(line.fire.id), "reason": reason.as_dict()}
                for line in lines
                for reason in _unwatched(line)
            ],
        }

    def _crew(self, crew: Crew, at: datetime) -> dict[str, Any]:
        unit, last = crew.unit, crew.unit.position
        due = crew.at_fire.heard_at + self.params.check_in_every
        return {
            "unit": unit.card.code,
            "unit_id": str(unit.id),
            "name": dict(unit.card.names) or None,
            "kind": unit.card.kind.value,
            "fire_id": str(unit.fire_id) if unit.fire_id else None,
            "heard_at": iso(crew.at_fire.heard_at),
            "heard": crew.heard,
            "heard_by": crew.by,
            "due_at": iso(due),
            "overdue": at > due,
            "silent": at > due + self.params.overdue_after,
            "point": None if last is None else list(last.point),
            "point_at": None if last is None else iso(last.at),
        }

    def _lines(
        self, conn: Connection, actor: Actor, at: datetime, only: Fire | None = None
    ) -> list[Line]:
        """All fires with crews, with what is forecast of them."""
        working = units.listed(conn, actor, statuses=[Status.AT_FIRE.value])
        by_fire: dict[UUID, list[Unit]] = {}
        for unit in working:
            if unit.fire_id is not None:
                here = fires.resolve(conn, actor, unit.fire_id)
                by_fire.setdefault(here, []).append(unit)
        if only is not None:
            by_fire = {only.id: by_fire[only.id]} if only.id in by_fire else {}
        known = fires.many(conn, actor, by_fire)
        return [
            self._line(conn, actor, fire, self._crews(conn, actor, by_fire[fire.id]), at)
            for fire in known.values()
        ]

    def _line(
        self, conn: Connection, actor: Actor, fire: Fire, crews: list[Crew], at: datetime
    ) -> Line:
        kept = forecasts.of_fire(conn, actor, fire.id)
        if kept is None:
            return Line(fire, tuple(crews))
        hours = (at - kept.at) / HOUR + self.params.near_within_h
        shapes = [one for one in forecasts.contours_of(conn, kept.id) if one.hour >= hours]
        if not shapes:
            return Line(fire, tuple(crews), kept)
        widest = min(shapes, key=lambda one: (one.hour, one.level))
        edge = fire.measured.edge
        ground = widest.shape if edge is None else widest.shape.difference(edge)
        return Line(fire, tuple(crews), kept, ground)

    def _crews(self, conn: Connection, actor: Actor, working: Sequence[Unit]) -> list[Crew]:
        calls = check_ins.newest(conn, actor, [one.id for one in working])
        return [_heard(one, calls.get(one.id)) for one in working]

    def _held(self, line: Line, at: datetime) -> list[Held]:
        """What is to be told of one fire's crews."""
        silent = [
            _warning(SILENT, one, line) for one in safety.check_ins(line.calls, at, self.params)
        ]
        near = safety.edge_approach(line.calls, lambda _: line.ground, at, self.params)
        return [
            *silent,
            *(_warning(EDGE, one, line) for one in near),
            *self._turns(line, at),
        ]

    def _turns(self, line: Line, at: datetime) -> list[Held]:
        """That the wind turns on whoever stands at the front: one notice for all of them."""
        hours = _wind_ahead(line.forecast, at)
        turn = safety.wind_shift(
            [float(one["from_deg"]) for one in hours],
            [float(one["km_h"]) for one in hours],
            self.params,
        )
        crews = safety.near_front(line.calls, line.fire.measured.edge, self.params)
        if turn is None or not crews:
            return []
        codes = tuple(sorted(one.unit for one in crews))
        fire = line.fire
        held = Held(
            Theme.CREW, WIND, str(fire.id), turn, 0, (), fire.id, None, codes, fire.territories
        )
        return [held]

    def _clear_after(self, kind: str) -> timedelta:
        return AT_ONCE if kind == SILENT else self.params.clear_after


def _heard(unit: Unit, call: CheckIn | None) -> Crew:
    """When a unit was heard last: at its arrival, by a call, or where a person saw it."""
    last = unit.position
    words = [("arrival", unit.status_at, "")]
    if call is not None:
        words.append(("check_in", call.at, call.by))
    if last is not None and last.source is PositionSource.PERSON:
        words.append(("position", last.at, ""))
    told = [(at, name, by) for name, at, by in words if at is not None]
    at, name, by = max(told)
    point = None if last is None else LonLat(*last.point)
    return Crew(unit, CrewAtFire(unit.card.code, point, last.at if last else None, at), name, by)


def _warning(kind: str, one: Warned, line: Line) -> Held:
    return Held(
        Theme.CREW,
        kind,
        one.unit,
        one.reason,
        one.grade,
        one.assumed,
        line.fire.id,
        None,
        (one.unit,),
        line.fire.territories,
    )


def _of_kind(
    kind: str, standing: Sequence[Notice], held: Sequence[Held]
) -> tuple[list[Notice], list[Held]]:
    mine = [one for one in standing if one.held.kind == kind]
    return mine, [one for one in held if one.kind == kind]


def _wind_ahead(kept: Kept | None, at: datetime) -> list[Any]:
    """The hours of a forecast's wind from the one that runs now."""
    if kept is None or not kept.wind_known:
        return []
    return [one for one in kept.wind if datetime.fromisoformat(one["at"]) > at - HOUR]


def _unwatched(line: Line) -> list[Coded]:
    """What of a fire's crews nobody can be warned of."""
    found = []
    if line.ground is None:
        found.append(Coded("safety.no_forecast"))
    if line.forecast is not None and not line.forecast.wind_known:
        found.append(Coded("safety.no_wind"))
    lost = [one.unit.card.code for one in line.crews if one.at_fire.point is None]
    if lost:
        found.append(Coded("safety.no_position", {"units": ", ".join(sorted(lost))}))
    return found
