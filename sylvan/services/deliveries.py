"""From a due letter to messages in the queue: each recipient is told each thing once.

A letter becomes an alert (what the recipient is told and answers) and, way by way, deliveries. The
inbox has it at once; a way that fails for good is followed by the recipient's next one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

import structlog
from sqlalchemy import Connection

from sylvan.domain.actors import ALL, Actor, system
from sylvan.domain.alerting import ladder
from sylvan.domain.alerting.alerts import Alert, DeliveryState, Part, bundled, id_of, reader_of
from sylvan.domain.alerting.letters import Contact, Letter
from sylvan.domain.alerting.messages import Wording
from sylvan.domain.alerting.rules import ChannelRule
from sylvan.domain.codes import Invalid
from sylvan.domain.instants import iso
from sylvan.domain.outward import place
from sylvan.domain.worlds import World, WorldKind
from sylvan.services.base import Base
from sylvan.services.channel_rules import Channels
from sylvan.services.escalation_rules import Escalation
from sylvan.store import alerts, deliveries, events, push, worlds
from sylvan.store.deliveries import NewDelivery
from sylvan.store.events import Event

log = structlog.get_logger()
EVENT: Final = "alert.changed"
URGENCY: Final = {"info": 0, "warning": 1, "alarm": 2}
_UNDER_WAY: Final = (DeliveryState.WAITING, DeliveryState.SENT)


class Letters(Protocol):
    """Where letters wait until they are due."""

    def due(self, conn: Connection, now: datetime, limit: int) -> Sequence[Letter]:
        """Letters whose time has come, handed over in this transaction.

        Once it has ended they are not told again. The members of a digest come together.
        """

    def one(self, conn: Connection, letter_id: UUID) -> Letter | None:
        """A letter by its id."""


class NoLetters:
    """An installation without rules."""

    def due(self, conn: Connection, now: datetime, limit: int) -> Sequence[Letter]:
        """None."""
        del conn, now, limit
        return ()

    def one(self, conn: Connection, letter_id: UUID) -> Letter | None:
        """None."""
        del conn, letter_id
        return None


@dataclass(frozen=True, slots=True)
class Marked:
    """What the reader must be told first: that it is a drill, or a replay of the past."""

    drill: bool = False
    replay: bool = False


class Writer(Protocol):
    """Puts letters into words."""

    def write(self, parts: Sequence[Part], language: str, marked: Marked) -> Wording:
        """The words of one letter, or of a digest of several.

        Never fails: a template that cannot be used is told, and the facts are written plainly.
        """

    def languages(self) -> list[str]:
        """Languages in which it can write."""

    def hint(self, language: str, *, link: str, code: str) -> tuple[str, str]:
        """How to acknowledge, in the full and the short form."""


@dataclass(frozen=True, slots=True)
class Deliveries(Base):
    """Use-cases from a due letter to the queue."""

    letters: Letters
    writer: Writer
    channels: Channels
    escalation: Escalation

    def collect(self, limit: int = 500) -> int:
        """Take over letters that are due; how many there were."""
        with self.engine.begin() as conn:
            found = self.letters.due(conn, self.clock(), limit)
            self.put(conn, found)
        return len(found)

    def put(self, conn: Connection, letters: Sequence[Letter]) -> list[UUID]:
        """Make alerts of letters, in the caller's transaction; the ids of those that are new."""
        now = self.clock()
        fresh = alerts.unknown(conn, [letter.id for letter in letters]) if letters else set()
        made: list[UUID] = []
        by_world: dict[int, list[Letter]] = {}
        for letter in letters:
            if letter.id in fresh:
                by_world.setdefault(letter.world, []).append(letter)
        for number, mine in by_world.items():
            world = worlds.by_id(conn, number)
            if world is None:
                log.error("alerts.no_world", world=number, letters=len(mine))
                continue
            made += self._made(conn, world, mine, now)
        return made

    def _made(
        self, conn: Connection, world: World, letters: list[Letter], now: datetime
    ) -> list[UUID]:
        once = list({one.id: one for one in letters}.values())
        found = [self._alert(group, world, now) for group in bundled(once)]
        new = alerts.add(conn, world.id, found)
        fresh = [one for one in found if one.id in new]
        self.begin(conn, world, fresh, now)
        return [one.id for one in fresh]

    def _alert(self, group: Sequence[Letter], world: World, now: datetime) -> Alert:
        """What a letter, or a digest, tells its recipient."""
        head = max(group, key=lambda one: URGENCY[one.grade])
        parts = tuple(Part.of(one) for one in group)
        asks = [one.answer_by - one.at for one in group if one.answer_by is not None]
        within = max(min(asks), ladder.LEAST) if asks else None
        number = id_of(group)
        climbs = ladder.of(self.escalation.ladders, head.grade, head.rule) if within else None
        places = tuple(dict.fromkeys(mark for one in group for mark in one.territories))
        marks = marked(world, drill=head.drill)
        return Alert(
            id=number,
            root_id=number,
            recipient=head.recipient,
            language=head.language,
            rule=head.rule,
            thread=head.thread,
            grade=head.grade,
            parts=parts,
            wording=self.writer.write(parts, head.language, marks),
            contacts=head.contacts,
            at=max(one.at for one in group),
            made_at=now,
            territories=places or (ALL,),
            fire_id=head.fire_id,
            drill=marks.drill,
            answer_within=within,
            ladder=climbs.name if climbs else "",
            climbs_at=None if within is None else now + within,
        )

    def begin(self, conn: Connection, world: World, found: Sequence[Alert], now: datetime) -> None:
        """Set new alerts on their first way, and tell the screens."""
        for one in found:
            alerts.progress(conn, self.next_way(conn, world, one, now))
        told(conn, world, found, now)

    def next_way(self, conn: Connection, world: World, one: Alert, now: datetime) -> Alert:
        """Put the next way into the queue that can be gone at all; the alert as it stands then."""
        held = False
        for tried, contact in enumerate(one.contacts[one.tried :], one.tried + 1):
            rows = self._rows(conn, world, one, contact, now)
            deliveries.add(conn, world.id, rows, now)
            if any(row.state in _UNDER_WAY for row in rows):
                return replace(one, tried=tried)
            held = held or any(row.state is DeliveryState.HELD for row in rows)
        reached = held or _reached(conn, one)
        return replace(one, tried=len(one.contacts), unreached=not reached)

    def _rows(
        self, conn: Connection, world: World, one: Alert, contact: Contact, now: datetime
    ) -> list[NewDelivery]:
        """The messages of one way: a browser each for push, otherwise one."""
        rule = self.channels.rules.get(contact.channel)
        why = _closed(rule, world.kind)
        targets = [(contact.address, contact.channel)]
        if rule is not None and why is None:
            targets = _targets(conn, rule, contact, one.recipient)
            why = None if targets else (DeliveryState.DEAD, "no_address")
        state, answer = why or (DeliveryState.WAITING, "")
        if rule is not None and rule.kind == "screen" and why is None:
            state, answer = DeliveryState.SENT, "inbox"
        sent = now if state is DeliveryState.SENT else None
        return [
            NewDelivery(
                one.id, contact.channel, address, sink, URGENCY[one.grade], state, answer, sent
            )
            for address, sink in targets or [(contact.address, contact.channel)]
        ]


