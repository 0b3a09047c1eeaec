"""What the place says for and against a fire: permanent sources, land, weather, lightning, people.

Nothing here looks at the picture of the fire; each term says its reason with its numbers.
"""

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

import numpy as np

from sylvan.domain import screening_kernel as kernel
from sylvan.domain.codes import Coded
from sylvan.domain.detections import Detections, Instrument
from sylvan.domain.heat import Cover, HeatRegister
from sylvan.domain.screening_looks import Looks
from sylvan.domain.screening_terms import NOTHING, Term, Told, joined, missing, ramp
from sylvan.domain.screening_weights import Limits
from sylvan.domain.surroundings import LandCover, Surroundings, Word

_TYPES: Final = {
    kernel.VOLCANO: "volcano_type",
    kernel.STATIC: "static_type",
    kernel.OFFSHORE: "offshore_type",
}


def sources(looks: Looks, register: HeatRegister | None, limits: Limits) -> Told:
    """The register and the product's flag; what grows past a source outgrows it."""
    rows = looks.rows
    parts = [
        missing("register")
        if register is None
        else _covered(register.cover(rows), rows, register, limits)
    ]
    flagged = looks[kernel.FLAGGED]
    if not flagged:
        return joined([*parts, missing("type")])
    for which, name in _TYPES.items():
        share = looks[which] / flagged
        if _fade(share):
            told = (("percent", round(100 * share)),)
            parts.append(Told((Term(name, f"screening.{name}", told, _fade(share)),)))
    return joined(parts)


def _covered(cover: Cover | None, rows: Detections, register: HeatRegister, limits: Limits) -> Told:
    value = cover.source.confidence * _fade(cover.share) if cover else 0.0
    if cover is None or not value:
        return NOTHING
    told = (
        ("source", dict(cover.source.names).get("ru") or cover.source.id),
        ("heat", cover.source.kind.value),
        ("km", round(cover.distance_km, 2)),
        ("percent", round(100 * cover.share)),
    )
    terms = [Term("static_source", "screening.static_source", told, value)]
    beside = _beside_km(rows, register, limits)
    if beside is not None:
        terms.append(Term(BESIDE, "screening.kept_beside", (("km", round(beside, 1)),)))
    return Told(tuple(terms))


BESIDE: Final = "beside_source"
"""Not a weight: something may burn beside the source, so it is not put among the doubtful."""


def _beside_km(rows: Detections, register: HeatRegister, limits: Limits) -> float | None:
    """How far from every source the farthest fresh VIIRS pixel lies; ``None`` if none is beside.

    A source shows in its own pixel and in the next one; what lies farther away, now, is not it.
    """
    fresh = rows["acq_at"] > rows["acq_at"].max() - limits.fresh_hours * HOUR_S
    fine = rows[fresh & (rows["instrument"] == Instrument.VIIRS)]
    if not len(fine):
        return None
    away = register.distance_km(fine)
    pixel = np.where(fine["scan"] > 0, fine["scan"], _FINE_KM)
    beside = away > pixel + limits.beside_source_km
    return float(away[beside].max()) if beside.any() else None


HOUR_S: Final = 3_600
_FINE_KM: Final = 0.4
"""Kilometres, a VIIRS pixel whose size is not told."""


def _fade(share: float) -> float:
    """All of the weight when everything is covered, none from half down."""
    return max(0.0, 2.0 * share - 1.0)


def around(near: Surroundings, looks: Looks | None, limits: Limits) -> Told:
    """Land, season, weather, lightning around a fire; ``looks`` tell when and for how long."""
    return joined(
        [
            _industry(near, limits),
            _land(near),
            _season(near, looks, limits),
            _danger(near),
            _weather(near, looks, limits),
            _lightning(near, limits),
        ]
    )


def _industry(near: Surroundings, limits: Limits) -> Told:
    if near.industry_km is None:
        return missing("industry")
    if near.industry_km > limits.industry_km:
        return NOTHING
    return Told((Term("industry", "screening.industry", (("km", round(near.industry_km, 1)),)),))


_BURNS: Final = {
    LandCover.FOREST,
    LandCover.SHRUB,
    LandCover.GRASS,
    LandCover.CROP,
    LandCover.PEAT,
    LandCover.TUNDRA,
}
_BARE: Final = {LandCover.BARE, LandCover.URBAN}


def _land(near: Surroundings) -> Told:
    cover = near.land_cover
    if cover is None:
        return missing("land_cover")
    name = "land_burns" if cover in _BURNS else "land_bare" if cover in _BARE else "land_water"
    return Told((Term(name, f"screening.land_{cover.value}"),))


