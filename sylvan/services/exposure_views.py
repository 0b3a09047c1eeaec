"""What fires threaten, as it is stored, sent and answered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shapely.geometry import mapping

from sylvan.domain.actors import Actor, Level
from sylvan.domain.assets import LAYER
from sylvan.domain.codes import Coded
from sylvan.domain.exposure import Exposed, Exposure
from sylvan.domain.exposure_things import Thing, Things
from sylvan.domain.fires import Fire
from sylvan.domain.instants import iso
from sylvan.domain.priority import Priority, Reached
from sylvan.domain.smoke import DEFAULT as SMOKE
from sylvan.domain.smoke import Smoke, SmokeAt
from sylvan.store.exposure import Answer

MOST: Final = 60
"""Things told of one fire; the rest is counted."""
OUTSIDERS: Final = frozenset({Level.PARTNER, Level.NEIGHBOUR, Level.PUBLIC})
"""Who is shown of partners' own things only what is the own."""
NEAREST: Final = 3
"""Things in the short form that the live channel brings."""


@dataclass(frozen=True, slots=True)
class Told:
    """One fire with everything that is told of it."""

    fire: Fire
    near: Exposure
    reached: Mapping[int, Reached]
    forecast_at: datetime | None
    smoke: Smoke
    priority: Priority


def answer(one: Told, things: Things, version: str, at: datetime) -> Answer:
    """Everything that is stored and sent about one fire; ``version`` is that of the rules."""
    fire, near = one.fire, one.near
    objects = [_object(each, things, one) for each in near.exposed[:MOST]]
    smoke = [_smoke_at(each, things) for each in one.smoke.places[:MOST]]
    common = {
        "fire_id": str(fire.id),
        "fire_version": fire.version,
        "at": iso(at),
        "forecast_at": iso(one.forecast_at),
    }
    body = common | {
        "rules": version,
        "wind": near.wind.as_dict(),
        "sector": dict(mapping(near.sector)) if near.sector is not None else None,
        "objects": objects,
        "more": max(len(near.exposed) - MOST, 0),
        "smoke": {
            "screening": True,
            "model": SMOKE.version,
            "pm25_g_s": one.smoke.grams_s,
            "places": smoke,
            "reasons": [each.as_dict() for each in one.smoke.reasons],
        },
        "priority": one.priority.as_dict(),
        "assumed": [each.as_dict() for each in (*_assumed(near, things), *things.notes)],
    }
    brief = common | {
        "score": one.priority.score,
        "objects": len(near.exposed),
        "downwind": sum(bool(each.downwind) for each in near.exposed),
        "nearest": [_short(each) for each in objects if each["owner"] is None][:NEAREST],
        "owned": [_short(each) for each in objects if each["owner"] is not None][:NEAREST],
    }
    rows = [_row(each, things, one) for each in near.exposed]
    score = one.priority.score
    return Answer(fire.id, fire.version, at, fire.territories, score, brief, body, rows)


def _assumed(near: Exposure, things: Things) -> tuple[Coded, ...]:
    """What was taken for granted about the wind and about the things near this fire."""
    samples = {things.all[one.thing].layer for one in near.exposed if things.all[one.thing].sample}
    points = any(
        things.all[one.thing].kind == "settlement"
        and things.all[one.thing].geom.geom_type == "Point"
        for one in near.exposed
    )
    told = list(near.wind.reasons)
    if points:
        told.append(Coded("exposure.points"))
    if samples:
        told.append(Coded("exposure.sample", {"n": len(samples)}))
    return tuple(told)


def _named(thing: Thing) -> dict[str, Any]:
    return {
        "layer": thing.layer,
        "code": thing.code,
        "kind": thing.kind,
        "name": dict(thing.names),
        "people": thing.people,
        "sample": thing.sample,
        "owner": thing.owner or None,
    }


def _object(one: Exposed, things: Things, told: Told) -> dict[str, Any]:
    return _named(things.all[one.thing]) | {
        "km": one.km,
        "bearing_deg": one.bearing_deg,
        "point": list(one.place),
        "downwind": one.downwind,
        "band_km": one.band_km,
        "reach": _reach(told.reached.get(one.thing)),
    }


