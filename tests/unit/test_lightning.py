"""Strokes as causes: nearer and sooner weighs more; files as networks write them."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain.lightning import PARAMETERS, Kind, Origin, candidates, empty, keys, weights
from sylvan.feeds.errors import FeedError
from sylvan.feeds.lightning import is_lightning, read_strokes

NOW = datetime(2026, 7, 20, tzinfo=UTC)
SEEN = NOW.timestamp()
FIRE = Origin(np.array([129.0]), np.array([62.0]), SEEN)


def strokes(*rows):
    """Kilometres north, hours before, kA and kind of each."""
    made = empty(len(rows))
    made["lon"] = 129.0
    made["lat"] = [62.0 + north / 111.45 for north, *_ in rows]
    made["at"] = [SEEN - hours * 3600 for _, hours, *_ in rows]
    made["peak_ka"] = [row[2] if len(row) > 2 else -20.0 for row in rows]
    made["kind"] = [row[3] if len(row) > 3 else Kind.CG for row in rows]
    return made


@given(st.floats(0, 9.9), st.floats(0.01, 5), st.floats(0, 239), st.floats(0.1, 100))
def test_nearer_and_sooner_never_weighs_less(km, farther, hours, longer):
    both = strokes((0, 0), (0, 0), (0, 0))
    found = weights(
        np.array([km, km + farther, km]), np.array([hours, hours, hours + longer]), both
    )
    assert found[0] >= found[1]
    assert found[0] >= found[2]
    assert 0 <= found[0] <= 1


def test_distances_are_weighed_as_they_were_found_at_real_fires():
    # Schultz et al. 2019, Fire 2:18, 905 fires: median 0.83 km, 75 % within 1.6, 95 % within 5.86
    km = np.linspace(0, 400, 400_001)
    density = km * (1 + km**2 / PARAMETERS.scale_km**2) ** -PARAMETERS.near_power
    share = np.cumsum(density) / density.sum()
    within = [km[np.searchsorted(share, one)] for one in (0.5, 0.75, 0.95)]
    assert within == pytest.approx([0.83, 1.6, 5.86], rel=0.15)


def test_most_fires_are_seen_within_three_days_of_their_stroke():
    hours = np.linspace(0, PARAMETERS.holdover_h, 100_001)
    density = (1 + hours / PARAMETERS.scale_h) ** -PARAMETERS.soon_power
    share = np.cumsum(density) / density.sum()
    assert 0.5 < share[np.searchsorted(hours, 24)] < 0.65
    assert 0.75 < share[np.searchsorted(hours, 72)] < 0.9


def test_candidates_come_weightiest_first_and_each_once():
    origin = Origin(np.array([129.0, 129.01]), np.array([62.0, 62.0]), SEEN)
    (found,) = candidates([origin], strokes((3.0, 5.0), (0.5, 5.0), (0.5, 100.0)))
    assert [one.distance_km for one in found] == pytest.approx([0.5, 0.5, 3.0], abs=0.05)
    assert len(found) == 3


def test_no_candidate_after_the_fire_too_far_too_old_or_in_a_cloud():
    odd = strokes((0.5, -1.0), (10.2, 5.0), (0.5, 240.5), (0.5, 5.0, -20.0, Kind.IC))
    assert candidates([FIRE], odd) == [[]]


def test_positive_stroke_weighs_twice_a_negative_one():
    (found,) = candidates([FIRE], strokes((1.0, 5.0, 30.0), (1.0, 5.0, -30.0)))
    assert found[0].peak_ka == 30.0
    assert found[0].weight == pytest.approx(2 * found[1].weight, rel=1e-3)


def test_fires_asked_together_get_what_each_gets_alone():
    rng = np.random.default_rng(1)
    some = empty(400)
    some["lon"], some["lat"] = rng.normal(129, 0.1, 400), rng.normal(62, 0.05, 400)
    some["at"] = SEEN - rng.uniform(-10, 300, 400) * 3600
    origins = [
        Origin(np.array([rng.normal(129, 0.1)]), np.array([rng.normal(62, 0.05)]), SEEN)
        for _ in range(20)
    ]
    assert candidates(origins, some) == [candidates([one], some)[0] for one in origins]
    assert candidates(origins, rng.permutation(some)) == candidates(origins, some)


def test_key_tells_strokes_apart_and_knows_one_that_came_twice():
    rng = np.random.default_rng(2)
    some = empty(100_000)
    some["lon"], some["lat"] = rng.uniform(-180, 180, 100_000), rng.uniform(-90, 90, 100_000)
    some["at"] = SEEN + np.round(rng.uniform(0, 1e6, 100_000), 3)
    assert len(np.unique(keys(some))) == 100_000
    again = some.copy()
    again["lon"] += 1e-7
    assert (keys(again) == keys(some)).mean() > 0.99


FILES = {
    "ours.csv": (
        (
            "time,latitude,longitude,peak_current_ka,error_km\n"
            "2026-07-17T04:04:55.708Z,72.0812,117.0558,-15.1,1.8\n"
        ),
        (117.0558, 72.0812, -15.1, Kind.UNKNOWN),
    ),
    "entln_pulses.csv": (
        (
            "type,timestamp,latitude,longitude,peakcurrent,icheight,numbersensors\n"
            "0,2026-07-17T04:04:55.708123456,72.0812,117.0558,-15100.0,0,8\n"
        ),
        (117.0558, 72.0812, -15.1, Kind.CG),
    ),
    "A20260717.wwlln.loc": (
        "2026/07/17,04:04:55.708123, 72.0812, 117.0558, 11.4, 15\n",
        (117.0558, 72.0812, None, Kind.UNKNOWN),
    ),
    "blitzortung.json": (
        (
            '{"time":1784261095708123000,"lat":72.0812,"lon":117.0558,"pol":0,"mds":9999,"mcg":190}\n'
            '{"time":1784261096708123000,"lat":72.0812,"lon":117.0558,"pol":0,"mds":9999,"mcg":190}\n'
        ),
        (117.0558, 72.0812, None, Kind.UNKNOWN),
    ),
    "semicolons.csv": (
        "date;time;lat;lon;peak_ka;kind\n2026-07-17;04:04:55.708;72.0812;117.0558;-15.1;G\n",
        (117.0558, 72.0812, -15.1, Kind.CG),
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_file_of_each_network_is_read(name):
    body, (lon, lat, peak, kind) = FILES[name]
    parsed = read_strokes(name, body.encode(), NOW)
    assert not parsed.bad
    row = parsed.rows[0]
    assert (row["lon"], row["lat"], row["kind"]) == (lon, lat, kind)
    assert np.isnan(row["peak_ka"]) if peak is None else row["peak_ka"] == pytest.approx(peak)
    at = datetime(2026, 7, 17, 4, 4, 55, 708_000, tzinfo=UTC).timestamp()
    assert row["at"] == pytest.approx(at, abs=0.01)


@pytest.mark.parametrize("name", FILES)
def test_drop_folder_knows_strokes_by_their_columns(name):
    assert is_lightning(name, FILES[name][0].encode())


def test_hotspots_are_no_strokes():
    body = b"latitude,longitude,bright_ti4,acq_date,acq_time\n62,129,340,2026-07-17,0342\n"
    assert not is_lightning("lightning.csv", body)


BAD = {
    "yesterday,62,129,1": ("time", "row.bad_time"),
    "2027-07-17T00:00:00Z,62,129,1": ("time", "row.future"),
    "2026-07-17T00:00:00Z,62,,1": ("lon", "row.empty"),
    "2026-07-17T00:00:00Z,nan,129,1": ("lat", "row.not_a_number"),
    "2026-07-17T00:00:00Z,62,190,1": ("lon", "row.out_of_range"),
    "2026-07-17T00:00:00Z,62,129,strong": ("peak_ka", "row.not_a_number"),
}


@pytest.mark.parametrize("line", BAD)
def test_bad_row_is_told_by_line_and_field_and_the_rest_goes_in(line):
    good = "2026-07-17T00:00:00Z,62,129,1"
    body = f"time,lat,lon,peak_ka\n{good}\n{line}\n{good}\n"
    parsed = read_strokes("strokes.csv", body.encode(), NOW)
    assert len(parsed.rows) == 2
    assert [(one.line, one.field, one.code) for one in parsed.bad] == [(3, *BAD[line])]


def test_file_without_strokes_is_refused_by_name():
    for body in (b"", b"a,b\n1,2\n", b"lat,lon\n62,129\n", b"<html>no</html>"):
        with pytest.raises(FeedError) as refused:
            read_strokes("x.csv", body, NOW)
        assert refused.value.params["file"] == "x.csv"


def test_time_without_a_zone_is_utc():
    body = b"time,lat,lon\n2026-07-17 04:00:00,62,129\n2026-07-17T13:00:00+09:00,62,129\n"
    parsed = read_strokes("x.csv", body, NOW)
    assert timedelta(seconds=float(np.ptp(parsed.rows["at"]))) == timedelta(0)
