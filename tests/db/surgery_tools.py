"""Small maps for surgeries: rows of pixels a little apart, and what people do with them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import text

from sylvan.domain.detections import Satellite, Stage
from sylvan.domain.selection import Choice
from sylvan.services.surgery import Asked
from tests.db.helpers import NOW, ORIGIN, Pass, firms_file, near, operator, seen, take

GAP_KM = 0.8
"""Between pixels of one fire: less than a link, more than a pixel."""


def pixels(house, *east_km: float, north_km: float = 0.0, hours: float = 6.0, world="live") -> None:
    """One pass sees pixels in a row, a minute of our time after what came before."""
    house.intake.clock.advance(minutes=1)
    rows = np.concatenate([near(x, north_km, NOW - timedelta(hours=hours)) for x in east_km])
    name = f"{east_km}-{north_km}-{hours}.csv"
    take(house, name, firms_file(rows), world)


def version(
    house, place: Pass, stage: Stage, *, seed: int = 0, world: str = "live"
) -> np.ndarray[Any, Any]:
    """A pass is delivered in one of its versions."""
    house.intake.clock.advance(minutes=1)
    rows = seen(place, seed=seed, stage=stage)
    take(house, f"{place.at}-{stage.name}.csv", firms_file(rows, stage), world)
    return rows


def block(at: datetime = NOW - timedelta(hours=6), across: int = 3) -> Pass:
    """A square of pixels in the middle of the map."""
    return Pass(ORIGIN[0], ORIGIN[1], at, Satellite.NOAA20, across)


def standing(house, world="live") -> dict[str, dict[str, Any]]:
    """Fires on the map by id."""
    return {one["id"]: one for one in house.picture.snapshot(operator(house, world))["fires"]}


def only(house, world="live") -> dict[str, Any]:
    """The one fire there is."""
    (fire,) = standing(house, world).values()
    return fire


def read(house, fire_id, world="live") -> dict[str, Any]:
    """A fire as its card shows it."""
    return house.fires.detail(operator(house, world), UUID(str(fire_id)))


def own(house, fire_id) -> dict[str, Any]:
    """The state of a fire's own row, though it be merged away."""
    query = text("select status, merged_into, number, n_detections, version from fire where id=:id")
    with house.worlds.engine.connect() as conn:
        return dict(conn.execute(query, {"id": UUID(str(fire_id))}).mappings().one())


def listed(house, fire_id, world="live") -> list[dict[str, Any]]:
    """A fire's detections from west to east."""
    found = house.fires.detections(operator(house, world), UUID(str(fire_id)), 1000)
    return sorted(found, key=lambda one: one["geometry"]["coordinates"])


def names(features) -> Choice:
    """These detections, by name."""
    told = (one["properties"] for one in features)
    return Choice(tuple((int(one["acq_at"].timestamp()), int(one["key"])) for one in told))


def east_of(lon: float, far: float = 20.0) -> Choice:
    """Everything in a box east of a meridian."""
    ring = [[lon, 50.0], [lon + far, 50.0], [lon + far, 75.0], [lon, 75.0], [lon, 50.0]]
    return Choice(within={"type": "Polygon", "coordinates": [ring]})


def do(house, kind: str, fire_id, *told, world="live", actor=None, **asked) -> dict[str, Any]:
    """One surgery."""
    work = getattr(house.surgeries, kind)
    return work(actor or operator(house, world), UUID(str(fire_id)), *told, Asked(**asked))


def undo(house, done, world="live", **asked) -> dict[str, Any]:
    """Take a surgery back."""
    actor = operator(house, world)
    return house.surgeries.undo(actor, UUID(str(done["surgery"])), Asked(**asked))


def places(house, world="live") -> dict[str, set[str]]:
    """Which detections each fire on the map has, false ones left out."""
    return {
        fire: {
            one["properties"]["key"]
            for one in listed(house, fire, world)
            if one["properties"]["verdict"] != "false"
        }
        for fire in standing(house, world)
    }


def codes(fire: dict[str, Any]) -> list[str]:
    """What a fire says of itself."""
    return [reason["code"] for reason in fire["reasons"]]
