"""Counts every request against what its key, session or address may ask for."""

from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from time import time
from typing import Final

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from sylvan.domain.codes import Refusal
from sylvan.domain.limits import BURST, DAY, DAY_S, Allowance, Counted, Left
from sylvan.services.doors import Identity
from sylvan.services.limit_rules import LimitRules
from sylvan.services.usage import Usage

NET_BITS: Final = 64
"""An IPv6 customer has at least so many addresses of one network."""
KEY: Final = "key:"
CODES: Final = {BURST: "problem.too_many_burst", DAY: "problem.too_many_day"}


class TooMany(Refusal):
    """Come back later."""

    status = 429
    counted = Counted()


@dataclass(frozen=True, slots=True)
class Limiter:
    """Limits of a short while in this process, of a day over all."""

    rules: LimitRules
    usage: Usage
    _windows: SlidingWindowCounterRateLimiter = field(
        default_factory=lambda: SlidingWindowCounterRateLimiter(MemoryStorage())
    )

    def allowance(self, who: Identity) -> Allowance:
        """What somebody may ask for."""
        return self.rules.of(who.role).narrowed(dict(who.limits))

    def wants_look(self, who: Identity) -> bool:
        """Whether the day's sum has to be read first (:meth:`Usage.look`), in a thread."""
        counted = who.subject.startswith(KEY) and self.allowance(who).day is not None
        return counted and self.usage.stale(who.subject)

    def take(self, who: Identity, peer: str | None) -> Counted:
        """Count a request; what is left.

        Raises:
            TooMany: nothing is left; ``seconds`` says how long to wait. What was counted is in
                its ``counted``.
        """
        allowed, found, refused = self.allowance(who), [], ""
        if allowed.burst is not None:
            window = RateLimitItemPerSecond(allowed.burst, allowed.seconds)
            whose = _whose(who, peer)
            if not self._windows.hit(window, whose):
                refused = BURST
            found.append(self._left(window, whose, allowed))
        if allowed.day is not None and who.subject.startswith(KEY):
            used = self.usage.used(who.subject)
            refused = refused or (DAY if used >= allowed.day else "")
            left = max(0, allowed.day - used - (not refused))
            found.append(Left(DAY, allowed.day, DAY_S, left, self.usage.until_tomorrow_s()))
        counted = Counted(tuple(found))
        if refused:
            raise _too_many(refused, counted)
        if who.subject.startswith(KEY):
            self.usage.take(who.subject)
        return counted

    def unknown_key(self, peer: str | None) -> None:
        """A key that is none came from an address.

        Raises:
            TooMany: too many of them did.
        """
        allowed = self.rules.unknown_keys
        if allowed.burst is None:
            return
        window = RateLimitItemPerSecond(allowed.burst, allowed.seconds)
        whose = f"unknown/{network(peer)}"
        if not self._windows.hit(window, whose):
            raise _too_many(BURST, Counted((self._left(window, whose, allowed),)))

    def _left(self, window: RateLimitItemPerSecond, whose: str, allowed: Allowance) -> Left:
        stats = self._windows.get_window_stats(window, whose)
        # one second more: at the turn of a window the one before still counts in full
        wait = max(0, ceil(stats.reset_time - time())) + (0 if stats.remaining else 1)
        return Left(BURST, allowed.burst or 0, allowed.seconds, stats.remaining, wait)


def _too_many(name: str, counted: Counted) -> TooMany:
    one = next(left for left in counted.limits if left.name == name)
    params = {"limit": one.quota, "window": one.window_s, "seconds": max(1, one.reset_s)}
    refusal = TooMany(CODES[name], params)
    refusal.counted = counted
    return refusal


def _whose(who: Identity, peer: str | None) -> str:
    """Keys and sessions count by themselves, whoever has neither by address."""
    if who.subject.startswith(KEY):
        return who.subject
    return f"session/{who.session}" if who.session else f"{who.role}/{network(peer)}"


def network(peer: str | None) -> str:
    """An address as limits know it: IPv6 by its network, since one machine has many there."""
    try:
        address = ip_address(peer or "")
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, NET_BITS), strict=False))
