"""Examples about neighbouring regions; a test holds each against its schema."""

from typing import Any, Final

_NOW: Final = "2026-07-17T05:14:09Z"
_FIRE: Final = "019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55"
_POINT: Final = [118.4, 60.02]
_OFFER: Final[dict[str, Any]] = {
    "id": "019a2f90-0a1b-7c2d-8e3f-4a5b6c7d8e9f",
    "version": 1,
    "from_region": "yakutia",
    "to_region": "buryatia",
    "fire_id": _FIRE,
    "fire": {
        "number": "98-2026-0117",
        "status": "fighting",
        "first_seen": "2026-07-16T17:06:00+00:00",
        "last_seen": "2026-07-17T03:42:00+00:00",
        "point": _POINT,
        "area_ha": 112.0,
        "likelihood": 0.93,
        "source_kinds": ["satellite"],
        "edge": None,
    },
    "status": "offered",
    "note": "Фронт ушёл за границу",
    "answer": {},
    "offered_at": _NOW,
    "offered_by": "dispatcher",
    "answered_at": None,
    "answered_by": None,
}
_ANSWER: Final = {"version": 2, "answered_at": _NOW, "answered_by": "duty"}

BODIES: Final[dict[str, Any]] = {
    "neighbours_offer": {"to": "buryatia", "note": "Фронт ушёл за границу"},
    "neighbours_accept": {"fire_id": None},
    "neighbours_refuse": {"reason": "Пожар ещё на вашей стороне"},
}

ANSWERS: Final[dict[str, Any]] = {
    "neighbours_sources": [
        {
            "code": "buryatia",
            "state": "ok",
            "seq": 90_112,
            "heard_at": _NOW,
            "age_s": 1,
            "error": None,
            "holes": [],
        }
    ],
    "neighbours_fires": {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": _FIRE,
                "geometry": {"type": "Point", "coordinates": _POINT},
                "properties": {
                    "id": _FIRE,
                    "source": "buryatia",
                    "number": "03-2026-0044",
                    "status": "fighting",
                    "activity": "burning",
                    "point": _POINT,
                    "at": "2026-07-17T05:10:00Z",
                    "heard_at": _NOW,
                    "foreign": True,
                    "area_ha": 41.5,
                    "last_seen": "2026-07-17T03:42:00Z",
                    "likelihood": 0.98,
                },
            }
        ],
        "next": None,
    },
    "neighbours_handovers": [_OFFER],
    "neighbours_offer": _OFFER,
    "neighbours_accept": _OFFER
    | _ANSWER
    | {"status": "accepted", "answer": {"number": "03-2026-0045", "fire_id": _FIRE}},
    "neighbours_refuse": _OFFER
    | _ANSWER
    | {"status": "refused", "answer": {"reason": "Пожар ещё на вашей стороне"}},
    "neighbours_withdraw": _OFFER | _ANSWER | {"status": "withdrawn"},
}
