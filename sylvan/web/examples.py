"""Examples of the published document; a test holds each against its schema."""

from typing import Any, Final

from sylvan.web import (
    examples_account,
    examples_alerts,
    examples_assets,
    examples_audit,
    examples_board,
    examples_cap,
    examples_command,
    examples_danger,
    examples_decided,
    examples_documents,
    examples_drills,
    examples_duty,
    examples_exports,
    examples_exposure,
    examples_field,
    examples_figures,
    examples_forces,
    examples_health,
    examples_hub,
    examples_layers,
    examples_live,
    examples_neighbours,
    examples_orders,
    examples_postroom,
    examples_public,
    examples_rules,
    examples_safety,
    examples_signals,
    examples_sources,
    examples_suggestions,
    examples_territories,
    examples_webhooks,
)
from sylvan.web import examples_forecasts as spread

FIRE_ID: Final = "019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55"
REPORT_ID: Final = "019a2f71-0b44-7d0f-8a39-5e6c7b8d9f01"
PROPOSAL_ID: Final = "019a2f72-9c7e-7a11-b3c4-0d1e2f3a4b5c"
OTHER_ID: Final = "019a2f73-1d2e-7b3f-8c4a-5b6c7d8e9f10"
EDGE_ID: Final = "019a2f75-3f40-7d5b-ae6c-7d8e9fa0b132"
SURGERY_ID: Final = "019a2f74-2e3f-7c4a-9d5b-6c7d8e9fa021"
EPOCH: Final = "6f1f3c52-3f0e-4c55-9a6e-8b7d0c2e4f10"
SEEN: Final = "2026-07-17T03:42:00Z"
NOW: Final = "2026-07-17T05:14:09Z"

_MUNICIPALITY: Final = {"code": "98624", "name": {"ru": "Горный улус", "en": "Gorny"}}
_ADDRESS: Final = {
    "region": {"code": "98", "name": {"ru": "Якутия", "en": "Yakutia"}},
    "municipality": _MUNICIPALITY,
    "forestry": None,
    "subforestry": None,
    "compartment": None,
    "stand": None,
    "land_category": None,
    "zone": "aviation",
    "nearest": {
        "code": "2021083",
        "name": {"ru": "Бердигестях", "en": "Berdigestyakh"},
        "distance_km": 18.4,
        "bearing_deg": 312.0,
    },
    "time_zone": "Asia/Yakutsk",
    "missing": ["stand"],
    "sample": True,
}
_FIRE: Final[dict[str, Any]] = {
    "id": FIRE_ID,
    "world": "live",
    "version": 3,
    "number": None,
    "status": "signal",
    "previous_status": None,
    "merged_into": None,
    "ids_merged": [],
    "first_seen": "2026-07-16T17:06:00Z",
    "last_seen": SEEN,
    "received_at": "2026-07-16T19:55:12Z",
    "shown_at": "2026-07-16T19:55:14Z",
    "registered_at": None,
    "closed_at": None,
    "point": [126.412, 62.211],
    "bbox": [126.398, 62.204, 126.431, 62.219],
    "area_ha": 112.0,
    "area_lo_ha": 84.0,
    "area_hi_ha": 168.0,
    "edge_source": "satellite",
    "growth_ha_h": 6.5,
    "frp_mw": 84.2,
    "n_detections": 9,
    "n_passes": 2,
    "sensors": ["VIIRS"],
    "activity": "burning",
    "likelihood": 0.93,
    "reasons": [
        {"code": "reason.group.linked_distance_time", "params": {"distance_km": 0.8, "hours": 10.6}}
    ],
    "address": _ADDRESS,
    "source_kinds": ["satellite"],
    "frp_series": [["2026-07-16T17:06:00Z", 31.0], [SEEN, 84.2]],
    "proposals": [],
    "parts": 1,
    "details": {},
}
_IGNITION: Final = {
    "point": [129.74, 62.04],
    "first_seen": "2026-07-17T03:12:00Z",
    "detections": 4,
}
_EDGE: Final = {
    "type": "MultiPolygon",
    "coordinates": [
        [
            [
                [126.398, 62.204],
                [126.431, 62.204],
                [126.431, 62.219],
                [126.398, 62.219],
                [126.398, 62.204],
            ]
        ]
    ],
}
_REPORT: Final[dict[str, Any]] = {
    "id": REPORT_ID,
    "world": "live",
    "version": 1,
    "source_kind": "tower",
    "seen": "smoke",
    "point": [126.4, 62.21],
    "accuracy_m": 1000.0,
    "place": {"method": "coordinates", "point": [126.4, 62.21]},
    "observed_at": SEEN,
    "received_at": NOW,
    "text": "Дым за рекой",
    "has_photo": False,
    "status": "queued",
    "fire_id": None,
    "reject_reason": None,
    "address": _ADDRESS,
    "evidence": {},
    "answer_due_at": None,
    "answered_at": None,
    "answer_words": "",
    "joined_to": None,
    "also_seen": 0,
}
_FEED: Final[dict[str, Any]] = {
    "feed": "firms-viirs-noaa20",
    "kind": "satellite",
    "title": None,
    "state": "ok",
    "last_poll": NOW,
    "last_pass": SEEN,
    "last_data": "2026-07-17T05:10:02Z",
    "last_error": None,
    "rows": 18242,
    "paused": None,
}
_PROPOSAL: Final[dict[str, Any]] = {
    "id": PROPOSAL_ID,
    "version": 1,
    "kind": "merge",
    "fires": [FIRE_ID, "019a2f6e-7a20-7f61-8c55-13b7a9d4e602"],
    "reason": {
        "code": "reason.group.meets_registered",
        "params": {"distance_km": 0.4, "hours": 1.5},
    },
    "status": "open",
    "created_at": NOW,
    "decided_by": None,
}
_WORLD: Final = {"id": 1, "name": "live", "kind": "live", "now": NOW, "rate": 1.0}
_DETECTION: Final = {
    "type": "Feature",
    "id": "4611686018427387904",
    "geometry": {"type": "Point", "coordinates": [126.41213, 62.21077]},
    "properties": {
        "key": "4611686018427387904",
        "verdict": None,
        "acq_at": SEEN,
        "satellite": "NOAA20",
        "instrument": "VIIRS",
        "confidence": 0.6,
        "confidence_native": "nominal",
        "frp_mw": 12.4,
        "fire_id": FIRE_ID,
        "batch": 118,
        "line": 42,
    },
}


