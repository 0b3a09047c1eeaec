"""Write the kept fire day anew: ``python tests/golden/small_day/make.py``, then read the diff."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

from sylvan.scenario import archive
from sylvan.scenario.deliveries import Kind
from sylvan.scenario.geography import invented
from sylvan.scenario.parameters import (
    Delivery,
    Growth,
    People,
    PlannedIgnition,
    ScenarioParameters,
)
from sylvan.scenario.scenario import Scenario, generate

FOLDER = Path(__file__).parent
LAND = invented((126, 61, 132, 64), seed=3, settlements=12, flares=4)
PARAMETERS = ScenarioParameters(
    seed=20,
    days=1.2,
    warm_hours=8.0,
    ignitions=2,
    storms_per_day=2.0,
    weather_node_deg=1.0,
    weather_step_h=3.0,
    # a grass fire, a pair that may meet, and a peat fire that creeps
    planned=(
        PlannedIgnition(128.2, 62.3, -3.0, contained_after_h=9.0, fuel="grass", fuel_radius_km=3),
        PlannedIgnition(130.10, 62.80, -20.0, cause="lightning", contained_after_h=48.0),
        PlannedIgnition(130.17, 62.82, -15.0, cause="lightning", contained_after_h=48.0),
        PlannedIgnition(127.0, 63.2, -60.0, fuel="peat", contained_after_h=120.0),
    ),
    growth=Growth(max_side=160),
    delivery=Delivery(late_share=0.1, early_share=0.3, repeat_share=0.15),
    people=People(reports=6, hoaxes=1, mistakes=1, duplicates=1),
)


def described(made: Scenario) -> dict[str, object]:
    """What a reader should find in the day, in plain numbers."""
    truth = made.truth
    seen = truth.links["source"][truth.links["kind"] == 0]
    hours = (0, 12, 24)
    return {
        "pixels": truth.counts(),
        "passes": int(truth.passes.size),
        "quirks": Counter(str(o.quirk) for o in made.deliveries if o.kind == Kind.DETECTIONS),
        "fires": [
            {
                "fire": fire,
                "pixels": int((seen == fire).sum()),
                "area_ha_after_h": {
                    str(h): truth.area_ha(fire, made.parameters.start + timedelta(hours=h))
                    for h in hours
                },
            }
            for fire in truth.fires.ignitions["fire"].tolist()
        ],
    }


def main() -> None:
    """Write both files."""
    made = generate(PARAMETERS, LAND)
    archive.save(made, FOLDER / "scenario.zip")
    text = json.dumps(described(made), indent=1, sort_keys=True)
    (FOLDER / "expected.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
