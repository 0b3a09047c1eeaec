"""A house in which every collection of the OGC interface holds something."""

from datetime import timedelta

from sylvan.domain.actors import local_operator
from tests.e2e.houses import ACROSS, NOW, take
from tests.e2e.rights_day import API, posted, two_places

STATIONS = (("A", 62.0, 129.7, 28), ("B", 66.4, 112.3, 18), ("C", 59.0, 121.5, 33))
"""Code, latitude, longitude, temperature at noon (°C)."""


def full_day(api, house):
    """Fires here, there and across 180°, registered ones among them; forces, weather, a ban."""
    here, there = two_places(api, house)
    take(house, ACROSS, "across.csv")
    lines = ["station,name,lat,lon,time,temperature,humidity,wind,rain"]
    for back in range(6):
        day = (NOW - timedelta(days=back)).strftime("%Y-%m-%dT04:00:00Z")
        lines += [f"{name},{name},{lat},{lon},{day},{t},30,3,0" for name, lat, lon, t in STATIONS]
    actor = local_operator(house.worlds.named("live"))
    house.weather.take(actor, "w.csv", ("\n".join(lines) + "\n").encode(), "weather")
    house.danger.refresh(actor)
    ban = {
        "kind": "ban",
        "municipalities": [here.municipality, "*"],
        "act": "№ 214",
        "act_date": "2026-07-10",
        "since": "2026-07-10",
    }
    posted(api, f"{API}/regimes", ban)
    return here, there