def _season(near: Surroundings, looks: Looks | None, limits: Limits) -> Told:
    """Snow, where known; else winter by the calendar, where the land is white in it."""
    if near.snow is not None:
        return Told((Term("snow", "screening.snow_season"),)) if near.snow else NOTHING
    unknown = missing("snow_season")
    if looks is None or looks[kernel.LEAST_LAT] < limits.winter_lat:
        return unknown
    month = datetime.fromtimestamp(looks[kernel.FIRST_S], UTC).month
    southern = looks[kernel.NORTH_LAT] < 0
    turned = (month + 5) % 12 + 1 if southern else month
    if turned not in limits.winter_months:
        return unknown
    winter = Term("winter", "screening.winter", (("month", month),))
    return Told((winter,), unknown.missing)


HIGH_DANGER: Final = 4
"""Fire-danger classes IV and V."""
LOW_DANGER: Final = 1


def _danger(near: Surroundings) -> Told:
    level = near.danger_class
    if level is None:
        return missing("danger_high")
    name = "danger_high" if level >= HIGH_DANGER else "danger_low" if level <= LOW_DANGER else ""
    return Told((Term(name, f"screening.{name}", (("level", level),)),)) if name else NOTHING


def _weather(near: Surroundings, looks: Looks | None, limits: Limits) -> Told:
    """Whether anything could take fire; what has burnt for days does not ask the weather."""
    if near.weather is None:
        return missing("weather")
    if looks is not None:
        burns_s = looks[kernel.LAST_S] - looks[kernel.FIRST_S]
        if burns_s > limits.young_days * 86_400:
            return NOTHING
    now = near.weather
    parts: list[Told] = []
    rain, damp = _known(now.rain_24h_mm), _known(now.humidity_pct)
    if rain is None:
        parts.append(missing("rain"))
    elif ramp(rain, limits.rain_mm):
        told = (("mm", round(rain, 1)),)
        parts.append(Told((Term("rain", "screening.rain", told, ramp(rain, limits.rain_mm)),)))
    if damp is None:
        parts.append(missing("humidity"))
    elif ramp(damp, limits.damp_pct):
        told = (("percent", round(damp)),)
        parts.append(Told((Term("damp", "screening.damp", told, ramp(damp, limits.damp_pct)),)))
    warm = _known(now.temperature_c)
    if warm is None:
        parts.append(missing("temperature"))
    elif damp is not None and ramp(deficit_kpa(warm, damp), limits.dry_kpa):
        value = ramp(deficit_kpa(warm, damp), limits.dry_kpa)
        air = (("celsius", round(warm)), ("percent", round(damp)))
        parts.append(Told((Term("dry", "screening.dry", air, value),)))
    return joined(parts)


def _known(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def deficit_kpa(temperature_c: float, humidity_pct: float) -> float:
    """Vapour pressure deficit, kPa (saturation after Tetens as in FAO-56, eq. 11)."""
    full = 0.6108 * math.exp(17.27 * temperature_c / (temperature_c + 237.3))
    return full * (1.0 - min(max(humidity_pct, 0.0), 100.0) / 100.0)


def _lightning(near: Surroundings, limits: Limits) -> Told:
    stroke = near.lightning
    if stroke is None:
        return NOTHING if near.lightning_watched else missing("lightning")
    value = max(0.0, 1.0 - stroke.distance_km / limits.lightning_km) * max(
        0.0, 1.0 - stroke.hours_before / limits.lightning_hours
    )
    told = (("km", round(stroke.distance_km, 1)), ("hours", round(stroke.hours_before)))
    return Told((Term("lightning", "screening.lightning", told, value),) if value else ())


_REPORTS: Final = {
    "person": "citizen",
    "call": "citizen",
    "partner": "citizen",
    "camera": "camera",
    "tower": "staff",
    "aircraft": "aircraft",
}
_WORDS: Final = {
    Word.FIRE: "word_fire",
    Word.NOT_FOUND: "word_not_found",
    Word.TECHNOGENIC: "word_technogenic",
}


def people(near: Surroundings) -> Told:
    """What people and cameras say: each kind once, since ten calls may be of one mistake."""
    reports = [
        Term(_REPORTS[kind], f"screening.report_{kind}") for kind in _each(near.reports, _REPORTS)
    ]
    words = [Term(_WORDS[Word(one)], f"screening.word_{one}") for one in _each(near.verdicts, Word)]
    return Told((*reports, *words))


def _each(said: Iterable[str], known: Iterable[str]) -> list[str]:
    return sorted(set(said) & set(known))


NOT_SEEN: Final = Coded("screening.no_detections")
"""Only people have seen it yet."""
