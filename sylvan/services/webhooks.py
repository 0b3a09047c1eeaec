"""Use-cases about webhooks: made, changed, tried out, replayed by whoever they are for.

What an endpoint is told is what the one who set it would hear on the live channel. Whoever changes
it becomes that one, so that nobody lets an address be told more than he may hear himself.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain import webhooks as hooks
from sylvan.domain.actors import Actor
from sylvan.domain.codes import Conflict, Forbidden, Invalid, NotFound, Scalar
from sylvan.domain.rights import Rights
from sylvan.domain.webhooks import Endpoint, Message, State, write_secret
from sylvan.domain.worlds import World, live_world
from sylvan.services.base import Base
from sylvan.services.doors import Identity
from sylvan.services.outward import Answer
from sylvan.services.webhook_posts import ABOUT, Posts, tried
from sylvan.store import audit, events, webhook_deliveries, webhooks, worlds

HEARING: Final = "live_socket"
"""What a role must be open to, so that anything can be told on its behalf."""
MANAGING: Final = "keys_listed"
"""Whoever may see all keys manages all endpoints, too."""


@dataclass(frozen=True, slots=True)
class NewHook:
    """Where to tell what."""

    url: str
    name: str = ""
    filter: Mapping[str, Any] = field(default_factory=dict)
    world: str = "live"


@dataclass(frozen=True, slots=True)
class Webhooks(Base):
    """Endpoints of whoever asks."""

    rights: Rights
    posts: Posts
    enters: Callable[[Identity, World], bool] = lambda _who, _world: True
    """Whether somebody may look into a world: a drill's is for its people."""

    def listed(self, who: Identity) -> list[dict[str, Any]]:
        """The own endpoints; all of them for whoever manages keys."""
        holder = None if self._manages(who) else self.posts.standing.holder(who)
        with self.engine.connect() as conn:
            return [_told(conn, one) for one in webhooks.listed(conn, holder)]

    def one(self, who: Identity, endpoint_id: UUID) -> dict[str, Any]:
        """One endpoint."""
        with self.engine.connect() as conn:
            return _told(conn, self._found(conn, who, endpoint_id))

    def make(self, who: Identity, new: NewHook) -> dict[str, Any]:
        """A new endpoint, which hears from now on; its secret is told once.

        Raises:
            Forbidden: the live channel is not open to whoever asks.
            Invalid: the address may not be called, or the filter cannot be read.
            NotFound: there is no such world, or it is not open to whoever asks.
            Conflict: there are enough of them, or nothing happens in the world any more.
        """
        self._check(who, new.url, new.filter)
        holder, now = self.posts.standing.holder(who), self.clock()
        raw = secrets.token_bytes(hooks.SECRET_BYTES)
        with self.engine.begin() as conn:
            webhooks.hold(conn, holder)
            if webhooks.count(conn, holder) >= hooks.MOST:
                raise Conflict("problem.webhooks_enough", {"most": hooks.MOST})
            world = worlds.by_name(conn, new.world)
            if world is None or not self.enters(who, world):
                raise NotFound("problem.world_unknown", {"world": new.world[:100]}, "world")
            if not worlds.is_open(conn, world.id):
                raise Conflict("problem.world_over", {"world": world.name}, "world")
            epoch, position = events.position(conn)
            made = Endpoint(
                uuid7(),
                holder,
                who.subject,
                new.name,
                new.url,
                world.id,
                dict(new.filter),
                State.ACTIVE,
                None,
                epoch,
                position,
                turn=0,
                tries=0,
                failing_since=None,
                next_at=None,
                told_at=None,
                took_ms=0,
                old_until=None,
                made_at=now,
            )
            webhooks.add(conn, made, self._sealed(made.id, raw))
            self._note(conn, who, "webhook.made", made, {"url": new.url, "filter": made.filter})
            return _told(conn, made) | {"secret": write_secret(raw)}

    def change(self, who: Identity, endpoint_id: UUID, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Another address, name or filter; paused, or going again from where it stood.

        Args:
            who: from now on it hears on this one's behalf, unless it was only paused.
            endpoint_id: which one.
            wanted: some of ``url``, ``name``, ``filter``, ``state``.
        """
        with self.engine.connect() as conn:
            before = self._found(conn, who, endpoint_id)
        values = {name: value for name, value in wanted.items() if value is not None}
        if values != {"state": str(State.PAUSED)}:
            url, told = values.get("url", before.url), values.get("filter", before.filter)
            self._check(who, url, told)
            holder = self.posts.standing.holder(who)
            if holder == before.holder:  # who manages all of them lends nobody his own hearing
                values |= {"subject": who.subject}
        if "state" in values or "url" in values:
            values |= {"tries": 0, "failing_since": None, "next_at": None}
        if "state" in values:
            values |= {"why": None}
        with self.engine.begin() as conn:
            held = self._found(conn, who, endpoint_id, lock=True)
            webhooks.change(conn, held.id, turn=held.turn + 1, **values)
            self._note(conn, who, "webhook.changed", held, dict(wanted))
            return _told(conn, self._found(conn, who, endpoint_id))

    def remove(self, who: Identity, endpoint_id: UUID) -> dict[str, Any]:
        """Forget an endpoint and its log; what it was."""
        with self.engine.begin() as conn:
            held = self._found(conn, who, endpoint_id, lock=True)
            told = _told(conn, held)
            webhooks.remove(conn, [held.id])
            self._note(conn, who, "webhook.removed", held, {"url": held.url})
        return told

    def new_secret(self, who: Identity, endpoint_id: UUID) -> dict[str, Any]:
        """Another secret, told once; for a day the one before signs beside it."""
        raw = secrets.token_bytes(hooks.SECRET_BYTES)
        with self.engine.begin() as conn:
            held = self._found(conn, who, endpoint_id, lock=True)
            until = self.clock() + hooks.OVERLAP
            webhooks.replace_secret(conn, held.id, self._sealed(held.id, raw), until)
            self._note(conn, who, "webhook.secret", held, {})
            told = _told(conn, self._found(conn, who, endpoint_id))
        return told | {"secret": write_secret(raw)}

    def replay(
        self, who: Identity, endpoint_id: UUID, after: int, epoch: UUID | None
    ) -> dict[str, Any]:
        """Tell everything above a number again (or leave out what is below it).

        Raises:
            Conflict: the number belongs to another numbering, or is not there (any more).
        """
        head = self.posts.head()
        if (epoch is not None and epoch != head.epoch) or not head.oldest - 1 <= after <= head.seq:
            first, last = head.oldest - 1, head.seq
            params: dict[str, Scalar] = {"oldest": first, "newest": last, "epoch": str(head.epoch)}
            raise Conflict("problem.webhook_replay", params)
        with self.engine.begin() as conn:
            held = self._found(conn, who, endpoint_id, lock=True)
            values = {"epoch": head.epoch, "position": after, "turn": held.turn + 1}
            webhooks.change(conn, held.id, next_at=None, **values)
            facts = {"before": held.position, "after": after}
            self._note(conn, who, "webhook.replayed", held, facts)
            return _told(conn, self._found(conn, who, endpoint_id))

    def test(self, who: Identity, endpoint_id: UUID) -> dict[str, Any]:
        """Send an event that says nothing, now; what came back."""
        with self.engine.connect() as conn:
            held = self._found(conn, who, endpoint_id)
        name = f"msg_test_{uuid7().hex}"
        return self._by_hand(held, self.posts.own_message(held, hooks.TEST, name))

    def deliveries(
        self, who: Identity, endpoint_id: UUID, before: int | None, limit: int
    ) -> dict[str, Any]:
        """What was sent and answered, the newest first."""
        with self.engine.connect() as conn:
            held = self._found(conn, who, endpoint_id)
            rows = webhook_deliveries.page(conn, held.id, before, limit + 1)
        shown = [_delivery(row) for row in rows[:limit]]
        return {"items": shown, "next": shown[-1]["id"] if len(rows) > limit else None}

    def resend(self, who: Identity, endpoint_id: UUID, number: int) -> dict[str, Any]:
        """Send one event again, now, under its own id and whatever the order; what came back.

        Raises:
            NotFound: it was never sent there, or its event may not or cannot be told any more.
        """
        with self.engine.connect() as conn:
            held = self._found(conn, who, endpoint_id)
            row = webhook_deliveries.get(conn, held.id, number)
        if row is None:
            raise NotFound("problem.delivery_not_found", {"number": number})
        if row["seq"] is None:
            return self.test(who, endpoint_id)
        event = self.posts.again(held, row["seq"])
        if event is None:
            raise NotFound("problem.delivery_untold", {"number": number, "seq": row["seq"]})
        return self._by_hand(held, self.posts.message(held, event))

    def _by_hand(self, held: Endpoint, message: Message) -> dict[str, Any]:
        answer = self.posts.post(held, message) or Answer(None, "secret", 0)
        with self.engine.begin() as conn:
            if webhooks.get(conn, held.id, lock=True) is None:
                raise _missing(held.id)
            row = tried(held, message, answer, self.clock(), by_hand=True)
            return _delivery(row | {"id": webhook_deliveries.add(conn, **row)})

    def _check(self, who: Identity, url: str, wanted: Mapping[str, Any]) -> None:
        if not self.posts.ear.may_hear(who):
            raise Forbidden("problem.role", {"role": who.role, "operation": HEARING})
        self.posts.ear.check(wanted)
        if not url.isprintable():
            raise Invalid("problem.outward_address", field="url")
        self.posts.outward.judge(url)

    def _manages(self, who: Identity) -> bool:
        return self.rights.may(who.role, MANAGING) and who.allows(MANAGING)

    def _found(
        self, conn: Connection, who: Identity, endpoint_id: UUID, *, lock: bool = False
    ) -> Endpoint:
        found = webhooks.get(conn, endpoint_id, lock=lock)
        mine = found is not None and found.holder == self.posts.standing.holder(who)
        if found is None or not (mine or self._manages(who)):
            raise _missing(endpoint_id)
        return found

    def _sealed(self, endpoint_id: UUID, raw: bytes) -> bytes:
        return self.posts.seal.close(raw, ABOUT + str(endpoint_id))

    def _note(
        self,
        conn: Connection,
        who: Identity,
        action: str,
        endpoint: Endpoint,
        facts: Mapping[str, Any],
    ) -> None:
        actor: Actor = who.acting(live_world())
        subject = f"webhook:{endpoint.id}"
        audit.record(conn, actor, action, subject, dict(facts), now=self.clock())


def _missing(endpoint_id: UUID) -> NotFound:
    return NotFound("problem.webhook_not_found", {"id": str(endpoint_id)})


def _told(conn: Connection, endpoint: Endpoint) -> dict[str, Any]:
    world = worlds.by_id(conn, endpoint.world_id)
    return endpoint.as_dict(world.name if world else "")


def _delivery(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "webhook_id"}
