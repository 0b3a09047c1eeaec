"""Drills: begin one for chosen people, let nobody else in, end it, remove its world."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor, system
from sylvan.domain.codes import Conflict, FieldError, Forbidden, NotFound, invalid
from sylvan.domain.drills.model import (
    Drill,
    DrillState,
    Participants,
    Source,
    name_of,
)
from sylvan.domain.drills.truth import Truth
from sylvan.domain.rights import Rights
from sylvan.domain.worlds import World, WorldClock, WorldKind
from sylvan.services.base import Base, leading
from sylvan.services.doors import Identity
from sylvan.services.drill_people import DrillPeople
from sylvan.services.drill_scores import Scores
from sylvan.services.worlds import Worlds
from sylvan.store import audit, drills, worlds
from sylvan.store.drill_deeds import forget
from sylvan.store.leading import Post
from sylvan.store.limits import as_installation

BEGIN: Final = "drills_begin"
"""The operation that makes somebody a head of drills."""
MOST_OPEN: Final = 3
"""Drills at once: each of them takes data in beside the live feeds."""
LONGEST_AHEAD: Final = timedelta(days=30)


class Days(Protocol):
    """Makes the days that are played."""

    def holds(self, source: Source) -> dict[str, Any]:
        """What a day holds: `starts_at` and `ends_at` (world time), counts.

        Raises:
            Invalid: there is no such day.
        """


@dataclass(frozen=True, slots=True)
class NewDrill:
    """A drill as it is asked for."""

    name: str
    source: Source
    speed: float
    people: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    outside: bool = False
    begin_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drills(Base):
    """Use-cases about drills."""

    rights: Rights
    people: DrillPeople
    days: Days
    scores: Scores

    def leading(self) -> Any:
        """Whether this process alone plays drills while the block runs."""
        return leading(self.engine, Post.DRILLS)

    def choices(self) -> dict[str, Any]:
        """Who may take part, and whose days can be played."""
        return self.people.choices()

    def preview(self, source: Source, speed: float) -> dict[str, Any]:
        """What a day holds, and how long it takes."""
        told = self.days.holds(source)
        norm = self.scores.norm_s
        return {
            **told,
            "watch_s": source.length.total_seconds() / speed,
            "norm_s": norm,
            "norm_watch_s": norm / speed,
        }

    def begin(self, actor: Actor, new: NewDrill) -> dict[str, Any]:
        """Open a drill's world; the player sets its clock going when it is time.

        Raises:
            Invalid: nobody takes part, or there is no such day.
            Conflict: there are enough of them.
        """
        self._check(new)
        told = self.days.holds(new.source)
        now = self.clock()
        with self.engine.begin() as conn:
            worlds.lock(conn)
            if len(drills.still_open(conn)) >= MOST_OPEN:
                raise Conflict("drills.enough", {"most": MOST_OPEN})
            name = name_of(new.name, worlds.names(conn))
            start = WorldClock(datetime.fromisoformat(told["starts_at"]), now, 0.0)
            world = worlds.add(conn, WorldKind.DRILL, name, start, now)
            if world is None:
                raise Conflict("problem.world_exists", {"world": name}, "name")
            made = _made(actor, new, world, now, told)
            drills.add(conn, made)
            Worlds(self.engine, self.clock).tell(conn, system(world), "world.open")
            self._note(conn, actor, "drill.planned", made, now)
        return self._told(made, actor)

    def _check(self, new: NewDrill) -> None:
        found = self.people.faults(new.people, new.roles)
        if not new.people and not new.roles:
            found.append(FieldError("roles", "drills.nobody"))
        now = self.clock()
        if new.begin_at is not None and new.begin_at > now + LONGEST_AHEAD:
            found.append(FieldError("begin_at", "drills.too_far", {"days": LONGEST_AHEAD.days}))
        if found:
            raise invalid(found)

    def listed(self, actor: Actor) -> list[dict[str, Any]]:
        """All drills for whoever leads some, else those that one takes part in; newest first."""
        with self.engine.connect() as conn:
            found = drills.listed(conn)
        return [self._told(one, actor) for one in found if self._sees(one, actor)]

    def one(self, actor: Actor, drill_id: UUID) -> dict[str, Any]:
        """One drill, with who was in it so far for whoever leads it."""
        return self._told(self._found(actor, drill_id), actor)

    def score(self, actor: Actor, drill_id: UUID) -> dict[str, Any]:
        """How people did; while it runs only for who leads it, since it tells where it burns.

        Raises:
            Forbidden: the drill still runs.
        """
        one = self._found(actor, drill_id)
        if one.is_open and not self._leads(one, actor):
            raise Forbidden("drills.not_over", {"drill": one.name})
        return self._scored(one)

    def _scored(self, one: Drill) -> dict[str, Any]:
        """As it was kept; of a drill that has ended without (a process died) it is made now."""
        if one.score is not None:
            return dict(one.score)
        made = self.scores.of(one)
        if not one.is_open:
            with self.engine.begin() as conn:
                drills.change(conn, one.id, score=made)
        return made

    def end(self, actor: Actor, drill_id: UUID) -> dict[str, Any]:
        """End a drill: its clock stands, its world stays to be looked at.

        Raises:
            Conflict: it is over already.
        """
        self._found(actor, drill_id)
        return self._told(self.over(actor, drill_id), actor)

    def over(self, actor: Actor, drill_id: UUID, why: str = "") -> Drill:
        """It is over; with ``why`` (a code) it was broken off."""
        now = self.clock()
        with self.engine.begin() as conn:
            one = drills.get(conn, drill_id, lock=True)
            if one is None:
                raise NotFound("drills.unknown", {"id": str(drill_id)})
            if not one.is_open:
                raise Conflict("drills.over", {"drill": one.name})
            state = DrillState.BROKEN if why else DrillState.ENDED
            told = {"state": state.value, "ended_at": now, "ended_by": actor.subject, "why": why}
            drills.change(conn, one.id, **told)
            world = worlds.by_id(conn, one.world_id)
            if world is not None:
                Worlds(self.engine, self.clock).ended(conn, system(world))
            after = replace(one, state=state, ended_at=now, ended_by=actor.subject, why=why)
            self._note(conn, actor, f"drill.{state.value}", after, now)
        self._scored(after)
        return after

    def delete(self, actor: Actor, drill_id: UUID) -> dict[str, Any]:
        """Remove a drill that is over with everything in its world; log and audit keep theirs.

        Raises:
            Conflict: it still runs.
        """
        now = self.clock()
        with self.engine.begin() as conn:
            one = drills.get(conn, drill_id, lock=True)
            if one is None:
                raise NotFound("drills.unknown", {"id": str(drill_id)})
            if one.is_open:
                raise Conflict("drills.still_open", {"drill": one.name})
            drills.remove(conn, one.id)
            rows = forget(conn, one.world_id, f"deleted-{one.world_id}")
            self._note(conn, actor, "drill.deleted", one, now, rows=rows)
        return {"id": str(one.id), "rows": rows}

    def enter(self, who: Identity, world: World, *, changes: bool) -> None:
        """Whether somebody may act in a world; only a drill's is closed to anybody.

        Raises:
            Forbidden: whoever asks takes no part.
            Conflict: the drill is over, and nothing can be changed in it any more.
        """
        one = self.of(world)
        if one is None:
            return
        if not one.admits(who.subject, who.role):
            raise Forbidden("drills.not_yours", {"drill": one.name})
        if changes and not one.is_open:
            raise Conflict("drills.over", {"drill": one.name})

    def of(self, world: World) -> Drill | None:
        """The drill that is played in a world."""
        if world.kind is not WorldKind.DRILL:
            return None
        with as_installation(), self.engine.connect() as conn:
            return drills.of_world(conn, world)

    def enters(self, who: Identity, world: World) -> bool:
        """Whether somebody may look into a world."""
        one = self.of(world)
        return one is None or one.admits(who.subject, who.role)

    def due(self) -> list[Drill]:
        """Those that are to be played now."""
        now = self.clock()
        with self.engine.connect() as conn:
            return [one for one in drills.still_open(conn) if one.begin_at <= now]

    def started(self, one: Drill, holds: Mapping[str, Any]) -> None:
        """Its player begins."""
        now = self.clock()
        with self.engine.begin() as conn:
            values: dict[str, Any] = {"state": DrillState.RUNNING.value, "told": dict(holds)}
            if one.began_at is None:
                values["began_at"] = now
                self._note(conn, system(worlds.ensure_live(conn, now)), "drill.began", one, now)
            drills.change(conn, one.id, **values)

    def keep_truth(self, drill_id: UUID, truth: Truth) -> None:
        """What really burns on its day."""
        with self.engine.begin() as conn:
            drills.keep_truth(conn, drill_id, truth)

    def remember(self, drill_id: UUID, progress: Mapping[str, Any]) -> bool:
        """Note where its player stands; whether it goes on."""
        with self.engine.begin() as conn:
            return drills.remember(conn, drill_id, progress)

    def _found(self, actor: Actor, drill_id: UUID) -> Drill:
        with self.engine.connect() as conn:
            one = drills.get(conn, drill_id)
        if one is None or not self._sees(one, actor):
            raise NotFound("drills.unknown", {"id": str(drill_id)})
        return one

    def _heads(self, actor: Actor) -> bool:
        return self.rights.may(actor.role, BEGIN)

    def _sees(self, one: Drill, actor: Actor) -> bool:
        return self._heads(actor) or one.admits(actor.subject, actor.role)

    def _leads(self, one: Drill, actor: Actor) -> bool:
        """Who takes part is not told what comes, whatever his role."""
        plays = one.participants.has(actor.subject, actor.role)
        return one.made_by == actor.subject or (self._heads(actor) and not plays)

    def _told(self, one: Drill, actor: Actor) -> dict[str, Any]:
        told = one.as_dict()
        leads = self._leads(one, actor)
        if one.is_open and not leads:
            told |= {"holds": None, "source": told["source"] | {"seed": 0}}
        enters = one.admits(actor.subject, actor.role)
        present = self.people.present(one) if leads else []
        return told | {"leads": leads, "enters": enters, "present": present}

    def _note(
        self, conn: Connection, actor: Actor, action: str, one: Drill, now: datetime, **more: Any
    ) -> None:
        facts = {
            "name": one.name,
            "world": one.world,
            "speed": one.speed,
            "people": sorted(one.participants.people),
            "roles": sorted(one.participants.roles),
            **({"why": one.why} if one.why else {}),
            **more,
        }
        audit.record(conn, actor, action, f"drill:{one.id}", facts, now=now)


def _made(
    actor: Actor, new: NewDrill, world: World, now: datetime, told: Mapping[str, Any]
) -> Drill:
    return Drill(
        id=uuid7(),
        world_id=world.id,
        world=world.name,
        name=new.name,
        state=DrillState.PLANNED,
        source=new.source,
        speed=new.speed,
        participants=Participants(frozenset(new.people), frozenset(new.roles)),
        outside=new.outside,
        made_by=actor.subject,
        made_at=now,
        begin_at=max(new.begin_at or now, now),
        told=told,
    )
