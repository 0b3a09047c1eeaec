"""The channels that `alerts/channels.yaml` describes, ready to send."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx
from py_vapid import Vapid02

from sylvan.domain.alerting.messages import Channel
from sylvan.domain.alerting.rules import ChannelRule
from sylvan.notify.mail import Mail
from sylvan.notify.sms import Sms
from sylvan.notify.threads import Threads
from sylvan.notify.web_push import WebPush
from sylvan.notify.webhook import Webhook
from sylvan.services.outward import Outward
from sylvan.services.push import PushBrowsers


@dataclass(slots=True)
class Ways:
    """Makes channels; what they hold open is closed with them."""

    browsers: PushBrowsers
    outward: Outward
    _threads: list[Threads] = field(default_factory=list)
    _clients: list[httpx.AsyncClient] = field(default_factory=list)

    def make(self, rules: Mapping[str, ChannelRule]) -> dict[str, Channel]:
        """Those that are on and leave the house."""
        kinds: Mapping[str, Callable[[ChannelRule], Channel]] = {
            "mail": lambda rule: Mail(rule, self.browsers.keys.seals),
            "sms": self._sms,
            "apprise": _apprise,
            "push": self._push,
            "webhook": lambda rule: Webhook(rule, self._patient(rule), self._pool(rule)),
        }
        return {
            name: kinds[rule.kind](rule)
            for name, rule in rules.items()
            if rule.on and rule.kind in kinds
        }

    async def close(self) -> None:
        """Let go of threads and connections."""
        for one in self._threads:
            one.stop()
        for client in self._clients:
            await client.aclose()

    def _sms(self, rule: ChannelRule) -> Channel:
        limits = httpx.Limits(max_connections=rule.sending.at_once)
        client = httpx.AsyncClient(
            timeout=rule.sending.patience_s, trust_env=False, limits=limits, follow_redirects=False
        )
        self._clients.append(client)
        return Sms(rule, client)

    def _push(self, rule: ChannelRule) -> Channel:
        vapid = Vapid02.from_pem(self.browsers.keys.vapid.encode())
        return WebPush(rule, self.browsers, self._patient(rule), self._pool(rule), vapid)

    def _patient(self, rule: ChannelRule) -> Outward:
        return Outward(self.outward.trusted, rule.sending.patience_s, self.outward.look_up)

    def _pool(self, rule: ChannelRule) -> Threads:
        made = Threads.of(rule.name, rule.sending.at_once)
        self._threads.append(made)
        return made


def _apprise(rule: ChannelRule) -> Channel:
    from sylvan.notify.apprise_way import AppriseWay  # noqa: PLC0415 - it loads a hundred modules

    return AppriseWay(rule)
