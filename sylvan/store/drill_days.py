"""What satellites saw on a day in some world, to be played again."""

from datetime import datetime
from typing import Final

import numpy as np
from sqlalchemy import Connection, extract, func, select

from sylvan.domain.detections import COLUMNS, Detections, empty
from sylvan.store.detections import detections

MOST_ROWS: Final = 300_000
"""Detections of a played day: three times the worst day of Yakutia's worst season."""
_STORED: Final = tuple(name for name in COLUMNS if name not in ("lon", "lat", "acq_at"))


def seen(conn: Connection, world_id: int, since: datetime, until: datetime) -> Detections:
    """Detections that were acquired in [since, until), in order.

    One more than the most says that there are too many.
    """
    d = detections.c
    query = select(
        func.st_x(d.geom).label("lon"),
        func.st_y(d.geom).label("lat"),
        extract("epoch", d.acq_at).label("acq_at"),
        *(d[name] for name in _STORED),
    ).where(d.world_id == world_id, d.acq_at >= since, d.acq_at < until)
    rows = conn.execute(query.order_by(d.acq_at, d.key).limit(MOST_ROWS + 1)).all()
    made = empty(len(rows))
    for name in ("lon", "lat", "acq_at", *_STORED):
        made[name] = np.array([getattr(row, name) for row in rows], made.dtype[name])
    return made
