"""The layers' desk: a file is uploaded, looked at, compared, published, and brought back.

A draft changes nothing. Publishing is one transaction: what was in force is kept as a version
first, whoever loaded it, so that whatever is published can be taken back. Fires are told anew right
behind it, by the clock (`services/layer_follow.py`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

import shapely
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Conflict, Invalid, NotFound
from sylvan.domain.instants import iso
from sylvan.services import layer_views
from sylvan.services.layer_compare import Comparison, compare
from sylvan.services.layer_files import MOST_BYTES, Reader, ReadLayer
from sylvan.services.layer_follow import LayerFollower
from sylvan.services.layers import Layers, put_in_force
from sylvan.services.packs import LayerKind, LayerSpec
from sylvan.services.packs_check import LayerReport, check_layer
from sylvan.store import audit, layer_versions, layers
from sylvan.store.layer_versions import Version
from sylvan.store.layers import Item, Layer

SHOWN: Final = 3000
"""Features drawn in a preview, what changes first."""
ROWS: Final = 50
"""Features whose attributes are shown."""
OWN: Final = "own"
FIELDS: Final[Mapping[LayerKind, tuple[str, ...]]] = {
    LayerKind.MUNICIPALITY: ("time_zone",),
    LayerKind.PROTECTION_ZONE: ("zone",),
    LayerKind.LAND_COVER: ("cover",),
    LayerKind.SETTLEMENT: ("kind", "population", "municipality"),
    LayerKind.ROAD: ("type",),
    LayerKind.LAKE: ("area_km2",),
    LayerKind.POWER_LINE: ("owner",),
    LayerKind.PIPELINE: ("owner",),
    LayerKind.STATION: ("type",),
    LayerKind.TOWER: ("height_m",),
    LayerKind.HEAT_SOURCE: ("type",),
    LayerKind.PARTNER_ASSET: ("type", "owner"),
}
"""What a kind says beside ``code`` and names."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody says of the file that he uploads."""

    kind: LayerKind
    code: str | None = None
    title_ru: str = ""
    title_en: str = ""
    licence: str = OWN
    fields: Mapping[str, str] | None = None
    """Our fields and the file's columns; none: known by their names."""
    table: str | None = None
    crs: str | None = None
    encoding: str | None = None
    repair: bool = False


