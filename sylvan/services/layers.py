"""Layers: load a region's pack, load a forest service's own files in place of the sample."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import shapely
from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor, system
from sylvan.domain.codes import Invalid, NotFound
from sylvan.domain.worlds import live_world
from sylvan.services import packs
from sylvan.services.base import Base
from sylvan.services.layer_compare import compare
from sylvan.services.packs import LayerKind, LayerSpec, Manifest, Pack
from sylvan.services.packs_check import LayerReport, check_layer
from sylvan.services.packs_read import LayerData, read_layer
from sylvan.store import audit, events, layer_versions, layers, territories
from sylvan.store.base import WGS84
from sylvan.store.events import Event
from sylvan.store.layer_versions import Box, Version
from sylvan.store.layers import Item, Layer

Progress = Callable[[str, int, int], None]
"""Layer code, its number, how many there are."""
TERRITORY_LEVELS = {
    LayerKind.BOUNDARY: "region",
    LayerKind.MUNICIPALITY: "municipality",
    LayerKind.FORESTRY: "district",
}


def _quiet(_code: str, _number: int, _of: int) -> None:
    """No progress wanted."""


@dataclass(frozen=True, slots=True)
class Layers(Base):
    """Use-cases about regions and layers."""

    def load_region(
        self,
        code: str,
        folder: Path | None = None,
        progress: Progress = _quiet,
        *,
        again: bool = False,
    ) -> bool:
        """Load a region's pack unless it is loaded as it is; whether anything was loaded.

        With ``again`` also an unchanged one, which brings back the sample of a kind whose own layer
        was dropped.

        Raises:
            PackError: a manifest or a shipped layer that does not hold; nothing is changed then.
        """
        pack = packs.find(code, folder)
        stamp = pack.fingerprint()
        with self.engine.begin() as conn:
            layers.lock(conn)  # processes that start together find it loaded
            known = layers.region(conn, code)
            if known and known[1] == stamp and not again:
                return False
            now = self.clock()
            layers.save_region(conn, code, _manifest(pack.manifest), stamp, now)
            own = [layer for layer in layers.listed(conn, code) if layer.source == "own"]
            kept, kinds = {layer.code for layer in own}, {layer.kind for layer in own}
            for number, spec in enumerate(pack.manifest.layers, 1):
                progress(spec.code, number, len(pack.manifest.layers))
                if spec.code not in kept and not (spec.sample and str(spec.kind) in kinds):
                    self._load_spec(conn, pack, spec, now)
            self._told(conn, f"region:{code}", {"region": code}, now)
        return True

    def _load_spec(self, conn: Connection, pack: Pack, spec: LayerSpec, now: datetime) -> None:
        report = check_layer(read_layer(pack.file(spec), spec), repair=True)
        layer = Layer(
            spec.code,
            pack.manifest.code,
            str(spec.kind),
            dict(spec.title),
            spec.source,
            spec.licence,
            spec.sample,
        )
        items = _items(report.data, pack.manifest)
        for before in layers.listed(conn, pack.manifest.code):
            if before.code == layer.code:
                keep_in_force(conn, before)
        layers.replace(conn, layer, items, now)
        _save_territories(conn, spec.kind, items)

    def check(self, path: Path, spec: LayerSpec, *, repair: bool) -> LayerReport:
        """Read and judge a layer file without storing anything."""
        return check_layer(read_layer(path, spec), repair=repair)

    def load_file(
        self, actor: Actor, region: str, path: Path, spec: LayerSpec, *, repair: bool
    ) -> LayerReport:
        """Put a file's layer in the place of the one with the same code; all or nothing.

        Raises:
            Invalid: the file has faults and ``repair`` was not agreed to, or cannot mend them.
            NotFound: no such region is loaded.
        """
        report = self.check(path, spec, repair=repair)
        faults = [finding for finding in report.findings if finding.fault]
        if report.refused or (faults and not report.repaired):
            raise Invalid("problem.layer_faults", {"file": path.name, "count": len(faults)}, "file")
        with self.engine.begin() as conn:
            layers.lock(conn)
            found = layers.region(conn, region)
            if found is None:
                raise NotFound("problem.region_unknown", {"region": region}, "region")
            now = layers.moment(conn, region, self.clock())
            layer = Layer(
                spec.code,
                region,
                str(spec.kind),
                dict(spec.title),
                "own",
                spec.licence,
                sample=False,
            )
            items = _items(report.data, None)
            boxes = put_in_force(conn, layer, items, now)
            keep_in_force(conn, layer, actor, path.name, boxes)
            facts = {"layer": spec.code, "items": len(items), "file": path.name}
            self._told(conn, f"layer:{spec.code}", facts, now)
            audit.record(conn, actor, "layer.load", f"layer:{spec.code}", facts, now=now)
        return report

    def drop(self, actor: Actor, code: str) -> None:
        """Remove a layer."""
        with self.engine.begin() as conn:
            layers.lock(conn)
            found = next((one for one in layers.listed(conn) if one.code == code), None)
            if found is None:
                raise NotFound("problem.layer_unknown", {"layer": code})
            now = self.clock()
            keep_in_force(conn, found)
            layers.drop(conn, code)
            self._told(conn, f"layer:{code}", {"layer": code, "items": 0}, now)
            audit.record(conn, actor, "layer.drop", f"layer:{code}", {}, now=now)

    def listed(self, region: str | None = None) -> list[dict[str, Any]]:
        """Layers that are loaded."""
        with self.engine.connect() as conn:
            return [layer.as_dict() for layer in layers.listed(conn, region)]

    def _told(self, conn: Connection, subject: str, body: dict[str, Any], now: datetime) -> None:
        """Layers belong to no world; the event goes to the live one's readers."""
        events.write(conn, system(live_world()), [Event("layer.changed", subject, now, body)])


