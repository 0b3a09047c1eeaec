"""The one filter that every read passes: this actor's world, this actor's territories."""

from typing import Any

from sqlalchemy import FromClause, Select, false, or_

from sylvan.domain.actors import Actor


def scope(query: Select[Any], actor: Actor, table: FromClause) -> Select[Any]:
    """``query`` limited to what ``actor`` may see of ``table``.

    A row belongs to its ``world_id`` and, where the table has ``territories`` (text[]), to each of
    them. A row without territories (outside every known one) is for actors with all of them.
    """
    query = query.where(table.c.world_id == actor.world.id)
    if actor.everywhere or "territories" not in table.c:
        return query
    mine = [table.c.territories.overlap([code]) for code in actor.territories]
    return query.where(or_(*mine) if mine else false())