def _reach(when: Reached | None) -> dict[str, Any] | None:
    if when is None:
        return None
    return {
        "p10_at": iso(when.p10_at),
        "p50_at": iso(when.p50_at),
        "p90_at": iso(when.p90_at),
        "probability": round(when.probability, 2),
    }


def _short(told: Mapping[str, Any]) -> dict[str, Any]:
    """A thing in the short form."""
    names = ("layer", "code", "kind", "name", "owner", "km", "downwind")
    return {name: told[name] for name in names}


def within_sight(body: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """An answer without what other partners own, for those who are partners or outside."""
    if actor.level not in OUTSIDERS:
        return body
    objects = [one for one in body["objects"] if _theirs(one.get("owner"), actor)]
    mine = {one["code"] for one in objects}
    terms = [
        term | {"object": None} if _hidden(term["object"], mine) else term
        for term in body["priority"]["terms"]
    ]
    return body | {"objects": objects, "priority": body["priority"] | {"terms": terms}}


def _theirs(owner: str | None, actor: Actor) -> bool:
    return owner is None or owner == actor.owner


def _hidden(thing: Mapping[str, Any] | None, mine: Collection[str]) -> bool:
    return thing is not None and thing["layer"] == LAYER and thing["code"] not in mine


def _smoke_at(one: SmokeAt, things: Things) -> dict[str, Any]:
    return _named(things.all[one.thing]) | {
        "km": one.km,
        "bearing_deg": one.bearing_deg,
        "point": list(one.place),
        "pm25_ug_m3": one.ug_m3,
        "low_ug_m3": one.low_ug_m3,
        "high_ug_m3": one.high_ug_m3,
        "class": one.class_name,
        "extrapolated": one.extrapolated,
    }


def _row(one: Exposed, things: Things, told: Told) -> dict[str, Any]:
    thing, when = things.all[one.thing], told.reached.get(one.thing)
    return {
        "layer": thing.layer,
        "code": thing.code,
        "kind": thing.kind,
        "km": one.km,
        "bearing_deg": one.bearing_deg,
        "downwind": one.downwind,
        "forecast_at": told.forecast_at if when else None,
        "p10_at": when.p10_at if when else None,
        "p50_at": when.p50_at if when else None,
        "p90_at": when.p90_at if when else None,
        "probability": when.probability if when else None,
    }


def threat(row: Mapping[str, Any], things: Mapping[tuple[str, str], Thing]) -> dict[str, Any]:
    """A thing near a fire, and which fire that is."""
    thing = things.get((row["layer"], row["code"]))
    when = None
    if row["forecast_at"] is not None:
        when = Reached(row["p10_at"], row["p50_at"], row["p90_at"], row["probability"])
    return {
        "fire_id": str(row["fire_id"]),
        "number": row["number"],
        "status": row["status"],
        "layer": row["layer"],
        "code": row["code"],
        "kind": row["kind"],
        "name": dict(thing.names) if thing else {},
        "owner": (thing.owner or None) if thing else None,
        "km": row["km"],
        "bearing_deg": row["bearing_deg"],
        "downwind": row["downwind"],
        "at": iso(row["at"]),
        "forecast_at": iso(row["forecast_at"]),
        "reach": _reach(when),
    }


def nothing(fire: Fire) -> dict[str, Any]:
    """A fire about which nothing has been told: it was over before anybody asked."""
    return {
        "fire_id": str(fire.id),
        "fire_version": fire.version,
        "at": None,
        "forecast_at": None,
        "rules": None,
        "wind": {"from_deg": None, "km_h": None, "reasons": []},
        "sector": None,
        "objects": [],
        "more": 0,
        "smoke": {
            "screening": True,
            "model": SMOKE.version,
            "pm25_g_s": None,
            "places": [],
            "reasons": [],
        },
        "priority": {"score": 0.0, "terms": []},
        "assumed": [Coded("exposure.none_yet").as_dict()],
    }
