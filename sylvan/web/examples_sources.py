"""Examples of the feeds' desk."""

from typing import Any, Final

_AT: Final = "2026-07-17T05:09:00Z"
_COUNTS: Final = {
    "rows": 214,
    "accepted": 180,
    "duplicates": 12,
    "superseded": 0,
    "outside": 19,
    "rejected": 3,
}
_FEED: Final = "firms-viirs-noaa20-nrt"
_BATCH: Final[dict[str, Any]] = {
    "id": 4711,
    "feed": _FEED,
    "name": f"{_FEED}.csv",
    "product": "viirs-noaa20",
    "received_at": _AT,
    "counts": _COUNTS,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
_STANDS: Final[dict[str, Any]] = {
    "feed": _FEED,
    "kind": "satellite",
    "title": None,
    "state": "ok",
    "last_poll": _AT,
    "last_pass": "2026-07-17T03:42:00Z",
    "last_data": _AT,
    "last_error": None,
    "rows": 91_422,
    "paused": None,
    "way": "asked",
    "set_up": True,
    "age_s": 309,
    "limit_s": 21_600,
    "every_s": 300.0,
    "next_poll": "2026-07-17T05:14:00Z",
    "asked_at": None,
    "fault": {"code": "feed.timeout", "params": {"seconds": 30}, "at": "2026-07-16T22:10:00Z"},
    "day": {"batches": 41, "counts": _COUNTS},
    "last_batch": _BATCH,
    "may_ask": True,
    "may_pause": True,
}
_HELD: Final = _STANDS | {
    "state": "paused",
    "paused": {
        "by": "a.ivanov",
        "name": "Алексей Иванов",
        "reason": "Источник шлёт вчерашние пролёты",
        "at": _AT,
    },
    "next_poll": None,
    "may_ask": False,
}
_OTHER: Final = {
    "code": "irkutsk",
    "of": "neighbour",
    "state": "ok",
    "heard_at": _AT,
    "age_s": 4,
    "error": None,
    "holes": 0,
}
ANSWERS: Final[dict[str, Any]] = {
    "sources_listed": {
        "world": "live",
        "now": "2026-07-17T05:14:09Z",
        "played": False,
        "changes": True,
        "feeds": [_STANDS],
        "others": [_OTHER],
    },
    "sources_batches": [_BATCH],
    "sources_rejects": {
        "batch": _BATCH,
        "total": 3,
        "told_then": 3,
        "reasons": [{"code": "row.out_of_range", "field": "latitude", "rows": 3}],
        "rows": [
            {
                "file": f"{_FEED}.csv",
                "line": 17,
                "field": "latitude",
                "code": "row.out_of_range",
                "value": "962.03",
                "row": "962.03,129.73,330.1,0.4,0.4,2026-07-17,0342,N20,VIIRS,n,2.0NRT,290.1,5,D",
            }
        ],
    },
    "sources_rejects_table": (
        "file,line,field,reason,value,row\r\n"
        f'{_FEED}.csv,17,latitude,row.out_of_range,962.03,"962.03,129.73,330.1"\r\n'
    ),
    "sources_pause": _HELD,
    "sources_resume": _STANDS,
    "sources_ask": _STANDS | {"asked_at": _AT},
}
BODIES: Final[dict[str, Any]] = {
    "sources_pause": {"reason": "Источник шлёт вчерашние пролёты"},
    "sources_resume": {"reason": "Поставщик исправил выдачу"},
}
