"""How fast people were, by the duty clocks: each deed a span, each span against its norm.

Norms run by the world's clock, as everything in a drill does. People do not think faster because a
day is played faster, so what the same span was by their own watch is told beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np

NINETY: Final = 90.0


class Clock(StrEnum):
    """What is timed."""

    SHOWN = "shown"  # a signal received → on somebody's screen
    SETTLED = "settled"  # a signal received → registered or rejected
    DISPATCHED = "dispatched"  # a fire registered → forces ordered
    DECIDED = "decided"  # forces requested → approved or refused
    ANSWERED = "answered"  # an alarm told → acknowledged


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody did, and how long it had waited for him."""

    who: str
    clock: Clock
    seconds: float
    """By the world's clock; of an alarm by the real one."""
    watch_s: float
    """By the participants' own watch."""
    norm_s: float | None
    """What the clock of this deed allows; none where nothing does."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What nobody has done yet, and how long it waits."""

    clock: Clock
    seconds: float
    norm_s: float | None


def tally(
    deeds: Sequence[Deed], waiting: Sequence[Waiting], norms: Mapping[Clock, float]
) -> list[dict[str, Any]]:
    """Each clock over some deeds: how many, how fast, how many within the norm.

    ``open`` and ``open_late`` count what still waits. A span that waits is nobody's, so it
    changes no median.
    """
    return [
        _row(
            clock,
            norms.get(clock),
            [one for one in deeds if one.clock is clock],
            [one for one in waiting if one.clock is clock],
        )
        for clock in Clock
    ]


def _row(
    clock: Clock, norm_s: float | None, done: Sequence[Deed], left: Sequence[Waiting]
) -> dict[str, Any]:
    spans = [one.seconds for one in done]
    return {
        "clock": clock.value,
        "norm_s": norm_s,
        "done": len(done),
        "in_time": _kept((one.seconds, one.norm_s) for one in done),
        "in_time_by_watch": _kept((one.watch_s, one.norm_s) for one in done),
        "median_s": float(np.median(spans)) if spans else None,
        "p90_s": float(np.percentile(spans, NINETY)) if spans else None,
        "median_watch_s": float(np.median([one.watch_s for one in done])) if done else None,
        "open": len(left),
        "open_late": sum(1 for one in left if one.norm_s is not None and one.seconds > one.norm_s),
    }


def _kept(spans: Iterable[tuple[float, float | None]]) -> int | None:
    """How many kept their norm; none where there is no norm to keep."""
    judged = [seconds <= norm for seconds, norm in spans if norm is not None]
    return sum(judged) if judged else None
