"""How the whole does: each part's state, and the rung of the ladder on which the system stands.

The ladder (what still works where something does not): feeds are late and the map says so; the
database takes no changes and what is stored is shown; the live channel is down and screens ask by
themselves; a screen without a line shows what it has. The last rung only the screen itself can see.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sylvan.domain.codes import Coded
from sylvan.domain.instants import iso
from sylvan.services.vitals import BatchFigures, FeedFigures, Figures

Facts = dict[str, float | int | str | None]
LAGS_S: Final = 5.0
"""Seconds that an event may wait for its number before screens feel it."""
WAITING: Final = 5_000
"""Events without a number above which screens mislead."""
REJECTS: Final = 0.05
"""Share of a day's rows that cannot be used above which a format has changed."""
UNSIGNED: Final = timedelta(hours=2)
"""Twice the time between two checkpoints of the audit."""


class State(StrEnum):
    """How a part does."""

    OK = "ok"
    LATE = "late"
    FAILING = "failing"
    NEVER = "never"


class Rung(StrEnum):
    """What still works, from the best down."""

    WHOLE = "whole"
    FEEDS_LATE = "feeds_late"
    READ_ONLY = "read_only"
    NO_LIVE = "no_live"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the whole."""

    part: str
    state: State
    reason: Coded | None = None
    facts: Facts = field(default_factory=dict)
    name: str = ""
    """Of a feed."""
    world: str = ""

    def as_dict(self) -> dict[str, Any]:
        """In JSON."""
        return {
            "part": self.part,
            "name": self.name,
            "world": self.world,
            "state": str(self.state),
            "reason": None if self.reason is None else self.reason.as_dict(),
            "facts": self.facts,
        }


@dataclass(frozen=True, slots=True)
class LiveFacts:
    """What the gateway of this process tells of itself."""

    ready: bool
    clients: int = 0
    behind: int = 0
    failed_resumes: int = 0


def overview(found: Figures | None, live: LiveFacts, now: datetime) -> dict[str, Any]:
    """Everything at one moment; ``found`` is nothing while the database is away."""
    parts = [_database(found), _live(live)]
    if found is not None:
        parts += [_log(found), _audit(found, now), _grouping(found)]
        parts += [_feed(one) for one in found.feeds]
        parts += _batches(found.batches)
    return {
        "at": iso(now),
        "rung": str(_rung(parts)),
        "parts": [part.as_dict() for part in parts],
        "queues": {} if found is None else found.queues,
    }


def _rung(parts: Iterable[Part]) -> Rung:
    bad = {one.part for one in parts if one.state not in (State.OK, State.NEVER)}
    failing = {one.part for one in parts if one.state is State.FAILING}
    if "live" in failing or "log" in failing:
        return Rung.NO_LIVE
    if "database" in failing:
        return Rung.READ_ONLY
    return Rung.FEEDS_LATE if "feed" in bad else Rung.WHOLE


def _database(found: Figures | None) -> Part:
    if found is None:
        return Part("database", State.FAILING, Coded("health.database_away"))
    facts: Facts = {"answers_ms": found.answers_ms}
    if found.read_only:
        return Part("database", State.FAILING, Coded("health.database_read_only"), facts)
    return Part("database", State.OK, None, facts)


def _live(live: LiveFacts) -> Part:
    facts: Facts = {
        "clients": live.clients,
        "behind": live.behind,
        "failed_resumes": live.failed_resumes,
    }
    if not live.ready:
        return Part("live", State.FAILING, Coded("health.live_not_ready"), facts)
    if live.behind > WAITING:
        return Part("live", State.LATE, Coded("health.live_behind", {"n": live.behind}), facts)
    return Part("live", State.OK, None, facts)


def _log(found: Figures) -> Part:
    facts: Facts = {
        "seq": found.seq,
        "waiting": found.waiting,
        "lag_s": round(found.lag_s, 1),
    }
    told = Coded("health.log_lags", {"n": found.waiting, "s": round(found.lag_s)})
    if found.waiting > WAITING:
        return Part("log", State.FAILING, told, facts)
    return Part("log", State.LATE, told, facts) if found.lag_s > LAGS_S else _ok("log", facts)


def _audit(found: Figures, now: datetime) -> Part:
    signed = found.signed_at
    facts: Facts = {
        "seq": found.audit_seq,
        "waiting": found.queues.get("audit", 0),
        "signed_seq": found.signed_seq,
        "signed_at": iso(signed),
    }
    behind = found.audit_seq > found.signed_seq
    if behind and signed is not None and now - signed > UNSIGNED:
        hours = round((now - signed) / timedelta(hours=1))
        return Part("audit", State.LATE, Coded("health.audit_unsigned", {"hours": hours}), facts)
    if found.queues.get("audit", 0) > WAITING:
        told = Coded("health.audit_waits", {"n": found.queues["audit"]})
        return Part("audit", State.LATE, told, facts)
    return _ok("audit", facts)


def _grouping(found: Figures) -> Part:
    waiting = found.queues.get("ungrouped", 0)
    facts: Facts = {"waiting": waiting}
    if waiting:
        return Part("grouping", State.LATE, Coded("health.ungrouped", {"n": waiting}), facts)
    return _ok("grouping", facts)


def _feed(one: FeedFigures) -> Part:
    states = {"ok": State.OK, "late": State.LATE, "never": State.NEVER}
    facts: Facts = {
        "data_age_s": None if one.data_age_s is None else round(one.data_age_s),
        "pass_age_s": None if one.pass_age_s is None else round(one.pass_age_s),
        "rows": one.rows,
    }
    if one.paused is not None:
        held = Coded("health.feed_paused", one.paused)
        return Part("feed", State.LATE, held, facts, one.feed, one.world)
    state = states.get(one.state, State.FAILING)
    reason = None if one.error is None or state is State.OK else Coded.from_dict(one.error)
    return Part("feed", state, reason, facts, one.feed, one.world)


def _batches(batches: Iterable[BatchFigures]) -> Iterator[Part]:
    for one in batches:
        facts: Facts = {
            "files": one.batches,
            "rows": one.rows.get("rows", 0),
            "rejected": one.rows.get("rejected", 0),
            "reject_ratio": round(one.reject_ratio, 4),
        }
        if one.reject_ratio > REJECTS:
            told = Coded("health.rejects", {"percent": round(one.reject_ratio * 100, 1)})
            yield Part("batches", State.LATE, told, facts, one.feed, one.world)
        else:
            yield Part("batches", State.OK, None, facts, one.feed, one.world)


def _ok(part: str, facts: Facts) -> Part:
    return Part(part, State.OK, None, facts)
