"""Houses on test databases, and fire days small enough to be taken in by the dozen."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import text

from sylvan import wiring
from sylvan.domain.actors import Actor, local_operator, system
from sylvan.domain.detections import DayNight, Instrument, NativeConfidence, Satellite, Stage, empty
from sylvan.domain.worlds import World, WorldClock, WorldKind
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parse import read_file
from sylvan.scenario import firms
from sylvan.services.house import House
from sylvan.settings import Settings
from sylvan.store import engine as store_engine
from sylvan.store import layers
from sylvan.store.layers import Item, Layer

NOW = datetime(2026, 7, 20, 12, tzinfo=UTC)
NOWHERE = "nowhere"
"""A region without layers: everything is inside, nothing has an address."""
KM_LAT = 1 / 111.2
"""Degrees of latitude in a kilometre."""
PIXEL_KM = 0.4
STEP_KM = 0.45
"""Between two pixels of one pass: farther than half a pixel, so never versions of each other."""
JITTER_KM = 0.09
"""A version's shift: two versions lie closer than half a pixel, whatever way each was moved."""


class SetClock:
    """A real-time clock that stands where the test puts it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@contextmanager
def opened(url: str, *, clock=None, region: str = NOWHERE, pool: int = 8) -> Iterator[House]:
    """All use-cases on a test database; the clock stands unless the test moves it."""
    engine = store_engine.create(url, pool_size=pool)
    house = wiring.house(Settings(region=region), engine, clock=clock or SetClock())
    house.worlds.live()
    try:
        yield house
    finally:
        house.auditor.stop(2.0)
        engine.dispose()


def load_layer(house: House, kind: str, *things, sample: bool = False) -> None:
    """Put (code, geometry, attributes) of a kind in place of what was known of it nowhere."""
    layer = Layer(kind, NOWHERE, kind, {"ru": kind, "en": kind}, "test", "CC0-1.0", sample=sample)
    items = [Item(code, {"ru": code, "en": code}, geom, told) for code, geom, told in things]
    with house.worlds.engine.begin() as conn:
        layers.replace(conn, layer, items, house.intake.clock())


def operator(house: House, world: str = "live") -> Actor:
    """The dispatcher at the desk."""
    return local_operator(house.worlds.named(world))


def installation(house: House, world: str = "live") -> Actor:
    """The installation itself."""
    return system(house.worlds.named(world))


def replay_world(house: House, name: str, base: datetime = NOW, rate: float = 0.0) -> World:
    """A replay whose clock shows ``base`` at the house's now."""
    clock = WorldClock(base, house.intake.clock(), rate)
    return house.worlds.open(WorldKind.REPLAY, name, clock)


@dataclass(frozen=True)
class Pass:
    """One satellite over one place: where its middle lies and when."""

    lon: float
    lat: float
    at: datetime
    satellite: Satellite = Satellite.NOAA20
    across: int = 3
    """Pixels in a row; the pass sees ``across × across``."""


def seen(place: Pass, *, seed: int = 0, stage: Stage = Stage.NRT, share: float = 1.0):
    """Detections of a pass: a block of pixels, each of them shifted a little by its version."""
    rng = np.random.default_rng([seed, int(place.at.timestamp()), int(stage)])
    offsets = (np.arange(place.across) - (place.across - 1) / 2) * STEP_KM
    dx, dy = (grid.ravel() for grid in np.meshgrid(offsets, offsets))
    # which pixels burn is the pass's own, the same for each of its versions
    burning = np.random.default_rng([seed, 7, int(place.at.timestamp())]).random(len(dx)) < share
    dx, dy = dx[burning], dy[burning]
    n = len(dx)
    angle, shift = rng.uniform(0, 2 * np.pi, n), rng.uniform(0, JITTER_KM, n)
    modis = place.satellite in (Satellite.TERRA, Satellite.AQUA)
    rows = empty(n)
    lat = place.lat + (dy + shift * np.sin(angle)) * KM_LAT
    rows["lat"] = lat.round(5)
    rows["lon"] = (
        place.lon + (dx + shift * np.cos(angle)) * KM_LAT / np.cos(np.radians(place.lat))
    ).round(5)
    rows["acq_at"] = int(place.at.timestamp()) // 60 * 60
    rows["satellite"] = place.satellite
    rows["instrument"] = Instrument.MODIS if modis else Instrument.VIIRS
    rows["scan"] = rows["track"] = PIXEL_KM
    rows["frp"] = rng.uniform(2, 60, n).round(2)
    rows["bright"] = rng.uniform(320, 360, n).round(2)
    rows["bright_long"] = rng.uniform(285, 300, n).round(2)
    rows["confidence_native"] = rng.integers(30, 100, n) if modis else NativeConfidence.NOMINAL
    rows["daynight"] = DayNight.DAY
    rows["type"] = 0
    rows["stage"] = stage
    return rows


def firms_file(rows, stage: Stage = Stage.NRT, *, decimals: int = 5) -> bytes:
    """A file as FIRMS delivers it."""
    written = Stage.RT if stage == Stage.URT else stage
    body = firms.write(int(rows["instrument"][0]), int(written), rows)
    if stage == Stage.URT:
        body = body.replace(b"2.0RT", b"2.0URT")
    return body if decimals == 5 else _shortened(body, decimals)


