"""Web Push (RFC 8030): wakes a browser whose owner agreed, through its maker's push service.

The text is encrypted for that browser alone (RFC 8291). The service's address came from a browser,
so that it is called like any address of others: judged, pinned, without redirects.
"""

import time
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid5

import orjson
from py_vapid import Vapid02
from pywebpush import WebPusher

from sylvan.domain.alerting.letters import NAMES
from sylvan.domain.alerting.messages import Failed, Message, Outcome
from sylvan.domain.alerting.rules import ChannelRule
from sylvan.notify.answers_http import outcome
from sylvan.notify.threads import Threads
from sylvan.services.outward import Outward
from sylvan.services.push import PushBrowsers

GONE: Final = frozenset({404, 410})
"""The browser has left its service (RFC 8030, 7.3)."""
TTL_S: Final = {"info": 3 * 3600, "warning": 12 * 3600, "alarm": 24 * 3600}
"""How long the service keeps what it cannot hand over yet."""
URGENCY: Final = {"info": "normal", "warning": "high", "alarm": "high"}
CLAIM_S: Final = 12 * 3600
"""A signature's life; services take 24 hours at most."""
TEXT_LENGTH: Final = 1000
"""Services take 4,096 bytes, encrypted."""


@dataclass(frozen=True, slots=True)
class WebPush:
    """All push services, with this installation's name to them."""

    rule: ChannelRule
    browsers: PushBrowsers
    outward: Outward
    threads: Threads
    vapid: Vapid02 = field(repr=False)

    async def send(self, message: Message) -> Outcome:
        """Wake one browser."""
        return await self.threads.run(self._send, message)

    def _send(self, message: Message) -> Outcome:
        found = self.browsers.known(UUID(message.address))
        if found is None:
            return Failed("this browser was taken back", again=False)
        keys = {"p256dh": found.p256dh, "auth": found.auth}
        pusher = WebPusher({"endpoint": found.endpoint, "keys": keys})
        sealed = pusher.encode(payload(message), "aes128gcm")
        answer = self.outward.post(
            found.endpoint, sealed["body"], self._headers(found.endpoint, message)
        )
        if answer.status in GONE:
            self.browsers.ended(found.id)
            return Failed(f"{answer.status} gone", again=False)
        return outcome(answer)

    def _headers(self, endpoint: str, message: Message) -> dict[str, str]:
        parts = urlsplit(endpoint)
        claims: dict[str, Any] = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + CLAIM_S,
            "sub": str(self.rule.options["contact"]),
        }
        signed = {str(name): str(value) for name, value in self.vapid.sign(claims).items()}
        return signed | {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL_S[message.grade]),
            "Urgency": URGENCY[message.grade],
            # a second try of the same message takes the place of the first one
            "Topic": uuid5(NAMES, message.key).hex,
        }


def payload(message: Message) -> bytes:
    """What the service worker shows; the same tag is shown once."""
    return orjson.dumps(
        {
            "tag": message.key,
            "title": message.subject,
            "body": message.text[:TEXT_LENGTH],
            "grade": message.grade,
            "thread": message.thread,
            "language": message.language,
            "drill": message.drill,
        }
    )
