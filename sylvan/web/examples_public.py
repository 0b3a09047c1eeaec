"""Examples of what is published for everybody."""

from typing import Any, Final

ANSWERS: Final[dict[str, Any]] = {
    "public_near": {
        "at": "2026-07-17T09:30:00Z",
        "municipality": {"code": "mirninsky", "name": {"ru": "Мирнинский", "en": "Mirninsky"}},
        "danger_class": 4,
        "regimes": [
            {
                "kind": "ban",
                "since": "2026-07-10",
                "until": "2026-07-31",
                "act": "№ 214 от 09.07.2026",
            }
        ],
        "fires": [
            {
                "number": "2026-14-003",
                "status": "fighting",
                "distance_km": 18,
                "bearing_deg": 42,
                "point": [113.31, 62.67],
                "area_ha": 240,
                "last_seen": "2026-07-17T05:12:00Z",
            }
        ],
    }
}
