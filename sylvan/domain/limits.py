"""How much somebody may ask for: in a short while, and in a day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

BURST, DAY = "burst", "day"
"""Names of the two limits, in headers and in a key's own limits."""
DAY_S: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a role or a key may ask for; ``None`` leaves a side open."""

    burst: int | None = None
    """Requests within ``seconds``, counted in each process by itself."""
    seconds: int = 60
    day: int | None = None
    """Requests of a day (UTC), counted over all processes; for keys."""

    def narrowed(self, own: Mapping[str, int]) -> "Allowance":
        """The same with a key's own numbers in place of its role's."""
        return replace(self, burst=own.get(BURST, self.burst), day=own.get(DAY, self.day))


@dataclass(frozen=True, slots=True)
class Left:
    """One limit and what is left of it."""

    name: str
    quota: int
    window_s: int
    remaining: int
    reset_s: int
    """Seconds until there is more."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a request was counted against."""

    limits: tuple[Left, ...] = ()

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 writes them (structured fields, RFC 9651)."""
        if not self.limits:
            return {}
        policies = (f'"{one.name}";q={one.quota};w={one.window_s}' for one in self.limits)
        left = (f'"{one.name}";r={one.remaining};t={one.reset_s}' for one in self.limits)
        return {"ratelimit-policy": ", ".join(policies), "ratelimit": ", ".join(left)}
