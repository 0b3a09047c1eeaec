"""How long somebody waits who failed to sign in: nothing at first, then longer and longer."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class TryRules:
    """When and for how long a name or an address is locked out."""

    free: int
    """Failed tries in a row that cost nothing."""
    first: timedelta = timedelta(minutes=1)
    """The first wait; each further failure doubles it."""
    longest: timedelta = timedelta(hours=1)
    forget: timedelta = timedelta(hours=24)
    """Failures older than this count no more."""

    def wait(self, failed: int) -> timedelta:
        """The wait after so many failures in a row."""
        over = failed - self.free
        if over < 0:
            return timedelta(0)
        doubled: timedelta = self.first * 2 ** min(over, 20)
        return min(doubled, self.longest)


OF_ACCOUNT: Final = TryRules(free=5)
OF_ADDRESS: Final = TryRules(free=30, longest=timedelta(minutes=15))
"""A whole office may stand behind one address."""
