"""Parts of the board: each gathered from what other use-cases keep, for one territory."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.command.notices import ANSWERS, LEVELS, Theme
from sylvan.domain.command.notices import State as NoticeState
from sylvan.domain.command.orders import Order, OrderStatus
from sylvan.domain.fires import Fire, activity_of
from sylvan.domain.forces.kinds import Spec
from sylvan.domain.forces.register import Unit
from sylvan.domain.forces.status import Status as UnitStatus
from sylvan.domain.instants import iso
from sylvan.domain.lifecycle import CLOSED, Status
from sylvan.domain.screening_weights import DOUBTFUL
from sylvan.services.exposure_views import threat
from sylvan.services.geography import Region
from sylvan.services.orders import Orders
from sylvan.store import exposure, notices, units

HELD: Final = frozenset({Status.CONTAINED, Status.MOPUP})
SHOWN_SIGNALS: Final = frozenset({"burning", "active"})
ASKING: Final = (Theme.CONTROL, Theme.REGIME)
"""Themes of notices that ask for a decision of those who answer for a territory."""
MOST_FIRES: Final = 60
MOST_THREATS: Final = 40
MOST_ASKED_OF_STORE: Final = 1000
GROUPS: Final[Mapping[UnitStatus, str]] = {
    UnitStatus.AVAILABLE: "ready",
    UnitStatus.ASSIGNED: "sent",
    UnitStatus.EN_ROUTE: "sent",
    UnitStatus.AT_FIRE: "working",
    UnitStatus.RETURNING: "returning",
    UnitStatus.RESTING: "resting",
    UnitStatus.OFF_DUTY: "off",
    UnitStatus.OUT_OF_SERVICE: "off",
}


def inside(actor: Actor, marks: Sequence[str]) -> bool:
    """Whether a thing lies in the actor's territories, and not merely close to them."""
    return actor.everywhere or not set(actor.territories).isdisjoint(marks)


@dataclass(frozen=True, slots=True)
class Burning:
    """Fires that the board tells of, and who is at them."""

    fires: list[Fire]
    score: Mapping[str, float]
    sent: Counter[UUID]
    working: Counter[UUID]
    at: datetime

    def shown(self, actor: Actor) -> dict[str, Any]:
        """The list, what presses most first."""
        order = sorted(self.fires, key=lambda one: (-self.score.get(str(one.id), 0.0), str(one.id)))
        return {
            "rows": [self.row(one, actor) for one in order[:MOST_FIRES]],
            "more": max(len(order) - MOST_FIRES, 0),
        }

    def row(self, fire: Fire, actor: Actor) -> dict[str, Any]:
        """A fire in a line."""
        seen, nearest = fire.measured, fire.address.get("nearest") or None
        return {
            "id": str(fire.id),
            "number": fire.number,
            "status": fire.status,
            "activity": activity_of(fire.status, seen.last_seen, self.at),
            "likelihood": seen.likelihood,
            "doubtful": _doubtful(fire),
            "inside": inside(actor, fire.territories),
            "area_ha": seen.area_ha,
            "growth_ha_h": seen.growth_ha_h,
            "point": list(seen.point),
            "first_seen": iso(seen.first_seen),
            "last_seen": iso(seen.last_seen),
            "registered_at": iso(fire.registered_at),
            "municipality": (fire.address.get("municipality") or {}).get("name"),
            "nearest": nearest and {one: nearest.get(one) for one in ("name", "distance_km")},
            "units_sent": self.sent[fire.id],
            "units_working": self.working[fire.id],
        }

    def counted(self, actor: Actor) -> dict[str, Any]:
        """The board's figures: fires where they burn, signals apart from what was decided on."""
        mine = [one for one in self.fires if inside(actor, one.territories)]
        fires = [one for one in mine if one.status != Status.SIGNAL]
        signals = [one for one in mine if one.status == Status.SIGNAL]
        likely = [one for one in signals if one.measured.likelihood >= DOUBTFUL]
        return {
            "active": len(fires),
            "held": sum(one.status in HELD for one in fires),
            "suspended": sum(one.status == Status.SUSPENDED for one in fires),
            "area_ha": _area(fires),
            "unattended": sum(_unattended(one, self.sent, self.working) for one in fires),
            "signals": len(likely),
            "signals_area_ha": _area(likely),
            "doubtful": len(signals) - len(likely),
            "near": len(self.fires) - len(mine),
        }


def _area(fires: Iterable[Fire]) -> float:
    return round(sum(one.measured.area_ha for one in fires), 1)


def _unattended(fire: Fire, sent: Counter[UUID], working: Counter[UUID]) -> bool:
    """Whether nobody is at a fire that is fought, or on the way there."""
    fought = fire.status in {Status.REGISTERED, Status.DISPATCHED, Status.FIGHTING}
    return fought and not sent[fire.id] and not working[fire.id]


def burning(
    conn: Connection,
    actor: Actor,
    known: Sequence[Fire],
    open_orders: Sequence[Order],
    at: datetime,
) -> Burning:
    """What burns: decided fires that are not over, and signals that were seen lately."""
    fires = [one for one in known if _shown(one, at)]
    briefs = exposure.briefs(conn, actor, [one.id for one in fires])
    going = [one for one in open_orders if one.holds_unit]
    return Burning(
        fires,
        {one["fire_id"]: one["score"] for one in briefs},
        Counter(one.fire_id for one in going if one.status is not OrderStatus.ARRIVED),
        Counter(one.fire_id for one in going if one.status is OrderStatus.ARRIVED),
        at,
    )