def _collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), "next": None}


def _feature(key: str, point: list[float], properties: dict[str, Any]) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": point}
    return {"type": "Feature", "id": key, "geometry": geometry, "properties": properties}


_PIXEL: Final = {"key": "4611686018427387904", "acq_at": SEEN}
_RING: Final = {
    "type": "Polygon",
    "coordinates": [
        [[126.40, 62.20], [126.42, 62.20], [126.42, 62.22], [126.40, 62.22], [126.40, 62.20]]
    ],
}


def _cut(kind: str, *fires: tuple[str, int, str]) -> dict[str, Any]:
    told = [{"id": one, "version": version, "status": status} for one, version, status in fires]
    return {"surgery": SURGERY_ID, "kind": kind, "fires": told}


HEAT_ID: Final = "019a2f73-5b1e-7c64-8d2f-3e4f5a6b7c8d"
_HEAT: Final[dict[str, Any]] = {
    "id": HEAT_ID,
    "world": "live",
    "version": 2,
    "state": "confirmed",
    "origin": "learned",
    "kind": "flare",
    "name": None,
    "point": [113.11, 61.8],
    "radius_km": 0.78,
    "months": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    "hours": list(range(24)),
    "confidence": 0.9,
    "weight": 0.95,
    "source": "sylvan",
    "last_seen": "2026-07-16T23:59:59Z",
    "period_days": 400,
    "valid_until": None,
}
_HEAT_WORD: Final = {
    "id": 7,
    "verdict": "confirm",
    "at": NOW,
    "actor": "local",
    "level": "region",
    "note": "Факел месторождения",
    "undone_at": None,
    "undone_by": None,
    "in_force": True,
}
_HEAT_SEEN: Final = {
    "count": 208,
    "first": "2025-05-20",
    "last": "2026-07-16",
    "years": "2025, 2026",
    "detections": 1731,
}
_HEAT_CHANGED: Final = {"id": HEAT_ID, "version": 2, "state": "confirmed"}
_STROKE: Final = {
    "at": "2026-07-16T09:12:44.120Z",
    "point": [126.409, 62.208],
    "peak_ka": 32.5,
    "kind": "cg",
}

