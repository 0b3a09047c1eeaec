"""The same walls around the OGC's collections: collection × role × place, and foreign pages."""

import base64
import re
import sys

import pytest

from sylvan.store import scope as scoping
from tests.e2e.houses import Site, client, code, opened, take
from tests.e2e.rights_day import PaperDoor, key, two_places
from tests.e2e.test_rights import ROLES, headers_of, told

OGC = "/ogc"
PARTS = (
    "",
    "/items?limit=1000",
    "/items?f=html&limit=1000",
    "/schema",
    "/tiles/WebMercatorQuad/0/0/0",
)
OPEN = {
    "public": {"public-fires", "danger", "danger-areas", "regimes"},
    "partner": {
        "fires",
        "fire-edges",
        "detections",
        "public-fires",
        "danger",
        "danger-areas",
        "regimes",
    },
    "neighbour": {
        "fires",
        "fire-edges",
        "detections",
        "public-fires",
        "danger",
        "danger-areas",
        "regimes",
    },
    "feed": None,
    "dispatcher": {"units", "stations", "fire-versions", "fires", "detections"},
    "viewer": {"fire-versions", "fires", "detections"},
}
"""Collections beside layers; None: the whole interface is closed."""


@pytest.fixture(scope="module")
def day(region_url):
    house = opened(region_url)
    house.door = PaperDoor()
    with client(house) as api:
        here, there = two_places(api, house)
        yield api, here, there
    house.worlds.engine.dispose()


def collections(api, headers):
    answer = api.get(f"{OGC}/collections", headers=headers)
    return [one["id"] for one in answer.json()["collections"]] if answer.is_success else []


def everything(api, headers, there):
    """Answers to all that can be asked of all collections, open or not."""
    names = {one for one in collections(api, {}) if not one.startswith("layer-")}
    names |= {"layer-settlements"}  # layers are the same for whoever has them
    marks = [there.ids[one] for one in ("fire_id", "station_id", "unit_id")]
    for name in sorted(names):
        here = f"{OGC}/collections/{name}"
        for path in (*(here + part for part in PARTS), *(f"{here}/items/{mark}" for mark in marks)):
            yield path, api.get(path, headers=headers)


@pytest.mark.parametrize("name", ROLES)
def test_nobody_reads_of_another_place_by_any_collection(day, name):
    api, here, there = day
    found = []
    for path, answer in everything(api, headers_of(name, here), there):
        assert answer.status_code < 500, (path, told(answer))
        leaks = [mark for mark in there.marks if mark in told(answer) and mark not in path]
        if answer.is_success and leaks:
            found.append((path, leaks[:3]))
    assert found == []


@pytest.mark.parametrize("name", ["dispatcher", "partner", "viewer"])
def test_without_our_filter_the_database_still_tells_nothing(day, name, monkeypatch):
    api, here, there = day

    def unfiltered(query, actor, table):
        return query.where(table.c.world_id == actor.world.id)

    for module in list(sys.modules.values()):
        if getattr(module, "scope", None) is scoping.scope and module is not scoping:
            monkeypatch.setattr(module, "scope", unfiltered)
    for path, answer in everything(api, headers_of(name, here), there):
        leaks = [mark for mark in there.marks if mark in told(answer) and mark not in path]
        assert not (answer.is_success and leaks), (path, leaks[:3])


def test_the_operator_reads_of_both(day):
    api, here, there = day
    whole = "".join(told(answer) for _, answer in everything(api, {}, there))
    assert {here.ids["fire_id"], there.ids["fire_id"], "crew-there-1", "base-here"} <= {
        mark for mark in (*here.marks, *there.marks) if mark in whole
    }


