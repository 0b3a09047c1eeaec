"""Which fields each kind of document has, by name: what a template may name, and nothing else.

A leaf is ``None``, a list holds the shape of its lines. Gathered fields have exactly this shape;
words (``w``) are keys of the catalogue under ``document_word.``.
"""

from collections.abc import Mapping
from typing import Any, Final

from sylvan.domain.documents import DocumentKind


def _of(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names)


HEAD: Final[Mapping[str, Any]] = _of("number", "version", "issued_at", "issued_by", "reason") | {
    "mark": None,  # of a drill or a replay; empty in the live world
    "layout": None,  # that the layout is not verified
    "differs": [_of("key", "field", "before", "after")],
}
"""What stands on every document."""
_COUNTS: Final = _of(
    *("registered", "out", "active", "contained", "suspended", "area_active_ha"),
    *("year_registered", "year_out", "year_area_ha", "year_first_day_share"),
)
_GROUP: Final = _of("key", "name", "registered", "out", "active", "area_ha")
_FIRE: Final = _of(
    *("number", "status", "municipality", "forestry", "subforestry", "compartment", "zone"),
    *("land_category", "latitude", "longitude", "source", "first_area_ha", "final_area_ha"),
    *("cause", "culprit", "commander"),
)
_TIMES: Final = [_of("key", "moment", "at", "who")]
FIELDS: Final[Mapping[DocumentKind, Mapping[str, Any]]] = {
    DocumentKind.DAILY: _of("day", "begins", "ends", "region", "scope", "not_listed")
    | _of("out_first_day", "first_day_share", "missing_stamps", "area_out_ha")
    | _COUNTS
    | {
        "zones": [_GROUP],
        "municipalities": [_GROUP],
        "fires": [
            _of(
                *("key", "number", "municipality", "zone", "source", "received_at"),
                *("registered_at", "status", "area_ha"),
            )
        ],
    },
    DocumentKind.BULLETIN: _of("day", "region", "scope", "units", "people")
    | _COUNTS
    | {
        "zones": [_GROUP],
        "places": [_of("key", "name", "danger", "fires", "area_ha", "regimes")],
        "remarks": [_of("key", "text")],
    },
    DocumentKind.ACT: {
        "fire": _FIRE,
        "times": _TIMES,
        "damage": _of("version", "known_rub", "total_rub", "missing")
        | {
            "terms": [
                _of(
                    *("key", "kind", "name", "m3", "rate", "multiplier", "factor", "rub"),
                    "missing",
                )
            ],
            "sources": [_of("key", "text")],
        },
    },
    DocumentKind.CLOSING: {
        "fire": _FIRE,
        "times": _TIMES,
        "figures": [_of("key", "name", "value", "norm", "kept")],
        "units": [_of("key", "unit", "task", "departed", "arrived", "released", "status")],
    },
}
"""What a kind has besides."""


def shape(kind: DocumentKind) -> dict[str, Any]:
    """All fields of a kind."""
    return {**HEAD, **FIELDS[kind]}


def fits(value: Any, wanted: Any) -> bool:
    """Whether gathered fields have a shape."""
    if isinstance(wanted, Mapping):
        return (
            isinstance(value, Mapping)
            and value.keys() == wanted.keys()
            and all(fits(value[name], wanted[name]) for name in wanted)
        )
    if isinstance(wanted, list):
        return isinstance(value, list) and all(fits(one, wanted[0]) for one in value)
    return value is None or isinstance(value, (str, int, float, bool))
