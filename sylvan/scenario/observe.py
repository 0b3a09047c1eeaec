"""Passes of the satellites over the region, and the pixels that each of them publishes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from sylvan.domain.detections import DayNight, Instrument, Stage, empty
from sylvan.scenario.fields import Floats, stream
from sylvan.scenario.fires import Fires, Records
from sylvan.scenario.geography import Geography
from sylvan.scenario.nuisance import Emitters, Nuisances, SourceKind, fire_emitters, joined
from sylvan.scenario.orbits import Elements, Track, sun_direction, surface, track, unit
from sylvan.scenario.parameters import DAY_S, ScenarioParameters
from sylvan.scenario.radiometry import SENSORS, chance, confidence, temperatures, transmitted
from sylvan.scenario.swath import SCANNERS, Footprint, footprint, shares, view
from sylvan.scenario.weather import Weather

PASS: Final = np.dtype(
    [
        ("number", "i4"),  # from 1, in order of time
        ("satellite", "i2"),
        ("instrument", "i2"),
        ("start", "f8"),  # epoch seconds, region in sight
        ("end", "f8"),
    ]
)
"""One row per pass over the region."""

LOOK: Final = np.dtype(
    [
        ("number", "i4"),  # of the pass
        ("fire", "i4"),
        ("at", "f8"),
        ("scan_angle", "f4"),  # degrees, negative left of the flight
        ("cloud", "f4"),  # optical depth over the middle of the fire
        ("power", "f4"),  # true MW at that moment, 0 when cold
        ("pixels", "i4"),  # published pixels: 0 is "looked and saw nothing"
    ]
)
"""One row per true fire in the swath of a pass, seen or not."""

LINK: Final = np.dtype(
    [
        ("satellite", "i2"),
        ("acq_at", "i8"),
        ("lon", "f8"),
        ("lat", "f8"),  # as in the near-real-time file
        ("number", "i4"),  # of the pass
        ("kind", "i1"),  # SourceKind
        ("source", "i4"),  # number of the fire, heat source or planned burn; 0 for none
        ("power", "f4"),  # true MW in the pixel
    ]
)
"""One row per published pixel: what it really was."""

STEP_S: Final = 15.0
_COARSE_S: Final = 30.0
_SLACK_KM: Final = 120.0
_HALF_SWATH_KM: Final = {Instrument.VIIRS: 1530.0, Instrument.MODIS: 1165.0}
_FAINT_MW: Final = 0.1
"""MW: pixels below are not worth drawing a chance."""
_DAY_ELEVATION: Final = float(np.sin(np.radians(5.0)))
"""Sine of the sun's elevation above which the products say day (solar zenith < 85°)."""
_SMOKE_MW: Final = 6000.0
_SMOKE_LOSS: Final = 0.35
"""A fire of that power hides up to that share of its own radiation in its smoke."""
_HIT_K: Final = (320.0, 367.0)
"""K that a struck pixel of the fire channel shows."""
_SHIFT_M: Final = {Instrument.VIIRS: 50.0, Instrument.MODIS: 70.0}
"""m: error of a pass's geolocation, common to its pixels."""
_VIIRS_COLLECTION, _MODIS_COLLECTION = 20, 61


@dataclass(frozen=True, slots=True)
class Observation:
    """One pass: its published rows, their truth, and how it looked at each fire."""

    record: Records  # one PASS
    rows: Records  # DETECTION
    links: Records  # LINK, row by row
    looks: Records  # LOOK


def passes(
    parameters: ScenarioParameters, geography: Geography, elements: tuple[Elements, ...]
) -> list[tuple[Elements, Track, float, float]]:
    """All passes with the region in sight, in order of time: elements, track, start, end."""
    targets = _targets(geography)
    found = []
    for one in elements:
        for start, end in _windows(parameters, one, targets):
            found.append((one, track(one, start - STEP_S, end + STEP_S, STEP_S), start, end))
    return sorted(found, key=lambda item: (item[2], item[0].satellite))


def observe(
    parameters: ScenarioParameters,
    geography: Geography,
    weather: Weather,
    fires: Fires,
    elements: tuple[Elements, ...],
    nuisances: Nuisances,
) -> Iterator[Observation]:
    """Let every pass look; observations come in order of time."""
    places = surface(fires.cells["lon"], fires.cells["lat"])
    starts = surface(fires.ignitions["lon"], fires.ignitions["lat"])
    watcher = _Watcher(parameters, weather, fires, nuisances, places, starts)
    for number, (one, path, start, end) in enumerate(passes(parameters, geography, elements), 1):
        record = np.zeros(1, PASS)
        record[0] = (number, one.satellite, one.instrument, start, end)
        yield watcher.look(record, one, path)


