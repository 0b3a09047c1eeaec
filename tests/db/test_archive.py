"""Years of archive at once end with the world that taking their files in one by one ends with."""

import numpy as np

from sylvan.domain.detections import Stage
from sylvan.feeds.options import ReadOptions
from sylvan.jobs.archive import Making, Request
from sylvan.jobs.archive_hands import local
from sylvan.jobs.archive_stages import Sizes
from sylvan.services.log import drain
from tests.db import books
from tests.db.helpers import (
    NOW,
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
OPTIONS = ReadOptions(now=int(NOW.timestamp()))


def files(folder, *, seed: int = 4):
    """A fire day as it was delivered: per pass and stage, some files twice, one broken in parts."""
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
    paths = []
    for number, place in enumerate(rng.permutation(len(bodies)).tolist()):
        path = folder / f"{number:03d}.csv"
        path.write_bytes(bodies[place])
        paths.append(path)
    return paths


def made(house, paths, folder, *, world="archive", sizes=SMALL, **more):
    """Run an archive in two processes."""
    request = Request(paths, OPTIONS, folder, world, sizes=sizes, **more)
    return Making(house.archive, request, lambda spool: local(2, spool), lambda *_: None).run()


def taken_one_by_one(house, paths, world):
    replay_world(house, world)
    actor = installation(house, world)
    return [house.intake.take(actor, path.name, path.read_bytes(), "test") for path in paths]


COUNTS = ("rows", "accepted", "duplicates", "superseded", "outside", "rejected", "replaced")


def test_an_archive_ends_with_the_world_of_its_files_taken_one_by_one(fresh_db_url, tmp_path):
    paths = files(tmp_path)
    with opened(fresh_db_url) as house:
        outcome = made(house, paths, tmp_path / "spool")
        one_by_one = taken_one_by_one(house, paths, "one by one")
        drain(house.worlds.engine)
        for mine, theirs in zip(outcome.files, one_by_one, strict=True):
            assert {name: mine[name] for name in COUNTS} == {
                name: getattr(theirs, name) for name in COUNTS
            }
        assert outcome.totals["superseded"] > 0
        assert outcome.totals["rejected"] == 3
        assert detections_of(house, "archive") == detections_of(house, "one by one")
        assert partition(house, "archive") == partition(house, "one by one")
        assert shapes(house, "archive") == shapes(house, "one by one")
        assert len(shapes(house, "archive")) == outcome.fires > 3
        faults = books.faults(house.worlds.engine)
        faults.pop("a version without its event, or with two")  # an archive tells of files alone
        assert faults == {}
        assert not list((tmp_path / "spool").iterdir())
