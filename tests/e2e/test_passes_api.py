"""Passes over HTTP, in live and replay worlds, and elements by every door that they come by."""

import json
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import pytest
from typer.testing import CliRunner

from sylvan.cli import doctor as doctor_command
from sylvan.cli import orbits as command
from sylvan.domain.actors import local_operator, system
from sylvan.domain.breaker import Backoff
from sylvan.domain.codes import Invalid
from sylvan.domain.detections import Satellite
from sylvan.domain.worlds import WorldClock, WorldKind
from sylvan.feeds.download import FetchLimits
from sylvan.feeds.drop import DropFolder, DropRules
from sylvan.feeds.errors import FeedError
from sylvan.feeds.orbits import OrbitsConfig, OrbitsPoller
from sylvan.jobs import playing
from sylvan.jobs.recordings import Timing, from_files, from_scenario
from sylvan.jobs.replay import Pace
from sylvan.jobs.watch import Live
from sylvan.ops.doctor import Level
from sylvan.scenario.geography import invented
from sylvan.scenario.parameters import ScenarioParameters
from sylvan.scenario.scenario import generate
from sylvan.settings import load_settings
from sylvan.web.schemas_passes import FirePasses, RegionPasses
from tests.db.orbit_tools import tle
from tests.e2e.houses import NOW, SITES, code, firms_csv, take

API = "/api/v1"
EPOCH = NOW - timedelta(days=1)


def fire_of(api, **query):
    found = api.get(f"{API}/fires", params=query).json()["features"]
    return found[0]["id"]


def test_an_opened_fire_tells_who_looked_and_who_comes_next(own):
    house, api = own
    take(house, SITES)
    house.passes.load(system(house.worlds.live()), "weather.tle", tle(EPOCH))
    answer = api.get(f"{API}/fires/{fire_of(api)}/passes", params={"hours": 48})
    assert answer.status_code == 200
    told = answer.json()
    FirePasses.model_validate(told)
    assert {one["saw"] for one in told["passes"]} >= {"fire", "cloud_unknown"}
    assert told["next"]
    assert all(one["at"] > "2026-07-17T06:00:00Z" for one in told["next"])
    assert all(one["at"].endswith("Z") for one in told["passes"] + told["next"])
    times = [one["at"] for one in told["passes"]]
    assert times == sorted(times, reverse=True)
    assert {one["satellite"] for one in told["elements"]} == {
        "TERRA", "AQUA", "SNPP", "NOAA20", "NOAA21",
    }  # fmt: skip


def test_the_region_tells_who_comes_next(own):
    house, api = own
    house.passes.load(system(house.worlds.live()), "weather.tle", tle(EPOCH))
    told = api.get(f"{API}/passes/next", params={"hours": 6}).json()
    RegionPasses.model_validate(told)
    assert len(told["passes"]) > 5
    assert all("2026-07-17T06" <= one["from"] <= "2026-07-17T12:00:01Z" for one in told["passes"])


def test_without_elements_the_answer_says_so(own):
    house, api = own
    take(house, SITES)
    told = api.get(f"{API}/fires/{fire_of(api)}/passes").json()
    assert "passes.no_elements" in {one["code"] for one in told["missing"]}
    assert told["next"] == told["gaps"] == []
    told = api.get(f"{API}/passes/next").json()
    assert told["passes"] == []
    assert [one["code"] for one in told["missing"]] == ["passes.no_elements"]


@pytest.mark.parametrize("hours", ["0", "-1", "nan", "1e9", "soon"])
def test_hours_that_make_no_sense_are_refused(api, hours):
    answer = api.get(f"{API}/fires/{fire_of(api)}/passes", params={"hours": hours})
    assert answer.status_code == 422
    assert api.get(f"{API}/passes/next", params={"hours": hours}).status_code == 422


def test_an_unknown_fire_has_no_passes(api):
    answer = api.get(f"{API}/fires/019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55/passes")
    assert (answer.status_code, code(answer)) == (404, "problem.fire_unknown")


def test_a_replay_tells_the_passes_of_its_own_time(own):
    house, api = own
    past = NOW - timedelta(days=300)
    clock = WorldClock(past, NOW, 0.0)
    world = house.worlds.open(WorldKind.REPLAY, "autumn", clock)
    house.passes.load(system(house.worlds.live()), "live.tle", tle(EPOCH))
    house.intake.take(
        local_operator(world), "viirs.csv", firms_csv(SITES, past), "firms-noaa20", keep_all=True
    )
    fire = fire_of(api, world="autumn")
    before = api.get(f"{API}/fires/{fire}/passes", params={"world": "autumn"}).json()
    assert before["elements"] == []
    house.passes.load(system(world), "autumn.tle", tle(past - timedelta(days=1)))
    told = api.get(f"{API}/fires/{fire}/passes", params={"world": "autumn"}).json()
    assert {one["source"] for one in told["elements"]} == {"autumn.tle"}
    assert told["next"][0]["at"].startswith("2025-09-20")
    assert api.get(f"{API}/fires/{fire}/passes").status_code == 404


