"""Examples of a national hub's answers; a test holds each against its schema."""

from typing import Any, Final

_NOW: Final = "2026-07-17T05:14:09Z"
_EPOCH: Final = "6f1f3c52-3f0e-4c55-9a6e-8b7d0c2e4f10"

ANSWERS: Final[dict[str, Any]] = {
    "hub_sources": {
        "now": _NOW,
        "sources": [
            {
                "code": "yakutia",
                "state": "ok",
                "epoch": _EPOCH,
                "seq": 184_233,
                "began_after": 0,
                "events": 184_233,
                "holes": [],
                "error": None,
                "asked_at": "2026-07-17T05:14:08Z",
                "heard_at": "2026-07-17T05:14:08Z",
                "age_s": 1,
            },
            {
                "code": "buryatia",
                "state": "away",
                "epoch": "0c2e4f10-8b7d-4a6e-9c55-3f0e6f1f3c52",
                "seq": 90_112,
                "began_after": 1_200,
                "events": 88_912,
                "holes": [
                    {
                        "epoch": "0c2e4f10-8b7d-4a6e-9c55-3f0e6f1f3c52",
                        "first": 70_001,
                        "last": 70_090,
                    }
                ],
                "error": {"code": "feed.network", "params": {"detail": "ConnectError"}},
                "asked_at": "2026-07-17T05:13:50Z",
                "heard_at": "2026-07-17T04:02:11Z",
                "age_s": 4318,
            },
        ],
    },
    "hub_picture": {
        "now": _NOW,
        "regions": [
            {
                "code": "yakutia",
                "state": "ok",
                "heard_at": "2026-07-17T05:14:08Z",
                "age_s": 1,
                "fires": {"fighting": 12, "signal": 41},
            }
        ],
        "fires": [
            {
                "region": "yakutia",
                "id": "019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55",
                "seq": 184_230,
                "at": "2026-07-17T05:10:00Z",
                "status": "fighting",
                "point": [129.73, 62.03],
                "number": "2026-117",
                "last_seen": "2026-07-17T03:42:00Z",
                "area_ha": 41.5,
                "activity": "burning",
                "likelihood": 0.98,
                "address": {"region": {"code": "98", "name": {"ru": "Якутия", "en": "Yakutia"}}},
            }
        ],
    },
}
