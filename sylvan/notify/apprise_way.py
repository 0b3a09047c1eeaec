"""Telegram, Matrix and a hundred other ways, by addresses of the library Apprise."""

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import apprise

from sylvan.domain.alerting.messages import Failed, Message, Outcome, Sent
from sylvan.domain.alerting.rules import ChannelRule

KIND: Final = {
    "info": apprise.NotifyType.INFO,
    "warning": apprise.NotifyType.WARNING,
    "alarm": apprise.NotifyType.FAILURE,
}
_STATUS: Final = re.compile(r"error=(\d{3})")
_HOPELESS: Final = frozenset({400, 403, 404, 410, 413})
"""Statuses of an address that will never take it (a bot that was blocked, a room that is gone)."""
_ASSET: Final = apprise.AppriseAsset(async_mode=True, app_id="Sylvan", plugin_paths=[])


@dataclass(frozen=True, slots=True)
class AppriseWay:
    """One kind of address, with the secret in it."""

    rule: ChannelRule

    async def send(self, message: Message) -> Outcome:
        """Hand one message over."""
        way = apprise.Apprise(asset=_ASSET)
        url = str(self.rule.options["url"]).replace(
            "{address}", quote(message.address, safe="@:+-")
        )
        if not way.add(url):
            return Failed("no address that Apprise knows", again=False)
        told: Any = await way.async_notify(
            body=message.text,
            title=message.subject if self.rule.form == "full" else "",
            notify_type=KIND[message.grade],
            body_format=apprise.NotifyFormat.TEXT,
            timeout=self.rule.sending.patience_s,
        )
        if told:
            return Sent("taken")
        return _failure(" ".join(str(one.message) for one in told.logs or ()), url)


def _failure(text: str, url: str) -> Failed:
    """What its log says, without the secrets of the address."""
    status = _STATUS.search(text)
    code = int(status[1]) if status else None
    for secret in re.split(r"[/:@?&=]+", url.partition("://")[2]):
        text = text.replace(secret, "***") if len(secret) > len("https") else text
    again = code not in _HOPELESS
    silent = code is None  # it tells no refused connection from an answer that did not come
    return Failed(text[:200] or "not taken", again=again, sink_at_fault=silent, unsure=silent)
