"""Examples about partners' own things; a test holds each against its schema."""

from typing import Any, Final

_ID: Final = "019a2f80-1c2d-7e3f-8a4b-5c6d7e8f9a0b"
_BATCH: Final = "019a2f80-2d3e-7f4a-9b5c-6d7e8f9a0b1c"
_NOW: Final = "2026-07-17T05:14:09Z"
_LINE: Final = {
    "type": "LineString",
    "coordinates": [[126.4, 62.2], [126.9, 62.15], [127.6, 62.1]],
}
_CARD: Final[dict[str, Any]] = {
    "external_id": "VL-110-07",
    "kind": "power_line",
    "name": {"ru": "ВЛ 110 кВ № 7", "en": "110 kV line 7"},
    "watch_km": 40.0,
    "alarm_km": 5.0,
    "contacts": [
        {"name": "Дежурный", "phone": "+7 4112 00-00-00", "email": "", "role": "диспетчер сетей"}
    ],
    "notes": "",
}
_ASSET: Final[dict[str, Any]] = _CARD | {
    "id": _ID,
    "version": 1,
    "owner": "power-grid",
    "retired_at": None,
    "changed_at": _NOW,
    "changed_by": "key:power-grid",
    "batch": _BATCH,
}
_TAKEN: Final[dict[str, Any]] = {
    "batch": _BATCH,
    "created": 1,
    "changed": 0,
    "same": 0,
    "refused": 1,
    "retired": 0,
    "missing": 3,
    "plan": "0f3c6f0f9e6c1b5a8e2d4c7b9a1f3e5d7c9b1a3f5e7d9c1b3a5f7e9d1c3b5a7f",
    "shapes": None,
    "rows": [
        {
            "line": 1,
            "external_id": "VL-110-07",
            "id": _ID,
            "name": _CARD["name"],
            "kind": "power_line",
            "fields": [],
            "became": "created",
            "errors": [],
            "repaired": None,
        },
        {
            "line": 2,
            "external_id": "field-3",
            "id": None,
            "name": None,
            "kind": None,
            "fields": [],
            "became": "refused",
            "errors": [{"field": "geometry", "code": "asset.unclosed_ring", "params": {"ring": 0}}],
            "repaired": {
                "type": "Polygon",
                "coordinates": [[[126.4, 62.2], [126.5, 62.2], [126.5, 62.3], [126.4, 62.2]]],
            },
        },
    ],
    "more": 0,
    "notes": [],
}

BODIES: Final[dict[str, Any]] = {
    "assets_create": _CARD | {"geometry": _LINE},
    "assets_batch": {"name": "lines", "assets": [_CARD | {"geometry": _LINE}]},
    "assets_upload": "external_id,kind,name,lon,lat\nT-1,tower,Tower 1,126.4,62.2\n",
    "assets_edit": {"watch_km": 60.0},
}

ANSWERS: Final[dict[str, Any]] = {
    "assets_listed": {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": _ID, "geometry": _LINE, "properties": _ASSET},
        ],
        "next": None,
    },
    "assets_create": _ASSET,
    "assets_edit": _ASSET | {"version": 2, "watch_km": 60.0},
    "assets_retire": _ASSET | {"version": 2, "retired_at": _NOW},
    "assets_batch": _TAKEN,
    "assets_upload": _TAKEN,
    "assets_terms": {
        "most_bytes": 15_000_000,
        "most_rows": 5000,
        "most_owned": 20_000,
        "owned": 4,
        "watch_km": 30.0,
        "most_watch_km": 200.0,
        "kinds": [{"kind": "power_line", "points": False, "lines": True, "areas": False}],
    },
    "assets_batches": [
        {
            "id": _BATCH,
            "name": "lines",
            "at": _NOW,
            "actor": "key:power-grid",
            "counts": {"created": 1, "changed": 0, "same": 0, "refused": 1},
            "undone_by": None,
        }
    ],
    "assets_undo": {"batch": "019a2f80-3e4f-7a5b-8c6d-7e8f9a0b1c2d", "undone": 1},
    "assets_one": _ASSET
    | {
        "geometry": _LINE,
        "history": [
            {
                "version": 1,
                "at": _NOW,
                "actor": "key:power-grid",
                "batch": _BATCH,
                "retired_at": None,
                "card": _CARD | {"geometry": _LINE},
            }
        ],
    },
    "assets_threats": {
        "asset": _ID,
        "at": _NOW,
        "watch_km": 40.0,
        "alarm_km": 5.0,
        "threats": [
            {
                "fire_id": "019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55",
                "number": None,
                "status": "signal",
                "activity": "burning",
                "last_seen": "2026-07-17T03:42:00Z",
                "area_ha": 112.0,
                "likelihood": 0.93,
                "point": [126.412, 62.241],
                "km": 3.1,
                "from_deg": 12.0,
                "nearest": [126.42, 62.199],
                "downwind": True,
                "alarm": True,
                "hours": 5.5,
                "forecast_at": "2026-07-17T05:00:00Z",
                "probability": 0.62,
                "reasons": [
                    {"code": "asset.within_alarm", "params": {"km": 3.1, "alarm_km": 5.0}},
                    {"code": "asset.reached_in", "params": {"hours": 5.5}},
                    {"code": "asset.downwind", "params": {"km": 3.1}},
                ],
            }
        ],
        "more": 0,
    },
}
