"""One new pass over many active fires, from rows to committed events with exposure.

Passes of a made-up satellite over the same fires are taken in one after the other by the use-case
that feeds call, with Yakutia's layers loaded and a steady wind, so that every fire has a sector. In
turn with them the same question is put to PostGIS as one usually does: things within 30 km of each
changed fire, by geography, with distance and bearing.
"""

import logging
import os
import time
from dataclasses import replace
from datetime import datetime
from statistics import median
from time import perf_counter
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import structlog
from rich.table import Table
from sqlalchemy import Connection, Engine, text

from sylvan.bench.latency import P95, pass_csv
from sylvan.bench.onto import private_house
from sylvan.domain.actors import Actor, local_operator
from sylvan.domain.exposure import HourlyWind
from sylvan.domain.fires import Fire
from sylvan.jobs.watch import warm_up
from sylvan.services.exposure import Exposures
from sylvan.services.house import House
from sylvan.services.intake import Intake
from sylvan.services.winds import Winds
from sylvan.store import fires as stored

LIMIT_S: Final = 3.0
"""What the pass may take, 95 of 100 times."""
WARM: Final = 3
REGION: Final = "yakutia"
_POSTGIS: Final = text("""
    select f.id, i.layer, i.code, st_distance(f.shape, i.geom::geography) as m,
        degrees(st_azimuth(st_closestpoint(f.shape::geometry, i.geom),
            st_closestpoint(i.geom, f.shape::geometry))) as deg
    from (select id,
            coalesce(edge, point)::geography as shape from fire
        where world_id = :world and merged_into is null and last_seen = :seen) f
    join layer_item i on st_dwithin(f.shape, i.geom::geography, 30000)
    join layer l on l.code = i.layer and l.kind = any(:kinds)
""")


def steady(
    conn: Connection,
    actor: Actor,
    points: npt.NDArray[np.float64],
    start: datetime,
    hours: int,
) -> list[HourlyWind | None]:
    """The same wind everywhere: westerly, 20 km/h."""
    del conn, actor, start
    wind = HourlyWind(np.full(hours, 20.0), np.full(hours, 270.0))
    return [wind] * len(points)


def _windy(house: House) -> tuple[Intake, Exposures]:
    """The house's intake with a wind that does not hang on what was loaded."""
    winds = Winds(steady, house.exposures.rules.sector)
    exposures = replace(house.exposures, winds=winds)
    assessor = replace(house.intake.assessor, exposures=exposures)
    return replace(house.intake, assessor=assessor), exposures


def run(rows: int = 5_000, fires: int = 200, repeat: int = 20) -> dict[str, Any]:
    """Take in ``repeat`` passes of ``rows`` detections over ``fires`` fires.

    Returns:
        Seconds from the file's bytes to the commit, seconds of exposure alone and of PostGIS for
        the same fires, how many things both found, and the ratio of the medians.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with private_house() as (house, engine):
        house.layers.load_region(REGION)
        actor = local_operator(house.worlds.live())
        warm_up(house)
        intake, exposures = _windy(house)
        start = time.time()
        taken = [
            _pass(intake, exposures, engine, actor, (rows, k, WARM + repeat, start, fires))
            for k in range(WARM + repeat)
        ][WARM:]
        intake.assessor.measurers.stop()
    whole = [one["s"] for one in taken]
    ours, theirs = (median(one[name] for one in taken) for name in ("exposure_s", "postgis_s"))
    return {
        "rows": rows,
        "fires": fires,
        "runs": repeat,
        "limit_s": LIMIT_S,
        "seconds": {
            "median": median(whole),
            "p95": float(np.quantile(whole, P95)),
            "worst": max(whole),
        },
        "stages_s": {
            name: median(one["stages"].get(name, 0.0) for one in taken)
            for name in taken[0]["stages"]
        },
        "exposure_s": ours,
        "postgis_s": theirs,
        "ratios": {"postgis": theirs / ours},
        "fires_changed": median(one["fires"] for one in taken),
        "things": median(one["things"] for one in taken),
        "things_postgis": median(one["things_postgis"] for one in taken),
        "load_average": os.getloadavg()[0],
    }


def _pass(
    intake: Intake,
    exposures: Exposures,
    engine: Engine,
    actor: Actor,
    what: tuple[int, int, int, float, int],
) -> dict[str, Any]:
    """One pass, then exposure alone and PostGIS on the fires that it changed."""
    rows, number, last, start_s, fires = what
    body = pass_csv(rows, number, last, start_s, fires)
    start = perf_counter()
    taken = intake.take(actor, f"pass_{number}.csv", body, "bench", keep_all=True)
    whole = perf_counter() - start
    with engine.connect() as conn:
        known = stored.current(conn, actor)
        seen = max(fire.measured.last_seen for fire in known)
        changed = [fire for fire in known if fire.measured.last_seen == seen]
        ours = _ours(conn, exposures, actor, changed)
        theirs = _theirs(conn, exposures, actor, seen)
        conn.rollback()
    return {
        "s": whole,
        "stages": taken.stages_s,
        "fires": taken.fires,
        "exposure_s": ours[0],
        "things": ours[1],
        "postgis_s": theirs[0],
        "things_postgis": theirs[1],
    }


def _ours(
    conn: Connection, exposures: Exposures, actor: Actor, changed: list[Fire]
) -> tuple[float, int]:
    """Seconds of exposure for these fires as it is written, and how many things it tells."""
    start = perf_counter()
    exposures.follow(conn, actor, changed, exposures.clock())
    spent = perf_counter() - start
    query = text("select count(*) from exposed where fire_id = any(:ids)")
    return spent, int(conn.scalar(query, {"ids": [fire.id for fire in changed]}) or 0)


def _theirs(
    conn: Connection, exposures: Exposures, actor: Actor, seen: datetime
) -> tuple[float, int]:
    """Seconds of PostGIS for the same fires, and how many things it finds within their bands."""
    reach = {kind: rule.reach_km * 1e3 for kind, rule in exposures.rules.objects.items()}
    kinds = {row.code: row.kind for row in conn.execute(text("select code, kind from layer"))}
    params = {"world": actor.world.id, "seen": seen, "kinds": list(reach)}
    start = perf_counter()
    found = conn.execute(_POSTGIS, params).all()
    spent = perf_counter() - start
    return spent, sum(row.m <= reach[kinds[row.layer]] for row in found)


def table(result: dict[str, Any]) -> Table:
    """The result for a person."""
    title = f"{result['rows']:,} rows over {result['fires']:,} fires, {result['runs']} passes"
    shown = Table(title=title)
    for name in ("from the file's bytes to events with exposure", "s"):
        shown.add_column(name, justify="right" if name == "s" else "left")
    for name, seconds in result["seconds"].items():
        shown.add_row(f"[b]{name}[/b]", f"{seconds:.3f}")
    shown.add_row("limit of p95", f"{result['limit_s']:.3f}")
    shown.add_section()
    for name, seconds in result["stages_s"].items():
        shown.add_row(name, f"{seconds:.3f}")
    shown.add_section()
    shown.add_row("exposure of these fires alone", f"{result['exposure_s']:.3f}")
    shown.add_row("PostGIS: distances and bearings of these fires", f"{result['postgis_s']:.3f}")
    shown.add_row("PostGIS / exposure", f"{result['ratios']['postgis']:.1f}")
    shown.add_section()
    for name in ("fires_changed", "things", "things_postgis"):
        shown.add_row(name.replace("_", " "), f"{result[name]:.0f}")
    shown.add_row("load average", f"{result['load_average']:.1f}")
    return shown
