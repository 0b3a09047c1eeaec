"""The land of a region pack, as the scenario generator wants it."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import shapely

from sylvan.scenario.geography import Geography, HeatSource, Settlement
from sylvan.services.packs import LayerKind, Pack, PackError
from sylvan.services.packs_read import LayerData, read_layer

FLARE: Final = "flare"


def geography_of(pack: Pack) -> Geography:
    """The land of a region pack, straight from its files, without a database.

    Raises:
        PackError: a layer cannot be read, or there is no boundary.
    """
    layers = {
        kind: [read_layer(pack.file(spec), spec) for spec in pack.manifest.of_kind(kind)]
        for kind in (
            LayerKind.BOUNDARY,
            LayerKind.SETTLEMENT,
            LayerKind.HEAT_SOURCE,
            LayerKind.LAKE,
        )
    }
    if not layers[LayerKind.BOUNDARY]:
        raise PackError("pack.no_boundary", {"region": pack.manifest.code})
    return Geography(
        pack.manifest.code,
        _united(layers[LayerKind.BOUNDARY]),
        tuple(
            Settlement(one.names[i], *_spot(one, i))
            for one in layers[LayerKind.SETTLEMENT]
            for i in range(len(one))
        ),
        tuple(
            HeatSource(one.codes[i], *_spot(one, i), _heat_kind(one.props[i]))
            for one in layers[LayerKind.HEAT_SOURCE]
            for i in range(len(one))
        ),
        _united(layers[LayerKind.LAKE]) if layers[LayerKind.LAKE] else None,
        pack.manifest.names,
    )


def _united(layers: list[LayerData]) -> Any:
    geometries = np.concatenate([one.geometries for one in layers])
    return shapely.union_all(shapely.make_valid(geometries))


def _spot(layer: LayerData, number: int) -> tuple[float, float]:
    spot: Any = shapely.point_on_surface(layer.geometries[number])
    return spot.x, spot.y


def _heat_kind(props: Mapping[str, Any]) -> str:
    return FLARE if FLARE in (props.get("kind"), props.get("type")) else "industry"
