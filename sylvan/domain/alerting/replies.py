"""What a reply says: whether somebody takes it on, and which message is meant."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sylvan.domain.alerting.clean import line

_FIRST: Final = re.compile(r"[\W_]*([^\W_]+)")
_CODE: Final = re.compile(r"(?<!\d)([1-9]\d\d)(?!\d)")
WORDS: Final = frozenset(
    {"ok", "ок", "yes", "да", "принято", "принял", "приняла", "принята", "понял", "поняла"}
    | {"ack", "acknowledged", "received", "есть", "получено", "получил", "получила"}
)
"""With which a reply begins that acknowledges; case does not matter."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it is understood."""

    agrees: bool
    code: str | None = None


def understood(text: str, words: Iterable[str] = WORDS) -> Reply:
    """Read a reply: it agrees when its first word, or the one after the code, is one of the words.

    A question ("где?", "which?") is no agreement: the ladder goes on.
    """
    plain = line(text)[:500].casefold()
    code = _CODE.search(plain)
    first = _FIRST.match(_CODE.sub(" ", plain, count=1))
    return Reply(bool(first and first[1] in frozenset(words)), code[1] if code else None)


def meant(reply: Reply, open_codes: Iterable[str]) -> str | None:
    """Which of the messages that wait for an answer is meant.

    Without a code it must be the only one: acknowledging what nobody has read is worse than asking
    again.
    """
    codes = list(open_codes)
    if reply.code is not None:
        return reply.code if reply.code in codes else None
    return codes[0] if len(codes) == 1 else None
