"""The score of a drill: people against the duty clocks, signals against what really burnt.

Figures are those of `/figures`, by the same definitions, over the drill's whole world.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import SYSTEM, Actor, system
from sylvan.domain.drills.clocks import Clock, Deed, Waiting, tally
from sylvan.domain.drills.model import Drill
from sylvan.domain.drills.truth import Judged, Signal, Truth, Verdict, judge, majority, sources
from sylvan.domain.figures.measure import Asking, measure
from sylvan.domain.figures.model import Thing
from sylvan.domain.figures.summary import result
from sylvan.domain.instants import iso
from sylvan.domain.worlds import World
from sylvan.services.alert_book import RuleBook
from sylvan.services.base import Base
from sylvan.services.figures import MOST_THINGS, Figures, definition_as_dict
from sylvan.store import drill_deeds, drills, duty, figures, worlds
from sylvan.store.drill_deeds import SETTLED, SHOWN, Done, Letter

NORMS: Final[Mapping[Clock, str]] = {
    Clock.SHOWN: "registered",
    Clock.SETTLED: "registered",
    Clock.DISPATCHED: "dispatched",
    Clock.DECIDED: "decided",
}
"""Clock of `alerts/clocks.yaml` whose first step is the norm. A signal has to be on a screen within
the time in which it has to be settled: both count from when it was received."""
UNSETTLED: Final = frozenset({"signal", "queued", "field_check"})
FOUGHT: Final = frozenset({"registered"})
"""Status in which a fire waits for forces."""
DECIDES: Final = frozenset({"approved", "refused"})
MINUTE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known of a drill's world, at one moment of its clock."""

    now: datetime
    things: list[Thing]
    done: list[Done]
    letters: list[Letter]
    orders: list[tuple[UUID, list[dict[str, Any]]]]
    signals: list[Signal]
    judged: list[Judged] | None
    of: Mapping[UUID, int]


@dataclass(frozen=True, slots=True)
class Scores(Base):
    """Makes scores."""

    book: RuleBook
    figures: Figures

    @property
    def norm_s(self) -> float:
        """How soon a signal has to be registered or rejected."""
        return self._norms().get(Clock.SETTLED, 0.0)

    def _norms(self) -> dict[Clock, float]:
        known = {one.name: one.steps_min[0] * MINUTE_S for one in self.book.current().book.clocks}
        return {clock: known[name] for clock, name in NORMS.items() if name in known}

    def of(self, one: Drill) -> dict[str, Any]:
        """The score as it stands now by the world's clock."""
        with self.engine.connect().execution_options(isolation_level="REPEATABLE READ") as conn:
            world = worlds.by_id(conn, one.world_id)
            if world is None:
                raise LookupError(f"the world of drill {one.id} is gone")
            found = self._gathered(conn, one, world)
            boundary = self.figures.boundary(conn)
            norms = self._norms()
            deeds = _deeds(found, norms, one.speed)
            people = sorted({deed.who for deed in deeds} | one.participants.people)
            names = duty.names_of(conn, people)
        asking = Asking(found.now, boundary)
        return {
            "at": iso(found.now),
            "speed": one.speed,
            "clocks": tally(deeds, _waiting(found, norms), norms),
            "people": [
                {
                    "subject": who,
                    "name": names.get(who, who),
                    "clocks": tally([deed for deed in deeds if deed.who == who], [], norms),
                }
                for who in people
            ],
            "figures": [
                {
                    "definition": definition_as_dict(each),
                    "result": result(each, measure(each, found.things, asking)).as_dict(),
                }
                for each in self.figures.definitions.figures
            ],
            "undecided": sum(1 for each in found.things if each.status in UNSETTLED),
            "truth": None if found.judged is None else _truth(found),
        }

    def _gathered(self, conn: Connection, one: Drill, world: World) -> Gathered:
        actor = system(world)
        now = world.now(self.clock())
        begin = datetime.fromisoformat(one.told["starts_at"])
        things = figures.things(
            conn, actor, begin, datetime.max.replace(tzinfo=begin.tzinfo), MOST_THINGS
        )
        signals = drill_deeds.signals(conn, actor)
        truth = drills.truth_of(conn, one.id)
        of = {} if truth is None else _matched(conn, actor, signals, truth)
        return Gathered(
            now,
            things,
            drill_deeds.done(conn, actor, (SHOWN, *SETTLED)),
            drill_deeds.letters(conn, actor),
            drill_deeds.stamps_of_orders(conn, actor),
            signals,
            None if truth is None else judge(truth, signals, of, now),
            of,
        )


def _matched(
    conn: Connection, actor: Actor, signals: Sequence[Signal], truth: Truth
) -> dict[UUID, int]:
    owners, rows = drill_deeds.pixels(conn, actor)
    return sources(signals, majority(owners, rows, truth), truth)


