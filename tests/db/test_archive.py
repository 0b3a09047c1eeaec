"""Years of archive at once end with the world that taking their files in one by one ends with."""

import errno
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import RFC_4122

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from sylvan.domain.codes import Conflict
from sylvan.domain.detections import Stage
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import ReadOptions
from sylvan.jobs import archive_spool
from sylvan.jobs.archive import Making, Request
from sylvan.jobs.archive_hands import local
from sylvan.jobs.archive_stages import Sizes
from sylvan.ops.refusal import Refusal
from sylvan.scenario import archive as scenarios
from sylvan.scenario.deliveries import Kind
from sylvan.services.archive import Archive, Identity, fire_id
from sylvan.services.log import drain
from tests.db import books
from tests.db.helpers import (
    NOW,
    SetClock,
    burning_day,
    detections_of,
    firms_file,
    installation,
    opened,
    partition,
    replay_world,
    seen,
    shapes,
    shuffled,
)

SMALL = Sizes(piece_bytes=3_000, sheets=5, slice_rows=200, part_rows=150, bunch_rows=60)
COUNTS = ("rows", "accepted", "duplicates", "superseded", "outside", "rejected", "replaced")
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "small_day" / "scenario.zip"


class Alone:
    """Hands that work in this very process."""

    width = 1

    def share(self, value):
        return value

    def each(self, work, shared, jobs, ahead=1):
        for job in jobs:
            yield work(shared, job)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


def files(folder: Path, *, seed: int = 4) -> list[Path]:
    """A fire day as it was delivered: per pass and stage, some files twice, rows broken."""
    rng = np.random.default_rng(seed)
    passes = burning_day(10, 6, seed=seed, until=NOW, apart_km=3.4)
    groups = [passes[start : start + 7] for start in range(0, len(passes), 7)]
    bodies = [
        firms_file(np.concatenate([seen(one, seed=2, stage=stage) for one in group]), stage)
        for group in groups
        for stage in (Stage.URT, Stage.NRT, Stage.STANDARD)
    ]
    bodies += [shuffled(bodies[k], k) for k in range(0, len(bodies), 3)]
    bodies[1] = bodies[1].replace(b",VIIRS,", b",MODIS,", 3)
    return written(folder, [bodies[place] for place in rng.permutation(len(bodies)).tolist()])


def written(folder: Path, bodies) -> list[Path]:
    paths = [folder / f"{number:03d}.csv" for number in range(len(bodies))]
    for path, body in zip(paths, bodies, strict=True):
        path.write_bytes(body)
    return paths


def made(house, paths, folder, *, hands=None, name="archive", sizes=SMALL, **more):
    """Run an archive, in this process unless told otherwise."""
    options = ReadOptions(now=int(house.worlds.clock().timestamp()))
    request = Request(paths, options, folder, name, sizes=sizes, **more)
    return Making(house.archive, request, hands or (lambda _: Alone()), lambda *_: None).run()


def taken_one_by_one(house, paths, world):
    """What intake says of each file; nothing of one that it refuses."""
    replay_world(house, world, base=house.worlds.clock())
    actor = installation(house, world)
    told = []
    for path in paths:
        try:
            told.append(house.intake.take(actor, path.name, path.read_bytes(), "test"))
        except FeedError:
            told.append(None)
    drain(house.worlds.engine)
    return told


def same_worlds(house, one: str, other: str) -> None:
    assert detections_of(house, one) == detections_of(house, other)
    assert partition(house, one) == partition(house, other)
    assert shapes(house, one) == shapes(house, other)


def same_accounts(outcome, one_by_one) -> None:
    for mine, theirs in zip(outcome.files, one_by_one, strict=True):
        assert ("error" in mine) == (theirs is None)
        if theirs is not None:
            told = {name: getattr(theirs, name) for name in COUNTS}
            assert {name: mine[name] for name in COUNTS} == told


def balanced(house) -> None:
    drain(house.worlds.engine)
    faults = books.faults(house.worlds.engine)
    faults.pop("a version without its event, or with two", None)  # an archive tells of files only
    assert faults == {}


