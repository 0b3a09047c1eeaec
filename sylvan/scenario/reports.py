"""Reports by people: where they think it burns, when they say they saw it, and who is mistaken.

Bodies are those that ``POST /api/v1/reports`` takes; which fire a report is really about stays in
the truth.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from importlib import resources
from typing import Any, Final

import numpy as np

from sylvan.scenario.deliveries import Delivery, Kind
from sylvan.scenario.fields import KM_PER_DEGREE, stream
from sylvan.scenario.fires import Fires, Records, cell_power
from sylvan.scenario.geography import Geography, Settlement
from sylvan.scenario.parameters import HOUR_S, ScenarioParameters
from sylvan.scenario.weather import solar_hour


class ReportKind(IntEnum):
    """What a report really is. Codes are stored in the truth."""

    TRUE = 0
    DUPLICATE = 1  # a second voice on a fire already reported
    MISTAKE = 2  # steam, dust, morning fog
    HOAX = 3


REPORT: Final = np.dtype(
    [
        ("number", "i4"),  # in the name of the delivery
        ("kind", "i1"),  # ReportKind
        ("fire", "i4"),  # 0 for none
        ("lon", "f8"),  # the true place
        ("lat", "f8"),
        ("observed_at", "f8"),  # true epoch seconds, before people round them
    ]
)
"""One row per report."""

_METHODS: Final = (
    ("near", 0.4),
    ("tower", 0.3),
    ("cross", 0.1),
    ("aircraft", 0.1),
    ("partner", 0.1),
)
"""Ways to report, and how often each is chosen where several are possible."""
_TOWER_BEARING_DEG: Final = 1.5
"""Standard deviation of a lookout's bearing, degrees."""
_ROUNDINGS_MIN: Final = (1, 5, 10, 15, 30)
_AWAKE: Final = (5.0, 23.5)
_VISIBLE_MW: Final = 3.0
"""MW below which a smoke is too thin to be noticed from afar."""
_TRIES: Final = 400
_MAX_DISTANCE_KM: Final = 99.0


@dataclass(frozen=True, slots=True)
class _Sight:
    """A smoke at a moment, and the settlements that see it (nearest first, with km)."""

    fire: int
    lon: float
    lat: float
    at: float
    towns: tuple[tuple[float, Settlement], ...]


def make_reports(
    parameters: ScenarioParameters, geography: Geography, fires: Fires
) -> tuple[list[Delivery], Records]:
    """Deliveries of all reports, and the truth about each (:data:`REPORT`)."""
    rng = stream(parameters.seed, "reports")
    kinds = _kinds(parameters)
    desk = _Desk(parameters, geography, fires, rng)
    made: list[tuple[float, ReportKind, _Sight, dict[str, Any]]] = []
    earlier: list[_Sight] = []
    for kind in kinds:
        sight = desk.sight(kind, earlier)
        if sight is None:
            continue
        earlier.append(sight)
        body = desk.body(kind, sight)
        delay = rng.exponential(parameters.people.delay_min) * 60.0 + 60.0
        made.append((round(sight.at + delay), kind, sight, body))
    made.sort(key=lambda item: item[0])
    truth = np.zeros(len(made), REPORT)
    deliveries = []
    for i, (at, kind, sight, body) in enumerate(made):
        truth[i] = (i + 1, kind, sight.fire, sight.lon, sight.lat, sight.at)
        moment = datetime.fromtimestamp(at, UTC)
        deliveries.append(Delivery(moment, Kind.REPORT, "reports", f"report_{i + 1:05d}", body))
    return deliveries, truth


def _kinds(parameters: ScenarioParameters) -> list[ReportKind]:
    p = parameters.people
    odd = [ReportKind.HOAX] * p.hoaxes + [ReportKind.MISTAKE] * p.mistakes
    odd += [ReportKind.DUPLICATE] * p.duplicates
    odd = odd[: p.reports]
    # Duplicates come last in drawing, since they need a first report; time sorts all anyway.
    return [ReportKind.TRUE] * (p.reports - len(odd)) + odd