def test_a_generated_day_brings_its_orbits_into_its_world(own):
    house, _ = own
    land = invented((124, 60, 134, 64), settlements=10, flares=3)
    day = generate(
        ScenarioParameters(seed=2, ignitions=6, days=1.0, warm_hours=6.0, weather_node_deg=2.0),
        land,
    )
    world = playing.open_world(house, "day", day.parameters.start, WorldKind.REPLAY)
    stage = playing.Stage(house, world)
    player = playing.player(stage, from_scenario(day), Pace(rate=None), day.play_from)
    player.run(threading.Event())
    actor = local_operator(house.worlds.named("day"))
    page = house.fires.page(
        actor, bbox=None, statuses=None, since=None, until=None, after=None, limit=50, edges=False
    )
    told = [house.passes.of_fire(actor, fire["id"], 24) for fire in page.features]
    seen = [one for each in told for one in each["passes"]]
    assert {one["saw"] for one in seen} >= {"fire", "cloud_unknown"}
    # each pass with detections has its orbit: the scenario's satellites fly by their elements
    assert all(one["view_deg"] is not None for one in seen)
    assert {one["code"] for each in told for one in each["missing"]} <= {"passes.began"}
    assert all(each["next"] for each in told)


def test_recorded_files_may_have_elements_among_them(tmp_path):
    (tmp_path / "weather.tle").write_bytes(tle(EPOCH))
    (tmp_path / "viirs.csv").write_bytes(firms_csv(SITES))
    first, *rest = from_files(sorted(tmp_path.iterdir()), Timing())
    assert (first.kind, first.name) == ("orbits", "weather.tle")
    assert first.at <= min(item.at for item in rest)
    assert {item.kind for item in rest} == {"detections"}


def test_a_list_in_the_drop_folder_is_recognised_by_what_it_holds(own, tmp_path):
    house, _ = own
    live = Live(house)
    folder = DropFolder(tmp_path, live.take, live, rules=DropRules(settle_s=0, tries=1))
    folder.prepare()
    (tmp_path / "whatever.txt").write_bytes(tle(EPOCH))
    (tmp_path / "broken.tle").write_bytes(tle(EPOCH, Satellite.AQUA).replace(b"98.3", b"98.4"))
    folder.scan()
    folder.scan()
    assert (tmp_path / "done" / "whatever.txt").is_file()
    reason = json.loads((tmp_path / "dead" / "broken.tle.reason.json").read_text("utf-8"))
    assert reason["code"] == "elements.checksum"
    assert reason["params"]["file"] == "broken.tle"
    actor = local_operator(house.worlds.live())
    assert len(house.passes.listed(actor)) == 5
    assert "orbits" in {row["feed"] for row in house.picture.feeds(actor)}


class Publisher:
    """A server on loopback that gives elements, or whatever it is told to."""

    def __init__(self):
        self.answers = []
        self.asked = 0
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                publisher.asked += 1
                status, body = publisher.answers.pop(0)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/gp.php?GROUP=weather&FORMAT=tle"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def publisher():
    made = Publisher()
    yield made
    made.server.shutdown()
    made.server.server_close()


class Told:
    """Who is told of failures."""

    def __init__(self):
        self.codes = []

    def polled(self, feed, kind):
        raise AssertionError("each answer is handed over")

    def failed(self, feed, kind, error, *, opened):
        self.codes.append(error.code)


def poller(url, take, told):
    config = OrbitsConfig(
        (url,),
        every_s=43_200.0,
        limits=FetchLimits(connect_s=2, read_s=1, deadline_s=2, body_bytes=10_000),
        backoff=Backoff(base_s=600.0, cap_s=21_600.0),
    )
    return OrbitsPoller(config, take, told, Random(1))


