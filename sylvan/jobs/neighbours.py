"""By the clock: neighbours' logs are read; what follows from partners' things and from layers."""

from threading import Event
from typing import Final

from sylvan.feeds.regions import RegionClient, RegionPuller, RegionSource
from sylvan.jobs.crew import Crew
from sylvan.services.house import House

EVERY_S: Final = 10.0
"""How often is looked for what is to follow from layers, and for what a process left undone."""


def start(crew: Crew, house: House, sources: tuple[RegionSource, ...]) -> None:
    """A job for each neighbour: one that is away holds up nobody else."""
    for source in sources:
        crew.add(f"neighbour-{source.code}", puller(house, source).run)


def puller(house: House, source: RegionSource) -> RegionPuller:
    """Who reads one neighbour."""
    return RegionPuller(house.border, source, RegionClient(source))


def keep(house: House, stop: Event) -> None:
    """Carry on what a process left that died in between, until told to stop."""
    while not stop.wait(EVERY_S):
        house.assets.follower.catch_up()
        house.layer_desk.follower.catch_up()
        house.handovers.settle()