@dataclass(frozen=True, slots=True)
class _Desk:
    parameters: ScenarioParameters
    geography: Geography
    fires: Fires
    rng: np.random.Generator

    def sight(self, kind: ReportKind, earlier: list[_Sight]) -> _Sight | None:
        """What is seen: a burning fire, the one of an earlier report, or nothing real."""
        if kind == ReportKind.DUPLICATE:
            known = [one for one in earlier if one.fire]
            return self._again(known[int(self.rng.integers(len(known)))]) if known else None
        if kind in (ReportKind.HOAX, ReportKind.MISTAKE):
            return self._nothing()
        # Someone close sees it first; a fire nobody sees is left to aircraft at last.
        best: _Sight | None = None
        for _ in range(_TRIES):
            found = self._fire()
            if found and found.towns:
                return found
            best = best or found
        return best

    def _fire(self) -> _Sight | None:
        p = self.parameters
        ignitions = self.fires.ignitions
        if not ignitions.size:
            return None
        one = ignitions[int(self.rng.integers(ignitions.size))]
        start = max(float(one["at"]), p.t0)
        if start >= p.t1:
            return None
        at = start + min(self.rng.exponential(5.0 * HOUR_S), p.t1 - start - 1)
        hour = float(solar_hour(one["lon"], at))
        if not _AWAKE[0] <= hour <= _AWAKE[1]:
            return None
        cells = self.fires.cells[self.fires.cells["fire"] == one["fire"]]
        power = cell_power(cells, at)
        if power.sum() < _VISIBLE_MW:
            return None
        lon, lat = (float(np.average(cells[name], weights=power)) for name in ("lon", "lat"))
        return _Sight(int(one["fire"]), lon, lat, at, self._towns(lon, lat))

    def _again(self, first: _Sight) -> _Sight:
        later = first.at + self.rng.uniform(0.2, 3.0) * HOUR_S
        at = min(later, max(first.at, self.parameters.t1 - 1))
        return _Sight(first.fire, first.lon, first.lat, at, first.towns)

    def _nothing(self) -> _Sight | None:
        towns = self.geography.settlements
        if not towns:
            return None
        town = towns[int(self.rng.integers(len(towns)))]
        lon, lat = self._off(town.lon, town.lat, 7.0)
        p = self.parameters
        at = self.rng.uniform(p.t0 + 0.2 * (p.t1 - p.t0), p.t1)
        return _Sight(0, lon, lat, at, self._towns(lon, lat))

    def _towns(self, lon: float, lat: float) -> tuple[tuple[float, Settlement], ...]:
        near = [
            (_distance_km(town.lon, town.lat, lon, lat), town)
            for town in self.geography.settlements
        ]
        seen = [pair for pair in near if pair[0] <= self.parameters.people.sight_km]
        return tuple(sorted(seen, key=lambda pair: pair[0]))

    def body(self, kind: ReportKind, sight: _Sight) -> dict[str, Any]:
        """The report as the API takes it."""
        method = self._method(kind, sight)
        place, facts = self._place(method, sight)
        language = self._language()
        phrases = _phrases(language)
        words, sides = phrases[_WORDS.get(kind, method)], phrases["sides"]
        name = facts.get("town")
        told = words[int(self.rng.integers(len(words)))].format(
            place=_name(name, language) if name else "…",
            km=max(1, round(facts.get("km", 1))),
            bearing=round(facts.get("bearing", 0)),
            side=sides[int(self.rng.integers(len(sides)))],
        )
        rounding = _ROUNDINGS_MIN[int(self.rng.integers(len(_ROUNDINGS_MIN)))] * 60.0
        observed = datetime.fromtimestamp(np.floor(sight.at / rounding) * rounding, UTC)
        return {
            "source_kind": _SOURCES[method],
            "seen": "flame" if self.rng.random() < _FLAME_SHARE else "smoke",
            "place": place,
            "observed_at": observed.isoformat().replace("+00:00", "Z"),
            "text": told,
        }

    def _method(self, kind: ReportKind, sight: _Sight) -> str:
        possible = {"aircraft", "partner"}
        if kind != ReportKind.TRUE:
            possible = {"near"}
        elif sight.towns:
            possible |= {"near", "tower"} | ({"cross"} if _crosses(sight) else set())
        if not sight.towns:
            possible = {"aircraft"}
        names = [name for name, _ in _METHODS if name in possible]
        weight = np.array([share for name, share in _METHODS if name in possible])
        return names[int(self.rng.choice(len(names), p=weight / weight.sum()))]

    def _place(self, method: str, sight: _Sight) -> tuple[dict[str, Any], dict[str, Any]]:
        p = self.parameters.people
        if method in ("tower", "cross"):
            count = 2 if method == "cross" else 1
            bearings = [self._bearing(town, sight, count) for _, town in sight.towns[:count]]
            if method == "cross":
                for bearing in bearings:
                    del bearing["distance_km"]
            facts = {"town": sight.towns[0][1], "bearing": bearings[0]["bearing_deg"]}
            return {"method": "cross" if count > 1 else "bearing", "bearings": bearings}, facts
        error = 0.5 if method == "aircraft" else p.position_m / 1000.0
        lon, lat = self._off(sight.lon, sight.lat, error)
        facts = {}
        if sight.towns:
            facts = {"town": sight.towns[0][1], "km": sight.towns[0][0]}
        place = {
            "method": "coordinates",
            "point": [round(lon, 4), round(lat, 4)],
            "accuracy_m": round(2000.0 * error),
        }
        return place, facts

    def _bearing(self, town: Settlement, sight: _Sight, observers: int) -> dict[str, Any]:
        true = _bearing_deg(town.lon, town.lat, sight.lon, sight.lat)
        far = _distance_km(town.lon, town.lat, sight.lon, sight.lat)
        p = self.parameters.people
        # Bearings are crossed by lookouts with instruments, not by passers-by.
        skilled = observers > 1 or self.rng.random() < _SKILLED_SHARE
        off = self.rng.normal(0, _TOWER_BEARING_DEG if skilled else p.bearing_deg)
        told = far * np.exp(self.rng.normal(0, p.distance_error))
        return {
            "origin": [round(town.lon, 5), round(town.lat, 5)],
            "bearing_deg": float(round((true + off) % 360.0) % 360),
            "distance_km": float(np.clip(round(told), 1, _MAX_DISTANCE_KM)),
            "name": _name(town, self.parameters.languages[0]),
        }

    def _off(self, lon: float, lat: float, km: float) -> tuple[float, float]:
        """A place moved by a random error with that median."""
        dx, dy = self.rng.normal(0, km / _MEDIAN_OF_RAYLEIGH, 2)
        shrink = np.cos(np.radians(lat))
        return float(lon + dx / KM_PER_DEGREE / shrink), float(lat + dy / KM_PER_DEGREE)

    def _language(self) -> str:
        languages = self.parameters.languages
        other = len(languages) > 1 and self.rng.random() < _OTHER_LANGUAGE_SHARE
        return languages[1] if other else languages[0]


