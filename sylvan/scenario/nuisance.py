"""What glows: true fires, and all that looks like them from above.

Every source of heat becomes an emitter with a place and a power at the moment of a pass; from
there on the sensor treats all of them alike, which is what makes false alarms hard.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from sylvan.domain.detections import Instrument
from sylvan.scenario.fields import Floats, stream
from sylvan.scenario.fires import Fires, Records, cell_power
from sylvan.scenario.geography import Geography
from sylvan.scenario.ground import Ground
from sylvan.scenario.orbits import Track, sun_direction, surface, unit
from sylvan.scenario.parameters import DAY_S, HOUR_S, ScenarioParameters
from sylvan.scenario.swath import SCANNERS, Scanner, view
from sylvan.scenario.weather import solar_hour


class SourceKind(IntEnum):
    """What a published pixel really was. Codes are stored in the truth."""

    FIRE = 0
    FLARE = 1
    INDUSTRY = 2
    GLINT = 3  # sun on water
    ROOF = 4  # hot roof or bright ground
    HIT = 5  # a particle that struck the detector
    BURN = 6  # stubble, grass or rubbish burnt on purpose


_LONGEST_S: Final = 220 * HOUR_S
"""s: no cell glows longer after its front (3.5 e-foldings of peat)."""
_DIM_MW: Final = 0.02
_PATCH_M: Final = 90.0
"""m: extent of an industrial source, over which its glow wanders between passes."""
_ON_SHARE: Final = {SourceKind.FLARE: 0.85, SourceKind.INDUSTRY: 0.6}
_FLICKER: Final = 0.65
"""Standard deviation of ln(power) of permanent sources between passes."""
_LAKES: Final = 1500
_GLARE_MW: Final = (4.0, 0.5)
_ROOF_MW: Final = (4.0, 0.35)
"""Median and ln-deviation of the apparent power of glint and roofs, MW."""
_ROOF_HOURS: Final = (11.0, 17.0)
_HIT_MW: Final = (0.25, 0.4)
"""The power of a hit comes from the fire channel of another detector, which saw nothing."""

BURN: Final = np.dtype(
    [
        ("number", "i8"),  # from 1
        ("lon", "f8"),
        ("lat", "f8"),
        ("begin", "f8"),  # epoch seconds
        ("end", "f8"),
        ("power", "f8"),  # MW
    ]
)
"""One heap or strip of a planned burn; strips of one burn share its number."""
_BURN_HOURS: Final = (10.0, 19.0)
_BURN_LAST_H: Final = (1.6, 0.6)
_BURN_MW: Final = (7.0, 0.7)
_BURN_KM: Final = (4.0, 0.6)
"""Local hours of lighting; median and ln-deviation of duration (h), power (MW) and distance from
the settlement (km)."""
_BURN_STRIPS: Final = (1, 5)
_BURN_FIELD_KM: Final = 0.35
_KM_PER_DEGREE: Final = 111.195


@dataclass(frozen=True, slots=True)
class Emitters:
    """Points that radiate at one moment."""

    place: Floats  # earth-fixed km, (n, 3)
    power: Floats  # MW
    kind: npt.NDArray[np.int8]
    source: npt.NDArray[np.int64]  # fire or heat-source number; 0 none

    def take(self, which: npt.NDArray[Any]) -> Self:
        """Some of them."""
        return type(self)(
            self.place[which], self.power[which], self.kind[which], self.source[which]
        )


def joined(parts: list[Emitters]) -> Emitters:
    """All emitters of several lists."""
    return Emitters(
        np.concatenate([part.place for part in parts]),
        np.concatenate([part.power for part in parts]),
        np.concatenate([part.kind for part in parts]),
        np.concatenate([part.source for part in parts]),
    )


def fire_emitters(fires: Fires, places: Floats, at: float) -> Emitters:
    """All cells of true fires that glow at epoch second ``at``."""
    first, last = np.searchsorted(fires.cells["at"], [at - _LONGEST_S, at])
    power = cell_power(fires.cells[first:last], at)
    glowing = np.flatnonzero(power > _DIM_MW)
    live = glowing + first
    return Emitters(
        places[live],
        power[glowing],
        np.full(live.size, SourceKind.FIRE, "i1"),
        fires.cells["fire"][live].astype(np.int64),
    )


@dataclass(frozen=True, slots=True)
class Nuisances:
    """The region's sources of false alarms."""

    parameters: ScenarioParameters
    geography: Geography
    lakes: Floats  # lon, lat of places on water, (n, 2)
    burns: Records  # BURN

    def glow(self, rng: np.random.Generator, path: Track, scanner: Scanner, at: float) -> Emitters:
        """What radiates or glares during a pass with its middle at epoch second ``at``."""
        return joined(
            [
                self._permanent(rng),
                self._glint(rng, path, scanner, at),
                self._roofs(rng, path, scanner, at),
                self._hits(scanner, at),
                self._burns(at),
            ]
        )

    def _permanent(self, rng: np.random.Generator) -> Emitters:
        sources = self.geography.heat_sources
        n = self.parameters.nuisance
        kind = np.array([SourceKind[s.kind.upper()] for s in sources], "i1")
        median = np.where(kind == SourceKind.FLARE, n.flare_mw, n.industry_mw)
        power = median * np.exp(_FLICKER * rng.standard_normal(kind.size))
        on = rng.random(kind.size) < np.where(
            kind == SourceKind.FLARE, _ON_SHARE[SourceKind.FLARE], _ON_SHARE[SourceKind.INDUSTRY]
        )
        lon = np.array([s.lon for s in sources], "f8")
        lat = np.array([s.lat for s in sources], "f8")
        wander = rng.normal(0, _PATCH_M / 111_195.0, (2, kind.size))
        lon, lat = lon + wander[0] / np.cos(np.radians(lat)), lat + wander[1]
        number = np.arange(1, kind.size + 1)
        return Emitters(surface(lon, lat), power * on, kind, number)

    def _glint(
        self, rng: np.random.Generator, path: Track, scanner: Scanner, at: float
    ) -> Emitters:
        n = rng.poisson(self.parameters.nuisance.glint_per_pass)
        if n == 0:
            return _spots(rng, np.empty((0, 3)), SourceKind.GLINT, _GLARE_MW)
        place = surface(self.lakes[:, 0], self.lakes[:, 1])
        seen = view(path, scanner, place)
        sun = sun_direction(at)
        up = unit(place)
        height = up @ sun
        mirrored = 2 * height[:, None] * up - sun
        position, _, _ = path.at_moment(seen.at)
        away = np.degrees(
            np.arccos(np.clip(np.einsum("ij,ij->i", mirrored, unit(position - place)), -1, 1))
        )
        glare = np.flatnonzero(
            seen.seen & (height > 0) & (away < self.parameters.nuisance.glint_deg)
        )
        weight = np.exp(-away[glare] / self.parameters.nuisance.glint_fold_deg)
        n = min(n, glare.size)
        chosen = rng.choice(glare, n, replace=False, p=weight / weight.sum()) if n else glare[:0]
        return _spots(rng, place[chosen], SourceKind.GLINT, _GLARE_MW)

    def _roofs(
        self, rng: np.random.Generator, path: Track, scanner: Scanner, at: float
    ) -> Emitters:
        towns = self.geography.settlements
        lon = np.array([town.lon for town in towns], "f8")
        lat = np.array([town.lat for town in towns], "f8")
        hour = solar_hour(lon, at)
        warm = (hour > _ROOF_HOURS[0]) & (hour < _ROOF_HOURS[1])
        seen = np.flatnonzero(view(path, scanner, surface(lon, lat)).seen & warm)
        n = min(rng.poisson(self.parameters.nuisance.roofs_per_day / _DAY_PASSES), seen.size)
        chosen = rng.choice(seen, n, replace=False) if n else seen[:0]
        off = rng.normal(0, 0.6 / 111.195, (2, chosen.size))
        return _spots(
            rng, surface(lon[chosen] + off[0], lat[chosen] + off[1]), SourceKind.ROOF, _ROOF_MW
        )

    def _hits(self, scanner: Scanner, at: float) -> Emitters:
        """Particles strike anywhere; by day nobody would notice them among warm ground."""
        rng = stream(self.parameters.seed, "hits", int(at))
        fine = scanner is SCANNERS[Instrument.VIIRS]
        n = rng.poisson(self.parameters.nuisance.hits_per_pass) if fine else 0
        place = surface(*self.geography.draw(rng, n)) if n else np.empty((0, 3))
        dark = unit(place) @ sun_direction(at) < 0
        return _spots(rng, place[dark], SourceKind.HIT, _HIT_MW)

    def _burns(self, at: float) -> Emitters:
        now = self.burns[(self.burns["begin"] <= at) & (at < self.burns["end"])]
        kind = np.full(now.size, SourceKind.BURN, "i1")
        return Emitters(surface(now["lon"], now["lat"]), now["power"], kind, now["number"])


