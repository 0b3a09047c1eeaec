"""Somebody says that he has it: on the screen, by the link in a message, or by a reply."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from hmac import compare_digest
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import Actor, Level
from sylvan.domain.alerting.alerts import Alert, How
from sylvan.domain.alerting.mail_replies import is_automatic, own_words, sender_of, tokens_of
from sylvan.domain.alerting.replies import meant, understood
from sylvan.domain.alerting.seals import reply_code
from sylvan.domain.codes import Forbidden, NotFound
from sylvan.domain.instants import iso
from sylvan.domain.worlds import World
from sylvan.services.alert_keys import AlertKeys
from sylvan.services.base import Base
from sylvan.services.channel_rules import Channels, Gateway
from sylvan.services.deliveries import told
from sylvan.store import alerts, audit, deliveries, worlds

ACTION: Final = "alert.answered"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a reply: ``answered``, ``already``, or why it counts for nothing."""

    result: str
    alert_id: UUID | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"result": self.result, "alert_id": self.alert_id and str(self.alert_id)}


@dataclass(frozen=True, slots=True)
class Answers(Base):
    """Use-cases of acknowledging."""

    channels: Channels
    keys: AlertKeys

    def on_screen(self, actor: Actor, alert_id: UUID) -> Alert:
        """The actor has an alert of his own.

        Raises:
            NotFound: there is none of his with this id.
        """
        with self.engine.begin() as conn:
            found = alerts.one(conn, alert_id)
            if found is None or found[1].recipient != actor.subject or found[0] != actor.world.id:
                raise NotFound("alerts.unknown", {"id": str(alert_id)})
            self._answer(conn, actor, found[1], "screen")
            now_ = alerts.one(conn, alert_id)
        return now_[1] if now_ else found[1]

    def by_link(self, token: str) -> Alert:
        """Who has the link has the alert.

        Raises:
            NotFound: nobody here signed it, or the alert is no more.
        """
        with self.engine.begin() as conn:
            world, one = self._of_token(conn, token)
            self._answer(conn, _recipient(one, world), one, "link")
            found = alerts.one(conn, one.id)
        return found[1] if found else one

    def look(self, token: str) -> Alert:
        """What a link is about; looking answers nothing, since programs look at links, too.

        Raises:
            NotFound: nobody here signed it, or the alert is no more.
        """
        with self.engine.connect() as conn:
            return self._of_token(conn, token)[1]

    def _of_token(self, conn: Connection, token: str) -> tuple[World, Alert]:
        number = self.keys.seals.read(token, "answer")
        row = deliveries.one(conn, number) if number is not None else None
        found = alerts.one(conn, row.alert_id) if row else None
        world = worlds.by_id(conn, found[0]) if found else None
        if found is None or world is None:
            raise NotFound("alerts.link")
        return world, found[1]

    def reply(self, gateway: str, secret: str, sender: str, text: str) -> Taken:
        """A text message came back.

        Raises:
            Forbidden: no such gateway, or another secret.
        """
        by = self._gateway(gateway, secret)
        told_ = understood(text, self.channels.words)
        if not told_.agrees:
            return Taken("not_understood")
        with self.engine.begin() as conn:
            rows = deliveries.waiting_for(conn, by.channels, sender, self._since())
            newest = {row.alert_id: row.id for row in rows}
            by_code = {reply_code(number): alert for alert, number in newest.items()}
            code = meant(told_, by_code)
            if code is None:
                return Taken("ambiguous" if newest else "nothing_waits")
            return self._from_outside(conn, by_code[code], gateway)

    def mail_reply(self, gateway: str, secret: str, raw: bytes) -> Taken:
        """A mail came back, as it was received.

        Raises:
            Forbidden: no such gateway, or another secret.
        """
        by = self._gateway(gateway, secret)
        mail = message_from_bytes(raw, policy=policy.default)
        if not isinstance(mail, EmailMessage) or is_automatic(mail):
            return Taken("automatic")
        if not understood(own_words(mail), self.channels.words).agrees:
            return Taken("not_understood")
        numbers = [self.keys.seals.read(token, "mail") for token in tokens_of(mail)]
        with self.engine.begin() as conn:
            for number in numbers:
                row = deliveries.one(conn, number) if number is not None else None
                if row is not None and row.channel in by.channels:
                    if row.address.casefold() != sender_of(mail).casefold():
                        return Taken("other_sender")
                    return self._from_outside(conn, row.alert_id, gateway)
        return Taken("nothing_waits")

    def _from_outside(self, conn: Connection, alert_id: UUID, gateway: str) -> Taken:
        found = alerts.one(conn, alert_id)
        world = worlds.by_id(conn, found[0]) if found else None
        if found is None or world is None:
            return Taken("nothing_waits")
        fresh = self._answer(conn, _recipient(found[1], world), found[1], "reply", gateway)
        return Taken("answered" if fresh else "already", alert_id)

    def _gateway(self, name: str, secret: str) -> Gateway:
        found = self.channels.gateways.get(name)
        right = found.secret if found else ""
        same = compare_digest(right.encode(), secret.encode())
        if found is None or not right or not same:
            raise Forbidden("alerts.gateway")
        return found

    def _since(self) -> datetime:
        return self.clock() - timedelta(hours=self.channels.replies_within_h)

    def _answer(
        self, conn: Connection, actor: Actor, one: Alert, how: How, gateway: str = ""
    ) -> bool:
        """Acknowledge an alert and all that escalate it; ``False`` where that was done before."""
        now = self.clock()
        mine = [each for _, each in alerts.family(conn, one.root_id)]
        waiting = [each for each in mine if each.answered_at is None]
        if not waiting:
            return False
        alerts.answered(conn, one.root_id, actor.subject, how, now)
        deliveries.stop(conn, [each.id for each in mine])
        changes: dict[str, Any] = {"recipient": one.recipient, "rule": one.rule, "how": how}
        if gateway:
            changes["gateway"] = gateway
        audit.record(conn, actor, ACTION, str(one.id), changes, now=now)
        changed = [each for _, each in alerts.family(conn, one.root_id)]
        told(conn, actor.world, changed, now)
        return True


def _recipient(one: Alert, world: World) -> Actor:
    """Whoever an alert went to, acting by what was sent to him alone."""
    return Actor(one.recipient, one.recipient, Level.PUBLIC, (), world)


def page_of(one: Alert) -> Mapping[str, Any]:
    """What the page of a link shows."""
    return {
        "subject": one.wording.subject,
        "text": one.wording.full,
        "language": one.language,
        "drill": one.drill,
        "answered_at": iso(one.answered_at),
        "answered_by": one.answered_by if one.answered_by != one.recipient else "",
    }
