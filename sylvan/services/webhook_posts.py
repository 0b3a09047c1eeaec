"""What the sender of webhooks asks: who is told what from where on, and what became of it.

Each step stands by itself and is written at once, so that a sender that dies has told an event at
most once too often, under the same id, and has left none out.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import random
from typing import Any, Final
from uuid import UUID

import orjson
import structlog
from sqlalchemy import text

from sylvan.domain.actors import Actor
from sylvan.domain.webhooks import (
    ASKS_FOR_PATIENCE,
    GONE,
    KEPT_LETTERS,
    Backoff,
    Endpoint,
    Message,
    State,
    Why,
    cloud_event,
    headers,
    message_id,
)
from sylvan.services.base import Base
from sylvan.services.doors import Unauthenticated
from sylvan.services.listening import Ear, HeardPage
from sylvan.services.log import LogReader
from sylvan.services.outward import Answer, Outward
from sylvan.services.sealing import Seal
from sylvan.services.standing import Standing
from sylvan.store import webhook_deliveries, webhooks, worlds
from sylvan.store.events import LogHead
from sylvan.store.leading import Post, lead, step_down

log = structlog.get_logger()
PAGE: Final = 500
"""Events looked through at once."""
KEPT: Final = timedelta(days=14)
KEPT_MOST: Final = 2000
"""Tries of one endpoint that its log holds."""
RESYNC: Final = "webhook.resync"
"""Kind of the event that says: numbers before this one cannot be told any more, read afresh."""
ABOUT: Final = "webhook/"
"""Before an endpoint's id, as what its secret is sealed for."""
Head = LogHead
"""Where the log stands, for the room of senders."""


