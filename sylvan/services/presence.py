"""Who looks at which fire right now: told between gateways of one database, never stored.

PostgreSQL's notifications carry it. They are no part of the event log and may be lost: whoever is
present says so again within seconds.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import psycopg
from sqlalchemy import Engine, func, select

from sylvan.domain.actors import system
from sylvan.domain.worlds import World
from sylvan.store import fires

CHANNEL: Final = "sylvan_presence"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a fire lies, which decides who may know of it."""

    territories: tuple[str, ...]
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Presences:
    """What gateways tell each other, and where the fires are of which they tell."""

    engine: Engine

    def spot(self, world: World, fire: str) -> Spot | None:
        """Where a fire lies; none if there is no such fire."""
        try:
            fire_id = UUID(fire)
        except ValueError:
            return None
        with self.engine.connect() as conn:
            found = fires.get(conn, system(world), fire_id)
        return None if found is None else Spot(found.territories, found.measured.point)

    def tell(self, messages: Sequence[str]) -> None:
        """Send messages of less than 8,000 bytes to all gateways, this one too."""
        with self.engine.begin() as conn:
            for message in messages:
                conn.execute(select(func.pg_notify(CHANNEL, message)))

    async def heard(self) -> AsyncIterator[str]:
        """What gateways tell, until the connection ends."""
        url = self.engine.url.set(drivername="postgresql")
        conninfo = url.render_as_string(hide_password=False)
        async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as conn:
            await conn.execute(f"listen {CHANNEL}")
            async for notice in conn.notifies():
                yield notice.payload
