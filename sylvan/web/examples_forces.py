"""Examples of the register of forces."""

from typing import Any, Final

FIRE_ID: Final = "019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55"
UNIT_ID: Final = "019a2f80-1b2c-7d3e-8f4a-5b6c7d8e9f10"
STATION_ID: Final = "019a2f81-2c3d-7e4f-9a5b-6c7d8e9f0a21"
NOW: Final = "2026-07-17T05:14:09Z"
_SOURCE: Final = "engineering judgement"
_FIGURE: Final = {"value": 180.0, "source": _SOURCE, "verified": False}
UNIT: Final[dict[str, Any]] = {
    "id": UNIT_ID,
    "world": "live",
    "version": 4,
    "code": "helitack-yakutsk-1",
    "kind": "helitack",
    "name": {"ru": "Десантная группа 1, Якутск", "en": "Helitack crew 1, Yakutsk"},
    "station": "air-yakutsk",
    "owner": "Авиалесоохрана",
    "owned_by": "agency",
    "mobility": "carried",
    "people": 6,
    "qualifications": ["rappel", "crew_leader"],
    "sample": True,
    "status": "en_route",
    "status_at": "2026-07-17T04:40:00Z",
    "fire_id": FIRE_ID,
    "position": {
        "point": [128.91, 62.08],
        "source": "gnss",
        "at": "2026-07-17T05:12:30Z",
        "age_min": 1.7,
        "accuracy_m": 15.0,
        "stale": False,
        "reason": None,
    },
    "duty": {
        "state": "working",
        "hours_left": 11.35,
        "began_at": "2026-07-17T04:35:00Z",
        "rested_at": None,
        "days_left": 12.5,
    },
    "remarks": [],
    "retired_at": None,
}
STATION: Final[dict[str, Any]] = {
    "id": STATION_ID,
    "world": "live",
    "version": 1,
    "code": "air-yakutsk",
    "kind": "air_base",
    "name": {"ru": "Авиаотделение Якутск", "en": "Yakutsk air base"},
    "point": [129.7229, 62.0311],
    "owner": "Авиалесоохрана",
    "owned_by": "agency",
    "runway_m": 3400.0,
    "fuel_l": None,
    "flight_h": 12.0,
    "contact": "",
    "note": "",
    "sample": True,
    "remarks": [],
    "retired_at": None,
}
_NEW_UNIT: Final = {
    "code": "helitack-yakutsk-1",
    "kind": "helitack",
    "station": "air-yakutsk",
    "name": {"ru": "Десантная группа 1, Якутск"},
    "owner": "Авиалесоохрана",
    "specs": {"people": 8},
}
_NEW_STATION: Final = {
    "code": "air-yakutsk",
    "kind": "air_base",
    "point": [129.7229, 62.0311],
    "name": {"ru": "Авиаотделение Якутск", "en": "Yakutsk air base"},
    "runway_m": 3400,
}
_POSITION: Final = {
    "unit": "helitack-yakutsk-1",
    "at": "2026-07-17T05:12:30Z",
    "point": [128.91, 62.08],
    "accuracy_m": 15.0,
}
BODIES: Final[dict[str, Any]] = {
    "forces_create_station": _NEW_STATION,
    "forces_edit_station": {"fuel_l": 12000},
    "forces_retire_station": {"note": "Отделение закрыто"},
    "forces_create_unit": _NEW_UNIT,
    "forces_edit_unit": {"specs": {"people": 7}, "note": "Один в отпуске"},
    "forces_retire_unit": {"note": "Расформировано"},
    "forces_step": {"to": "assigned", "fire_id": FIRE_ID},
    "forces_take_positions": [_POSITION],
    "forces_take_register": "code,kind,name_ru,lon,lat\nair-yakutsk,air_base,Якутск,129.7,62.0\n",
}
_UNIT_OK: Final = {"id": UNIT_ID, "version": 5, "status": "assigned", "remarks": []}
_STATION_OK: Final = {"id": STATION_ID, "version": 2, "remarks": []}
_LATER: Final = {
    "at": "2026-07-17T05:12:30Z",
    "point": [128.91, 62.08],
    "accuracy_m": 15.0,
    "source": "gnss",
}
ANSWERS: Final[dict[str, Any]] = {
    "forces_rules": {
        "version": "forces-1",
        "work_per_rest": {"value": 2.0, "source": "NWCG work/rest", "verified": True},
        "kinds": [
            {
                "kind": "helitack",
                "mobility": "carried",
                "method": "hand",
                "carried_by": ["helicopter"],
                "stale_min": 60.0,
                "specs": {"rate_m_h": _FIGURE},
                "speeds": {"forest": {"value": 2.0, "source": _SOURCE, "verified": False}},
            }
        ],
        "line": {"hand": {"fuel": {}, "intensity": {}}},
        "units": {"rate_m_h": "m/h of line, the whole unit"},
    },
    "forces_stations": {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": STATION_ID,
                "geometry": {"type": "Point", "coordinates": [129.7229, 62.0311]},
                "properties": STATION,
            }
        ],
        "next": None,
    },
    "forces_create_station": _STATION_OK | {"version": 1},
    "forces_station": STATION | {"units": [UNIT]},
    "forces_edit_station": _STATION_OK,
    "forces_retire_station": _STATION_OK,
    "forces_units": [UNIT],
    "forces_create_unit": _UNIT_OK | {"version": 1, "status": "available"},
    "forces_unit": UNIT
    | {
        "own": {"mobility": None, "specs": {"people": 8}, "speeds": {}},
        "specs": {"rate_m_h": _FIGURE},
        "speeds": {"forest": {"value": 2.0, "source": _SOURCE, "verified": False}},
        "method": "hand",
        "carried_by": ["helicopter"],
        "contact": "",
        "note": "",
        "rules": "forces-1",
        "options": ["assigned", "at_fire", "returning", "out_of_service"],
    },
    "forces_edit_unit": _UNIT_OK | {"status": "available"},
    "forces_step": _UNIT_OK,
    "forces_retire_unit": _UNIT_OK | {"status": "available"},
    "forces_unit_log": [
        {"seq": 48210, "kind": "unit.changed", "at": NOW, "actor": "local", "body": UNIT}
    ],
    "forces_unit_history": [
        {
            "at": NOW,
            "recorded_at": NOW,
            "by": "local",
            "action": "unit.edit",
            "version": 4,
            "fire_id": None,
            "changes": {"note": "Один в отпуске"},
        },
        {
            "at": "2026-07-17T04:40:00Z",
            "recorded_at": "2026-07-17T04:41:12Z",
            "by": "crew:helitack-yakutsk-1",
            "action": "order.departed",
            "version": None,
            "fire_id": FIRE_ID,
            "changes": {},
        },
    ],
    "forces_station_history": [
        {
            "at": NOW,
            "recorded_at": NOW,
            "by": "local",
            "action": "station.edit",
            "version": 2,
            "fire_id": None,
            "changes": {"fuel_l": 12000.0},
        }
    ],
    "forces_track": [_LATER],
    "forces_take_positions": {
        "rows": 2,
        "kept": 1,
        "repeated": 0,
        "late": 0,
        "stale": 0,
        "units": 1,
        "unknown": 1,
        "rejected": 0,
        "bad": [{"line": 2, "field": "unit", "code": "forces.unit_unknown", "value": "crew-99"}],
    },
    "forces_take_register": {
        "stored": True,
        "stations": {"added": 1, "changed": 0, "same": 0},
        "units": {"added": 0, "changed": 0, "same": 0},
        "remarks": [],
        "ignored": ["phone_2"],
    },
    "forces_table": "code,kind,name_ru,lon,lat\r\nair-yakutsk,air_base,Якутск,129.7,62.0\r\n",
}