def _shown(fire: Fire, at: datetime) -> bool:
    if fire.status in CLOSED:
        return False
    if fire.status != Status.SIGNAL:
        return True
    return activity_of(fire.status, fire.measured.last_seen, at) in SHOWN_SIGNALS


def threats(
    conn: Connection, actor: Actor, region: Region, fires: Iterable[Fire]
) -> dict[str, Any]:
    """Things near fires, once each by the fire that reaches them first; settlements before others.

    Doubtful signals threaten nothing: a plant beside a town would else do so every night.
    """
    rows = exposure.threatening(
        conn, actor, layer=None, code=None, kind=None, limit=MOST_ASKED_OF_STORE
    )
    names = {(one.layer, one.code): one for one in region.things.all}
    sure = {one.id for one in fires if not _doubtful(one)}
    worst: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        if row["fire_id"] in sure:
            worst.setdefault((row["layer"], row["code"]), row)
    kept = _own(actor, region, list(worst.values()), names)
    kept.sort(key=lambda one: one["kind"] != "settlement")  # stable: the soonest stay first
    told = [
        threat(one, names) | {"people": thing.people if thing else None}
        for one in kept[:MOST_THREATS]
        for thing in [names.get((one["layer"], one["code"]))]
    ]
    places = [one for one in kept if one["kind"] == "settlement"]
    return {
        "rows": told,
        "more": max(len(kept) - MOST_THREATS, 0),
        "settlements": len(places),
        "reached": sum(one["p50_at"] is not None for one in places),
        "objects": len(kept) - len(places),
    }


def _doubtful(fire: Fire) -> bool:
    return fire.status == Status.SIGNAL and fire.measured.likelihood < DOUBTFUL


def _own(
    actor: Actor, region: Region, rows: list[dict[str, Any]], names: Mapping[tuple[str, str], Any]
) -> list[dict[str, Any]]:
    """Settlements of others, near whose border a fire burns, are theirs to answer for."""
    if actor.everywhere:
        return rows
    places = [one for one in rows if one["kind"] == "settlement"]
    known = [names.get((one["layer"], one["code"])) for one in places]
    spots = [one.geom.representative_point() for one in known if one is not None]
    found = iter(region.addresses([(one.x, one.y) for one in spots]))
    foreign = {
        (one["layer"], one["code"])
        for one, thing in zip(places, known, strict=True)
        if thing is not None and not inside(actor, next(found).territories)
    }
    return [one for one in rows if (one["layer"], one["code"]) not in foreign]


def asked(
    conn: Connection,
    actor: Actor,
    orders: Orders,
    open_orders: Sequence[Order],
    known: Mapping[UUID, Fire],
) -> dict[str, Any]:
    """Requests that this actor may answer, and notices that ask for a decision of his level."""
    told = [orders.told(one, actor) for one in open_orders if one.status is OrderStatus.REQUESTED]
    mine = [one for one in told if any(way["status"] == "approved" for way in one["options"])]
    mine.sort(key=lambda one: one["waiting"]["due"])
    found = units.of_codes(conn, actor, sorted({one["unit"] for one in mine}))
    standing = [
        one
        for theme in ASKING
        if actor.level in LEVELS[theme] and ANSWERS[theme]
        for one in notices.standing(conn, actor, theme=theme)
        if one.state is NoticeState.OPEN
    ]
    return {
        "orders": [
            {
                "order": one,
                "unit": _unit(found.get(one["unit"])),
                "fire": _about(known.get(UUID(one["fire_id"]))),
            }
            for one in mine
        ],
        "notices": [
            {
                "notice": one.as_dict(),
                "fire": _about(known.get(one.held.fire_id)) if one.held.fire_id else None,
            }
            for one in standing
        ],
    }


def _about(fire: Fire | None) -> dict[str, Any] | None:
    """Where a fire is, in words."""
    if fire is None:
        return None
    nearest = fire.address.get("nearest") or None
    return {
        "number": fire.number,
        "area_ha": fire.measured.area_ha,
        "municipality": (fire.address.get("municipality") or {}).get("name"),
        "nearest": nearest and {one: nearest.get(one) for one in ("name", "distance_km")},
    }


def _unit(unit: Unit | None) -> dict[str, Any] | None:
    if unit is None:
        return None
    return {
        "name": dict(unit.card.names) or None,
        "kind": unit.card.kind.value,
        "people": people_of(unit),
    }


def people_of(unit: Unit) -> int | None:
    """How many a unit says that it has."""
    told = unit.card.specs.get(Spec.PEOPLE)
    return None if told is None else int(told)


def forces(
    conn: Connection, actor: Actor, open_orders: Sequence[Order], mine: Iterable[Fire]
) -> dict[str, Any]:
    """Units based in the territory by what they do, and others that work for its fires."""
    own = [one for one in units.listed(conn, actor) if inside(actor, one.territories)]
    codes, here = {one.card.code for one in own}, {one.id for one in mine}
    going = [one for one in open_orders if one.holds_unit and one.fire_id in here]
    groups = Counter(GROUPS[one.status] for one in own)
    told = {name: groups[name] for name in dict.fromkeys(GROUPS.values())}
    people = [people_of(one) for one in own if GROUPS[one.status] == "ready"]
    return told | {
        "total": len(own),
        "ready_people": sum(one for one in people if one is not None),
        "people_unknown": sum(one is None for one in people),
        "from_elsewhere": len({one.unit for one in going} - codes),
    }
