"""The desk that writes CAP messages: reads the event log, and tells each change once.

What a message says, the message itself and the cursor behind what was read are one transaction: a
process that is killed at any moment goes on where it stood, and no message is made twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from sylvan.domain.actors import system
from sylvan.domain.cap import building, rules, steps
from sylvan.domain.cap.building import Say, Saying, Subject
from sylvan.domain.cap.profile import FireProfile, Level, Profile, TerritoryProfile, Theme
from sylvan.domain.cap.steps import Told
from sylvan.domain.cap.values import Alert, MsgType, Reference, stamp
from sylvan.domain.cap.writing import canonical, tree
from sylvan.domain.fires import activity_of
from sylvan.domain.worlds import World
from sylvan.services.base import Base, leading
from sylvan.services.cap_subjects import Around, Place
from sylvan.services.danger import Danger
from sylvan.services.geography import Geography
from sylvan.services.regimes import EVENT as REGIME_CHANGED
from sylvan.services.regimes import EVERYWHERE
from sylvan.store import cap, events, fires, regimes, worlds
from sylvan.store.cap import Message
from sylvan.store.events import LoggedEvent
from sylvan.store.leading import Post

log = structlog.get_logger()
READER: Final = "cap"
MOST: Final = 500
"""Events read in one transaction."""
TICK: Final = timedelta(seconds=1)
FIRES: Final = frozenset({"fire.changed", "fire.merged", "fire.exposure", "fire.reach"})
DANGER: Final = "danger.changed"
CANCEL_HOURS: Final = 6.0
"""For how long the word that something is over stays in the feeds."""
Key = tuple[int, Theme, str]
"""World, theme, thing."""


class Signer(Protocol):
    """Has the key of this installation's messages."""

    def sign(self, root: Any) -> Any:
        """The message with its signature."""

    def certificate(self) -> bytes:
        """What its signatures are checked with, PEM."""

    def trusted(self, sender: str) -> bytes | None:
        """The certificate that somebody else's messages are checked with, PEM."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How a thing stands now, as a message would say it."""

    subject: Subject
    level: Level
    profile: FireProfile | TerritoryProfile
    told: Mapping[str, Any]
    territories: tuple[str, ...]
    over: bool = False
    news: bool = True
    """Whether it differs from what was said last by as much as is worth a message."""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CapDesk(Base):
    """Use-cases of the one process that writes messages."""

    geography: Geography
    danger: Danger
    profile: Profile
    say: Say
    signer: Signer

    @contextmanager
    def leading(self) -> Iterator[bool]:
        """Whether this process alone writes messages while the block runs."""
        with leading(self.engine, Post.CAP) as alone:
            yield alone

    def turn(self, most: int = MOST) -> tuple[int, int]:
        """Read on in the log; how many events there were, and how many messages they led to.

        The first turn of all, and the first after the log began anew, tells what stands now.
        """
        with self.engine.begin() as conn:
            epoch, head = events.position(conn)
            held = cap.cursor(conn, READER)
            if held is None or held[0] != epoch or held[1] > head:
                made = sum(self._all(conn, world, head) for world in worlds.all_open(conn))
                cap.move(conn, READER, epoch, head)
                return 0, made
            read = events.read(conn, held[1], most)
            if not read:
                return 0, 0
            made = self._follow(conn, read)
            cap.move(conn, READER, epoch, read[-1].seq)
        return len(read), made

    def renew(self) -> int:
        """Look again at what runs out soon; how many messages that led to."""
        made = 0
        with self.engine.begin() as conn:
            _, head = events.position(conn)
            for world in worlds.all_open(conn):
                around = self._around(conn, world)
                for one in cap.due(conn, around.actor, around.at):
                    key = (world.id, Theme(one.theme), one.subject)
                    sent = self._safely(around, key, head, around.at, renewing=True)
                    made += sent
                    if not sent:
                        cap.looked_at(conn, one)
        return made

    def _all(self, conn: Connection, world: World, head: int) -> int:
        around = self._around(conn, world)
        found = [(Theme.FIRE, str(one.id)) for one in fires.current(conn, around.actor)]
        found += [(Theme.REGIME, str(one.id)) for one in regimes.listed(conn, around.actor)]
        found += [(Theme.DANGER, code) for code in around.places if code != EVERYWHERE]
        return sum(
            self._safely(around, (world.id, theme, subject), head, around.at)
            for theme, subject in found
        )

    def _follow(self, conn: Connection, read: Sequence[LoggedEvent]) -> int:
        """Each thing that some events are about, once, in the order of its last event."""
        open_ones = {world.id: world for world in worlds.all_open(conn)}
        arounds = {number: self._around(conn, world) for number, world in open_ones.items()}
        last: dict[Key, LoggedEvent] = {}
        for event in read:
            if event.world_id in arounds:
                for key in _about(event, arounds[event.world_id]):
                    last.pop(key, None)
                    last[key] = event
        return sum(
            self._safely(arounds[key[0]], key, event.seq, event.at) for key, event in last.items()
        )

    def _around(self, conn: Connection, world: World) -> Around:
        actor = system(world)
        at = world.now(self.clock())
        today = self.danger.today(conn, actor)
        return Around(conn, actor, self.geography, self.profile, today, at)

    def _safely(
        self, around: Around, key: Key, seq: int, at: datetime, *, renewing: bool = False
    ) -> int:
        """Tell of a thing where there is something to tell; a fault of ours holds up no other."""
        try:
            with around.conn.begin_nested():
                return self._tell(around, key, seq, at, renewing=renewing)
        except (InterfaceError, InternalError, OperationalError):
            raise  # the database can't go on: the same events are read again
        except Exception:
            log.exception("cap.failed", theme=key[1].value, subject=key[2], world=key[0])
            return 0

    def _tell(self, around: Around, key: Key, seq: int, at: datetime, *, renewing: bool) -> int:
        _, theme, subject = key
        earlier = cap.chain(around.conn, around.actor, theme, subject)
        stands = bool(earlier) and earlier[-1].msg_type != MsgType.CANCEL
        wanted = self._wanted(around, theme, subject, earlier[-1] if stands else None)
        if wanted is None or (wanted.over and not stands):
            return 0
        if stands and not (wanted.over or wanted.news or renewing):
            return 0
        step = MsgType.UPDATE if stands else MsgType.ALERT
        if wanted.over:
            step = MsgType.CANCEL
        self._send(around, wanted, step, earlier, subject, seq, at)
        return 1

    def _send(
        self,
        around: Around,
        wanted: _Wanted,
        step: MsgType,
        earlier: Sequence[Message],
        subject: str,
        seq: int,
        at: datetime,
    ) -> None:
        actor, profile = around.actor, wanted.profile
        sent = at.replace(microsecond=0)
        if earlier:
            sent = max(sent, earlier[-1].sent + TICK)
        cancelling = step is MsgType.CANCEL
        saying = Saying(
            step,
            wanted.level,
            profile.categories,
            profile.event_codes,
            sent,
            CANCEL_HOURS if cancelling else profile.hours,
            len(earlier) + 1,
            actor.world.kind,
            actor.world.name,
            building.chain([(_reference(one), one.expires) for one in earlier], sent),
            None if cancelling else wanted.until,
        )
        alert = building.alert(self.profile, wanted.subject, saying, self.say)
        names = {(one.sender, one.identifier) for one in earlier}
        wrong = rules.own_faults(alert, lambda ref: (ref.sender, ref.identifier) in names)
        if wrong:
            told = [f"{one.field}: {one.code}" for one in wrong]
            raise ValueError(f"a message of ours breaks CAP's rules: {told}")
        xml = canonical(self.signer.sign(tree(alert)))
        row = self._row(alert, wanted, saying, subject, seq)
        cap.add(around.conn, actor, row, xml)
        about = {"theme": row.theme, "subject": subject, "world": actor.world.name}
        log.info("cap.sent", type=row.msg_type, identifier=row.identifier, **about)

    def _row(
        self, alert: Alert, wanted: _Wanted, saying: Saying, subject: str, seq: int
    ) -> Message:
        expires = alert.expires or saying.sent
        renew = expires - timedelta(hours=wanted.profile.renew_h)
        whole = saying.until is None or expires < saying.until
        return Message(
            identifier=alert.identifier,
            sender=alert.sender,
            sent=alert.sent,
            msg_type=alert.msg_type.value,
            status=alert.status.value,
            theme=wanted.subject.theme.value,
            subject=subject,
            number=saying.number,
            level=wanted.level.code,
            refs=tuple((one.sender, one.identifier, one.sent) for one in alert.references),
            told=dict(wanted.told),
            titles=_titles(self.profile, alert),
            expires=expires,
            renew_at=renew if whole and alert.msg_type is not MsgType.CANCEL else None,
            codes=wanted.subject.codes,
            territories=wanted.territories,
            newest=True,
            seq=seq,
            made_at=self.clock(),
        )

    def _wanted(
        self, around: Around, theme: Theme, subject: str, before: Message | None
    ) -> _Wanted | None:
        if theme is Theme.FIRE:
            return self._of_fire(around, subject, before)
        if theme is Theme.REGIME:
            return self._of_regime(around, subject, before)
        return self._of_danger(around, subject, before)

    def _of_fire(self, around: Around, subject: str, before: Message | None) -> _Wanted | None:
        fire = fires.get(around.conn, around.actor, UUID(subject))
        if fire is None or (before is None and steps.state_of(fire.status) is None):
            return None
        now = around.of_fire(fire)
        told = None if before is None else Told.from_dict(before.told)
        state = steps.state_of(fire.status)
        step = steps.next_of_fire(told, state, now.level, now.told, self.profile.fire)
        if told is None and step is None:
            return None
        if step is None and activity_of(fire.status, fire.measured.last_seen, around.at) == "out":
            return None  # nobody has seen it for weeks: what was said runs out
        level = building.CLEAR if now.level is None else now.level[1]
        says = {} if now.told is None else now.told.as_dict()
        if step is None and before is not None:
            says = before.told
        over, news = step is MsgType.CANCEL, step is not None
        profile = self.profile.fire
        return _Wanted(now.subject, level, profile, says, now.territories, over, news)

    def _of_regime(self, around: Around, subject: str, before: Message | None) -> _Wanted | None:
        one = regimes.get(around.conn, around.actor, UUID(subject))
        profile = None if one is None else self.profile.regimes.get(one.kind.value)
        found = None if one is None else around.of_regime(one)
        if one is None or profile is None or found is None:
            return None
        about, place = found
        over = one.until is not None and one.until < around.today
        mark = {"mark": f"{one.act}/{one.until}"}
        until = around.end_of(one.until, place.zone)
        return _territorial(about, profile, mark, place, before, over=over, until=until)

    def _of_danger(self, around: Around, subject: str, before: Message | None) -> _Wanted | None:
        place, profile = around.places.get(subject), self.profile.danger
        if place is None or place.shape is None or profile is None:
            return None
        (days,) = around.danger.within([place.shape])
        over = days[-1] < self.profile.danger_class
        if over and before is None:
            return None
        mark = {"mark": f"{days[-1]}/{around.today}"}
        until = around.end_of(around.today, place.zone)
        about = around.of_danger(place, days[-1])
        return _territorial(about, profile, mark, place, before, over=over, until=until)