@dataclass(frozen=True, slots=True)
class LayerDesk(Layers):
    """Use-cases about versions of layers."""

    region: str
    read: Reader
    follower: LayerFollower

    def overview(self) -> dict[str, Any]:
        """What is in force, drafts, versions of layers that are no more, and the limits."""
        with self.engine.connect() as conn:
            standing = layers.listed(conn, self.region)
            kept = layer_versions.listed(conn, self.region)
            waiting = layer_versions.waiting(conn, self.region)
        codes = {layer.code for layer in standing}
        ended = [one for one in kept if one.number is not None and one.layer not in codes]
        return {
            "most_bytes": MOST_BYTES,
            "kinds": [
                {
                    "kind": kind.value,
                    "fields": ["code", "name_ru", "name_en", *FIELDS.get(kind, ())],
                }
                for kind in LayerKind
            ],
            "layers": [layer_views.standing(layer, kept) for layer in standing],
            "drafts": [layer_views.told(one) for one in kept if one.number is None],
            "ended": [layer_views.told(one) for one in layer_views.newest(ended)],
            "following": len(waiting),
        }

    def upload(self, actor: Actor, name: str, body: bytes, wanted: Wanted) -> dict[str, Any]:
        """Read and judge a file and keep it as a draft; nothing that is in force changes.

        Raises:
            FeedError, PackError: the file as a whole cannot be read.
            Invalid: the layer's code belongs to one of another kind.
        """
        with self.engine.connect() as conn:
            standing = layers.listed(conn, self.region)
        code = wanted.code or _code_of(wanted.kind, standing)
        mine = next((one for one in standing if one.code == code), None)
        if mine is not None and mine.kind != wanted.kind:
            told = {"layer": code, "kind": mine.kind}
            raise Invalid("layer.other_kind", told, "code")
        spec = _spec(name, code, wanted, mine)
        found = self.read(name, body, spec)
        report = check_layer(found.data, repair=wanted.repair)
        draft = self._draft(actor, name, spec, found, report)
        with self.engine.begin() as conn:
            features = _items(report)
            layer_versions.add(conn, draft, layer_versions.pack(features))
            facts = {"layer": code, "file": name, "items": len(features)}
            audit.record(conn, actor, "layer.draft", f"layer:{code}", facts, now=draft.made_at)
            return self._card(conn, draft, features)

    def _draft(
        self, actor: Actor, name: str, spec: LayerSpec, found: ReadLayer, report: LayerReport
    ) -> Version:
        faults = [one for one in report.findings if one.fault]
        about = {
            "columns": [{"name": one.name, "values": list(one.values)} for one in found.columns],
            "fields": dict(found.fields),
            "crs": found.data.crs,
            "read": len(found.data),
            "refused": len(report.refused),
            "repaired": report.repaired,
            "ok": report.ok and len(report.data) > 0,
            "mendable": report.mendable,
            "faults": len(faults),
            "nameless": sum(not names for names in report.data.names),
            "problems": [
                {"code": code, "fault": fault, "count": count}
                for (code, fault), count in Counter(
                    (one.text.code, one.fault) for one in report.findings
                ).most_common()
            ],
            "findings": [one.as_dict() for one in report.findings[: layer_views.TOLD]],
            "more": max(0, len(report.findings) - layer_views.TOLD),
        }
        return Version(
            id=uuid7(),
            region=self.region,
            layer=spec.code,
            kind=spec.kind.value,
            titles=dict(spec.title),
            source=OWN,
            licence=spec.licence,
            sample=False,
            items=len(report.data),
            file=name,
            made_at=self.clock(),
            made_by=actor.subject,
            made_name=actor.name,
            about=about,
        )

    def history(self, code: str) -> list[dict[str, Any]]:
        """All versions and drafts of a layer, drafts first, then the newest first."""
        with self.engine.connect() as conn:
            standing = {one.code: one for one in layers.listed(conn, self.region)}
            kept = layer_versions.listed(conn, self.region, code)
        if not kept and code not in standing:
            raise NotFound("problem.layer_unknown", {"layer": code})
        return [layer_views.told(one, standing.get(code)) for one in kept]

    def version(self, version_id: UUID) -> dict[str, Any]:
        """A draft or version with its problems, its attributes and what it would change now."""
        with self.engine.connect() as conn:
            found = self._found(conn, version_id)
            return self._card(conn, found, layer_versions.content(conn, version_id))

    def shapes(self, version_id: UUID) -> list[dict[str, Any]]:
        """Features to be drawn, each with what becomes of it; outlines made coarser."""
        with self.engine.connect() as conn:
            found = self._found(conn, version_id)
            changes = _compared(conn, found, layer_versions.content(conn, version_id))
        drawn = [("removed", one) for one in changes.removed]
        drawn += [("added", one) for one in changes.added]
        drawn += [("changed", one.after) for one in changes.changed]
        drawn += [("same", one) for one in changes.same]
        return layer_views.drawn(drawn[:SHOWN])

    def publish(self, actor: Actor, version_id: UUID, reason: str, against: str) -> dict[str, Any]:
        """Put a draft, or a former version again, in force; all or nothing.

        Args:
            actor: who answers for it.
            version_id: a draft, or a version that was in force.
            reason: why.
            against: the stamp of what was compared with (``against`` of the card).

        Raises:
            Conflict: something else has been put in force since, it is in force already, or a
                sample would stand beside a real layer.
            Invalid: the draft has faults, or no feature.
        """
        with self.engine.begin() as conn:
            layers.lock(conn)
            found = self._found(conn, version_id, lock=True)
            standing = layers.listed(conn, self.region)
            mine = next((one for one in standing if one.code == found.layer), None)
            _allowed(found, mine, standing, against)
            features = layer_versions.content(conn, version_id)
            now = layers.moment(conn, self.region, self.clock())
            changes = _compared(conn, found, features)
            boxes = put_in_force(conn, _layer(found), features, now)
            after = replace(
                found,
                id=found.id if found.number is None else uuid7(),
                number=layer_versions.next_number(conn, self.region, found.layer),
                published_at=now,
                published_by=actor.subject,
                published_name=actor.name,
                reason=reason,
                restores=found.number,
            )
            layer_versions.discard(conn, version_id)
            layer_versions.add(conn, after, layer_versions.pack(features), boxes)
            what = f"layer:{found.layer}"
            facts = {"layer": found.layer, "items": len(features), "version": after.number}
            self._told(conn, what, facts, now)
            told = {"reason": reason, "restores": found.number}
            facts = {**facts, **told, **changes.counts()}
            audit.record(conn, actor, "layer.publish", what, facts, now=now, version=after.number)
        return self.version(after.id)

    def discard(self, actor: Actor, version_id: UUID) -> dict[str, Any]:
        """Forget a draft."""
        with self.engine.begin() as conn:
            found = self._found(conn, version_id, lock=True)
            if found.number is not None:
                raise Conflict("layer.no_draft", {"layer": found.layer, "number": found.number})
            layer_versions.discard(conn, version_id)
            facts = {"layer": found.layer, "file": found.file}
            now = self.clock()
            audit.record(conn, actor, "layer.discard", f"layer:{found.layer}", facts, now=now)
        return layer_views.told(found)

    def _found(self, conn: Connection, version_id: UUID, *, lock: bool = False) -> Version:
        found = layer_versions.get(conn, self.region, version_id, lock=lock)
        if found is None:
            raise NotFound("layer.version_unknown", {"id": str(version_id)})
        return found

    def _card(self, conn: Connection, found: Version, features: Sequence[Item]) -> dict[str, Any]:
        standing = layers.listed(conn, self.region)
        mine = next((one for one in standing if one.code == found.layer), None)
        changes = _compared(conn, found, features)
        shapes = [item.geom for item in features]
        return layer_views.told(found, mine) | {
            "against": _stamp(mine),
            "ends": [one.code for one in standing if _ends(found, one)],
            "bbox": shapely.total_bounds(shapes).tolist() if shapes else None,
            "changes": changes.counts(),
            "changed": layer_views.changed(changes),
            "about": _ABOUT | found.about,
            "rows": [
                {"code": one.code, "names": one.names, "props": one.props}
                for one in features[:ROWS]
            ],
        }


