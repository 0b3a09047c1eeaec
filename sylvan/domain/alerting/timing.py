"""When a letter goes out: at once, together with others, or after quiet hours. It is never lost.

Everything follows from the moment and the rule alone, so that whoever asks again gets the same.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sylvan.domain.alerting.book import Collect, Quiet, rank
from sylvan.domain.alerting.letters import Grade

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """When a letter goes out, and with which others as one (empty: alone)."""

    at: datetime
    digest: str = ""


def due(
    at: datetime,
    grade: Grade,
    zone: ZoneInfo,
    collect: Collect | None,
    quiets: tuple[Quiet, ...],
) -> Due:
    """The moment after collecting and quiet hours.

    Args:
        at: when what the letter tells came true; with the distance of repeats kept already.
        grade: what breaks through goes out at ``at``.
        zone: of the recipient's territory.
        collect: the rule's.
        quiets: the rule's and the recipient's own hours.
    """
    found = Due(at)
    if collect is not None and rank(grade) < rank(collect.breaks):
        found = _collected(at, collect, zone)
    calm = [one for one in quiets if rank(grade) < rank(one.breaks)]
    for _ in range(len(calm) + 1):  # the end of one may lie within the other
        for one in calm:
            end = quiet_end(found.at, one, zone)
            if end is not None:
                found = Due(end, f"quiet {end:%Y-%m-%dT%H:%MZ}")
    return found


def _collected(at: datetime, collect: Collect, zone: ZoneInfo) -> Due:
    if collect.until is not None:
        end = next_local(at, collect.until, zone)
    else:
        step = timedelta(minutes=collect.minutes)
        end = _EPOCH + ((at - _EPOCH) // step + 1) * step
    return Due(end, f"collect {end:%Y-%m-%dT%H:%MZ}")


def next_local(after: datetime, at: time, zone: ZoneInfo) -> datetime:
    """The next moment (UTC) at which the clocks of a zone show a time."""
    local = after.astimezone(zone)
    for days in range(3):
        told = datetime.combine(local.date() + timedelta(days=days), at, zone).astimezone(UTC)
        if told > after:
            return told
    raise AssertionError("one of three days has it")


def quiet_end(at: datetime, quiet: Quiet, zone: ZoneInfo) -> datetime | None:
    """When quiet hours end that a moment lies in; ``None`` where it lies in none."""
    shown = at.astimezone(zone).time()
    begins, ends = quiet.begins, quiet.ends
    inside = begins <= shown < ends if begins <= ends else shown >= begins or shown < ends
    return next_local(at, ends, zone) if inside else None
