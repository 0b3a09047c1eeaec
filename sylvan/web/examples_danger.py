"""Examples of weather and fire danger; a test holds each against its schema."""

from typing import Any, Final

_AT: Final = "2026-07-17T03:00:00Z"
_NOW: Final = "2026-07-17T05:14:09Z"
_NOON: Final = {
    "temperature": 24.6,
    "humidity": 38.0,
    "dew_point": None,
    "wind": 11.2,
    "rain": 0.0,
    "snow": None,
}
_DAY: Final[dict[str, Any]] = {
    "class": 4,
    "ffmc": 89.4,
    "dmc": 62.0,
    "dc": 418.3,
    "isi": 8.1,
    "bui": 92.5,
    "fwi": 24.9,
    "dsr": 8.0,
    "nesterov": 5120.0,
    "noon": _NOON,
    "origin": "measured",
    "issued": None,
    "season": True,
    "assumed": [{"code": "danger.standard_dc", "params": {}}],
}
_CODE: Final = "24959"
_PLACE: Final = {"code": _CODE, "name": "Якутск", "kind": "station"}

BODIES: Final[dict[str, Any]] = {
    "danger_take": (
        "station,name,lat,lon,time,temperature_c,humidity_pct,wind_ms,rain_mm,rain_hours\n"
        "24959,Якутск,62.02,129.72,2026-07-17T12:00+09:00,24.6,38,3.1,0,24\n"
    ),
}
ANSWERS: Final[dict[str, Any]] = {
    "danger_take": {
        "file": "stations.csv",
        "product": "weather",
        "issued": None,
        "rows": 2,
        "accepted": 1,
        "duplicates": 0,
        "outside": 0,
        "rejected": 1,
        "places": 1,
        "batch": 131,
        "assumed": [
            {"code": "weather.unit_assumed", "params": {"field": "wind", "unit": "m/s"}},
        ],
        "bad": [
            {"line": 3, "field": "temperature_c", "code": "row.out_of_range", "value": "297.4"}
        ],
    },
    "danger_overview": {
        "now": _NOW,
        "today": "2026-07-17",
        "days": [
            {
                "day": "2026-07-17",
                "kind": "today",
                "map": True,
                "made_at": _NOW,
                "corners": [[105.0, 77.0], [163.0, 77.0], [163.0, 55.0], [105.0, 55.0]],
                "inputs": {
                    "places": 78,
                    "stale": 2,
                    "neighbours": 1,
                    "grid": 0,
                    "forecast": False,
                    "issued": None,
                },
                "assumed": [{"code": "danger.interpolated", "params": {"places": 78}}],
            },
            {
                "day": "2026-07-18",
                "kind": "forecast",
                "map": False,
                "made_at": None,
                "corners": None,
                "inputs": None,
                "assumed": [{"code": "danger.no_weather", "params": {}}],
            },
        ],
        "classes": [
            {
                "class": 4,
                "name": {"ru": "высокая", "en": "high"},
                "colour": "#f46d43",
                "measures": [
                    {
                        "kind": "air_patrol",
                        "text": {"ru": "Не реже двух раз в день", "en": "At least twice a day"},
                        "source": "Минсельхоз, приказ от 16.12.2008 № 532 (утратил силу)",
                        "verified": False,
                    }
                ],
            }
        ],
        "scales": [
            {
                "territory": "",
                "upper": [300, 1000, 4000, 10000],
                "source": "Рослесхоз, приказ от 05.07.2011 № 287, приложение 2",
            }
        ],
        "weather": {"report_at": _AT, "issued": "2026-07-17T00:00:00Z", "age_h": 2.2},
        "assumed": [],
    },
    "danger_places": {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": _CODE,
                "geometry": {"type": "Point", "coordinates": [129.72, 62.02]},
                "properties": {**_PLACE, **_DAY},
            }
        ],
        "next": None,
    },
    "danger_history": {
        **_PLACE,
        "point": [129.72, 62.02],
        "today": "2026-07-17",
        "days": [{"day": "2026-07-17", **_DAY}],
    },
}
