"""The one filter that every read passes: this actor's world, this actor's territories."""

from typing import Any

from sqlalchemy import FromClause, Select, select

from sylvan.domain.actors import Actor
from sylvan.store.place_marks import place_marks


def scope(query: Select[Any], actor: Actor, table: FromClause) -> Select[Any]:
    """``query`` limited to what ``actor`` may see of ``table``.

    A row belongs to its ``world_id`` and, where the table has ``territories`` (text[]), to whoever
    reaches one of them. A row without any (outside every known one) is for actors with all of them.
    """
    query = query.where(table.c.world_id == actor.world.id)
    if actor.everywhere:
        return query
    reach = list(actor.reach)
    if "territories" in table.c:
        return query.where(table.c.territories.overlap(reach))
    if "place" in table.c:  # detections name the set of their marks; a report's place is its own
        mine = select(place_marks.c.id).where(place_marks.c.marks.overlap(reach))
        return query.where(table.c.place.in_(mine))
    return query
