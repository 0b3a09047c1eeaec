"""By the clock: forecasts of spread for all fires that burn, the most urgent first.

One process of an installation makes them; others wait to take over.
"""

import time
from threading import Event
from typing import Final

from sylvan.domain.actors import system
from sylvan.services.house import House

EVERY_S: Final = 3.0
"""How often fires that need a forecast are looked for; a pass brings many of them at once."""
TURN: Final = 8
"""Handfuls of forecasts in a row for one world, before the next world has its turn."""
REST, MOST_REST_S = 2.0, 15.0
"""Times as long as a forecast took is rested after it in a replay, and seconds at most: where a day
passes in minutes, there is always one due, and it would keep a core from those who look at it."""


def keep(house: House, stop: Event) -> None:
    """Make forecasts in every open world, until told to stop."""
    while not stop.wait(EVERY_S):
        with house.forecasts.leading() as alone:
            while alone and not stop.is_set() and turn(house, stop):
                pass


def turn(house: House, stop: Event) -> bool:
    """A few forecasts for each world; whether any was needed."""
    made = False
    for world in house.worlds.listed():
        for _ in range(TURN):
            begun = time.monotonic()
            if stop.is_set() or not house.forecasts.next_ones(system(world)):
                break
            made = True
            if not world.clock.is_real:
                stop.wait(min(REST * (time.monotonic() - begun), MOST_REST_S))
    return made
