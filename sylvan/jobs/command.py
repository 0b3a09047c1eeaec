"""By the clock: crews on the line are looked after, in every open world.

One process of an installation does it; others wait to take over.
"""

from threading import Event
from typing import Final

import structlog

from sylvan.domain.actors import system
from sylvan.services.house import House

log = structlog.get_logger()
EVERY_S: Final = 20.0
"""Real seconds between two looks: check-ins count in minutes."""


def keep(house: House, stop: Event) -> None:
    """Look after crews until told to stop."""
    while not stop.wait(EVERY_S):
        with house.notices.leading() as alone:
            while alone and not stop.wait(EVERY_S):
                turn(house, stop)


def turn(house: House, stop: Event) -> None:
    """One look at every open world; a fault in one of them does not blind the others."""
    for world in house.worlds.listed():
        if stop.is_set():
            return
        try:
            told = house.safety.look(system(world))
        except Exception:  # what stands stays; the next look comes soon
            log.exception("safety.failed", world=world.name)
            continue
        if told:
            log.info("safety.told", world=world.name, notices=told)
