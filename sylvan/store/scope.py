"""The one filter that every read passes: this actor's world, this actor's territories."""

from typing import Any

from sqlalchemy import FromClause, Select, false

from sylvan.domain.actors import Actor


def scope(query: Select[Any], actor: Actor, table: FromClause) -> Select[Any]:
    """``query`` limited to what ``actor`` may see of ``table``.

    A row belongs to its ``world_id`` and, where the table has ``territories`` (text[]), to whoever
    reaches one of them. A row without any (outside every known one) is for actors with all of them.
    """
    query = query.where(table.c.world_id == actor.world.id)
    if actor.everywhere or "territories" not in table.c:
        return query
    reach = list(actor.reach)
    return query.where(table.c.territories.overlap(reach) if reach else false())
