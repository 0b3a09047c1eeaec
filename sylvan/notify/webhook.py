"""Signed requests to machines: sirens, call-down systems, a partner's dispatch (Standard Webhooks).

Each try of a message has the same `webhook-id`, by which the other side knows a repetition.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from standardwebhooks import Webhook as Signature

from sylvan.domain.alerting.messages import Message, Outcome
from sylvan.domain.alerting.rules import ChannelRule
from sylvan.domain.instants import iso
from sylvan.notify.answers_http import outcome
from sylvan.notify.threads import Threads
from sylvan.services.outward import Outward


@dataclass(frozen=True, slots=True)
class Webhook:
    """Addresses that take signed requests."""

    rule: ChannelRule
    outward: Outward
    threads: Threads

    async def send(self, message: Message) -> Outcome:
        """Call one address."""
        return await self.threads.run(self._send, message)

    def _send(self, message: Message) -> Outcome:
        body = orjson.dumps(
            {
                "type": "alert",
                "timestamp": iso(message.at),
                "data": {
                    "id": message.key,
                    "grade": message.grade,
                    "subject": message.subject,
                    "text": message.text,
                    "thread": message.thread,
                    "language": message.language,
                    "drill": message.drill,
                    "acknowledge": message.link or None,
                },
            }
        )
        now = datetime.now(UTC)
        signature = Signature(str(self.rule.options["secret_env"])).sign(
            message.key, now, body.decode()
        )
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message.key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
        return outcome(self.outward.post(message.address, body, headers))
