"""The land of a loaded region, as the scenario generator wants it."""

from typing import Any

import shapely
from sqlalchemy import Engine

from sylvan.domain.heat import HeatKind
from sylvan.ops.refusal import Refusal
from sylvan.scenario.geography import Geography, HeatSource, Settlement
from sylvan.store import layers
from sylvan.store.layers import Item

FLARES = frozenset({HeatKind.FLARE.value})


def of_region(engine: Engine, code: str) -> Geography:
    """Boundary, settlements, heat sources and lakes of a loaded region.

    Raises:
        Refusal: the region has no boundary layer.
    """
    with engine.connect() as conn:
        stored = layers.region(conn, code)
        kinds = ("boundary", "settlement", "heat_source", "lake")
        items = [item for _, item in layers.features(conn, region_code=code, kinds=kinds)]
    by_kind: dict[str, list[Item]] = {}
    for item in items:
        by_kind.setdefault(item.kind, []).append(item)
    if "boundary" not in by_kind:
        raise Refusal(
            f"The region {code} has no boundary layer, so no fire day can be made for it.",
            "Load the region: sylvan layers load",
        )
    water = [item.geom for item in by_kind.get("lake", [])]
    return Geography(
        code=code,
        boundary=shapely.union_all([item.geom for item in by_kind["boundary"]]),
        settlements=tuple(
            Settlement(item.names, *_spot(item)) for item in by_kind.get("settlement", [])
        ),
        heat_sources=tuple(_heat(item) for item in by_kind.get("heat_source", [])),
        water=shapely.union_all(water) if water else None,
        name=(stored[0].get("names") if stored else None) or {},
    )


def _spot(item: Item) -> tuple[float, float]:
    spot: Any = item.geom.representative_point()
    return spot.x, spot.y


def _heat(item: Item) -> HeatSource:
    kind = "flare" if item.props.get("kind") in FLARES else "industry"
    return HeatSource(item.code, *_spot(item), kind=kind)
