"""The land of a region pack, as the scenario generator wants it."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import shapely

from sylvan.domain.forces.kinds import StationKind
from sylvan.scenario.forces import Site
from sylvan.scenario.geography import Geography, HeatSource, Settlement
from sylvan.services.packs import LayerKind, Pack, PackError
from sylvan.services.packs_read import LayerData, read_layer

FLARE: Final = "flare"
DECIMALS: Final = 5
"""Of degrees: a metre."""
STATIONS: Final = {
    LayerKind.STATION: None,
    LayerKind.PARTNER_ASSET: StationKind.PARTNER,
    LayerKind.SETTLEMENT: StationKind.VILLAGE,
    LayerKind.AIRSTRIP: StationKind.AIRSTRIP,
}
"""Layers whose places forces may be based at, and what a base there is; ``None``: it says so."""


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


def sites_of(pack: Pack) -> list[Site]:
    """Places of a region where forces may be based, straight from its pack.

    Raises:
        PackError: a layer cannot be read.
    """
    return [
        _site(layer, i, kind)
        for of_layer, kind in STATIONS.items()
        for spec in pack.manifest.of_kind(of_layer)
        for layer in (read_layer(pack.file(spec), spec),)
        for i in range(len(layer))
    ]


def _site(layer: LayerData, number: int, kind: StationKind | None) -> Site:
    props, code = layer.props[number], layer.codes[number]
    lon, lat = _spot(layer, number)
    return Site(
        code if kind is None else f"{kind.value}-{code}".lower(),
        kind or _station_kind(props),
        layer.names[number],
        round(lon, DECIMALS),
        round(lat, DECIMALS),
        int(props.get("population") or 0),
    )


def _station_kind(props: Mapping[str, Any]) -> StationKind:
    told = str(props.get("type") or props.get("kind") or "")
    return StationKind(told) if told in set(StationKind) else StationKind.FIRE_STATION


def _united(layers: list[LayerData]) -> Any:
    geometries = np.concatenate([one.geometries for one in layers])
    return shapely.union_all(shapely.make_valid(geometries))


def _spot(layer: LayerData, number: int) -> tuple[float, float]:
    spot: Any = shapely.point_on_surface(layer.geometries[number])
    return spot.x, spot.y


def _heat_kind(props: Mapping[str, Any]) -> str:
    return FLARE if FLARE in (props.get("kind"), props.get("type")) else "industry"
