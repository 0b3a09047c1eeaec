"""Examples of the audit."""

from typing import Any, Final

_HASH: Final = "5d2c1f0a8e7b4c3d9a6f1e0b2c4d6e8f0a1b3c5d7e9f1a2b4c6d8e0f1a3b5c7d"
_ROW: Final[dict[str, Any]] = {
    "id": 4711,
    "seq": 4698,
    "hash": _HASH,
    "world": "live",
    "at": "2026-07-17T05:14:09Z",
    "recorded_at": "2026-07-17T05:14:09.218411Z",
    "actor": "local:ivanova",
    "role": "dispatcher",
    "level": "region",
    "peer": "10.20.0.17",
    "action": "fire.registered",
    "subject": "019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55",
    "version": 4,
    "changes": {"status": "registered", "number": "98-2026-0117"},
}
ANSWERS: Final[dict[str, Any]] = {
    "audit_listed": {
        "rows": [
            _ROW,
            _ROW
            | {
                "id": 4702,
                "seq": None,
                "hash": None,
                "world": None,
                "action": "person.signed_in",
                "subject": "local:ivanova",
                "version": None,
                "changes": {"method": "password", "session": "s-7f3a"},
            },
        ],
        "next": None,
    },
    "audit_export": (
        "id,seq,hash,world,at,recorded_at,actor,role,level,peer,action,subject,version,changes\r\n"
        f"4711,4698,{_HASH},live,2026-07-17T05:14:09Z,2026-07-17T05:14:09.218411Z,local:ivanova,"
        "dispatcher,region,10.20.0.17,fire.registered,019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55,4,"
        '"{""status"":""registered""}"\r\n'
    ),
    "audit_verified": {
        "seq": 4698,
        "hash": _HASH,
        "waiting": 0,
        "checkpoint": {
            "kind": "sylvan.audit.checkpoint.1",
            "seq": 4650,
            "hash": _HASH[::-1],
            "at": "2026-07-17T05:00:00.000000+00:00",
            "key": _HASH,
            "signature": _HASH + _HASH[::-1],
        },
    },
}
