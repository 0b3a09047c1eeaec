"""Forecasts as JSON: contours as features, beside them what they rest on."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from shapely.geometry import mapping

from sylvan.domain.forecasting import Answer, ForecastingParameters
from sylvan.domain.instants import iso
from sylvan.services.pages import feature
from sylvan.store.forecasts import Contour, Kept

HOUR: Final = timedelta(hours=1)
HA_DECIMALS, WIND_DECIMALS = 1, 1
_PERCENT = 100
NONE_YET: Final[dict[str, Any]] = {"type": "FeatureCollection", "features": [], "forecast": None}
"""Of a fire that was not forecast yet, or not by the moment that is looked back to."""


def shapes_of(answer: Answer) -> list[Contour]:
    """Contours as they are kept."""
    return [
        Contour(one.hour, round(one.level * _PERCENT), round(one.area_ha, HA_DECIMALS), one.shape)
        for one in answer.contours
    ]


def areas_of(answer: Answer) -> list[dict[str, Any]]:
    """Hectares within each contour by hour: likely, as likely as not, possible."""
    found: dict[int, dict[str, Any]] = {}
    for one in answer.contours:
        row = found.setdefault(one.hour, {"hour": one.hour})
        row[f"p{round(one.level * _PERCENT)}_ha"] = round(one.area_ha, HA_DECIMALS)
    return list(found.values())


def wind_of(answer: Answer) -> list[dict[str, Any]]:
    """Wind and dryness that were used, by the hour."""
    return [
        {
            "at": iso(one.at),
            "km_h": round(one.km_h, WIND_DECIMALS),
            "from_deg": round(one.from_deg) % 360,
            "ffmc": round(one.ffmc, 1),
        }
        for one in answer.wind
    ]


def facts(one: Kept, world: str) -> dict[str, Any]:
    """A forecast without its contours."""
    return {
        "id": str(one.id),
        "fire": str(one.fire_id),
        "point": None,
        "world": world,
        "at": one.at,
        "starts_at": one.starts_at,
        "hours": one.hours,
        "members": one.members,
        "seed": one.seed,
        "version": one.version,
        "fire_version": one.basis.version,
        "areas": [dict(row) for row in one.areas],
        "wind": [dict(row) for row in one.wind],
        "wind_known": one.wind_known,
        "reasons": [reason.as_dict() for reason in one.reasons],
    }


def small(one: Kept, world: str) -> dict[str, Any]:
    """What the live channel and the snapshot tell: enough for a row and for asking the rest."""
    return {
        "id": str(one.id),
        "fire": str(one.fire_id),
        "world": world,
        "at": iso(one.at),
        "starts_at": iso(one.starts_at),
        "hours": one.hours,
        "fire_version": one.basis.version,
        "areas": [dict(row) for row in one.areas],
    }


def contour(fire_id: UUID | None, at: datetime, one: Contour) -> dict[str, Any]:
    """A contour as a feature."""
    properties = {
        "fire": str(fire_id) if fire_id else None,
        "hour": one.hour,
        "at": at + one.hour * HOUR,
        "level": one.level,
        "area_ha": one.area_ha,
        "forecast_at": at,
    }
    key = f"{fire_id or 'place'}/{one.hour}/{one.level}"
    return feature(key, dict(mapping(one.shape)), properties)


def collection(one: Kept, world: str, shapes: list[Contour]) -> dict[str, Any]:
    """A fire's forecast as a collection of contours with its facts beside them."""
    features = [contour(one.fire_id, one.at, shape) for shape in shapes]
    return {"type": "FeatureCollection", "features": features, "forecast": facts(one, world)}


def of_place(
    answer: Answer, point: tuple[float, float], world: str, params: ForecastingParameters
) -> dict[str, Any]:
    """The same of a fire that would begin at a place."""
    shapes = sorted(shapes_of(answer), key=lambda one: (one.hour, one.level))
    told = {
        "id": None,
        "fire": None,
        "point": list(point),
        "world": world,
        "at": answer.now,
        "starts_at": answer.ensemble.at,
        "hours": max(one.hour for one in shapes),
        "members": len(answer.ensemble.minutes),
        "seed": answer.ensemble.seed,
        "version": params.version,
        "fire_version": None,
        "areas": areas_of(answer),
        "wind": wind_of(answer),
        "wind_known": answer.wind_known,
        "reasons": [reason.as_dict() for reason in answer.reasons],
    }
    features = [contour(None, answer.now, one) for one in shapes]
    return {"type": "FeatureCollection", "features": features, "forecast": told}