def _shortened(body: bytes, decimals: int) -> bytes:
    """The same file with coordinates of fewer decimals."""
    header, *lines = body.decode().splitlines()
    short = []
    for line in lines:
        lat, lon, rest = line.split(",", 2)
        short.append(f"{float(lat):.{decimals}f},{float(lon):.{decimals}f},{rest}")
    return ("\n".join([header, *short]) + "\n").encode()


def shuffled(body: bytes, seed: int) -> bytes:
    """The same file with its rows in another order."""
    header, *lines = body.splitlines(keepends=True)
    order = np.random.default_rng(seed).permutation(len(lines))
    return header + b"".join(lines[place] for place in order)


def parsed(body: bytes, name: str = "file.csv", now: datetime = NOW):
    """The file as the feeds read it."""
    return read_file(name, body, ReadOptions(now=int(now.timestamp())))


def burning_day(
    fires: int, passes: int, *, seed: int, until: datetime = NOW, apart_km: float = 6.0
) -> list[Pass]:
    """Places that burn, each seen by several passes; some drift towards their neighbours."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(fires)))
    birds = [Satellite.SNPP, Satellite.NOAA20, Satellite.NOAA21]
    made = []
    for number in range(fires):
        lat = 62.0 + (number // side) * apart_km * KM_LAT
        lon = 129.0 + (number % side) * apart_km * KM_LAT / np.cos(np.radians(62.0))
        drift = rng.uniform(-0.5, 0.5, 2) * KM_LAT
        for turn in range(passes):
            at = until - timedelta(hours=3 + 6 * (passes - turn)) + timedelta(minutes=number % 5)
            made.append(
                Pass(
                    float(lon + drift[0] * turn * 2),
                    float(lat + drift[1] * turn),
                    at,
                    birds[(turn + number) % 3],
                    int(rng.integers(1, 4)),
                )
            )
    return made


def files_of(
    passes: Sequence[Pass], *, seed: int, stages: Sequence[Stage] = (Stage.NRT,)
) -> list[tuple[str, bytes]]:
    """A file for each pass and stage."""
    made = []
    for number, one in enumerate(passes):
        for stage in stages:
            rows = seen(one, seed=seed, stage=stage)
            made.append((f"pass-{number:03d}-{stage.name.lower()}.csv", firms_file(rows, stage)))
    return made


def partition(house: House, world: str = "live") -> set[frozenset[tuple[int, int]]]:
    """Which stored detections belong together, whatever their fires are called."""
    actor = installation(house, world)
    query = text(
        "with recursive way(start, here) as ("
        " select id, id from fire where world_id = :world union all"
        " select way.start, fire.merged_into from way join fire on fire.id = way.here"
        " where fire.merged_into is not null)"
        " select way.here as fire, array_agg(extract(epoch from d.acq_at)::bigint) as at,"
        " array_agg(d.key) as keys from detection d"
        " join way on way.start = d.fire_id"
        " join fire on fire.id = way.here and fire.merged_into is null"
        " where d.world_id = :world group by way.here"
    )
    with house.worlds.engine.connect() as conn:
        rows = conn.execute(query, {"world": actor.world.id}).all()
    return {frozenset(zip(row.at, row.keys, strict=True)) for row in rows}


def detections_of(house: House, world: str = "live") -> set[tuple]:
    """Everything stored of each pixel but its fire, its batch and its line."""
    query = text(
        "select key, extract(epoch from acq_at)::bigint, satellite, stage, collection, precision,"
        " frp, bright, confidence, st_x(geom), st_y(geom), type from detection"
        " where world_id = :world"
    )
    with house.worlds.engine.connect() as conn:
        rows = conn.execute(query, {"world": installation(house, world).world.id}).all()
    return {tuple(row) for row in rows}


MEASURED = ("area_ha", "area_lo_ha", "area_hi_ha", "likelihood", "frp_mw", "n_detections")


def shapes(house: House, world: str = "live") -> set[tuple]:
    """Edge, area, likelihood and what else was measured of each fire that stands."""
    query = text(
        "select st_astext(edge), st_astext(point), first_seen, last_seen, n_passes, parts, sensors,"
        f" growth_ha_h, {', '.join(MEASURED)} from fire"
        " where world_id = :world and merged_into is null and n_detections > 0"
    )
    with house.worlds.engine.connect() as conn:
        rows = conn.execute(query, {"world": installation(house, world).world.id}).all()
    return {tuple(tuple(v) if isinstance(v, list) else v for v in row) for row in rows}


ORIGIN = (129.0, 62.0)
"""Where the small maps of tests have their middle."""


def near(east_km: float, north_km: float, at: datetime, satellite=Satellite.NOAA20):
    """One pixel at a distance from the origin."""
    lon = ORIGIN[0] + east_km * KM_LAT / np.cos(np.radians(ORIGIN[1]))
    place = Pass(lon, ORIGIN[1] + north_km * KM_LAT, at, satellite, across=1)
    rows = seen(place)
    rows["lon"], rows["lat"] = round(place.lon, 5), round(place.lat, 5)
    return rows


def take(house: House, name: str, body: bytes, world: str = "live"):
    """Take a file in as feeds do."""
    return house.intake.take(installation(house, world), name, body, "test")
