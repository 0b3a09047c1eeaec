"""The wind at many fires, for their sectors; what nobody knows is said and stops nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from sylvan.domain.actors import Actor
from sylvan.domain.exposure import UNKNOWN, HourlyWind, Wind, wind_of
from sylvan.domain.exposure_rules import SectorRules

log = structlog.get_logger()
FATAL: Final = (InterfaceError, InternalError, OperationalError)
"""The database can't go on, and neither can who asked."""


class Blows(Protocol):
    """Whoever knows the wind at many places."""

    def __call__(
        self,
        conn: Connection,
        actor: Actor,
        points: npt.NDArray[np.float64],
        start: datetime,
        hours: int,
    ) -> list[HourlyWind | None]:
        """Wind of the hours from ``start`` on at each of some points (longitude, latitude)."""
        ...


@dataclass(frozen=True, slots=True)
class Winds:
    """Asks for all fires at once; a fault costs the sectors and nothing else."""

    blows: Blows
    rules: SectorRules

    def at(
        self, conn: Connection, actor: Actor, places: Sequence[tuple[float, float]], at: datetime
    ) -> list[Wind]:
        """The mean wind of the coming hours at each of some places (longitude, latitude)."""
        points = np.array(places, np.float64).reshape(-1, 2)
        try:
            with conn.begin_nested():
                told = self.blows(conn, actor, points, at, self.rules.hours)
                return [wind_of(one, self.rules) for one in told]
        except FATAL:
            raise
        except Exception:
            log.exception("exposure.no_wind", places=len(places))
            return [UNKNOWN] * len(places)
