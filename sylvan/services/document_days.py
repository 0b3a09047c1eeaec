"""Fields of documents about a day: the daily form and the morning bulletin."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Invalid
from sylvan.domain.figures.days import Days
from sylvan.domain.figures.measure import measure
from sylvan.domain.figures.model import UNKNOWN, Kind, State, Thing
from sylvan.domain.figures.standing import Counts, DayBook, by_group, counts
from sylvan.domain.figures.summary import within
from sylvan.domain.forces.kinds import Spec
from sylvan.domain.instants import iso
from sylvan.services.bulletin import Bulletin
from sylvan.services.figures import Figures, Gathered
from sylvan.store import fire_history, fires, layers, orders, units

Texts = Mapping[str, Any]
MOST_LISTED: Final = 500
"""Fires that one form names; the rest is counted."""
TICK: Final = timedelta(microseconds=1)
ROMAN: Final = ("", "I", "II", "III", "IV", "V")
EARLIEST: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Told:
    """A day with everything that its forms count from."""

    day: date
    gathered: Gathered
    book: DayBook
    year: DayBook
    names: Mapping[str, Mapping[str, str]]
    region: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DayFields:
    """Gathers them."""

    figures: Figures
    bulletin: Bulletin

    def daily(
        self, conn: Connection, actor: Actor, day: date, texts: Texts, language: str
    ) -> dict[str, Any]:
        """The daily form: what the day brought, how fires stood at its end, the year so far."""
        told = self._told(conn, actor, day)
        things, book = told.gathered.things, told.book
        named = _named(told, texts, language)
        listed = [one for one in things if book.registered(one) or book.out(one)]
        listed += [one for one in things if book.standing(one) and one not in listed]
        listed.sort(key=lambda one: (one.municipality, one.number or ""))
        first, whole = self._first_day(told, told.book), self._first_day(told, told.year)
        begin = book.boundary.begin(day)
        return {
            "begins": iso(begin),
            "ends": iso(book.boundary.end(day)),
            **self._head(told, actor, texts, language),
            **_counted(told),
            "area_out_ha": counts(things, book).area_out_ha,
            "out_first_day": first[0],
            "first_day_share": first[1],
            "missing_stamps": whole[2],
            "year_first_day_share": whole[1],
            "zones": _groups(by_group(things, book, lambda one: one.zone), named["zone"]),
            "municipalities": _groups(
                by_group(things, book, lambda one: one.municipality), named["municipality"]
            ),
            "fires": [_fire(one, book, named, texts) for one in listed[:MOST_LISTED]],
            "not_listed": max(len(listed) - MOST_LISTED, 0),
        }

    def morning(
        self, conn: Connection, actor: Actor, day: date, texts: Texts, language: str
    ) -> dict[str, Any]:
        """The morning bulletin: fires, forces at work, classes of danger and regimes."""
        told = self._told(conn, actor, day)
        things, book = told.gathered.things, told.book
        named = _named(told, texts, language)
        places = by_group(things, book, lambda one: one.municipality)
        at_work, people = _at_work(conn, actor)
        known = self.bulletin.of_day(actor, day)
        return {
            **self._head(told, actor, texts, language),
            **_counted(told),
            "year_first_day_share": self._first_day(told, told.year)[1],
            "units": at_work,
            "people": people,
            "zones": _groups(by_group(things, book, lambda one: one.zone), named["zone"]),
            "places": _places(
                [one for one in known["municipalities"] if _answers_for(actor, one["code"])],
                places,
                named["municipality"],
                texts,
            ),
            "remarks": [
                {"key": one["code"], "text": str(texts[one["code"]])} for one in known["assumed"]
            ],
        }

    def _told(self, conn: Connection, actor: Actor, day: date) -> Told:
        boundary = self.figures.boundary(conn)
        now = actor.world.now(self.figures.clock())
        if not EARLIEST <= day <= boundary.day_of(now):
            params = {"day": str(day), "today": str(boundary.day_of(now))}
            raise Invalid("document.day", params, "day")
        year = Days(day.replace(month=1, day=1), day)
        # fires that winter over burn on from the year before
        wide = Days(year.since.replace(year=day.year - 1), day)
        gathered = self.figures.gathered(conn, actor, wide)
        areas = _areas(conn, actor, boundary.end(day) - TICK if boundary.end(day) <= now else None)
        stored = layers.region(conn, self.figures.geography.code)
        return Told(
            day,
            gathered,
            DayBook(Days(day, day), boundary, now, areas),
            DayBook(year, boundary, now, areas),
            self.figures.names(conn),
            (stored[0] if stored else {}).get("names") or {},
        )

    def _head(self, told: Told, actor: Actor, texts: Texts, language: str) -> dict[str, Any]:
        code = self.figures.geography.code
        names = [_name(told.names.get(one, {}), language, one) for one in actor.territories]
        whole = str(texts["document_word.whole_region"])
        return {
            "day": str(told.day),
            "region": _name(told.region, language, code),
            "scope": whole if actor.everywhere else ", ".join(names),
        }

    def _first_day(self, told: Told, book: DayBook) -> tuple[int | None, float | None, int | None]:
        """How many of the fires registered then were out on their first day, share, missing."""
        known = self.figures.definitions.figures
        definition = next((one for one in known if one.kind is Kind.FIRST_DAY), None)
        if definition is None:
            return None, None, None
        readings = measure(definition, told.gathered.things, told.gathered.asking)
        mine = within(readings, book.days, book.boundary)
        counted = [one for one in mine if one.state is State.COUNTED]
        missing = sum(one.state in (State.MISSING, State.CONTRADICTORY) for one in mine)
        good = sum(one.good is True for one in counted)
        return good, good / len(counted) if counted else None, missing


def _answers_for(actor: Actor, place: str) -> bool:
    """Whether a municipality is the actor's: of others he would tell that nothing burns there."""
    return actor.everywhere or place in actor.territories


