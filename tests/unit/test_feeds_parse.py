"""Reading hotspot files: every row is accounted for, and nothing is guessed."""

import csv
import gzip
import io
import json
import random
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.bench.parse import HEADER, MUTATIONS, good_rows
from sylvan.domain.detections import Satellite, Stage
from sylvan.domain.identity import identity_key, resolve
from sylvan.feeds import lines
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import ColumnMap, Limits, ReadOptions
from sylvan.feeds.parse import read_file
from tests.examples import examples

NOW = 1_800_000_000
OPTIONS = ReadOptions(now=NOW)
GOOD = good_rows(60)


def body_of(rows, header=HEADER, end="\n"):
    return (end.join([header, *rows]) + end).encode()


def read(body, name="test.csv", **options):
    return read_file(name, body, ReadOptions(now=NOW, **options))


@pytest.mark.parametrize("way", MUTATIONS)
def test_one_bad_row_is_told_with_its_line_and_the_others_stay(way):
    bad = ",".join(MUTATIONS[way](GOOD[1].split(",")))
    parsed = read(body_of([GOOD[0], bad, GOOD[2]]))
    assert [reject.line for reject in parsed.rejects] == [3]
    assert parsed.rows["line"].tolist() == [2, 4]
    assert parsed.total_rows == 3


@given(
    st.lists(st.tuples(st.integers(0, 59), st.sampled_from(["", *MUTATIONS])), max_size=40),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(deadline=None)
def test_exactly_the_bad_rows_are_rejected_whatever_their_mixture(picked, end):
    rows = [GOOD[i] if not w else ",".join(MUTATIONS[w](GOOD[i].split(","))) for i, w in picked]
    parsed = read(body_of(rows, end=end))
    assert parsed.rejects.line.tolist() == [n for n, (_, w) in enumerate(picked, 2) if w]
    assert parsed.rows["line"].tolist() == [n for n, (_, w) in enumerate(picked, 2) if not w]


@given(st.integers(20, 400), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=examples(30))
def test_pieces_of_any_size_give_the_same_answer(piece, shuffler):
    ways = shuffler.choices(["", *MUTATIONS], k=30)
    rows = [
        GOOD[i] if not w else ",".join(MUTATIONS[w](GOOD[i].split(","))) for i, w in enumerate(ways)
    ]
    body = body_of([*rows[:10], HEADER, "", *rows[10:]])
    whole = read(body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "CHUNK_BYTES", piece)
        pieces = read(body)
    assert pieces.rows.tobytes() == whole.rows.tobytes()
    assert list(pieces.rejects) == list(whole.rejects)
    assert (pieces.skipped, pieces.total_rows) == (whole.skipped, whole.total_rows) == (1, 30)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(body):
    try:
        parsed = read(body)
    except FeedError:
        return
    assert parsed.total_rows == len(parsed.rows) + len(parsed.rejects)


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4), st.integers(0, 3))
@settings(deadline=None)
def test_a_damaged_file_is_refused_or_accounted_for(place, noise, container):
    body = body_of(GOOD[:20])
    body = (body, gzip.compress(body), zipped({"a.csv": body}), as_geojson(GOOD[:20]))[container]
    place %= len(body)
    damaged = body[:place] + noise + body[place + len(noise) :]
    try:
        parsed = read(damaged)
    except FeedError:
        return
    assert parsed.total_rows == len(parsed.rows) + len(parsed.rejects)
    assert np.isfinite(parsed.rows["lat"]).all()
    assert (np.abs(parsed.rows["lat"]) <= 90).all()


def zipped(members):
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return box.getvalue()


def as_dicts(rows):
    return list(csv.DictReader([HEADER, *rows]))


