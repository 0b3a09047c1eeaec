"""What each fire and signal is in a figure: counted, missing, waiting, left out; rows in, rows out.

No row is dropped: whatever is not counted says why, so that the sum over all states is the number
of rows that came in.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sylvan.domain.figures.days import DayBoundary
from sylvan.domain.figures.model import Definition, Kind, Reading, State, Take, Thing
from sylvan.domain.lifecycle import Status
from sylvan.domain.timeline import Moment

ONE_SOURCE: Final = "one_source"
"""Why a fire has no lead: only one side told of it."""

_ORDER: Final = (
    Status.SIGNAL,
    Status.REGISTERED,
    Status.DISPATCHED,
    Status.FIGHTING,
    Status.CONTAINED,
    Status.MOPUP,
    Status.OUT,
)
_BEFORE: Final[Mapping[Moment, Status]] = {
    Moment.REGISTERED: Status.REGISTERED,
    Moment.DISPATCH_DECIDED: Status.DISPATCHED,
    Moment.DEPARTED: Status.FIGHTING,  # departing changes no status of the fire
    Moment.ARRIVED: Status.FIGHTING,
    Moment.CONTAINED: Status.CONTAINED,
    Moment.MOPUP: Status.MOPUP,
    Moment.OUT: Status.OUT,
}
"""Until a fire reaches this status, a stamp that is not there is not missing."""


@dataclass(frozen=True, slots=True)
class Asking:
    """By whose day and at which moment of the world's clock it is asked."""

    now: datetime
    boundary: DayBoundary


def measure(definition: Definition, things: Iterable[Thing], asking: Asking) -> list[Reading]:
    """Every thing that the figure is about, each once."""
    read = _READERS[definition.kind]
    found = (read(definition, thing, asking) for thing in things)
    return [one for one in found if one is not None]


def _fire(definition: Definition, thing: Thing) -> Reading | None:
    """A registered fire that the definition leaves out, or one to be filled in; else nothing."""
    if not thing.is_fire or thing.registered_at is None:
        return None
    if thing.status in definition.left_out:
        return Reading(thing, thing.registered_at, State.LEFT_OUT, why=thing.status)
    return Reading(thing, thing.registered_at, State.COUNTED)


def _interval(definition: Definition, thing: Thing, _: Asking) -> Reading | None:
    reading = _fire(definition, thing)
    if reading is None or reading.state is State.LEFT_OUT:
        return reading
    begins, ends = definition.begins, definition.ends
    if begins is None or ends is None:
        raise ValueError(f"{definition.code}: an interval needs begins and ends")
    start, end = thing.at(begins), thing.at(ends, definition.take)
    if end is None:
        state = State.WAITING if _not_yet(thing.status, ends) else State.MISSING
        return Reading(thing, reading.at, state, why=ends.value)
    if start is None:
        return Reading(thing, reading.at, State.MISSING, why=begins.value)
    if end < start:
        return Reading(thing, reading.at, State.CONTRADICTORY, why=ends.value)
    return _timed(definition, reading, end - start)


def _timed(definition: Definition, reading: Reading, span: timedelta) -> Reading:
    seconds = span.total_seconds()
    good = None if definition.norm is None else seconds <= definition.norm.seconds
    return Reading(reading.thing, reading.at, State.COUNTED, seconds, good)


def _not_yet(status: str, moment: Moment) -> bool:
    """Whether a fire of this status has still to come to a moment."""
    due = _BEFORE.get(moment)
    if due is None or status not in _ORDER:
        return False
    return _ORDER.index(Status(status)) < _ORDER.index(due)


