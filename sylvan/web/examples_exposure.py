"""Examples of answers about what fires threaten."""

from typing import Any, Final

FIRE_ID: Final = "019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55"
NOW: Final = "2026-07-17T05:14:09Z"
_TOWN: Final = {
    "layer": "settlements",
    "code": "2021083",
    "kind": "settlement",
    "name": {"ru": "Бердигестях", "en": "Berdigestyakh"},
}
_REACH: Final = {
    "p10_at": "2026-07-17T11:20:00Z",
    "p50_at": "2026-07-17T15:40:00Z",
    "p90_at": None,
    "probability": 0.62,
}
BRIEF: Final[dict[str, Any]] = {
    "fire_id": FIRE_ID,
    "fire_version": 3,
    "at": NOW,
    "forecast_at": "2026-07-17T05:00:00Z",
    "score": 52.0,
    "objects": 1,
    "downwind": 1,
    "nearest": [_TOWN | {"km": 8.4, "downwind": True}],
}
EXPOSURE: Final[dict[str, Any]] = {
    "fire_id": FIRE_ID,
    "fire_version": 3,
    "at": NOW,
    "forecast_at": "2026-07-17T05:00:00Z",
    "rules": "exposure-1",
    "wind": {"from_deg": 310.0, "km_h": 21.5, "reasons": []},
    "sector": {
        "type": "MultiPolygon",
        "coordinates": [[[[126.4, 62.21], [126.8, 62.02], [126.6, 61.96], [126.4, 62.21]]]],
    },
    "objects": [
        _TOWN
        | {
            "people": 6462,
            "sample": False,
            "km": 8.4,
            "bearing_deg": 132.0,
            "point": [126.69, 62.1],
            "downwind": True,
            "band_km": 10.0,
            "reach": _REACH,
        }
    ],
    "more": 0,
    "smoke": {
        "screening": True,
        "model": "smoke-1",
        "pm25_g_s": 474.1,
        "places": [
            _TOWN
            | {
                "people": 6462,
                "sample": False,
                "km": 9.1,
                "bearing_deg": 131.0,
                "point": [126.7, 62.1],
                "pm25_ug_m3": 310.0,
                "low_ug_m3": 100.0,
                "high_ug_m3": 930.0,
                "class": "hazardous",
                "extrapolated": False,
            }
        ],
        "reasons": [],
    },
    "priority": {
        "score": 52.0,
        "terms": [
            {
                "points": 20.0,
                "code": "priority.near",
                "params": {"thing": "settlement", "km": 8.4, "band_km": 10.0},
                "object": {
                    "layer": "settlements",
                    "code": "2021083",
                    "name": {"ru": "Бердигестях", "en": "Berdigestyakh"},
                },
            },
            {
                "points": 3.0,
                "code": "priority.growth",
                "params": {"ha_h": 6.5},
                "object": None,
            },
        ],
    },
    "assumed": [{"code": "exposure.points", "params": {}}],
}
THREATS: Final[list[dict[str, Any]]] = [
    _TOWN
    | {
        "fire_id": FIRE_ID,
        "number": None,
        "status": "signal",
        "km": 8.4,
        "bearing_deg": 132.0,
        "downwind": True,
        "at": NOW,
        "forecast_at": "2026-07-17T05:00:00Z",
        "reach": _REACH,
    }
]
