"""Examples of drills."""

from typing import Any, Final

from sylvan.web.examples_figures import DEFINITION, RESULT
from sylvan.web.examples_forces import FIRE_ID

DRILL_ID: Final = "019a2fa0-1c2d-7e3f-8a4b-5c6d7e8f9a0b"
_SOURCE: Final = {"kind": "generated", "hours": 12.0, "seed": 7, "fires": 20}
_HOLDS: Final[dict[str, Any]] = {
    "starts_at": "2026-07-16T23:04:11Z",
    "ends_at": "2026-07-17T11:04:11Z",
    "fires": 17,
    "burning": 8,
    "files": 41,
    "rows": 903,
    "reports": 9,
    "left_out": 0,
}
DRILL: Final[dict[str, Any]] = {
    "id": DRILL_ID,
    "name": "Ночная смена",
    "world": "Ночная смена",
    "state": "running",
    "source": _SOURCE | {"world": "", "day": None},
    "speed": 10.0,
    "people": ["o.petrova"],
    "roles": ["dispatcher"],
    "outside": False,
    "made_by": "a.ivanov",
    "made_at": "2026-11-30T01:00:00Z",
    "begin_at": "2026-11-30T01:00:00Z",
    "began_at": "2026-11-30T01:00:04Z",
    "ended_at": None,
    "ended_by": "",
    "why": None,
    "holds": _HOLDS,
    "delivered": 12,
    "lag_s": 0.4,
    "leads": True,
    "enters": True,
    "present": [
        {
            "subject": "o.petrova",
            "name": "Ольга Петрова",
            "last_at": "2026-11-30T01:12:40Z",
            "deeds": 9,
        }
    ],
}
_ENDED: Final = DRILL | {
    "state": "ended",
    "ended_at": "2026-11-30T02:12:04Z",
    "ended_by": "a.ivanov",
}
_BROKEN: Final = _ENDED | {
    "state": "broken",
    "ended_by": "system",
    "why": {"code": "drills.broken", "params": {}},
}
_CLOCK: Final[dict[str, Any]] = {
    "clock": "settled",
    "norm_s": 120.0,
    "done": 6,
    "in_time": 1,
    "in_time_by_watch": 6,
    "median_s": 410.0,
    "p90_s": 633.0,
    "median_watch_s": 41.0,
    "open": 2,
    "open_late": 2,
}
SCORE: Final[dict[str, Any]] = {
    "at": "2026-07-17T11:04:11Z",
    "speed": 10.0,
    "clocks": [_CLOCK],
    "people": [
        {
            "subject": "o.petrova",
            "name": "Ольга Петрова",
            "clocks": [_CLOCK | {"open": 0, "open_late": 0}],
        }
    ],
    "figures": [{"definition": DEFINITION, "result": RESULT}],
    "undecided": 2,
    "truth": {
        "found": 1,
        "rejected": 0,
        "undecided": 2,
        "missed": 0,
        "untold": 3,
        "false_registered": 0,
        "false_rejected": 5,
        "false_undecided": 0,
        "fires": [
            {
                "number": 4,
                "lon": 121.45,
                "lat": 62.71,
                "at": "2026-07-16T20:10:00Z",
                "told_at": "2026-07-17T00:31:00Z",
                "verdict": "found",
                "signals": [FIRE_ID],
                "registered_at": "2026-07-17T00:37:50Z",
                "seconds": 410.0,
                "registered_ha": 36.0,
                "end_ha": 188.0,
            }
        ],
    },
}
BODIES: Final[dict[str, Any]] = {
    "drills_preview": {"source": _SOURCE, "speed": 10.0},
    "drills_begin": {
        "name": "Ночная смена",
        "source": _SOURCE,
        "speed": 10.0,
        "people": ["o.petrova"],
        "roles": ["dispatcher"],
    },
}
ANSWERS: Final[dict[str, Any]] = {
    "drills_listed": [DRILL, _BROKEN],
    "drills_choices": {
        "people": [{"subject": "o.petrova", "name": "Ольга Петрова", "role": "dispatcher"}],
        "roles": [{"code": "dispatcher", "names": {"ru": "диспетчер", "en": "dispatcher"}}],
        "worlds": [
            {
                "name": "archive-2021",
                "kind": "replay",
                "since": "2021-05-02T03:12:00Z",
                "until": "2021-10-09T04:48:00Z",
            }
        ],
    },
    "drills_real": {
        "at": "2026-11-30T01:12:40Z",
        "signals": 1,
        "unseen": 1,
        "reports": 0,
        "alarms": 1,
        "distress": 0,
        "newest": {
            "id": FIRE_ID,
            "received_at": "2026-11-30T01:12:31Z",
            "shown": False,
            "address": {"municipality": {"code": "gorny", "names": {"ru": "Горный улус"}}},
        },
    },
    "drills_preview": _HOLDS | {"watch_s": 4320.0, "norm_s": 120.0, "norm_watch_s": 12.0},
    "drills_begin": DRILL | {"state": "planned", "began_at": None, "delivered": 0, "present": []},
    "drills_one": DRILL,
    "drills_end": _ENDED,
    "drills_delete": {"id": DRILL_ID, "rows": 4210},
    "drills_score": SCORE,
    "drills_table": (
        "mark,drill,part,subject,name,clock,norm_s,done,in_time,in_time_by_watch,median_s\r\n"
        "УЧЕНИЕ / EXERCISE,Ночная смена,all,,,settled,120,6,1,6,410\r\n"
    ),
}
