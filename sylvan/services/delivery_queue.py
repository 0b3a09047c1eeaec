"""The queue as senders see it: messages ready to be read, and what became of each try."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row

from sylvan.domain.alerting.alerts import DeliveryState
from sylvan.domain.alerting.messages import Message, Outcome, Sent
from sylvan.domain.alerting.rules import ChannelRule
from sylvan.domain.alerting.seals import reply_code
from sylvan.domain.alerting.shorten import fitted
from sylvan.domain.breaker import Backoff
from sylvan.services.alert_keys import AlertKeys
from sylvan.services.base import Base
from sylvan.services.deliveries import Deliveries, told
from sylvan.store import alerts, deliveries, worlds
from sylvan.store.deliveries import Noted, Wish

LEASE_S: Final = 30.0
LEASE_PATIENCES: Final = 3.0
"""A lease holds so long, and so many times a channel's patience besides: longer than any try."""
ANSWER_LENGTH: Final = 500


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message with what its sender needs to write down what became of it."""

    message: Message
    sink: str
    tries: int
    """Of this round, this one included."""
    number: int
    """Of this one among all tries."""
    lease: UUID


@dataclass(frozen=True, slots=True)
class Queue(Base):
    """Use-cases of a sender."""

    deliveries: Deliveries
    keys: AlertKeys
    address: str = ""
    """Under which people open this server; empty: messages carry no link."""
    random: Random = field(default_factory=Random)
    """Spreads tries, so that all do not come back together."""

    def lease(self, rule: ChannelRule, most: int, resting: Sequence[str]) -> list[Parcel]:
        """Take up to ``most`` messages of a channel; sinks that rest are left alone."""
        mark, now = uuid4(), self.clock()
        holds = timedelta(seconds=LEASE_S + LEASE_PATIENCES * rule.sending.patience_s)
        wish = Wish(most, rule.each, resting, now + holds)
        with self.engine.begin() as conn:
            rows = deliveries.lease(conn, rule.name, wish, mark, now)
        return [self._parcel(row, rule, mark) for row in rows]

    def _parcel(self, row: Row[Any], rule: ChannelRule, mark: UUID) -> Parcel:
        message = Message(
            id=row.id,
            key=f"{row.alert_id}.{row.id}.{row.round}",
            channel=row.channel,
            address=row.address,
            subject=row.subject,
            text=self._text(row, rule),
            grade=row.grade,
            thread=row.thread,
            language=row.language,
            at=row.at,
            link=self._link(row),
            drill=row.drill,
        )
        return Parcel(message, row.sink, row.tries - row.spent, row.tries, mark)

    def _link(self, row: Row[Any]) -> str:
        if not row.asks or not self.address:
            return ""
        return f"{self.address}/a/{self.keys.seals.write(row.id, 'answer')}"

    def _text(self, row: Row[Any], rule: ChannelRule) -> str:
        """The words in the channel's form, and how to acknowledge if that is asked."""
        if not row.asks:
            return fitted(row.short, "") if rule.form == "short" else row.full
        replies = any(rule.name in one.channels for one in self._gateways() if one.secret)
        code = reply_code(row.id) if replies and rule.kind == "sms" else ""
        full, short = self.deliveries.writer.hint(row.language, link=self._link(row), code=code)
        return fitted(row.short, short) if rule.form == "short" else f"{row.full}\n\n{full}".strip()

    def _gateways(self) -> Sequence[Any]:
        return tuple(self.deliveries.channels.gateways.values())

    def note(self, rule: ChannelRule, done: Sequence[tuple[Parcel, Outcome]]) -> None:
        """Write down what became of tries; who cannot be reached this way is tried by the next."""
        now = self.clock()
        with self.engine.begin() as conn:
            written = [self._noted(parcel, outcome, rule, now) for parcel, outcome in done]
            rows = deliveries.note(conn, written, now)
            dead = sorted({row.alert_id for row in rows if row.state == DeliveryState.DEAD})
            for alert_id in dead:
                self._next_way(conn, alert_id, now)

    def give_up(self, rule: ChannelRule) -> int:
        """Messages that have waited too long for this way go the next one; how many."""
        now = self.clock()
        since = now - timedelta(minutes=rule.sending.give_up_min)
        with self.engine.begin() as conn:
            late = deliveries.give_up(conn, rule.name, since, now)
            for alert_id in sorted(set(late)):
                self._next_way(conn, alert_id, now)
        return len(late)

    def _noted(self, parcel: Parcel, outcome: Outcome, rule: ChannelRule, now: datetime) -> Noted:
        sent = isinstance(outcome, Sent)
        state, told_, next_at = DeliveryState.SENT, "sent", now
        if not isinstance(outcome, Sent):
            spent = parcel.tries >= rule.sending.tries
            state = DeliveryState.WAITING if outcome.again and not spent else DeliveryState.DEAD
            told_ = "again" if outcome.again else "never"
            next_at = now + timedelta(seconds=self._pause(parcel, rule, outcome.after_s))
        answer = outcome.answer[:ANSWER_LENGTH].replace("\x00", "")
        return Noted(
            parcel.message.id,
            parcel.lease,
            parcel.number,
            state,
            told_,
            answer,
            next_at,
            now if sent else None,
            unsure=not isinstance(outcome, Sent) and outcome.unsure,
        )

    def _pause(self, parcel: Parcel, rule: ChannelRule, asked_s: float | None) -> float:
        """How long to wait before the next try; what the other side asks is kept to."""
        sending = rule.sending
        spread = Backoff(sending.first_pause_s, sending.longest_pause_s)
        own = spread.delay_s(parcel.tries, self.random)
        return max(own, min(asked_s or 0.0, sending.longest_pause_s))

    def _next_way(self, conn: Connection, alert_id: UUID, now: datetime) -> None:
        """A way has failed for good."""
        found = alerts.one(conn, alert_id, lock=True)
        world = worlds.by_id(conn, found[0]) if found else None
        if found is None or world is None or found[1].answered_at is not None:
            return
        moved = self.deliveries.next_way(conn, world, found[1], now)
        alerts.progress(conn, moved)
        if moved.unreached and not found[1].unreached:
            told(conn, world, [replace(moved)], now)

    def deliveries_open(self) -> int:
        """How many messages wait or are on their way."""
        with self.engine.connect() as conn:
            found = deliveries.counts(conn)
        return sum(row.number for row in found if row.state in ("waiting", "sending"))
