"""Webhooks: addresses of partners that are told what happens, in order, until they have heard it.

Signed as Standard Webhooks 1.0.0 says (standardwebhooks.com), with events as CloudEvents
1.0 in structured JSON. An endpoint is a position in the event log: nothing is queued for it, and
what it could not be told stays where it is until it answers again.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

SECRET_BYTES: Final = 32
PREFIX: Final = "whsec_"
OVERLAP: Final = timedelta(days=1)
"""How long a secret that was replaced still signs beside the new one."""
MOST: Final = 20
"""Endpoints of one holder."""
TEST: Final = "webhook.test"
"""Kind of the event that only shows that an endpoint hears."""
GONE: Final = 410
ASKS_FOR_PATIENCE: Final = frozenset({429, 503})
MEDIA_TYPE: Final = "application/cloudevents+json; charset=utf-8"
KEPT_LETTERS: Final = 500
"""Of an answer's beginning, in the delivery log."""


class State(StrEnum):
    """Whether an endpoint is told anything."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"


class Why(StrEnum):
    """Why we stopped telling an endpoint."""

    GONE = "gone"  # it said so: 410
    SILENT = "silent"  # it took nothing for a day
    OWNER = "owner"  # its key ended, or its person may no longer hear
    SECRET = "secret"  # noqa: S105 - what it was sealed with is another one


@dataclass(frozen=True, slots=True)
class Backoff:
    """How soon an endpoint that failed is tried again."""

    first_s: float = 5.0
    """Seconds before the second try; each further one doubles them."""
    most_s: float = 900.0
    """A quarter of an hour: who comes back in the night is not left alone for hours."""
    patience: timedelta = timedelta(hours=24)
    """Without a single success for so long it is stopped."""
    told_most_s: float = 3600.0
    """How far off an endpoint may put us by Retry-After, seconds."""

    def wait(self, tries: int, chance: float, told_s: float | None = None) -> timedelta:
        """How long to wait after the ``tries``-th failure in a row.

        Args:
            tries: failures so far, from 1.
            chance: 0 to 1, so that many endpoints do not come back at once.
            told_s: what the endpoint asked for, seconds.
        """
        grown = self.first_s * 2.0 ** min(tries - 1, 30)
        own = min(grown, self.most_s) * (0.5 + chance / 2)
        asked = min(told_s or 0.0, self.told_most_s)
        return timedelta(seconds=max(own, asked))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address, for whom it is, and how far it was told."""

    id: UUID
    holder: str
    """Who manages it: ``owner:…``, ``key:…`` or ``person:…``."""
    subject: str
    """On whose behalf it hears: a key or a person."""
    name: str
    url: str
    world_id: int
    filter: Mapping[str, Any]
    """As clients of the live channel send it."""
    state: State
    why: Why | None
    epoch: UUID
    position: int
    """Number of the last event that it was told or that was not for it."""
    turn: int
    """Goes up whenever somebody moves the position, so that no delivery under way moves it back."""
    tries: int
    """Failures since the last success."""
    failing_since: datetime | None
    next_at: datetime | None
    """When it is tried again; ``None``: as soon as there is something."""
    told_at: datetime | None
    """When it took something last."""
    took_ms: int
    """How long its last answer took."""
    old_until: datetime | None
    """Until when the secret before the last change still signs."""
    made_at: datetime

    def as_dict(self, world: str) -> dict[str, Any]:
        """The JSON form; it holds no secret."""
        return {
            "id": str(self.id),
            "name": self.name,
            "url": self.url,
            "world": world,
            "filter": dict(self.filter),
            "subject": self.subject,
            "state": str(self.state),
            "why": None if self.why is None else str(self.why),
            "epoch": str(self.epoch),
            "position": self.position,
            "failures": self.tries,
            "failing_since": self.failing_since,
            "next_at": self.next_at,
            "told_at": self.told_at,
            "old_secret_until": self.old_until,
            "made_at": self.made_at,
        }


@dataclass(frozen=True, slots=True)
class Message:
    """What one endpoint is sent."""

    id: str
    """The same however often it is sent: receivers know by it what they had."""
    body: bytes
    kind: str
    seq: int | None


def write_secret(raw: bytes) -> str:
    """A secret as receivers are given it."""
    return PREFIX + base64.b64encode(raw).decode()


def message_id(epoch: UUID, seq: int) -> str:
    """An event's id for receivers: the numbering that it stands in, and its number."""
    return f"msg_{epoch.hex}_{seq}"


def signature(secret: bytes, message: str, stamp: int, body: bytes) -> str:
    """``v1``: HMAC-SHA256 over id, time and body."""
    signed = f"{message}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def headers(message: Message, stamp: int, *secrets: bytes) -> dict[str, str]:
    """What goes with a body; while a secret is being replaced both sign."""
    signatures = [signature(one, message.id, stamp, message.body) for one in secrets]
    return {
        "content-type": MEDIA_TYPE,
        "webhook-id": message.id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": " ".join(signatures),
        "user-agent": "Sylvan-Webhooks/1",
    }


def cloud_event(
    source: str, message: str, event: Mapping[str, Any], *, sequence: int | None
) -> dict[str, Any]:
    """An event of the live channel as a CloudEvent.

    Args:
        source: who tells it.
        message: its id.
        event: as it stands on the live channel; it becomes ``data``.
        sequence: its number in the log, as the extension of the same name: text that sorts.
    """
    told = {
        "specversion": "1.0",
        "id": message,
        "source": source,
        "type": f"sylvan.{event['kind']}",
        "subject": event["id"],
        "time": event["at"],
        "datacontenttype": "application/json",
        "data": dict(event),
    }
    if sequence is not None:
        told |= {"sequence": f"{sequence:020d}", "epoch": event["epoch"]}
    return told