def _manifest(manifest: Manifest) -> dict[str, Any]:
    """A manifest as stored; ``zones`` lists every time zone for screens."""
    body = manifest.model_dump(mode="json", exclude={"layers"})
    return body | {"zones": list(manifest.time_zones.all())}


def _items(data: LayerData, manifest: Manifest | None) -> list[Item]:
    found = [
        Item(code, names, geometry, props)
        for code, names, geometry, props in zip(
            data.codes, data.names, data.geometries, data.props, strict=True
        )
    ]
    if manifest is None or data.spec.kind is not LayerKind.MUNICIPALITY:
        return found
    return [
        replace(item, props={**item.props, "time_zone": manifest.time_zones.of(item.code).key})
        for item in found
    ]


def put_in_force(conn: Connection, layer: Layer, items: Sequence[Item], now: datetime) -> list[Box]:
    """A layer in the place of the one with its code; a real one ends the samples of its kind.

    What stood there is kept as a version, whoever loaded it. Who asks holds the lock of layers.
    Returns where something is another now.
    """
    boxes: list[Box] = []
    before: list[Item] = []
    for other in layers.listed(conn, layer.region):
        ends = other.sample and not layer.sample and other.kind == layer.kind
        if not (ends or other.code == layer.code):
            continue
        features = [item for _, item in layers.features(conn, layer=other.code)]
        keep_in_force(conn, other)
        if other.code == layer.code:
            before = features
        else:
            boxes += compare(features, ()).boxes()
            layers.drop(conn, other.code)
    layers.replace(conn, layer, items, now)
    _save_territories(conn, LayerKind(layer.kind), items)
    return boxes + compare(before, items).boxes()


def keep_in_force(
    conn: Connection,
    layer: Layer,
    actor: Actor | None = None,
    file: str = "",
    boxes: Sequence[Box] = (),
) -> None:
    """Keep what is in force as a version, unless it is one already."""
    (standing,) = (one for one in layers.listed(conn, layer.region) if one.code == layer.code)
    known = layer_versions.listed(conn, layer.region, layer.code)
    at = standing.loaded_at
    if at is None or any(one.published_at == at for one in known):
        return
    by, name = (actor.subject, actor.name) if actor else ("", "")
    features = [item for _, item in layers.features(conn, layer=layer.code)]
    kept = Version(
        id=uuid7(),
        region=standing.region,
        layer=standing.code,
        kind=standing.kind,
        titles=standing.titles,
        source=standing.source,
        licence=standing.licence,
        sample=standing.sample,
        items=len(features),
        file=file,
        made_at=at,
        made_by=by,
        made_name=name,
        number=layer_versions.next_number(conn, standing.region, standing.code),
        published_at=at,
        published_by=by,
        published_name=name,
    )
    layer_versions.add(conn, kept, layer_versions.pack(features), boxes)


def _save_territories(conn: Connection, kind: LayerKind, items: Sequence[Item]) -> None:
    level = TERRITORY_LEVELS.get(kind)
    if level is None:
        return
    territories.save(
        conn,
        [
            {
                "code": item.code,
                "level": level,
                "parent": None,
                "names": item.names,
                "geom": from_shape(_multi(item.geom), srid=WGS84),
            }
            for item in items
        ],
    )


def _multi(geometry: BaseGeometry) -> MultiPolygon:
    polygons = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return MultiPolygon(polygons)
