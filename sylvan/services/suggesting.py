"""Suggestions of forces: made when something changes or somebody asks, kept whole, explained.

The engine is asked for all fires at once, since one fire's unit is another's. A fault here costs
the new answer; the last one stays with its age.
"""

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import Connection

from sylvan.domain.actors import Actor, system
from sylvan.domain.codes import NotFound
from sylvan.domain.command.verdicts import Decision
from sylvan.domain.dispatch.attack import DEFAULT as ATTACK
from sylvan.domain.dispatch.engine import Demands, Solved, solve
from sylvan.domain.dispatch.guard import Guarded, guard
from sylvan.domain.dispatch.model import Problem
from sylvan.domain.dispatch.need import DEFAULT as NEED
from sylvan.domain.dispatch.outlooks import DEFAULT as OUTLOOK
from sylvan.domain.dispatch.params import DEFAULT, DispatchParameters
from sylvan.domain.dispatch.stored import problem_dict, told_dict
from sylvan.domain.dispatch.whatif import DEFAULT as WIND
from sylvan.domain.instants import iso
from sylvan.services.base import Base, leading
from sylvan.services.fires import found
from sylvan.services.helpers import Helpers
from sylvan.services.suggest_inputs import FOUGHT, Gathered, Gatherer, ids_of, keeping_some
from sylvan.services.suggest_views import outcome
from sylvan.services.verdicts import LOCKED, part_of
from sylvan.store import constraints, events, fires, stations, suggestions, verdicts
from sylvan.store.events import Event
from sylvan.store.leading import Post
from sylvan.store.suggestions import Suggestion

log = structlog.get_logger()
EVENT: Final = "suggestion.made"
SEED: Final = 1
OLD: Final = timedelta(minutes=30)
"""After this, what was suggested no longer says much."""


@dataclass(frozen=True, slots=True)
class Suggestions(Base):
    """Use-cases about the suggestion."""

    gatherer: Gatherer
    helpers: Helpers
    params: DispatchParameters = field(default=DEFAULT)

    def make(
        self, actor: Actor, trigger: str, without: Collection[str] = ()
    ) -> dict[str, Any] | None:
        """Ask the engine for all fires that are fought, keep the answer, and tell of it.

        Args:
            actor: who asks.
            trigger: why: a fire was registered, a unit changed, somebody asked.
            without: units that are left out.

        Returns:
            The suggestion; ``None`` where no fire is to be fought.
        """
        begun = monotonic()
        now = self.clock()
        at = actor.world.now(now)
        self.gatherer.travels.get_ready(self.engine, at)
        with self.engine.connect() as conn:
            # one plan for everybody: who sees less sees less of it, and does not plan beside it
            gathered = self.gatherer.gather(conn, system(actor.world), at, now, without)
        if gathered is None:
            return None
        gathered = keeping_some(gathered, at)
        guarded = self.helpers.call("suggestion", solved, gathered.problem, self.params)
        told = outcome(gathered, guarded, at)
        one = self._kept(actor, trigger, gathered, guarded.solved, told, at, monotonic() - begun)
        with self.engine.begin() as conn:
            number = suggestions.add(conn, actor, one, now)
            events.write(conn, actor, _events(number, at, gathered))
            seen = _seen(conn, actor, one)
        log.info("suggestion.made", number=number, fires=len(one.fire_ids), seconds=one.seconds)
        return _told(one, number, at) | seen

    def standing(self, actor: Actor) -> str:
        """What a suggestion depends on, as one word; another word asks for another suggestion."""
        at = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            return suggestions.standing(conn, actor, sorted(FOUGHT), at)

    def fought(self, actor: Actor) -> frozenset[UUID]:
        """Fires to which a suggestion may send somebody."""
        with self.engine.connect() as conn:
            return suggestions.fought(conn, actor, sorted(FOUGHT))

    def leading(self) -> AbstractContextManager[bool]:
        """Whether this process alone makes suggestions by itself while the block runs."""
        return leading(self.engine, Post.SUGGESTIONS)

    def newest(self, actor: Actor) -> dict[str, Any] | None:
        """The newest suggestion for all fires."""
        with self.engine.connect() as conn:
            one = suggestions.newest(conn, actor)
            seen = {} if one is None else _seen(conn, actor, one)
        return None if one is None else _told(one, one.id, actor.world.now(self.clock())) | seen

    def numbered(self, actor: Actor, number: int) -> dict[str, Any]:
        """A suggestion by its number, as it was told."""
        with self.engine.connect() as conn:
            one = suggestions.get(conn, actor, number)
            if one is None:
                raise NotFound("problem.suggestion_unknown", {"number": number})
            seen = _seen(conn, actor, one)
        return _told(one, one.id, actor.world.now(self.clock())) | seen

    def of_fire(self, actor: Actor, fire_id: UUID) -> dict[str, Any]:
        """What was suggested for one fire last, and what people said of it; without any it says so.

        ``decision`` is the newest one about the fire; ``same`` tells whether it is about what
        stands here.
        """
        at = actor.world.now(self.clock())
        with self.engine.connect() as conn:
            fire = found(conn, actor, fire_id)
            ids = fire.ids
            one = suggestions.newest(conn, actor, ids)
            decided = next(iter(verdicts.of_fire(conn, actor, ids)), None)
            said = constraints.in_force(conn, actor, at)
            seen = {} if one is None else _seen(conn, actor, one)
        words = [one.as_dict() for one in said if one.fire_id is None or one.fire_id in ids]
        mine = None if one is None else part_of(one, ids)
        if one is None or mine is None:
            return _NONE | {"constraints": words}
        told = _told(one, one.id, at) | seen
        shown = next((row for row in told["fires"] if row["fire_id"] == mine["fire_id"]), mine)
        decision = None
        if decided is not None:
            decision = decided.as_dict() | {"same": _same(decided, one.id, mine)}
        bases = {unit["base"] for unit in mine["units"]}
        return {name: told[name] for name in ("number", "at", "stale", "gap")} | {
            "fire": shown,
            "decision": decision,
            "constraints": words,
            "bared": [row for row in told["left"] if row["base"] in bases and row["move_up"]],
        }

    def _kept(
        self,
        actor: Actor,
        trigger: str,
        gathered: Gathered,
        solved: Solved,
        told: dict[str, Any],
        at: datetime,
        seconds: float,
    ) -> Suggestion:
        territories = sorted({code for one in gathered.fires.values() for code in one.territories})
        return Suggestion(
            at=at,
            trigger=trigger,
            asked_by=actor.subject,
            stage=solved.best.stage.value,
            objective=solved.best.objective,
            bound=solved.best.bound,
            seconds=seconds,
            seed=solved.seed,
            versions={
                "dispatch": self.params.version,
                "attack": ATTACK.version,
                "need": NEED.version,
                "outlook": OUTLOOK.version,
                "cards": self.gatherer.cards.version,
                "forces": self.gatherer.keeper.rules.version,
                "travel": self.gatherer.travels.params.version,
                "what_if": WIND.version,
            },
            fire_ids=ids_of(gathered),
            territories=tuple(territories),
            input=problem_dict(gathered.problem)
            | {
                "told": [told_dict(one) for one in gathered.told.values()],
                "winds": {fire: asdict(one) for fire, one in gathered.winds.items()},
            },
            outcome=told,
        )