@pytest.mark.parametrize("name", OPEN)
def test_a_collection_is_open_to_whoever_has_the_operation_that_shows_the_same(day, name):
    api, here, _ = day
    headers = headers_of(name, here)
    answer = api.get(f"{OGC}/collections", headers=headers)
    if OPEN[name] is None:
        assert answer.status_code == 403
        return
    found = set(collections(api, headers))
    own = {one for one in found if not one.startswith("layer-")}
    assert own >= OPEN[name]
    assert name == "dispatcher" or not own & {"units", "stations"}
    if name == "public":
        assert found == OPEN[name]
        assert code(api.get(f"{OGC}/collections/fires/items", headers=headers)) == (
            "ogc.collection_unknown"
        )


def test_everybody_reads_of_the_own_place(day):
    api, here, _ = day
    headers = headers_of("dispatcher", here)
    for name, count in {
        "fires": 1,
        "fire-edges": 1,
        "detections": 5,
        "units": 2,
        "stations": 1,
    }.items():
        answer = api.get(f"{OGC}/collections/{name}/items", headers=headers)
        assert answer.json()["numberMatched"] == count, name


def test_hidden_fields_are_neither_shown_nor_found_out(day):
    api, here, _ = day
    versions = f"{OGC}/collections/fire-versions"
    viewer, chief = headers_of("viewer", here), headers_of("chief", here)
    shown = api.get(f"{versions}/items", headers=chief).json()["features"][0]["properties"]
    assert shown["actor"]
    for found in api.get(f"{versions}/items", headers=viewer).json()["features"]:
        assert "actor" not in found["properties"]
    assert "actor" not in api.get(f"{versions}/queryables", headers=viewer).json()["properties"]
    asked = api.get(f"{versions}/items", params={"filter": "actor='local'"}, headers=viewer)
    assert code(asked) == "filter.property"
    assert code(api.get(f"{versions}/items?actor=local", headers=viewer)) == (
        "problem.unknown_parameter"
    )


def test_crews_do_not_see_what_units_cost(day):
    api, here, _ = day
    units = f"{OGC}/collections/units/queryables"
    assert (
        "cost_hour" in api.get(units, headers=headers_of("dispatcher", here)).json()["properties"]
    )
    field = api.get(units, headers=headers_of("field", here)).json()["properties"]
    assert "code" in field
    assert not {one for one in field if one.startswith("cost")}


def test_the_public_sees_registered_fires_coarsely(day):
    api, _, _ = day
    anybody = key("public", "public", "*")
    address = f"{OGC}/collections/public-fires/items"
    found = api.get(address, headers=anybody).json()["features"]
    assert len(found) == 2
    for one in found:
        assert all(round(value, 2) == value for value in one["geometry"]["coordinates"])
        assert set(one["properties"]) == {"number", "status", "area_ha", "last_seen"}
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", str(one))


def test_no_filter_finds_out_the_exact_place_of_a_public_fire(own):
    house, api = own
    take(house, [Site(129.7342, 66.4037, 2.0, 5)])
    (fire,) = api.get(f"{OGC}/collections/fires/items").json()["features"]
    registered = api.post(
        f"/api/v1/fires/{fire['id']}/register", json={"first_area_ha": 2}, headers={"If-Match": "*"}
    )
    assert registered.is_success, registered.text
    address = f"{OGC}/collections/public-fires/items"
    (shown,) = api.get(address).json()["features"]
    for place, found in ((fire, 0), (shown, 1)):
        lon, lat = place["geometry"]["coordinates"]
        box = f"{lon - 1e-4:f},{lat - 1e-4:f},{lon + 1e-4:f},{lat + 1e-4:f}"
        for query in ({"bbox": box}, {"filter": f"S_INTERSECTS(geom, BBOX({box}))"}):
            assert len(api.get(address, params=query).json()["features"]) == found


def test_a_fire_opened_alone_is_on_record(day):
    api, here, _ = day
    name = here.ids["fire_id"]
    headers = key("chief", "region", "*")
    assert api.get(f"{OGC}/collections/fires/items/{name}", headers=headers).is_success
    api.app.state.house.auditor.flush()
    rows = api.get("/api/v1/audit", params={"action": "saw.fire", "subject": name}).json()["rows"]
    assert any(row["actor"] == "test:chief" for row in rows)


