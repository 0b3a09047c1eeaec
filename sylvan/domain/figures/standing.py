"""How fires stood when a reporting day ended, and what that day brought: counts for forms."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sylvan.domain.figures.days import DayBoundary, Days
from sylvan.domain.figures.model import Take, Thing
from sylvan.domain.lifecycle import CLOSED, Status
from sylvan.domain.timeline import Moment

_BECOMES: Final[Mapping[Moment, Status]] = {
    Moment.REGISTERED: Status.REGISTERED,
    Moment.DISPATCH_DECIDED: Status.DISPATCHED,
    Moment.ARRIVED: Status.FIGHTING,
    Moment.CONTAINED: Status.CONTAINED,
    Moment.MOPUP: Status.MOPUP,
    Moment.OUT: Status.OUT,
    Moment.SUSPENDED: Status.SUSPENDED,
    Moment.RESUMED: Status.FIGHTING,
    Moment.REJECTED: Status.REJECTED,
    Moment.REOPENED: Status.SIGNAL,
    Moment.MERGED: Status.MERGED,
    Moment.TRANSFERRED: Status.TRANSFERRED,
    Moment.RETURNED: Status.REGISTERED,
}
_HELD: Final = frozenset({Status.CONTAINED, Status.MOPUP})
TICK: Final = timedelta(microseconds=1)
_UNFOUGHT: Final = frozenset({Status.REGISTERED, Status.DISPATCHED, Status.SIGNAL})


def status_at(thing: Thing, moment: datetime) -> Status:
    """What a fire was at a moment, by its stamps; a crew that arrives later changes nothing."""
    told = sorted(
        (at, kind)
        for kind, stamps in thing.stamps.items()
        if kind in _BECOMES
        for at in stamps
        if at < moment
    )
    status = Status.SIGNAL
    for _, kind in told:
        if kind is not Moment.ARRIVED or status in _UNFOUGHT:
            status = _BECOMES[kind]
    return status


@dataclass(frozen=True, slots=True)
class Counts:
    """A day's counts of some fires; areas in hectares, none where no fire is."""

    registered: int
    out: int
    active: int
    contained: int
    suspended: int
    area_active_ha: float
    area_out_ha: float


@dataclass(frozen=True, slots=True)
class DayBook:
    """One reporting day, its fires and their areas when it ended."""

    days: Days
    boundary: DayBoundary
    now: datetime
    areas: Mapping[UUID, float]
    """Hectares as known at the day's end."""

    @property
    def end(self) -> datetime:
        """Before which all counts: the day's end; on a day that goes on, what is now counts too."""
        return min(self.boundary.end(self.days.until), self.now + TICK)

    def within(self, moment: datetime | None) -> bool:
        """Whether something happened on it."""
        return moment is not None and self.boundary.begin(self.days.since) <= moment < (
            self.boundary.end(self.days.until)
        )

    def registered(self, thing: Thing) -> bool:
        """Whether a fire got its number then; merged ones live on in another."""
        own = thing.is_fire and thing.status != Status.MERGED
        return own and self.within(thing.registered_at)

    def out(self, thing: Thing) -> bool:
        """Whether a fire went out then, and stayed out."""
        own = thing.is_fire and thing.status == Status.OUT
        return own and self.within(thing.at(Moment.OUT, Take.LAST))

    def standing(self, thing: Thing) -> Status | None:
        """What an active fire was when it ended; none for all others."""
        if not thing.is_fire or thing.registered_at is None or thing.registered_at >= self.end:
            return None
        status = status_at(thing, self.end)
        return None if status in CLOSED or status is Status.SIGNAL else status

    def area(self, thing: Thing) -> float:
        """Its final area if it is out, else what was known."""
        if thing.final_area_ha is not None:
            return thing.final_area_ha
        return self.areas.get(thing.id, 0.0)


def counts(things: Iterable[Thing], book: DayBook) -> Counts:
    """The counts of a day."""
    all_ = list(things)
    standing = [(one, status) for one in all_ if (status := book.standing(one)) is not None]
    out = [one for one in all_ if book.out(one)]
    return Counts(
        registered=sum(book.registered(one) for one in all_),
        out=len(out),
        active=len(standing),
        contained=sum(status in _HELD for _, status in standing),
        suspended=sum(status is Status.SUSPENDED for _, status in standing),
        area_active_ha=round(sum(book.areas.get(one.id, 0.0) for one, _ in standing), 1),
        area_out_ha=round(sum(book.area(one) for one in out), 1),
    )


def by_group(
    things: Iterable[Thing], book: DayBook, group: Callable[[Thing], str]
) -> dict[str, Counts]:
    """The same in each group that has anything to tell."""
    found: defaultdict[str, list[Thing]] = defaultdict(list)
    for one in things:
        found[group(one)].append(one)
    told = {code: counts(found[code], book) for code in sorted(found)}
    return {code: one for code, one in told.items() if one.registered or one.out or one.active}
