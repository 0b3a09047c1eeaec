"""Winds of many places at once: the newest issue of each, without what else it tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, any_, literal, select

from sylvan.domain.actors import Actor
from sylvan.store.scope import scope
from sylvan.store.weather import forecasts

F8 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WindIssue:
    """Wind by the hour from ``begins``, km/h and degrees; unknown hours are NaN."""

    place: int
    issued: datetime
    begins: datetime
    km_h: F8
    from_deg: F8


def newest_issues(
    conn: Connection, actor: Actor, since: datetime, until: datetime, place_ids: Sequence[int]
) -> dict[int, WindIssue]:
    """The newest issue of each place that says something of a span."""
    c = forecasts.c
    query = (
        scope(select(c.place_id, c.issued, c.begins, c.wind, c.wind_from), actor, forecasts)
        .where(c.ends >= since, c.begins <= until, c.place_id == any_(literal(list(place_ids))))
        .order_by(c.issued)
    )
    return {
        row.place_id: WindIssue(
            row.place_id,
            row.issued,
            row.begins,
            np.array(row.wind, np.float64),
            np.array(row.wind_from, np.float64),
        )
        for row in conn.execute(query)
    }