_WORDS: Final = {
    ReportKind.DUPLICATE: "again",
    ReportKind.MISTAKE: "mistake",
    ReportKind.HOAX: "hoax",
}
_SOURCES: Final = {
    "near": "person",
    "tower": "tower",
    "cross": "tower",
    "aircraft": "aircraft",
    "partner": "partner",
}
_OBSERVERS: Final = 2
_CROSSING_DEG: Final = 25.0
"""Degrees between two bearings below which their crossing says little."""
_FLAME_SHARE: Final = 0.2
_SKILLED_SHARE: Final = 0.6
_OTHER_LANGUAGE_SHARE: Final = 0.1
_MEDIAN_OF_RAYLEIGH: Final = 1.1774
"""Median length of a vector of two standard-normal parts."""


def _crosses(sight: _Sight) -> bool:
    """Whether the two nearest settlements see the smoke under a useful angle."""
    if len(sight.towns) < _OBSERVERS:
        return False
    first, second = (
        _bearing_deg(town.lon, town.lat, sight.lon, sight.lat) for _, town in sight.towns[:2]
    )
    between = abs((first - second + 180.0) % 360.0 - 180.0)
    return _CROSSING_DEG <= between <= 180.0 - _CROSSING_DEG


def _phrases(language: str) -> Mapping[str, list[str]]:
    path = resources.files("sylvan.scenario") / "phrases" / f"{language}.json"
    read: Mapping[str, list[str]] = json.loads(path.read_text("utf-8"))
    return read


def _name(town: Settlement, language: str) -> str:
    return town.name.get(language) or next(iter(town.name.values()))


def _distance_km(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """Great-circle distance on the sphere."""
    a, b = np.radians(lat), np.radians(to_lat)
    half = np.sin((b - a) / 2) ** 2
    half += np.cos(a) * np.cos(b) * np.sin(np.radians(to_lon - lon) / 2) ** 2
    return float(2 * np.degrees(np.arcsin(np.sqrt(half))) * KM_PER_DEGREE)


def _bearing_deg(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    a, b, d = np.radians(lat), np.radians(to_lat), np.radians(to_lon - lon)
    east = np.sin(d) * np.cos(b)
    north = np.cos(a) * np.sin(b) - np.sin(a) * np.cos(b) * np.cos(d)
    return float(np.degrees(np.arctan2(east, north)) % 360.0)
