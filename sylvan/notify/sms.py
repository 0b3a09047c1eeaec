"""SMS through a gateway that takes HTTP: Kannel's `sendsms`, or any other by its parameters.

The gateway is the operator's own, so that its address may lie inside the house.
"""

import re
from dataclasses import dataclass, field
from typing import Final

import httpx

from sylvan.domain.alerting.messages import Failed, Message, Outcome, Sent
from sylvan.domain.alerting.rules import ChannelRule
from sylvan.domain.alerting.shorten import is_gsm, parts

NUMBER: Final = re.compile(r"\+?[0-9]{5,15}")
TOO_MANY: Final = 429
_KEPT: Final = 200
_SILENT: Final = (httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError)
"""Faults after the request was written: the gateway may have the message."""


@dataclass(frozen=True, slots=True)
class Sms:
    """One gateway."""

    rule: ChannelRule
    client: httpx.AsyncClient = field(repr=False)

    async def send(self, message: Message) -> Outcome:
        """Hand one message to the gateway."""
        number = re.sub(r"[ ()\-\u2011]", "", message.address)
        if not NUMBER.fullmatch(number):
            return Failed("no telephone number", again=False)
        told = self.rule.options
        params = self._params(number, message)
        by_get = told["method"] == "GET"
        try:
            answer = await self.client.request(
                str(told["method"]),
                str(told["url"]),
                params=params if by_get else None,
                data=None if by_get else params,
            )
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            told_ = f"network: {type(error).__name__}"
            silent = isinstance(error, _SILENT)
            return Failed(told_, again=True, sink_at_fault=True, unsure=silent)
        return self._outcome(answer)

    def _params(self, number: str, message: Message) -> dict[str, str]:
        """The gateway's parameters with this message in them."""
        known = {
            "{to}": number,
            "{text}": message.text,
            "{coding}": "0" if is_gsm(message.text) else "2",
            "{parts}": str(parts(message.text)),
            "{id}": message.key,
        }
        told = self.rule.options["params"]
        filled = {}
        for name, value in told.items() if isinstance(told, dict) else ():
            filled[name] = _BLANK.sub(lambda found: known.get(found[0], found[0]), str(value))
        return filled

    def _outcome(self, answer: httpx.Response) -> Outcome:
        """Kannel says ``0: Accepted for delivery`` or ``3: Queued for later delivery``."""
        body = answer.text[:_KEPT].strip()
        text = f"{answer.status_code} {body}"
        if answer.is_success and re.search(str(self.rule.options["accepted"]), body):
            return Sent(text)
        if answer.is_success or answer.status_code == TOO_MANY or answer.is_server_error:
            wait = answer.headers.get("retry-after", "")
            after = float(wait) if wait.isdigit() else None
            return Failed(text, again=True, sink_at_fault=not answer.is_success, after_s=after)
        own = answer.status_code in (401, 403)  # our password, not this number
        return Failed(text, again=own, sink_at_fault=own)


_BLANK: Final = re.compile(r"\{[a-z]+\}")