def test_an_archive_ends_with_the_world_of_its_files_taken_one_by_one(fresh_db_url, tmp_path):
    paths = files(tmp_path)
    with opened(fresh_db_url) as house:
        outcome = made(house, paths, tmp_path / "spool", hands=lambda folder: local(2, folder))
        one_by_one = taken_one_by_one(house, paths, "one by one")
        same_accounts(outcome, one_by_one)
        assert outcome.totals["superseded"] > 0
        assert outcome.totals["rejected"] == 3
        same_worlds(house, "archive", "one by one")
        assert len(shapes(house, "archive")) == outcome.fires > 3
        balanced(house)
        assert not list((tmp_path / "spool").iterdir())


def test_a_generated_day_with_all_its_accidents_ends_alike(fresh_db_url, tmp_path):
    scenario = scenarios.load(GOLDEN)
    bodies = [one.body for one in scenario.deliveries if one.kind == Kind.DETECTIONS]
    paths = written(tmp_path, bodies)
    with opened(fresh_db_url, clock=SetClock(scenario.deliveries[-1].deliver_at)) as house:
        outcome = made(house, paths, tmp_path / "spool")
        same_accounts(outcome, taken_one_by_one(house, paths, "one by one"))
        assert any("error" in file for file in outcome.files)
        same_worlds(house, "archive", "one by one")
        balanced(house)


@pytest.mark.parametrize(
    ("name", "first", "rows"),
    [
        ("2023-09-03_viirs-snpp_2022.csv", 9_000, 2_500),
        ("2017-08-14_MODIS_C6_Global_24h.csv", 0, 2_000),
    ],
)
def test_real_rows_that_overlap_end_alike(fresh_db_url, tmp_path, shared_data, name, first, rows):
    header, *lines = (shared_data / "firms" / "files" / name).read_bytes().splitlines(True)
    lines = lines[first : first + rows]
    cuts = [lines[: rows // 2], lines[rows // 3 :], lines[:100]]
    paths = written(tmp_path, [header + b"".join(cut) for cut in cuts])
    with opened(fresh_db_url) as house:
        outcome = made(house, paths, tmp_path / "spool", keep_all=True)
        same_accounts(outcome, taken_one_by_one(house, paths, "one by one"))
        assert outcome.totals["duplicates"] >= rows // 2 - rows // 3 + 100
        same_worlds(house, "archive", "one by one")


def test_files_in_any_order_end_alike(fresh_db_url, tmp_path):
    paths = files(tmp_path)
    with opened(fresh_db_url) as house:
        one = made(house, paths, tmp_path / "spool", name="one")
        other = made(house, paths[::-1], tmp_path / "spool", name="other")
        same_worlds(house, "one", "other")
        for name in ("rows", "outside", "rejected"):
            assert one.totals[name] == other.totals[name]
        assert one.fires == other.fires


class BrokenOff(BaseException):
    """What Ctrl-C raises, by another name."""


def break_off(patched, after: int) -> None:
    """Let the next run end before its ``after``-th step is done."""
    left = [after]

    def stepping(step, *, late: bool):
        def stepped(*args, **kwargs):
            left[0] -= 1
            if not left[0] and not late:
                raise BrokenOff
            result = step(*args, **kwargs)
            if not left[0]:
                raise BrokenOff
            return result

        return stepped

    late = bool(after % 2)
    patched.setattr(archive_spool.Spool, "_write", stepping(archive_spool.Spool._write, late=late))
    patched.setattr(archive_spool.Spool, "append", stepping(archive_spool.Spool.append, late=late))
    for name in ("begin", "put_file", "put_part", "end"):
        patched.setattr(Archive, name, stepping(getattr(Archive, name), late=late))


def test_a_run_broken_off_at_any_step_goes_on_and_ends_alike(fresh_db_url, tmp_path):
    paths = files(tmp_path)[:9]
    with opened(fresh_db_url) as house:
        made(house, paths, tmp_path / "unhurt", name="unhurt")
        for after in range(1, 400):
            with pytest.MonkeyPatch.context() as patched:
                break_off(patched, after % 23 + 1)
                try:
                    outcome = made(house, paths, tmp_path / "spool")
                except BrokenOff:
                    continue
                break
        assert after > 10
        assert outcome.resumed
        same_worlds(house, "archive", "unhurt")
        balanced(house)
        assert not list((tmp_path / "spool").iterdir())


def test_a_spool_that_was_lost_is_made_again(fresh_db_url, tmp_path):
    paths = files(tmp_path)
    with opened(fresh_db_url) as house:
        made(house, paths, tmp_path / "unhurt", name="unhurt")
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Archive, "end", _broken)
            with pytest.raises(BrokenOff):
                made(house, paths, tmp_path / "spool")
        (spool,) = (tmp_path / "spool").iterdir()
        archive_spool.Spool(spool).remove()
        assert made(house, paths, tmp_path / "spool").resumed
        same_worlds(house, "archive", "unhurt")
        balanced(house)


def _broken(*_args, **_kwargs):
    raise BrokenOff


def test_a_world_cut_otherwise_is_not_gone_on_with(fresh_db_url, tmp_path):
    paths = files(tmp_path)
    with opened(fresh_db_url) as house:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Archive, "end", _broken)
            with pytest.raises(BrokenOff):
                made(house, paths, tmp_path / "spool")
        with pytest.raises(Conflict, match="other_plan"):
            made(house, paths, tmp_path / "spool", sizes=replace(SMALL, part_rows=40))


