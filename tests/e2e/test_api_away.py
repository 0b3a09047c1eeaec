"""The database goes away and comes back: reads and changes say so, and the process lives on."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from sylvan.ops.cluster import Cluster
from sylvan.ops.database import make_ready
from tests.e2e.houses import code, opened
from tests.e2e.served import served

REPORT = {"place": {"method": "coordinates", "point": [129.7, 62.0]}, "seen": "smoke"}
BACK_S = 60
"""A bound, not a measurement: how long a test waits for what should take a second."""


@pytest.fixture
def api(cluster: Cluster) -> Iterator[httpx.Client]:
    """A client of a served application on a database that may be stopped."""
    make_ready(cluster.url())
    house = opened(cluster.url(), region="nowhere")
    with (
        served(house, region="nowhere") as port,
        httpx.Client(base_url=f"http://localhost:{port}", timeout=30) as client,
    ):
        yield client
    house.worlds.engine.dispose()


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + BACK_S
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


def submit(api: httpx.Client, key: str) -> httpx.Response:
    return api.post("/api/v1/reports", json=REPORT, headers={"Idempotency-Key": key})


def is_up(api: httpx.Client) -> float:
    families = text_string_to_metric_families(api.get("/metrics").text)
    return next(one.samples[0].value for one in families if one.name == "sylvan_database_up")


def stop(cluster: Cluster, *, hard: bool) -> None:
    pid = cluster.postmaster_pid()
    assert pid is not None
    if hard:
        os.kill(pid, signal.SIGKILL)
    else:
        cluster.stop()


@pytest.mark.parametrize("hard", [False, True], ids=["stopped", "killed"])
def test_service_says_when_the_database_is_away_and_recovers_by_itself(api, cluster, hard):
    assert api.get("/api/v1/snapshot").status_code == 200
    before = submit(api, "before").json()
    assert is_up(api) == 1

    stop(cluster, hard=hard)
    # sessions outlive a killed server by the moment in which they notice it
    wait_until(lambda: api.get("/api/v1/snapshot").status_code == 503)
    for answer in (
        api.get("/api/v1/snapshot"),
        api.get("/api/v1/fires"),
        api.get("/api/v1/tiles/fires/0/0/0.mvt"),
        submit(api, "during"),
        api.get("/readyz"),
    ):
        assert (answer.status_code, code(answer)) == (503, "problem.database_unavailable")
        assert int(answer.headers["retry-after"]) > 0
    assert api.get("/livez").json() == {"status": "alive"}
    assert api.get("/api/v1/catalogue/ru").status_code == 200
    assert api.get("/tls").status_code == 404
    assert is_up(api) == 0

    cluster.start()
    wait_until(lambda: api.get("/readyz").status_code == 200)
    assert api.get("/api/v1/snapshot").status_code == 200
    assert submit(api, "before").json() == before
    during = submit(api, "during")
    assert during.status_code == 201
    listed = api.get("/api/v1/reports").json()["features"]
    assert {one["id"] for one in listed} == {before["id"], during.json()["id"]}
    assert is_up(api) == 1


def test_crowd_that_asks_meanwhile_gets_answers_and_no_faults(api, cluster):
    def ask(number: int) -> int:
        path = ("/api/v1/snapshot", "/api/v1/fires", "/livez")[number % 3]
        return api.get(path).status_code

    with ThreadPoolExecutor(12) as crowd:
        asked = [crowd.submit(ask, number) for number in range(150)]
        stop(cluster, hard=True)
        cluster.start()
        asked += [crowd.submit(ask, number) for number in range(150)]
        found = {one.result() for one in asked}
    assert found <= {200, 503}
    wait_until(lambda: api.get("/api/v1/snapshot").status_code == 200)
