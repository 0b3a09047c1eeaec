"""Layers and their versions as the desk shows them."""

from collections.abc import Sequence
from typing import Any, Final

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from sylvan.domain.instants import iso
from sylvan.services.layer_compare import Comparison
from sylvan.store.layer_versions import Version
from sylvan.store.layers import Item, Layer

TOLD: Final = 500
"""Findings and changes told one by one; all are counted."""
CORNERS: Final = 60_000
"""Corners of a preview; beyond that outlines are drawn coarser."""
STEPS: Final = 4000
"""A preview is as fine as this share of its width."""


def changed(changes: Comparison) -> list[dict[str, Any]]:
    """Features that are not the same, by name."""
    rows: list[tuple[str, Item, tuple[str, ...]]]
    rows = [("removed", one, ()) for one in changes.removed]
    rows += [("added", one, ()) for one in changes.added]
    rows += [("changed", one.after, one.what) for one in changes.changed]
    return [
        {"change": change, "code": one.code, "names": one.names, "what": list(what)}
        for change, one, what in rows[:TOLD]
    ]


def drawn(features: Sequence[tuple[str, Item]]) -> list[dict[str, Any]]:
    """Features as GeoJSON, each with what becomes of it."""
    shapes = [item.geom for _, item in features]
    return [
        {
            "type": "Feature",
            "id": item.code,
            "geometry": dict(mapping(shape)),
            "properties": {"code": item.code, "names": item.names, "change": change},
        }
        for shape, (change, item) in zip(coarse(shapes), features, strict=True)
    ]


def coarse(shapes: Sequence[BaseGeometry]) -> Sequence[BaseGeometry]:
    """Outlines as fine as a preview shows them; nothing vanishes."""
    if not shapes or int(shapely.get_num_coordinates(shapes).sum()) <= CORNERS:
        return shapes
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    step = max(east - west, north - south) / STEPS
    thin = shapely.simplify(shapes, step, preserve_topology=True)
    return [one if other.is_empty else other for one, other in zip(shapes, thin, strict=True)]


def newest(ended: Sequence[Version]) -> list[Version]:
    """The last version of each layer that is no more."""
    found: dict[str, Version] = {}
    for one in ended:
        found.setdefault(one.layer, one)
    return list(found.values())


def standing(layer: Layer, kept: Sequence[Version]) -> dict[str, Any]:
    """A layer that is in force, with the version that it is."""
    mine = [one for one in kept if one.layer == layer.code and one.number is not None]
    now = next((one for one in mine if one.published_at == layer.loaded_at), None)
    return layer.as_dict() | {
        "loaded_at": iso(layer.loaded_at),
        "version": None if now is None else told(now, layer),
        "versions": len(mine),
    }


def told(one: Version, layer: Layer | None = None) -> dict[str, Any]:
    """A version or draft; ``layer``: what is in force under its code."""
    state = "draft" if one.number is None else "former"
    if layer is not None and one.number and one.published_at == layer.loaded_at:
        state = "in_force"
    return {
        "id": str(one.id),
        "layer": one.layer,
        "number": one.number,
        "state": state,
        "kind": one.kind,
        "title": one.titles,
        "source": one.source,
        "licence": one.licence,
        "sample": one.sample,
        "items": one.items,
        "file": one.file,
        "faults": int(one.about.get("faults", 0)),
        "made_at": iso(one.made_at),
        "made_by": one.made_by,
        "made_name": one.made_name,
        "published_at": iso(one.published_at),
        "published_by": one.published_by,
        "published_name": one.published_name,
        "reason": one.reason,
        "restores": one.restores,
    }
