"""What people see of alerts: their own inbox, and the log of what was sent."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping

from sylvan.domain.actors import Actor
from sylvan.domain.alerting.alerts import Alert, DeliveryState, reader_of
from sylvan.domain.codes import Conflict, NotFound
from sylvan.domain.instants import iso
from sylvan.domain.worlds import World
from sylvan.services.base import Base
from sylvan.services.channel_rules import Channels
from sylvan.services.deliveries import Writer, marked
from sylvan.store import alerts, audit, deliveries, letters

_AGAIN: Final = frozenset({DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.STOPPED})
"""States from which people may send a message once more."""
SHOWN: Final = 4
"""Characters of an address that the log shows at its end."""


@dataclass(frozen=True, slots=True)
class Mailroom(Base):
    """Use-cases of looking at alerts and their messages."""

    channels: Channels
    writer: Writer

    def inbox(
        self,
        actor: Actor,
        limit: int,
        before: tuple[datetime, UUID] | None = None,
        language: str | None = None,
    ) -> dict[str, Any]:
        """What the actor was told, the newest first; how much waits for him, or is put off.

        ``language``: that of the screen; letters that left the house keep their recipient's.
        """
        with self.engine.connect() as conn:
            found = alerts.of_recipient(conn, actor, limit + 1, before)
            waiting = alerts.open_for(conn, actor)
            put_off = letters.waiting(conn, actor, self.clock())
        page, more = found[:limit], found[limit:]
        return {
            "reader": reader_of(actor.subject),
            "waiting": waiting,
            "put_off": put_off,
            "alerts": [self.told(one, actor.world, language) for one in page],
            "after": (page[-1].made_at, page[-1].id) if more else None,
        }

    def told(self, one: Alert, world: World, language: str | None) -> dict[str, Any]:
        """An alert as its recipient sees it; written anew where his screen speaks otherwise."""
        if language and language != one.language and language in self.writer.languages():
            words = self.writer.write(one.parts, language, marked(world, drill=one.drill))
            one = replace(one, language=language, wording=words)
        return as_dict(one)

    def log(
        self,
        actor: Actor,
        *,
        state: DeliveryState | None,
        channel: str | None,
        fire_id: UUID | None,
        before: int | None,
        limit: int,
    ) -> dict[str, Any]:
        """Messages about what the actor may see, the newest first."""
        with self.engine.connect() as conn:
            rows = deliveries.listed(
                conn,
                actor,
                state=state.value if state else None,
                channel=channel,
                fire_id=fire_id,
                before=before,
                limit=limit + 1,
            )
        page = [self._message(row) for row in rows[:limit]]
        return {"messages": page, "next": page[-1]["id"] if len(rows) > limit else None}

    def one(self, actor: Actor, delivery_id: int) -> dict[str, Any]:
        """A message with its words and all its tries.

        Raises:
            NotFound: there is none that the actor may see.
        """
        with self.engine.connect() as conn:
            row = deliveries.seen_by(conn, actor, delivery_id)
            if row is None:
                raise NotFound("alerts.message_unknown", {"id": delivery_id})
            tries = deliveries.attempts_of(conn, delivery_id)
        rule = self.channels.rules.get(row["channel"])
        return self._message(row) | {
            "text": row["short"] if rule and rule.form == "short" else row["full"],
            "answered_at": iso(row["answered_at"]),
            "answered_by": row["answered_by"],
            "answered_how": row["answered_how"],
            "tries_made": [_try(one) for one in tries],
        }

    def again(self, actor: Actor, delivery_id: int) -> dict[str, Any]:
        """Send a message once more.

        Raises:
            NotFound: there is none that the actor may see.
            Conflict: it is on its way, or of a world whose letters do not leave the house.
        """
        with self.engine.begin() as conn:
            row = deliveries.seen_by(conn, actor, delivery_id)
            held = deliveries.one(conn, delivery_id, lock=True) if row else None
            if row is None or held is None:
                raise NotFound("alerts.message_unknown", {"id": delivery_id})
            if held.state not in _AGAIN:
                raise Conflict("alerts.not_again", {"id": delivery_id, "state": held.state})
            rule = self.channels.rules.get(held.channel)
            if rule is None or not rule.on:
                raise Conflict("alerts.channel_off", {"channel": held.channel})
            now = self.clock()
            if rule.kind != "screen":
                deliveries.again(conn, delivery_id, now)
            changes = {"delivery": delivery_id, "channel": held.channel, "state": held.state}
            audit.record(conn, actor, "alert.resent", str(held.alert_id), changes, now=now)
        return self.one(actor, delivery_id)

    def ways(self) -> list[dict[str, Any]]:
        """All channels: whether they are on, what of the last day is where, how old the oldest."""
        with self.engine.connect() as conn:
            rows = deliveries.counts(conn)
        now = self.clock()
        told = []
        for rule in self.channels.rules.values():
            mine = [row for row in rows if row.channel == rule.name]
            open_ = [row.oldest for row in mine if row.state in ("waiting", "sending")]
            told.append(
                {
                    "channel": rule.name,
                    "kind": rule.kind,
                    "on": rule.on,
                    "missing": list(self.channels.missing.get(rule.name, ())),
                    "dedupes": rule.dedupes,
                    "counts": {row.state: row.number for row in mine},
                    "oldest_s": int((now - min(open_)).total_seconds()) if open_ else None,
                }
            )
        return told

    def _message(self, row: RowMapping) -> dict[str, Any]:
        rule = self.channels.rules.get(row["channel"])
        twice = bool(row["unsure"]) and not (rule and rule.dedupes)
        return {
            "id": row["id"],
            "alert_id": str(row["alert_id"]),
            "channel": row["channel"],
            "recipient": row["recipient"],
            "address": masked(row["address"]),
            "state": row["state"],
            "maybe_twice": twice,
            "tries": row["tries"],
            "round": row["round"],
            "answer": row["answer"],
            "subject": row["subject"],
            "thread": row["thread"],
            "rule": row["rule"],
            "grade": row["grade"],
            "fire_id": str(row["fire_id"]) if row["fire_id"] else None,
            "drill": row["drill"],
            "made_at": iso(row["made_at"]),
            "sent_at": iso(row["sent_at"]),
            "next_at": iso(row["next_at"]) if row["state"] == "waiting" else None,
            "again": row["state"] in _AGAIN,
        }


def masked(address: str) -> str:
    """An address so that one who knows it recognises it: ``+7***1234``, ``i***@example.org``."""
    if not address:
        return ""
    name, at, domain = address.rpartition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    scheme, found, rest = address.partition("://")
    if found:
        return f"{scheme}://{rest.partition('/')[0]}/***"
    return f"***{address[-SHOWN:]}" if len(address) > SHOWN else "***"


def as_dict(one: Alert) -> dict[str, Any]:
    """An alert as its recipient sees it."""
    return {
        "id": str(one.id),
        "thread": one.thread,
        "fire_id": str(one.fire_id) if one.fire_id else None,
        "rule": one.rule,
        "grade": one.grade,
        "subject": one.wording.subject,
        "text": one.wording.full,
        "language": one.language,
        "drill": one.drill,
        "state": one.state,
        "asks": one.asks,
        "at": iso(one.at),
        "made_at": iso(one.made_at),
        "answer_by": iso(one.answer_by),
        "answered_at": iso(one.answered_at),
        "answered_by": one.answered_by,
        "answered_how": one.answered_how,
    }


def _try(row: RowMapping) -> dict[str, Any]:
    return {
        "number": row["number"],
        "begun_at": iso(row["begun_at"]),
        "ended_at": iso(row["ended_at"]),
        "outcome": row["outcome"],
        "answer": row["answer"],
    }
