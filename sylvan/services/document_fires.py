"""Fields of documents about one fire: the act with preliminary damage, the closing report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Conflict
from sylvan.domain.command.orders import OrderStatus
from sylvan.domain.damage import Damage, Loss, Tables, estimate
from sylvan.domain.figures.days import Days
from sylvan.domain.figures.measure import measure
from sylvan.domain.figures.model import Definition, Reading, State
from sylvan.domain.fires import Fire
from sylvan.domain.instants import iso
from sylvan.domain.lifecycle import CLOSED, Status
from sylvan.domain.timeline import Timeline
from sylvan.services.figures import Figures, Gathered
from sylvan.store import orders

Texts = Mapping[str, Any]
MINUTE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class FireFields:
    """Gathers them."""

    figures: Figures
    tables: Tables

    def act(
        self, actor: Actor, fire: Fire, loss: Loss, texts: Texts, language: str
    ) -> dict[str, Any]:
        """The act: facts, times, damage with every term.

        Raises:
            Conflict: it is a signal that nobody has registered.
        """
        _registered(fire)
        today = actor.world.now(self.figures.clock()).date()
        return {
            "fire": _facts(fire, texts, language),
            "times": _times(fire, texts),
            "damage": _damage(estimate(loss, self.tables, _day_of(fire, today)), texts),
        }

    def closing(
        self, conn: Connection, actor: Actor, fire: Fire, texts: Texts, language: str
    ) -> dict[str, Any]:
        """The closing report: facts, times, the figures of this fire, who was there.

        Raises:
            Conflict: the fire is not closed yet, or was never one.
        """
        _registered(fire)
        if fire.status not in CLOSED:
            params = {"fire": fire.number or str(fire.id), "status": fire.status}
            raise Conflict("document.not_closed", params)
        gathered = self._gathered(conn, actor, fire)
        return {
            "fire": _facts(fire, texts, language),
            "times": _times(fire, texts),
            "figures": [
                row
                for one in self.figures.definitions.figures
                for row in _figure(one, gathered, fire, texts, language)
            ],
            "units": _units(conn, actor, fire, texts),
        }

    def _gathered(self, conn: Connection, actor: Actor, fire: Fire) -> Gathered:
        """All that was received or registered on the day of this fire's number."""
        boundary = self.figures.boundary(conn)
        day = boundary.day_of(fire.registered_at or fire.received_at)
        return self.figures.gathered(conn, actor, Days(day, day))


def _registered(fire: Fire) -> None:
    if fire.registered_at is None:
        raise Conflict("document.not_registered", {"fire": str(fire.id)})


def _day_of(fire: Fire, today: date) -> date:
    return fire.closed_at.date() if fire.closed_at else today


def _facts(fire: Fire, texts: Texts, language: str) -> dict[str, Any]:
    told, address = fire.details, fire.address
    out, first = told.get("out") or {}, told.get("registered") or {}
    lon, lat = fire.measured.point
    kinds = [str(texts.get(f"source.{one}", one)) for one in fire.source_kinds]
    return {
        "number": fire.number,
        "status": str(texts[f"status.{fire.status}"]),
        **{
            part: _part(address.get(part), language)
            for part in ("municipality", "forestry", "subforestry", "compartment")
        },
        "zone": _term(texts, "zone", address.get("zone")),
        "land_category": first.get("land_category")
        or _term(texts, "land", address.get("land_category")),
        "latitude": round(lat, 5),
        "longitude": round(lon, 5),
        "source": ", ".join(kinds),
        "first_area_ha": first.get("first_area_ha"),
        "final_area_ha": out.get("final_area_ha") if fire.status == Status.OUT else None,
        "cause": out.get("cause"),
        "culprit": out.get("culprit"),
        "commander": _newest(told, "commander"),
    }


def _part(told: Any, language: str) -> str | None:
    """Name of a part of an address, or its code; none where it is not known."""
    if not isinstance(told, Mapping):
        return None if told is None else str(told)
    names = told.get("name") or {}
    return str(names.get(language) or next(iter(names.values()), None) or told.get("code"))


