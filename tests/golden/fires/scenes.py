"""Six fires that every engine must get right, each alone in an invented country.

The scenes are generated with known truth; their numbers (places, hours, seeds) were chosen so that
each shows what its name says. Grass runs for hours, taiga for days; two fires meet; a gas flare
stands still for weeks; fields are burnt off in an afternoon; peat sleeps and wakes.
"""

from dataclasses import dataclass
from typing import Any, Final

import shapely

from sylvan.scenario.geography import Geography, HeatSource, Settlement
from sylvan.scenario.parameters import (
    Delivery,
    Growth,
    Nuisance,
    People,
    PlannedIgnition,
    ScenarioParameters,
)

BOX: Final = (128.0, 61.5, 129.5, 62.3)
LON, LAT = 128.7, 61.9
"""Where the fire begins."""


@dataclass(frozen=True)
class Scene:
    """One of the six."""

    name: str
    seed: int
    days: float
    planned: tuple[PlannedIgnition, ...] = ()
    heat: tuple[HeatSource, ...] = ()

    @property
    def parameters(self) -> ScenarioParameters:
        """Nothing burns but what the scene sets; deliveries are late, early and repeated."""
        return ScenarioParameters(
            seed=self.seed,
            days=self.days,
            planned=self.planned,
            ignitions=0,
            storms_per_day=0.0,
            warm_hours=0.0,
            weather_node_deg=1.0,
            weather_step_h=6.0,
            growth=Growth(max_side=160),
            nuisance=Nuisance(glint_per_pass=0.0, roofs_per_day=0.0),
            people=People(reports=0, hoaxes=0, mistakes=0, duplicates=0),
            delivery=Delivery(
                late_share=0.1,
                early_share=0.3,
                repeat_share=0.1,
                truncated_files=0,
                error_pages=0,
            ),
        )

    @property
    def geography(self) -> Geography:
        """A box with one village in its corner."""
        village = Settlement({"en": "Village", "ru": "Село"}, 128.2, 61.6)
        name = {"en": "Invented", "ru": "Выдуманный"}
        return Geography("invented", shapely.box(*BOX), (village,), self.heat, name=name)


def _ignition(lon: float, lat: float, after_h: float, held_h: float, **how: Any) -> PlannedIgnition:
    return PlannedIgnition(lon, lat, after_h, contained_after_h=held_h, **how)


SCENES: Final = (
    Scene("grass", 3, 1.0, (_ignition(LON, LAT, 2.0, 9.0, fuel="grass"),)),
    Scene("taiga", 29, 5.0, (_ignition(LON, LAT, 3.0, 110.0, cause="lightning", fuel="open"),)),
    Scene(
        "merging_pair",
        28,
        4.0,
        (
            _ignition(LON, LAT, 3.0, 90.0, fuel="open"),
            _ignition(LON + 0.1, LAT, 3.0, 90.0, fuel="open"),
        ),
    ),
    Scene("flare", 7, 25.0, heat=(HeatSource("Flare", LON, LAT, "flare"),)),
    Scene(
        "crop_burning",
        8,
        1.0,
        tuple(
            _ignition(128.3 + 0.02 * k, 61.62 + 0.008 * (k % 2), 3.0 + 0.5 * k, 5.0, fuel="grass")
            for k in range(4)
        ),
    ),
    Scene(
        "peat_reignition",
        24,
        24.0,
        (
            _ignition(LON, LAT, 3.0, 60.0, fuel="peat"),
            _ignition(LON + 0.014, LAT + 0.005, 15 * 24.0, 90.0, fuel="peat"),
        ),
    ),
)
