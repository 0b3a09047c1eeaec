"""Exports of fires' versions: memory that does not grow with their number, beside a plain COPY.

Each export runs in a process of its own, whose peak is what the kernel counted. The floor is
PostgreSQL's COPY of the same columns to CSV, geometry as WKB in hexadecimal digits.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

from rich.table import Table
from sqlalchemy import Engine, text

from sylvan.bench.onto import private_house

LIMIT: Final = 1.3
"""Peak for all rows over the peak for a tenth of them."""
FORMS: Final = ("csv", "geojsonl", "gpkg", "fgb")
_ROWS: Final = text("""
    insert into fire_version
        (fire_id, version, world_id, at, recorded_at, actor, territories, summary, edge)
    select md5((n / 20)::text)::uuid, n % 20 + 1, :world, now() - n * interval '1 minute', now(),
        'system', '{SA}',
        jsonb_build_object('status', 'signal', 'number', null, 'area_ha', n % 1000,
            'area_lo_ha', n % 900, 'area_hi_ha', n % 1100, 'growth_ha_h', 1.5, 'frp_mw', 12.5,
            'likelihood', 0.8, 'n_detections', n % 300, 'edge_source', 'satellite',
            'first_seen', now() - interval '1 day', 'last_seen', now(),
            'point', jsonb_build_array(110 + n % 40, 58 + n % 13),
            'address', jsonb_build_object('municipality', jsonb_build_object('code', 'x')),
            'reasons', repeat('because ', 100)),
        st_multi(st_buffer(st_setsrid(st_makepoint(110 + n % 40, 58 + n % 13), 4326), 0.05, 16))
    from generate_series(0, :last) n
""")
_COPY: Final = (
    "copy (select fire_id, version, at, recorded_at, actor, summary->>'number', summary->>'status',"
    " summary->>'area_ha', summary->>'n_detections', st_asbinary(edge) from fire_version"
    " order by fire_id, version) to stdout with csv"
)
_ONE: Final = """
import json, resource, sys, time
from pathlib import Path
from sylvan import wiring
from sylvan.domain.actors import local_operator
from sylvan.services.features import Wanted
from sylvan.settings import Settings
from sylvan.store import engine
url, form, out, limit = sys.argv[1:]
house = wiring.house(Settings(), engine.create(url))
actor = local_operator(house.worlds.live())
from sylvan.domain import cql
asked = Wanted(filter=cql.parse(limit) if limit else None)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.perf_counter()
made = house.exports.write(actor, lambda _: True, "fire-versions", form, asked, Path(out))
took = time.perf_counter() - began
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"features": made.features, "seconds": took, "before_kb": before, "peak_kb": after,
    "bytes": Path(out).stat().st_size}))
"""


def run(rows: int = 100_000) -> dict[str, Any]:
    """Export all versions and a tenth of them, in every form.

    Returns:
        By form seconds, peak in MB and ``memory``: the peak over that of a tenth of the rows.
    """
    with private_house() as (house, engine), TemporaryDirectory(prefix="sylvan-export-") as name:
        world = house.worlds.live()
        with engine.begin() as conn:
            conn.execute(_ROWS, {"world": world.id, "last": rows - 1})
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text("vacuum analyze fire_version"))
        floor = _floor(engine)
        url = engine.url.render_as_string(hide_password=False)
        told = {form: _form(url, form, Path(name)) for form in FORMS}
    return {"rows": rows, "copy_s": round(floor, 2), "forms": told, "limit": LIMIT}


def table(result: dict[str, Any]) -> Table:
    """For people."""
    title = f"Export of {result['rows']:,} versions; COPY alone {result['copy_s']} s"
    shown = Table(title=title)
    for name in ("form", "seconds", "over COPY", "MB written", "peak MB", "over a tenth's"):
        shown.add_column(name, justify="right")
    for form, one in result["forms"].items():
        over = f"{one['seconds'] / result['copy_s']:.1f}"
        memory = f"{one['memory']:.2f} (limit {LIMIT})"
        shown.add_row(
            form, f"{one['seconds']:.1f}", over, str(one["mb"]), str(one["peak_mb"]), memory
        )
    return shown


def _floor(engine: Engine) -> float:
    began = perf_counter()
    with engine.connect() as conn:
        raw: Any = conn.connection.driver_connection
        with raw.cursor() as cursor, cursor.copy(_COPY) as copy:
            for _ in copy:
                pass
    return perf_counter() - began


def _form(url: str, form: str, folder: Path) -> dict[str, Any]:
    few = _one(url, form, folder, "version <= 2")
    all_of_them = _one(url, form, folder, "")
    return {
        "features": all_of_them["features"],
        "seconds": round(all_of_them["seconds"], 2),
        "mb": round(all_of_them["bytes"] / 1e6),
        "peak_mb": round(all_of_them["peak_kb"] / 1024),
        "before_mb": round(all_of_them["before_kb"] / 1024),
        "memory": round(all_of_them["peak_kb"] / few["peak_kb"], 3),
    }


def _one(url: str, form: str, folder: Path, asked: str) -> dict[str, Any]:
    out = folder / f"x.{form}"
    command = [sys.executable, "-c", _ONE, url, form, str(out), asked]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
