"""What channels go by: how fast, how often, how long, in which worlds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from sylvan.domain.alerting.messages import Form
from sylvan.domain.worlds import WorldKind

Kind = Literal["screen", "mail", "sms", "apprise", "push", "webhook"]
OF_PEOPLE: Final = frozenset({WorldKind.LIVE, WorldKind.DRILL})
"""Worlds whose letters leave this house. A replay's do only where the channel says so."""


@dataclass(frozen=True, slots=True)
class SendingRules:
    """How one channel is treated."""

    per_minute: int = 600
    # messages a process hands over in a minute
    at_once: int = 16
    # messages under way at the same time
    at_once_each: int = 4
    # of them to one sink (a webhook's or push service's host); the others stay free
    tries: int = 8
    # until a message counts as undeliverable this way
    first_pause_s: float = 5.0
    # s, before the second try; each further one doubles it, half to all of it at random
    longest_pause_s: float = 600.0
    # s
    failures_to_rest: int = 5
    # failures of a sink in a row after which nothing is sent to it for a while
    rest_s: float = 30.0
    # s; each rest that does not help is twice as long
    longest_rest_s: float = 600.0
    # s
    patience_s: float = 15.0
    # s, for one message
    give_up_min: float = 30.0
    # minutes in the queue after which the next way is gone, however often this one was tried


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """A channel of `alerts/channels.yaml`."""

    name: str
    kind: Kind
    on: bool = True
    form: Form = "full"
    worlds: frozenset[WorldKind] = OF_PEOPLE
    dedupes: bool = False
    """Whether who takes the same message twice shows it once."""
    sending: SendingRules = field(default_factory=SendingRules)
    options: Mapping[str, object] = field(default_factory=dict, repr=False)
    """What its kind needs besides; secrets are in it."""

    @property
    def each(self) -> int:
        """Messages that may be under way to one sink: one gateway takes all of a channel."""
        many = self.kind in ("push", "webhook")
        return (
            min(self.sending.at_once_each, self.sending.at_once) if many else self.sending.at_once
        )
