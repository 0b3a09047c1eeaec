"""What changed on the board since somebody looked: states then and now, read and compared."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.board_changes import Change, Grave, Stand, Threat, What, changes, ordered
from sylvan.domain.board_look import Since
from sylvan.domain.fires import Fire
from sylvan.domain.lifecycle import CLOSED, Status
from sylvan.domain.screening_weights import DOUBTFUL
from sylvan.services.board_parts import inside
from sylvan.services.regimes import EVERYWHERE
from sylvan.store import board, fires

MOST: Final = 60
"""Changes that are told one by one; the rest is counted."""
Near = Mapping[UUID, Sequence[Mapping[str, Any]]]


def news(
    conn: Connection, actor: Actor, known: Sequence[Fire], since: Since, at: datetime
) -> dict[str, Any]:
    """What changed in the territory, the gravest first."""
    ended = board.ended_since(conn, actor, since.at)
    every = fires.many(conn, actor, ended) | {one.id: one for one in known}
    mine = [
        one
        for one in every.values()
        if one.merged_into is None and inside(actor, one.territories) and _told(one)
    ]
    ids = [one.id for one in mine]
    then = board.stood(conn, actor, [*ids, *ended], since.at)
    near_then = board.settlements_at(conn, actor, ids, since.at)
    near = board.settlements_at(conn, actor, [one.id for one in mine if _burns(one)], None)
    before = {str(one): _of_then(told, near_then.get(one, ())) for one, told in then.items()}
    now = {str(one.id): _of_now(one, near.get(one.id, ())) for one in mine}
    found = changes(before, now, at)
    found = ordered([*found, *_regimes(conn, actor, since.on)])
    return {
        "since": since.at,
        "first": since.first,
        "rows": [one.as_dict() for one in found[:MOST]],
        "more": max(len(found) - MOST, 0),
        "grave": sum(one.grave >= Grave.WARNING for one in found),
        "total": len(found),
    }


def _told(fire: Fire) -> bool:
    """Signals that are hardly fires are no news until somebody decides."""
    return fire.status != Status.SIGNAL or fire.measured.likelihood >= DOUBTFUL


def _burns(fire: Fire) -> bool:
    return fire.status not in CLOSED


def _of_now(fire: Fire, near: Iterable[Mapping[str, Any]]) -> Stand:
    return Stand(
        str(fire.id),
        fire.number,
        fire.status,
        fire.measured.area_ha,
        fire.received_at,
        fire.measured.last_seen,
        tuple(fire.details.get("timeline", ())),
        _threats(near),
    )


def _of_then(told: Mapping[str, Any], near: Iterable[Mapping[str, Any]]) -> Stand:
    return Stand(
        told["id"],
        told["number"],
        told["status"],
        told["area_ha"],
        datetime.fromisoformat(told["received_at"]),
        datetime.fromisoformat(told["last_seen"]),
        tuple((told.get("details") or {}).get("timeline", ())),
        _threats(near),
    )


def _threats(near: Iterable[Mapping[str, Any]]) -> dict[str, Threat]:
    return {one["code"]: Threat(one["name"], one["km"], one["at"], _reached(one)) for one in near}


def _reached(one: Mapping[str, Any]) -> datetime | None:
    moment = (one.get("reach") or {}).get("p50_at")
    return datetime.fromisoformat(moment) if moment else None


def _regimes(conn: Connection, actor: Actor, on: datetime) -> list[Change]:
    """Regimes that were introduced or given an end; a regime of the whole region is everybody's."""
    rows = board.regimes_since(conn, actor, on)
    return [_regime(one) for one in rows if _concerns(actor, one["municipality"])]


def _concerns(actor: Actor, place: str) -> bool:
    mine: Collection[str] = actor.territories
    return actor.everywhere or place == EVERYWHERE or place in mine


def _regime(row: Mapping[str, Any]) -> Change:
    """At the real moment at which it was told: acts have days alone."""
    what, grave = (What.REGIME, Grave.WARNING)
    if row["version"] > 1:
        what, grave = (What.REGIME_ENDS, Grave.GOOD)
    params = {
        "kind": row["kind"],
        "act": row["act"],
        "place": row["municipality"],
        "day": str(row["until"] or row["since"]),
    }
    return Change(what, grave, row["changed_at"], None, params)
