"""Examples of suggestions."""

from typing import Any, Final

from sylvan.web.examples_forces import FIRE_ID

_AT: Final = "2026-07-17T05:15:00Z"
FIRE: Final[dict[str, Any]] = {
    "fire_id": FIRE_ID,
    "tier": "a",
    "fought": True,
    "contained_h": 12.0,
    "units": [
        {
            "unit": "helitack-yakutsk-1",
            "kind": "helitack",
            "name": {"ru": "Десантная группа 1, Якутск", "en": "Helitack crew 1, Yakutsk"},
            "base": "air-yakutsk",
            "role": "package",
            "arrive_h": 1.83,
            "eta_at": "2026-07-17T07:05:00Z",
            "worth_ha": 118.4,
            "reason": {"code": "dispatch.role_package", "params": {}},
            "legs": [
                {
                    "step": "fly",
                    "mode": "rappel",
                    "km": 212.4,
                    "hours": 1.06,
                    "reasons": [],
                    "line": [[129.72, 62.03], [126.41, 62.21]],
                }
            ],
            "assumed": [],
        }
    ],
    "short": [],
    "alternatives": [
        {
            "wish": "faster",
            "units": [
                {
                    "unit": "helitack-yakutsk-2",
                    "kind": "helitack",
                    "name": {"ru": "Десантная группа 2, Якутск", "en": "Helitack crew 2, Yakutsk"},
                    "base": "air-yakutsk",
                    "arrive_h": 1.2,
                    "eta_at": "2026-07-17T06:27:00Z",
                }
            ],
            "arrive_h": 1.2,
            "contained_h": 8.0,
            "loss_ha": 44.0,
            "by": {"arrive_h": -0.6, "contained_h": -4.0, "loss_ha": 3.1},
        }
    ],
    "not_sent": [
        {
            "unit": "engine-pokrovsk-1",
            "kind": "engine",
            "name": None,
            "base": "station-pokrovsk",
            "reason": {"code": "travel.no_road_or_river", "params": {}},
        }
    ],
    "pins": [],
    "expected": {
        "contained": True,
        "hours": [8.1, 11.7, None],
        "area_ha": 61.2,
        "protect": [],
        "reasons": [{"code": "containment.not_if_fast", "params": {"hours": 11.7}}],
    },
    "assumed": [{"code": "outlook.by_growth", "params": {}}],
}
SUGGESTION: Final[dict[str, Any]] = {
    "number": 71,
    "at": _AT,
    "trigger": "asked",
    "stage": "final",
    "gap": 0.088,
    "objective_ha": 812.5,
    "seconds": 2.1,
    "versions": {"dispatch": "dispatch-1", "travel": "travel-1"},
    "stale": False,
    "fires": [FIRE],
    "left": [
        {
            "base": "air-yakutsk",
            "kind": "helitack",
            "there": 4,
            "left": 3,
            "least": 1,
            "move_up": None,
        }
    ],
    "below": [],
    "one_more": [{"base": "air-yakutsk", "kind": "helicopter", "worth_ha": 196.0}],
}
ANSWERS: Final[dict[str, Any]] = {
    "suggestions_newest": SUGGESTION,
    "suggestions_numbered": SUGGESTION,
    "suggestions_make": SUGGESTION,
    "suggestions_run_card": {
        "version": "run-cards-2",
        "names": ["danger_medium", "settlement"],
        "zone": "ground",
        "danger_class": 3,
        "fought": True,
        "lines": [
            {
                "kind": None,
                "count": 2,
                "within_h": 3.0,
                "units": [{"unit": "crew-1", "eta_at": _AT}],
                "missing": 1,
            }
        ],
        "on_call": ["air_tanker"],
        "alerts": ["duty_officer"],
        "verified": False,
        "assumed": [],
    },
    "suggestions_of_fire": {
        "number": 71,
        "at": _AT,
        "stale": False,
        "gap": 0.088,
        "fire": FIRE,
        "decision": None,
        "constraints": [],
        "bared": [],
    },
}