def _counted(told: Told) -> dict[str, Any]:
    of_day = asdict(counts(told.gathered.things, told.book))
    of_day.pop("area_out_ha")
    year = [one for one in told.gathered.things if told.year.registered(one)]
    return of_day | {
        "year_registered": len(year),
        "year_out": sum(told.year.out(one) for one in told.gathered.things),
        "year_area_ha": round(sum(told.year.area(one) for one in year), 1),
    }


def _areas(conn: Connection, actor: Actor, moment: Any) -> dict[UUID, float]:
    if moment is None:
        return {one.id: one.measured.area_ha for one in fires.current(conn, actor)}
    known = fire_history.as_of(conn, actor, moment)
    return {UUID(one["id"]): float(one["area_ha"]) for one in known}


def _at_work(conn: Connection, actor: Actor) -> tuple[int, int | None]:
    """Units that belong to a fire now, and their people; none where a unit does not say."""
    codes = sorted({one.unit for one in orders.still_open(conn, actor) if one.holds_unit})
    found = units.of_codes(conn, actor, codes).values()
    told = [one.card.specs.get(Spec.PEOPLE) for one in found]
    people = [one for one in told if one is not None]
    return len(codes), int(sum(people)) if len(people) == len(codes) else None


def _name(names: Mapping[str, str], language: str, code: str) -> str:
    return names.get(language) or next(iter(names.values()), code)


def _named(told: Told, texts: Texts, language: str) -> dict[str, Callable[[str], str]]:
    """How codes are written in the document's language."""
    unknown = str(texts["document_word.unknown_place"])

    def municipality(code: str) -> str:
        return _name(told.names.get(code, {}), language, code) if code != UNKNOWN else unknown

    def zone(code: str) -> str:
        return str(texts.get(f"zone.{code}", code)) if code != UNKNOWN else unknown

    def source(code: str) -> str:
        return str(texts.get(f"source.{code}", code)) if code != UNKNOWN else unknown

    return {"municipality": municipality, "zone": zone, "source": source}


def _groups(groups: Mapping[str, Counts], named: Callable[[str], str]) -> list[dict[str, Any]]:
    return [
        {
            "key": code or "-",
            "name": named(code),
            "registered": one.registered,
            "out": one.out,
            "active": one.active,
            "area_ha": one.area_active_ha,
        }
        for code, one in groups.items()
    ]


def _fire(
    one: Thing, book: DayBook, named: Mapping[str, Callable[[str], str]], texts: Texts
) -> dict[str, Any]:
    status = book.standing(one) or one.status
    return {
        "key": str(one.id),
        "number": one.number,
        "municipality": named["municipality"](one.municipality),
        "zone": named["zone"](one.zone),
        "source": named["source"](one.source),
        "received_at": iso(one.received_at),
        "registered_at": iso(one.registered_at),
        "status": str(texts[f"status.{status}"]),
        "area_ha": round(book.area(one), 1),
    }


def _places(
    known: list[dict[str, Any]],
    groups: Mapping[str, Counts],
    named: Callable[[str], str],
    texts: Texts,
) -> list[dict[str, Any]]:
    """Municipalities that have a fire, a class or a regime; fires outside of all come last."""
    rows = {one["code"]: one for one in known}
    told = []
    for code in [*rows, *(one for one in groups if one not in rows)]:
        counted, place = groups.get(code), rows.get(code, {"class": None, "regimes": []})
        if not (counted or place["class"] or place["regimes"]):
            continue
        regimes = [str(texts[f"regime_kind.{one['kind']}"]) for one in place["regimes"]]
        told.append(
            {
                "key": code or "-",
                "name": named(code),
                "danger": ROMAN[place["class"] or 0] or None,
                "fires": counted.active if counted else 0,
                "area_ha": counted.area_active_ha if counted else 0.0,
                "regimes": ", ".join(regimes) or str(texts["bulletin.none"]),
            }
        )
    return told
