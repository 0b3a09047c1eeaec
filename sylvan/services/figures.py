"""Figures of fires and signals by period, municipality, zone and source, down to each fire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Invalid, NotFound
from sylvan.domain.figures.days import DayBoundary, Days, Step, periods
from sylvan.domain.figures.measure import Asking, measure
from sylvan.domain.figures.model import By, Definition, Definitions, Reading, State, Thing
from sylvan.domain.figures.summary import Result, grouped, ranks, result, within
from sylvan.domain.instants import iso
from sylvan.services.base import Base
from sylvan.services.geography import Geography
from sylvan.store import figures, layers

MOST_THINGS: Final = 100_000
"""Fires and signals of one answer: ten such seasons as Yakutia's worst."""
MOST_DAYS: Final = 3700
MOST_PERIODS: Final = 400
MOST_YEARS: Final = 5
MOST_ROWS: Final = 2000
"""Fires that one list behind a number names."""
EARLIEST: Final = date(1950, 1, 1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which days, and which part of the region."""

    since: date | None = None
    until: date | None = None
    municipality: str | None = None
    zone: str | None = None
    source: str | None = None

    def holds(self, thing: Thing) -> bool:
        """Whether a thing is of this part; an empty word asks for what has none."""
        asked = ((by, getattr(self, by.value)) for by in By)
        return all(code is None or thing.group(by) == code for by, code in asked)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known of a span of days, for all figures."""

    asking: Asking
    days: Days
    things: list[Thing]

    def readings(self, definition: Definition) -> list[Reading]:
        """The things of a figure in the span."""
        found = measure(definition, self.things, self.asking)
        return within(found, self.days, self.asking.boundary)


@dataclass(frozen=True, slots=True)
class Figures(Base):
    """Use-cases about figures."""

    geography: Geography
    definitions: Definitions

    def told(self) -> dict[str, Any]:
        """The definitions in force."""
        known = self.definitions
        return {
            "version": known.version,
            "ranked_from": known.ranked_from,
            "figures": [definition_as_dict(one) for one in known.figures],
        }

    def overview(self, actor: Actor, wanted: Wanted) -> dict[str, Any]:
        """Every figure of a span, beside the span before and the same days a year ago."""
        with self.engine.connect() as conn:
            asking = self._asking(conn, actor)
            days = _days(wanted, asking)
            spans = (days, days.before(), days.years_ago(1))
            gathered = self._gathered(conn, actor, wanted, asking, days, spans)
            names = self.names(conn)
        return {
            "version": self.definitions.version,
            "world": actor.world.name,
            "made_at": iso(asking.now),
            "today": asking.boundary.day_of(asking.now),
            "since": days.since,
            "until": days.until,
            "before": {"since": spans[1].since, "until": spans[1].until},
            "year_ago": {"since": spans[2].since, "until": spans[2].until},
            "day_zone": asking.boundary.zone,
            "day_begins": f"{asking.boundary.at:%H:%M}",
            "ranked_from": self.definitions.ranked_from,
            "names": names,
            "figures": [self._figure(one, gathered, spans) for one in self.definitions.figures],
        }

    def _figure(
        self, definition: Definition, gathered: Gathered, spans: Sequence[Days]
    ) -> dict[str, Any]:
        found = measure(definition, gathered.things, gathered.asking)
        boundary = gathered.asking.boundary
        readings, before, year_ago = (within(found, one, boundary) for one in spans)
        places = grouped(definition, readings, By.MUNICIPALITY)
        order = ranks(definition, places, self.definitions.ranked_from)
        groups = {By.MUNICIPALITY: places} | {
            by: grouped(definition, readings, by) for by in (By.ZONE, By.SOURCE)
        }
        return {
            "definition": definition_as_dict(definition),
            "total": result(definition, readings).as_dict(),
            "before": result(definition, before).as_dict(),
            "year_ago": result(definition, year_ago).as_dict(),
            **{
                by.value: [
                    _group(code, one, order.get(code) if by is By.MUNICIPALITY else None)
                    for code, one in parts.items()
                ]
                for by, parts in groups.items()
            },
        }

    def trend(
        self, actor: Actor, code: str, wanted: Wanted, step: Step, years: int
    ) -> dict[str, Any]:
        """A figure period by period, and the same periods of earlier years."""
        definition = self._definition(code)
        with self.engine.connect() as conn:
            asking = self._asking(conn, actor)
            days = _days(wanted, asking)
            if len(list(islice(periods(days, step), MOST_PERIODS + 1))) > MOST_PERIODS:
                raise Invalid("figures.too_many_periods", {"most": MOST_PERIODS}, "step")
            spans = [days.years_ago(back) for back in range(min(years, MOST_YEARS) + 1)]
            gathered = self._gathered(conn, actor, wanted, asking, days, spans)
        readings = measure(definition, gathered.things, asking)
        return {
            "definition": definition_as_dict(definition),
            "step": step.value,
            "day_zone": asking.boundary.zone,
            "lines": [
                {
                    "years_ago": back,
                    "points": [
                        _point(definition, readings, one, asking.boundary)
                        for one in periods(span, step)
                    ],
                }
                for back, span in enumerate(spans)
            ],
        }

    def things(
        self,
        actor: Actor,
        code: str,
        wanted: Wanted,
        state: State | None = None,
        *,
        good: bool | None = None,
    ) -> dict[str, Any]:
        """The fires and reports behind a number, each with what it brings to it."""
        definition = self._definition(code)
        with self.engine.connect() as conn:
            asking = self._asking(conn, actor)
            days = _days(wanted, asking)
            gathered = self._gathered(conn, actor, wanted, asking, days, [days])
        found = [
            one
            for one in gathered.readings(definition)
            if (state is None or one.state is state) and (good is None or one.good is good)
        ]
        found.sort(key=lambda one: (one.at, one.thing.id))
        return {
            "definition": definition_as_dict(definition),
            "total": len(found),
            "rows": [_row(one) for one in found[:MOST_ROWS]],
        }

    def gathered(self, conn: Connection, actor: Actor, days: Days) -> Gathered:
        """What documents count from: the same rows by the same days."""
        asking = self._asking(conn, actor)
        return self._gathered(conn, actor, Wanted(), asking, days, [days])

    def boundary(self, conn: Connection) -> DayBoundary:
        """When this region's reporting day begins."""
        stored = layers.region(conn, self.geography.code)
        told = (stored[0] if stored else {}).get("day_boundary") or {}
        return DayBoundary(
            str(told.get("zone") or "UTC"), time.fromisoformat(str(told.get("at") or "00:00"))
        )

    def _asking(self, conn: Connection, actor: Actor) -> Asking:
        return Asking(actor.world.now(self.clock()), self.boundary(conn))

    def _gathered(
        self,
        conn: Connection,
        actor: Actor,
        wanted: Wanted,
        asking: Asking,
        days: Days,
        spans: Sequence[Days],
    ) -> Gathered:
        found: dict[Any, Thing] = {}
        for span in spans:
            begin, end = asking.boundary.begin(span.since), asking.boundary.end(span.until)
            for one in figures.things(conn, actor, begin, end, MOST_THINGS):
                found[one.id] = one
            if len(found) > MOST_THINGS:
                raise Invalid("figures.too_many", {"most": MOST_THINGS}, "since")
        return Gathered(asking, days, [one for one in found.values() if wanted.holds(one)])

    def names(self, conn: Connection) -> dict[str, dict[str, str]]:
        """Of the region's municipalities, by code and language."""
        found = layers.features(conn, region_code=self.geography.code, kinds=["municipality"])
        return {one.code: dict(one.names) for _, one in found}

    def _definition(self, code: str) -> Definition:
        found = self.definitions.named(code)
        if found is None:
            raise NotFound("figures.unknown", {"code": code})
        return found


def definition_as_dict(one: Definition) -> dict[str, Any]:
    """A definition as it is published."""
    norm = one.norm
    return {
        "code": one.code,
        "kind": one.kind.value,
        "unit": one.unit,
        "names": dict(one.names),
        "text": dict(one.text),
        "better": one.better,
        "begins": one.begins,
        "ends": one.ends,
        "take": one.take.value,
        "left_out": list(one.left_out),
        "reasons": list(one.reasons),
        "aside": list(one.aside),
        "norm_s": None if norm is None else norm.seconds,
        "norm_source": None if norm is None else dict(norm.source),
    }


def _days(wanted: Wanted, asking: Asking) -> Days:
    """The asked days; without any, this year up to today."""
    today = asking.boundary.day_of(asking.now)
    until = wanted.until or max(today, wanted.since or today)
    since = wanted.since or until.replace(month=1, day=1)
    if not EARLIEST <= since <= until:
        raise Invalid("figures.days", {"since": str(since), "until": str(until)}, "since")
    if (until - since).days >= MOST_DAYS:
        raise Invalid("figures.too_long", {"most": MOST_DAYS}, "since")
    return Days(since, until)


def _group(code: str, one: Result, rank: int | None) -> dict[str, Any]:
    return {"code": code, "rank": rank, "result": one.as_dict()}


def _point(
    definition: Definition, readings: Sequence[Reading], days: Days, boundary: DayBoundary
) -> dict[str, Any]:
    found = result(definition, within(readings, days, boundary))
    return {"since": days.since, "until": days.until, "result": found.as_dict()}


def _row(one: Reading) -> dict[str, Any]:
    thing = one.thing
    return {
        "id": str(thing.id),
        "kind": "fire" if thing.is_fire else "report",
        "number": thing.number,
        "status": thing.status,
        "municipality": thing.municipality,
        "zone": thing.zone,
        "source": thing.source,
        "at": iso(one.at),
        "state": one.state.value,
        "why": one.why,
        "value": one.value,
        "good": one.good,
    }
