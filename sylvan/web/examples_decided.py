"""Examples of what people make of suggestions."""

from typing import Any, Final

from sylvan.web.examples_forces import FIRE_ID
from sylvan.web.examples_suggestions import FIRE

CONSTRAINT_ID: Final = "019a2f90-4e5f-7a6b-8c7d-9e0f1a2b3c60"
_AT: Final = "2026-07-17T05:18:00Z"
_CONSTRAINT: Final[dict[str, Any]] = {
    "id": CONSTRAINT_ID,
    "version": 1,
    "kind": "exclude",
    "unit": "helitack-yakutsk-2",
    "fire_id": FIRE_ID,
    "why": "not_available",
    "note": "Борт на регламенте до вечера",
    "by": "local",
    "level": "region",
    "at": _AT,
    "until": "2026-07-17T11:00:00Z",
    "withdrawn_at": None,
    "withdrawn_by": None,
}
_DECISION: Final[dict[str, Any]] = {
    "id": 12,
    "suggestion": 71,
    "fire_id": FIRE_ID,
    "verdict": "rejected",
    "suggested": ["helitack-yakutsk-1"],
    "sent": [],
    "added": [],
    "removed": ["helitack-yakutsk-1"],
    "wish": None,
    "why": "own_plan",
    "note": "Тушит соседнее отделение",
    "by": "local",
    "level": "region",
    "at": _AT,
    "decided_at": "2026-11-21T09:12:40Z",
    "shown_at": "2026-11-21T09:12:05Z",
    "seconds": 35.0,
}
_SCORES: Final[dict[str, Any]] = {
    "decisions": 40,
    "accepted": 26,
    "alternatives": 3,
    "edited": 10,
    "rejected": 4,
    "accepted_share": 0.65,
    "edited_share": 0.25,
    "rejected_share": 0.1,
    "seconds": 38.0,
    "added": 0.4,
    "removed": 1.2,
    "why": {"own_plan": 3, "wrong_units": 1},
    "arrivals": 71,
    "late_min": 9.0,
    "off_min": 14.5,
}
BODIES: Final[dict[str, Any]] = {
    "suggestions_shown": {"suggestion": 71},
    "suggestions_reject": {
        "suggestion": 71,
        "why": "own_plan",
        "note": "Тушит соседнее отделение",
    },
    "suggestions_say": {
        "kind": "exclude",
        "unit": "helitack-yakutsk-2",
        "fire_id": FIRE_ID,
        "why": "not_available",
        "note": "Борт на регламенте до вечера",
        "until": "2026-07-17T11:00:00Z",
    },
    "suggestions_what_if": {
        "without": ["helitack-yakutsk-1"],
        "placed": [{"unit": "engine-pokrovsk-1", "point": [128.9, 61.5]}],
        "wind": {"from_deg": 210, "km_h": 30},
    },
}
ANSWERS: Final[dict[str, Any]] = {
    "suggestions_shown": {"suggestion": 71, "shown_at": "2026-11-21T09:12:05Z"},
    "suggestions_reject": _DECISION,
    "suggestions_decisions": [_DECISION],
    "suggestions_scores": _SCORES,
    "suggestions_scores_of": _SCORES
    | {
        "followed": {
            "suggestion": 71,
            "expected_at": "2026-07-17T17:00:00Z",
            "expected_ha": 61.2,
            "contained_at": "2026-07-17T19:30:00Z",
            "area_ha": 74.0,
            "late_h": 2.5,
        }
    },
    "suggestions_constraints": [_CONSTRAINT],
    "suggestions_say": _CONSTRAINT,
    "suggestions_withdraw": _CONSTRAINT
    | {"version": 2, "withdrawn_at": "2026-07-17T06:02:00Z", "withdrawn_by": "local"},
    "suggestions_what_if": {
        "number": 71,
        "at": _AT,
        "fire_id": FIRE_ID,
        "before": {
            "tier": "a",
            "contained_h": 12.0,
            "expected": FIRE["expected"],
        },
        "after": {
            "tier": "a",
            "contained_h": 18.0,
            "expected": FIRE["expected"] | {"hours": [12.0, 17.5, None], "area_ha": 96.0},
            "units": [
                {
                    "unit": "engine-pokrovsk-1",
                    "kind": "engine",
                    "name": None,
                    "base": "station-pokrovsk",
                    "arrive_h": 2.4,
                    "eta_at": "2026-07-17T07:42:00Z",
                }
            ],
            "short": [],
        },
        "added": ["engine-pokrovsk-1"],
        "removed": ["helitack-yakutsk-1"],
        "others": [],
        "loss_ha": {"before": 812.5, "after": 901.0},
        "assumed": [{"code": "whatif.wind_scaled", "params": {"times": 2.1}}],
        "seconds": 0.31,
    },
}
