"""What messages are about, as the store knows it: fires, regimes, danger by municipality."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from sylvan.domain.actors import Actor
from sylvan.domain.cap import shapes
from sylvan.domain.cap.building import Subject
from sylvan.domain.cap.profile import FireLevel, Profile, Theme, level_of
from sylvan.domain.cap.steps import Told, state_of, told_of
from sylvan.domain.cap.values import Ring
from sylvan.domain.codes import Coded
from sylvan.domain.command.regimes import Regime
from sylvan.domain.fires import Fire
from sylvan.services.geography import Geography
from sylvan.services.local_danger import DangerDays, danger_days
from sylvan.services.regimes import EVERYWHERE
from sylvan.store import cap, layers

SPACE: Final = UUID("5f0f9c0e-1c0b-5c1e-9a52-6d1b3c1a7f10")
"""Name space of things that have no id of their own."""
PARTS: Final = ("region", "municipality", "forestry")
"""Of an address: whose codes a message names."""


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality, or the whole region under ``*``."""

    code: str
    names: Mapping[str, str]
    shape: BaseGeometry | None
    codes: tuple[str, ...]
    """Territories whose people are told."""
    zone: str


@dataclass(frozen=True, slots=True)
class OfFire:
    """A fire as a message would tell it now."""

    subject: Subject
    level: tuple[int, FireLevel] | None
    told: Told | None
    territories: tuple[str, ...]


@dataclass(slots=True)
class Around:
    """The region as one turn sees it; shapes and classes are looked up once."""

    conn: Connection
    actor: Actor
    geography: Geography
    profile: Profile
    today: date
    at: datetime
    """The world's now."""
    _danger: DangerDays | None = None
    _places: dict[str, Place] | None = None
    _rings: dict[str, tuple[Ring, ...]] = field(default_factory=dict)
    _names: dict[str, Mapping[str, str]] | None = None

    def of_fire(self, fire: Fire) -> OfFire:
        """A fire with its level; settlements with their names."""
        m, profile = fire.measured, self.profile.fire
        state = state_of(fire.status)
        near = cap.settlements(self.conn, self.actor, fire.id, profile.near_km)
        named = tuple(replace(one, names=self._named(one.code)) for one in near)
        (danger_class,) = self.danger.at([m.point])
        found = None
        if state is not None:
            found = level_of(profile.levels, state, named, m.area_ha, danger_class, self.at)
        told = None if found is None else told_of(found[0], m.area_ha, named)
        subject = Subject(
            Theme.FIRE,
            fire.id,
            _place_names(fire.address),
            _codes(fire.address),
            shapes.rings(m.edge) if m.edge is not None else (),
            (shapes.around(m.point, m.area_hi_ha),),
            str(fire.address.get("time_zone") or self.zone),
            fire.number or "",
            {"number": fire.number or "", "area_ha": round(m.area_ha)},
            named,
        )
        return OfFire(subject, found, told, fire.territories)

    def of_regime(self, one: Regime) -> tuple[Subject, Place] | None:
        """A regime; nothing where its place is not known any more."""
        place = self.places.get(one.municipality)
        if place is None:
            return None
        ends = Coded("cap_text.regime_open")
        if one.until is not None:
            ends = Coded("cap_text.regime_until", {"until": f"{one.until:%d.%m.%Y}"})
        kind = Coded(f"regime_kind.{one.kind.value}")
        params = {"kind_name": kind, "act": one.act, "until_text": ends}
        return self._territorial(Theme.REGIME, one.id, place, params), place

    def of_danger(self, place: Place, danger_class: int) -> Subject:
        """A municipality with its class of fire danger."""
        name = uuid5(SPACE, f"{self.actor.world.name}/{place.code}")
        params = {"class": danger_class, "day": self.today.isoformat()}
        return self._territorial(Theme.DANGER, name, place, params)

    def _territorial(
        self, theme: Theme, name: UUID, place: Place, params: Mapping[str, Any]
    ) -> Subject:
        rings = self._rings_of(place)
        return Subject(
            theme, name, place.names, place.codes, rings, (), place.zone, "", dict(params)
        )

    def end_of(self, day: date | None, zone: str) -> datetime | None:
        """The moment at which a day is over at a place."""
        if day is None:
            return None
        return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))

    @property
    def danger(self) -> DangerDays:
        """Today's classes."""
        if self._danger is None:
            self._danger = danger_days(self.conn, self.actor, self.today)
        return self._danger

    @property
    def places(self) -> dict[str, Place]:
        """Municipalities by code, and the whole region under ``*``."""
        if self._places is None:
            found = layers.features(
                self.conn, region_code=self.geography.code, kinds=["municipality", "boundary"]
            )
            self._places = _places([item for _, item in found], self.zone)
        return self._places

    @property
    def zone(self) -> str:
        """The region's time zone."""
        zones = self.geography.region(self.conn).manifest.get("zones") or ["UTC"]
        return str(zones[0])

    def _rings_of(self, place: Place) -> tuple[Ring, ...]:
        if place.code not in self._rings:
            shape = place.shape
            self._rings[place.code] = () if shape is None else shapes.rings(shape)
        return self._rings[place.code]

    def _named(self, code: str) -> Mapping[str, str]:
        if self._names is None:
            things = self.geography.region(self.conn).things.all
            self._names = {one.code: one.names for one in things if one.kind == cap.SETTLEMENT}
        return self._names.get(code) or {"ru": code}


def _places(items: Iterable[layers.Item], zone: str) -> dict[str, Place]:
    items = list(items)
    regions = [one for one in items if one.kind == "boundary"]
    towns = [one for one in items if one.kind == "municipality"]
    above = tuple(one.code for one in regions)
    found = {
        one.code: Place(
            one.code,
            one.names,
            one.geom,
            (*above, one.code),
            str(one.props.get("time_zone") or zone),
        )
        for one in towns
    }
    if regions:
        whole = regions[0]
        codes = (*above, *sorted(found))
        found[EVERYWHERE] = Place(EVERYWHERE, whole.names, whole.geom, codes, zone)
    return found


def _place_names(address: Mapping[str, Any]) -> Mapping[str, str]:
    for part in ("municipality", "region"):
        if named := (address.get(part) or {}).get("name"):
            return dict(named)
    return {}


def _codes(address: Mapping[str, Any]) -> tuple[str, ...]:
    found = [(address.get(part) or {}).get("code") for part in PARTS]
    return tuple(str(code) for code in found if code)
