"""The filter as a JSON Schema; server-sent events and polling take the same sides as parameters."""

from typing import Any, Final

from sylvan.live.filters import KINDS, MOST_FIRES, MOST_PRIORITY, STATUSES

Schema = dict[str, Any]

LON: Final[Schema] = {"type": "number", "minimum": -180, "maximum": 180}
LAT: Final[Schema] = {"type": "number", "minimum": -90, "maximum": 90}


def filter_schema() -> Schema:
    """What a client may wish to hear of."""
    bbox = {
        "type": ["array", "null"],
        "prefixItems": [LON, LAT, LON, LAT],
        "minItems": 4,
        "maxItems": 4,
        "description": "West, south, east, north in degrees, borders included; west > east crosses "
        "the 180° meridian, south ≤ north. An event's `point` decides. null: everywhere.",
    }
    kinds = _words(KINDS, "Kinds of events. null: all, also such as later versions add.")
    fires = {
        "type": ["array", "null"],
        "items": {"type": "string", "pattern": "^[0-9a-zA-Z:_-]{1,64}$"},
        "maxItems": MOST_FIRES,
        "description": "Ids of fires: their own events, and those of reports, orders, notices, "
        "proposals that name one of them. null: all.",
    }
    least_priority = {
        "type": ["number", "null"],
        "minimum": 0,
        "maximum": MOST_PRIORITY,
        "description": "What a fire threatens is told (`fire.exposure`, `fire.reach`) from this "
        "`score` on. That one has fallen below is not told: the snapshot shows it. null: all.",
    }
    statuses = _words(STATUSES, "A fire's events by the `status` that they tell. null: all.")
    return {
        "type": ["object", "null"],
        "description": "Each side decides about events that carry what it asks for; the others "
        "pass (a feed's trouble has no place and concerns every area).",
        "properties": {
            "bbox": bbox,
            "kinds": kinds,
            "fires": fires,
            "least_priority": least_priority,
            "statuses": statuses,
        },
        "additionalProperties": False,
    }


def _words(known: tuple[str, ...], description: str) -> Schema:
    return {
        "type": ["array", "null"],
        "items": {"enum": list(known)},
        "description": description,
    }
