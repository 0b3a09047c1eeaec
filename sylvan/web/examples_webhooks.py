"""Examples of webhooks, own keys and their use."""

from typing import Any, Final

from sylvan.web.examples_account import KEY

WEBHOOK_ID: Final = "019a2f99-4d5e-7f60-8b1c-2d3e4f5a6b7c"
_AT: Final = "2026-07-17T05:14:09Z"
_FILTER: Final[dict[str, Any]] = {"kinds": ["fire.changed", "fire.exposure"]}
_SIDES: Final = ("bbox", "kinds", "fires", "least_priority", "statuses")
_URL: Final = "https://hooks.example/sylvan"
WEBHOOK: Final[dict[str, Any]] = {
    "id": WEBHOOK_ID,
    "name": "Диспетчерская электросетей",
    "url": _URL,
    "world": "live",
    "filter": dict.fromkeys(_SIDES) | _FILTER,
    "subject": "key:k7q2mzp4",
    "state": "active",
    "why": None,
    "epoch": "0e9a4b7c-1d2e-4f3a-8b5c-6d7e8f901234",
    "position": 48211,
    "failures": 0,
    "failing_since": None,
    "next_at": None,
    "told_at": _AT,
    "old_secret_until": None,
    "made_at": "2026-07-01T02:00:00Z",
}
_MADE: Final = WEBHOOK | {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="}
DELIVERY: Final[dict[str, Any]] = {
    "id": 9017,
    "message": "msg_0e9a4b7c1d2e4f3a8b5c6d7e8f901234_48211",
    "kind": "fire.changed",
    "seq": 48211,
    "attempt": 1,
    "by_hand": False,
    "fine": True,
    "status": 204,
    "told": "",
    "took_ms": 84,
    "at": _AT,
}
_TEST: Final = DELIVERY | {
    "id": 9018,
    "message": "msg_test_019a2f994d5e7f608b1c2d3e4f5a6b7d",
    "kind": "webhook.test",
    "seq": None,
    "by_hand": True,
}
_USAGE: Final[dict[str, Any]] = {
    "key": KEY,
    "limits": {"burst": 600, "seconds": 60, "day": 100000},
    "today": 1204,
    "rows": [
        {
            "key": KEY["id"],
            "day": "2026-07-17",
            "operation": "fires_listed",
            "requests": 1204,
            "errors": 2,
            "refused": 0,
            "bytes": 9180344,
        }
    ],
}
_KEY: Final = "sy_live_k7q2mzp4_abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrsta2b3c4d"
_NEW_KEY: Final = KEY | {"secret": _KEY}

BODIES: Final[dict[str, Any]] = {
    "webhooks_make": {
        "url": _URL,
        "name": WEBHOOK["name"],
        "filter": _FILTER,
        "world": "live",
    },
    "webhooks_change": {"state": "paused"},
    "webhooks_replay": {"after": 48000},
    "own_keys_make": {"name": "Диспетчерская", "operations": ["fires_*", "live_*"], "days": 365},
    "keys_limits": {"burst": 1200, "day": 500000},
}
ANSWERS: Final[dict[str, Any]] = {
    "webhooks_listed": [WEBHOOK],
    "webhooks_make": _MADE,
    "webhooks_one": WEBHOOK,
    "webhooks_change": WEBHOOK | {"state": "paused"},
    "webhooks_remove": WEBHOOK,
    "webhooks_secret": _MADE | {"old_secret_until": "2026-07-18T05:14:09Z"},
    "webhooks_test": _TEST,
    "webhooks_replay": WEBHOOK | {"position": 48000},
    "webhooks_deliveries": {"items": [DELIVERY], "next": None},
    "webhooks_resend": DELIVERY | {"id": 9019, "by_hand": True},
    "own_keys_listed": [KEY],
    "own_keys_make": _NEW_KEY,
    "own_keys_rotate": _NEW_KEY,
    "own_keys_revoke": KEY | {"state": "revoked"},
    "own_keys_sandbox": {"secret": _KEY.replace("live", "demo"), "world": "demo"},
    "usage_own": {"keys": [_USAGE]},
    "keys_usage": _USAGE,
    "keys_limits": KEY | {"limits": {"burst": 1200, "day": 500000}},
}
