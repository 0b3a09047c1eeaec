"""A bad day: two hundred fires of a scenario, each forecast by the helpers as in the product.

Nearest to people first; what is told of each is how old its forecast is when the last one is made.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any, Final

import numpy as np
from scipy.spatial import cKDTree
from shapely.geometry import MultiPolygon

from sylvan.bench.spread_hindcast import REGION, weather_at
from sylvan.domain.edge_overrule import area_of_shape
from sylvan.domain.forecasting import DEFAULT, Question, net_for
from sylvan.domain.places import earth_xyz
from sylvan.jobs.land import geography_of
from sylvan.scenario.parameters import ScenarioParameters
from sylvan.scenario.scenario import Scenario, generate
from sylvan.services import packs
from sylvan.services.forecasting import Forecasters

SEED: Final = 12
AFTER_H: Final = 24.0
SPARE: Final = 1.6  # ignitions for each fire: some are out or still unlit


def run(fires: int = 200) -> dict[str, Any]:
    """Forecast them all; seconds, and how old the forecasts are at the end."""
    questions = list(_questions(fires))
    helpers = Forecasters()
    done: list[float] = []
    try:
        helpers.answer(questions[0], None)  # helpers begin, and compile
        begin = perf_counter()

        def one(question: Question) -> None:
            helpers.answer(question, None)
            done.append(perf_counter() - begin)

        with ThreadPoolExecutor(helpers.at_once) as threads:
            list(threads.map(one, questions))
        seconds = perf_counter() - begin
    finally:
        helpers.stop()
    ages = [seconds - at for at in done]
    return {
        "fires": len(questions),
        "members": DEFAULT.members,
        "hours": DEFAULT.hours,
        "at_once": helpers.at_once,
        "seconds": seconds,
        "s_per_fire": seconds / len(questions),
        "age_at_end_s": {"median": median(ages), "oldest": max(ages)},
    }


def _questions(fires: int) -> Iterator[Question]:
    """Fires that burn at noon of the second day, nearest to people first, then the largest."""
    parameters = ScenarioParameters(
        seed=SEED,
        start=datetime(2026, 7, 10, tzinfo=UTC),
        days=1.5,
        ignitions=round(fires * SPARE),
        ongoing_share=0.9,
    )
    made = generate(parameters, geography_of(packs.find(REGION)))
    now = parameters.start + timedelta(hours=AFTER_H)
    homes = made.geography.settlements
    tree = cKDTree(earth_xyz(np.array([h.lon for h in homes]), np.array([h.lat for h in homes])))
    burning = []
    for row in made.truth.fires.ignitions:
        ground = made.truth.burnt(int(row["fire"]), now)
        if isinstance(ground, MultiPolygon) and not ground.is_empty:
            lon, lat = ground.centroid.coords[0]
            away = float(tree.query(earth_xyz(np.array([lon]), np.array([lat])))[0][0])
            burning.append((away, -area_of_shape(ground), ground))
    burning.sort(key=lambda one: one[:2])
    for _, _, ground in burning[:fires]:
        yield _question(made, ground, now)


def _question(made: Scenario, ground: MultiPolygon, now: datetime) -> Question:
    lon, lat = ground.centroid.coords[0]
    weather = weather_at(made, lon, lat, now, DEFAULT.hours + 2)
    net, _ = net_for(ground, weather, now, DEFAULT.hours)
    return Question(f"{lon},{lat}", now, now, net, ground, weather=weather)
