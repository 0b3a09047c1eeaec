"""By the clock: the regions' logs, read by a national hub."""

from pathlib import Path

from sylvan.feeds.regions import RegionClient, RegionPuller, RegionSource, read_sources
from sylvan.jobs.crew import Crew
from sylvan.services.house import House


def puller(house: House, source: RegionSource) -> RegionPuller:
    """Who reads one region."""
    return RegionPuller(house.hub, source, RegionClient(source))


def start(crew: Crew, house: House, file: Path) -> None:
    """A job for each region of a file: one that is away holds up nobody else.

    Raises:
        FeedError: the file cannot be used.
    """
    for source in read_sources(file):
        crew.add(f"hub-{source.code}", puller(house, source).run)
