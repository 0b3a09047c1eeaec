"""How long a unit has worked, how long it still may, and when it is rested.

Work and travel count, waiting at the base does not (NWCG Standards for Interagency Incident
Business Management, work/rest: for two hours of work or travel one hour of rest). A break shorter
than the rest that is owed counts as work: nobody recovers in it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sylvan.domain.forces.status import WORKING, Status

HOUR: Final = timedelta(hours=1)
_HOURS_DECIMALS: Final = 2


@dataclass(frozen=True, slots=True)
class DutyClock:
    """What has to be remembered of a unit's work."""

    began_at: datetime | None = None
    """First work since the last whole rest; ``None``: none since."""
    ended_at: datetime | None = None
    """When work stopped last; ``None`` while it goes on."""
    run_began_at: datetime | None = None
    """First work since the last days off."""


@dataclass(frozen=True, slots=True)
class DutyNorms:
    """What a unit may work."""

    shift_h: float = 12.0
    # h of work and travel; engineering judgement, see alerts/forces.yaml
    rest_h: float = 8.0
    # h, the least rest: NWCG, 16 h of work at most and 8 h of rest
    run_days: float = 14.0
    # days of work in a row: NWCG 2004
    off_days: float = 2.0
    # days off after them: NWCG 2004
    work_per_rest: float = 2.0
    # h of work for each hour of rest: NWCG


class DutyState(StrEnum):
    """What the clock says."""

    FRESH = "fresh"
    WORKING = "working"
    RESTING = "resting"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Duty:
    """The clock as read at one moment."""

    state: DutyState
    hours_left: float
    """Of this shift; below zero it is over."""
    began_at: datetime | None = None
    rested_at: datetime | None = None
    """When the rest is whole that is owed; ``None`` where none is, or work goes on."""
    days_left: float = 0.0
    """Until days off are due."""


def owed(clock: DutyClock, norms: DutyNorms) -> timedelta:
    """Rest that the work so far costs; none before any work."""
    if clock.began_at is None or clock.ended_at is None:
        return timedelta(0)
    worked = max(clock.ended_at - clock.began_at, timedelta(0))
    return max(worked / norms.work_per_rest, timedelta(hours=norms.rest_h))


def stepped(
    clock: DutyClock, before: Status, after: Status, at: datetime, norms: DutyNorms
) -> DutyClock:
    """The clock after a change of status at a moment."""
    works, worked = after in WORKING, before in WORKING
    if works and not worked:
        return _begun(clock, at, norms)
    if worked and not works:
        return replace(clock, ended_at=at)
    return clock


def _begun(clock: DutyClock, at: datetime, norms: DutyNorms) -> DutyClock:
    pause = at - clock.ended_at if clock.ended_at is not None else None
    rested = pause is None or pause >= owed(clock, norms)
    off = pause is None or pause >= timedelta(days=norms.off_days)
    return DutyClock(
        at if rested or clock.began_at is None else clock.began_at,
        None,
        at if off or clock.run_began_at is None else clock.run_began_at,
    )


def read(clock: DutyClock, norms: DutyNorms, now: datetime) -> Duty:
    """What the clock says at a moment of the world's clock.

    Args:
        clock: of the unit.
        norms: of its kind, or its own.
        now: aware; before the work began counts as its beginning.
    """
    days = _days_left(clock, norms, now)
    if clock.began_at is None:
        return Duty(DutyState.FRESH, norms.shift_h, days_left=days)
    rested_at = None if clock.ended_at is None else clock.ended_at + owed(clock, norms)
    if rested_at is not None and now >= rested_at:
        return Duty(DutyState.FRESH, norms.shift_h, days_left=days)
    worked = max(now - clock.began_at, timedelta(0)) / HOUR  # a short break counts as work
    left = round(norms.shift_h - worked, _HOURS_DECIMALS)
    if rested_at is not None:
        return Duty(DutyState.RESTING, max(left, 0.0), clock.began_at, rested_at, days)
    state = DutyState.WORKING if left > 0 else DutyState.OVER
    return Duty(state, left, clock.began_at, None, days)


def _days_left(clock: DutyClock, norms: DutyNorms, now: datetime) -> float:
    off = timedelta(days=norms.off_days)
    over = clock.ended_at is not None and now - clock.ended_at >= off
    if clock.run_began_at is None or over:
        return norms.run_days
    gone = max(now - clock.run_began_at, timedelta(0)) / timedelta(days=1)
    return round(norms.run_days - gone, _HOURS_DECIMALS)
