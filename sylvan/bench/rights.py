"""What row-level security costs: the same scoped reads with the second wall and without.

A million detections over the region's sample layers; officials of several municipalities ask for
boxes and days as a map does. Both ways run the same statement with the same filter of ours, in
turns, so that only the wall differs; what becoming the limited reader costs is part of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any, Final

import numpy as np
from rich.table import Table
from sqlalchemy import Engine, text

from sylvan.bench.onto import private_house, rows_of
from sylvan.domain.actors import Actor, Level, local_operator
from sylvan.domain.detections import Detections
from sylvan.domain.grouping import Points
from sylvan.domain.identity import identity_key
from sylvan.services.house import House
from sylvan.store import detection_reads, detections, layers
from sylvan.store.limits import reading_as

DAYS: Final = 120
UNTIL: Final = datetime(2026, 9, 1, tzinfo=UTC)
BOX_DEG: Final = (4.0, 2.0)
"""A map at zoom 7: four degrees of longitude, two of latitude."""
SPAN: Final = timedelta(hours=72)
"""What the map shows unless it is told otherwise."""
SINCE: Final = UNTIL - timedelta(days=40)
PAGE: Final = 50_000
"""More than any of these questions finds, so that every row is weighed."""
LIMIT: Final = 1.2
VIIRS: Final = 1

_VILLAGES: Final = text(
    "select st_x(st_pointonsurface(geom)), st_y(st_pointonsurface(geom))"
    " from layer_item join layer on layer.code = layer_item.layer where layer.kind = 'settlement'"
)
Box = tuple[float, float, float, float]


def run(rows: int = 1_000_000, repeat: int = 15) -> dict[str, Any]:
    """Ask both ways ``repeat`` times for each of some municipalities.

    Returns:
        Medians in milliseconds and ``ratios.with_over_without``.
    """
    with private_house() as (house, engine):
        house.layers.load_region("yakutia")
        stored = fill(house, engine, rows)
        world = house.worlds.live()
        asked = _questions(house)
        told = [
            _compare(engine, Actor("b", "b", Level.MUNICIPALITY, (code,), world), box, repeat)
            for code, box in asked
        ]
    plain, walled = (np.array([one[side] for one in told]) for side in ("without", "with"))
    return {
        "rows": stored,
        "questions": [
            {"municipality": code, **one} for (code, _), one in zip(asked, told, strict=True)
        ],
        "without_ms": round(float(np.sum(plain)), 2),
        "with_ms": round(float(np.sum(walled)), 2),
        "ratios": {"with_over_without": round(float(np.sum(walled) / np.sum(plain)), 3)},
        "limit": LIMIT,
    }


def table(result: dict[str, Any]) -> Table:
    """For people."""
    shown = Table(title=f"Scoped reads of {result['rows']:,} detections, ms (median)")
    for name in ("municipality", "rows", "without wall", "with wall", "ratio"):
        shown.add_column(name, justify="right")
    for one in result["questions"]:
        ratio = f"{one['with'] / one['without']:.2f}"
        times = str(one["without"]), str(one["with"])
        shown.add_row(one["municipality"], str(one["rows"]), *times, ratio)
    ratio = f"{result['ratios']['with_over_without']:.2f} (limit {LIMIT})"
    shown.add_row("all", "", str(result["without_ms"]), str(result["with_ms"]), ratio)
    return shown


def fill(house: House, engine: Engine, rows: int) -> int:
    """Detections around the villages of the region, spread over a season, with their places."""
    rng = np.random.default_rng(1)
    with engine.connect() as conn:
        homes = np.array([tuple(row) for row in conn.execute(_VILLAGES)])
    home = homes[rng.integers(0, len(homes), rows)]
    lon, lat = home[:, 0] + rng.normal(0, 1.2, rows), home[:, 1] + rng.normal(0, 0.6, rows)
    t = int(UNTIL.timestamp()) - rng.integers(0, DAYS * 86_400, rows)
    made = rows_of(Points(lon, lat, t, np.full(rows, VIIRS, np.int16)), 1)
    actor = local_operator(house.worlds.live())
    with engine.begin() as conn:
        detections.ensure_months(conn, made["acq_at"])
    for start in range(0, len(made), 100_000):
        _put(house, engine, actor, made[start : start + 100_000])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("vacuum analyze"))
    return len(made)


def _put(house: House, engine: Engine, actor: Actor, part: Detections) -> None:
    with engine.begin() as conn:
        places = house.fires.geography.places(conn, part)
        detections.insert(conn, actor.world.id, 1, part, identity_key(part), None, places)


def _questions(house: House) -> list[tuple[str, Box]]:
    """Municipalities, each with a map around one of its villages."""
    wanted = ("mirninsky", "suntarsky", "yakutsk", "aldansky", "nyurbinsky", "megino-kangalassky")
    with house.fires.engine.connect() as conn:
        code = house.geography.code
        items = [one for _, one in layers.features(conn, region_code=code, kinds=["municipality"])]
    east, north = BOX_DEG[0] / 2, BOX_DEG[1] / 2
    spots = [(one.code, one.geom.representative_point()) for one in items if one.code in wanted]
    return [(code, (at.x - east, at.y - north, at.x + east, at.y + north)) for code, at in spots]


def _compare(engine: Engine, actor: Actor, box: Box, repeat: int) -> dict[str, Any]:
    """Medians of one question, both ways in turns."""
    times: dict[str, list[float]] = {"without": [], "with": []}
    found = 0
    for turn in range(repeat + 2):
        for way in ("without", "with"):
            with _walled(actor if way == "with" else None):
                began = perf_counter()
                with engine.connect() as conn:
                    rows = detection_reads.page(
                        conn, actor, bbox=box, since=SINCE, until=SINCE + SPAN, limit=PAGE
                    )
                took = perf_counter() - began
            if found and len(rows) != found:
                raise RuntimeError(f"{len(rows)} rows with the wall, {found} without")
            found = len(rows)
            if turn >= 2:
                times[way].append(took)
    return {"rows": found} | {way: round(median(took) * 1000, 2) for way, took in times.items()}


@contextmanager
def _walled(actor: Actor | None) -> Iterator[None]:
    token = reading_as.set(actor)
    try:
        yield
    finally:
        reading_as.reset(token)
