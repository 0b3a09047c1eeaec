"""A national hub reads a region: cut lines, lost answers, two readers, holes that are said."""

import random
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import orjson
import pytest
from sqlalchemy import text

from sylvan.domain.actors import Actor, Level, system
from sylvan.domain.codes import Forbidden
from sylvan.domain.hub import BadPageError, RegionPage, Stand
from sylvan.domain.worlds import live_world
from sylvan.feeds.errors import FeedError
from sylvan.feeds.regions import PullRules, RegionClient, RegionPuller, RegionSource, read_sources
from sylvan.services.hub import NationalHub
from sylvan.store import engine as store_engine
from sylvan.web.schemas_hub import HubPicture, HubSources

NOW = datetime(2026, 7, 17, 6, tzinfo=UTC)
SOURCE = RegionSource(code="yakutia", url="https://region.example", key="secret")
FEDERAL = Actor("user:f", "f", Level.FEDERAL, ("*",), live_world(), "viewer")


class Region(httpx.BaseTransport):
    """A region's interface as it answers the hub, and a line that can be cut."""

    def __init__(self, events=0):
        self.epoch = uuid4()
        self.rows = []
        self.oldest = 1
        self.cut = lambda: False
        self.asked = []
        for _ in range(events):
            self.write()

    def write(self, fire=None, status="signal", kind="fire.changed"):
        seq = len(self.rows) + 1
        fire = fire or f"fire-{seq}"
        self.rows.append(
            {
                "t": "event",
                "seq": seq,
                "epoch": str(self.epoch),
                "world": 1,
                "kind": kind,
                "id": fire,
                "at": (NOW + timedelta(seconds=seq)).isoformat(),
                "territories": ["98"],
                "point": [129.0, 62.0],
                "actor": None,
                "body": {"status": status, "area_ha": float(seq)},
            }
        )

    def handle_request(self, request):
        if self.cut():
            raise httpx.ConnectError("the line is cut")
        query = {k: v[0] for k, v in parse_qs(urlsplit(str(request.url)).query).items()}
        self.asked.append(query | {"key": request.headers.get("Authorization")})
        status, body = self.answer(query)
        if self.cut():
            raise httpx.ReadError("the answer was on its way")
        return httpx.Response(status, stream=httpx.ByteStream(orjson.dumps(body)))

    def answer(self, query):
        stand = {"epoch": str(self.epoch), "seq": len(self.rows), "oldest": self.oldest}
        if "after" not in query:
            return 200, stand | {"more": False, "events": []}
        after, limit = int(query["after"]), int(query["limit"])
        if query["epoch"] != str(self.epoch):
            return 410, {"code": "live.resync", "params": {"reason": "epoch", **stand}}
        if after + 1 < self.oldest:
            return 410, {"code": "live.gone", "params": {"reason": "retention", **stand}}
        found = self.rows[after : after + limit]
        seq = found[-1]["seq"] if found else after
        return 200, stand | {"seq": seq, "more": seq < len(self.rows), "events": found}


@pytest.fixture
def engine(fresh_db_url):
    made = store_engine.create(fresh_db_url)
    yield made
    made.dispose()


@pytest.fixture
def hub(engine):
    return NationalHub(engine, lambda: NOW)


def puller(hub, region, events=50):
    rules = PullRules(events=events)
    return RegionPuller(hub, SOURCE, RegionClient(SOURCE, rules, region), rules)


def held(engine, epoch):
    query = text("select seq from hub_event where epoch = :epoch order by seq")
    with engine.connect() as conn:
        return list(conn.scalars(query, {"epoch": epoch}))


def state(hub):
    (one,) = hub.sources(FEDERAL)["sources"]
    return one


def test_hub_holds_what_the_region_wrote_and_asks_with_its_key(hub, engine):
    region = Region(events=230)
    puller(hub, region).catch_up()
    assert held(engine, region.epoch) == list(range(1, 231))
    assert {one["key"] for one in region.asked} == {"Bearer secret"}
    assert state(hub)["seq"] == 230
    assert state(hub)["events"] == 230
    assert state(hub)["state"] == "ok"


def test_region_writes_while_the_line_is_cut_and_both_end_with_the_same_numbers(hub, engine):
    region, rng = Region(events=40), random.Random(7)
    reader = puller(hub, region, events=7)
    reader.catch_up()
    region.cut = lambda: True
    for _ in range(300):
        region.write()
    with pytest.raises(FeedError, match=r"feed\.network"):
        reader.catch_up()
    region.cut = lambda: rng.random() < 0.3
    failures = 0
    while len(held(engine, region.epoch)) < 340:
        try:
            reader.catch_up()
        except FeedError as error:
            reader.note(error)
            failures += 1
            assert state(hub)["state"] == "away"
            assert state(hub)["error"]["code"] == "feed.network"
    assert failures > 3, "the line was too kind for this test to say anything"
    assert held(engine, region.epoch) == [row["seq"] for row in region.rows]