BODIES: Final[dict[str, Any]] = {
    **spread.BODIES,
    **examples_forces.BODIES,
    **examples_orders.BODIES,
    **examples_safety.BODIES,
    **examples_duty.BODIES,
    **examples_board.BODIES,
    **examples_drills.BODIES,
    **examples_layers.BODIES,
    **examples_rules.BODIES,
    **examples_sources.BODIES,
    **examples_field.BODIES,
    **examples_account.BODIES,
    **examples_webhooks.BODIES,
    **examples_command.BODIES,
    **examples_decided.BODIES,
    **examples_alerts.BODIES,
    **examples_assets.BODIES,
    **examples_signals.BODIES,
    **examples_neighbours.BODIES,
    **examples_documents.BODIES,
    **examples_postroom.BODIES,
    "heat_create": {"kind": "boiler", "point": [129.73, 62.03], "name": "Котельная"},
    "heat_verdict": {"verdict": "confirm", "note": "Факел месторождения"},
    "heat_undo": {"note": "Не то место"},
    "lightning_take": [_STROKE],
    **examples_cap.BODIES,
    **examples_danger.BODIES,
    "feeds_take": (
        "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,"
        "confidence,version,bright_ti5,frp,daynight\n"
        "62.21077,126.41213,341.2,0.39,0.36,2026-07-17,0342,N20,VIIRS,n,2.0NRT,298.4,12.4,N\n"
    ),
    "fires_register": {"note": "Подтверждено с вышки", "first_area_ha": 3.0},
    "fires_reject": {"reason": "technogenic", "note": "Факел месторождения"},
    "fires_status": {"to": "dispatched", "facts": {"forces": "ПДПС, 6 чел."}},
    "surgery_merge": {"other": OTHER_ID, "note": "Один пожар по обе стороны ручья"},
    "surgery_split": {"within": _RING, "note": "За рекой горит отдельно"},
    "surgery_move": {"to": OTHER_ID, "detections": [_PIXEL]},
    "surgery_unmatch": {"report": REPORT_ID, "note": "Дым с другого берега"},
    "surgery_mark_false": {"detections": [_PIXEL], "note": "Блик на озере"},
    "surgery_undo": {"note": "Ошибся участком"},
    "edges_give": {
        "kind": "drawn",
        "geometry": {"type": "Polygon", "coordinates": _EDGE["coordinates"][0]},
        "at": NOW,
        "note": "По облёту",
    },
    "edges_give_gpx": {"file": "track.gpx", "note": "Обход с юга"},
    "edges_undo": {"note": "Не тот пожар"},
    "reports_submit": {
        "place": {"method": "coordinates", "text": "62°12′36″N 126°24′00″E"},
        "seen": "smoke",
        "source_kind": "tower",
        "observed_at": "2026-07-17T12:42:00+09:00",
        "text": "Дым за рекой",
    },
    "reports_locate": {
        "method": "bearing",
        "bearings": [{"origin": [126.7, 62.1], "bearing_deg": 310.0, "distance_km": 19.0}],
    },
    "reports_attach": {"fire_id": FIRE_ID},
    "reports_reject": {"reason": "not_found", "note": ""},
    "reports_answer": {"words": "Проверили: сжигали мусор у посёлка, потушено."},
}
_ELEMENTS: Final = {
    "satellite": "NOAA20",
    "epoch": "2026-07-16T21:14:55Z",
    "age_days": 0.3,
    "source": "weather.tle",
}
_FIRE_OK: Final = {"id": FIRE_ID, "version": 4}
_EDGE_OK: Final = {"edge": EDGE_ID, "fire": {"id": FIRE_ID, "version": 4}}
_REPORT_OK: Final = {"id": REPORT_ID, "version": 2}
_PROPOSAL_OK: Final = {"id": PROPOSAL_ID, "version": 2}

