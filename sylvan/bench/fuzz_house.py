"""A house on a throw-away database in which a little of everything has happened."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Any, Final

from fastapi import FastAPI
from fastapi.testclient import TestClient

from sylvan import wiring
from sylvan.bench.latency import pass_csv
from sylvan.domain.actors import local_operator
from sylvan.domain.forecasting import Answer, ForecastingParameters, Question
from sylvan.ops.cluster import Cluster
from sylvan.ops.database import make_ready
from sylvan.ops.throwaway import TUNING
from sylvan.services.forecasting import Forecasters, answered
from sylvan.services.helpers import Helpers
from sylvan.services.house import House
from sylvan.services.log import drain
from sylvan.settings import Settings
from sylvan.store import engine as store_engine

QUICK: Final = ForecastingParameters(reach_km=(2.0, 4.0))
API: Final = "/api/v1"
FIRES: Final = 8
ROWS: Final = 60
"""Hotspots of the one pass that is taken in."""


def quickly(asked: Question, dem: Path | None) -> Answer:
    """A forecast of four members on little ground."""
    return answered(replace(asked, members=4), dem, QUICK)


def hurry(house: House) -> None:
    """Let this process compute: helpers would take seconds to start, for one fire."""
    object.__setattr__(house.suggestions, "helpers", Helpers(alone=True))
    quick = Forecasters(alone=True, work=quickly)
    object.__setattr__(house.forecasts, "forecasters", quick)


@contextmanager
def opened(base: str) -> Iterator[tuple[FastAPI, dict[str, str]]]:
    """The application behind an open door, and ids by the blank of an address that they fill."""
    with tempfile.TemporaryDirectory(prefix="sylvan-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        cluster = Cluster(folder / "database", tuning=TUNING)
        cluster.start()
        try:
            with _house(cluster.url(), folder) as house:
                app, _ = wiring.web(Settings(data_dir=folder), house)
                ids = _lived_through(TestClient(app, base_url=base), house)
                yield app, ids
        finally:
            cluster.wipe()


@contextmanager
def _house(url: str, folder: Path) -> Iterator[House]:
    make_ready(url)
    engine = store_engine.create(url, pool_size=8)
    house = wiring.house(Settings(data_dir=folder), engine)
    hurry(house)
    house.worlds.live()
    house.layers.load_region("yakutia")
    try:
        yield house
    finally:
        house.auditor.stop(2.0)
        engine.dispose()


def _lived_through(api: TestClient, house: House) -> dict[str, str]:
    """A registered fire with an edge and an order; a report, a heat source, forces."""
    rows = pass_csv(ROWS, 0, 0, time(), FIRES)
    actor = local_operator(house.worlds.live())
    house.intake.take(actor, "pass.csv", rows, "firms-noaa20", keep_all=True)
    drain(house.worlds.engine)
    fire = api.get(f"{API}/fires?limit=1").json()["features"][0]
    lon, lat = fire["geometry"]["coordinates"]
    point, about = [lon, lat], f"{API}/fires/{fire['id']}"
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    ring = [[lon + x, lat + y] for x, y in ((0, 0), (0.03, 0), (0.03, 0.02), (0, 0.02), (0, 0))]
    drawn = {"kind": "drawn", "at": now, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    def said(path: str, body: Any) -> Any:
        answer = api.post(path, json=body, headers={"If-Match": "*"})
        answer.raise_for_status()
        return answer.json()

    said(f"{about}/register", {"first_area_ha": 2})
    place = {"method": "coordinates", "point": [lon + 1, lat]}
    base = {"code": "base-1", "kind": "air_base", "point": point}
    crew = {"code": "crew-1", "kind": "helitack", "station": "base-1"}
    ids = {
        "fire_id": fire["id"],
        "report_id": said(f"{API}/reports", {"place": place, "seen": "smoke"})["id"],
        "source_id": said(f"{API}/heat-sources", {"kind": "boiler", "point": point})["id"],
        "station_id": said(f"{API}/forces/stations", base)["id"],
        "unit_id": said(f"{API}/forces/units", crew)["id"],
        "edge_id": said(f"{about}/edges", drawn)["edge"],
        "number": str(said(f"{API}/suggestions", {})["number"]),
    }
    order = said(f"{about}/orders", {"units": [{"unit": "crew-1"}]})["orders"][0]
    word = {"kind": "exclude", "unit": "crew-1", "why": "reserve"}
    return ids | {
        "order_id": order["id"],
        "constraint_id": said(f"{API}/constraints", word)["id"],
        "language": "en",
    }
