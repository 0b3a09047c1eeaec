"""A drop directory: every file is taken once and whole, or ends in dead/ with a reason."""

import json
import threading
import time

import pytest
from structlog.testing import capture_logs

from sylvan.feeds.drop import DropFolder, DropRules
from sylvan.feeds.errors import FeedError

RULES = DropRules(settle_s=1, retry_s=5, tries=3, crashes=2, largest_bytes=1000)


class Killed(BaseException):
    """Stands for kill -9: no handler runs after it."""


class Intake:
    def __init__(self):
        self.taken = []
        self.failures = []
        self.trouble = None

    def take(self, name, body, feed):
        if self.trouble is not None:
            raise self.trouble
        self.taken.append((name, body))

    def polled(self, feed, kind):
        raise AssertionError("a directory is not polled")

    def failed(self, feed, kind, error, *, opened):
        self.failures.append(error.code)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture(autouse=True)
def quiet():
    """Tracebacks are told to the log, not to the terminal."""
    with capture_logs() as told:
        yield told


@pytest.fixture
def intake():
    return Intake()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def watcher(tmp_path, intake, clock):
    return started(tmp_path, intake, clock)


def started(folder, intake, clock, rules=RULES):
    watcher = DropFolder(folder, intake.take, intake, rules=rules, clock=clock)
    watcher.prepare()
    return watcher


def looks(watcher, clock, times=2, step=1.0):
    taken = 0
    for _ in range(times):
        taken += watcher.scan()
        clock.now += step
    return taken


def names(folder):
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_a_file_that_stopped_growing_is_taken_and_moved_to_done(tmp_path, watcher, intake, clock):
    (tmp_path / "a.csv").write_bytes(b"rows")
    assert looks(watcher, clock) == 1
    assert intake.taken == [("a.csv", b"rows")]
    assert names(tmp_path) == ["dead", "done"]
    assert names(tmp_path / "done") == ["a.csv"]


def test_a_file_that_grows_is_left_alone_until_it_is_whole(tmp_path, watcher, intake, clock):
    for part in (b"1", b"2", b"3"):
        with (tmp_path / "a.csv").open("ab") as file:
            file.write(part)
        watcher.scan()
        clock.now += 0.9
    assert intake.taken == []
    clock.now += 1
    watcher.scan()
    assert intake.taken == [("a.csv", b"123")]


def test_a_file_that_grows_while_it_is_read_is_read_again(tmp_path, watcher, intake, clock):
    path = tmp_path / "a.csv"
    path.write_bytes(b"1")
    read = watcher._read

    def slow(path):
        found = read(path)
        path.write_bytes(b"12")
        watcher._read = read
        return found

    watcher._read = slow
    looks(watcher, clock)
    assert intake.taken == []
    looks(watcher, clock, 3)
    assert intake.taken == [("a.csv", b"12")]


def test_a_file_renamed_from_a_temporary_name_is_taken_at_once(tmp_path, watcher, intake):
    draft = tmp_path / "a.csv.part"
    draft.write_bytes(b"rows")
    watcher.scan()
    assert intake.taken == []
    draft.rename(tmp_path / "a.csv")
    watcher.scan()
    assert intake.taken == [("a.csv", b"rows")]


@pytest.mark.parametrize("name", ["a.csv.part", ".a.csv", "a.tmp", "a.dbf"])
def test_unfinished_hidden_and_side_files_are_not_taken(name, tmp_path, watcher, intake, clock):
    (tmp_path / name).write_bytes(b"rows")
    looks(watcher, clock, 5)
    assert intake.taken == []
    assert (tmp_path / name).exists()


def test_links_and_folders_are_left_alone(tmp_path, watcher, intake, clock):
    secret = tmp_path / "done" / "secret"
    secret.write_bytes(b"secret")
    (tmp_path / "a.csv").symlink_to(secret)
    (tmp_path / "b.csv").mkdir()
    looks(watcher, clock, 5)
    assert intake.taken == []


def test_a_poison_file_is_dead_after_three_tries_and_the_next_one_goes_on(
    tmp_path, watcher, intake, clock
):
    (tmp_path / "a.csv").write_bytes(b"poison")
    intake.trouble = FeedError("file.no_header", begins="poison")
    looks(watcher, clock, 4)
    assert names(tmp_path / "dead") == []
    intake.trouble = None
    (tmp_path / "b.csv").write_bytes(b"good")
    take = intake.take
    watcher._take = lambda name, body, feed: _refuse(name, body, take)
    looks(watcher, clock, 20)
    assert intake.taken == [("b.csv", b"good")]
    assert names(tmp_path / "dead") == ["a.csv", "a.csv.reason.json"]
    reason = json.loads((tmp_path / "dead" / "a.csv.reason.json").read_text())
    assert (reason["code"], reason["tries"]) == ("file.no_header", 3)
    assert reason["params"]["file"] == "a.csv"
    assert intake.failures[-1] == "drop.dead"


def _refuse(name, body, take):
    if body == b"poison":
        raise FeedError("file.no_header", begins="poison")
    take(name, body, "drop")


