"""An example of who answers for which territory."""

from typing import Any, Final

_WHO: Final = {
    "subject": "o.petrova",
    "name": "Ольга Петрова",
    "role": "dispatcher",
    "level": "municipality",
    "territories": ["suntarsky"],
    "owner": "",
    "standing": "unseen",
}
ANSWERS: Final[dict[str, Any]] = {
    "territories_listed": {
        "at": "2026-07-17T05:14:09Z",
        "judged": "municipality",
        "people": [_WHO],
        "roles": {"dispatcher": {"ru": "диспетчер", "en": "dispatcher"}},
        "places": [
            {
                "code": "suntarsky",
                "level": "municipality",
                "names": {"ru": "Сунтарский улус", "en": "Suntarsky"},
                "judged": True,
                "gone": False,
                "own": ["o.petrova"],
                "unable": ["o.petrova"],
                "able": {"register": [], "alerts": ["contact:duty-suntar"], "approve": []},
                "gaps": ["register", "approve"],
                "rungs": ["station", "group", "neighbour", "republic"],
                "partners": [{"owner": "power-grid", "things": 14, "people": []}],
                "contacts": ["duty-suntar"],
            }
        ],
        "ladders": [
            {
                "name": "alarms",
                "grades": ["alarm"],
                "rules": ["*"],
                "steps": [{"after_min": 3.0, "next_way": True, "to": []}],
            }
        ],
        "rungs": [{"rung": "group", "approves": "district", "answer_within_min": 15, "able": []}],
        "neighbours": [{"code": "irkutsk", "state": "ok"}],
    }
}
