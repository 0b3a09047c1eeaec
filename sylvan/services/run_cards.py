"""Run cards of a fire as the duty officer's checklist: what goes out first, filled by the nearest.

It needs no engine: where that gives no answer, the card still does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.dispatch.runcard import Response, Tick, checklist
from sylvan.domain.fires import Fire
from sylvan.domain.instants import iso
from sylvan.services.base import Base
from sylvan.services.fires import found
from sylvan.services.suggest_inputs import FOUGHT, Gathered, Gatherer
from sylvan.store import exposure


@dataclass(frozen=True, slots=True)
class RunCards(Base):
    """The use-case."""

    gatherer: Gatherer

    def of_fire(self, actor: Actor, fire_id: UUID) -> dict[str, Any]:
        """The card of a fire, and the nearest free units that fill it while it is fought."""
        now = self.clock()
        at = actor.world.now(now)
        self.gatherer.travels.get_ready(self.engine, at)
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            key = str(fire.id)
            gathered = None
            if fire.status in FOUGHT:
                gathered = self.gatherer.gather(conn, actor, at, now)
            if gathered is None:
                response = self._response(conn, actor, fire)
                ticks = tuple(Tick(line, (), line.count) for line in response.lines)
            else:
                response = gathered.responses[key]
                ticks = checklist(gathered.problem, key)
        return {
            "version": self.gatherer.cards.version,
            "names": list(response.names),
            "zone": response.zone,
            "danger_class": response.danger,
            "fought": fire.status in FOUGHT,
            "lines": [_line(one, gathered, key, at) for one in ticks],
            "on_call": list(response.on_call),
            "alerts": list(response.alerts),
            "verified": response.verified,
            "assumed": [one.as_dict() for one in response.assumed],
        }

    def _response(self, conn: Connection, actor: Actor, fire: Fire) -> Response:
        near = {str(fire.id): exposure.of_fire(conn, actor, fire.id) or {}}
        return self.gatherer.responses(conn, actor, [fire], near)[str(fire.id)]


def _line(tick: Tick, gathered: Gathered | None, fire: str, at: datetime) -> dict[str, Any]:
    units = []
    if gathered is not None:
        problem = gathered.problem
        column = problem.fire_index()[fire]
        row = {one.id: place for place, one in enumerate(problem.units)}
        hours = {unit: float(problem.eta_h[row[unit], column]) for unit in tick.units}
        units = [
            {"unit": unit, "eta_at": iso(at + timedelta(hours=took))}
            for unit, took in hours.items()
        ]
    return {
        "kind": tick.line.kind,
        "count": tick.line.count,
        "within_h": tick.line.within_h,
        "units": units,
        "missing": tick.missing,
    }