def test_a_restart_remembers_the_tries(tmp_path, intake, clock):
    (tmp_path / "a.csv").write_bytes(b"poison")
    intake.trouble = FeedError("file.empty")
    for _ in range(3):
        looks(started(tmp_path, intake, clock), clock)
    assert names(tmp_path / "dead") == ["a.csv", "a.csv.reason.json"]


def test_a_corrected_file_of_the_same_name_begins_anew(tmp_path, watcher, intake, clock):
    path = tmp_path / "a.csv"
    intake.trouble = FeedError("file.empty")
    for body in (b"1", b"12", b"123", b"1234"):
        path.write_bytes(body)
        looks(watcher, clock, 2)
        clock.now += 10
    assert names(tmp_path / "dead") == []


def test_trouble_that_is_not_the_files_fault_is_waited_out(tmp_path, watcher, intake, clock):
    (tmp_path / "a.csv").write_bytes(b"rows")
    intake.trouble = ConnectionError("database away")
    looks(watcher, clock, 200)
    assert names(tmp_path / "dead") == []
    intake.trouble = None
    looks(watcher, clock, 10)
    assert names(tmp_path / "done") == ["a.csv"]


def test_a_file_is_buried_even_while_nobody_can_be_told(tmp_path, watcher, intake, clock):
    (tmp_path / "a.csv").write_bytes(b"poison")
    intake.trouble = FeedError("file.empty")
    intake.failures = None  # whoever is told breaks
    looks(watcher, clock, 20)
    assert names(tmp_path / "dead") == ["a.csv", "a.csv.reason.json"]


def test_a_kill_while_taking_gives_the_file_again(tmp_path, intake, clock):
    (tmp_path / "a.csv").write_bytes(b"rows")
    intake.trouble = Killed()
    with pytest.raises(Killed):
        looks(started(tmp_path, intake, clock), clock)
    intake.trouble = None
    looks(started(tmp_path, intake, clock), clock)
    assert intake.taken == [("a.csv", b"rows")]
    assert names(tmp_path / "done") == ["a.csv"]


def test_a_kill_between_taking_and_moving_gives_the_same_bytes_again(
    tmp_path, intake, clock, monkeypatch
):
    (tmp_path / "a.csv").write_bytes(b"rows")
    watcher = started(tmp_path, intake, clock)

    def killed(*_):
        raise Killed

    monkeypatch.setattr(watcher, "_move", killed)
    with pytest.raises(Killed):
        looks(watcher, clock)
    looks(started(tmp_path, intake, clock), clock)
    assert intake.taken == [("a.csv", b"rows")] * 2  # the ledger knows the hash
    assert names(tmp_path / "done") == ["a.csv"]


def test_a_file_that_kills_the_reader_again_and_again_ends_in_dead(tmp_path, intake, clock):
    (tmp_path / "a.csv").write_bytes(b"killer")
    intake.trouble = Killed()
    for _ in range(RULES.crashes):
        with pytest.raises(Killed):
            looks(started(tmp_path, intake, clock), clock)
    looks(started(tmp_path, intake, clock), clock)
    assert names(tmp_path / "dead") == ["a.csv", "a.csv.reason.json"]


def test_a_file_too_large_is_not_even_read(tmp_path, watcher, intake, clock):
    (tmp_path / "a.csv").write_bytes(bytes(1001))
    looks(watcher, clock)
    reason = json.loads((tmp_path / "dead" / "a.csv.reason.json").read_text())
    assert reason["code"] == "file.too_large"
    assert intake.taken == []


def test_a_name_taken_in_done_gets_a_number(tmp_path, watcher, clock):
    for _ in range(2):
        (tmp_path / "a.csv").write_bytes(b"rows")
        looks(watcher, clock)
    assert names(tmp_path / "done") == ["a.1.csv", "a.csv"]


def test_a_shapefile_goes_with_its_siblings(tmp_path, watcher, intake, clock):
    for suffix in ("shp", "dbf", "shx"):
        (tmp_path / f"a.{suffix}").write_bytes(b"part")
    looks(watcher, clock)
    assert [name for name, _ in intake.taken] == ["a.zip"]
    assert names(tmp_path / "done") == ["a.dbf", "a.shp", "a.shx"]


def test_a_damaged_note_of_tries_counts_as_none(tmp_path, intake, clock):
    (tmp_path / ".tries.json").write_text("{broken")
    (tmp_path / "a.csv").write_bytes(b"rows")
    assert looks(started(tmp_path, intake, clock), clock) == 1


@pytest.mark.parametrize("polling", [False, True])
def test_a_running_watcher_takes_what_is_dropped_and_stops_when_told(tmp_path, intake, polling):
    rules = DropRules(settle_s=0.05, settle_polling_s=0.05, rescan_s=0.05, idle_s=0.5)
    watcher = DropFolder(tmp_path, intake.take, intake, rules=rules, polling=polling)
    stop = threading.Event()
    thread = threading.Thread(target=watcher.run, args=(stop,))
    thread.start()
    try:
        for number in range(3):
            (tmp_path / f"{number}.csv").write_bytes(b"rows")
        until = time.monotonic() + 20
        while len(intake.taken) < 3 and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
    assert sorted(name for name, _ in intake.taken) == ["0.csv", "1.csv", "2.csv"]
