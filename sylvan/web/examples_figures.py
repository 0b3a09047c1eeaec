"""Examples of figures."""

from typing import Any, Final

from sylvan.web.examples_forces import FIRE_ID, NOW

DEFINITION: Final[dict[str, Any]] = {
    "code": "registration",
    "kind": "interval",
    "unit": "s",
    "names": {"ru": "Регистрация", "en": "Registration"},
    "text": {
        "ru": "От прихода первого сообщения до присвоения номера.",
        "en": "From the arrival of the first message to the number.",
    },
    "better": "lower",
    "begins": "received",
    "ends": "registered",
    "take": "first",
    "left_out": ["merged"],
    "reasons": [],
    "aside": [],
    "norm_s": 120.0,
    "norm_source": {"ru": "срок региона", "en": "the region's norm"},
}
RESULT: Final[dict[str, Any]] = {
    "rows": 12,
    "counted": 10,
    "missing": 1,
    "contradictory": 0,
    "waiting": 0,
    "left_out": {"merged": 1},
    "median": 74.0,
    "p90": 131.5,
    "mean": 82.4,
    "good": 8,
    "share": 0.8,
}
_SPAN: Final = {"since": "2026-01-01", "until": "2026-07-17"}
_YEAR_AGO: Final = {"since": "2025-01-01", "until": "2025-07-17"}
_BEFORE: Final = {"since": "2025-06-17", "until": "2025-12-31"}
ANSWERS: Final[dict[str, Any]] = {
    "figures_definitions": {
        "version": "figures-1",
        "ranked_from": 3,
        "figures": [DEFINITION],
    },
    "figures_overview": {
        "version": "figures-1",
        "world": "live",
        "made_at": NOW,
        "today": "2026-07-17",
        **_SPAN,
        "before": _BEFORE,
        "year_ago": _YEAR_AGO,
        "day_zone": "Europe/Moscow",
        "day_begins": "00:00",
        "ranked_from": 3,
        "names": {"98624": {"ru": "Горный улус", "en": "Gorny"}},
        "figures": [
            {
                "definition": DEFINITION,
                "total": RESULT,
                "before": RESULT,
                "year_ago": RESULT,
                "municipality": [{"code": "98624", "rank": 1, "result": RESULT}],
                "zone": [{"code": "aviation", "rank": None, "result": RESULT}],
                "source": [{"code": "satellite", "rank": None, "result": RESULT}],
            }
        ],
    },
    "figures_trend": {
        "definition": DEFINITION,
        "step": "month",
        "day_zone": "Europe/Moscow",
        "lines": [
            {
                "years_ago": 0,
                "points": [{"since": "2026-07-01", "until": "2026-07-17", "result": RESULT}],
            }
        ],
    },
    "figures_things": {
        "definition": DEFINITION,
        "total": 1,
        "rows": [
            {
                "id": FIRE_ID,
                "kind": "fire",
                "number": "SA-2026-0117",
                "status": "fighting",
                "municipality": "98624",
                "zone": "aviation",
                "source": "satellite",
                "at": NOW,
                "state": "counted",
                "why": "",
                "value": 74.0,
                "good": True,
            }
        ],
    },
    "figures_table": (
        "figure,name_ru,name_en,unit,by,code,group_ru,group_en,rank,since,until,counted,missing,"
        "contradictory,waiting,left_out,median,p90,mean,good,share,norm_s\r\n"
        "registration,Регистрация,Registration,s,all,,,,,2026-01-01,2026-07-17,10,1,0,0,1,74,"
        "131.5,82.4,8,0.8,120\r\n"
    ),
}
