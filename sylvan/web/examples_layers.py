"""Examples of the layers' desk."""

from typing import Any, Final

_ID: Final = "019a2f98-adbe-7fc0-9132-4d5e6f708192"
_AT: Final = "2026-07-17T09:31:20Z"
_DRAFT: Final[dict[str, Any]] = {
    "id": _ID,
    "layer": "forestries",
    "number": None,
    "state": "draft",
    "kind": "forestry",
    "title": {"ru": "Лесничества", "en": "Forest districts"},
    "source": "own",
    "licence": "own",
    "sample": False,
    "items": 1,
    "file": "districts.gpkg",
    "faults": 0,
    "made_at": _AT,
    "made_by": "a.ivanov",
    "made_name": "Алексей Иванов",
    "published_at": None,
    "published_by": "",
    "published_name": "",
    "reason": "",
    "restores": None,
}
_NAMES: Final = {"ru": "Мирнинское лесничество"}
_CARD: Final[dict[str, Any]] = _DRAFT | {
    "against": "2026-07-01T00:00:00Z",
    "ends": [],
    "bbox": [111.2, 60.4, 116.9, 64.1],
    "changes": {
        "added": 0,
        "changed": 1,
        "removed": 0,
        "same": 0,
        "changed_names": 0,
        "changed_props": 0,
        "changed_geometry": 1,
    },
    "changed": [{"change": "changed", "code": "17", "names": _NAMES, "what": ["geometry"]}],
    "about": {
        "columns": [{"name": "KOD", "values": ["17"]}],
        "fields": {"code": "KOD"},
        "crs": "EPSG:28422",
        "read": 1,
        "refused": 0,
        "repaired": False,
        "ok": True,
        "mendable": True,
        "faults": 0,
        "nameless": 0,
        "problems": [{"code": "layer.encoding_guessed", "fault": False, "count": 1}],
        "findings": [
            {
                "number": 0,
                "code": "layer.encoding_guessed",
                "params": {"file": "districts.gpkg"},
                "repair": None,
                "fault": False,
            }
        ],
        "more": 0,
    },
    "rows": [{"code": "17", "names": _NAMES, "props": {}}],
}
_PUBLISHED: Final[dict[str, Any]] = _DRAFT | {
    "number": 2,
    "state": "in_force",
    "published_at": _AT,
    "published_by": "a.ivanov",
    "published_name": "Алексей Иванов",
    "reason": "Границы по приказу 2026 года",
}
ANSWERS: Final[dict[str, Any]] = {
    "layers_desk": {
        "most_bytes": 15_000_000,
        "kinds": [{"kind": "forestry", "fields": ["code", "name_ru", "name_en"]}],
        "layers": [
            {
                "code": "forestries",
                "region": "yakutia",
                "kind": "forestry",
                "title": {"ru": "Лесничества", "en": "Forest districts"},
                "source": "own",
                "licence": "own",
                "sample": False,
                "items": 1,
                "loaded_at": _AT,
                "version": _PUBLISHED,
                "versions": 2,
            }
        ],
        "drafts": [_DRAFT],
        "ended": [],
        "following": 0,
    },
    "layers_upload": _CARD,
    "layers_history": [_DRAFT, _PUBLISHED],
    "layers_version": _CARD,
    "layers_shapes_of": {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": "17",
                "geometry": {"type": "Point", "coordinates": [113.9, 62.5]},
                "properties": {"code": "17", "names": _NAMES, "change": "changed"},
            }
        ],
        "next": None,
    },
    "layers_publish": _CARD | _PUBLISHED | {"against": _AT},
    "layers_discard": _DRAFT,
}
BODIES: Final[dict[str, Any]] = {
    "layers_upload": (
        '{"type": "FeatureCollection", "features": [{"type": "Feature",'
        ' "properties": {"KOD": "17"}, "geometry": {"type": "Polygon", "coordinates":'
        " [[[111.2, 60.4], [116.9, 60.4], [116.9, 64.1], [111.2, 60.4]]]}}]}"
    ),
    "layers_publish": {"reason": "Границы по приказу 2026 года", "against": "2026-07-01T00:00:00Z"},
}
