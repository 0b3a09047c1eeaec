"""What becomes of a resident's report: until when it is answered, which reports are one, how many.

Every report ends in a disposition; whoever made it is told by a link that names nobody.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sylvan.domain.reports import ReportStatus


@dataclass(frozen=True, slots=True)
class AnswerParameters:
    """When a report is to be answered, and which of them may be about the same smoke."""

    due: timedelta = timedelta(hours=2)
    # from its arrival to a disposition; the registration of a fire has its own, shorter norm
    # (unverified: no act was found that sets one for answers to residents)
    remind: timedelta = timedelta(minutes=30)
    # before that the dispatcher is asked
    near_km: float = 5.0
    # between the places of two reports of one smoke: phones tell where people stand
    near_h: float = 3.0
    # hours between them


@dataclass(frozen=True, slots=True)
class SenderLimits:
    """How much one phone and one address may send without an account, in an hour.

    A village may stand behind one address of a mobile network, so that an address may send much
    more than a phone.
    """

    phone: int = 6
    # reports
    address: int = 60
    # reports
    address_bytes: int = 300_000_000
    # of files
    span: timedelta = timedelta(hours=1)


ANSWERS: Final = AnswerParameters()
LIMITS: Final = SenderLimits()
WAITING: Final = frozenset({ReportStatus.QUEUED, ReportStatus.FIELD_CHECK})
"""Statuses that still owe an answer."""
JOINABLE: Final = WAITING | {ReportStatus.PROMOTED, ReportStatus.ATTACHED}
"""What somebody else may have seen as well; a rejected one is news again."""


class Outcome(StrEnum):
    """What a resident is told."""

    WAITS = "waits"
    CHECKED = "checked"
    FIRE = "fire"
    REJECTED = "rejected"


_OUTCOMES: Final = {
    ReportStatus.QUEUED: Outcome.WAITS,
    ReportStatus.JOINED: Outcome.WAITS,
    ReportStatus.FIELD_CHECK: Outcome.CHECKED,
    ReportStatus.PROMOTED: Outcome.FIRE,
    ReportStatus.ATTACHED: Outcome.FIRE,
    ReportStatus.REJECTED: Outcome.REJECTED,
}


def outcome(status: str) -> Outcome:
    """A report's status in a resident's words."""
    return _OUTCOMES[ReportStatus(status)]


def mark_of(token: str) -> str:
    """What is stored of the word in a link: whoever reads the table opens no answer with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def lateness(due: datetime, now: datetime, params: AnswerParameters = ANSWERS) -> int | None:
    """How bad a missing answer is: ``None``: not yet to be asked for; 0: soon due; 1: late."""
    if now >= due:
        return 1
    return 0 if now >= due - params.remind else None
