"""By the clock: a suggestion of forces whenever fires, units or orders have changed.

One process of an installation makes them; others wait to take over.
"""

import math
import time
from threading import Event
from typing import Final
from uuid import UUID

import structlog

from sylvan.domain.actors import Actor, system
from sylvan.services.house import House

log = structlog.get_logger()
EVERY_S: Final = 2.0
"""How often somebody looks whether anything changed: a registered fire waits no longer."""
REST, MOST_REST_S = 3.0, 20.0
"""Times as long as a suggestion took is rested after it in a replay, and seconds at most: there,
something has always changed. A fire that is registered meanwhile ends the rest."""
AGAIN_S: Final = 600.0
"""Without any change, real seconds after which wind, light and duty ask for a new one."""


def keep(house: House, stop: Event) -> None:
    """Suggest in every open world, until told to stop."""
    seen: dict[int, tuple[str, float]] = {}
    while not stop.wait(EVERY_S):
        with house.suggestions.leading() as alone:
            while alone and not stop.wait(EVERY_S):
                turn(house, seen, stop)


def turn(house: House, seen: dict[int, tuple[str, float]], stop: Event) -> None:
    """A suggestion for each world in which something changed.

    Args:
        house: all use-cases.
        seen: of each world what the last suggestion stood on, and when it was made; kept up.
        stop: ends the rest after one.
    """
    for world in house.worlds.listed():
        if stop.is_set():
            return
        actor, begun = system(world), time.monotonic()
        standing = house.suggestions.standing(actor)
        before, at = seen.get(world.id, ("", -AGAIN_S))
        if not standing or (standing == before and begun - at < AGAIN_S):
            continue
        seen[world.id] = standing, begun
        asked_for = house.suggestions.fought(actor)
        try:
            house.suggestions.make(actor, "changed")
        except Exception:  # the last suggestion stays with its age; the next change asks again
            log.exception("suggestion.failed", world=world.name)
        if not world.clock.is_real:
            rest(house, actor, asked_for, min(REST * (time.monotonic() - begun), MOST_REST_S), stop)


def rest(
    house: House, actor: Actor, asked_for: frozenset[UUID], seconds: float, stop: Event
) -> None:
    """Wait, unless there is a fire that the last suggestion did not know."""
    for _ in range(math.ceil(seconds / EVERY_S)):
        if stop.wait(EVERY_S) or house.suggestions.fought(actor) - asked_for:
            return
