"""What a phone kept → the use-case that does the same when it is asked alone."""

from collections.abc import Callable
from datetime import datetime
from functools import singledispatch
from typing import Any

import orjson

from sylvan.domain.actors import Actor
from sylvan.domain.edge_overrule import EdgeKind
from sylvan.domain.places import LonLat
from sylvan.services.crew_words import Asked as CrewAsked
from sylvan.services.edges import Asked as EdgeAsked
from sylvan.services.field_sync import Item, by_now
from sylvan.services.forces_units import Step
from sylvan.services.house import House
from sylvan.services.orders import OrderStep
from sylvan.services.safety import Heard
from sylvan.web import schemas_field as schemas

Do = Callable[[], dict[str, Any]]
Context = tuple[House, Actor, datetime]
"""The use-cases, who asks, and the world's time: no phone tells a moment ahead of it."""


def item_of(house: House, actor: Actor, kept: schemas.Kept) -> Item:
    """One thing as it is carried out."""
    now = actor.world.now(house.field_sync.clock())
    operation, do = _do(kept, (house, actor, now))
    return Item(kept.key, operation, do)


def _noted(note: str, phone: schemas.Phone) -> str:
    """The note, with what the phone's own clock showed where that is in doubt."""
    if not phone.doubtful:
        return note
    told = phone.device_at.isoformat() if phone.device_at else "–"
    return f"{note} [device clock in doubt: {told}]".strip()


@singledispatch
def _do(kept: Any, context: Context) -> tuple[str, Do]:
    raise NotImplementedError(type(kept))


@_do.register
def _(kept: schemas.KeptCheckIn, context: Context) -> tuple[str, Do]:
    house, actor, now = context
    where = kept.point and LonLat(*kept.point)
    heard = Heard(by_now(kept.at, now), _noted(kept.note, kept), where)
    return "safety_check_in", lambda: house.safety.check_in(actor, kept.unit_id, heard, kept.key)


@_do.register
def _(kept: schemas.KeptStep, context: Context) -> tuple[str, Do]:
    house, actor, now = context
    step = Step(kept.to, None, by_now(kept.at, now), _noted(kept.note, kept))
    return "forces_step", lambda: house.units.step(actor, kept.unit_id, step, None, kept.key)


@_do.register
def _(kept: schemas.KeptOrderStep, context: Context) -> tuple[str, Do]:
    house, actor, now = context
    step = OrderStep(kept.to, _noted(kept.reason, kept), by_now(kept.at, now))
    return "orders_step", lambda: house.orders.step(actor, kept.order_id, step, None, kept.key)


@_do.register
def _(kept: schemas.KeptWord, context: Context) -> tuple[str, Do]:
    house, actor, now = context
    asked = CrewAsked(kept.unit, kept.word, by_now(kept.at, now) or now, _noted(kept.note, kept))
    return "field_sync", lambda: house.crew_words.say(actor, kept.fire_id, asked, kept.key)


@_do.register
def _(kept: schemas.KeptEdge, context: Context) -> tuple[str, Do]:
    house, actor, now = context
    shape, at = kept.geometry.model_dump(), by_now(kept.at, now) or now
    asked = EdgeAsked(_noted(kept.note, kept), None, kept.key)
    give = house.edges.give
    return "edges_give", lambda: give(actor, kept.fire_id, EdgeKind.TRACK, shape, at, asked)


@_do.register
def _(kept: schemas.KeptReport, context: Context) -> tuple[str, Do]:
    house, actor, now = context
    told = kept.report.model_dump()
    told["observed_at"] = by_now(told["observed_at"], now)
    return "reports_submit", lambda: house.reports.submit(actor, told, kept.key)


@_do.register
def _(kept: schemas.KeptTrack, context: Context) -> tuple[str, Do]:
    house, actor, now = context
    rows = [
        {"unit": kept.unit, "at": by_now(one.at, now), "point": one.point}
        | ({} if one.accuracy_m is None else {"accuracy_m": one.accuracy_m})
        for one in kept.fixes
    ]
    body = orjson.dumps(rows)
    return "forces_take_positions", lambda: house.positions.take(actor, "field", body)
