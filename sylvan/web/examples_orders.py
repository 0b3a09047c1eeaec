"""Examples of orders to forces."""

from typing import Any, Final

from sylvan.web.examples_forces import FIRE_ID

ORDER_ID: Final = "019a2f90-4e5f-7a6b-8c7d-9e0f1a2b3c4d"
_AT: Final = "2026-07-17T05:16:00Z"


def _stamp(status: str) -> dict[str, Any]:
    told = {"at": _AT, "by": "local", "level": "region", "recorded_at": _AT, "reason": ""}
    return {"status": status} | told


ORDER: Final[dict[str, Any]] = {
    "id": ORDER_ID,
    "version": 1,
    "fire_id": FIRE_ID,
    "unit": "helitack-yakutsk-1",
    "station": None,
    "rung": "station",
    "status": "ordered",
    "eta_at": "2026-07-17T07:05:00Z",
    "eta_hi_at": "2026-07-17T07:40:00Z",
    "suggestion": 71,
    "task": "Правый фланг, опора на реку",
    "stamps": [_stamp("requested"), _stamp("approved"), _stamp("ordered")],
    "reasons": [],
    "options": [
        {"status": "departed", "needs": []},
        {"status": "arrived", "needs": []},
        {"status": "failed", "needs": ["reason"]},
        {"status": "cancelled", "needs": ["reason"]},
    ],
    "waiting": None,
}
BODIES: Final[dict[str, Any]] = {
    "orders_send": {
        "units": [
            {
                "unit": "helitack-yakutsk-1",
                "rung": "station",
                "eta_at": "2026-07-17T07:05:00Z",
                "task": "Правый фланг, опора на реку",
            }
        ],
        "suggestion": 71,
    },
    "orders_step": {"to": "departed"},
}
WAY: Final[dict[str, Any]] = {
    "unit": "helitack-yakutsk-1",
    "departs_at": "2026-07-17T05:46:00Z",
    "arrives_at": "2026-07-17T07:05:00Z",
    "course": [
        {"at": "2026-07-17T05:46:00Z", "point": [129.7229, 62.0311]},
        {"at": "2026-07-17T06:50:00Z", "point": [128.91, 62.08]},
        {"at": "2026-07-17T07:05:00Z", "point": [128.9, 62.09]},
    ],
    "legs": [
        {
            "step": "fly",
            "mode": "rappel",
            "km": 43.1,
            "hours": 1.07,
            "reasons": [{"code": "travel.wind_unknown", "params": {}}],
            "line": [],
        }
    ],
}
ANSWERS: Final[dict[str, Any]] = {
    "orders_send": {"fire_id": FIRE_ID, "orders": [ORDER]},
    "orders_of_fire": [ORDER],
    "orders_still_open": [ORDER],
    "orders_ways": [
        {"order_id": ORDER_ID, "fire_id": FIRE_ID, "status": "departed", "reasons": []} | WAY
    ],
    "orders_arrivals": [
        WAY | {"reasons": []},
        {
            "unit": "engine-namtsy-1",
            "departs_at": None,
            "arrives_at": None,
            "course": [],
            "legs": [],
            "reasons": [{"code": "travel.no_road_or_river", "params": {}}],
        },
    ],
    "orders_step": ORDER | {"version": 2, "status": "departed", "stamps": [_stamp("departed")]},
}
