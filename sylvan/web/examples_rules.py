"""Examples of the rules' desk."""

from typing import Any, Final

from sylvan.web.examples_alerts import ANSWERS as ALERTS

_TEXT: Final = "rules:\n  - rule: large-fire\n"
_AT: Final = "2026-07-17T09:31:20Z"
_JUDGE: Final[dict[str, Any]] = {"file": "fires.yaml", "text": _TEXT}
_VERSION: Final[dict[str, Any]] = _JUDGE | {
    "number": 2,
    "at": _AT,
    "by": "a.ivanov",
    "name": "Алексей Иванов",
    "reason": "Порог 100 га вместо 200",
    "restores": None,
}
_FAULT: Final = {
    "file": "fires.yaml",
    "line": 2,
    "field": "rules.0.about",
    "reason": "Field required",
}
ANSWERS: Final[dict[str, Any]] = {
    "rules_desk": {
        "version": "5f1c09be23aa",
        "writable": True,
        "files": [_JUDGE | {"mark": "9b1f00aa42c7d3e1", "rules": ["large-fire"], "versions": 2}],
        "faults": [],
    },
    "rules_history": [_VERSION],
    "rules_judge": {"ok": False, "faults": [_FAULT], "rules": [], "failed": []},
    "rules_tried": ALERTS["alerts_tried"]
    | {
        "by_way": [{"recipient": "o.petrova", "channel": "email", "letters": 1}],
        "texts": [
            {
                "id": "5f0c8a34-7f6e-5c3b-9f3e-0a1b2c3d4e5f",
                "rule": "large-fire",
                "recipient": "o.petrova",
                "channels": ["email", "sms"],
                "grade": "warning",
                "due_at": _AT,
                "subject": "Крупный пожар SA-2026-00017: 2140 га",
                "text": "Крупный пожар SA-2026-00017 в Горном улусе: 2140 га.",
            }
        ],
    },
    "rules_publish": _VERSION,
}
BODIES: Final[dict[str, Any]] = {
    "rules_judge": _JUDGE,
    "rules_tried": _JUDGE | {"since": "2026-07-16T00:00:00Z", "until": "2026-07-17T00:00:00Z"},
    "rules_publish": _JUDGE | {"reason": "Порог 100 га вместо 200", "against": "9b1f00aa42c7d3e1"},
}
