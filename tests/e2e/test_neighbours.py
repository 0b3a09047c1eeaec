"""Two regions share their border: two servers, two databases, each killed and back."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from shapely.geometry import box, mapping

from sylvan import wiring
from sylvan.domain.accounts import Grant
from sylvan.domain.actors import Level, local_operator
from sylvan.services.keys import NewKey
from sylvan.settings import Settings
from sylvan.store import engine as store_engine
from tests.databases import Server
from tests.e2e.houses import Site, firms_csv
from tests.e2e.processes import Running, free_port, running

SYLVAN = [sys.executable, "-c", "from sylvan.cli import run; run()"]
ROOT = Path(__file__).resolve().parents[2]
API = "/api/v1"
PATIENCE_S = 90
BORDER = 124.0
REGIONS = {"west": ("W", box(120, 60, BORDER, 63)), "east": ("E", box(BORDER, 60, 128, 63))}
ANY = {"If-Match": "*"}


def pack(folder: Path, code: str) -> None:
    """A region that is a square."""
    territory, shape = REGIONS[code]
    mine = folder / code
    mine.mkdir(parents=True)
    told = {"code": territory, "name_ru": code, "name_en": code}
    feature = {"type": "Feature", "properties": told, "geometry": mapping(shape)}
    (mine / "b.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature]})
    )
    names = {"ru": code, "en": code}
    layer = {
        "code": "boundary",
        "kind": "boundary",
        "title": names,
        "file": "b.geojson",
        "fields": {name: name for name in told},
        "source": "test",
        "licence": "CC0-1.0",
        "retrieved": "2026-01-01",
    }
    manifest = {
        "code": code,
        "names": names,
        "country": "RU",
        "number_prefix": territory,
        "number_digits": 4,
        "bbox": list(shape.bounds),
        "centre": [shape.centroid.x, shape.centroid.y],
        "zoom": 5,
        "time_zones": {"default": "Asia/Yakutsk"},
        "day_boundary": {"at": "00:00", "zone": "Asia/Yakutsk"},
        "languages": ["ru", "en"],
        "attribution": ["test"],
        "layers": [layer],
    }
    (mine / "region.yaml").write_text(yaml.safe_dump(manifest))


@dataclass
class Office:
    """One region's server: its address, its keys, and how it is killed and started."""

    code: str
    url: str
    folder: Path
    port: int
    keys: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    lives: int = 0
    stack: ExitStack = field(default_factory=ExitStack)
    server: Running | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.lives += 1
        log = self.folder / f"{self.code}-{self.lives}.log"
        command = [*SYLVAN, "serve", "--port", str(self.port)]
        self.stack = ExitStack()
        self.server = self.stack.enter_context(running(command, log, env=self.env, cwd=self.folder))
        self.server.wait_for(f"{self.base}/livez")

    def kill(self) -> None:
        os.kill(self.server.process.pid, signal.SIGKILL)
        self.server.process.wait()
        self.stack.close()

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.keys['dispatcher']}"} | options.pop(
            "headers", {}
        )
        return httpx.request(
            method, f"{self.base}{API}{path}", headers=headers, timeout=60, **options
        )

    def told(self, path: str, **params: Any) -> Any:
        answer = self.ask("GET", path, params=params)
        assert answer.is_success, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None) -> Any:
        answer = self.ask("POST", path, json=body, headers=ANY)
        assert answer.is_success, answer.text
        return answer.json()

    def burn(self, *sites: Site, name: str) -> None:
        body = firms_csv(sites, datetime.now(UTC))
        answer = self.ask("POST", "/ingest", params={"name": name}, content=body)
        assert answer.is_success, answer.text

    def foreign(self) -> dict[str, dict[str, Any]]:
        return {
            one["id"]: one["properties"]
            for one in self.told("/neighbours/fires", ended=True)["features"]
        }

    def fire_at(self, lon: float) -> dict[str, Any]:
        (found,) = [
            one["properties"]
            for one in self.told("/fires", limit=100)["features"]
            if abs(one["geometry"]["coordinates"][0] - lon) < 0.02
        ]
        return found


def until(good, what: str) -> Any:
    """Wait for two servers to agree, within a bound."""
    end = time.monotonic() + PATIENCE_S
    while True:
        found = good()
        if found:
            return found
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.3)


def issue(office: Office, layers: Path) -> None:
    """A dispatcher's key, and one for the neighbour, in a database with the region loaded."""
    settings = Settings(region=office.code, layers_dir=layers)
    engine = store_engine.create(office.url)
    house = wiring.house(settings, engine, sign_in="required")
    house.worlds.live()
    house.layers.load_region(office.code, layers)
    actor = local_operator(house.worlds.live())
    territory = REGIONS[office.code][0]
    for role, level, where in (
        ("dispatcher", Level.REGION, ("*",)),
        ("neighbour", Level.NEIGHBOUR, (territory,)),
    ):
        grant = Grant(role, level, where, "")
        made = house.entrance.keys.make(actor, NewKey(f"{role}-desk", "", grant))
        office.keys[role] = made["key"] if "key" in made else made["secret"]
    engine.dispose()