_DAY_PASSES: Final = 12.0
"""Passes a day around noon, over which the roofs of a day are spread."""


def make_nuisances(
    parameters: ScenarioParameters, geography: Geography, ground: Ground
) -> Nuisances:
    """Find the region's waters and settlements that may deceive."""
    rng = stream(parameters.seed, "nuisance")
    lon, lat = geography.draw(rng, _LAKES * 20)
    wet = np.flatnonzero(ground.lake(lon, lat))[:_LAKES]
    lakes = np.column_stack([lon[wet], lat[wet]])
    return Nuisances(parameters, geography, lakes, _draw_burns(parameters, geography))


def _draw_burns(parameters: ScenarioParameters, geography: Geography) -> Records:
    """When and where people burn on purpose: by day, near their settlements."""
    rng = stream(parameters.seed, "burns")
    n = rng.poisson(parameters.nuisance.burns_per_day * parameters.days)
    n = n if geography.settlements else 0
    parts = [_one_burn(rng, number, parameters, geography) for number in range(1, n + 1)]
    return np.concatenate(parts) if parts else np.empty(0, BURN)


def _one_burn(
    rng: np.random.Generator, number: int, parameters: ScenarioParameters, geography: Geography
) -> Records:
    town = geography.settlements[int(rng.integers(len(geography.settlements)))]
    strips = np.zeros(int(rng.integers(*_BURN_STRIPS, endpoint=True)), BURN)
    away = _lognormal(rng, _BURN_KM) / _KM_PER_DEGREE
    turn = rng.uniform(0, 2 * np.pi)
    field = rng.normal(0, _BURN_FIELD_KM / _KM_PER_DEGREE, (2, strips.size))
    shrink = np.cos(np.radians(town.lat))
    strips["number"] = number
    strips["lon"] = town.lon + (away * np.cos(turn) + field[0]) / shrink
    strips["lat"] = town.lat + away * np.sin(turn) + field[1]
    day = parameters.t0 + rng.integers(int(np.ceil(parameters.days))) * DAY_S
    noon = day - float(solar_hour(np.array(town.lon), day)) * HOUR_S
    strips["begin"] = noon + rng.uniform(*_BURN_HOURS) * HOUR_S
    strips["end"] = strips["begin"] + _lognormal(rng, _BURN_LAST_H) * HOUR_S
    strips["power"] = _BURN_MW[0] * np.exp(_BURN_MW[1] * rng.standard_normal(strips.size))
    return strips


def _lognormal(rng: np.random.Generator, shape: tuple[float, float]) -> float:
    """A number of a median and a deviation of its logarithm."""
    return float(shape[0] * np.exp(shape[1] * rng.standard_normal()))


def _spots(
    rng: np.random.Generator, place: Floats, kind: SourceKind, power: tuple[float, float]
) -> Emitters:
    n = place.shape[0]
    strength = power[0] * np.exp(power[1] * rng.standard_normal(n))
    return Emitters(place, strength, np.full(n, kind, "i1"), np.zeros(n, np.int64))
