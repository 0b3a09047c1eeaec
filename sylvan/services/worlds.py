"""Worlds: find them, open replays and drills, set their clocks."""

from dataclasses import dataclass

from sqlalchemy import Connection

from sylvan.domain.actors import Actor, system
from sylvan.domain.codes import Conflict, NotFound
from sylvan.domain.worlds import World, WorldClock, WorldKind
from sylvan.services.base import Base
from sylvan.store import audit, events, worlds
from sylvan.store.events import Event


@dataclass(frozen=True, slots=True)
class Worlds(Base):
    """Use-cases about worlds."""

    def live(self) -> World:
        """The live world."""
        with self.engine.begin() as conn:
            return worlds.ensure_live(conn, self.clock())

    def named(self, name: str) -> World:
        """The open world with this name (``live`` always exists)."""
        with self.engine.connect() as conn:
            found = worlds.by_name(conn, name)
        if found is None:
            raise NotFound("problem.world_unknown", {"world": name}, "world")
        return found

    def listed(self) -> list[World]:
        """All open worlds, live first."""
        with self.engine.connect() as conn:
            return worlds.all_open(conn)

    def open(self, kind: WorldKind, name: str, clock: WorldClock) -> World:
        """A new replay or drill."""
        with self.engine.begin() as conn:
            world = worlds.add(conn, kind, name, clock, self.clock())
            if world is None:
                raise Conflict("problem.world_exists", {"world": name}, "world")
            self.tell(conn, system(world), "world.open")
        return world

    def set_clock(self, actor: Actor, clock: WorldClock) -> World:
        """Another time or speed for the actor's world."""
        world = actor.world.with_clock(clock)
        with self.engine.begin() as conn:
            worlds.set_clock(conn, world.id, clock)
            self.tell(conn, actor.in_world(world), "world.clock")
        return world

    def close(self, actor: Actor) -> None:
        """End a replay or drill; what happened in it stays readable."""
        with self.engine.begin() as conn:
            worlds.close(conn, actor.world.id, self.clock())
            self.tell(conn, actor, "world.close")

    def ended(self, conn: Connection, actor: Actor) -> World:
        """Within the caller's transaction: its clock stands from now on, and it is closed."""
        now = self.clock()
        world = actor.world.with_clock(actor.world.clock.at_rate(0.0, now))
        worlds.set_clock(conn, world.id, world.clock)
        worlds.close(conn, world.id, now)
        self.tell(conn, actor.in_world(world), "world.close")
        return world

    def tell(self, conn: Connection, actor: Actor, action: str) -> None:
        """Put what became of a world into log and audit, in the caller's transaction."""
        now = self.clock()
        body = as_dict(actor.world, actor.world.now(now).isoformat())
        event = Event("world.changed", f"world:{actor.world.id}", actor.world.now(now), body)
        events.write(conn, actor, [event])
        audit.record(conn, actor, action, event.subject, body, now=now)


def as_dict(world: World, now: str) -> dict[str, object]:
    """The JSON form of a world and what its clock shows."""
    return {
        "id": world.id,
        "name": world.name,
        "kind": str(world.kind),
        "now": now.replace("+00:00", "Z"),
        "rate": world.clock.rate,
    }