def test_hub_that_dies_before_it_committed_holds_nothing_twice_and_misses_nothing(hub, engine):
    region = Region(events=100)
    reader, taken = puller(hub, region, events=10), NationalHub.take

    def dying(self, code, asked, page):
        count = taken(self, code, asked, page)
        raise KeyboardInterrupt(count)

    for n in range(6):
        with pytest.MonkeyPatch.context() as patch:
            if n % 2:
                patch.setattr(NationalHub, "take", dying)
            else:
                patch.setattr("sylvan.store.hub.move", _broken)
            with pytest.raises((KeyboardInterrupt, RuntimeError)):
                reader.step()
        reader = puller(hub, region, events=10)
    reader.catch_up()
    assert held(engine, region.epoch) == list(range(1, 101))


def _broken(*_args, **_more):
    raise RuntimeError("killed between the events and the cursor")


def test_two_readers_at_once_store_each_event_once(hub, engine):
    region = Region(events=30)
    slow, quick = puller(hub, region, events=10), puller(hub, region, events=10)
    slow.step()
    asked = hub.stand("yakutia")
    page = RegionClient(SOURCE, PullRules(events=10), region).changes(asked)
    quick.catch_up()
    assert hub.take("yakutia", asked, page) == 0
    assert hub.stand("yakutia").seq == 30
    assert held(engine, region.epoch) == list(range(1, 31))


def test_page_out_of_order_or_of_another_numbering_is_refused_whole(hub, engine):
    region = Region(events=5)
    reader = puller(hub, region)
    reader.catch_up()
    asked = hub.stand("yakutia")
    for page in (
        RegionPage(uuid4(), 9, 1, False, ()),
        RegionPage(region.epoch, 3, 1, False, ()),
    ):
        with pytest.raises(BadPageError):
            hub.take("yakutia", asked, page)
    region.rows.append(dict(region.rows[0]))
    region.rows[-1]["seq"] = 2
    with pytest.raises(FeedError, match=r"hub\.page"):
        reader.catch_up()
    assert hub.stand("yakutia") == Stand(region.epoch, 5)


def test_what_a_region_no_longer_tells_is_a_hole_that_is_shown(hub, engine):
    region = Region(events=10)
    reader = puller(hub, region)
    reader.catch_up()
    for _ in range(40):
        region.write()
    region.oldest = 31
    reader.catch_up()
    assert held(engine, region.epoch) == [*range(1, 11), *range(31, 51)]
    assert state(hub)["holes"] == [{"epoch": str(region.epoch), "first": 11, "last": 30}]


def test_restored_region_begins_a_new_numbering_and_the_old_one_stays(hub, engine):
    region = Region(events=10)
    reader = puller(hub, region)
    reader.catch_up()
    old, region.epoch = region.epoch, uuid4()
    region.rows = region.rows[:6]
    reader.catch_up()
    assert held(engine, old) == list(range(1, 11))
    assert held(engine, region.epoch) == list(range(1, 7))
    assert state(hub)["holes"] == [{"epoch": str(old), "first": 11, "last": None}]


def test_picture_of_the_country_tells_each_fire_as_it_was_told_last(hub):
    region = Region()
    for status in ("signal", "registered", "fighting"):
        region.write("a", status)
    region.write("b", "signal")
    region.write("c", "signal")
    region.write("c", "merged", kind="fire.merged")
    region.write("d", "out")
    region.write("note", "x", kind="notice.changed")
    puller(hub, region, events=2).catch_up()
    told = hub.picture(FEDERAL, None, 100)
    assert told["regions"][0]["fires"] == {"fighting": 1, "signal": 1}
    assert {(one["id"], one["status"]) for one in told["fires"]} == {
        ("a", "fighting"),
        ("b", "signal"),
    }
    assert hub.picture(FEDERAL, "nowhere", 100)["fires"] == []
    HubPicture.model_validate(told)
    HubSources.model_validate(hub.sources(FEDERAL))


def test_picture_of_the_country_is_for_the_federal_level(hub):
    region = Actor("user:r", "r", Level.REGION, ("*",), live_world(), "chief")
    for ask in (lambda: hub.sources(region), lambda: hub.picture(region, None, 1)):
        with pytest.raises(Forbidden, match=r"hub\.not_your_level"):
            ask()
    assert hub.sources(system(live_world()))["sources"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("regions: [{code: a, url: 'http://far.example'}]", "hub.plain_http"),
        ("regions: [{code: A B, url: 'https://x'}]", "hub.file"),
        ("regions: []", "hub.file"),
        ("regions: [{code: a, url: 'https://x'}, {code: a, url: 'https://y'}]", "hub.file"),
        (": :", "hub.file"),
    ],
)
def test_file_of_regions_is_refused_by_what_is_wrong(tmp_path, body, code):
    file = tmp_path / "hub.yaml"
    file.write_text(body)
    with pytest.raises(FeedError, match=code):
        read_sources(file)


def test_refused_key_is_told_and_stands_in_no_error(hub):
    class Refusing(httpx.BaseTransport):
        def handle_request(self, request):
            return httpx.Response(401, stream=httpx.ByteStream(b"{}"))

    reader = puller(hub, Refusing())
    with pytest.raises(FeedError, match=r"hub\.refused") as error:
        reader.catch_up()
    reader.note(error.value)
    assert "secret" not in str(error.value)
    assert hub.sources(FEDERAL)["sources"][0]["state"] == "refused"
