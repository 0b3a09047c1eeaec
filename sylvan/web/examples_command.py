"""Examples of decisions of authority."""

from typing import Any, Final

from sylvan.web.examples_forces import FIRE_ID, NOW
from sylvan.web.examples_safety import NOTICE, NOTICE_ID

DECISION_ID: Final = "019a2fa0-1c2d-7e3f-8a4b-5c6d7e8f9a0b"
REGIME_ID: Final = "019a2fa1-2d3e-7f4a-9b5c-6d7e8f9a0b1c"
FILE_ID: Final = "019a2fa2-3e4f-7a5b-8c6d-7e8f9a0b1c2d"
_GROUNDS: Final = "Угрозы населённым пунктам и объектам нет, затраты превышают ущерб"
_COMMISSION: Final = "КЧС и ОПБ Горного улуса, председатель И. И. Иванов"
_PDF: Final = "JVBERi0xLjQKJSVFT0YK"
DECISION: Final[dict[str, Any]] = {
    "id": DECISION_ID,
    "version": 1,
    "number": "14",
    "date": "2026-07-16",
    "kind": "suspend",
    "grounds": _GROUNDS,
    "commission": _COMMISSION,
    "fire_ids": [FIRE_ID],
    "municipality": None,
    "until": None,
    "file_id": FILE_ID,
    "areas": {FIRE_ID: 112.0},
    "recorded_at": NOW,
    "recorded_by": "local",
    "cancelled": None,
    "in_force": True,
}
REVIEW: Final[dict[str, Any]] = NOTICE | {
    "id": NOTICE_ID,
    "theme": "control",
    "kind": "settlement",
    "key": f"{DECISION_ID}/{FIRE_ID}",
    "about": DECISION_ID,
    "units": [],
    "reason": {"code": "control.settlement", "params": {"km": 8.2, "number": "14"}},
    "answers": ["kept"],
}
PROPOSAL: Final[dict[str, Any]] = NOTICE | {
    "theme": "regime",
    "kind": "ban",
    "key": "98624",
    "fire_id": None,
    "units": [],
    "reason": {"code": "regime.danger", "params": {"class": 4, "days": 3}},
    "answers": ["dismissed"],
}
REGIME: Final[dict[str, Any]] = {
    "id": REGIME_ID,
    "version": 1,
    "municipality": "98624",
    "kind": "special",
    "act": "Постановление главы улуса № 45",
    "act_date": "2026-07-10",
    "since": "2026-07-11",
    "until": None,
    "file": None,
    "note": "",
}
_PLACE: Final = {"code": "98624", "name": {"ru": "Горный улус", "en": "Gorny"}, "class": 4}
_SHORT: Final = {name: REGIME[name] for name in ("kind", "act", "since", "until")}
_CANCEL: Final = {"number": "15", "date": "2026-07-18", "reason": "Угроза участку Дальний"}
BODIES: Final[dict[str, Any]] = {
    "control_decide": {
        "number": "14",
        "date": "2026-07-16",
        "kind": "suspend",
        "grounds": _GROUNDS,
        "commission": _COMMISSION,
        "fire_ids": [FIRE_ID],
        "threat": False,
        "file": {"name": "Решение 14.pdf", "content": _PDF},
    },
    "control_cancel": _CANCEL,
    "regimes_introduce": {
        "kind": "special",
        "municipalities": ["98624"],
        "act": "Постановление главы улуса № 45",
        "act_date": "2026-07-10",
        "since": "2026-07-11",
    },
    "regimes_lift": {"until": "2026-08-01"},
}
ANSWERS: Final[dict[str, Any]] = {
    "control_listed": [DECISION],
    "control_decide": DECISION,
    "control_cancel": DECISION
    | {
        "version": 2,
        "in_force": False,
        "cancelled": {"at": "2026-07-18T02:10:00Z", "by": "local"} | _CANCEL,
    },
    "control_of_fire": {
        "zone": "control",
        "covered": True,
        "undecided": False,
        "decisions": [DECISION],
        "notices": [REVIEW],
    },
    "regimes_standing": {
        "today": "2026-07-17",
        "has_layer": True,
        "municipalities": [_PLACE | {"regimes": [REGIME]}],
        "regimes": [REGIME | {"in_force": True}],
        "proposals": [PROPOSAL],
    },
    "regimes_introduce": [REGIME],
    "regimes_lift": REGIME | {"version": 2, "until": "2026-08-01"},
    "regimes_shapes": {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": "98624",
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[124.0, 61.0], [128.0, 61.0], [128.0, 63.0], [124.0, 61.0]]],
                },
                "properties": {
                    "code": "98624",
                    "name": {"ru": "Горный улус", "en": "Gorny"},
                    "kind": "special",
                    "kinds": ["special"],
                    "act": "Постановление главы улуса № 45",
                    "sample": True,
                },
            }
        ],
        "next": None,
    },
    "regimes_bulletin_html": '<!doctype html><html lang="ru">…</html>',
    "regimes_bulletin_txt": "Сводка о лесных пожарах на 17.07.2026\n…",
    "regimes_bulletin": {
        "date": "2026-07-17",
        "made_at": NOW,
        "world": "live",
        "zone": "Asia/Yakutsk",
        "fires": {
            "active": 12,
            "contained": 3,
            "suspended": 4,
            "area_ha": 18412.0,
            "registered_today": 2,
            "out_today": 1,
        },
        "signals": 7,
        "municipalities": [_PLACE | {"regimes": [_SHORT], "fires": 2, "area_ha": 640.0}],
        "assumed": [{"code": "bulletin.sample", "params": {}}],
    },
}