def _term(texts: Texts, prefix: str, code: Any) -> str | None:
    return None if not code else str(texts.get(f"{prefix}.{code}", code))


def _newest(details: Mapping[str, Any], name: str) -> Any:
    """What was told last in a step of the fight."""
    steps = (Status.MOPUP, Status.CONTAINED, Status.FIGHTING)
    told = (details.get(step.value) or {} for step in steps)
    return next((one[name] for one in told if one.get(name)), None)


def _times(fire: Fire, texts: Texts) -> list[dict[str, Any]]:
    stamps = Timeline.from_list(fire.details.get("timeline", ())).stamps
    return [
        {
            "key": f"{number}",
            "moment": str(texts[f"moment.{one.moment.value}"]),
            "at": iso(one.at),
            "who": _whose(texts, one.source),
        }
        for number, one in enumerate(stamps, 1)
    ]


def _whose(texts: Texts, source: str) -> str:
    """A level's or a source's word."""
    known = (texts.get(f"{prefix}.{source}") for prefix in ("level", "source"))
    return str(next((one for one in known if one), source))


def _damage(found: Damage, texts: Texts) -> dict[str, Any]:
    told = found.as_dict()
    sources = dict.fromkeys(line for one in told["terms"] for line in one["sources"])
    missing = [_missing(texts, one) for one in told["missing"]]
    return {
        "version": told["version"],
        "known_rub": told["known_rub"],
        "total_rub": told["total_rub"],
        "missing": "; ".join(missing) or str(texts["document_word.nothing_missing"]),
        "terms": [
            {
                "key": f"{number}",
                "kind": str(texts[f"damage.{one['kind']}"]),
                "name": _timber(texts, one["name"]),
                **{name: one[name] for name in ("m3", "rate", "multiplier", "factor", "rub")},
                "missing": "; ".join(_missing(texts, name) for name in one["missing"]),
            }
            for number, one in enumerate(told["terms"], 1)
        ],
        "sources": [{"key": f"{number}", "text": line} for number, line in enumerate(sources, 1)],
    }


def _timber(texts: Texts, name: str) -> str:
    words = (str(texts.get(f"damage.{one}", one)) for one in name.split("/") if one)
    return ", ".join(words)


def _missing(texts: Texts, name: str) -> str:
    """`rate:larch/large` → words."""
    what, _, rest = name.partition(":")
    head = str(texts[f"damage.{what}"])
    return f"{head}: {_timber(texts, rest)}" if rest else head


def _figure(
    definition: Definition, gathered: Gathered, fire: Fire, texts: Texts, language: str
) -> list[dict[str, Any]]:
    mine = [one for one in gathered.things if one.id == fire.id]
    return [
        {
            "key": definition.code,
            "name": definition.names[language],
            "value": _value(definition, one, texts),
            "norm": _minutes(definition.norm.seconds, texts) if definition.norm else None,
            "kept": one.good,
        }
        for one in measure(definition, mine, gathered.asking)
    ]


def _value(definition: Definition, one: Reading, texts: Texts) -> str:
    if one.state is not State.COUNTED:
        return str(texts[f"figure_state.{one.state.value}"])
    if one.value is None:
        return str(texts["document_word.yes" if one.good else "document_word.no"])
    if definition.unit == "ha":
        return f"{one.value:g} {texts['document_word.ha']}"
    return _minutes(one.value, texts)


def _minutes(seconds: float, texts: Texts) -> str:
    return f"{seconds / MINUTE_S:.1f} {texts['document_word.min']}"


def _units(conn: Connection, actor: Actor, fire: Fire, texts: Texts) -> list[dict[str, Any]]:
    return [
        {
            "key": str(one.id),
            "unit": one.unit,
            "task": one.task,
            "departed": iso(one.at(OrderStatus.DEPARTED)),
            "arrived": iso(one.at(OrderStatus.ARRIVED)),
            "released": iso(one.at(OrderStatus.RELEASED)),
            "status": str(texts[f"order_status.{one.status.value}"]),
        }
        for one in orders.of_fires(conn, actor, fire.ids)
    ]
