"""The player: everything once, in order, in time, whatever the clock and the receiver do."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.worlds import WorldClock
from sylvan.jobs.recordings import from_scenario
from sylvan.jobs.replay import Doors, Item, ItemKind, Pace, Player, Progress, WorldTime
from sylvan.scenario.geography import invented
from sylvan.scenario.parameters import ScenarioParameters
from sylvan.scenario.scenario import generate

REAL = datetime(2026, 11, 1, 8, tzinfo=UTC)
WORLD = datetime(2017, 8, 14, tzinfo=UTC)


def minutes(number):
    return WORLD + timedelta(minutes=number)


def item(at, name, kind=ItemKind.DETECTIONS):
    body = {"seen": "smoke"} if kind == ItemKind.REPORT else name.encode()
    return Item(minutes(at), kind, "feed", name, lambda: body)


@dataclass
class Stage:
    """A made-up machine: real time that only passes when somebody sleeps or works."""

    items: list
    rate: float | None = 60.0
    slow_s: float = 0.0
    real: datetime = REAL
    clock: WorldClock = field(default_factory=lambda: WorldClock(REAL, REAL, 1.0))
    given: list = field(default_factory=list)
    kept: list = field(default_factory=list)
    stop: Event = field(default_factory=Event)
    fail: dict = field(default_factory=dict)
    when: dict = field(default_factory=dict)

    def take(self, name, body, feed, received_at):
        if self.fail.get(name, 0) > 0:
            self.fail[name] -= 1
            raise RuntimeError("no")
        self.given.append((name, self.clock.now(self.real), received_at))
        self.real += timedelta(seconds=self.slow_s)
        self.when.get(name, lambda: None)()

    def report(self, body, key, received_at):
        self.take(key, body, "reports", received_at)

    def write(self, clock):
        self.clock = clock

    def wait(self, seconds):
        assert seconds >= 0
        self.real += timedelta(seconds=max(seconds, 0.001))

    def player(self, progress=None, play_from=WORLD, **doors):
        return Player(
            self.items,
            Doors(self.take, self.report, **doors),
            WorldTime(lambda: self.clock, self.write, lambda: self.real),
            Pace(self.rate),
            play_from,
            progress or Progress(),
            self.kept.append,
            self.wait,
        )

    def run(self, progress=None, **rest):
        player = self.player(progress, **rest)
        player.run(self.stop)
        return player.progress

    @property
    def names(self):
        return [name for name, _, _ in self.given]


times = st.lists(st.integers(-600, 300), max_size=25)


@given(times, st.one_of(st.none(), st.floats(60, 3600)), st.floats(0, 30))
@settings(deadline=None)
def test_everything_is_given_once_in_order_and_never_too_early(at, rate, slow):
    stage = Stage([item(t, f"{i}") for i, t in enumerate(at)], rate, slow)
    done = stage.run()
    assert sorted(stage.names) == sorted(f"{i}" for i in range(len(at)))
    received = [moment for _, _, moment in stage.given]
    assert received == sorted(received)
    assert all(shown >= received_at for _, shown, received_at in stage.given)
    assert done.done
    assert not done.refused


def test_what_lies_before_the_start_comes_at_once_while_the_clock_stands():
    stage = Stage([item(-90, "a"), item(-5, "b"), item(30, "c")], slow_s=5)
    stage.run()
    assert [shown for _, shown, _ in stage.given[:2]] == [WORLD, WORLD]
    assert stage.names == ["a", "b", "c"]


def test_at_rate_60_an_hour_lasts_a_minute():
    stage = Stage([item(60, "a")])
    stage.run()
    assert (stage.real - REAL).total_seconds() == pytest.approx(60, abs=1)


def test_as_fast_as_possible_sleeps_not_at_all_and_the_clock_jumps_along():
    stage = Stage([item(t, f"{t}") for t in (5, 500, 5000)], rate=None)
    stage.run()
    assert stage.real == REAL
    assert [shown for _, shown, _ in stage.given] == [minutes(t) for t in (5, 500, 5000)]


def test_a_slow_receiver_makes_it_late_but_loses_nothing():
    stage = Stage([item(t, f"{t}") for t in range(1, 6)], rate=60.0, slow_s=10)
    stage.run()
    assert stage.names == ["1", "2", "3", "4", "5"]
    # each hand-over takes ten real seconds, ten world minutes, and one is due every minute
    assert max(p.lag_s for p in stage.kept) == pytest.approx(46 * 60, rel=0.05)


def test_a_world_that_is_stopped_by_others_gets_nothing_until_it_runs_again():
    stage = Stage([item(10, "a"), item(20, "b")])
    stage.when["a"] = lambda: stage.write(stage.clock.at_rate(0.0, stage.real))
    player = stage.player()
    waits = []

    def wait(seconds):
        stage.wait(seconds)
        waits.append(stage.clock.paused)
        if sum(waits) == 50:
            stage.write(stage.clock.at_rate(60.0, stage.real))

    player.wait = wait
    player.run(stage.stop)
    assert stage.names == ["a", "b"]
    assert sum(waits) == 50
    assert stage.given[1][1] - minutes(20) < timedelta(minutes=1)


def test_stopped_on_purpose_it_goes_on_exactly_where_it_was():
    stage = Stage([item(t, f"{t}") for t in (10, 20, 30)])
    stage.when["20"] = stage.stop.set
    stage.run()
    assert stage.names == ["10", "20"]
    assert stage.clock.paused
    stood = stage.clock.now(stage.real)
    stage.real += timedelta(days=3)
    stage.stop = Event()
    saved = Progress.from_dict(stage.kept[-1].as_dict())
    stage.run(saved)
    assert stage.names == ["10", "20", "30"]
    assert stood <= stage.given[-1][1] < minutes(31)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=12, unique=True), st.data())
@settings(deadline=None)
def test_killed_anywhere_it_gives_everything_and_its_clock_never_goes_back(at, data):
    stage = Stage([item(t, f"{t}") for t in at], slow_s=data.draw(st.floats(0, 3)))
    victim = data.draw(st.sampled_from([f"{t}" for t in at]))

    def kill():
        stage.when.clear()
        raise KeyboardInterrupt

    stage.when[victim] = kill
    with pytest.raises(KeyboardInterrupt):
        stage.run()
    shown = stage.given[-1][1]
    before = stage.kept[-1]
    stage.real += timedelta(hours=9)
    stage.run(Progress.from_dict(before.as_dict()))
    assert set(stage.names) == {f"{t}" for t in at}
    # what was in hand at the kill may come twice; nothing else does
    assert len(stage.names) <= len(at) + 1
    again = stage.given[stage.names.index(victim) + 1 :]
    assert all(moment >= shown for _, moment, _ in again)


def test_a_thing_that_no_door_takes_is_put_aside_after_three_tries():
    stage = Stage([item(1, "good"), item(2, "poison"), item(3, "last")], fail={"poison": 99})
    done = stage.run()
    assert stage.names == ["good", "last"]
    assert done.refused == ("poison",)
    assert stage.fail["poison"] == 96


def test_a_door_that_fails_once_is_tried_again():
    stage = Stage([item(1, "a")], fail={"a": 2})
    assert stage.run().refused == ()
    assert stage.names == ["a"]


def test_kinds_without_a_door_are_counted_and_left_out():
    stage = Stage([item(1, "storm", ItemKind.LIGHTNING), item(2, "call", ItemKind.REPORT)])
    done = stage.run()
    assert stage.names == ["call"]
    assert done.unheard == 1


def test_lightning_goes_through_its_own_door_where_there_is_one():
    strokes = []
    stage = Stage([item(1, "storm", ItemKind.LIGHTNING)])
    stage.run(lightning=lambda name, body, feed, received_at: strokes.append(body))
    assert strokes == [b"storm"]
    assert stage.names == []


def test_at_the_end_time_stands_and_a_finished_replay_stays_finished():
    stage = Stage([item(1, "a")])
    done = stage.run()
    assert done.done
    assert stage.clock.paused
    assert stage.run(done).done
    assert stage.names == ["a"]


def test_the_speed_that_somebody_chose_survives_a_restart():
    stage = Stage([item(1, "a"), item(400, "b")])
    stage.when["a"] = lambda: stage.write(stage.clock.at_rate(600.0, stage.real))
    player = stage.player()
    asleep = []

    def wait(seconds):
        stage.wait(seconds)
        asleep.append(seconds)
        if len(asleep) == 20:
            stage.stop.set()

    player.wait = wait
    player.run(stage.stop)
    stage.stop = Event()
    speeds = []
    stage.when["b"] = lambda: speeds.append(stage.clock.rate)
    stage.run(Progress.from_dict(player.progress.as_dict()))
    assert speeds == [600.0]


def test_an_empty_replay_ends_at_once():
    assert Stage([]).run().done


@pytest.mark.parametrize("rate", [0, -1, 1e9])
def test_impossible_speeds_are_refused(rate):
    with pytest.raises(ValueError, match="rate"):
        Pace(rate)


def test_a_generated_day_plays_from_a_warm_start():
    land = invented((124, 60, 134, 64), settlements=10, flares=3)
    short = {"days": 0.5, "warm_hours": 6.0, "weather_node_deg": 2.0}
    day = generate(ScenarioParameters(seed=2, ignitions=4, **short), land)
    stage = Stage(from_scenario(day))
    stage.run(play_from=day.play_from)
    offered = [one.name for one in day.deliveries if one.kind != "lightning"]
    assert sorted(stage.names) == sorted(offered)
    first_after = next(shown for _, shown, _ in stage.given if shown > day.play_from)
    assert first_after - day.play_from < timedelta(minutes=2)