@dataclass(frozen=True, slots=True)
class _Watcher:
    parameters: ScenarioParameters
    weather: Weather
    fires: Fires
    nuisances: Nuisances
    places: Floats
    starts: Floats

    def look(self, record: Records, one: Elements, path: Track) -> Observation:
        rng = stream(self.parameters.seed, "pass", int(one.satellite), int(record["start"][0]))
        middle = float(record["start"][0] + record["end"][0]) / 2
        scanner = SCANNERS[one.instrument]
        hot = joined(
            [
                fire_emitters(self.fires, self.places, middle),
                self.nuisances.glow(rng, path, scanner, middle),
            ]
        )
        seen = view(path, scanner, hot.place)
        hot, at, angle = hot.take(seen.seen), seen.at[seen.seen], seen.angle[seen.seen]
        keys, weights = shares(scanner, at, angle)
        # A particle strikes one detector; only light spreads over neighbouring pixels.
        struck = hot.kind == SourceKind.HIT
        weights[struck] = np.eye(weights.shape[1])[np.argmax(weights[struck], axis=1)]
        pixels, source, power = _pixels(keys, weights * hot.power[:, None])
        feet = footprint(path, scanner, pixels[power > _FAINT_MW])
        who, power = source[power > _FAINT_MW], power[power > _FAINT_MW]
        rows, kept, found_power = self._publish(rng, one, feet, hot, who, power)
        links = _links(rows, hot, who[kept], found_power, int(record["number"][0]))
        return Observation(record, rows, links, self._looks(record, path, scanner, hot, links))

    def _publish(
        self,
        rng: np.random.Generator,
        one: Elements,
        feet: Footprint,
        hot: Emitters,
        who: npt.NDArray[np.int64],
        power: Floats,
    ) -> tuple[Records, npt.NDArray[np.int64], Floats]:
        sensor, scanner = SENSORS[one.instrument], SCANNERS[one.instrument]
        sun = _sun_height(feet)
        day = sun > _DAY_ELEVATION
        depth = self.weather.cloud_depth(feet.lon, feet.lat, feet.at)
        clear = transmitted(depth, self.parameters.cloud.opaque_depth)
        strength = power * clear * _smoke(hot, who)
        size = feet.scan * feet.track / (scanner.track_km * _nadir_scan(one.instrument))
        struck = hot.kind[who] == SourceKind.HIT
        found = np.where(struck, 1.0, chance(sensor, strength, day, size))
        kept = np.flatnonzero(rng.random(power.size) < found)
        rows = empty(kept.size)
        told = np.where(struck, power, strength)[kept]
        told = told * np.exp(rng.normal(0, sensor.noise, kept.size))
        air = self.weather.at(feet.lon[kept], feet.lat[kept], feet.at[kept]).temperature
        back = air + 273.15 + np.where(day[kept], 9.0 * sun[kept], -3.0)
        area = (feet.scan * feet.track)[kept]
        mid, long = temperatures(sensor, told, area, back)
        if struck.any():
            mid[struck[kept]] = rng.uniform(*_HIT_K, int(struck[kept].sum()))
        glint = np.isin(hot.kind[who[kept]], (SourceKind.GLINT, SourceKind.ROOF))
        full = mid >= sensor.saturation_k
        rows["bright"], rows["bright_long"] = np.round(mid, 2), np.round(long, 2)
        rows["confidence_native"] = confidence(
            one.instrument, rng, mid - back, found[kept], full, day[kept], glint
        )
        rows["frp"] = np.maximum(np.round(told, 2), 0.1)
        _fill(rows, one, feet, kept, day)
        _shift(rng, rows, _SHIFT_M[one.instrument])
        return rows, kept, power[kept]

    def _looks(
        self, record: Records, path: Track, scanner: Any, hot: Emitters, links: Records
    ) -> Records:
        known = np.flatnonzero(self.fires.ignitions["at"] <= record["end"][0])
        starts = self.fires.ignitions[known]
        seen = view(path, scanner, self.starts[known])
        fires = starts[seen.seen]
        looks = np.zeros(fires.size, LOOK)
        looks["number"], looks["fire"] = record["number"][0], fires["fire"]
        looks["at"] = seen.at[seen.seen]
        looks["scan_angle"] = np.degrees(seen.angle[seen.seen])
        looks["cloud"] = self.weather.cloud_depth(fires["lon"], fires["lat"], looks["at"])
        burning = hot.kind == SourceKind.FIRE
        size = int(self.fires.ignitions.size) + 1
        looks["power"] = np.bincount(hot.source[burning], hot.power[burning], size)[fires["fire"]]
        real = links["source"][links["kind"] == SourceKind.FIRE]
        looks["pixels"] = np.bincount(real, minlength=size)[fires["fire"]]
        return looks


