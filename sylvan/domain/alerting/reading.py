"""Makes facts of events: one small function for each kind of event that alerts hear.

What the log does not hold itself (the things near a fire, danger classes by territory) is looked
up before, by number of the event, so that a try-out of a past day reads exactly the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from sylvan.domain.actors import ALL
from sylvan.domain.alerting.facts import About, Fact, Heard, Value, hours_between, moment

DANGER: Final = "danger.changed"
EXPOSED: Final = frozenset({"fire.exposure", "fire.reach"})
ACKNOWLEDGED: Final = "alert.changed"
ANSWERED: Final = "answered"
"""Event, and the state in its body, that stop the clocks of letters: of those that the body names
as ``letters``, else of the one whose id is the subject."""


@dataclass(slots=True)
class Lookups:
    """What was looked up beside a page of the log."""

    objects: dict[int, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """By number of the event: things near its fire, as ``exposure`` tells them, with ``owner``."""
    priority: dict[int, float] = field(default_factory=dict)
    classes: dict[int, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """By number of the event: ``municipality``, ``class``, ``day``, ``name``."""
    fires: dict[str, Heard] = field(default_factory=dict)
    """By id: the newest event about a fire before the page."""


def _id(told: Any) -> UUID | None:
    try:
        return UUID(str(told)) if told else None
    except ValueError:
        return None


def _fact(one: Heard, about: About, thread: str, values: Mapping[str, Value]) -> Fact:
    return Fact(
        about,
        one.kind,
        thread,
        "",
        one.at,
        one.seq,
        values,
        territories=one.territories,
        point=one.point,
    )


def fire(one: Heard) -> Fact:
    """A version of a fire: body is its summary."""
    told, address = one.body, one.body.get("address") or {}
    nearest, town = address.get("nearest") or {}, address.get("municipality") or {}
    values: dict[str, Value] = {
        "status": told.get("status"),
        "previous_status": told.get("previous_status"),
        "activity": told.get("activity"),
        "number": told.get("number"),
        "zone": address.get("zone"),
        "municipality": town.get("code"),
        "settlement": nearest.get("code"),
        "sources": tuple(told.get("source_kinds") or ()),
        "area_ha": told.get("area_ha"),
        "growth_ha_h": told.get("growth_ha_h"),
        "frp_mw": told.get("frp_mw"),
        "likelihood": told.get("likelihood"),
        "detections": told.get("n_detections"),
        "passes": told.get("n_passes"),
        "distance_km": nearest.get("distance_km"),
        "age_h": hours_between(moment(told.get("last_seen")), one.at),
        "shown": told.get("shown_at") is not None,
        "sample": bool(address.get("sample")),
        "received_at": told.get("received_at"),
        "lon": one.point[0] if one.point else None,
        "lat": one.point[1] if one.point else None,
    }
    names = {
        "municipality": town.get("name") or {},
        "settlement": nearest.get("name") or {},
    }
    box = told.get("bbox")
    return replace(
        _fact(one, About.FIRE, f"fire:{one.subject}", values),
        names=names,
        bbox=tuple(box) if box else None,
        fire_id=_id(one.subject),
    )


def objects(
    one: Heard, of: Fact, things: Sequence[Mapping[str, Any]], priority: float | None
) -> list[Fact]:
    """Things near a fire, each with all that is known of the fire."""
    found = []
    for thing in things:
        reach = thing.get("reach") or {}
        values = dict(of.values) | {
            "kind": thing.get("kind"),
            "layer": thing.get("layer"),
            "code": thing.get("code"),
            "owner": thing.get("owner"),
            "people": thing.get("people"),
            "distance_km": thing.get("km"),
            "downwind": thing.get("downwind"),
            "hours": hours_between(one.at, moment(reach.get("p50_at"))),
            "hours_early": hours_between(one.at, moment(reach.get("p10_at"))),
            "probability": reach.get("probability"),
            "priority": priority,
        }
        name = f"{thing.get('layer')}/{thing.get('code')}"
        found.append(
            replace(
                of,
                about=About.OBJECT,
                kind=one.kind,
                object=name,
                at=one.at,
                seq=one.seq,
                values=values,
                names=dict(of.names) | {"object": thing.get("name") or {}},
                territories=one.territories,
            )
        )
    return found


def _report(one: Heard) -> Fact:
    told = one.body
    values: dict[str, Value] = {
        "status": told.get("status"),
        "seen": told.get("seen"),
        "source": told.get("source_kind"),
        "lon": one.point[0] if one.point else None,
        "lat": one.point[1] if one.point else None,
    }
    return _fact(one, About.REPORT, f"report:{one.subject}", values)


def _order(one: Heard) -> Fact:
    told = one.body
    values: dict[str, Value] = {name: told.get(name) for name in ("status", "rung", "unit", "task")}
    fact = _fact(one, About.ORDER, f"fire:{told.get('fire_id')}", values)
    return replace(fact, object=f"order:{one.subject}", fire_id=_id(told.get("fire_id")))


def _notice(one: Heard) -> Fact:
    told = one.body
    reason = told.get("reason") or {}
    values: dict[str, Value] = {
        "theme": told.get("theme"),
        "kind": told.get("kind"),
        "key": told.get("key"),
        "state": told.get("state"),
        "grade": told.get("grade"),
        "units": tuple(told.get("units") or ()),
        "reason": reason.get("code"),
    }
    name = f"{told.get('theme')}:{told.get('kind')}:{told.get('key')}"
    fire_id = _id(told.get("fire_id"))
    thread = f"fire:{fire_id}" if fire_id else f"notice:{name}"
    return replace(_fact(one, About.NOTICE, thread, values), object=name, fire_id=fire_id)


def _feed(one: Heard) -> Fact:
    told = one.body
    values: dict[str, Value] = {
        "feed": told.get("feed"),
        "kind": told.get("kind"),
        "state": told.get("state"),
        "silent_h": hours_between(moment(told.get("last_data")), one.at),
    }
    fact = _fact(one, About.FEED, f"feed:{told.get('feed')}", values)
    return replace(fact, names={"feed": told.get("title") or {}}, territories=(ALL,))


def _regime(one: Heard) -> Fact:
    told = one.body
    place = str(told.get("municipality") or "")
    values: dict[str, Value] = {
        "municipality": place,
        "kind": told.get("kind"),
        "act": told.get("act"),
        "lifted": told.get("until") is not None,
    }
    fact = _fact(one, About.REGIME, f"danger:{place}", values)
    whom = (ALL,) if place in ("", "*") else (place,)
    return replace(fact, object=f"regime:{one.subject}", territories=whom)


def danger(one: Heard, classes: Sequence[Mapping[str, Any]]) -> list[Fact]:
    """Today's danger class, a fact for each territory."""
    found = []
    for row in classes:
        code = str(row["municipality"])
        values: dict[str, Value] = {
            "municipality": code,
            "class": row["class"],
            "day": row["day"],
        }
        fact = _fact(one, About.DANGER, f"danger:{code}", values)
        names = {"municipality": row.get("name") or {}}
        found.append(replace(fact, names=names, territories=(code,)))
    return found


PLAIN: Final[Mapping[str, Callable[[Heard], Fact]]] = {
    "fire.changed": fire,
    "fire.merged": fire,
    "report.changed": _report,
    "order.changed": _order,
    "notice.changed": _notice,
    "feed.changed": _feed,
    "regime.changed": _regime,
}
"""Kinds of events that are one fact each, out of the log alone."""
HEARD: Final = frozenset(PLAIN) | EXPOSED | {DANGER, ACKNOWLEDGED}
"""Kinds of events that alerts read; others are passed over."""