_ABOUT: Final[dict[str, Any]] = {
    "columns": [],
    "fields": {},
    "crs": None,
    "read": 0,
    "refused": 0,
    "repaired": False,
    "ok": True,
    "mendable": True,
    "faults": 0,
    "nameless": 0,
    "problems": [],
    "findings": [],
    "more": 0,
}
"""Of a version that was not uploaded here: a pack's, or one loaded by command."""


def _allowed(found: Version, mine: Layer | None, standing: Sequence[Layer], against: str) -> None:
    if found.number is None and not found.about.get("ok"):
        count = int(found.about.get("faults", 0))
        code = "problem.layer_faults" if count else "layer.no_features"
        raise Invalid(code, {"file": found.file, "count": count}, "file")
    if against != _stamp(mine):
        raise Conflict("layer.changed_since", {"layer": found.layer, "at": _stamp(mine)})
    if mine is not None and found.published_at == mine.loaded_at:
        raise Conflict("layer.in_force", {"layer": found.layer, "number": found.number})
    own = [one.code for one in standing if one.kind == found.kind and not one.sample]
    others = [code for code in own if code != found.layer]
    if found.sample and others:
        told = {"layer": found.layer, "others": ", ".join(others)}
        raise Conflict("layer.sample_beside_own", told)


def _ends(found: Version, layer: Layer) -> bool:
    """A real layer ends the samples of its kind."""
    other = layer.code != found.layer
    return not found.sample and layer.sample and layer.kind == found.kind and other


def _stamp(layer: Layer | None) -> str:
    """Which state of a layer something was compared with; empty where there is none."""
    return (iso(layer.loaded_at) or "") if layer else ""


def _code_of(kind: LayerKind, standing: Sequence[Layer]) -> str:
    """The layer that a file of this kind takes the place of, if there is only one."""
    mine = [one.code for one in standing if one.kind == kind]
    return mine[0] if len(mine) == 1 else kind.value.replace("_", "-")


def _spec(name: str, code: str, wanted: Wanted, mine: Layer | None) -> LayerSpec:
    told = {"ru": wanted.title_ru, "en": wanted.title_en}
    stem = PurePath(name).stem or name
    known = dict(mine.titles) if mine and not mine.sample else {"ru": stem, "en": stem}
    return LayerSpec(
        code=code,
        kind=wanted.kind,
        title=known | {language: text for language, text in told.items() if text},
        file=name,
        layer=wanted.table,
        fields=dict(wanted.fields or {}),
        source=OWN,
        licence=wanted.licence or OWN,
        crs=wanted.crs,
        encoding=wanted.encoding,
    )


def _layer(found: Version) -> Layer:
    return Layer(
        found.layer,
        found.region,
        found.kind,
        found.titles,
        found.source,
        found.licence,
        found.sample,
    )


def _items(report: LayerReport) -> list[Item]:
    data = report.data
    return [
        Item(code, names, geometry, props)
        for code, names, geometry, props in zip(
            data.codes, data.names, data.geometries, data.props, strict=True
        )
    ]


def _compared(conn: Connection, found: Version, features: Sequence[Item]) -> Comparison:
    before = [item for _, item in layers.features(conn, layer=found.layer)]
    return compare(before, features)
