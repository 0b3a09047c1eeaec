"""Examples of a crew's phone and of files in pieces."""

from typing import Any, Final

from sylvan.web.examples_forces import FIRE_ID, UNIT_ID
from sylvan.web.examples_orders import ORDER_ID

_NOW: Final = "2026-07-17T09:31:20Z"
_UNIT: Final = "helitack-yakutsk-1"
SOS_ID: Final = "6c1d3c1e-2f5b-4c8e-9a50-1f6f3f1f0a11"
UPLOAD_ID: Final = "0b7a2f8e-53f0-4d0b-8a86-3d2f5d0f6c21"
NOTICE_ID: Final = "019a2f95-7a8b-7c9d-8e0f-1a2b3c4d5e70"
_FIRE: Final[dict[str, Any]] = {
    "id": FIRE_ID,
    "number": "2026-14-003",
    "status": "fighting",
    "point": [126.41, 62.21],
    "area_ha": 112.0,
    "edge": {
        "type": "Polygon",
        "coordinates": [[[126.4, 62.2], [126.43, 62.2], [126.43, 62.22], [126.4, 62.2]]],
    },
    "edge_at": "2026-07-17T03:42:00Z",
    "lead": "Петров А. И.",
    "nearest": None,
    "options": ["contained", "out"],
}
_SOS: Final[dict[str, Any]] = {
    "id": SOS_ID,
    "unit": _UNIT,
    "state": "open",
    "raised_at": _NOW,
    "seen": False,
    "by": "",
    "seen_at": None,
    "note": "",
    "heard_by": ["crew-namtsy-2"],
    "repeat_s": 15,
}
_UPLOAD: Final[dict[str, Any]] = {"id": UPLOAD_ID, "length": 312_448, "offset": 131_072}
BODIES: Final[dict[str, Any]] = {
    "field_sync": {
        "items": [
            {
                "key": "0c1e9a34-0f7b-4c6f-9d5b-2b1d0f3a4c55",
                "kind": "check_in",
                "unit_id": UNIT_ID,
                "at": "2026-07-17T09:12:00Z",
                "point": [126.41, 62.21],
            },
            {
                "key": "7d0c2f11-6a4c-4c1b-8c62-0a8a1f5d9e02",
                "kind": "say",
                "fire_id": FIRE_ID,
                "unit": _UNIT,
                "word": "contained",
                "at": "2026-07-17T09:20:00Z",
            },
        ]
    },
    "field_sos": {"id": SOS_ID, "unit": _UNIT, "point": [126.41, 62.21], "accuracy_m": 12},
    "field_end_sos": {"note": "Все целы, вышли к реке"},
    "uploads_append": "…",
}
ANSWERS: Final[dict[str, Any]] = {
    "field_task": {
        "now": _NOW,
        "at": _NOW,
        "world": "live",
        "unit": {
            "id": UNIT_ID,
            "code": _UNIT,
            "name": {"ru": "Десантная группа 1, Якутск", "en": "Helitack crew 1, Yakutsk"},
            "kind": "helitack",
            "status": "at_fire",
            "status_at": "2026-07-17T07:15:00Z",
            "point": [126.41, 62.21],
            "options": ["assigned", "returning", "resting", "out_of_service"],
        },
        "order": {
            "id": ORDER_ID,
            "status": "arrived",
            "task": "Правый фланг, от ручья до дороги",
            "eta_at": "2026-07-17T07:10:00Z",
            "by": "local",
            "options": [{"status": "released", "needs": []}],
        },
        "fire": _FIRE,
        "way": None,
        "check_in": {
            "every_min": 120,
            "heard_at": "2026-07-17T09:12:00Z",
            "due_at": "2026-07-17T11:12:00Z",
            "overdue": False,
            "silent": False,
        },
        "warnings": [
            {
                "id": NOTICE_ID,
                "about": None,
                "theme": "crew",
                "kind": "wind_shift",
                "units": [_UNIT],
                "state": "open",
                "grade": 0,
                "reason": {
                    "code": "safety.wind_shift",
                    "params": {"hours": 2, "deg": 70, "from_deg": 250, "km_h": 20},
                },
                "raised_at": _NOW,
                "answered_by": "",
                "note": "",
            }
        ],
    },
    "field_area": {
        "at": _NOW,
        "point": [126.41, 62.21],
        "km": 60.0,
        "fires": [_FIRE],
        "places": [{"name": {"ru": "Бердигестях", "en": "Berdigestyakh"}, "point": [126.7, 62.1]}],
    },
    "field_sync": {
        "now": _NOW,
        "at": _NOW,
        "results": [
            {
                "key": "0c1e9a34-0f7b-4c6f-9d5b-2b1d0f3a4c55",
                "status": 200,
                "answer": {"unit": _UNIT},
                "problem": None,
            },
            {
                "key": "7d0c2f11-6a4c-4c1b-8c62-0a8a1f5d9e02",
                "status": 404,
                "answer": None,
                "problem": {
                    "code": "problem.fire_unknown",
                    "params": {"id": FIRE_ID},
                    "errors": [],
                },
            },
        ],
    },
    "field_sos": _SOS,
    "field_end_sos": _SOS
    | {
        "state": "over",
        "seen": True,
        "by": "local",
        "seen_at": "2026-07-17T09:33:02Z",
        "note": "Все целы, вышли к реке",
    },
    "uploads_begin": _UPLOAD | {"offset": 0},
    "uploads_known": _UPLOAD,
    "uploads_append": _UPLOAD | {"offset": 312_448},
    "public_seen": [{"id": FIRE_ID, "seen": "smoke", "minutes_ago": 25, "km": 2, "also_seen": 1}],
    "public_answer": {
        "outcome": "fire",
        "seen": "smoke",
        "received_at": "2026-07-17T08:50:00Z",
        "due_at": "2026-07-17T10:50:00Z",
        "answered_at": "2026-07-17T09:02:00Z",
        "late": False,
        "fire": {"number": "2026-14-003", "status": "dispatched"},
        "reason": None,
        "words": "",
        "also_seen": 2,
        "joined": False,
    },
}
