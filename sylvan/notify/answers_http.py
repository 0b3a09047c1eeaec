"""What the answer of somebody's server means for a message."""

from typing import Final

from sylvan.domain.alerting.messages import Failed, Outcome, Sent
from sylvan.services.outward import Answer

TOO_MANY: Final = 429
_LATER: Final = frozenset({408, 409, 421, 423, 425, TOO_MANY})
_INSIDE: Final = frozenset({"inside", "plain", "address", "user"})
"""Refusals of ours: the address may not be called, now or later."""
SHOWN: Final = 200


def outcome(answer: Answer) -> Outcome:
    """Taken, to be tried again, or hopeless; a dead host is at fault for all its messages."""
    if answer.fine:
        return Sent(f"{answer.status} {answer.told[:SHOWN]}".strip())
    if answer.status is None:
        again = answer.told not in _INSIDE
        return Failed(answer.told, again=again, sink_at_fault=again)
    text = f"{answer.status} {answer.told[:SHOWN]}".strip()
    wait = next((v for k, v in answer.headers.items() if k.lower() == "retry-after"), "")
    after = float(wait) if wait.isdigit() else None
    if answer.status in _LATER:
        return Failed(text, again=True, sink_at_fault=answer.status == TOO_MANY, after_s=after)
    broken = answer.status >= 500  # noqa: PLR2004 - the hundred of a server's own faults
    return Failed(text, again=broken, sink_at_fault=broken, after_s=after)
