"""A message: what a channel is given to bring, and what it answers.

A letter becomes messages, one for each way to its recipient. They are ready to be read: whoever
carries them looks nothing up.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sylvan.domain.alerting.letters import Grade

Form = Literal["full", "short"]
"""Full: subject and text, as by mail. Short: 160 characters, as by SMS."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A letter in words."""

    subject: str
    full: str
    short: str

    def of(self, form: Form) -> str:
        """The text in one of the forms."""
        return self.short if form == "short" else self.full


@dataclass(frozen=True, slots=True)
class Message:
    """What one channel brings to one address."""

    id: int
    """Number of the delivery."""
    key: str
    """The same for each try of the same message: whoever takes it twice can see that."""
    channel: str
    address: str
    subject: str
    text: str
    grade: Grade
    thread: str
    language: str
    at: datetime
    link: str = ""
    """Where it is acknowledged; empty where it asks for nothing, or this server has no address."""
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side took it."""

    answer: str = ""
    """What it said, for the record."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not."""

    answer: str
    again: bool
    """Whether another try may help; ``False``: this address will never take it."""
    sink_at_fault: bool = False
    """Whether everything that goes this way will fail now (the gateway is dead), or this alone."""
    unsure: bool = False
    """Whether it may have been taken all the same: the answer did not come."""
    after_s: float | None = None
    """How long the other side asks us to wait."""


Outcome = Sent | Failed


class Channel(Protocol):
    """One way to people."""

    async def send(self, message: Message) -> Outcome:
        """Bring one message; whatever goes wrong is an outcome, never an exception."""
