"""Three levels of management in three browsers at three gateways: one fire, each his own part of
it, through a killed gateway and a lost connection.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from sylvan import wiring
from sylvan.domain.accounts import Grant
from sylvan.domain.actors import EVERYWHERE, Level, local_operator
from sylvan.services.house import House
from sylvan.services.keys import NewKey
from sylvan.settings import Settings
from sylvan.store import engine as store_engine
from tests.databases import Server
from tests.e2e.front_doors import FrontDoor, front_doors
from tests.e2e.houses import Site, client, firms_csv
from tests.e2e.journeys import journeys
from tests.e2e.processes import Running, free_port, running
from tests.e2e.rights_day import API, posted

ROOT = Path(__file__).resolve().parents[2]
SYLVAN = [sys.executable, "-c", "from sylvan.cli import run; run()"]
PASSWORD = "four words nobody says"
MUNICIPALITY, OWNER = "olyokminsky", "sample-gas"
FIRE = Site(120.62, 60.08, 0.7, 6)
"""Some 20 km from the sample compressor station at Olyokminsk, in that municipality."""
FAR = Site(129.73, 66.4, 0.6, 5)
"""In the region, near nobody's assets and in another municipality."""
GATEWAYS = 3
CALLER, PHONE, TOLD = "Матрёна Звонкова", "+7 914 555-01-02", "видели костёр у переправы"
BASE, UNITS = "levels-base", ("levels-crew-1", "levels-crew-2")
BASE_NAME, UNIT_NAMES = "Отделение Приречное", ("Звено Рыси", "Звено Соболя")
PEOPLE = {
    "dispatcher": (Grant("dispatcher", Level.REGION, EVERYWHERE), "Ольга Диспетчерова"),
    "official": (Grant("official", Level.MUNICIPALITY, (MUNICIPALITY,)), "Глеб Главный"),
    "partner": (Grant("partner", Level.PARTNER, (), OWNER), "Пётр Газовый"),
}


def fill(api: TestClient, house: House) -> str:
    """Accounts with passwords, forces, a call; the key of a station that will ask for forces."""
    actor = local_operator(house.worlds.live())
    for subject, (grant, name) in PEOPLE.items():
        made = house.entrance.accounts.invite(actor, subject, name, grant)
        house.entrance.sign_in.join(made.token, name, PASSWORD, None)
    near = [FIRE.lon + 0.1, FIRE.lat + 0.05]
    station = {"code": BASE, "kind": "air_base", "point": near, "name": {"ru": BASE_NAME}}
    posted(api, f"{API}/forces/stations", station)
    for code, name in zip(UNITS, UNIT_NAMES, strict=True):
        unit = {"code": code, "kind": "ground_crew", "station": BASE, "name": {"ru": name}}
        posted(api, f"{API}/forces/units", unit)
    place = {"method": "coordinates", "point": [FIRE.lon + 0.12, FIRE.lat + 0.06]}
    told = {"place": place, "seen": "smoke", "text": TOLD, "name": CALLER, "phone": PHONE}
    posted(api, f"{API}/reports", told)
    grant = Grant("dispatcher", Level.STATION, (MUNICIPALITY,))
    made = house.entrance.keys.make(actor, NewKey("levels-station", "station", grant))
    return str(made["secret"])


@pytest.fixture
def told(server: Server, region_template: str, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Everything that runs, as the journey is told of it."""
    with ExitStack() as stack:
        name = stack.enter_context(server.fresh(template=region_template, hint="levels"))
        url, data = server.database(name), tmp_path / "data"
        env = os.environ | {
            "SYLVAN_DATABASE_URL": url,
            "SYLVAN_DATA_DIR": str(data),
            "SYLVAN_SIGN_IN": "on",
            "SYLVAN_TLS": "off",
            "PYTHONPATH": str(ROOT),
        }
        engine = store_engine.create(url, pool_size=4)
        stack.callback(engine.dispose)
        house = wiring.house(Settings(data_dir=data), engine)
        with client(house) as api:
            key = fill(api, house)
        house.auditor.stop(2.0)

        def start(command: str, *options: str) -> tuple[int, Running]:
            port = free_port()
            line = [*SYLVAN, command, *options, "--port", str(port)]
            log = tmp_path / f"{command}-{port}.log"
            return port, stack.enter_context(running(line, log, env=env, cwd=tmp_path))

        web, serving = start("serve", "--no-demo")
        gateways = dict(start("gateway") for _ in range(GATEWAYS))
        for port, process in {web: serving, **gateways}.items():
            process.wait_for(f"http://127.0.0.1:{port}/readyz")
        ports = list(gateways)
        turned = [ports[n:] + ports[:n] for n in range(GATEWAYS)]
        doors = {free_port(): FrontDoor(web, turn) for turn in turned}
        stack.enter_context(front_doors(doors))
        yield {
            "doors": {
                who: f"http://127.0.0.1:{port}" for who, port in zip(PEOPLE, doors, strict=True)
            },
            "password": PASSWORD,
            "victim": gateways[ports[list(PEOPLE).index("official")]].process.pid,
            "gateway": ports[0],
            "drop": str(data / "drop"),
            "near": file_of(FIRE),
            "far": file_of(FAR),
            "key": key,
            "units": dict(zip(UNITS, UNIT_NAMES, strict=True)),
            "callers": [CALLER, PHONE, TOLD],
            "crews": [BASE, BASE_NAME, *UNITS, *UNIT_NAMES, PEOPLE["dispatcher"][1]],
        }


def file_of(site: Site) -> dict[str, Any]:
    body = firms_csv([site], datetime.now(UTC)).decode()
    return {"point": [site.lon, site.lat], "text": body}


def told_to(journey: dict[str, Any], offline_s: int) -> None:
    origin = journey["doors"]["dispatcher"]
    journeys(origin, "levels.test", SYLVAN_LEVELS=json.dumps(journey | {"offline_s": offline_s}))


@pytest.mark.browser
def test_three_levels_see_one_fire_each_his_own_part(told: dict[str, Any]) -> None:
    with pytest.raises(InvalidStatus, match="401"):
        connect(f"ws://127.0.0.1:{told['gateway']}/api/v1/live?world=live").close()
    told_to(told, 8)


@pytest.mark.browser
@pytest.mark.long
def test_a_minute_offline_is_made_good(told: dict[str, Any]) -> None:
    told_to(told, 60)
