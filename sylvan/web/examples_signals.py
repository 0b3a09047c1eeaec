"""Examples of the one door for partners and devices."""

from typing import Any, Final

_REPORT: Final = "019a2f71-0b44-7d0f-8a39-5e6c7b8d9f01"
_NOW: Final = "2026-07-17T05:14:09Z"
_SEEN: Final = "2026-07-17T05:12:00Z"
_POINT: Final = [126.61, 62.24]
_ASSUMED: Final = [{"code": "signal.distance_assumed", "params": {"km": 10.0}}]

BODIES: Final[dict[str, Any]] = {
    "signals_take": {
        "signals": [
            {
                "kind": "sighting",
                "external_id": "cam-7:20260717T0512",
                "source": "camera",
                "seen": "smoke",
                "confidence": 0.87,
                "place": {
                    "method": "bearing",
                    "bearings": [{"origin": [126.42, 62.21], "bearing_deg": 71.5}],
                },
            },
            {
                "kind": "unit",
                "external_id": "brigade-2",
                "unit_kind": "ground_crew",
                "name": {"ru": "Бригада 2"},
                "point": [126.4, 62.2],
                "contact": "+7 4112 00-00-00",
            },
            {"kind": "position", "external_id": "brigade-2", "point": [126.4, 62.2]},
        ],
    }
}

_EMPTY: Final[dict[str, Any]] = {
    "again": False,
    "report_id": None,
    "fire_id": None,
    "unit_id": None,
    "observed_at": None,
    "point": None,
    "notes": [],
    "errors": [],
}
_STANDS: Final[dict[str, Any]] = {
    "external_id": "cam-7:20260717T0512",
    "holder": "power-grid",
    "became": "reported",
    "source": "camera",
    "seen": "smoke",
    "confidence": 0.87,
    "point": _POINT,
    "observed_at": _SEEN,
    "received_at": _NOW,
    "notes": _ASSUMED,
    "report_id": _REPORT,
    "report_status": "queued",
    "reject_reason": None,
    "fire_id": None,
    "fire_number": None,
    "fire_status": None,
}

ANSWERS: Final[dict[str, Any]] = {
    "signals_take": {
        "signals": [
            _EMPTY
            | {
                "external_id": "cam-7:20260717T0512",
                "became": "reported",
                "report_id": _REPORT,
                "observed_at": _SEEN,
                "point": _POINT,
                "notes": _ASSUMED,
            }
        ],
        "counts": {"reported": 1},
    },
    "signals_listed": [_STANDS],
    "signals_one": _STANDS,
}
