"""Requests for forces that nobody answers: the ladder goes on by itself.

When a rung's time has run out the next one is called by a notice, once; it is over when the request
is answered, in the answer's own transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.command.ladder import Called, Ladder, called
from sylvan.domain.command.notices import Held, Theme, ended
from sylvan.domain.command.orders import Order, OrderStatus
from sylvan.domain.fires import Fire
from sylvan.services.base import Base, whole_again
from sylvan.services.notices import settled, tell
from sylvan.store import notices, orders

OVERDUE: Final = "overdue"


@dataclass(frozen=True, slots=True)
class Requests(Base):
    """What the clock asks about requests."""

    ladder: Ladder

    @whole_again
    def look(self, actor: Actor) -> int:
        """Call the next rung where time has run out; how many notices are news."""
        now = self.clock()
        with self.engine.begin() as conn:
            standing = notices.standing(conn, actor, theme=Theme.REQUEST, lock=True)
            held = _held(orders.still_open(conn, actor), self.ladder, actor.world.now(now))
            return settled(conn, actor, standing, held, now)


def answered(conn: Connection, actor: Actor, fire: Fire, ladder: Ladder, now: datetime) -> None:
    """A request for a fire was answered: its call is over, or concerns one unit less."""
    standing = notices.standing(conn, actor, theme=Theme.REQUEST, fire_ids=fire.ids, lock=True)
    if not standing:
        return
    at = actor.world.now(now)
    left = {one.name: one for one in _held(orders.of_fires(conn, actor, fire.ids), ladder, at)}
    changed = []
    for one in standing:
        still = left.get(one.held.name)
        if still is None:
            changed.append(ended(one, at))
        elif still.units != one.held.units:
            fewer = replace(one.held, units=still.units)
            changed.append(replace(one, version=one.version + 1, held=fewer))
    tell(conn, actor, changed, now)


def _held(known: Iterable[Order], ladder: Ladder, at: datetime) -> list[Held]:
    """One condition for each fire and rung that was asked: the same people answer all of it."""
    late: dict[tuple[UUID, str], list[tuple[Called, Order]]] = {}
    for one in known:
        if one.status is not OrderStatus.REQUESTED:
            continue
        turn = called(ladder, one.rung, one.stamps[0].at, at)
        if turn is not None:
            late.setdefault((one.fire_id, one.rung), []).append((turn, one))
    return [_of(fire_id, rung, mine) for (fire_id, rung), mine in late.items()]


def _of(fire_id: UUID, rung: str, mine: list[tuple[Called, Order]]) -> Held:
    worst = max((turn for turn, _ in mine), key=lambda turn: turn.steps)
    return Held(
        Theme.REQUEST,
        OVERDUE,
        f"{fire_id}:{rung}",
        worst.told,
        worst.steps,
        fire_id=fire_id,
        units=tuple(sorted({one.unit for _, one in mine})),
        territories=mine[0][1].territories,
    )
