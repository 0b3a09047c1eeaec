"""What the map draws: tiles, detections, histogram, layers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from shapely.geometry import mapping
from sqlalchemy import Connection, Row

from sylvan.domain.actors import Actor
from sylvan.domain.codes import NotFound
from sylvan.domain.detections import DayNight, Instrument, NativeConfidence, Satellite, Stage
from sylvan.services.base import Base
from sylvan.services.geography import Geography
from sylvan.services.pages import Page, feature, point
from sylvan.services.past import Past
from sylvan.store import detection_reads, layers, surgery, tiles

Box = tuple[float, float, float, float]
STEP_S: Final = 3600
MAX_STEPS: Final = 400
"""More bars than this are wider than any screen; the step grows instead."""


def detection_features(
    conn: Connection, actor: Actor, rows: Sequence[Row[Any]]
) -> list[dict[str, Any]]:
    """Detections as features, with what people said of them."""
    said = surgery.of_detections(conn, actor.world.id, rows)
    return [detection_feature(row, said.get((row.acq_at, row.key))) for row in rows]


def detection_feature(row: Row[Any], verdict: str | None = None) -> dict[str, Any]:
    """A detection as a feature; unknown numbers are null."""
    properties = {
        "key": str(row.key),
        "verdict": verdict,
        "acq_at": row.acq_at,
        "satellite": Satellite(row.satellite).name,
        "instrument": Instrument(row.instrument).name,
        "confidence": _known(row.confidence),
        "confidence_native": _native(row.confidence_native),
        "frp_mw": _known(row.frp),
        "bright_k": _known(row.bright),
        "bright_long_k": _known(row.bright_long),
        "scan_km": _known(row.scan),
        "track_km": _known(row.track),
        "daynight": DayNight(row.daynight).name.lower(),
        "type": None if row.type < 0 else row.type,
        "stage": Stage(row.stage).name,
        "collection": row.collection / 10 if row.collection else None,
        "fire_id": str(row.fire_id) if row.fire_id else None,
        "batch": row.batch_id,
        "line": row.line,
    }
    return feature(str(row.key), point((row.lon, row.lat)), properties)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 3)


def _native(code: int) -> str | int | None:
    if code == NativeConfidence.UNKNOWN:
        return None
    return NativeConfidence(code).name.lower() if code > NativeConfidence.LOW - 1 else code


@dataclass(frozen=True, slots=True)
class Maps(Base):
    """Reading for maps."""

    geography: Geography

    def tile(
        self,
        actor: Actor,
        name: str,
        tile: tiles.Tile,
        span: timedelta,
        past: Past | None = None,
    ) -> bytes:
        """A vector tile of ``detections``, ``fires`` or ``layers``; only the first has a past."""
        until = past.at if past else actor.world.now(self.clock())
        with self.engine.connect() as conn:
            if name == "detections" and past and not past.hindsight:
                return tiles.detections_then(conn, actor, tile, until - span, until)
            if name == "detections":
                return tiles.detections(conn, actor, tile, until - span, until)
            if name == "fires":
                return tiles.fires(conn, actor, tile, until - span)
            return tiles.layers(conn, tile, self._region)

    @property
    def _region(self) -> str:
        return self.geography.code

    def detections(
        self,
        actor: Actor,
        *,
        bbox: Box | None,
        since: datetime | None,
        until: datetime | None,
        after: tuple[datetime, int] | None,
        limit: int,
    ) -> Page:
        """Detections, newest first."""
        with self.engine.connect() as conn:
            rows = detection_reads.page(
                conn, actor, bbox=bbox, since=since, until=until, after=after, limit=limit
            )
            features = detection_features(conn, actor, rows)
        full = len(rows) == limit
        return Page(features, (rows[-1].acq_at, rows[-1].key) if full else None)

    def histogram(self, actor: Actor, span: timedelta) -> dict[str, Any]:
        """Counts of detections by step, ending with the step of the world's now."""
        steps = span.total_seconds() / STEP_S
        step_s = STEP_S * max(1, math.ceil(steps / MAX_STEPS))
        now = actor.world.now(self.clock()).timestamp()
        until = math.ceil(now / step_s) * step_s
        since = until - math.ceil(span.total_seconds() / step_s) * step_s
        start = datetime.fromtimestamp(since, tz=actor.world.now(self.clock()).tzinfo)
        end = datetime.fromtimestamp(until, tz=start.tzinfo)
        with self.engine.connect() as conn:
            counts = detection_reads.counts(conn, actor, start, end, step_s)
        return {"t0": start, "step_s": step_s, "counts": counts}

    def layers(self) -> list[dict[str, Any]]:
        """The region's layers."""
        with self.engine.connect() as conn:
            return [layer.as_dict() for layer in layers.listed(conn, self._region)]

    def layer_items(self, code: str, *, bbox: Box | None, after: int, limit: int) -> Page:
        """Features of one layer."""
        with self.engine.connect() as conn:
            if code not in {layer.code for layer in layers.listed(conn, self._region)}:
                raise NotFound("problem.layer_unknown", {"layer": code})
            rows = list(layers.features(conn, layer=code, bbox=bbox, after=after, limit=limit))
        features = [
            feature(
                item.code,
                dict(mapping(item.geom)),
                {"name": item.names, "kind": item.kind, "sample": item.sample, **item.props},
            )
            for _, item in rows
        ]
        return Page(features, (rows[-1][0], "") if len(rows) == limit else None)
