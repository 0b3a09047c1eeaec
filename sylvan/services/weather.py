"""Weather taken in, and told by the hour at any place.

What was measured counts before what was forecast, the newest forecast before older ones, the
nearest place before others; what nobody told stands in from climatology and is named.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.instants import iso
from sylvan.domain.observed import (
    FIELDS,
    HOUR_S,
    Place,
    PlaceKind,
    Reading,
    Rows,
    hourly,
    local_day,
)
from sylvan.domain.spread_weather import HourlyWeather, climatology
from sylvan.services import feeds as feed_states
from sylvan.services import weather_series
from sylvan.services.base import Base, whole_again
from sylvan.services.geography import Geography
from sylvan.store import audit, danger, events, ledger
from sylvan.store import weather as stored
from sylvan.store.events import Event

Box = tuple[float, float, float, float]
KIND: Final = "weather"
BAD_TOLD: Final = 100
"""Bad rows named in an answer; all are counted."""
AROUND_DEG: Final = (2.0, 4.0)
"""Degrees of latitude and of longitude around the region of which grids count."""
RESCUED: Final = timedelta(days=2)
"""Ended forecasts are kept so long: late reports may still lack a noon that they knew."""


class Parsed(Protocol):
    """Weather that was read row by row (``feeds`` implements it)."""

    @property
    def name(self) -> str:
        """File name."""

    @property
    def reading(self) -> Reading:
        """What can be used."""

    @property
    def bad(self) -> Sequence[Any]:
        """Rows that can't, each with line, field and code."""

    @property
    def total(self) -> int:
        """All rows."""


Reader = Callable[[str, bytes, Mapping[str, Place], Box | None, datetime], Parsed]
"""How a body becomes weather; ``feeds`` knows."""