@contextmanager
def offices(server: Server, template: str, folder: Path) -> Iterator[tuple[Office, Office]]:
    layers = folder / "layers"
    for code in REGIONS:
        pack(layers, code)
    with (
        server.fresh(template=template, hint="west") as one,
        server.fresh(template=template, hint="east") as other,
    ):
        west = Office("west", server.database(one), folder, free_port())
        east = Office("east", server.database(other), folder, free_port())
        both = (west, east)
        for office in both:
            issue(office, layers)
        for mine, theirs in (both, both[::-1]):
            file = folder / f"{mine.code}-neighbours.yaml"
            listed = {"code": theirs.code, "url": theirs.base, "key_env": "THEIR_KEY"}
            file.write_text(yaml.safe_dump({"border_km": 50, "neighbours": [listed]}))
            mine.env = os.environ | {
                "SYLVAN_DATABASE_URL": mine.url,
                "SYLVAN_DATA_DIR": str(folder / f"{mine.code}-data"),
                "SYLVAN_REGION": mine.code,
                "SYLVAN_LAYERS_DIR": str(layers),
                "SYLVAN_NEIGHBOURS_FILE": str(file),
                "SYLVAN_LOG_FORMAT": "json",
                "THEIR_KEY": theirs.keys["neighbour"],
                "PYTHONPATH": str(ROOT),
            }
        try:
            for office in both:
                office.start()
            yield both
        finally:
            for office in both:
                office.stack.close()


@pytest.fixture
def both(server: Server, template: str, tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    with offices(server, template, tmp_path) as made:
        yield made


def test_two_regions_share_fires_and_hand_one_over_though_each_is_killed(both) -> None:
    west, east = both
    west.burn(Site(123.9, 61.5, 2.0, 4), Site(121.0, 61.5, 2.0, 3), name="w.csv")
    east.burn(Site(124.3, 60.8, 2.0, 3), name="e.csv")
    mine = west.fire_at(123.9)
    until(lambda: mine["id"] in east.foreign(), "east sees the fire at the border")
    until(lambda: east.fire_at(124.3)["id"] in west.foreign(), "and west east's")
    assert set(east.foreign()) == {mine["id"]}  # nothing from deep inside
    shown = east.foreign()[mine["id"]]
    assert (shown["source"], shown["number"], shown["foreign"]) == ("west", None, True)
    assert east.ask("GET", f"/fires/{mine['id']}").status_code == 404  # read-only, not a register

    # east is away: west goes on, and east catches up with all of it
    east.kill()
    number = west.post(f"/fires/{mine['id']}/register", {"first_area_ha": 3})
    assert number
    west.burn(Site(123.7, 62.2, 1.0, 3), name="w2.csv")
    newer = west.fire_at(123.7)["id"]
    offered = west.post(f"/fires/{mine['id']}/handover", {"to": "east", "note": "через границу"})
    again = west.ask("POST", f"/fires/{mine['id']}/handover", json={"to": "east"}, headers=ANY)
    assert again.json()["code"] == "neighbour.offered"
    east.start()
    until(lambda: set(east.foreign()) == {mine["id"], newer}, "east has caught up")
    until(lambda: east.foreign()[mine["id"]]["number"] == "W-2026-0001", "with the number")
    (incoming,) = until(lambda: east.told("/handovers"), "the offer has come")
    assert (incoming["id"], incoming["status"]) == (offered["id"], "offered")
    assert incoming["offered_by"] == ""  # who did it is not told abroad
    wrong = west.ask("POST", f"/handovers/{offered['id']}/accept", json={})
    assert wrong.json()["code"] == "neighbour.other_side"

    # west is away while east accepts; it hears of it when it is back
    west.kill()
    accepted = east.post(f"/handovers/{offered['id']}/accept", {})
    assert accepted["answer"]["fire_id"] == mine["id"]  # one id all the way
    twice = east.ask("POST", f"/handovers/{offered['id']}/accept", json={})
    assert twice.json()["code"] == "neighbour.answered"
    west.start()
    until(
        lambda: west.told(f"/fires/{mine['id']}")["status"] == "transferred",
        "west has given the fire up",
    )
    for office in both:
        (handover,) = office.told("/handovers")
        assert handover["status"] == "accepted"
        assert handover["answer"] == accepted["answer"]
    theirs = east.told(f"/fires/{mine['id']}")
    assert theirs["status"] == "registered"
    assert theirs["number"] == accepted["answer"]["number"]
    given = west.told(f"/fires/{mine['id']}")["details"]["transferred"]
    assert given["transferred_to"] == f"east: {theirs['number']}"
    until(lambda: west.foreign().get(mine["id"], {}).get("status") == "registered", "west sees it")

    # nothing lost, nothing twice: each side's log tells each step once
    for office, statuses in ((west, ["offered", "accepted"]), (east, ["offered", "accepted"])):
        log = _all_events(office)
        told = [one["body"]["status"] for one in log if one["kind"] == "handover.changed"]
        assert told == statuses
    moved = [
        one
        for one in _all_events(west)
        if one["kind"] == "fire.changed"
        and one["id"] == mine["id"]
        and one["body"]["status"] == "transferred"
    ]
    assert len(moved) == 1
    for office in both:
        until(
            lambda one=office: one.told("/neighbours")[0]["state"] == "ok",
            "the one that was away is heard again",  # after a pause that grew to a minute
        )
        (source,) = office.told("/neighbours")
        assert source["holes"] == []


def _all_events(office: Office) -> list[dict[str, Any]]:
    """The whole log, page by page, as its dispatcher hears it."""
    head = office.told("/changes")
    found, after = [], 0
    while True:
        page = office.told("/changes", epoch=head["epoch"], after=after, limit=1000)
        found += page["events"]
        after = page["seq"]
        if not page["more"]:
            return found
