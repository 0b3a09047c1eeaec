"""Examples of forecasts in the published document."""

from typing import Any, Final

FORECAST_ID: Final = "019a2f76-4a51-7e6c-bf7d-8e9fa0b1c243"
_AT: Final = "2026-07-17T05:14:09Z"
_STARTS: Final = "2026-07-17T03:42:00Z"
_AREAS: Final = [
    {"hour": 1, "p90_ha": 118.0, "p50_ha": 131.5, "p10_ha": 150.2},
    {"hour": 6, "p90_ha": 160.4, "p50_ha": 238.0, "p10_ha": 402.7},
]
_RING: Final = [[126.39, 62.2], [126.44, 62.2], [126.44, 62.22], [126.39, 62.22], [126.39, 62.2]]
_PLACE: Final = [126.412, 62.211]
BODIES: Final[dict[str, Any]] = {
    "forecasts_at_place": {"point": _PLACE, "start": "2026-07-17T06:00:00Z", "hours": 12}
}


def told(fire_id: str) -> dict[str, Any]:
    """A forecast in the snapshot."""
    return {
        "id": FORECAST_ID,
        "fire": fire_id,
        "world": "live",
        "at": _AT,
        "starts_at": _STARTS,
        "hours": 24,
        "fire_version": 3,
        "areas": _AREAS,
    }


def answers(fire_id: str) -> dict[str, Any]:
    """What each operation answers."""
    facts = {
        **told(fire_id),
        "point": None,
        "members": 20,
        "seed": 84_120_367_114_226,
        "version": "forecast-2",
        "wind": [{"at": "2026-07-17T05:00:00Z", "km_h": 14.2, "from_deg": 292, "ffmc": 88.4}],
        "wind_known": True,
        "reasons": [{"code": "spread.no_dem", "params": {}}],
    }
    asked = {"id": None, "fire": None, "fire_version": None, "point": _PLACE, "starts_at": _AT}
    return {
        "forecasts_of_fire": _collection(fire_id) | {"forecast": facts},
        "forecasts_listed": _collection(fire_id) | {"next": None},
        "forecasts_at_place": _collection(None) | {"forecast": facts | asked},
    }


def _collection(fire_id: str | None) -> dict[str, Any]:
    properties = {
        "fire": fire_id,
        "hour": 6,
        "at": "2026-07-17T11:14:09Z",
        "level": 50,
        "area_ha": 238.0,
        "forecast_at": _AT,
    }
    one = {
        "type": "Feature",
        "id": f"{fire_id or 'place'}/6/50",
        "geometry": {"type": "MultiPolygon", "coordinates": [[_RING]]},
        "properties": properties,
    }
    return {"type": "FeatureCollection", "features": [one]}
