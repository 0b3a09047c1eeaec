"""Examples of crew safety and notices."""

from typing import Any, Final

from sylvan.web.examples_forces import FIRE_ID, UNIT_ID

NOTICE_ID: Final = "019a2f95-7a8b-7c9d-8e0f-1a2b3c4d5e6f"
_AT: Final = "2026-07-17T09:31:20Z"
_UNIT: Final = "helitack-yakutsk-1"
NOTICE: Final[dict[str, Any]] = {
    "id": NOTICE_ID,
    "version": 1,
    "theme": "crew",
    "kind": "silent",
    "key": _UNIT,
    "state": "open",
    "grade": 0,
    "fire_id": FIRE_ID,
    "about": None,
    "units": [_UNIT],
    "reason": {"code": "safety.silent", "params": {"minutes": 136}},
    "assumed": [],
    "raised_at": _AT,
    "over_at": None,
    "answer": None,
    "answered_at": None,
    "answered_by": "",
    "note": "",
    "answers": ["seen"],
}
ANSWERED: Final[dict[str, Any]] = NOTICE | {
    "version": 2,
    "state": "answered",
    "answer": "seen",
    "answered_at": "2026-07-17T09:33:02Z",
    "answered_by": "local",
    "note": "Вызваны по спутниковому телефону",
    "answers": [],
}
CREW: Final[dict[str, Any]] = {
    "unit": _UNIT,
    "unit_id": UNIT_ID,
    "name": {"ru": "Десантная группа 1, Якутск", "en": "Helitack crew 1, Yakutsk"},
    "kind": "helitack",
    "fire_id": FIRE_ID,
    "heard_at": "2026-07-17T07:15:00Z",
    "heard": "check_in",
    "heard_by": "local",
    "due_at": "2026-07-17T09:15:00Z",
    "overdue": True,
    "silent": True,
    "point": [126.41, 62.21],
    "point_at": "2026-07-17T09:02:00Z",
}
CREWS: Final[dict[str, Any]] = {
    "at": _AT,
    "check_in_min": 120,
    "crews": [CREW],
    "notices": [NOTICE],
    "unwatched": [{"fire_id": FIRE_ID, "reason": {"code": "safety.no_forecast", "params": {}}}],
}
BODIES: Final[dict[str, Any]] = {
    "safety_check_in": {
        "note": "Работают на правом фланге, все на месте",
        "point": [129.412, 62.183],
    },
    "notices_answer": {"answer": "seen", "note": "Вызваны по спутниковому телефону"},
}
ANSWERS: Final[dict[str, Any]] = {
    "safety_listed": CREWS,
    "safety_of_fire": CREWS | {"over": []},
    "safety_check_in": CREW | {"overdue": False, "silent": False},
    "notices_noticed": [NOTICE],
    "notices_answer": ANSWERED,
}
