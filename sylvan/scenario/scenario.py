"""A whole scenario: deliveries in their order, and the truth behind them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sylvan.scenario.deliveries import (
    Delivery,
    Kind,
    detection_deliveries,
    lightning_deliveries,
)
from sylvan.scenario.fires import burn
from sylvan.scenario.geography import Geography
from sylvan.scenario.ground import make_ground
from sylvan.scenario.ignitions import draw_ignitions
from sylvan.scenario.lightning import make_strokes
from sylvan.scenario.nuisance import make_nuisances
from sylvan.scenario.observe import LINK, LOOK, PASS, observe
from sylvan.scenario.orbits import make_elements
from sylvan.scenario.parameters import ScenarioParameters
from sylvan.scenario.reports import make_reports
from sylvan.scenario.truth import Truth, joined, weather_table
from sylvan.scenario.weather import Weather, make_weather

_PLAY_LEAD: Final = timedelta(seconds=30)
"""World time between the start of playing and the first delivery after the warm part."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What :func:`generate` makes and :mod:`sylvan.scenario.archive` keeps."""

    parameters: ScenarioParameters
    geography: Geography
    deliveries: tuple[Delivery, ...]
    truth: Truth

    @property
    def play_from(self) -> datetime:
        """World time at which playing starts; what is due before is delivered at once.

        Moved close to the first delivery after the warm part that a map shows, so that nobody
        waits for it.
        """
        warm = self.parameters.start + timedelta(hours=self.parameters.warm_hours)
        after = [
            one.deliver_at
            for one in self.deliveries
            if one.deliver_at > warm and one.kind != Kind.LIGHTNING
        ]
        return max(warm, min(after) - _PLAY_LEAD) if after else warm

    @property
    def weather(self) -> Weather:
        """The true weather anywhere and at any time, by the parameters' seed."""
        return make_weather(self.parameters, self.geography.plane)

    @property
    def rows(self) -> int:
        """Detections in all files, repeats and versions included."""
        bodies = (one.body for one in self.deliveries if one.kind == Kind.DETECTIONS)
        return sum(max(body.count(b"\n") - 1, 0) for body in bodies if isinstance(body, bytes))


def generate(parameters: ScenarioParameters, geography: Geography) -> Scenario:
    """Make the scenario of these parameters; the same ones give the same bytes.

    Raises:
        ValueError: the region has no burnable land.
    """
    weather = make_weather(parameters, geography.plane)
    ground = make_ground(parameters, geography)
    strokes = make_strokes(parameters, geography, weather)
    fires = burn(
        parameters, ground, weather, draw_ignitions(parameters, geography, ground, weather, strokes)
    )
    elements = make_elements(parameters.start)
    nuisances = make_nuisances(parameters, geography, ground)
    seen = list(observe(parameters, geography, weather, fires, elements, nuisances))
    reports, about = make_reports(parameters, geography, fires)
    truth = Truth(
        fires,
        joined([one.record for one in seen], PASS),
        joined([one.looks for one in seen], LOOK),
        joined([one.links for one in seen], LINK),
        strokes,
        about,
        weather_table(parameters, geography, weather),
        elements,
    )
    deliveries = detection_deliveries(parameters, seen)
    deliveries += [*lightning_deliveries(parameters, strokes), *reports]
    deliveries.sort(key=lambda one: (one.deliver_at, one.kind, one.feed, one.name))
    return Scenario(parameters, geography, tuple(deliveries), truth)
