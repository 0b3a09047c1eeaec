"""Alerts as people ask about them: what is late, rules, what a rule would tell."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sylvan.domain.actors import Actor
from sylvan.domain.alerting.book import Book
from sylvan.domain.codes import FieldError, Invalid, Scalar
from sylvan.domain.instants import iso
from sylvan.services import alert_try
from sylvan.services.alert_desk import AlertDesk
from sylvan.services.alert_rules import RULES, Read, RulesError, read_rules
from sylvan.services.alert_shapes import ClockSaid, RuleSaid, WhomSaid
from sylvan.services.base import Base
from sylvan.services.packs import PackError
from sylvan.store import alert_state, events
from sylvan.store.alert_state import StoredClock

LATELY: Final = timedelta(hours=24)
LONGEST: Final = timedelta(days=31)
"""A try-out from the screen covers no more."""
_SHOWN: Final = (
    *("number", "status", "municipality", "distance_km", "likelihood", "unit", "rung"),
    *("theme", "key", "feed", "state", "area_ha"),
)


@dataclass(frozen=True, slots=True)
class Alerts(Base):
    """Use-cases about alerts."""

    desk: AlertDesk

    def late(self, actor: Actor) -> dict[str, Any]:
        """What has not happened in time, the longest first, within the actor's reach."""
        read = self.desk.book.current()
        norms = {one.clock: one for one in read.clocks}
        with self.engine.connect() as conn:
            at = actor.world.now(self.clock())
            rows = alert_state.late(conn, actor)
            behind = self._behind(conn)
        told = [_late(row, norms[row.key.clock], at) for row in rows if row.key.clock in norms]
        late = sorted((one for one in told if one is not None), key=lambda one: one["due_at"])
        return {"at": iso(at), "late": late, "behind": behind}

    def rules(self, actor: Actor) -> dict[str, Any]:
        """The rules in force, what they told within a day, and what is wrong with newer ones."""
        read, faults = self.desk.book.current(), self.desk.book.faults()
        with self.engine.connect() as conn:
            since = actor.world.now(self.clock()) - LATELY
            counts = alert_state.counts(conn, actor.world.id, since)
            behind = self._behind(conn)
        return {
            "version": read.book.version,
            "faults": faults,
            "behind": behind,
            "rules": [_rule(one, read, counts) for one in read.said],
            "clocks": [_clock(one) for one in read.clocks],
        }

    def tried(
        self, actor: Actor, text: str, since: datetime | None, until: datetime | None
    ) -> dict[str, Any]:
        """What a rule would have told, within the actor's reach; the last day unless it is said.

        Raises:
            Invalid: the rule has faults, by line and field; or the time is too long.
        """
        now = actor.world.now(self.clock())
        begin = since or (until or now) - LATELY
        if (until or now) - begin > LONGEST or begin > (until or now):
            raise Invalid("alerts.span", {"days": LONGEST.days}, "since")
        read = self.of_text(text)
        found = alert_try.try_out(self.desk, read, actor.world, begin, until, actor)
        return found.as_dict()

    def of_text(self, text: str) -> Read:
        """Rules out of a text, with the clocks and contacts in force.

        Raises:
            Invalid: what is wrong, by line and field.
        """
        read = self.desk.book.current()
        with TemporaryDirectory() as folder:
            path = Path(folder) / RULES / "rule.yaml"
            path.parent.mkdir()
            path.write_text(text, "utf-8")
            contacts = frozenset(one.contact for one in read.contacts)
            try:
                said = tuple(read_rules(path, self.desk.book.roles, contacts, {}))
            except PackError as error:
                raise _of_text(error) from error
        return _among(read, said)

    def only(self, name: str) -> Read:
        """One rule of those in force.

        Raises:
            Invalid: there is none of this name.
        """
        read = self.desk.book.current()
        said = tuple(one for one in read.said if one.rule == name)
        if not said:
            known = ", ".join(one.rule for one in read.said)
            raise Invalid("alerts.no_rule", {"rule": name[:60], "known": known}, "rule")
        return _among(read, said)

    def _behind(self, conn: Any) -> int | None:
        """Events of the log that no rule has heard yet; ``None``: nobody reads it."""
        stand = alert_state.position(conn)
        epoch, head = events.position(conn)
        return None if stand is None or stand[0] != epoch else head - stand[1]


def _among(read: Read, said: tuple[RuleSaid, ...]) -> Read:
    """Some rules among those in force, in the place of their namesakes."""
    names = frozenset(one.rule for one in said)
    others = tuple(one for one in read.said if one.rule not in names)
    every = (*said, *others)
    book = Book(read.book.version, tuple(one.rule_of() for one in every), read.book.clocks)
    return replace(read, book=book, said=every, asked=names)


def _of_text(error: PackError) -> Invalid:
    """The faults of a text: the file is nobody's business."""
    plain = RulesError([error])
    told = tuple(
        FieldError(one.field, "alerts.line", _without_file(one.params) | {"field": one.field})
        for one in plain.errors
    )
    if told:
        return Invalid("alerts.rule_refused", {"count": len(told)}, "yaml", told)
    params = {"line": error.params.get("line"), "reason": error.params.get("reason")}
    return Invalid("alerts.not_yaml", params, "yaml")


def _without_file(params: Mapping[str, Scalar]) -> dict[str, Scalar]:
    return {name: value for name, value in params.items() if name != "file"}


def _late(row: StoredClock, norm: ClockSaid, at: datetime) -> dict[str, Any] | None:
    due = row.since + timedelta(minutes=norm.steps_min[0])
    if at < due:
        return None
    fact = row.fact
    steps = sum(at >= row.since + timedelta(minutes=one) for one in norm.steps_min)
    return {
        "clock": row.key.clock,
        "names": norm.names,
        "thread": row.key.thread,
        "object": row.key.object,
        "fire_id": fact["fire_id"],
        "since": iso(row.since),
        "due_at": iso(due),
        "late_min": round((at - due).total_seconds() / 60, 1),
        "step": steps,
        "about": {name: fact["values"][name] for name in _SHOWN if name in fact["values"]},
        "place": fact["names"].get("municipality") or {},
        "point": fact["point"],
    }


def _rule(said: RuleSaid, read: Read, counts: Mapping[str, tuple[int, datetime]]) -> dict[str, Any]:
    number, last = counts.get(said.rule, (0, None))
    return {
        "rule": said.rule,
        "file": read.files.get(said.rule, ""),
        "names": said.names,
        "about": said.about.value,
        "tell": said.tell,
        "grades": [one.grade for one in said.levels],
        "to": [_whom(one) for one in said.to],
        "template": said.template,
        "quiet": said.quiet is not None,
        "collected": said.collect is not None,
        "answer_min": said.answer.minutes if said.answer else None,
        "letters_24h": number,
        "last_hour": iso(last),
    }


def _whom(said: WhomSaid) -> dict[str, Any]:
    return {
        "roles": said.roles,
        "levels": [str(one) for one in said.levels],
        "inside": said.inside,
        "owner": said.owner,
        "contacts": said.contacts,
        "subscribers": said.subscribers,
        "least": said.least,
    }


def _clock(said: ClockSaid) -> dict[str, Any]:
    return {
        "clock": said.clock,
        "names": said.names,
        "about": str(said.about),
        "steps_min": list(said.steps_min),
        "source": said.source,
    }