@dataclass(frozen=True, slots=True)
class TakenWeather:
    """What became of a file; ``rows = accepted + duplicates + outside + rejected``."""

    name: str
    rows: int
    accepted: int
    duplicates: int
    outside: int
    rejected: int
    places: int
    batch: int
    issued: datetime | None = None
    assumed: tuple[dict[str, Any], ...] = ()
    bad: tuple[dict[str, Any], ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """The account of the rows."""
        names = ("rows", "accepted", "duplicates", "outside", "rejected")
        own = {name: getattr(self, name) for name in names}
        return own | {"superseded": 0, "replaced": 0}

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        names = ("rows", "accepted", "duplicates", "outside", "rejected", "places", "batch")
        issued = iso(self.issued)
        told = {"file": self.name, "product": KIND, "issued": issued}
        told |= {name: getattr(self, name) for name in names}
        return told | {"assumed": list(self.assumed), "bad": list(self.bad)}


@dataclass(frozen=True, slots=True)
class Weather(Base):
    """Use-cases about weather."""

    geography: Geography
    reader: Reader

    def take(self, actor: Actor, name: str, body: bytes, feed: str = KIND) -> TakenWeather:
        """Take in a file; bad rows are told, the rest goes in."""
        with self.engine.connect() as conn:
            known = {one.code: one for one in stored.known_places(conn, actor).values()}
            box = self._box(conn)
        parsed = self.reader(name, body, known, box, actor.world.now(self.clock()))
        return self._store(actor, parsed, body, feed)

    def judged(self, actor: Actor, name: str, body: bytes, now: datetime) -> Sequence[Any]:
        """The rows of a file that can't be used; nothing is stored."""
        with self.engine.connect() as conn:
            known = {one.code: one for one in stored.known_places(conn, actor).values()}
            box = self._box(conn)
        return self.reader(name, body, known, box, now).bad

    def _box(self, conn: Connection) -> Box | None:
        """The region and somewhat around it."""
        bounds = self.geography.region(conn).index.bounds
        if bounds is None:
            return None
        west, south, east, north = bounds
        tall, wide = AROUND_DEG
        lon = [(one + 180.0) % 360.0 - 180.0 for one in (west - wide, east + wide)]
        return lon[0], max(south - tall, -90.0), lon[1], min(north + tall, 90.0)

    @whole_again
    def _store(self, actor: Actor, parsed: Parsed, body: bytes, feed: str) -> TakenWeather:
        with self.engine.begin() as conn:
            now = self.clock()
            batch = ledger.open_batch(
                conn,
                actor,
                feed=feed,
                name=parsed.name,
                sha256=ledger.keep_body(conn, body),
                product=KIND,
                now=now,
            )
            rows, places, outside = self._inside(conn, parsed.reading)
            taken = TakenWeather(
                name=parsed.name,
                rows=parsed.total,
                accepted=(accepted := _kept(conn, actor, rows, places, batch)),
                duplicates=len(rows) - accepted,
                outside=outside,
                rejected=len(parsed.bad),
                places=len(np.unique(rows["place"])),
                batch=batch,
                issued=_newest_issue(rows),
                assumed=tuple(one.as_dict() for one in parsed.reading.assumed),
                bad=tuple(one.as_dict() for one in parsed.bad[:BAD_TOLD]),
            )
            if accepted:
                danger.mark_due(conn, actor, _first_day(rows, places))
            self._close(conn, actor, taken, rows, feed, now)
            return taken

    def _inside(self, conn: Connection, reading: Reading) -> tuple[Rows, tuple[Place, ...], int]:
        """Rows whose place lies in or near the region."""
        if not len(reading.rows):
            return reading.rows, reading.places, 0
        index = self.geography.region(conn).index
        lon, lat = np.array([(one.lon, one.lat) for one in reading.places]).T
        near = index.inside(np.ascontiguousarray(lon), np.ascontiguousarray(lat), NEAR_KM)
        kept = near[reading.rows["place"]]
        return reading.rows[kept], reading.places, int((~kept).sum())

    def _close(
        self,
        conn: Connection,
        actor: Actor,
        taken: TakenWeather,
        rows: Rows,
        feed: str,
        now: datetime,
    ) -> None:
        """Settle the ledger and tell the batch and the feed's state."""
        ledger.settle(conn, taken.batch, taken.counts, {"assumed": list(taken.assumed)})
        at = actor.world.now(now)
        subject = f"batch:{taken.batch}"
        events.write(conn, actor, [Event("batch.taken", subject, at, taken.as_dict())])
        audit.record(conn, actor, "weather.take", subject, taken.counts, now=now)
        state = feed_states.state_of(conn, actor, feed, KIND)
        seen = [_moment(min(float(rows["at"].max()), at.timestamp()))] if len(rows) else []
        seen += [state.last_pass] if state.last_pass else []
        new = replace(
            state,
            last_poll=at,
            last_data=at,
            last_pass=max(seen, default=None),
            last_error=None,
            state="ok",
            rows=state.rows + taken.accepted,
        )
        feed_states.changed(conn, actor, new, now)

    def forget(self, actor: Actor) -> int:
        """Drop forecasts that ended days ago; how many."""
        with self.engine.begin() as conn:
            before = actor.world.now(self.clock()) - RESCUED
            return stored.forget_forecasts(conn, actor, before)

    def stations(self, actor: Actor) -> list[Place]:
        """Stations heard of, for those who ask a forecast of them."""
        with self.engine.connect() as conn:
            known = stored.known_places(conn, actor).values()
            return [one for one in known if one.kind is PlaceKind.STATION]

    def lattice(self, tall_deg: float, wide_deg: float) -> list[tuple[float, float]]:
        """Points over the region, for those who ask a forecast of all of it."""
        with self.engine.connect() as conn:
            index = self.geography.region(conn).index
        if index.bounds is None:
            return []
        west, south, east, north = index.bounds
        lon, lat = np.meshgrid(
            np.arange(west + wide_deg / 2, west + (east - west) % 360.0, wide_deg),
            np.arange(south + tall_deg / 2, north, tall_deg),
        )
        lon = (lon.ravel() + 180.0) % 360.0 - 180.0
        inside = index.inside(lon, lat.ravel(), 0.0)
        return list(zip(lon[inside].tolist(), lat.ravel()[inside].tolist(), strict=True))

    def series(
        self, conn: Connection, actor: Actor, lon: float, lat: float, start: datetime, hours: int
    ) -> HourlyWeather:
        """Weather of the hours from ``start`` on at a place, with what was assumed as codes.

        From the nearest places within 150 km; FFMC runs by the hour from the last daily code (Van
        Wagner 1977), BUI is the day's. Always ``hours`` long: hours of which nobody told anything
        are climatology's, and ``weather.hours_assumed`` counts them.

        Args:
            conn: the caller's transaction.
            actor: in whose world.
            lon: degrees east.
            lat: degrees north.
            start: within the first hour, with its time zone.
            hours: how many.
        """
        found = weather_series.at_place(conn, actor, (lon, lat), start, hours)
        return climatology(start, hours, lon) if found is None else found


NEAR_KM: Final = 300.0
"""km around the region from which weather counts: as far as maps reach from a place."""


def _kept(conn: Connection, actor: Actor, rows: Rows, places: Sequence[Place], batch: int) -> int:
    """Store reports and forecasts; how many rows told something new."""
    if not len(rows):
        return 0
    used = np.unique(rows["place"])
    numbers = stored.save_places(conn, actor, [places[k] for k in used])
    ids = np.zeros(len(places), np.int64)
    ids[used] = numbers
    measured = np.isnan(rows["issued"])
    kept = stored.add_reports(conn, actor, rows[measured], ids[rows["place"][measured]], batch)
    return kept + _kept_forecasts(conn, actor, rows[~measured], ids, batch)


def _kept_forecasts(
    conn: Connection, actor: Actor, rows: Rows, ids: npt.NDArray[np.int64], batch: int
) -> int:
    """Each issue of each place, laid on hours."""
    for issue in np.unique(rows["issued"]):
        mine = rows[rows["issued"] == issue]
        first = int(np.floor(mine["at"].min() / HOUR_S))
        first -= int(np.nanmax(np.append(mine["rain_h"][mine["at"] <= mine["at"].min()], 1.0))) - 1
        hours = int(np.ceil(mine["at"].max() / HOUR_S)) - first + 1
        order = np.argsort(mine["place"], kind="stable")
        parts = np.split(mine[order], np.flatnonzero(np.diff(mine["place"][order])) + 1)
        series = [(int(ids[part["place"][0]]), hourly(part, first, hours).values) for part in parts]
        stored.add_forecast(
            conn, actor, _moment(float(issue)), _moment(first * HOUR_S), series, batch
        )
    return len(rows)


def _moment(epoch_s: float) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)


def _newest_issue(rows: Rows) -> datetime | None:
    told = rows["issued"][~np.isnan(rows["issued"])]
    return _moment(float(told.max())) if told.size else None


def _first_day(rows: Rows, places: Sequence[Place]) -> Any:
    """The first calendar day whose noon these rows may change."""
    first = _moment(float(rows["at"].min()))
    west = min(places[k].lon for k in np.unique(rows["place"]))
    return local_day(first, west)


__all__ = ["FIELDS", "KIND", "Parsed", "Reader", "TakenWeather", "Weather"]
