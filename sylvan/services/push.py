"""Browsers that may be woken: agreeing to it, and taking that back."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Invalid
from sylvan.services.alert_keys import AlertKeys
from sylvan.services.base import Base
from sylvan.services.outward import Outward
from sylvan.store import audit, push
from sylvan.store.push import Subscription

MOST: Final = 20
"""Browsers of one person; the oldest gives way."""
POINT_BYTES, AUTH_BYTES = 65, 16
UNCOMPRESSED: Final = 4
"""First byte of a point that is written out."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """A browser's subscription, as the browser gives it."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class PushBrowsers(Base):
    """Use-cases of waking browsers."""

    keys: AlertKeys
    outward: Outward

    def key(self) -> dict[str, Any]:
        """What a browser needs to subscribe."""
        return {"key": self.keys.public()}

    def agree(self, actor: Actor, told: Agreed) -> dict[str, Any]:
        """Keep a browser of the actor.

        Raises:
            Invalid: its push service may not be called from here, or its keys are none.
        """
        self.outward.judge(told.endpoint, "endpoint")
        _check(told.p256dh, POINT_BYTES, "p256dh")
        _check(told.auth, AUTH_BYTES, "auth")
        now = self.clock()
        one = Subscription(uuid4(), actor.subject, told.endpoint, told.p256dh, told.auth, now)
        with self.engine.begin() as conn:
            push.save(conn, one)
            mine = push.of_subject(conn, actor.subject)
            push.gone(conn, [old.id for old in mine[: max(0, len(mine) - MOST)]])
            audit.record(conn, actor, "push.agreed", actor.subject, {}, now=now)
        return {"browsers": min(len(mine), MOST)}

    def take_back(self, actor: Actor, endpoint: str) -> dict[str, Any]:
        """Forget a browser of the actor; one that is unknown is forgotten already."""
        with self.engine.begin() as conn:
            if push.remove(conn, actor.subject, endpoint):
                audit.record(conn, actor, "push.taken_back", actor.subject, {}, now=self.clock())
            return {"browsers": len(push.of_subject(conn, actor.subject))}

    def known(self, subscription_id: UUID) -> Subscription | None:
        """A browser by its id, for the one who sends."""
        with self.engine.connect() as conn:
            return push.one(conn, subscription_id)

    def ended(self, subscription_id: UUID) -> None:
        """Its push service says that it is no more."""
        with self.engine.begin() as conn:
            push.gone(conn, [subscription_id])


def _check(text: str, length: int, field: str) -> None:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != length or (length == POINT_BYTES and raw[0] != UNCOMPRESSED):
        raise Invalid("alerts.push_key", {"field": field}, field)
