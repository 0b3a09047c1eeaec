"""Jobs heed what people want of feeds: held back, asked out of turn; a dead desk leaves it so."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import httpx
import pytest
from structlog.testing import capture_logs

from sylvan.domain.feeding import Wish, state
from sylvan.feeds.drop import DropFolder, DropRules
from sylvan.feeds.errors import HeldError
from sylvan.feeds.firms import FirmsClient, FirmsConfig, FirmsPoller, feed_name
from sylvan.feeds.heed import LOOK_S, Heed
from sylvan.feeds.orbits import OrbitsConfig, OrbitsPoller
from sylvan.feeds.rejected import rejects, with_lines

FIRST, SECOND = datetime(2026, 7, 20, 12, tzinfo=UTC), datetime(2026, 7, 20, 13, tzinfo=UTC)
SOURCE = "VIIRS_SNPP_NRT"
FEED = feed_name(SOURCE)
HEADER = (
    "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,"
    "version,bright_ti5,frp,daynight\n"
)
GOOD = "62.03,129.73,330.1,0.4,0.4,2026-07-20,0342,N,VIIRS,n,2.0NRT,290.1,5.0,D\n"


class Desk:
    def __init__(self, **wishes):
        self.told, self.plans, self.fault = dict(wishes), [], None

    def wishes(self):
        if self.fault:
            raise self.fault
        return dict(self.told)

    def planned(self, feed, kind, in_s, every_s):
        self.plans.append((feed, round(in_s), every_s))


class Report:
    def __init__(self):
        self.codes = []

    def polled(self, feed, kind):
        pass

    def failed(self, feed, kind, error, *, opened):
        self.codes.append(error.code)


@pytest.fixture(autouse=True)
def quiet():
    with capture_logs() as told:
        yield told


def firms(desk, status=200):
    asked = []

    def answer(request):
        asked.append(request.url.path)
        return httpx.Response(status, text=HEADER)

    config = FirmsConfig("key1", (120.0, 55.0, 140.0, 70.0), (SOURCE,))
    client = FirmsClient(config, httpx.MockTransport(answer))
    taken = lambda name, body, feed: None  # noqa: E731 - what comes is of no interest here
    return FirmsPoller(config, client, taken, Report(), Random(1), desk), asked


def turn(poller, now):
    for source in poller.due(now):
        poller.poll(source, now)


def test_a_feed_that_is_held_back_is_not_asked_and_goes_on_when_it_may():
    desk = Desk(**{FEED: Wish(paused=True)})
    poller, asked = firms(desk)
    for now in (0.0, 10.0, 4000.0):
        turn(poller, now)
    assert asked == []
    assert poller.next_at() == float("inf")
    desk.told = {}
    turn(poller, 4010.0)
    assert len(asked) == 1


def test_somebody_who_asks_now_waits_for_one_look_and_is_answered_once():
    desk = Desk()
    poller, asked = firms(desk)
    turn(poller, 0.0)
    desk.told = {FEED: Wish(asked=FIRST)}
    turn(poller, LOOK_S / 2)
    assert len(asked) == 1  # the desk was read a moment ago
    turn(poller, LOOK_S)
    turn(poller, LOOK_S * 3)  # the wish still stands there: nobody has written it off
    assert len(asked) == 2
    desk.told = {FEED: Wish(asked=SECOND)}
    turn(poller, LOOK_S * 5)
    assert len(asked) == 3


def test_a_source_that_is_left_alone_after_faults_is_asked_when_somebody_wants_it():
    desk = Desk()
    poller, asked = firms(desk, status=500)
    now = 0.0
    for _ in range(3):
        now = poller.next_at()
        turn(poller, now)
    turn(poller, now + LOOK_S)
    assert len(asked) == 3  # the breaker is open
    desk.told = {FEED: Wish(asked=FIRST)}
    turn(poller, now + LOOK_S * 3)
    assert len(asked) == 4


def test_the_desk_is_told_when_a_feed_is_asked_next():
    desk = Desk()
    poller, _ = firms(desk)
    turn(poller, 100.0)
    ((feed, in_s, every_s),) = desk.plans
    assert (feed, every_s) == (FEED, 300.0)
    assert in_s == round(poller.next_at() - 100.0)


def test_a_desk_that_cannot_be_read_leaves_what_was_known():
    desk = Desk(**{FEED: Wish(paused=True)})
    heed = Heed(desk)
    heed.look(0.0)
    desk.fault = ConnectionError("away")
    heed.look(LOOK_S)
    assert heed.paused(FEED)
    assert not heed.due(FEED, 0.0, 10.0)


def test_all_lists_of_orbits_are_asked_for_when_somebody_wants_them():
    desk, asked = Desk(), []

    def answer(request):
        asked.append(str(request.url))
        return httpx.Response(200, text="1 x")

    urls = ("http://127.0.0.1/a", "http://127.0.0.1/b")
    told = Report()
    poller = OrbitsPoller(
        OrbitsConfig(urls),
        lambda name, body, feed: None,
        told,
        Random(1),
        first_at=9000.0,
        desk=desk,
        transport=httpx.MockTransport(answer),
    )
    stop = type("Go", (), {"is_set": lambda self: False})()
    assert poller.turn(stop, lambda: 0.0) == 0
    desk.told = {"orbits": Wish(asked=FIRST)}
    assert poller.turn(stop, lambda: 5.0) == len(urls)
    assert poller.turn(stop, lambda: 10.0) == 0
    assert asked == list(urls)
    desk.told = {"orbits": Wish(paused=True)}
    assert poller.turn(stop, lambda: 1e6) == 0
    poller.close()


def test_files_wait_in_a_folder_that_is_held_back_and_lose_no_try(tmp_path):
    desk, taken, clock = Desk(drop=Wish(paused=True)), [], [0.0]
    rules = DropRules(settle_s=0.0, tries=1)
    folder = DropFolder(
        tmp_path,
        lambda name, body, feed: taken.append(name),
        Report(),
        rules=rules,
        desk=desk,
        clock=lambda: clock[0],
    )
    folder.prepare()
    (tmp_path / "a.csv").write_bytes(b"rows")
    for clock[0] in (0.0, 10.0, 20.0):
        assert folder.scan() == 0
    assert taken == []
    desk.told = {}
    for clock[0] in (30.0, 40.0):
        folder.scan()
    assert taken == ["a.csv"]


def test_a_file_of_another_feed_that_is_held_back_waits_and_is_never_dead(tmp_path):
    held, clock = [True], [0.0]

    def take(name, body, feed):
        if held[0]:
            raise HeldError("orbits")

    rules = DropRules(settle_s=0.0, tries=1, crashes=2)
    report = Report()
    folder = DropFolder(tmp_path, take, report, rules=rules, clock=lambda: clock[0])
    folder.prepare()
    (tmp_path / "a.tle").write_bytes(b"1 x")
    for clock[0] in range(0, 100, 10):
        folder.scan()
    assert (tmp_path / "a.tle").exists()
    assert report.codes == []
    held[0] = False
    for clock[0] in (200.0, 210.0):
        folder.scan()
    assert (tmp_path / "done" / "a.tle").exists()


@pytest.mark.parametrize(
    ("paused", "error", "hours", "kind", "told"),
    [
        (True, False, 0, "satellite", "paused"),
        (True, True, 99, "satellite", "paused"),
        (False, True, 0, "satellite", "failing"),
        (False, False, None, "satellite", "never"),
        (False, False, 1, "satellite", "ok"),
        (False, False, 7, "satellite", "late"),
        (False, False, 7, "orbits", "ok"),
        (False, False, 73, "orbits", "late"),
    ],
)
def test_what_people_decided_counts_before_faults_and_age(paused, error, hours, kind, told):
    last = None if hours is None else SECOND.timestamp() - hours * 3600
    moment = None if last is None else datetime.fromtimestamp(last, UTC)
    assert state(paused=paused, error=error, last_data=moment, kind=kind, now=SECOND) == told


def test_refused_rows_are_told_with_their_lines_as_they_came():
    bad = GOOD.replace("62.03", "962.03")
    body = ("\ufeff" + HEADER + GOOD + bad).encode()
    rows = with_lines("a.csv", body, rejects("viirs-snpp", "a.csv", body, SECOND))
    (one,) = rows
    assert (one.file, one.line, one.field) == ("a.csv", 3, "latitude")
    assert one.code == "row.out_of_range"
    assert one.row == bad.rstrip("\n")
    assert with_lines("a.csv", b'{"features": []}', [replace(one, row="")])[0].row == ""