def _about(event: LoggedEvent, around: Around) -> list[Key]:
    """Which things an event may have changed."""
    world = event.world_id
    if event.kind in FIRES:
        return [(world, Theme.FIRE, event.subject.rpartition(":")[2])]
    if event.kind == REGIME_CHANGED:
        return [(world, Theme.REGIME, event.subject)]
    if event.kind == DANGER:
        return [(world, Theme.DANGER, code) for code in around.places if code != EVERYWHERE]
    return []


def _territorial(
    about: Subject,
    profile: TerritoryProfile,
    mark: Mapping[str, Any],
    place: Place,
    before: Message | None,
    *,
    over: bool,
    until: datetime | None,
) -> _Wanted:
    news = before is None or before.told != mark
    return _Wanted(about, profile.level, profile, mark, place.codes, over, news, until)


def _reference(one: Message) -> Reference:
    return Reference(one.sender, one.identifier, stamp(one.sent))


def _titles(profile: Profile, alert: Alert) -> dict[str, Any]:
    """What feeds show of a message, by language of the catalogues."""
    return {
        language: {
            "headline": info.headline,
            "event": info.event,
            "text": info.description,
            "area": info.areas[0].description if info.areas else "",
            "urgency": info.urgency.value,
            "severity": info.severity.value,
            "certainty": info.certainty.value,
        }
        for language, info in zip(profile.languages, alert.infos, strict=True)
    }
