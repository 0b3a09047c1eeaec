"""The generated fire day that shows a new user what Sylvan does, in a replay world of its own."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Final

from sylvan.domain.actors import system
from sylvan.domain.forces import rows
from sylvan.domain.worlds import World, WorldKind
from sylvan.jobs import field, playing
from sylvan.jobs.crew import Crew
from sylvan.jobs.land import geography_of, sites_of
from sylvan.jobs.recordings import from_scenario
from sylvan.jobs.replay import Item, Pace
from sylvan.scenario.forces import sample_forces
from sylvan.scenario.parameters import ScenarioParameters
from sylvan.scenario.scenario import generate
from sylvan.services import packs
from sylvan.services.forces_lists import STATIONS, UNITS, SheetOut
from sylvan.services.house import House
from sylvan.services.packs import Pack

NAME: Final = "demo"
SEED: Final = 20260717
RATE: Final = 60.0
"""World seconds per second: a fire day in twenty-odd minutes; something moves every few seconds."""


def start(
    crew: Crew,
    house: House,
    say: Callable[[str], None],
    folder: Path | None = None,
    stop_after_h: float | None = None,
    rate: float = RATE,
) -> str:
    """Open a fresh demo world and replay a generated day in it; the world's name.

    With ``stop_after_h`` so many hours of the day come as fast as they are taken, and then time
    stands: pictures and measurements begin with the same moment each time. Else its clock goes
    ``rate`` times as fast as the real one.
    """
    _close_earlier(house)
    parameters = ScenarioParameters(seed=SEED)
    world = playing.open_world(house, NAME, parameters.start, WorldKind.REPLAY)
    stage = playing.Stage(house, world)
    pack = packs.find(house.geography.code, folder)
    base_forces(house, world, pack)
    say("a generated fire day replays in the world " + world.name)

    def job(stop: Event) -> None:
        scenario = generate(parameters, geography_of(pack))
        items, pace = from_scenario(scenario), Pace(rate=rate)
        if stop_after_h is not None:
            items, pace = until(items, scenario.play_from, stop_after_h), Pace(rate=None)
        playing.player(stage, items, pace, scenario.play_from).run(stop)

    crew.add("demo", job)
    crew.add("field", lambda stop: field.keep(house, world.name, stop))
    return world.name


def until(items: Sequence[Item], start: datetime, hours: float) -> list[Item]:
    """What comes in the first ``hours`` after ``start``, and all before it."""
    return [item for item in items if item.at <= start + timedelta(hours=hours)]


def base_forces(house: House, world: World, pack: Pack) -> None:
    """The sample register of forces, through the door that a service's own file takes."""
    sample = sample_forces(sites_of(pack))
    tables = [
        SheetOut(
            STATIONS, rows.STATION_COLUMNS, [rows.station_row(one) for one in sample.stations]
        ),
        SheetOut(UNITS, rows.UNIT_COLUMNS, [rows.unit_row(one) for one in sample.units]),
    ]
    body = house.force_lists.write.xlsx(tables)
    house.force_lists.take(system(world), "sample.xlsx", body)


def _close_earlier(house: House) -> None:
    """Demo days of earlier starts are over."""
    for world in house.worlds.listed():
        if world.name == NAME or world.name.startswith(f"{NAME}-"):
            house.worlds.close(system(world))
