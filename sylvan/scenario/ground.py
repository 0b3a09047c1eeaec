"""What true fires burn: a mosaic of fuels with lakes in it, a function of place."""

from dataclasses import dataclass
from enum import IntEnum
from statistics import NormalDist
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sylvan.scenario.fields import Floats, Plane, Spectrum, WaveField, stream, wave_field
from sylvan.scenario.geography import Geography
from sylvan.scenario.parameters import PlannedIgnition, ScenarioParameters

Codes = npt.NDArray[np.int8]


class Fuel(IntEnum):
    """Classes of ground. Codes are stored in the truth."""

    NONE = 0  # water, rock, sand
    GRASS = 1  # meadow, alas, tundra
    OPEN = 2  # open conifer forest with lichen
    DENSE = 3  # closed conifer forest, dwarf pine
    MIXED = 4  # conifer and birch, green understorey
    PEAT = 5  # bog, deep organic soil


@dataclass(frozen=True, slots=True)
class FuelTraits:
    """How one class of ground burns."""

    rate_m_min: float
    # m/min on flat, still, warm and dry ground; surface fronts in Siberia mostly stay under 7 m/min
    flaming_gj: float
    # GJ of radiation from a 4 ha cell while the front crosses (≈ 0.27 MJ radiated per MJ … tuned
    # so that pixels match the spread of FRP in published files: median 5 MW, p95 50 MW)
    smoulder_gj: float
    # GJ radiated afterwards
    smoulder_h: float
    # h, e-folding time of smouldering
    linger_h: float
    # h, how long an edge that found no way on can still set fire to its neighbours


TRAITS: Final[dict[Fuel, FuelTraits]] = {
    Fuel.NONE: FuelTraits(0.0, 0.0, 0.0, 1.0, 0.0),
    Fuel.GRASS: FuelTraits(2.6, 30.0, 5.0, 3.0, 2.5),
    Fuel.OPEN: FuelTraits(0.85, 55.0, 45.0, 14.0, 10.0),
    Fuel.DENSE: FuelTraits(0.75, 90.0, 75.0, 20.0, 16.0),
    Fuel.MIXED: FuelTraits(0.14, 30.0, 30.0, 12.0, 9.0),
    Fuel.PEAT: FuelTraits(0.16, 18.0, 110.0, 60.0, 70.0),
}
"""Own expert values; bounds: rate ≤ 14 m/min without crown fire (Russian field tables)."""


def trait(name: str) -> Floats:
    """One trait of all fuels, indexed by code."""
    return np.array([getattr(TRAITS[fuel], name) for fuel in Fuel], "f8")


@dataclass(frozen=True, slots=True)
class Ground:
    """Ask :meth:`fuel` what lies at a place."""

    parameters: ScenarioParameters
    geography: Geography
    plane: Plane
    dryness: WaveField
    stands: WaveField
    lakes: WaveField

    def fuel(self, lon: Floats, lat: Floats) -> Codes:
        """Fuel code at places; known water, generated lakes and foreign land do not burn."""
        x, y = self.plane.xy(lon, lat)
        wet = self.lakes.at(x, y)
        codes = self._codes(self.dryness.at(x, y), self.stands.at(x, y), wet, x, y, lat)
        codes[~self.geography.on_land(lon, lat)] = Fuel.NONE
        return codes

    def fuel_over(self, lon: Floats, lat: Floats) -> Codes:
        """Fuel codes of a grid with columns at ``lon`` and rows at ``lat``."""
        x, y = self.plane.xy(lon, np.zeros(1))[0], self.plane.xy(np.zeros(1), lat)[1]
        xs, ys = np.meshgrid(x, y)
        dryness, stands = self.dryness.over(x, y), self.stands.over(x, y)
        codes = self._codes(dryness, stands, self.lakes.over(x, y), xs, ys, lat[:, None])
        codes[~self.geography.land_over(lon, lat)] = Fuel.NONE
        return codes

    def lake(self, lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
        """Which places lie in a generated small lake."""
        x, y = self.plane.xy(lon, lat)
        return np.asarray(self.lakes.at(x, y) > self._shore())

    def _shore(self) -> float:
        return NormalDist().inv_cdf(1.0 - self.parameters.ground.lake_share)

    def _codes(
        self, dryness: Floats, stands: Floats, wet: Floats, x: Floats, y: Floats, lat: Floats
    ) -> Codes:
        codes = _by_share(dryness, stands, self.parameters)
        # The zero line of a smooth field winds through the land without end, as creeks do.
        codes[np.abs(wet) < self.parameters.ground.creek_width] = Fuel.MIXED
        north = np.abs(lat) > self.parameters.ground.tree_line_lat
        codes[north & (codes != Fuel.PEAT)] = Fuel.GRASS
        for plan in self.parameters.planned:
            _force(codes, x, y, plan, self.plane)
        codes[wet > self._shore()] = Fuel.NONE
        return codes


def make_ground(parameters: ScenarioParameters, geography: Geography) -> Ground:
    """Draw the land of a scenario."""
    g = parameters.ground

    def made(name: str, length: tuple[float, float], roughness: float) -> WaveField:
        spectrum = Spectrum(length, roughness=roughness, waves=24)
        return wave_field(stream(parameters.seed, "ground", name), spectrum)

    return Ground(
        parameters,
        geography,
        geography.plane,
        made("dryness", g.mosaic_km, 0.45),
        made("stands", g.mosaic_km, 0.35),
        made("lakes", g.lake_km, 0.5),
    )


def _by_share(dryness: Floats, stands: Floats, parameters: ScenarioParameters) -> Codes:
    """Cut two standard-normal fields into fuels of the wanted shares."""
    g, cut = parameters.ground, NormalDist().inv_cdf
    codes = np.full(dryness.shape, Fuel.OPEN, "i1")
    rest = 1.0 - g.peat_share - g.grass_share
    codes[stands > cut(1.0 - min(g.dense_share / rest, 0.99))] = Fuel.DENSE
    codes[stands < cut(min(g.mixed_share / rest, 0.99))] = Fuel.MIXED
    codes[dryness < cut(g.peat_share)] = Fuel.PEAT
    codes[dryness > cut(1.0 - g.grass_share)] = Fuel.GRASS
    return codes


def _force(codes: Codes, x: Floats, y: Floats, plan: PlannedIgnition, plane: Plane) -> None:
    if plan.fuel is None:
        return
    px, py = plane.xy(np.array(plan.lon), np.array(plan.lat))
    near: npt.NDArray[Any] = np.hypot(x - px, y - py) <= plan.fuel_radius_km
    codes[near] = Fuel[plan.fuel.upper()]
