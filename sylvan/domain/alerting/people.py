"""Who may be told: people, holders of keys, named contacts; and what they asked for themselves."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import time
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from sylvan.domain.actors import ASSET
from sylvan.domain.alerting.book import Quiet, Watch, Whom
from sylvan.domain.alerting.facts import Fact
from sylvan.domain.alerting.letters import Contact, Grade
from sylvan.domain.places import Floats, earth_xyz

CONTACT = "contact:"
EARTH_M = 6_371_000.0
LEAST_KM_PER_DEG = 110.0
"""Of latitude: a little less than anywhere on the ellipsoid, so that nothing near is left out."""
FULL_TURN, HALF_TURN = 360.0, 180.0


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who may be told."""

    name: str
    """Subject of an account or key, or ``contact:<name>``."""
    role: str
    level: str
    reach: frozenset[str]
    """Marks of which a thing must carry one."""
    everywhere: bool = False
    own: frozenset[str] = frozenset()
    """Codes of the own territories, without what lies around them."""
    owner: str = ""
    hears: frozenset[str] | None = None
    """Kinds of events that the role hears of; none: all."""
    contacts: tuple[Contact, ...] = ()
    language: str = "ru"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    quiet: Quiet | None = None

    def covers(self, marks: Iterable[str]) -> bool:
        """Whether a thing with these marks is in reach."""
        return self.everywhere or not self.reach.isdisjoint(marks)

    def may_know(self, fact: Fact) -> bool:
        """Whether a fact is for this role and place at all."""
        return (self.hears is None or fact.kind in self.hears) and self.covers(fact.territories)


@dataclass(frozen=True, slots=True)
class Subscription:
    """What somebody asked to be told of."""

    id: UUID
    recipient: str
    watch: Watch
    point: tuple[float, float] | None = None
    radius_km: float = 0.0
    layer: str = ""
    code: str = ""
    territory: str = ""
    least: Grade = "info"
    channels: tuple[str, ...] = ()
    quiet_from: time | None = None
    quiet_to: time | None = None

    @property
    def quiet(self) -> Quiet | None:
        """Own quiet hours; an alarm breaks them."""
        if self.quiet_from is None or self.quiet_to is None:
            return None
        return Quiet(self.quiet_from, self.quiet_to)


class Circle:
    """All recipients, ready to be asked by mark."""

    def __init__(self, people: Iterable[Recipient]) -> None:
        self.all = {one.name: one for one in people}
        self._groups: dict[Whom, _Group] = {}

    def told(self, whom: Whom, fact: Fact) -> list[Recipient]:
        """Those of a group who are told of a fact, by name."""
        group = self._groups.get(whom)
        if group is None:
            group = self._groups[whom] = _Group(whom, self.all.values())
        marks = fact.territories
        if whom.owner:
            owner = fact.values.get("owner")
            marks = (ASSET + str(owner),) if owner else ()
        return [one for one in group.reaching(marks) if one.may_know(fact)]


class _Group:
    """Recipients of one group, by mark of what they reach."""

    def __init__(self, whom: Whom, people: Iterable[Recipient]) -> None:
        self.everywhere: list[Recipient] = []
        self.by_mark: dict[str, list[Recipient]] = defaultdict(list)
        for one in sorted(people, key=lambda each: each.name):
            if not _belongs(whom, one):
                continue
            if whom.owner:
                self.by_mark[ASSET + one.owner].append(one)
            elif one.everywhere:
                self.everywhere.append(one)
            else:
                for mark in one.own if whom.inside else one.reach:
                    self.by_mark[mark].append(one)

    def reaching(self, marks: Iterable[str]) -> list[Recipient]:
        """Whoever has one of the marks, each once."""
        found = {one.name: one for one in self.everywhere}
        for mark in marks:
            found.update((one.name, one) for one in self.by_mark.get(mark, ()))
        return list(found.values())


def _belongs(whom: Whom, one: Recipient) -> bool:
    if whom.contacts:
        return one.name in {CONTACT + name for name in whom.contacts}
    if whom.owner:
        return bool(one.owner)
    return one.role in whom.roles and (not whom.levels or one.level in whom.levels)


@dataclass(frozen=True)
class Watches:
    """All subscriptions, ready to be asked for one fact among ten thousand of them."""

    all: Sequence[Subscription] = ()

    @cached_property
    def _placed(self) -> tuple[list[Subscription], Floats, Floats]:
        placed = [one for one in self.all if one.watch == "place" and one.point is not None]
        lonlat = np.array([one.point for one in placed], np.float64).reshape(-1, 2)
        return placed, lonlat, np.array([one.radius_km for one in placed], np.float64)

    @cached_property
    def _assets(self) -> dict[tuple[str, str], list[Subscription]]:
        found: dict[tuple[str, str], list[Subscription]] = defaultdict(list)
        for one in self.all:
            if one.watch == "asset":
                found[one.layer, one.code].append(one)
        return found

    @cached_property
    def _territories(self) -> dict[str, list[Subscription]]:
        found: dict[str, list[Subscription]] = defaultdict(list)
        for one in self.all:
            if one.watch == "territory":
                found[one.territory].append(one)
        return found

    def near(self, fact: Fact) -> list[tuple[Subscription, float]]:
        """Subscriptions around a place whose circle the fire's box touches, with km to it."""
        placed, lonlat, radius = self._placed
        if not placed or fact.point is None:
            return []
        box = fact.bbox or (*fact.point, *fact.point)
        reach = radius / LEAST_KM_PER_DEG
        lat = lonlat[:, 1]
        maybe = np.flatnonzero((lat + reach >= box[1]) & (lat - reach <= box[3]))
        km = km_to_box(lonlat[maybe], box)
        near = np.flatnonzero(km <= radius[maybe])
        return [(placed[maybe[at]], round(float(km[at]), 1)) for at in near.tolist()]

    def of_asset(self, fact: Fact) -> list[Subscription]:
        """Subscriptions to the thing that a fact is about."""
        return self._assets.get((str(fact.values.get("layer")), str(fact.values.get("code"))), [])

    def of_territory(self, fact: Fact) -> list[Subscription]:
        """Subscriptions to a territory that it lies in."""
        found = (self._territories.get(mark, ()) for mark in fact.territories)
        return [one for some in found for one in some]


def km_to_box(lonlat: Floats, box: tuple[float, float, float, float]) -> Floats:
    """Kilometres on the sphere from places to the nearest place of a box; 0 inside.

    Args:
        lonlat: (n, 2) degrees.
        box: west, south, east, north; one that crosses 180° has west > east or runs beyond it.
    """
    west, south, east, north = box
    wide = (east - west) % FULL_TURN if east < west else east - west
    middle = west + wide / 2
    off = (lonlat[:, 0] - middle + HALF_TURN) % FULL_TURN - HALF_TURN
    lon = middle + np.clip(off, -wide / 2, wide / 2)
    lat = np.clip(lonlat[:, 1], south, north)
    apart = earth_xyz(lonlat[:, 0], lonlat[:, 1]) - earth_xyz(lon, lat)
    chord = np.sqrt((apart**2).sum(axis=1))
    found: Floats = 2 * EARTH_M * np.arcsin(np.minimum(chord / (2 * EARTH_M), 1.0)) / 1000.0
    return found
