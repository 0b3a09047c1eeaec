"""Examples of a shift at the desk."""

from typing import Any, Final

from sylvan.web.examples_forces import FIRE_ID

SHEET_ID: Final = "019a2f96-8b9c-7dae-9f10-2b3c4d5e6f70"
_AT: Final = "2026-07-17T09:31:20Z"
CARE: Final[dict[str, Any]] = {
    "kind": "fire",
    "id": FIRE_ID,
    "version": 1,
    "taken_by": "o.petrova",
    "taken_name": "Ольга Петрова",
    "taken_at": _AT,
    "free_at": "2026-07-17T09:41:20Z",
    "put_off_until": None,
    "put_off_by": "",
    "note": "",
}
_OUTCOME: Final = {"kind": "fire", "id": FIRE_ID, "care": CARE, "problem": None}
_TAKEN: Final = {
    "kind": "fire",
    "id": FIRE_ID,
    "care": None,
    "problem": {
        "code": "problem.taken",
        "params": {"by": "Ольга Петрова", "until": "2026-07-17T09:41:20Z"},
    },
}
_FREE: Final = CARE | {"taken_by": "", "taken_name": "", "taken_at": None, "free_at": None}
_LATER: Final = _FREE | {
    "put_off_until": "2026-07-17T11:00:00Z",
    "put_off_by": "o.petrova",
    "note": "Ждём следующий пролёт",
}
_THINGS: Final = [{"kind": "fire", "id": FIRE_ID}]
_NOTE: Final[dict[str, Any]] = {
    "id": "019a2f97-9cad-7ebf-8021-3c4d5e6f7081",
    "at": _AT,
    "by": "o.petrova",
    "name": "Ольга Петрова",
    "written": True,
    "action": "journal.note",
    "text": "Глава наслега предупреждён по телефону",
    "fire_id": FIRE_ID,
    "subject": FIRE_ID,
    "changes": {},
}
_DEED: Final = _NOTE | {
    "id": "4211",
    "written": False,
    "action": "fire.registered",
    "text": "",
    "changes": {"number": "2026-0017"},
}
_ITEMS: Final[dict[str, Any]] = {
    "at": _AT,
    "signals": [
        {
            "id": FIRE_ID,
            "number": None,
            "status": "signal",
            "area_ha": 42.0,
            "municipality": {"ru": "Горный улус", "en": "Gorny"},
        }
    ],
    "reports": [],
    "fires": [],
    "orders": [],
    "notices": [],
    "put_off": [],
    "feeds": [{"feed": "MODIS_NRT", "state": "late"}],
}
SHEET: Final[dict[str, Any]] = {
    "id": SHEET_ID,
    "version": 1,
    "state": "offered",
    "at": _AT,
    "given_by": "o.petrova",
    "given_name": "Ольга Петрова",
    "note": "Вертолёт Ми-8 вернётся к 20:00",
    "items": _ITEMS,
    "taken_by": "",
    "taken_name": "",
    "taken_at": None,
    "remark": "",
}
_SIGNED: Final = SHEET | {
    "version": 2,
    "state": "signed",
    "taken_by": "i.sidorov",
    "taken_name": "Иван Сидоров",
    "taken_at": "2026-07-17T09:40:00Z",
    "remark": "Принял",
}
BODIES: Final[dict[str, Any]] = {
    "duty_take": {"things": _THINGS},
    "duty_free": {"things": _THINGS},
    "duty_hand": {"things": _THINGS, "to": "i.sidorov"},
    "duty_put_off": {
        "things": _THINGS,
        "until": "2026-07-17T11:00:00Z",
        "note": "Ждём следующий пролёт",
    },
    "duty_note": {"text": "Глава наслега предупреждён по телефону", "fire": FIRE_ID},
    "duty_offer": {"note": "Вертолёт Ми-8 вернётся к 20:00"},
    "duty_sign": {"remark": "Принял"},
}
ANSWERS: Final[dict[str, Any]] = {
    "duty_cares": [CARE],
    "duty_people": [{"subject": "i.sidorov", "name": "Иван Сидоров"}],
    "duty_take": [_OUTCOME, _TAKEN],
    "duty_free": [_OUTCOME | {"care": _FREE}],
    "duty_hand": [_OUTCOME],
    "duty_put_off": [_OUTCOME | {"care": _LATER}],
    "duty_journal": {"lines": [_NOTE, _DEED], "next": None},
    "duty_note": _NOTE,
    "duty_open_items": _ITEMS,
    "duty_hand_overs": [_SIGNED],
    "duty_offer": SHEET,
    "duty_sign": _SIGNED,
    "duty_withdraw": SHEET | {"version": 2, "state": "withdrawn"},
}
