"""Examples of the live channel over HTTP."""

from typing import Any, Final

_EPOCH: Final = "6f1f3c52-3f0e-4c55-9a6e-8b7d0c2e4f10"
_AT: Final = "2026-07-17T05:14:09Z"
_FEED: Final = {
    "feed": "VIIRS_NOAA20_NRT",
    "kind": "satellite",
    "title": None,
    "state": "ok",
    "last_poll": _AT,
    "last_pass": "2026-07-17T03:42:00Z",
    "last_data": "2026-07-17T03:42:00Z",
    "last_error": None,
    "rows": 214,
}
_EVENT: Final[dict[str, Any]] = {
    "t": "event",
    "seq": 48213,
    "epoch": _EPOCH,
    "world": 1,
    "kind": "feed.changed",
    "id": "feed:VIIRS_NOAA20_NRT",
    "at": _AT,
    "territories": [],
    "point": None,
    "actor": "system",
    "body": _FEED,
}
ANSWERS: Final[dict[str, Any]] = {
    "live_events": (
        f"retry: 3000\n\nid: {_EPOCH}:48212\nevent: skip_to\n"
        'data: {"t":"skip_to","seq":48212}\n\n'
    ),
    "live_changes": {
        "epoch": _EPOCH,
        "seq": 48213,
        "oldest": 1204,
        "more": False,
        "world": {"id": 1, "name": "live", "kind": "live", "now": _AT, "rate": 1.0},
        "heartbeat": {
            "seq": 48213,
            "at": _AT,
            "store": "ok",
            "feeds": [
                {
                    "feed": "VIIRS_NOAA20_NRT",
                    "state": "ok",
                    "last_data": "2026-07-17T03:42:00Z",
                    "last_pass": "2026-07-17T03:42:00Z",
                    "age_s": 5529,
                }
            ],
        },
        "events": [_EVENT],
    },
}