ANSWERS: Final[dict[str, Any]] = {
    "fires_explanation": {
        "why": {
            "reasons": [
                {
                    "code": "why.linked",
                    "params": {
                        "count": 9,
                        "distance_km": 0.62,
                        "hours": 10.0,
                        "limit_km": 1.0,
                        "limit_days": 20,
                    },
                }
            ],
            "links": 8,
            "longest_km": 0.62,
            "longest_hours": 10.0,
        },
        "change": {
            "since": "2026-07-16T17:06:00Z",
            "until": SEEN,
            "satellite": "NOAA20",
            "reasons": [{"code": "change.grew", "params": {"count": 5, "area_ha": 61.5}}],
            "new_detections": 5,
            "area_gained_ha": 61.5,
            "frp_change_mw": 12.4,
        },
        "likelihood": {
            "value": 0.95,
            "log_odds": 2.9,
            "prior": 0.5,
            "version": "screen-2",
            "terms": [
                {
                    "code": "screening.report_tower",
                    "params": {"weight": 2.9},
                    "weight": 2.9,
                }
            ],
            "missing": [{"code": "screening.no_lightning", "params": {}}],
        },
    },
    **examples_danger.ANSWERS,
    **examples_forces.ANSWERS,
    **examples_orders.ANSWERS,
    **examples_cap.ANSWERS,
    **examples_audit.ANSWERS,
    **examples_hub.ANSWERS,
    **examples_assets.ANSWERS,
    **examples_signals.ANSWERS,
    **examples_neighbours.ANSWERS,
    **examples_live.ANSWERS,
    **examples_health.ANSWERS,
    **examples_safety.ANSWERS,
    **examples_duty.ANSWERS,
    **examples_board.ANSWERS,
    **examples_drills.ANSWERS,
    **examples_layers.ANSWERS,
    **examples_rules.ANSWERS,
    **examples_sources.ANSWERS,
    **examples_territories.ANSWERS,
    **examples_field.ANSWERS,
    **examples_account.ANSWERS,
    **examples_webhooks.ANSWERS,
    **examples_command.ANSWERS,
    **examples_suggestions.ANSWERS,
    **examples_decided.ANSWERS,
    **examples_alerts.ANSWERS,
    **examples_exports.ANSWERS,
    **examples_figures.ANSWERS,
    **examples_documents.ANSWERS,
    **examples_postroom.ANSWERS,
    **examples_public.ANSWERS,
    "heat_listed": _collection(_feature(HEAT_ID, [113.11, 61.8], _HEAT)),
    "heat_create": _HEAT_CHANGED,
    "heat_one": _HEAT
    | {
        "evidence": [{"code": "heat.evidence_learned", "params": _HEAT_SEEN}],
        "facts": {"learned": {"days": 208, "years": [2025, 2026]}},
        "verdicts": [_HEAT_WORD],
    },
    "heat_verdict": _HEAT_CHANGED,
    "heat_undo": _HEAT_CHANGED,
    "lightning_take": {
        "file": "api",
        "product": "lightning",
        "rows": 2,
        "accepted": 1,
        "duplicates": 0,
        "outside": 0,
        "rejected": 1,
        "batch": 119,
        "fires": 1,
        "bad": [{"line": 2, "field": "at", "code": "row.bad_time", "value": "yesterday"}],
    },
    "lightning_listed": _collection(
        _feature(
            "4611686018427387905",
            [126.409, 62.208],
            {"at": _STROKE["at"], "peak_ka": 32.5, "accuracy_km": None, "kind": "cg"},
        )
    ),
    "lightning_causes": {
        "candidates": [
            {
                "cause": "lightning",
                "at": _STROKE["at"],
                "point": [126.409, 62.208],
                "distance_km": 0.31,
                "hours_before": 7.9,
                "peak_ka": 32.5,
                "weight": 0.4771,
            }
        ],
        "missing": [],
    },
    "picture_config": {
        "version": "0.1.0",
        "region": {
            "code": "yakutia",
            "name": {"ru": "Якутия", "en": "Yakutia"},
            "bbox": [105.5, 55.4, 162.9, 77.0],
            "center": [129.7, 62.0],
            "zoom": 4.0,
            "time_zones": ["Asia/Yakutsk", "Asia/Vladivostok", "Asia/Srednekolymsk"],
        },
        "default_world": "live",
        "languages": ["ru", "en"],
        "basemap": "/basemap.pmtiles",
        "attribution": "Natural Earth · GSHHG · DCW · GeoNames CC BY 4.0",
        "registration_norm_s": 600,
        "reject_reasons": ["technogenic", "non_forest"],
        "transitions": {"signal": [{"status": "registered", "needs": []}]},
    },
    "picture_worlds": [_WORLD],
    "picture_snapshot": {
        "epoch": EPOCH,
        "as_of_seq": 48211,
        "world": _WORLD,
        "fires": [_FIRE],
        "reports": [_REPORT],
        "feeds": [_FEED],
        "proposals": [_PROPOSAL],
        "exposures": [examples_exposure.BRIEF],
        "forecasts": [spread.told(FIRE_ID)],
        "stations": [examples_forces.STATION],
        "units": [examples_forces.UNIT],
        "orders": [examples_orders.ORDER],
        "notices": [examples_safety.NOTICE],
        "cares": [examples_duty.CARE],
    },
    "exposure_of_fire": examples_exposure.EXPOSURE,
    "exposure_threatening": examples_exposure.THREATS,
    **spread.answers(FIRE_ID),
    "picture_feeds": [_FEED],
    "picture_proposals": [_PROPOSAL],
    "picture_accept": _PROPOSAL_OK,
    "picture_decline": _PROPOSAL_OK,
    "picture_texts": {
        "status.signal": "Signal",
        "unit.fires": {"one": "{n} fire", "other": "{n} fires"},
    },
    "picture_live_document": {"asyncapi": "3.0.0"},
    "fires_listed": _collection(_feature(FIRE_ID, [126.412, 62.211], _FIRE)),
    "fires_as_of": [_FIRE],
    "fires_one": {
        **_FIRE,
        "edge": _EDGE,
        "edge_at": SEEN,
        "front": {
            "type": "MultiLineString",
            "coordinates": [[[126.431, 62.204], [126.431, 62.219]]],
        },
        "growth": {
            "hours": [
                {"at": "2026-07-16T17:06:00Z", "area_ha": 42.0, "gained_ha": 42.0},
                {"at": SEEN, "area_ha": 112.0, "gained_ha": 70.0},
            ],
            "directions": [
                {"bearing_deg": 0.0, "advance_km": 0.21, "km_h": 0.0198},
                {"bearing_deg": 90.0, "advance_km": 0.84, "km_h": 0.0792},
            ],
        },
        "ignitions": [_IGNITION],
        "authority": {"commander": {"by": "local:ivanova", "level": "region", "at": NOW}},
    },
    "edges_give": _EDGE_OK,
    "edges_give_gpx": _EDGE_OK,
    "edges_undo": _EDGE_OK,
    "edges_listed": [
        {
            "id": EDGE_ID,
            "version": 1,
            "kind": "drawn",
            "at": NOW,
            "actor": "local",
            "note": "По облёту",
            "area_ha": 112.0,
            "undone_at": None,
            "undone_by": None,
            "in_force": True,
            "remarks": [],
            "geometry": _EDGE,
        }
    ],
    "fires_log": [
        {"seq": 48190, "kind": "fire.changed", "at": NOW, "actor": "system", "body": _FIRE}
    ],
    "fires_detections": _collection(_DETECTION),
    "passes_of_fire": {
        "passes": [
            {
                "satellite": "NOAA20",
                "at": SEEN,
                "view_deg": 21.4,
                "weak": False,
                "saw": "fire",
                "detections": 6,
                "frp_mw": 84.2,
            },
            {
                "satellite": "AQUA",
                "at": "2026-07-16T19:02:11Z",
                "view_deg": 61.8,
                "weak": True,
                "saw": "cloud_unknown",
                "detections": 0,
                "frp_mw": None,
            },
        ],
        "next": [
            {
                "satellite": "SNPP",
                "at": "2026-07-17T05:33:40Z",
                "view_deg": 47.0,
                "weak": False,
            }
        ],
        "gaps": [
            {
                "from": "2026-07-16T09:20:04Z",
                "to": "2026-07-16T17:06:31Z",
                "reason": {"code": "passes.gap.no_data", "params": {"count": 3}},
            }
        ],
        "elements": [_ELEMENTS],
        "missing": [],
    },
    "passes_over_region": {
        "passes": [
            {
                "satellite": "NOAA20",
                "from": "2026-07-17T05:28:10Z",
                "to": "2026-07-17T05:39:55Z",
                "share": 0.87,
            }
        ],
        "elements": [_ELEMENTS],
        "missing": [],
    },
    "fires_shown": _FIRE_OK,
    "fires_register": _FIRE_OK,
    "fires_reject": _FIRE_OK,
    "fires_status": _FIRE_OK,
    "surgery_merge": _cut("merge", (FIRE_ID, 4, "signal"), (OTHER_ID, 3, "merged")),
    "surgery_split": _cut("split", (FIRE_ID, 4, "signal"), (OTHER_ID, 1, "signal")),
    "surgery_move": _cut("move", (FIRE_ID, 4, "signal"), (OTHER_ID, 3, "signal")),
    "surgery_unmatch": _cut("unmatch", (FIRE_ID, 4, "signal")),
    "surgery_mark_false": _cut("false", (FIRE_ID, 4, "signal")),
    "surgery_undo": _cut("split", (FIRE_ID, 5, "signal"), (OTHER_ID, 2, "merged")),
    "surgery_listed": [
        {
            "id": SURGERY_ID,
            "version": 1,
            "kind": "split",
            "at": NOW,
            "actor": "local",
            "note": "За рекой горит отдельно",
            "fires": [FIRE_ID, OTHER_ID],
            "detections": 4,
            "undone_at": None,
            "undone_by": None,
            "undoable": True,
            "why_not": None,
        }
    ],
    "reports_submit": _REPORT,
    "reports_listed": _collection(_feature(REPORT_ID, [126.4, 62.21], _REPORT)),
    "reports_locate": {
        "world": "live",
        "point": [126.42, 62.21],
        "accuracy_m": 1450.0,
        "method": "bearing",
        "ellipse": {"semi_major_m": 1400.0, "semi_minor_m": 660.0, "bearing_deg": 40.0},
        "alternatives": [],
        "address": _ADDRESS,
    },
    "reports_one": _REPORT,
    "reports_erase": _REPORT_OK,
    "reports_promote": _REPORT_OK,
    "reports_attach": _REPORT_OK,
    "reports_check": _REPORT_OK,
    "reports_reject": _REPORT_OK,
    "reports_answer": _REPORT_OK,
    "map_detections": _collection(_DETECTION),
    "map_histogram": {"t0": "2026-07-17T03:00:00Z", "step_s": 3600, "counts": [12, 0, 4]},
    "map_layers": [
        {
            "code": "yakutia-municipalities",
            "region": "yakutia",
            "kind": "municipality",
            "title": {"ru": "Улусы", "en": "Municipalities"},
            "source": "pack",
            "licence": "ODbL-1.0",
            "sample": False,
            "items": 36,
        }
    ],
    "map_items": _collection(
        {
            "type": "Feature",
            "id": "2021083",
            "geometry": {"type": "Point", "coordinates": [126.7, 62.1]},
            "properties": {
                "name": {"ru": "Бердигестях", "en": "Berdigestyakh"},
                "kind": "settlement",
                "sample": False,
            },
        }
    ),
    "feeds_take": {
        "file": "VIIRS_NOAA20_NRT.csv",
        "product": "VIIRS",
        "rows": 1,
        "accepted": 1,
        "duplicates": 0,
        "superseded": 0,
        "outside": 0,
        "rejected": 0,
        "replaced": 0,
        "fires": 1,
        "batch": 118,
        "incomplete": False,
    },
}
