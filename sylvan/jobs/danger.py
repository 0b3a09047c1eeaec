"""By the clock: fire danger computed soon after weather came, and when a world's day turns."""

import time
from random import Random
from threading import Event
from typing import Final

import structlog

from sylvan.domain.actors import system
from sylvan.feeds.forecast_api import ForecastConfig, ForecastPoller
from sylvan.jobs.watch import Live
from sylvan.services.house import House
from sylvan.settings import Settings

log = structlog.get_logger()
EVERY_S: Final = 5.0
"""How often is looked whether weather came: one small question for each open world."""
FORGET_S: Final = 3600.0
"""How often ended forecasts are dropped."""
LATTICE_DEG: Final = (2.5, 5.0)
"""Degrees of latitude and longitude between points of the region that a forecast is asked for."""
MOST_POINTS: Final = 200
"""Points of a question to a public API, which asks to be spared; engineering."""


def keep(house: House, stop: Event) -> None:
    """Compute what is due in each open world, until told to stop.

    What fails in one world is told and tried again; the others go on.
    """
    forgot: dict[int, float] = {}
    while not stop.wait(EVERY_S):
        for world in house.worlds.listed():
            actor = system(world)
            try:
                house.danger.refresh(actor)
                if time.monotonic() - forgot.get(world.id, 0.0) > FORGET_S:
                    house.weather.forget(actor)
                    forgot[world.id] = time.monotonic()
            except Exception:
                log.exception("danger.failed", world=world.name)
                stop.wait(EVERY_S)


def points(house: House) -> list[tuple[float, float]]:
    """What a forecast is asked for: known stations, then a lattice over the region."""
    live = Live(house)
    stations = [(one.lon, one.lat) for one in house.weather.stations(live.actor)]
    return (stations + house.weather.lattice(*LATTICE_DEG))[:MOST_POINTS]


def forecasts(settings: Settings, house: House, stop: Event) -> None:
    """Ask a public API for forecasts, until told to stop."""
    config = ForecastConfig(settings.forecast_url, settings.forecast_hours * 3600.0)
    live = Live(house)
    jitter = Random()  # noqa: S311 - jitter only
    poller = ForecastPoller(config, lambda: points(house), live.weather, live, jitter, desk=live)
    try:
        poller.run(stop, time.monotonic)
    finally:
        poller.close()
