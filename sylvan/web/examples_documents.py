"""Examples of documents."""

from typing import Any, Final

from sylvan.web.examples_forces import FIRE_ID, NOW

DOCUMENT_ID: Final = "019a2fb0-3c4d-7e5f-8a6b-7c8d9e0f1a2b"
_SHA: Final = "5d2c1f0a8e7b4c3d9a6f1e0b2c4d6e8f0a1b3c5d7e9f1a2b4c6d8e0f1a3b5c7d"
BRIEF: Final[dict[str, Any]] = {
    "id": DOCUMENT_ID,
    "kind": "act",
    "about": FIRE_ID,
    "day": None,
    "fire_id": FIRE_ID,
    "number": "AKT-2026-0004",
    "version": 2,
    "language": "ru",
    "reason": "Уточнён объём",
    "issued_at": NOW,
    "issued_by": "local:ivanova",
    "notes": [
        {
            "code": "document.template_unknown",
            "params": {"file": "act.docx", "line": 12, "name": "fire.nmber"},
        }
    ],
    "files": {
        "pdf": {
            "name": "act-AKT-2026-0004-v2-ru.pdf",
            "media_type": "application/pdf",
            "sha256": _SHA,
            "size": 18342,
        }
    },
}
_TOLD: Final[dict[str, Any]] = BRIEF | {
    "fields": {"damage": {"known_rub": 120000.0, "total_rub": None}},
    "differs": [{"field": "damage.known_rub", "before": 0.0, "after": 120000.0}],
    "templates": {"pdf": {"sha256": _SHA, "own": False}},
}
BODIES: Final[dict[str, Any]] = {
    "documents_issue": {
        "kind": "act",
        "fire_id": FIRE_ID,
        "language": "ru",
        "reason": "Уточнён объём",
        "loss": {
            "volumes": [{"species": "larch", "size": "large", "degree": "destroyed", "m3": 1250.0}],
            "category": "exploitable",
            "suppression_rub": 120000.0,
        },
    },
}
ANSWERS: Final[dict[str, Any]] = {
    "documents_issue": _TOLD,
    "documents_one": _TOLD,
    "documents_listed": {"rows": [BRIEF], "next": None},
    "documents_templates": [
        {"kind": "act", "format": "docx", "sha256": _SHA, "own": False, "refused": None}
    ],
}
