"""Nobody has said that he has it: the next way, the next person, by ladder and clock."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid5

from sqlalchemy import Connection

from sylvan.domain.actors import system
from sylvan.domain.alerting import ladder
from sylvan.domain.alerting.alerts import Alert
from sylvan.domain.alerting.ladder import Ladder, Person, Step
from sylvan.domain.alerting.letters import NAMES
from sylvan.domain.worlds import World
from sylvan.services.base import Base
from sylvan.services.deliveries import Deliveries, marked, told
from sylvan.store import alerts, audit, drills, worlds


@dataclass(frozen=True, slots=True)
class Escalating(Base):
    """Use-cases of the clock."""

    deliveries: Deliveries

    def climb(self, limit: int = 200) -> int:
        """Take each alert whose step has come one step up; how many there were."""
        now = self.clock()
        with self.engine.begin() as conn:
            found = alerts.climbing(conn, now, limit)
            for world_id, one in found:
                world = worlds.by_id(conn, world_id)
                if world is not None:
                    self._step(conn, world, one, now)
        return len(found)

    def _step(self, conn: Connection, world: World, one: Alert, now: datetime) -> None:
        steps = self._ladder(one)
        if steps is None or one.step >= len(steps.steps):
            self._ended(conn, world, one, now)
            return
        step = steps.steps[one.step]
        moved = one
        if step.next_way:
            moved = replace(self.deliveries.next_way(conn, world, one, now), unreached=False)
        within = one.answer_within or ladder.LEAST
        after = ladder.step_at(steps, one.step + 1, one.made_at, within)
        last = ladder.ends_at(steps, one.made_at, within)
        moved = replace(moved, step=one.step + 1, climbs_at=after or last)
        alerts.progress(conn, moved)
        drill = drills.of_world(conn, world)
        others = step.people if drill is None or drill.outside else ()
        people = [self._told(conn, world, moved, person, now) for person in others]
        self._record(conn, world, one, step, [name for name in people if name], now)
        told(conn, world, [moved], now)

    def _told(
        self, conn: Connection, world: World, one: Alert, person: Person, now: datetime
    ) -> str | None:
        """Tell somebody else of an alert, once."""
        if person.recipient == one.recipient:
            return None
        other = replace(
            one,
            id=uuid5(NAMES, f"escalated|{one.root_id}|{person.recipient}"),
            recipient=person.recipient,
            language=person.language,
            contacts=person.contacts,
            made_at=now,
            climbs_at=None,
            step=0,
            tried=0,
            ladder="",
            wording=self.deliveries.writer.write(
                one.parts, person.language, marked(world, drill=one.drill)
            ),
        )
        if not alerts.add(conn, world.id, [other]):
            return None
        self.deliveries.begin(conn, world, [other], now)
        return person.recipient

    def _ended(self, conn: Connection, world: World, one: Alert, now: datetime) -> None:
        """The ladder is over and nobody has answered: that must be seen."""
        moved = replace(one, climbs_at=None, unreached=True)
        alerts.progress(conn, moved)
        changes = {"recipient": one.recipient, "rule": one.rule, "ladder": one.ladder}
        audit.record(conn, system(world), "alert.unanswered", str(one.id), changes, now=now)
        told(conn, world, [moved], now)

    def _record(
        self,
        conn: Connection,
        world: World,
        one: Alert,
        step: Step,
        people: list[str],
        now: datetime,
    ) -> None:
        changes = {
            "recipient": one.recipient,
            "rule": one.rule,
            "ladder": one.ladder,
            "step": one.step + 1,
            "next_way": step.next_way,
            "told": people,
        }
        audit.record(conn, system(world), "alert.escalated", str(one.id), changes, now=now)

    def _ladder(self, one: Alert) -> Ladder | None:
        ladders = self.deliveries.escalation.ladders
        return next((each for each in ladders if each.name == one.ladder), None)