# ── foreign pages ────────────────────────────────────────────────────────────────────────────

FOREIGN = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
ALLOW = "access-control-allow-origin"


def test_what_everybody_gets_is_open_to_foreign_pages(day):
    api, here, _ = day
    answer = api.get(f"{OGC}/collections", headers={**FOREIGN, **headers_of("public", here)})
    assert answer.headers[ALLOW] == "*"
    assert "access-control-allow-credentials" not in answer.headers


def test_an_open_door_is_not_open_to_foreign_pages(day):
    api, _, _ = day
    for path in ("/", "/collections", "/collections/fires/items", "/collections/none"):
        answer = api.get(OGC + path, headers=FOREIGN)
        assert ALLOW not in answer.headers, path


def test_a_preflight_is_answered_without_asking_who(day):
    api, _, _ = day
    headers = {**FOREIGN, "Access-Control-Request-Method": "GET"}
    answer = api.options(f"{OGC}/collections/fires/items", headers=headers)
    assert (answer.status_code, answer.headers[ALLOW]) == (204, "*")
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert ALLOW not in api.get("/api/v1/fires", headers=FOREIGN).headers


# ── keys ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def guarded(server, region_template):
    """A house where people sign in, and a key for one municipality."""
    from sylvan import wiring  # noqa: PLC0415
    from sylvan.settings import Settings  # noqa: PLC0415
    from sylvan.store import engine as store_engine  # noqa: PLC0415
    from tests.e2e.houses import NOW  # noqa: PLC0415

    with server.fresh(template=region_template, hint="ogc-keys") as name:
        settings = Settings()
        engine = store_engine.create(server.database(name))
        house = wiring.house(settings, engine, clock=lambda: NOW, sign_in="required")
        house.worlds.live()
        with client(house) as api:
            yield house, api
        engine.dispose()


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def made_key(house):
    from sylvan.domain.accounts import Grant  # noqa: PLC0415
    from sylvan.domain.actors import Level, local_operator  # noqa: PLC0415
    from sylvan.services.keys import NewKey  # noqa: PLC0415

    grant = Grant("viewer", Level.REGION, ("*",))
    actor = local_operator(house.worlds.live())
    return house.entrance.keys.make(actor, NewKey("gis", "gis", grant))["secret"]


def test_a_key_opens_as_bearer_and_as_the_password_of_key(guarded):
    house, api = guarded
    secret = made_key(house)
    bearer = {"Authorization": f"Bearer {secret}"}
    assert "fires" in collections(api, bearer)
    assert collections(api, basic("key", secret)) == collections(api, bearer)
    answer = api.get(f"{OGC}/collections", headers={**FOREIGN, **bearer})
    assert answer.headers[ALLOW] == "*"
    assert collections(api, {}) == ["public-fires", "danger", "danger-areas", "regimes"]


@pytest.mark.parametrize(
    "headers",
    [
        basic("key", "sy_live_aaaaaaaa_" + "a" * 59),
        basic("admin", "correct horse battery staple"),
        basic("key", "correct horse battery staple"),
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic"},
        {"Authorization": "Bearer nobody"},
    ],
)
def test_what_is_no_key_is_nobodys_and_not_the_publics(guarded, headers):
    _, api = guarded
    answer = api.get(f"{OGC}/collections", headers=headers)
    if headers["Authorization"] == "Basic":  # no scheme that we know, and no key: the public
        assert answer.status_code in (200, 401)
        return
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_basic_is_for_programs_of_maps_alone(guarded):
    house, api = guarded
    secret = made_key(house)
    assert api.get("/api/v1/fires", headers=basic("key", secret)).status_code == 401


def test_a_key_in_an_address_is_refused(guarded):
    house, api = guarded
    secret = made_key(house)
    assert code(api.get(f"{OGC}/collections?key={secret}")) == "problem.key_in_address"