BY_BASE: Final = ("left", "below", "one_more")
"""Parts of a plan whose rows are about bases."""
_NONE: Final[dict[str, Any]] = {
    "number": None,
    "at": None,
    "stale": False,
    "gap": None,
    "fire": None,
    "decision": None,
    "bared": [],
}


def _same(decided: Decision, number: int, mine: dict[str, Any]) -> bool:
    """Whether a decision is about what stands now: this number, or the same units again."""
    offered = {one["unit"] for one in mine["units"] if one["role"] != LOCKED}
    return decided.suggestion == number or set(decided.suggested) == offered


def solved(problem: Problem, params: DispatchParameters) -> Guarded:
    """In a helper: the plan with its guard-rails; the same for the same problem."""
    return guard(solve(problem, params, Demands(seed=SEED)))


def _events(number: int, at: datetime, gathered: Gathered) -> list[Event]:
    """One event for fires of the same territories: nobody hears of fires that are not his."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for fire in gathered.fires.values():
        groups.setdefault(fire.territories, []).append(str(fire.id))
    return [
        Event(
            EVENT,
            f"suggestion:{number}",
            at,
            {"number": number, "at": iso(at), "fires": ids},
            marks,
        )
        for marks, ids in groups.items()
    ]


def _seen(conn: Connection, actor: Actor, one: Suggestion) -> dict[str, Any]:
    """The parts of a plan for the whole region that an actor sees less of: own fires, own bases."""
    if actor.everywhere:
        return {}
    mine = {str(fire) for fire in fires.many(conn, actor, one.fire_ids)}
    rows = [row for row in one.outcome["fires"] if row["fire_id"] in mine]
    named = {row["base"] for part in BY_BASE for row in one.outcome[part]}
    named |= {unit["base"] for row in rows for unit in row["not_sent"]}
    bases = stations.of_codes(conn, actor, sorted(named))
    own = [
        row | {"not_sent": [unit for unit in row["not_sent"] if unit["base"] in bases]}
        for row in rows
    ]
    return {"fires": own} | {
        part: [row for row in one.outcome[part] if row["base"] in bases] for part in BY_BASE
    }


def _told(one: Suggestion, number: int, now: datetime) -> dict[str, Any]:
    gap = None
    if one.bound is not None:
        gap = max(one.objective - one.bound, 0.0) / one.objective if one.objective > 0 else 0.0
    return {
        "number": number,
        "at": iso(one.at),
        "trigger": one.trigger,
        "stage": one.stage,
        "gap": None if gap is None else round(gap, 4),
        "objective_ha": round(one.objective, 1),
        "seconds": round(one.seconds, 2),
        "versions": one.versions,
        "stale": now - one.at > OLD,
        **one.outcome,
    }
