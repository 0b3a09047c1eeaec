"""What the process remembers between two questions about passes.

Whose data came for which time is a sum over days of detections, a third of a second in the worst
season; it changes only with a new batch, and many cards ask the same.
"""

from collections.abc import Iterable
from datetime import datetime
from threading import Lock
from typing import Final

import numpy as np
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.detections import Satellite
from sylvan.domain.heard import Span
from sylvan.domain.passes_geometry import Floats
from sylvan.services.geography import Geography
from sylvan.store import heard

LATTICE: Final = (24, 16)
"""Columns and rows of the places that stand for a region: closer together than a swath is wide by
an order of magnitude."""
MOST: Final = 64
"""Worlds and time spans remembered at once."""

Key = tuple[int, int, datetime, frozenset[Satellite]]


class Spans:
    """Spans of each world's batches, summed up again when a batch came since."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[Key, list[Span]] = {}

    def of(
        self,
        conn: Connection,
        actor: Actor,
        satellites: Iterable[Satellite],
        since: datetime,
        until: datetime,
    ) -> list[Span]:
        """First and last acquisition of each batch's rows since about ``since``."""
        hour = since.replace(minute=0, second=0, microsecond=0)
        wanted = frozenset(satellites)
        key = (actor.world.id, heard.newest_batch(conn, actor), hour, wanted)
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = heard.spans(conn, actor, wanted, hour, until)
            with self._lock:
                while len(self._known) >= MOST:
                    del self._known[next(iter(self._known))]
                self._known[key] = known
        return known


class Lattice:
    """Places that stand for the region, made once for each state of its layers."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stamp = ""
        self._places: tuple[Floats, Floats] = (np.empty(0), np.empty(0))

    def of(self, conn: Connection, geography: Geography) -> tuple[Floats, Floats]:
        """Longitudes and latitudes; those of the whole world where no region is loaded."""
        region = geography.region(conn)
        with self._lock:
            if self._stamp != region.stamp or not len(self._places[0]):
                west, south, east, north = region.index.bounds or (-180.0, -85.0, 180.0, 85.0)
                lon, lat = np.meshgrid(
                    np.linspace(west, east, LATTICE[0]), np.linspace(south, north, LATTICE[1])
                )
                lons, lats = lon.ravel(), lat.ravel()
                inside = region.index.inside(lons, lats, 0.0)
                self._places = (lons[inside], lats[inside]) if inside.any() else (lons, lats)
                self._stamp = region.stamp
            return self._places