def _targets(geography: Geography) -> Floats:
    """Places that stand for the region when passes are looked for."""
    west, south, east, north = geography.boundary.bounds
    lon, lat = np.meshgrid(np.linspace(west, east, 17), np.linspace(south, north, 13))
    inside = shapely.contains_xy(geography.boundary, lon.ravel(), lat.ravel())
    middle = geography.boundary.representative_point()
    return surface(
        np.append(lon.ravel()[inside], middle.x), np.append(lat.ravel()[inside], middle.y)
    )


def _windows(
    parameters: ScenarioParameters, one: Elements, targets: Floats
) -> Iterator[tuple[float, float]]:
    """Times at which any target lies within the swath, day by day to bound memory."""
    reach = _HALF_SWATH_KM[one.instrument] + _SLACK_KM
    near_cosine = np.cos(reach / 6371.0)
    toward = unit(targets)
    moments, near = [], []
    for first in np.arange(parameters.t0, parameters.t1, DAY_S):
        path = track(one, first, min(first + DAY_S, parameters.t1) - _COARSE_S, _COARSE_S)
        moments.append(path.at)
        near.append(np.max(-path.down @ toward.T, axis=1) > near_cosine)
    at, inside = np.concatenate(moments), np.concatenate(near)
    change = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype("i1")))
    for begin, after in zip(change[::2], change[1::2], strict=True):
        yield float(at[begin]), float(at[after - 1]) + _COARSE_S


def _pixels(
    keys: npt.NDArray[np.int64], power: Floats
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
    """Sum what shares a pixel: keys, index of the strongest emitter, MW."""
    pixel, where = np.unique(keys.ravel(), return_inverse=True)
    flat = power.ravel()
    order = np.argsort(flat, kind="stable")
    strongest = np.zeros(pixel.size, np.int64)
    strongest[where[order]] = order // keys.shape[1]
    return pixel, strongest, np.bincount(where, flat, pixel.size).astype("f8")


def _sun_height(feet: Footprint) -> Floats:
    """Sine of the sun's elevation over pixels of one pass."""
    if feet.at.size == 0:
        return np.empty(0)
    sun = sun_direction(float(np.mean(feet.at)))
    return np.asarray(unit(surface(feet.lon, feet.lat)) @ sun)


def _smoke(hot: Emitters, who: npt.NDArray[np.int64]) -> Floats:
    """Share of a pixel's radiation that its own fire's smoke lets through."""
    burning = hot.kind == SourceKind.FIRE
    size = int(hot.source.max(initial=0)) + 1
    total = np.bincount(hot.source[burning], hot.power[burning], size)
    of_fire = np.where(burning[who], total[hot.source[who]], 0.0)
    return np.asarray(1.0 - _SMOKE_LOSS * np.minimum(of_fire / _SMOKE_MW, 1.0))


def _nadir_scan(instrument: Instrument) -> float:
    scanner = SCANNERS[instrument]
    return scanner.sample_km * scanner.zones[0][1]


def _fill(
    rows: Records,
    one: Elements,
    feet: Footprint,
    kept: npt.NDArray[np.int64],
    day: npt.NDArray[np.bool_],
) -> None:
    scanner = SCANNERS[one.instrument]
    rows["lon"], rows["lat"] = feet.lon[kept], feet.lat[kept]
    # Granules of a mission start at their own minute; MODIS ones at full fives.
    offset = 60.0 * (int(one.satellite) % 6) if one.instrument == Instrument.VIIRS else 0.0
    granule = np.floor((feet.at[kept] - offset) / scanner.granule_s) * scanner.granule_s + offset
    rows["acq_at"] = granule.astype("i8")
    rows["satellite"], rows["instrument"] = one.satellite, one.instrument
    rows["scan"], rows["track"] = np.round(feet.scan[kept], 2), np.round(feet.track[kept], 2)
    rows["daynight"] = np.where(day[kept], DayNight.DAY, DayNight.NIGHT)
    rows["stage"], rows["precision"] = Stage.NRT, 5
    modis = one.instrument == Instrument.MODIS
    rows["collection"] = _MODIS_COLLECTION if modis else _VIIRS_COLLECTION


def _shift(rng: np.random.Generator, rows: Records, metres: float) -> None:
    """Move all pixels of a pass by its geolocation error, and round as files do."""
    north, east = rng.normal(0, metres / np.sqrt(2), 2) / 111_195.0
    shrink = np.cos(np.radians(rows["lat"]))
    rows["lat"] = np.round(rows["lat"] + north, 5)
    rows["lon"] = np.round(np.mod(rows["lon"] + east / shrink + 180.0, 360.0) - 180.0, 5)


def _links(
    rows: Records, hot: Emitters, who: npt.NDArray[np.int64], power: Floats, number: int
) -> Records:
    links = np.zeros(rows.size, LINK)
    for name in ("satellite", "acq_at", "lon", "lat"):
        links[name] = rows[name]
    links["number"], links["power"] = number, power
    links["kind"], links["source"] = hot.kind[who], hot.source[who]
    return links