def _first_day(definition: Definition, thing: Thing, asking: Asking) -> Reading | None:
    reading = _fire(definition, thing)
    if reading is None or reading.state is State.LEFT_OUT:
        return reading
    begins = definition.begins or Moment.RECEIVED
    found = thing.at(begins)
    if found is None:
        return Reading(thing, reading.at, State.MISSING, why=begins.value)
    day = asking.boundary.day_of(found)
    if asking.now < asking.boundary.end(day):
        # also one that is out: counted before those that burn, it would make the day look better
        return Reading(thing, reading.at, State.WAITING, why=Moment.OUT.value)
    if thing.status == Status.OUT:
        end = thing.at(Moment.OUT, Take.LAST)
        if end is None:
            return Reading(thing, reading.at, State.MISSING, why=Moment.OUT.value)
        good = asking.boundary.day_of(end) <= day
        return Reading(thing, reading.at, State.COUNTED, good=good)
    return Reading(thing, reading.at, State.COUNTED, good=False)


def _signal(definition: Definition, thing: Thing) -> Reading:
    """Any signal; fires that were merged away live on in another."""
    if thing.status in definition.left_out:
        return Reading(thing, thing.received_at, State.LEFT_OUT, why=thing.status)
    if thing.reject_reason is not None and thing.reject_reason in definition.aside:
        return Reading(thing, thing.received_at, State.LEFT_OUT, why=thing.reject_reason)
    return Reading(thing, thing.received_at, State.COUNTED)


def _in_time(definition: Definition, thing: Thing, asking: Asking) -> Reading | None:
    reading = _signal(definition, thing)
    if reading.state is State.LEFT_OUT:
        return reading
    norm = definition.norm
    if norm is None:
        raise ValueError(f"{definition.code}: in_time needs a norm")
    if thing.settled_at is None:
        if thing.status not in _UNSETTLED:
            return Reading(thing, reading.at, State.MISSING, why=_SETTLED)
        over = (asking.now - thing.received_at).total_seconds() > norm.seconds
        state = State.COUNTED if over else State.WAITING
        return Reading(thing, reading.at, state, good=False if over else None)
    seconds = max((thing.settled_at - thing.received_at).total_seconds(), 0.0)
    return Reading(thing, reading.at, State.COUNTED, seconds, seconds <= norm.seconds)


_UNSETTLED: Final = frozenset({Status.SIGNAL.value, "queued", "field_check"})
_SETTLED: Final = "settled"


def _false_alarm(definition: Definition, thing: Thing, _: Asking) -> Reading | None:
    reading = _signal(definition, thing)
    if reading.state is State.LEFT_OUT:
        return reading
    if thing.status in _UNSETTLED:
        return Reading(thing, reading.at, State.WAITING, why=_SETTLED)
    if thing.status == Status.REJECTED and thing.reject_reason is None:
        return Reading(thing, reading.at, State.MISSING, why="reject_reason")
    is_false = thing.status == Status.REJECTED and thing.reject_reason in definition.reasons
    return Reading(thing, reading.at, State.COUNTED, good=is_false)


def _lead(definition: Definition, thing: Thing, _: Asking) -> Reading | None:
    reading = _fire(definition, thing)
    if reading is None or reading.state is State.LEFT_OUT:
        return reading
    if thing.satellite_at is None or thing.person_at is None:
        return Reading(thing, reading.at, State.LEFT_OUT, why=ONE_SOURCE)
    lead = (thing.person_at - thing.satellite_at).total_seconds()
    return Reading(thing, reading.at, State.COUNTED, lead, lead > 0)


def _area(definition: Definition, thing: Thing, _: Asking) -> Reading | None:
    reading = _fire(definition, thing)
    if reading is None or reading.state is State.LEFT_OUT:
        return reading
    if thing.status != Status.OUT:
        return Reading(thing, reading.at, State.WAITING, why=Moment.OUT.value)
    if thing.final_area_ha is None:
        return Reading(thing, reading.at, State.MISSING, why="final_area_ha")
    return Reading(thing, reading.at, State.COUNTED, thing.final_area_ha)


_READERS: Final[Mapping[Kind, Callable[[Definition, Thing, Asking], Reading | None]]] = {
    Kind.INTERVAL: _interval,
    Kind.FIRST_DAY: _first_day,
    Kind.IN_TIME: _in_time,
    Kind.FALSE_ALARMS: _false_alarm,
    Kind.LEAD: _lead,
    Kind.AREA: _area,
}
