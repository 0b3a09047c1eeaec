"""Recorded files: when they became public, and that nothing of them is lost."""

import os
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parse import read_file
from sylvan.jobs.recordings import (
    FirstSeen,
    RecordingError,
    Timing,
    from_archive,
    from_files,
)

HEADER = (
    "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,confidence,version,"
    "bright_t31,frp,daynight"
)


def row(day, hhmm, satellite="T", lat="62.1"):
    return f"{lat},129.5,320.1,1.1,1.0,{day},{hhmm},{satellite},80,6.1NRT,290.1,20.5,D"


def write(tmp_path, name, lines, end="\n"):
    path = tmp_path / name
    path.write_bytes((end.join([HEADER, *lines]) + end).encode())
    return path


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("2021-12-07T20_viirs.json", datetime(2021, 12, 7, 20, tzinfo=UTC)),
        ("pass_20260717T0412.csv", datetime(2026, 7, 17, 4, 12, tzinfo=UTC)),
        ("2017-08-14_MODIS_C6_Global_24h.csv", datetime(2017, 8, 15, tzinfo=UTC)),
        ("SUOMI_VNP14IMGTDL_NRT_2023313.txt", datetime(2023, 11, 10, tzinfo=UTC)),
    ],
)
def test_time_is_read_from_the_name(tmp_path, name, at):
    path = write(tmp_path, name, [row("2021-12-07", "0412")])
    (one,) = from_files([path], Timing(FirstSeen.NAME))
    assert one.at == at
    assert one.read() == path.read_bytes()


@pytest.mark.parametrize("name", ["fires.csv", "2026-13-45_fires.csv"])
def test_name_without_a_real_date_is_refused_by_name(tmp_path, name):
    path = write(tmp_path, name, [row("2021-12-07", "0412")])
    with pytest.raises(RecordingError, match=name):
        from_files([path], Timing(FirstSeen.NAME))


def test_time_is_read_from_the_time_stamp(tmp_path):
    path = write(tmp_path, "fires.csv", [row("2021-12-07", "0412")])
    os.utime(path, (1_640_000_000, 1_640_000_000))
    (one,) = from_files([path], Timing(FirstSeen.MTIME))
    assert one.at == datetime.fromtimestamp(1_640_000_000, UTC)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_day_is_cut_into_its_passes_and_no_line_is_lost(tmp_path, end):
    lines = [
        row("2026-07-17", "0412"), row("2026-07-17", "0415"), row("2026-07-17", "0552"),
        row("2026-07-17", "0413", "A"), "rubbish,that,nobody,can,read", row("2026-07-16", "2310"),
    ]  # fmt: skip
    path = write(tmp_path, "day.csv", lines, end)
    items = from_files([path], Timing(delay=timedelta(hours=2)))
    known = [i.at.strftime("%d %H:%M") for i in items]
    assert known == ["17 01:10", "17 06:13", "17 06:15", "17 07:52"]
    got = [line for i in items for line in i.read().splitlines()[1:]]
    assert sorted(got) == sorted(line.encode() for line in lines)
    assert all(i.read().splitlines()[0] == HEADER.encode() for i in items)


def test_a_file_that_cannot_be_cut_comes_whole_after_its_last_row(tmp_path):
    path = tmp_path / "fires.json"
    path.write_text(
        '[{"latitude": 62.1, "longitude": 129.5, "acq_date": "2026-07-17", "acq_time": "0412",'
        ' "satellite": "N", "scan": 0.4, "track": 0.4, "frp": 3.1, "confidence": "n"}]'
    )
    (one,) = from_files([path], Timing(delay=timedelta(hours=1)))
    assert one.at == datetime(2026, 7, 17, 5, 12, tzinfo=UTC)
    assert one.read() == path.read_bytes()


def test_two_products_glued_together_are_not_cut(tmp_path):
    lines = [row("2026-07-17", "0412"), HEADER, row("2026-07-17", "0900")]
    path = write(tmp_path, "glued.csv", lines)
    (one,) = from_files([path], Timing())
    assert one.read() == path.read_bytes()


@pytest.mark.parametrize("body", [b"", b"<html>busy</html>", HEADER.encode() + b"\n"])
def test_a_file_without_rows_has_no_time_and_is_refused_by_name(tmp_path, body):
    path = tmp_path / "nothing.csv"
    path.write_bytes(body)
    with pytest.raises(RecordingError, match=r"nothing\.csv"):
        from_files([path], Timing())


def test_archive_gives_one_file_per_moment_and_feed(tmp_path):
    seen = pd.to_datetime(["2026-01-01T01:00Z", "2026-01-01T00:00Z", "2026-01-01T01:00Z"])
    frame = pd.DataFrame(
        {
            "latitude": [1.0, 2.0, 3.0],
            "longitude": [4.0, 5.0, 6.0],
            "acq_date": ["2026-01-01"] * 3,
            "acq_time": ["0010"] * 3,
            "empty": [None] * 3,
            "feed": ["modis", "viirs", "viirs"],
            "first_seen": seen,
        }
    )
    path = tmp_path / "archive.parquet"
    frame.to_parquet(path)
    items = from_archive(path)
    assert [(i.feed, i.at.hour) for i in items] == [("viirs", 0), ("modis", 1), ("viirs", 1)]
    assert items[0].read() == b"latitude,longitude,acq_date,acq_time\n2,5,2026-01-01,0010\n"


def test_archive_without_first_seen_or_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "other.parquet"
    pd.DataFrame({"a": [1]}).to_parquet(path)
    with pytest.raises(RecordingError, match="first_seen"):
        from_archive(path)
    path.write_bytes(b"no parquet")
    with pytest.raises(RecordingError, match=r"other\.parquet"):
        from_archive(path)


def test_real_fire_day_is_cut_without_losing_a_byte_of_its_rows(shared_data):
    path = shared_data / "firms/files/2017-08-14_MODIS_C6_Global_24h.csv"
    items = from_files([path], Timing())
    assert len(items) > 50
    rows = sorted(line for i in items for line in i.read().splitlines()[1:])
    assert rows == sorted(path.read_bytes().splitlines()[1:])


def test_real_archives_replay_every_row(shared_data):
    for path in sorted((shared_data / "firms/replay").glob("*.parquet")):
        items = from_archive(path)
        total = len(pd.read_parquet(path, columns=["first_seen"]))
        assert sum(i.read().count(b"\n") - 1 for i in items[:40]) > 0
        if total < 100_000:
            assert sum(i.read().count(b"\n") - 1 for i in items) == total
        first = items[0]
        read = read_file(first.name, first.read(), ReadOptions(now=int(first.at.timestamp())))
        assert len(read.rejects) == 0
        assert [i.at for i in items] == sorted(i.at for i in items)