def _deeds(found: Gathered, norms: Mapping[Clock, float], speed: float) -> list[Deed]:
    """Everything that people did against a clock, each thing once for each clock."""
    things = {str(one.id): one for one in found.things}

    def span(who: str, clock: Clock, since: datetime, until: datetime) -> Deed:
        seconds = max((until - since).total_seconds(), 0.0)
        return Deed(who, clock, seconds, seconds / speed, norms.get(clock))

    made: dict[tuple[Clock, str], Deed] = {}
    for line in found.done:
        thing = things.get(line.subject)
        if thing is not None and line.who != SYSTEM:
            clock = Clock.SHOWN if line.action == SHOWN else Clock.SETTLED
            deed = span(line.who, clock, thing.received_at, line.at)
            made.setdefault((clock, line.subject), deed)
    for fire, stamps in found.orders:
        at = {one["status"]: (datetime.fromisoformat(one["at"]), one["by"]) for one in stamps}
        thing = things.get(str(fire))
        if "ordered" in at and thing is not None and thing.registered_at is not None:
            deed = span(at["ordered"][1], Clock.DISPATCHED, thing.registered_at, at["ordered"][0])
            made.setdefault((Clock.DISPATCHED, str(fire)), deed)
    return [*made.values(), *_decided(found, span), *_answered(found)]


def _decided(found: Gathered, span: Any) -> Iterable[Deed]:
    """Requests that somebody else than who asked decided on."""
    for _, stamps in found.orders:
        asked = next((one for one in stamps if one["status"] == "requested"), None)
        taken = next((one for one in stamps if one["status"] in DECIDES), None)
        if asked is not None and taken is not None and asked["by"] != taken["by"]:
            since, until = (datetime.fromisoformat(one["at"]) for one in (asked, taken))
            yield span(taken["by"], Clock.DECIDED, since, until)


def _answered(found: Gathered) -> Iterable[Deed]:
    """Alarms; they wait by the real clock, since who is rung up has no other."""
    for one in found.letters:
        if one.answered_at is not None and one.answered_by not in ("", SYSTEM):
            seconds = max((one.answered_at - one.made_at).total_seconds(), 0.0)
            yield Deed(one.answered_by, Clock.ANSWERED, seconds, seconds, float(one.within_s))


def _waiting(found: Gathered, norms: Mapping[Clock, float]) -> list[Waiting]:
    """What nobody has done when the score is made."""

    def since(clock: Clock, moment: datetime) -> Waiting:
        return Waiting(clock, (found.now - moment).total_seconds(), norms.get(clock))

    shown = {line.subject for line in found.done if line.action == SHOWN}
    left: list[Waiting] = []
    for one in found.things:
        if one.status in UNSETTLED:
            left.append(since(Clock.SETTLED, one.received_at))
            if one.is_fire and str(one.id) not in shown:
                left.append(since(Clock.SHOWN, one.received_at))
        elif one.status in FOUGHT and one.registered_at is not None:
            left.append(since(Clock.DISPATCHED, one.registered_at))
    for _, stamps in found.orders:
        if stamps and stamps[-1]["status"] == "requested":
            left.append(since(Clock.DECIDED, datetime.fromisoformat(stamps[-1]["at"])))
    open_letters = sum(1 for one in found.letters if one.answered_at is None)
    return left + [Waiting(Clock.ANSWERED, 0.0, None)] * open_letters


def _truth(found: Gathered) -> dict[str, Any]:
    """Fires found and missed, signals of nothing, hectares that really burnt meanwhile."""
    judged = found.judged or []
    nothing = [one for one in found.signals if not found.of.get(one.id, 0)]
    counts = {verdict.value: 0 for verdict in Verdict}
    for one in judged:
        counts[one.verdict.value] += 1
    return {
        **counts,
        "false_registered": sum(
            1 for one in nothing if one.registered_at and one.status != "rejected"
        ),
        "false_rejected": sum(1 for one in nothing if one.status == "rejected"),
        "false_undecided": sum(1 for one in nothing if one.status in UNSETTLED),
        "fires": [_fire(one, found.now) for one in judged if one.verdict is not Verdict.UNTOLD],
    }


def _fire(one: Judged, now: datetime) -> dict[str, Any]:
    fire, at = one.fire, one.registered_at
    return {
        "number": fire.number,
        "lon": fire.lon,
        "lat": fire.lat,
        "at": iso(fire.at),
        "told_at": iso(fire.told_at),
        "verdict": one.verdict.value,
        "signals": [str(each) for each in one.signals],
        "registered_at": iso(at),
        "seconds": one.seconds,
        "registered_ha": None if at is None else fire.area_ha(at),
        "end_ha": fire.area_ha(now),
    }
