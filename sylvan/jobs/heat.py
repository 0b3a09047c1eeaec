"""By the clock: people's words about heat sources within a minute, observation once a day."""

from datetime import date
from threading import Event
from typing import Final

from sylvan.domain.actors import system
from sylvan.services.house import House

EVERY_S: Final = 60.0
"""How often people's words about fires are looked for."""


def keep(house: House, stop: Event) -> None:
    """Keep the register of each open world, until told to stop.

    A day is one of the world's own clock: a replay at sixty times the speed learns as often.
    """
    learned: dict[int, date] = {}
    heard: dict[int, str] = {}
    while not stop.wait(EVERY_S):
        for world in house.worlds.listed():
            actor = system(world)
            said = house.heat_learning.said(actor)
            today = world.now(house.worlds.clock()).date()
            if learned.get(world.id) != today:
                house.heat_learning.learn(actor)
            elif heard.get(world.id) != said:
                house.heat_learning.listen(actor)
            learned[world.id], heard[world.id] = today, said
            house.heat.expire(actor)
