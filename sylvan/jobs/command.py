"""By the clock: crews, requests, decisions and regimes are looked after, in every open world.

One process of an installation does it; others wait to take over.
"""

from collections.abc import Callable
from threading import Event
from typing import Final

import structlog

from sylvan.domain.actors import Actor, system
from sylvan.services.house import House

log = structlog.get_logger()
EVERY_S: Final = 20.0
"""Real seconds between two looks at crews and requests: check-ins and answers count in minutes."""
SELDOM: Final = 9
"""Every so many turns decisions and regimes are looked at: they change by the hour."""


def keep(house: House, stop: Event) -> None:
    """Look after them until told to stop."""
    while not stop.wait(EVERY_S):
        with house.notices.leading() as alone:
            number = 0
            while alone and not stop.wait(EVERY_S):
                turn(house, stop, seldom=number % SELDOM == 0)
                number += 1


def turn(house: House, stop: Event, *, seldom: bool) -> None:
    """One look at every open world.

    Args:
        house: all use-cases.
        stop: ends the round between two looks.
        seldom: whether decisions and regimes are looked at, too.
    """
    looks = [
        ("crews", house.safety.look),
        ("requests", house.requests.look),
        ("answers", house.report_answers.look),
    ]
    if seldom:
        looks += [("control", house.control.look), ("regimes", house.regimes.look)]
        looks.append(("uploads", house.uploads.look))
    for world in house.worlds.listed():
        for name, look in looks:
            if stop.is_set():
                return
            _one(name, look, system(world))


def _one(name: str, look: Callable[[Actor], int], actor: Actor) -> None:
    """One look; its fault does not blind the others."""
    try:
        told = look(actor)
    except Exception:  # what stands stays; the next look comes soon
        log.exception("notices.failed", of=name, world=actor.world.name)
        return
    if told:
        log.info("notices.told", of=name, world=actor.world.name, notices=told)
