"""Vector tiles by the SQL functions in ``sql/tiles.sql``."""

from datetime import datetime

from sqlalchemy import Connection, text

from sylvan.domain.actors import Actor

_DETECTIONS = text(
    "select sylvan_tile_detections(:z, :x, :y, cast(:world as smallint), :since, :until)"
)
_DETECTIONS_THEN = text(
    "select sylvan_tile_detections_then(:z, :x, :y, cast(:world as smallint), :since, :known)"
)
_FIRES = text("select sylvan_tile_fires(:z, :x, :y, cast(:world as smallint), :since)")
_LAYERS = text("select sylvan_tile_layers(:z, :x, :y, :region)")

Tile = tuple[int, int, int]
"""Zoom, column, row."""


def detections(
    conn: Connection, actor: Actor, tile: Tile, since: datetime, until: datetime
) -> bytes:
    """Layer ``detections``: cells below zoom 6, pixels from there on."""
    z, x, y = tile
    values = {"z": z, "x": x, "y": y, "world": actor.world.id, "since": since, "until": until}
    return bytes(conn.scalar(_DETECTIONS, values) or b"")


def detections_then(
    conn: Connection, actor: Actor, tile: Tile, since: datetime, known: datetime
) -> bytes:
    """Layer ``detections`` of what had come by ``known``, in the versions that stood then."""
    z, x, y = tile
    values = {"z": z, "x": x, "y": y, "world": actor.world.id, "since": since, "known": known}
    return bytes(conn.scalar(_DETECTIONS_THEN, values) or b"")


def fires(conn: Connection, actor: Actor, tile: Tile, since: datetime) -> bytes:
    """Layers ``edges`` and ``fires``."""
    z, x, y = tile
    values = {"z": z, "x": x, "y": y, "world": actor.world.id, "since": since}
    return bytes(conn.scalar(_FIRES, values) or b"")


def layers(conn: Connection, tile: Tile, region: str) -> bytes:
    """Layer ``layers``: every feature of the region's layers."""
    z, x, y = tile
    return bytes(conn.scalar(_LAYERS, {"z": z, "x": x, "y": y, "region": region}) or b"")
