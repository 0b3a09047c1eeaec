"""A house with Yakutia's layers and a handful of fires, and clients that ask it over HTTP.

The region is loaded once a session into a template; each module gets a copy in a tenth of a second.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from sylvan import wiring
from sylvan.domain.actors import local_operator
from sylvan.services.house import House
from sylvan.services.log import drain
from sylvan.settings import Settings
from sylvan.store import engine as store_engine
from tests.databases import Server

NOW = datetime(2026, 7, 17, 6, tzinfo=UTC)
"""The house's clock stands here; FIRMS rows below are older."""
HEADER = (
    "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,"
    "confidence,version,bright_ti5,frp,daynight"
)
PIXEL_DEG = 0.004
"""Between neighbouring pixels of a fire, degrees of latitude: about 450 m."""
BASE = "http://localhost"
"""What the test client calls the server; the server answers to no other name on loopback."""


@dataclass(frozen=True)
class Site:
    """A fire as one pass of NOAA-20 sees it."""

    lon: float
    lat: float
    hours_ago: float
    pixels: int = 3


SITES = (
    *(Site(124.0 + 1.3 * n, 60.5 + 0.4 * n, 3.0 + 2.5 * n, 2 + n % 3) for n in range(10)),
    Site(129.73, 66.4, 2.0, 5),
)
"""In Yakutia, farther apart than any fire grows in a night."""
ACROSS = (Site(179.999, 67.1, 4.0, 4), Site(-179.2, 66.4, 5.0, 2), Site(178.6, 67.8, 6.0, 2))
"""Beyond the region's border, on both sides of 180°; the first one lies on it."""


def row(lon: float, lat: float, at: datetime, frp: float) -> str:
    lon = (lon + 180) % 360 - 180
    return (
        f"{lat:.5f},{lon:.5f},341.2,0.39,0.36,{at:%Y-%m-%d},{at:%H%M},N20,VIIRS,n,2.0NRT,298.4,"
        f"{frp:.1f},N"
    )


def firms_csv(sites: Sequence[Site], now: datetime = NOW) -> bytes:
    """The sites as FIRMS delivers them; east-west rows of pixels on the line of 180°."""
    lines = []
    for site in sites:
        at = now - timedelta(hours=site.hours_ago)
        for n in range(site.pixels):
            lon = site.lon + 2.5 * PIXEL_DEG * (n % 2)
            lines.append(row(lon, site.lat + PIXEL_DEG * (n // 2), at, 10.0 + n))
    return ("\n".join([HEADER, *lines]) + "\n").encode()


def opened(url: str, **options: Any) -> House:
    """All use-cases on a database, with the clock standing."""
    settings = Settings(**options)
    engine = store_engine.create(url, pool_size=settings.db_pool)
    house = wiring.house(settings, engine, clock=lambda: NOW)
    house.worlds.live()
    return house


def take(house: House, sites: Sequence[Site], name: str = "viirs.csv") -> None:
    """Let fires begin, and give their events numbers."""
    actor = local_operator(house.worlds.named("live"))
    house.intake.take(actor, name, firms_csv(sites), "firms-noaa20", keep_all=True)
    drain(house.worlds.engine)


def client(house: House, **options: Any) -> TestClient:
    """A client of the whole application; a fault of ours is an answer, not an exception."""
    app, _ = wiring.web(Settings(**options), house)
    return TestClient(app, base_url=BASE, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def region_template(server: Server, template: str) -> Iterator[str]:
    """Name of a database with Yakutia's layers."""
    with server.fresh(template=template, hint="yakutia") as name:
        house = opened(server.database(name))
        house.layers.load_region("yakutia")
        house.worlds.engine.dispose()
        yield name


@pytest.fixture(scope="module")
def region_url(
    server: Server, region_template: str, request: pytest.FixtureRequest
) -> Iterator[str]:
    """URL of a copy that this module shares."""
    with server.fresh(template=region_template, hint=request.path.stem) as name:
        yield server.database(name)


@pytest.fixture(scope="module")
def house(region_url: str) -> Iterator[House]:
    """Fires in Yakutia and across 180°."""
    made = opened(region_url)
    take(made, (*SITES, *ACROSS))
    yield made
    made.auditor.stop(2.0)
    made.worlds.engine.dispose()


@pytest.fixture(scope="module")
def api(house: House) -> Iterator[TestClient]:
    """A client of the shared house."""
    with client(house) as made:
        yield made


def code(answer: httpx.Response) -> str:
    """The code of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["code"])


@pytest.fixture
def own(server: Server, region_template: str) -> Iterator[tuple[House, TestClient]]:
    """An empty house of one test's own, and its client."""
    with server.fresh(template=region_template, hint="own") as name:
        made = opened(server.database(name))
        with client(made) as asking:
            yield made, asking
        made.auditor.stop(2.0)
        made.worlds.engine.dispose()