def as_geojson(rows):
    features = [
        {
            "type": "Feature",
            "properties": row,
            "geometry": {
                "type": "Point",
                "coordinates": [float(row["longitude"]), float(row["latitude"])],
            },
        }
        for row in as_dicts(rows)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_one_fire_in_every_format_is_the_same_detection():
    plain = read(body_of(GOOD))
    same = {
        "a.txt": body_of(GOOD),
        "a.tsv": body_of(GOOD).replace(b",", b"\t"),
        "a.json": json.dumps(as_dicts(GOOD)).encode(),
        "b.json": json.dumps([HEADER.split(","), *(r.split(",") for r in GOOD)]).encode(),
        "a.geojson": as_geojson(GOOD),
        "a.js": b"export default " + as_geojson(GOOD) + b";\n",
        "a.csv.gz": gzip.compress(body_of(GOOD)),
        "a.zip": zipped({"a.csv": body_of(GOOD)}),
    }
    for name, body in same.items():
        parsed = read(body, name)
        rows = parsed.rows.copy()
        rows["line"] = plain.rows["line"]
        assert rows.tobytes() == plain.rows.tobytes(), name
        assert parsed.product == "viirs-snpp"


def test_several_files_in_one_archive_tell_where_each_reject_stands():
    bad = ",".join(MUTATIONS["extra field in front"](GOOD[0].split(",")))
    body = zipped({"a.csv": body_of(GOOD[:3]), "b.csv": body_of([bad, GOOD[4]])})
    parsed = read(body, "season.zip")
    assert [(r.file, r.line) for r in parsed.rejects] == [("season.zip/b.csv", 2)]
    assert (parsed.total_rows, parsed.parts) == (5, ("a.csv", "b.csv"))


def test_one_unreadable_member_refuses_the_whole_archive_by_its_name():
    body = zipped({"a.csv": body_of(GOOD), "b.csv": b"nonsense\n"})
    with pytest.raises(FeedError) as refused:
        read(body, "season.zip")
    assert refused.value.params["file"] == "season.zip/b.csv"


def test_a_file_larger_than_a_feed_may_send_is_read_when_an_operator_gives_it():
    rows = body_of(GOOD)
    with pytest.raises(FeedError, match="too_large"):
        read(rows, limits=Limits(body_bytes=len(rows) - 1))
    assert read(rows).total_rows == len(GOOD)


def test_a_mapping_takes_names_constants_and_yaml():
    table = b"when;x,Y,X\n2021-08-07 03:42,62.1,129.5\n"
    wanted = ColumnMap.parse("lat=Y, lon=X, time=when;x, satellite=:N21")
    same = ColumnMap.from_yaml(
        "columns: {lat: Y, lon: X, time: when;x}\nconstants: {satellite: N21}"
    )
    assert wanted == same
    later = ReadOptions(now=NOW, mapping=wanted)
    parsed = read_file("table.csv", table, later)
    assert [r.reason.name for r in parsed.rejects] == ["BEFORE_LAUNCH"]  # NOAA-21 flies since 2022


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("lat=Y,lon=X", "file.map_missing"),
        ("lat=Y,lon=X,time=T,height=H", "file.map_field"),
        ("lat", "file.map_syntax"),
        ("lat=,lon=X,time=T", "file.map_syntax"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(text, code):
    with pytest.raises(FeedError) as refused:
        ColumnMap.parse(text)
    assert refused.value.code == code


def test_a_header_every_other_line_is_refused_before_it_costs_anything():
    glued = [line for row in GOOD * 2 for line in (row, HEADER, HEADER + ",type")]
    with pytest.raises(FeedError) as refused:
        read(body_of(glued))
    assert refused.value.code == "file.too_many_headers"


def test_rejects_are_counted_by_reason_most_frequent_first():
    rows = [",".join(MUTATIONS["frp 'inf'"](GOOD[0].split(",")))] * 2
    rows += [",".join(MUTATIONS["field missing"](GOOD[0].split(",")))]
    parsed = read(body_of(random.Random(1).sample(rows, 3)))
    assert list(parsed.rejects.counts().items()) == [
        ("row.not_finite", 2),
        ("row.missing_fields", 1),
    ]


# --- files as people really downloaded them ------------------------------------------------------

REFUSED_ROWS = {"2024-09-17_FirespotArea_canada_c6.1_48.geojson": {"row.position_conflict": 18}}
"""Eighteen footprints of this file were moved by hand, their texts were not."""
RECORDS = {"2020-10-04_app.json": 2575}
"""The list of sources counts this file's lines otherwise; it repeats its header as a record."""


def sources(shared_data):
    with (shared_data / "firms" / "SOURCES.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_real_file_is_taken_and_every_row_accounted_for(shared_data):
    found = sources(shared_data)
    for source in found:
        path = shared_data / "firms" / "files" / source["file"]
        parsed = read_file(path.name, path.read_bytes(), OPTIONS)
        wanted = RECORDS.get(path.name, int(float(source["rows"])))
        assert parsed.total_rows == wanted, path.name
        assert parsed.total_rows == len(parsed.rows) + len(parsed.rejects)
        assert parsed.rejects.counts() == REFUSED_ROWS.get(path.name, {}), path.name
        assert not parsed.incomplete
    assert len(found) == 26


@pytest.mark.parametrize(
    ("name", "rows", "product"),
    [
        ("2021-10-14T01_viirs.json", 2272, "viirs-snpp"),
        ("2021-10-14T02_viirs.json", 2272, "viirs-snpp"),
        ("2021-12-05T01_hms-fires.json", 2416, "hms"),
        ("2021-12-07T20_viirs-suomi.json", 1274, "viirs-snpp"),
        ("2021-12-08T15_viirs-suomi.json", 1270, "viirs-snpp"),
    ],
)
def test_every_raw_snapshot_is_taken(shared_data, name, rows, product):
    path = shared_data / "firms" / "replay" / "raw_samples" / name
    parsed = read_file(name, path.read_bytes(), OPTIONS)
    assert (parsed.total_rows, len(parsed.rows), parsed.product) == (rows, rows, product)


def real(shared_data, name):
    path = shared_data / "firms" / "files" / name
    return read_file(name, path.read_bytes(), OPTIONS).rows


def test_the_great_day_in_yakutia_has_the_rows_that_the_sources_count(shared_data):
    rows = real(shared_data, "2017-08-14_MODIS_C6_Global_24h.csv")
    lon, lat = rows["lon"], rows["lat"]
    inside = (lon >= 105.5) & (lon <= 163) & (lat >= 55.5) & (lat <= 77)
    assert inside.sum() == 5081


def test_a_day_lies_wholly_inside_its_two_days(shared_data):
    one = real(shared_data, "2018-12-05_MODIS_C6_Global_24h.csv")
    two = real(shared_data, "2018-12-05_MODIS_C6_Global_48h.csv")
    assert np.isin(identity_key(one), identity_key(two)).all()


def test_the_four_repeated_rows_of_a_week_are_recognised(shared_data):
    rows = real(shared_data, "2022-06-04_MODIS_C6_1_Global_7d.csv")
    assert (resolve(rows) != np.arange(len(rows))).sum() == 4


def test_australian_dates_are_read_as_august(shared_data):
    rows = real(shared_data, "2021-10-20_fire_archive_M6_96619.csv")
    days = np.unique(rows["acq_at"].astype("datetime64[s]").astype("datetime64[D]"))
    assert days.astype(str).tolist() == [f"2019-08-0{day}" for day in range(1, 7)]
    assert set(rows["stage"].tolist()) == {Stage.STANDARD}
    assert set(rows["satellite"].tolist()) == {Satellite.TERRA, Satellite.AQUA}
    assert set(rows["precision"].tolist()) == {4}
