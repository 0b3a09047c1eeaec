"""Settlements for labels: reviewed names, and a rank by "no bigger town near", not by people.

In the taiga a village of three thousand is the only name for three hundred kilometres; ranked by
population the north would stay blank until the map is far too close.
"""

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.basemap import sources

HERE = Path(__file__).parent
REGIONS = HERE.parent / "regions"
KM_PER_DEGREE = 111.2

SPACING_KM = (600.0, 270.0, 140.0, 70.0, 25.0)
"""A place gets rank i + 1 when no more important one lies within the i-th distance."""

WEIGHT = {"capital": 12.0, "city": 3.0, "town": 2.0}
"""How many times more important than its population says."""


@dataclass(frozen=True)
class Place:
    """A label on the base map."""

    lon: float
    lat: float
    name_ru: str
    name_en: str
    kind: str
    population: int
    rank: int = 0

    @property
    def importance(self) -> float:
        """What decides between neighbours; small places count a little even if uncounted."""
        return max(self.population, 300) * WEIGHT.get(self.kind, 1.0)

    def km_to(self, other: "Place") -> float:
        """Distance on a plane that is good enough to keep labels apart."""
        dx = (self.lon - other.lon + 180) % 360 - 180
        dx *= math.cos(math.radians((self.lat + other.lat) / 2))
        return math.hypot(dx, self.lat - other.lat) * KM_PER_DEGREE


def rows(path: Path) -> list[dict[str, str]]:
    """A reviewed table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def places(capitals: Iterable[str]) -> list[Place]:
    """All places of the base map, ranked; ``capitals`` are ids of the regions' seats."""
    by_id = {str(place["geonameid"]): place for place in sources.settlements()}
    seats = set(capitals)
    found = []
    for row in _tables():
        place = by_id.get(row["geonameid"])
        if place is None:
            message = f"GeoNames has no place {row['geonameid']} ({row['name_ru']})"
            raise SystemExit(message)
        capital = row.get("capital") == "yes" or row["geonameid"] in seats
        found.append(
            Place(
                lon=round(place["longitude"], 5),
                lat=round(place["latitude"], 5),
                name_ru=row["name_ru"],
                name_en=row["name_en"] or place["name"],
                kind="capital" if capital else row.get("kind") or "city",
                population=_population(row, place["population"]),
            )
        )
    return list(_ranked(found))


def _tables() -> Iterator[dict[str, str]]:
    seen: set[str] = set()
    for path in (*sorted(REGIONS.glob("*_settlements.csv")), HERE / "places.csv"):
        for row in rows(path):
            if row["geonameid"] not in seen:
                seen.add(row["geonameid"])
                yield row


def _population(row: dict[str, str], counted: int) -> int:
    """GeoNames' count, unless the review says that it is not one."""
    return 0 if "population" in row.get("remark", "") else counted


def _ranked(found: list[Place]) -> Iterator[Place]:
    order = sorted(found, key=lambda place: (-place.importance, place.name_en))
    placed: list[Place] = []
    for place in order:
        nearest = min((place.km_to(other) for other in placed), default=math.inf)
        last = len(SPACING_KM) + 1
        rank = next((i for i, km in enumerate(SPACING_KM, start=1) if nearest >= km), last)
        placed.append(place)
        yield Place(**{**place.__dict__, "rank": rank})