def test_published_lists_are_taken_twice_a_day(own, publisher):
    house, _ = own
    live, told = Live(house), Told()
    publisher.answers = [(200, tle(EPOCH))]
    asking = poller(publisher.url, live.orbits, told)
    state = asking.poll(publisher.url, 1000.0)
    asking.close()
    assert 1000 + 0.9 * 43_200 < state.next_at < 1000 + 1.1 * 43_200
    assert len(house.passes.listed(live.actor)) == 5
    assert told.codes == []
    assert house.feeds.silence_s(live.actor, "orbits") == 0.0


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (403, b"GP data has not updated since your last download", "feed.upstream"),
        (500, b"", "feed.upstream"),
        (200, b"<html><body>Maintenance</body></html>", "feed.upstream"),
        (200, b"No GP data found", "elements.none"),
        (200, b"x" * 20_000, "feed.too_large"),
    ],
)
def test_a_publisher_that_fails_is_left_alone_for_longer_and_longer(
    own, publisher, status, body, expected
):
    house, _ = own
    told = Told()
    publisher.answers = [(status, body)] * 3
    asking = poller(publisher.url, Live(house).orbits, told)
    waits = [asking.poll(publisher.url, 0.0).next_at for _ in range(3)]
    asking.close()
    assert told.codes == [expected] * 3
    assert 300 <= waits[0] <= 600 <= waits[2] <= 2400
    assert house.passes.listed(system(house.worlds.live())) == []


def test_the_database_being_away_is_not_the_publishers_fault(publisher):
    def broken(name, body, feed):
        raise RuntimeError("away")

    told = Told()
    publisher.answers = [(200, tle(EPOCH))]
    asking = poller(publisher.url, broken, told)
    assert asking.poll(publisher.url, 0.0).next_at <= 600
    asking.close()
    assert told.codes == []


def test_a_useless_list_is_a_fault_of_the_file(own):
    house, _ = own
    with pytest.raises(FeedError):
        Live(house).take("odd.tle", tle(EPOCH).replace(b"98.", b"97."), "drop")
    with pytest.raises(Invalid):
        house.passes.load(system(house.worlds.live()), "odd.tle", b"nothing")


@pytest.fixture
def at_the_desk(server, region_template, monkeypatch, tmp_path):
    """Commands on a database of their own."""
    with server.fresh(template=region_template, hint="cli") as name:
        url = server.database(name).replace("+psycopg", "", 1)
        monkeypatch.setenv("SYLVAN_DATABASE_URL", url)
        monkeypatch.setenv("SYLVAN_DATA_DIR", str(tmp_path / "data"))
        yield tmp_path


def run(*words, status=0, **kwargs):
    done = CliRunner().invoke(command.app, list(words), **kwargs)
    assert done.exit_code == status, done.output
    return done


def test_an_operator_loads_lists_and_asks(at_the_desk):
    today = datetime.now(UTC)
    file = at_the_desk / "weather.tle"
    file.write_bytes(tle(today))
    assert json.loads(run("load", str(file), "--json").stdout)["accepted"] == 5
    again = run("load", "-", "--json", input=tle(today))
    assert json.loads(again.stdout)["known"] == 5
    listed = json.loads(run("list", "--json").stdout)
    assert [one["satellite"] for one in listed] == ["TERRA", "AQUA", "SNPP", "NOAA20", "NOAA21"]
    # elements are of the beginning of the day, and ages are told in tenths
    assert all(0 <= one["age_days"] <= 1 for one in listed)
    told = json.loads(run("next", "62.03, 129.73", "--hours", "24", "--json").stdout)
    # whatever the hour: each of them sees every place north of 60° at least twice a day
    assert min(Counter(one["satellite"] for one in told["next"]).values()) >= 2
    assert {one["satellite"] for one in told["next"]} == {one["satellite"] for one in listed}
    assert told["missing"] == []
    assert "NOAA20" in run("next", "62°02'N 129°44'E").stdout
    assert "SNPP" in run("list").stdout


def test_the_doctor_says_how_old_the_elements_are(at_the_desk):
    settings = load_settings()
    assert [one.level for one in doctor_command.orbits(settings)] == [Level.NOTE]
    run("load", "-", input=tle(datetime.now(UTC) - timedelta(days=9), Satellite.SNPP))
    run("load", "-", input=tle(datetime.now(UTC), Satellite.AQUA))
    aqua, snpp = doctor_command.orbits(settings)
    assert (aqua.level, snpp.level) == (Level.OK, Level.WARN)
    assert "SNPP" in snpp.text
    assert "sylvan orbits load" in snpp.mend


def test_an_operators_slips_are_told_with_their_place(at_the_desk):
    file = at_the_desk / "bad.tle"
    file.write_bytes(tle(EPOCH, Satellite.AQUA).replace(b"98.3000", b"98.3100"))
    assert "bad.tle, line 3" in " ".join(run("load", str(file), status=1).stderr.split())
    assert "cannot be opened" in run("load", "missing.tle", status=1).stderr
    run("next", "nowhere", status=1)
    assert "sylvan orbits load" in " ".join(run("next", "62,129").stderr.split())
