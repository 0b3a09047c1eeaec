"""Examples of alerts on their way."""

from typing import Any, Final

from sylvan.web.examples_forces import FIRE_ID

ALERT_ID: Final = "8b0d1c52-6a3f-5f0e-9d21-3c4b5a697887"
_AT: Final = "2026-07-17T05:12:41Z"
_ALERT: Final[dict[str, Any]] = {
    "id": ALERT_ID,
    "thread": f"fire:{FIRE_ID}",
    "fire_id": FIRE_ID,
    "rule": "settlement-threat",
    "grade": "alarm",
    "subject": "Угроза: Бердигестях, огонь в 2,8 км",
    "text": "Огонь в 2,8 км от населённого пункта Бердигестях.\n"
    "Координаты: 62.1033, 126.7031 (62°06.2'N 126°42.2'E).",
    "language": "ru",
    "drill": False,
    "state": "asked",
    "asks": True,
    "at": _AT,
    "made_at": "2026-07-17T05:12:43Z",
    "answer_by": "2026-07-17T05:22:43Z",
    "answered_at": None,
    "answered_by": "",
    "answered_how": None,
}
_ANSWERED: Final = _ALERT | {
    "state": "answered",
    "asks": False,
    "answered_at": "2026-07-17T05:14:09Z",
    "answered_by": "ivanova",
    "answered_how": "screen",
}
_MESSAGE: Final[dict[str, Any]] = {
    "id": 4711,
    "alert_id": ALERT_ID,
    "channel": "sms",
    "recipient": "ivanova",
    "address": "***0001",
    "state": "dead",
    "maybe_twice": False,
    "tries": 8,
    "round": 1,
    "answer": "503 Service Unavailable",
    "subject": _ALERT["subject"],
    "thread": _ALERT["thread"],
    "rule": "settlement-threat",
    "grade": "alarm",
    "fire_id": FIRE_ID,
    "drill": False,
    "made_at": "2026-07-17T05:15:43Z",
    "sent_at": None,
    "next_at": None,
    "again": True,
}
_TRY: Final = {
    "number": 8,
    "begun_at": "2026-07-17T05:31:10Z",
    "ended_at": "2026-07-17T05:31:11Z",
    "outcome": "again",
    "answer": "503 Service Unavailable",
}
_WHOLE: Final = _MESSAGE | {
    "text": "62.1033, 126.7031 Бердигестях: огонь в 2,8 км",
    "answered_at": None,
    "answered_by": "",
    "answered_how": None,
    "tries_made": [_TRY],
}
_ENDPOINT: Final = "https://push.example/send/f2Gk9"
BODIES: Final[dict[str, Any]] = {
    "alerts_push": {
        "endpoint": _ENDPOINT,
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx"
        "aOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
    "alerts_push_end": {"endpoint": _ENDPOINT},
    "alerts_reply": {"from": "+79140000001", "text": "ОК 911"},
    "alerts_reply_mail": (
        "From: chief@example.org\nTo: sylvan-replies@example.org\n"
        "In-Reply-To: <sylvan.aaaaaaabaq2x7m3kz5t4w6ny.1@sylvan.example>\n\nПринято\n"
    ),
}
ANSWERS: Final[dict[str, Any]] = {
    "alerts_mine": {
        "reader": "1f7c02a9e4d35b60",
        "waiting": 1,
        "put_off": 2,
        "alerts": [_ALERT],
        "next": None,
    },
    "alerts_answer": _ANSWERED,
    "alerts_messages": {"messages": [_MESSAGE], "next": None},
    "alerts_message": _WHOLE,
    "alerts_again": _WHOLE
    | {"state": "waiting", "round": 2, "again": False, "next_at": "2026-07-17T05:40:00Z"},
    "alerts_channels": [
        {
            "channel": "sms",
            "kind": "sms",
            "on": True,
            "missing": [],
            "dedupes": False,
            "counts": {"sent": 212, "dead": 1},
            "oldest_s": None,
        }
    ],
    "alerts_push_key": {
        "key": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQt"
        "Ubr6M2wXW4RJkKvZ0hFQm9lq4nTg1B8sEoKqLk3m6Yw"
    },
    "alerts_push": {"browsers": 1},
    "alerts_push_end": {"browsers": 0},
    "alerts_reply_mail": {"result": "automatic", "alert_id": None},
    "alerts_reply": {"result": "answered", "alert_id": ALERT_ID},
}
