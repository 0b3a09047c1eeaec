"""What a phone has kept while it had no link, carried out in its order, each thing for itself.

One request instead of twenty: on a link that answers after seconds that decides whether anything
arrives. Each thing has its own key, so that a batch that was answered into the void is sent again
without harm; what is refused is told with its reason and stops nothing behind it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Forbidden, Refusal
from sylvan.services.base import Base

log = structlog.get_logger()
DONE: Final = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be done."""

    key: str
    operation: str
    """Name of the operation that does the same alone: rights are asked by it."""
    do: Callable[[], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class FieldSync(Base):
    """Use-cases of a phone that is back."""

    def run(
        self, actor: Actor, items: Sequence[Item], may: Callable[[str], bool]
    ) -> dict[str, Any]:
        """Do them one after another.

        Args:
            actor: who asks.
            items: in the order in which they happened.
            may: whether an operation is open to who asks.
        """
        results = [self._one(actor, item, may) for item in items]
        now = self.clock()
        return {"now": now, "at": actor.world.now(now), "results": results}

    @staticmethod
    def _one(actor: Actor, item: Item, may: Callable[[str], bool]) -> dict[str, Any]:
        try:
            if not may(item.operation):
                told = {"role": actor.role, "operation": item.operation}
                raise Forbidden("problem.role", told)
            answer = item.do()
        except Refusal as refusal:
            return {
                "key": item.key,
                "status": refusal.status,
                "answer": None,
                "problem": refusal.as_coded().as_dict()
                | {"errors": [one.as_dict() for one in refusal.errors]},
            }
        return {"key": item.key, "status": DONE, "answer": answer, "problem": None}


def by_now(told: datetime | None, now: datetime) -> datetime | None:
    """A moment by a phone's clock; what it puts ahead of now has just happened."""
    return told if told is None else min(told, now)
