"""Examples of the official's board."""

from typing import Any, Final

from sylvan.web.examples_command import PROPOSAL
from sylvan.web.examples_documents import BRIEF
from sylvan.web.examples_forces import FIRE_ID, NOW
from sylvan.web.examples_orders import ORDER

_GORNY: Final = {"ru": "Горный улус", "en": "Gorny"}
_TOWN: Final = {"ru": "Бердигестях", "en": "Berdigestyakh"}
_NEAREST: Final = {"name": _TOWN, "distance_km": 18.4}
_NUMBER: Final = "SA-2026-0117"
_SINCE: Final = "2026-07-16T22:05:00Z"
_ABOUT: Final = {
    "number": _NUMBER,
    "area_ha": 112.0,
    "municipality": _GORNY,
    "nearest": _NEAREST,
}
_STAMP: Final = ORDER["stamps"][0]
_REQUEST: Final = ORDER | {
    "status": "requested",
    "rung": "republic",
    "stamps": [_STAMP],
    "options": [
        {"status": "approved", "needs": []},
        {"status": "refused", "needs": ["reason"]},
    ],
    "waiting": {
        "due": "2026-07-17T06:16:00Z",
        "overdue": False,
        "approves": "region",
        "next": "regions",
        "reason": {"code": "ladder.waiting", "params": {"rung": "republic", "minutes": 2}},
    },
}
BOARD: Final[dict[str, Any]] = {
    "as_of_seq": 4711,
    "world": {"id": 1, "name": "live", "kind": "live", "now": NOW, "rate": 1.0},
    "territory": "98624",
    "names": [_GORNY],
    "choices": [{"code": "98624", "name": _GORNY}],
    "whole": False,
    "counts": {
        "active": 1,
        "held": 0,
        "suspended": 0,
        "area_ha": 112.0,
        "unattended": 1,
        "signals": 2,
        "signals_area_ha": 31.5,
        "doubtful": 1,
        "near": 1,
    },
    "fires": {
        "rows": [
            {
                "id": FIRE_ID,
                "number": _NUMBER,
                "status": "registered",
                "activity": "burning",
                "likelihood": 0.93,
                "doubtful": False,
                "inside": True,
                "area_ha": 112.0,
                "growth_ha_h": 6.5,
                "point": [126.412, 62.211],
                "first_seen": "2026-07-16T17:06:00Z",
                "last_seen": "2026-07-17T03:42:00Z",
                "registered_at": "2026-07-16T19:56:40Z",
                "municipality": _GORNY,
                "nearest": _NEAREST,
                "units_sent": 0,
                "units_working": 0,
            }
        ],
        "more": 0,
    },
    "threats": {
        "rows": [
            {
                "fire_id": FIRE_ID,
                "number": _NUMBER,
                "status": "registered",
                "layer": "settlements",
                "code": "2021083",
                "kind": "settlement",
                "name": _TOWN,
                "owner": None,
                "km": 8.4,
                "bearing_deg": 132.0,
                "downwind": True,
                "at": NOW,
                "forecast_at": "2026-07-17T05:00:00Z",
                "reach": {
                    "p10_at": "2026-07-17T11:20:00Z",
                    "p50_at": "2026-07-17T15:40:00Z",
                    "p90_at": None,
                    "probability": 0.62,
                },
                "people": 6462,
            }
        ],
        "more": 0,
        "settlements": 1,
        "reached": 1,
        "objects": 0,
    },
    "asked": {
        "orders": [
            {
                "order": _REQUEST,
                "unit": {
                    "name": {"ru": "Десантная группа 1, Якутск", "en": "Helitack crew 1, Yakutsk"},
                    "kind": "helitack",
                    "people": 6,
                },
                "fire": _ABOUT,
            }
        ],
        "notices": [{"notice": PROPOSAL, "fire": None}],
    },
    "changes": {
        "since": _SINCE,
        "first": False,
        "rows": [
            {
                "what": "reached",
                "grave": "alarm",
                "at": NOW,
                "fire_id": FIRE_ID,
                "number": _NUMBER,
                "params": {"place": _TOWN, "reached_at": "2026-07-17T15:40:00Z"},
            },
            {
                "what": "grown",
                "grave": "warning",
                "at": "2026-07-17T03:42:00Z",
                "fire_id": FIRE_ID,
                "number": _NUMBER,
                "params": {"from_ha": 42.0, "to_ha": 112.0},
            },
        ],
        "more": 0,
        "grave": 2,
        "total": 2,
    },
    "forces": {
        "total": 6,
        "ready": 4,
        "sent": 1,
        "working": 0,
        "returning": 0,
        "resting": 1,
        "off": 0,
        "ready_people": 22,
        "people_unknown": 0,
        "from_elsewhere": 1,
    },
    "danger": {
        "today": "2026-07-17",
        "tomorrow": "2026-07-18",
        "worst": {
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
        },
        "rows": [
            {"code": "98624", "name": _GORNY, "today": 3, "tomorrow": 4, "regimes": ["special"]}
        ],
        "assumed": [],
    },
    "bulletin": {"day": "2026-07-17", "number": None},
    "feeds": [
        {
            "feed": "VIIRS_NOAA20_NRT",
            "kind": "satellite",
            "title": None,
            "state": "ok",
            "last_poll": NOW,
            "last_pass": "2026-07-17T03:42:00Z",
            "last_data": NOW,
            "last_error": None,
            "rows": 752,
            "paused": None,
        }
    ],
}
BODIES: Final[dict[str, Any]] = {"board_looked": {"at": NOW}}
ANSWERS: Final[dict[str, Any]] = {
    "board_read": BOARD,
    "board_looked": {"since": NOW, "first": False},
    "board_seasons": {
        "today": "2026-07-17",
        "this_year": {
            "year": 2026,
            "world": None,
            "seen": 214,
            "area_ha": 48213.0,
            "registered": 187,
        },
        "past": [
            {
                "year": 2021,
                "world": "archive-2021",
                "seen": 1340,
                "area_ha": 3120000.0,
                "registered": 0,
            }
        ],
    },
    "board_bulletin": {
        "day": "2026-07-17",
        "language": "ru",
        "fields": {"active": 23, "area_ha": 48213.0, "units": 31},
        "issued": BRIEF
        | {
            "kind": "bulletin",
            "about": "2026-07-17",
            "day": "2026-07-17",
            "fire_id": None,
            "number": "SV-2026-0042",
            "version": 1,
            "reason": "",
            "notes": [],
        },
        "differs": 3,
    },
}
