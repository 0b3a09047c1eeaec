"""PostGIS' own clustering of the same points: no time, only the plane, which favours it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine, text

from sylvan.ops.cluster import Cluster
from sylvan.ops.throwaway import TUNING
from sylvan.store import copying
from sylvan.store import engine as store_engine

QUERY = "select max(c) from (select st_clusterdbscan(geom, :eps, 1) over () as c from point) q"


@contextmanager
def points_in(km: npt.NDArray[np.float64]) -> Iterator[Engine]:
    """A throw-away cluster with points (n × 2, km in a plane) in a table."""
    with tempfile.TemporaryDirectory(prefix="sylvan-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        cluster = Cluster(folder, tuning=TUNING)
        cluster.start()
        try:
            engine = store_engine.create(cluster.url())
            with engine.begin() as conn:
                conn.execute(text("create extension if not exists postgis"))
                conn.execute(text("create table point (geom geometry(point))"))
                conn.execute(text("alter table point alter column geom type geometry"))
                copying.copy_in(conn, "point", [("geom", "point")], {"geom": km}, len(km))
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
                conn.execute(text("vacuum analyze point"))
            yield engine
            engine.dispose()
        finally:
            cluster.wipe()


def seconds(engine: Engine, eps_km: float) -> float:
    """How long one run takes."""
    with engine.connect() as conn:
        start = perf_counter()
        conn.execute(text(QUERY), {"eps": eps_km}).scalar_one()
        return perf_counter() - start
