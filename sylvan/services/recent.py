"""What was found out about a credential a moment ago, so that a screen's burst asks once."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Final

from sylvan.services.doors import Identity, Unauthenticated

KEPT_S: Final = 4.0
"""Another process learns of a revocation when this has passed; five seconds are promised."""
MOST: Final = 4096
Answer = Identity | Unauthenticated


class Recent:
    """Answers of the last seconds, by the hash of what was shown."""

    def __init__(self, kept_s: float = KEPT_S, clock: Callable[[], float] = monotonic) -> None:
        self._kept_s = kept_s
        self._clock = clock
        self._lock = Lock()
        self._known: OrderedDict[bytes, tuple[float, Answer]] = OrderedDict()
        self._turn = 0

    def answer(self, mark: bytes, ask: Callable[[], Identity]) -> Identity:
        """The answer that is known, or a new one.

        Raises:
            Unauthenticated: as asked.
        """
        with self._lock:
            found, turn = self._known.get(mark), self._turn
        if found is None or found[0] <= self._clock():
            found = (self._clock() + self._kept_s, _asked(ask))
            self._keep(mark, found, turn)
        if isinstance(found[1], Unauthenticated):
            raise Unauthenticated(found[1].code, found[1].params)
        return found[1]

    def _keep(self, mark: bytes, found: tuple[float, Answer], turn: int) -> None:
        with self._lock:
            if turn != self._turn:
                return  # something was revoked while this was asked
            self._known[mark] = found
            self._known.move_to_end(mark)
            while len(self._known) > MOST:
                self._known.popitem(last=False)

    def forget(self) -> None:
        """Something was revoked here: ask again."""
        with self._lock:
            self._turn += 1
            self._known.clear()


def _asked(ask: Callable[[], Identity]) -> Answer:
    try:
        return ask()
    except Unauthenticated as refusal:
        return refusal
