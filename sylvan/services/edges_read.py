"""People's edges of fires, as the engine measures with them."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.edge_overrule import PeoplesEdge, in_force
from sylvan.domain.fires import Fire
from sylvan.store import edges


def peoples_edges(
    conn: Connection,
    actor: Actor,
    fires: Iterable[Fire],
    taken_in: Mapping[UUID, Sequence[UUID]] | None = None,
) -> dict[UUID, tuple[PeoplesEdge, ...]]:
    """Edges in force of each fire that has any, of those included that it has taken in.

    ``taken_in`` are fires that are being taken in now, by the fire that takes them.
    """
    known = {fire.id: fire for fire in fires}
    mine: dict[UUID, set[UUID]] = {one: {one, *fire.merged_ids} for one, fire in known.items()}
    for into, others in (taken_in or {}).items():
        for other in others:
            mine.setdefault(into, {into}).update(mine.get(other, {other}))
    wanted = {one for ids in mine.values() for one in ids}
    found = edges.standing(conn, actor.world.id, wanted)
    if not found:
        return {}
    told = {one: in_force([pair for pair in found if pair[0] in ids]) for one, ids in mine.items()}
    return {one: people for one, people in told.items() if people}
