"""Which transaction wrote each fire last: how a process knows that what it remembers still stands.

Whoever changes a fire, or which detections it has, writes its row. The row's ``xmin`` names the
transaction: one that was rolled back is never seen again, so that what was remembered of it counts
for nothing by itself.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy.typing as npt
from sqlalchemy import Connection, text

from sylvan.domain.actors import Actor
from sylvan.store import copying

WRITTEN: Final = "xmin::text::bigint"
_FIELDS: Final[list[copying.Field]] = [
    ("id", "uuid"),
    ("version", "i4"),
    ("written", "i8"),
    ("n", "i4"),
]


class Stamp(NamedTuple):
    """A fire's version, and the transaction that wrote its row."""

    version: int
    written: int


def since(conn: Connection, actor: Actor, moment: datetime) -> npt.NDArray[Any]:
    """Fires with detections (``n`` of them) that were last seen at a moment or later.

    Rows of ``id`` (16 bytes), ``version``, ``written``, ``n``; none that was merged away.
    """
    query = (
        f"select id, version, {WRITTEN}, n_detections from fire"  # noqa: S608 - constant
        " where world_id = %(world)s and last_seen >= %(since)s and merged_into is null"
        " and n_detections > 0"
    )
    params = {"world": actor.world.id, "since": moment}
    return copying.copy_out(conn, query, _FIELDS, params)


def locked(conn: Connection, actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Stamp]:
    """Stamps of these fires, locked in order of id, as decisions lock them."""
    query = text(
        f"select id, version, {WRITTEN} as written from fire"  # noqa: S608 - constant
        " where world_id = :world and id = any(:ids ::uuid[]) order by id for update"
    )
    rows = conn.execute(query, {"world": actor.world.id, "ids": list(ids)})
    return {row.id: Stamp(row.version, row.written) for row in rows}


def touch(conn: Connection, actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Stamp]:
    """Say that the detections of fires changed though nothing measured on them did.

    Ids may be old ones: the fires that they became are written.
    """
    if not ids:
        return {}
    query = text(
        "with recursive way(id, onward) as ("  # noqa: S608 - constant
        " select id, merged_into from fire where world_id = :world and id = any(:ids ::uuid[])"
        " union select f.id, f.merged_into from fire f join way on f.id = way.onward),"
        " mine as (select id from fire where id in (select id from way where onward is null)"
        "  order by id for update)"
        " update fire set version = version where id in (select id from mine)"
        f" returning id, version, {WRITTEN} as written"
    )
    rows = conn.execute(query, {"world": actor.world.id, "ids": list(ids)})
    return {row.id: Stamp(row.version, row.written) for row in rows}