@dataclass(frozen=True, slots=True)
class Posts(Base):
    """Deliveries, step by step."""

    standing: Standing
    seal: Seal
    outward: Outward
    ear: Ear
    log: LogReader
    source: str
    """Who tells, in every event."""
    backoff: Backoff = field(default_factory=Backoff)

    @contextmanager
    def leading(self) -> Iterator[Callable[[], None] | None]:
        """Whether this process alone sends while the block runs; ``None``: another one does.

        What is given raises as soon as the connection is lost that the lock belongs to.
        """
        with self.engine.connect() as raw:
            conn = raw.execution_options(isolation_level="AUTOCOMMIT")
            if not lead(conn, Post.WEBHOOKS):
                yield None
                return
            try:
                yield lambda: conn.execute(text("select 1")).close()
            finally:
                step_down(conn, Post.WEBHOOKS)

    def head(self) -> LogHead:
        """Where the log stands."""
        return self.log.head()

    def endpoints(self) -> list[Endpoint]:
        """Those that are told what happens."""
        with self.engine.connect() as conn:
            return webhooks.active(conn)

    def fresh(self, endpoint_id: UUID) -> Endpoint | None:
        """An endpoint as it is now."""
        with self.engine.connect() as conn:
            return webhooks.get(conn, endpoint_id)

    def page(self, after: int, head: LogHead) -> tuple[HeardPage, int]:
        """The events above a number, and the number up to which they reach."""
        rows = self.log.read(after, PAGE)
        last = rows[-1].seq if rows else after
        return self.ear.page(rows, head.epoch), last

    def actor(self, endpoint: Endpoint) -> Actor | None:
        """On whose behalf an endpoint hears, in its world; none: it must not hear any more."""
        try:
            who = self.standing.who(endpoint.subject)
        except Unauthenticated:
            return None
        if not self.ear.may_hear(who):
            return None
        with self.engine.connect() as conn:
            world = worlds.by_id(conn, endpoint.world_id)
        return None if world is None else who.acting(world)

    def lost(self, endpoint: Endpoint, head: LogHead) -> bool:
        """Whether what comes next for it can no longer be told: another numbering, or too old.

        A position beyond the head is neither: the log has grown since the head was read. A log
        that ends earlier than it did has another numbering.
        """
        return endpoint.epoch != head.epoch or endpoint.position + 1 < head.oldest

    def resync(self, endpoint: Endpoint, head: LogHead) -> Message:
        """The word that numbers are missing."""
        now = self.clock()
        reason = "retention" if endpoint.epoch == head.epoch else "epoch"
        body = {"reason": reason, "epoch": str(head.epoch), "seq": head.seq}
        event = _own_event(RESYNC, endpoint, now, body)
        name = f"msg_{head.epoch.hex}_{head.seq}_resync"
        return self._message(name, event, None)

    def message(self, endpoint: Endpoint, event: Mapping[str, Any]) -> Message:
        """An event of the log as it is sent."""
        name = message_id(endpoint.epoch, int(event["seq"]))
        return self._message(name, event, int(event["seq"]))

    def own_message(self, endpoint: Endpoint, kind: str, name: str) -> Message:
        """An event that stands in no log."""
        return self._message(name, _own_event(kind, endpoint, self.clock(), {}), None)

    def _message(self, name: str, event: Mapping[str, Any], seq: int | None) -> Message:
        body = orjson.dumps(
            cloud_event(self.source, name, event, sequence=seq), option=orjson.OPT_UTC_Z
        )
        return Message(name, body, str(event["kind"]), seq)

    def post(self, endpoint: Endpoint, message: Message) -> Answer | None:
        """Send a message; none where it cannot be signed, or the endpoint is gone."""
        now = self.clock()
        with self.engine.connect() as conn:
            sealed = webhooks.secrets(conn, endpoint.id, now)
        secrets = [self.seal.open(one, ABOUT + str(endpoint.id)) for one in sealed]
        known = [one for one in secrets if one is not None]
        if not known:
            return None
        signed = headers(message, int(now.timestamp()), *known)
        return self.outward.post(endpoint.url, message.body, signed)

    def settle(
        self, endpoint: Endpoint, message: Message, answer: Answer, to: tuple[UUID, int]
    ) -> bool:
        """Write what became of a delivery; whether the endpoint goes on from ``to``.

        ``to`` is numbering and number of what was delivered. Where somebody moved or took away
        the endpoint meanwhile, nothing of it counts.
        """
        now = self.clock()
        values = (
            self._taken(answer, to, now) if answer.fine else self._failed(endpoint, answer, now)
        )
        with self.engine.begin() as conn:
            if not webhooks.move(conn, endpoint, **values):
                return False
            webhook_deliveries.add(conn, **tried(endpoint, message, answer, now))
        if values.get("state") == str(State.STOPPED):
            log.warning("webhook.stopped", endpoint=str(endpoint.id), why=values["why"])
        return answer.fine

    def _taken(self, answer: Answer, to: tuple[UUID, int], now: datetime) -> dict[str, Any]:
        return {
            "epoch": to[0],
            "position": to[1],
            "tries": 0,
            "failing_since": None,
            "next_at": None,
            "told_at": now,
            "took_ms": answer.took_ms,
        }

    def _failed(self, endpoint: Endpoint, answer: Answer, now: datetime) -> dict[str, Any]:
        since, tries = endpoint.failing_since or now, endpoint.tries + 1
        wait = self.backoff.wait(tries, random(), _asked_s(answer))  # noqa: S311 - spread, no secret
        values: dict[str, Any] = {
            "tries": tries,
            "failing_since": since,
            "next_at": now + wait,
            "took_ms": answer.took_ms,
        }
        if answer.status == GONE:
            return values | {"state": str(State.STOPPED), "why": str(Why.GONE)}
        if now - since >= self.backoff.patience:
            return values | {"state": str(State.STOPPED), "why": str(Why.SILENT)}
        return values

    def skip(self, endpoint: Endpoint, position: int) -> bool:
        """Nothing up to a number was for it; whether nobody had moved it."""
        with self.engine.begin() as conn:
            return webhooks.move(conn, endpoint, position=position)

    def end(self, endpoint: Endpoint, why: Why) -> None:
        """It is told nothing more until somebody sets it going again."""
        with self.engine.begin() as conn:
            webhooks.move(conn, endpoint, state=str(State.STOPPED), why=str(why))
        log.warning("webhook.stopped", endpoint=str(endpoint.id), why=str(why))

    def prune(self) -> int:
        """Forget tries that nobody asks about any more."""
        with self.engine.begin() as conn:
            return webhook_deliveries.prune(conn, self.clock() - KEPT, KEPT_MOST)

    def again(self, endpoint: Endpoint, seq: int) -> Mapping[str, Any] | None:
        """An event as its endpoint hears it now; none where it does not, or it is too old."""
        head, actor = self.log.head(), self.actor(endpoint)
        if actor is None or endpoint.epoch != head.epoch or not head.oldest <= seq <= head.seq:
            return None
        page = self.ear.page(self.log.read(seq - 1, 1), head.epoch)
        return next(page.heard(actor, endpoint.filter, seq - 1), None)


def tried(
    endpoint: Endpoint, message: Message, answer: Answer, now: datetime, *, by_hand: bool = False
) -> dict[str, Any]:
    """A try as its log keeps it."""
    return {
        "webhook_id": endpoint.id,
        "message": message.id,
        "kind": message.kind,
        "seq": message.seq,
        "attempt": 1 if by_hand else endpoint.tries + 1,
        "by_hand": by_hand,
        "fine": answer.fine,
        "status": answer.status,
        "told": answer.told.replace("\x00", "�")[:KEPT_LETTERS],
        "took_ms": answer.took_ms,
        "at": now,
    }


def _own_event(
    kind: str, endpoint: Endpoint, now: datetime, body: Mapping[str, Any]
) -> dict[str, Any]:
    return {"kind": kind, "id": str(endpoint.id), "at": now, "body": dict(body)}


def _asked_s(answer: Answer) -> float | None:
    """How long an endpoint that is busy wants to be left alone, seconds."""
    told = answer.headers.get("retry-after", "")
    if answer.status not in ASKS_FOR_PATIENCE or not (told.isascii() and told.isdigit()):
        return None
    return float(told[:9])