def test_a_full_disk_is_told_and_what_is_there_is_whole(fresh_db_url, tmp_path, monkeypatch):
    paths = files(tmp_path)
    room = [20]

    def write_bytes(path: Path, body: bytes) -> int:
        room[0] -= 1
        if room[0] < 0:
            path.open("wb").close()
            raise OSError(errno.ENOSPC, "No space left on device")
        return written_bytes(path, body)

    written_bytes = Path.write_bytes
    with opened(fresh_db_url) as house:
        made(house, paths, tmp_path / "unhurt", name="unhurt")
        monkeypatch.setattr(Path, "write_bytes", write_bytes)
        with pytest.raises(Refusal, match="full"):
            made(house, paths, tmp_path / "spool")
        monkeypatch.undo()
        assert not list((tmp_path / "spool").rglob("*.part"))
        assert made(house, paths, tmp_path / "spool").resumed
        same_worlds(house, "archive", "unhurt")


def test_two_at_one_archive_are_one_too_many(fresh_db_url, tmp_path, monkeypatch):
    monkeypatch.setattr("sylvan.services.archive.PATIENCE_S", 0.0)
    paths = files(tmp_path)
    with opened(fresh_db_url) as house:

        class Second(Alone):
            def each(self, work, shared, jobs, ahead=1):
                with pytest.raises(Conflict, match="busy"):
                    made(house, paths, tmp_path / "spool")
                yield from super().each(work, shared, jobs)

        made(house, paths, tmp_path / "spool", hands=lambda _: Second())


def test_a_late_file_goes_on_where_the_archive_ended(fresh_db_url, tmp_path):
    """The world of an archive is like any other: intake grows its fires."""
    paths = files(tmp_path)
    with opened(fresh_db_url) as house:
        made(house, paths[:-4], tmp_path / "spool")
        actor = installation(house, "archive")
        for path in paths[-4:]:
            house.intake.take(actor, path.name, path.read_bytes(), "test")
        taken_one_by_one(house, paths, "one by one")
        same_worlds(house, "archive", "one by one")


def test_the_clock_stands_at_the_archives_end_and_nothing_later_is_known(fresh_db_url, tmp_path):
    paths = files(tmp_path)
    with opened(fresh_db_url) as house:
        outcome = made(house, paths, tmp_path / "spool", name=None)
        assert outcome.world == "archive-2026"
        world = house.worlds.named("archive-2026")
        with house.worlds.engine.connect() as conn:
            last = conn.scalar(text("select max(acq_at) from detection"))
        assert world.clock.paused
        assert world.now(datetime(2031, 1, 1, tzinfo=UTC)) == last
        fires = house.fires.as_of(installation(house, "archive-2026"), last)
        assert len(fires) == outcome.fires
        assert {fire["status"] for fire in fires} == {"signal"}


@given(at=st.integers(0, 2**33), satellite=st.integers(0, 20), key=st.integers(-(2**63), 2**63 - 1))
def test_an_id_is_a_uuid_of_the_eighth_version_that_sorts_by_time(at, satellite, key):
    one = fire_id("archive-2021", Identity(at, satellite, key))
    assert (one.version, one.variant) == (8, RFC_4122)
    assert one == fire_id("archive-2021", Identity(at, satellite, key))
    assert one < fire_id("archive-2021", Identity(at + 1, satellite, key))
    assert one != fire_id("archive-2022", Identity(at, satellite, key))
    assert one != fire_id("archive-2021", Identity(at, satellite + 1, key))
