"""The season's land and forces: a region pack, and the sample register on it.

Fires break out where they are fought (the pack's zones without the control zone); ways are those of
the product: roads, rivers and covers of the pack on one raster, flights with fuel and stops.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from sylvan.domain.dispatch.candidates import candidate, movers
from sylvan.domain.forces.capability import capability, duty_norms
from sylvan.domain.forces.duty import Duty, DutyState
from sylvan.domain.forces.kinds import IN_THE_AIR, Intensity, StationKind, UnitKind
from sylvan.domain.forces.positions import PositionSource, Whereabouts
from sylvan.domain.forces.register import Unit, UnitCard
from sylvan.domain.forces.rules import ForceRules
from sylvan.domain.places import LonLat
from sylvan.domain.travel.fields import Fields
from sylvan.domain.travel.matrix import travel_matrix
from sylvan.domain.travel.mobility import Features, Mobility, land_of
from sylvan.domain.travel.movers import Air, Goal, Mover
from sylvan.domain.travel.parameters import Season
from sylvan.domain.travel.plane import Plane
from sylvan.domain.travel.roads import road_graph
from sylvan.jobs.land import geography_of, sites_of
from sylvan.scenario.fields import Floats
from sylvan.scenario.forces import SampleForces, sample_forces
from sylvan.scenario.geography import Geography
from sylvan.scenario.seasons.country import Country, Force, floors_of
from sylvan.services import cards, forces_rules, packs
from sylvan.services.packs import LayerKind, Pack
from sylvan.services.packs_read import read_layer

FLIGHT_H: Final = 8.0
"""Hours in the air a day of each aircraft at a base, and of one hired for crews; unverified."""
CONTROL: Final = "control"
_NOBODY: Final = UUID(int=0)
_CELL_KM: Final = 1.0
_MARGIN_KM: Final = 50.0
_CREWS: Final = frozenset({UnitKind.SMOKEJUMPERS, UnitKind.HELITACK})
_AIRCRAFT: Final = frozenset({UnitKind.HELICOPTER, UnitKind.AIR_TANKER, UnitKind.PATROL_AIRCRAFT})


def country(region: str, at: datetime, folder: Path | None = None) -> Country:
    """The season's country from a region pack.

    Args:
        region: code of the pack.
        at: a moment in the season at which it is light; flights are reckoned for it.
        folder: of more packs.

    Raises:
        PackError: a layer cannot be read.
        NotFound: no such pack.
    """
    pack = packs.find(region, folder)
    rules, sample = forces_rules.load(), sample_forces(sites_of(pack))
    places = {one.code: one.point for one in sample.stations}
    builders = [one for one in sample.units if _force(one, rules).rate_m_h > 0.0]
    forces = tuple(_force(one, rules) for one in builders)
    flight = _flight_hours(sample)
    bases = frozenset(one.code for one in sample.stations if one.kind is StationKind.AIR_BASE)
    return Country(
        _fought(pack),
        forces,
        _ways(pack, builders, places, rules, at, frozenset(flight)),
        flight,
        floors_of(forces, bases),
        cards.load(),
    )


def _force(card: UnitCard, rules: ForceRules) -> Force:
    norms, can = duty_norms(card, rules), capability(card, rules)
    fresh = Duty(DutyState.FRESH, norms.shift_h)
    told = candidate(_unit(card), fresh, norms, rules)
    table = rules.line.get(can.method)
    weak, medium, strong = (
        1.0 if table is None or one not in table.intensity else table.intensity[one].value
        for one in (Intensity.WEAK, Intensity.MEDIUM, Intensity.STRONG)
    )
    return Force(
        card.code, card.kind.value, card.station, 0.0 if told.out else told.rate_m_h,
        norms.shift_h, norms.rest_h, norms.run_days, norms.off_days, told.cost, told.cost_h,
        (weak, medium, strong), can.mobility in IN_THE_AIR,
    )  # fmt: skip


def _unit(card: UnitCard) -> Unit:
    return Unit(_NOBODY, 1, card)


def _flight_hours(sample: SampleForces) -> dict[str, float]:
    """A day's hours in the air of each base from which somebody flies."""
    left: dict[str, float] = {}
    for base in {one.station for one in sample.units if one.kind in _CREWS | _AIRCRAFT}:
        here = [one.kind for one in sample.units if one.station == base]
        hired = any(kind in _CREWS for kind in here)
        left[base] = FLIGHT_H * (sum(kind in _AIRCRAFT for kind in here) + hired)
    return dict(sorted(left.items()))


def _fought(pack: Pack) -> Geography:
    """The pack's land without the control zone."""
    whole = geography_of(pack)
    zones = [
        geometry
        for spec in pack.manifest.of_kind(LayerKind.PROTECTION_ZONE)
        for layer in (read_layer(pack.file(spec), spec),)
        for geometry, props in zip(layer.geometries, layer.props, strict=True)
        if props.get("zone") != CONTROL
    ]
    if not zones:
        return whole
    ground = shapely.union_all(shapely.make_valid(np.array(zones, object)))
    return Geography(whole.code, ground, whole.settlements, (), whole.water, whole.name)


@dataclass(frozen=True, eq=False)
class _Ways:
    """Hours of the register's units, by the fastest of their ways."""

    fields: Fields
    air: Air
    movers: tuple[Mover, ...]
    whose: np.ndarray[Any, np.dtype[np.int64]]
    units: int

    def __call__(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        goals = [Goal(f"fire-{f}", LonLat(float(x), float(y)))
                 for f, (x, y) in enumerate(zip(lon, lat, strict=True))]  # fmt: skip
        found = travel_matrix(self.movers, goals, self.fields, self.air).hours
        hours = np.full((self.units, len(goals)), np.inf)
        flown = np.zeros(hours.shape)
        for row, (u, mover) in enumerate(zip(self.whose, self.movers, strict=True)):
            faster = found[row] < hours[u]
            hours[u, faster] = found[row, faster]
            aloft = 2.0 * (found[row] - mover.ready_h) if mover.flies else np.zeros(len(goals))
            flown[u, faster] = aloft[faster]
        return hours, flown


def _ways(
    pack: Pack,
    builders: list[UnitCard],
    places: dict[str, tuple[float, float]],
    rules: ForceRules,
    at: datetime,
    airfields: frozenset[str],
) -> _Ways:
    """Who is carried through the air is fetched where aircraft stand, and only there."""

    def of(kind: LayerKind) -> list[BaseGeometry]:
        return [
            one
            for spec in pack.manifest.of_kind(kind)
            for one in read_layer(pack.file(spec), spec).geometries
        ]

    told = Features((), of(LayerKind.RIVER), of(LayerKind.LAKE), of(LayerKind.ROAD), (),
                    of(LayerKind.SETTLEMENT))  # fmt: skip
    plane = Plane.over(of(LayerKind.BOUNDARY), _MARGIN_KM, _CELL_KM)
    fields = Fields(
        Mobility(land_of(plane, told), Season.OPEN_WATER), road_graph(plane, told.roads)
    )
    strips = [one.representative_point() for one in of(LayerKind.AIRSTRIP)]
    air = Air(at, tuple(LonLat(one.x, one.y) for one in strips), 0.0, 0.0)
    made: list[Mover] = []
    whose: list[int] = []
    for u, card in enumerate(builders):
        home = Whereabouts(places[card.station], PositionSource.STATION)
        here = movers(_unit(card), home, rules)
        mine = [one for one in here if not one.flies or card.station in airfields]
        made += mine
        whose += [u] * len(mine)
    return _Ways(fields, air, tuple(made), np.array(whose, np.int64), len(builders))