def marked(world: World, *, drill: bool) -> Marked:
    """What letters of a world say first."""
    return Marked(drill or world.kind is WorldKind.DRILL, world.kind is WorldKind.REPLAY)


def _closed(rule: ChannelRule | None, kind: WorldKind) -> tuple[DeliveryState, str] | None:
    """Why a way cannot be gone; ``None`` if it can."""
    if rule is None:
        return DeliveryState.DEAD, "channel_unknown"
    if kind not in rule.worlds:
        return DeliveryState.HELD, f"world_{kind.value}"
    return None if rule.on else (DeliveryState.DEAD, "channel_off")


def _targets(
    conn: Connection, rule: ChannelRule, contact: Contact, recipient: str
) -> list[tuple[str, str]]:
    """Addresses of a way, each with what it fails together with."""
    if rule.kind == "push":
        mine = push.of_subject(conn, recipient)
        return [(str(one.id), f"{rule.name}:{place(one.endpoint).host}") for one in mine]
    if rule.kind == "webhook":
        try:
            return [(contact.address, f"{rule.name}:{place(contact.address).host}")]
        except Invalid:
            return []
    if not contact.address and rule.kind != "screen":
        return []
    return [(contact.address, rule.name)]


def _reached(conn: Connection, one: Alert) -> bool:
    """Whether anything of an alert is under way or was taken by somebody."""
    fine = {*_UNDER_WAY, DeliveryState.SENDING, DeliveryState.HELD}
    return any(row.state in fine for row in deliveries.of_alert(conn, one.id))


def told(conn: Connection, world: World, changed: Iterable[Alert], now: datetime) -> None:
    """Tell screens that alerts are new or have changed; whose they are only they can tell."""
    actor: Actor = system(world)
    written = [
        Event(EVENT, str(one.id), world.now(now), as_event(one), one.territories) for one in changed
    ]
    if written:
        events.write(conn, actor, written)


def as_event(one: Alert) -> dict[str, object]:
    """What everybody in reach may know of an alert: no words, no name."""
    return {
        "id": str(one.id),
        "reader": reader_of(one.recipient),
        "grade": one.grade,
        "state": one.state,
        "answer_by": iso(one.answer_by),
        "drill": one.drill,
    }
