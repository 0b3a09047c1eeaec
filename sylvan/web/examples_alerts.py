"""Examples of alerts."""

from typing import Any, Final

from sylvan.web.examples_forces import FIRE_ID

LETTER_ID: Final = "5f0c2a57-6b7e-5f0a-9d6e-2a9f7c1b3d10"
SUBSCRIPTION_ID: Final = "019a2f95-9b10-7d7e-8f01-2b3c4d5e6f70"
_RULE: Final = """\
rules:
  - rule: village-near
    names: {ru: "Пожар у села", en: "A fire near a village"}
    about: object
    when: {kind: settlement, likelihood: {least: 0.5}}
    levels:
      - {grade: warning, if: {distance_km: {most: 10}}}
      - {grade: alarm, if: {distance_km: {most: 3}}}
    to: [{roles: [dispatcher]}]
    template: settlement_threat
"""
_FIELDS: Final[dict[str, Any]] = {
    "status": "registered",
    "distance_km": 8.4,
    "kind": "settlement",
    "object": "Бердигестях",
    "municipality": "Горный улус",
    "level": 2,
}
_NAMES: Final = {"ru": "Угроза населённому пункту растёт", "en": "The threat to a settlement rises"}
RULE: Final[dict[str, Any]] = {
    "rule": "settlement-threat",
    "file": "threats.yaml",
    "names": _NAMES,
    "about": "object",
    "tell": "worsening",
    "grades": ["info", "warning", "warning", "alarm", "alarm"],
    "to": [
        {
            "roles": ["official"],
            "levels": ["municipality"],
            "inside": False,
            "owner": False,
            "contacts": [],
            "subscribers": None,
            "least": "warning",
        }
    ],
    "template": "settlement_threat",
    "quiet": True,
    "collected": False,
    "answer_min": 10.0,
    "letters_24h": 4,
    "last_hour": "2026-07-17T09:00:00Z",
}
CLOCK: Final[dict[str, Any]] = {
    "clock": "registered",
    "names": {
        "ru": "Сигнал не зарегистрирован и не отклонён",
        "en": "A signal is neither registered nor rejected",
    },
    "about": "fire",
    "steps_min": [2.0, 10.0, 30.0],
    "source": "two minutes from received to registered, as the region reports",
}
LATE: Final[dict[str, Any]] = {
    "clock": "registered",
    "names": CLOCK["names"],
    "thread": f"fire:{FIRE_ID}",
    "object": "",
    "fire_id": FIRE_ID,
    "since": "2026-07-17T09:20:00Z",
    "due_at": "2026-07-17T09:22:00Z",
    "late_min": 9.3,
    "step": 2,
    "about": {"status": "signal", "distance_km": 8.4, "likelihood": 0.82},
    "place": {"ru": "Горный улус", "en": "Gorny"},
    "point": [126.41, 62.21],
}
SUBSCRIPTION: Final[dict[str, Any]] = {
    "id": SUBSCRIPTION_ID,
    "name": "Дача",
    "watch": "place",
    "point": [126.7, 62.1],
    "radius_km": 15.0,
    "layer": "",
    "code": "",
    "territory": "",
    "least": "info",
    "channels": ["screen"],
    "quiet_from": "23:00",
    "quiet_to": "07:00",
    "made_at": "2026-07-17T09:31:20Z",
}
TRIED: Final[dict[str, Any]] = {
    "world": "live",
    "since": "2026-07-16T09:31:00Z",
    "until": "2026-07-17T09:31:00Z",
    "events": 1840,
    "total": 1,
    "by_rule": [{"name": "village-near", "letters": 1}],
    "by_grade": [{"name": "warning", "letters": 1}],
    "by_recipient": [{"name": "local", "letters": 1}],
    "by_hour": [{"name": "2026-07-17T09:00Z", "letters": 1}],
    "busiest": [{"recipient": "local", "hour": "2026-07-17T09:00Z", "arrivals": 1}],
    "letters": [
        {
            "id": LETTER_ID,
            "rule": "village-near",
            "recipient": "local",
            "grade": "warning",
            "thread": f"fire:{FIRE_ID}",
            "template": "settlement_threat",
            "at": "2026-07-17T09:31:20Z",
            "due_at": "2026-07-17T09:31:20Z",
            "digest": "",
            "channels": ["screen"],
            "fields": _FIELDS | {"level": 1},
        }
    ],
    "more": 0,
}
BODIES: Final[dict[str, Any]] = {
    "alerts_tried": {"yaml": _RULE},
    "alerts_subscribe": {
        "name": "Дача",
        "watch": "place",
        "point": [126.7, 62.1],
        "radius_km": 15,
        "channels": ["screen"],
        "quiet_from": "23:00",
        "quiet_to": "07:00",
    },
}
ANSWERS: Final[dict[str, Any]] = {
    "alerts_late": {"at": "2026-07-17T09:31:20Z", "late": [LATE], "behind": 0},
    "alerts_rules": {
        "version": "a243c0ba5e80",
        "faults": [],
        "behind": 0,
        "rules": [RULE],
        "clocks": [CLOCK],
    },
    "alerts_tried": TRIED,
    "alerts_subscriptions": [SUBSCRIPTION],
    "alerts_subscribe": SUBSCRIPTION,
    "alerts_unsubscribe": {"ended": True},
}
