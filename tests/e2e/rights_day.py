"""A day in two municipalities, so that one can be asked for what happened in the other."""

import json
from dataclasses import dataclass, field
from typing import Any

from sylvan.domain.actors import Level, system
from sylvan.services.doors import LOCAL, Credentials, Identity, Unauthenticated
from sylvan.services.helpers import Helpers
from sylvan.services.house import House
from sylvan.services.log import drain
from tests.e2e.houses import NOW, Site, take

API = "/api/v1"
ANY = {"If-Match": "*"}
MOMENT = f"{NOW:%Y-%m-%dT%H:%M:%SZ}"


class PaperDoor:
    """Believes what the key says: a JSON of an identity. No key is the operator."""

    def admit(self, credentials: Credentials) -> Identity:
        if credentials.key is None:
            return LOCAL
        if credentials.key == "forged":
            raise Unauthenticated("problem.sign_in", {"operation": ""})
        told = json.loads(credentials.key)
        return Identity(
            f"test:{told['role']}",
            told["role"],
            Level(told["level"]),
            tuple(told["territories"]),
            told["role"],
            told.get("owner", ""),
        )


def key(role: str, level: str, *territories: str, owner: str = "") -> dict[str, str]:
    """Headers of somebody."""
    told = {"role": role, "level": level, "territories": territories, "owner": owner}
    return {"Authorization": f"Bearer {json.dumps(told)}"}


@dataclass
class Place:
    """What happened in one municipality: ids by the blank that they fill, words to know it by."""

    name: str
    site: Site
    ids: dict[str, str] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)
    municipality: str = ""


def _near(place: Place, km: float = 3.0) -> list[float]:
    return [place.site.lon + 0.01 * km, place.site.lat + 0.005 * km]


def posted(api: Any, path: str, body: Any) -> Any:
    """The answer to a change that must succeed."""
    answer = api.post(path, json=body, headers=ANY)
    assert answer.is_success, (path, answer.text)
    return answer.json()


def live_through(api: Any, house: House, place: Place) -> None:
    """Everything that can happen to one fire and around it, so that every kind of thing exists."""
    object.__setattr__(house.handovers, "known", ("elsewhere",))
    lon, lat, name = place.site.lon, place.site.lat, place.name
    features = api.get(f"{API}/fires", params={"limit": 1000}).json()["features"]
    (fire,) = (one for one in features if abs(one["geometry"]["coordinates"][0] - lon) < 1)
    place.municipality = fire["properties"]["address"]["municipality"]["code"]
    about = f"{API}/fires/{fire['id']}"
    posted(api, f"{about}/register", {"first_area_ha": 2})
    report = posted(
        api,
        f"{API}/reports",
        {
            "place": {"method": "coordinates", "point": _near(place, 12)},
            "seen": "smoke",
            "text": f"text-{name}",
            "name": f"caller-{name}",
            "phone": "+7 914 000-00-00",
        },
    )
    heat = {"kind": "boiler", "point": _near(place, 25), "name": f"heat-{name}"}
    source = posted(api, f"{API}/heat-sources", heat)
    base = {"code": f"base-{name}", "kind": "air_base", "point": _near(place)}
    station = posted(api, f"{API}/forces/stations", base)
    for number in (1, 2):
        crew = {"code": f"crew-{name}-{number}", "kind": "helitack", "station": base["code"]}
        unit = posted(api, f"{API}/forces/units", crew)
    seen = {"unit": f"crew-{name}-1", "at": MOMENT, "point": _near(place)}
    posted(api, f"{API}/forces/positions", [seen])
    order = posted(api, f"{about}/orders", {"units": [{"unit": f"crew-{name}-1"}]})["orders"][0]
    word = {"kind": "exclude", "unit": f"crew-{name}-2", "why": "reserve"}
    said = posted(api, f"{API}/constraints", word)
    west, south, east, north = lon - 0.02, lat - 0.01, lon + 0.02, lat + 0.01
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    drawn = {"kind": "drawn", "at": MOMENT, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    edge = posted(api, f"{about}/edges", drawn)["edge"]
    owner = key("partner", "partner", owner=f"owner-{name}")
    thing = {
        "external_id": f"asset-{name}",
        "kind": "tower",
        "name": {"ru": f"asset-{name}"},
        "geometry": {"type": "Point", "coordinates": _near(place, 4)},
    }
    owned = api.post(f"{API}/assets", json=thing, headers=owner).json()
    seen_there = {
        "kind": "sighting",
        "external_id": f"signal-{name}",
        "source": "camera",
        "seen": "smoke",
        "observed_at": MOMENT,
        "place": {"method": "coordinates", "point": _near(place, 15)},
    }
    told = api.post(f"{API}/signals", json={"signals": [seen_there]}, headers=owner)
    assert told.json()["counts"] == {"reported": 1}, told.text
    offer = posted(api, f"{about}/handover", {"to": "elsewhere", "note": f"handover-{name}"})
    document = posted(api, f"{API}/documents", {"kind": "act", "fire_id": fire["id"]})
    place.ids |= {
        "fire_id": fire["id"],
        "report_id": report["id"],
        "source_id": source["id"],
        "station_id": station["id"],
        "unit_id": unit["id"],
        "order_id": order["id"],
        "constraint_id": said["id"],
        "edge_id": edge,
        "asset_id": owned["id"],
        "batch_id": owned["batch"],
        "handover_id": offer["id"],
        "document_id": document["id"],
    }
    words = ("crew-{}-1", "crew-{}-2", "base-{}", "text-{}", "caller-{}", "heat-{}")
    words += ("asset-{}", "owner-{}", "signal-{}", "handover-{}")
    place.marks |= {*place.ids.values(), *(word.format(name) for word in words)}


def two_places(api: Any, house: House) -> tuple[Place, Place]:
    """Two municipalities far from each other, each with a day behind it; a suggestion for both."""
    here = Place("here", Site(129.73, 66.4, 2.0, 5))
    there = Place("there", Site(125.3, 60.9, 5.5, 3))
    take(house, (here.site, there.site))
    for place in (here, there):
        live_through(api, house, place)
    object.__setattr__(house.suggestions, "helpers", Helpers(alone=True))
    number = str(api.post(f"{API}/suggestions").json()["number"])
    for place in (here, there):
        place.ids["number"] = number
    house.control.look(system(house.worlds.live()))
    drain(house.worlds.engine)
    assert here.municipality != there.municipality
    return here, there
