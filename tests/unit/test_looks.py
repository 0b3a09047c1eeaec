"""What a pass says of a fire: seen, not seen, not looked, nobody knows."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain import heard, looks
from sylvan.domain.detections import Satellite
from sylvan.domain.heard import Arrival, Span, pass_time, satellites_of
from sylvan.domain.looks import Facts, Glimpse, Look, Saw, Sky
from sylvan.domain.passes import OVERFLIGHT

NOW = datetime(2026, 7, 18, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
N20, AQUA = Satellite.NOAA20, Satellite.AQUA


def ago(hours: float) -> datetime:
    return NOW - hours * HOUR


def rows(*hours_ago: float, satellite=N20, scan=20.0, view=23.0, covered=True):
    """Overflights of one place."""
    found = np.zeros(len(hours_ago), OVERFLIGHT)
    found["satellite"], found["covered"] = satellite, covered
    found["scan_deg"], found["view_deg"] = scan, view
    found["at"] = [ago(hours).timestamp() for hours in hours_ago]
    return found


def facts(own=(), here=(), sky=()):
    return Facts(NOW, own, here, sky)


def span(hours: float, satellite=N20, length: float = 0.0) -> Span:
    return Span(satellite, ago(hours), ago(hours - length))


def saw(*args, **kwargs):
    return [look.saw for look in looks.judge(*args, **kwargs)]


def test_a_detection_within_the_passes_minutes_means_that_it_saw_the_fire():
    own = [Glimpse(N20, ago(8) - 5 * MINUTE, 4, 31.5), Glimpse(N20, ago(8) + 2 * MINUTE, 1, 2.0)]
    (look,) = looks.judge(rows(8), facts(own))
    assert (look.saw, look.detections, look.frp_mw) == (Saw.FIRE, 5, 33.5)


def test_a_detection_goes_to_the_nearest_pass_of_its_own_satellite():
    own = [Glimpse(N20, ago(8) + MINUTE, 4, None)]
    over = np.concatenate([rows(9.7), rows(8), rows(8, satellite=AQUA)])
    found = looks.judge(over, facts(own, [span(9.7), span(8, AQUA)]))
    told = {(look.satellite, look.at): look.saw for look in found}
    assert told[N20, ago(9.7)] == Saw.CLOUD_UNKNOWN
    assert told[N20, ago(8)] == Saw.FIRE
    assert told[AQUA, ago(8)] == Saw.CLOUD_UNKNOWN


@pytest.mark.parametrize(
    ("hours", "here", "sky", "expected"),
    [
        (8, [span(8)], [], Saw.CLOUD_UNKNOWN),
        (8, [span(8)], [(N20, ago(8), Sky.CLEAR)], Saw.NOTHING),
        (8, [span(8)], [(N20, ago(8), Sky.CLOUDY)], Saw.CLOUD),
        (8, [span(8)], [(N20, ago(8), Sky.CLOUDY), (N20, ago(8), Sky.CLEAR)], Saw.NOTHING),
        (8, [span(8)], [(AQUA, ago(8), Sky.CLEAR)], Saw.CLOUD_UNKNOWN),
        (8, [span(8)], [(N20, ago(6), Sky.CLEAR)], Saw.CLOUD_UNKNOWN),
        (8, [], [(N20, ago(8), Sky.CLEAR)], Saw.NO_DATA),
        (8, [span(8, AQUA)], [], Saw.NO_DATA),
        (8, [span(6)], [], Saw.NO_DATA),
        (8, [span(12, length=8.0)], [], Saw.CLOUD_UNKNOWN),
        (3, [], [], Saw.AWAITED),
        (5, [], [], Saw.NO_DATA),
        (3, [span(3.1)], [], Saw.CLOUD_UNKNOWN),
    ],
)
def test_what_a_pass_without_the_fire_says(hours, here, sky, expected):
    assert saw(rows(hours), facts((), here, sky)) == [expected]


def test_a_place_beside_the_swath_was_not_looked_at_unless_the_fire_was_seen():
    beside = rows(8, covered=False)
    assert saw(beside, facts((), [span(8)])) == []
    assert saw(beside, facts([Glimpse(N20, ago(8), 1, 3.0)])) == [Saw.FIRE]


def test_slanting_views_are_weak():
    (look,) = looks.judge(rows(8, view=61.0), facts((), [span(8)]))
    assert look.weak
    (look,) = looks.judge(rows(8, view=59.0), facts((), [span(8)]))
    assert not look.weak


def test_detections_without_a_known_orbit_stay_passes_that_saw_it():
    own = [
        Glimpse(AQUA, ago(8), 4, 10.0),
        Glimpse(AQUA, ago(8) + 5 * MINUTE, 2, None),
        Glimpse(AQUA, ago(6), 1, None),
        Glimpse(Satellite.HIMAWARI, ago(6), 9, 50.0),  # stands still: it never passes
    ]
    found = looks.judge(rows(8), facts(own, [span(8)]))
    seen = [look for look in found if look.saw == Saw.FIRE]
    assert [(one.view_deg, one.detections, one.frp_mw) for one in seen] == [
        (None, 6, 10.0),
        (None, 1, None),
    ]


@given(st.permutations(range(6)), st.data())
def test_the_order_of_what_is_known_does_not_matter(order, data):
    own = [Glimpse(N20, ago(8 + n % 3), 1, 2.0 * n) for n in range(6)]
    here = [span(5 + n) for n in range(6)]
    over = np.concatenate([rows(5, 6.7, 8.4, 10.1), rows(9, satellite=AQUA)])
    shuffled = data.draw(st.permutations(range(len(over))))
    first = looks.judge(over, facts(own, here))
    again = looks.judge(over[list(shuffled)], facts([own[i] for i in order], here[::-1]))
    assert first == again


def look(hours: float, saw: Saw, satellite=N20) -> Look:
    return Look(satellite, ago(hours), 20.0, saw, weak=False)


def test_gaps_are_told_newest_first_with_the_reason_why_nobody_looked():
    found = looks.gaps(
        [
            look(60, Saw.FIRE),
            look(50, Saw.NO_DATA),
            look(48, Saw.AWAITED),
            look(40, Saw.CLOUD),
            look(30, Saw.NOTHING),
            look(2, Saw.AWAITED),
        ],
        ago(72),
        NOW,
    )
    told = [(gap.since, gap.until, gap.reason.code) for gap in found]
    assert told == [
        (ago(30), NOW, "passes.gap.awaited"),
        (ago(40), ago(30), "passes.gap.no_pass"),
        (ago(60), ago(40), "passes.gap.no_data"),
        (ago(72), ago(60), "passes.gap.no_pass"),
    ]
    assert found[2].reason.params == {"count": 1}


def test_six_hours_between_looks_are_no_gap():
    assert looks.gaps([look(12, Saw.FIRE), look(6, Saw.CLOUD_UNKNOWN)], ago(18), NOW) == []


def test_a_satellite_that_passes_and_gives_nothing_is_named():
    found = looks.silences(
        [
            look(40, Saw.FIRE),
            look(30, Saw.NO_DATA),
            look(20, Saw.NO_DATA),
            look(1, Saw.AWAITED),
            look(30, Saw.NO_DATA, AQUA),
            look(20, Saw.NOTHING, AQUA),
            look(6, Saw.NO_DATA, Satellite.SNPP),
        ],
        NOW,
    )
    assert [
        (one.params["satellite"], one.params["hours"], one.params["count"]) for one in found
    ] == [("NOAA20", 30, 2)]


@pytest.mark.parametrize(
    ("feed", "name", "satellites"),
    [
        ("firms-viirs-snpp-nrt", "", (Satellite.SNPP,)),
        ("firms-viirs-noaa20-nrt", "", (Satellite.NOAA20,)),
        ("firms-viirs-noaa21-nrt", "", (Satellite.NOAA21,)),
        ("firms-modis-nrt", "", (Satellite.TERRA, Satellite.AQUA)),
        ("drop", "SUOMI_VIIRS_C2_Russia_Asia_24h.csv", (Satellite.SNPP,)),
        ("drop", "J1_VIIRS_C2_Russia_Asia_24h.csv", (Satellite.NOAA20,)),
        ("drop", "J2_VIIRS_C2_Russia_Asia_24h.csv", (Satellite.NOAA21,)),
        ("drop", "MODIS_C6_1_Russia_Asia_24h.csv", (Satellite.TERRA, Satellite.AQUA)),
        ("drop", "fire_nrt_J1V-C2_157510.csv", (Satellite.NOAA20,)),
        ("drop", "fire_nrt_SV-C2_612.csv", (Satellite.SNPP,)),
        ("drop", "fire_nrt_M-C61_9.csv", (Satellite.TERRA, Satellite.AQUA)),
        ("drop", "VNP14IMGTDL_NRT.A2026199.0342.txt", (Satellite.SNPP,)),
        ("drop", "points.csv", ()),
        ("files", "2026-07-17_july_1.csv", ()),
    ],
)
def test_names_tell_whose_data_a_file_holds(feed, name, satellites):
    assert satellites_of(feed, name) == satellites


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("VIIRS_NOAA20_NRT_NRT_20260717T0412_00012.csv", (2026, 7, 17, 4, 12)),
        ("VNP14IMGTDL_NRT.A2026198.0342.txt", (2026, 7, 17, 3, 42)),
        ("pass_2026-07-17_0412.csv", (2026, 7, 17, 4, 12)),
        ("VIIRS_SNPP_NRT_24h_20260717.csv", None),
        ("SUOMI_VIIRS_C2_Global_VNP14IMGTDL_NRT_2026198.txt", None),
        ("20269917T0412.csv", None),
        ("VNP14.A2026399.0342.txt", None),
        ("", None),
    ],
)
def test_names_tell_the_pass_of_a_file_if_they_do(name, at):
    assert pass_time(name) == (datetime(*at, tzinfo=UTC) if at else None)


def test_an_empty_file_of_one_pass_proves_that_pass():
    (found,) = heard.spans([], [Arrival("drop", "J1_20260718T0410.csv", ago(4))])
    assert found == Span(N20, datetime(2026, 7, 18, 4, 10, tzinfo=UTC), found.since)


def test_a_file_of_the_last_day_proves_earlier_passes_while_the_satellite_lives():
    seen = [span(9)]
    daily = Arrival("firms-viirs-noaa20-nrt", "firms-viirs-noaa20-nrt.csv", ago(1))
    (_, reach) = heard.spans(seen, [daily])
    assert reach == Span(N20, ago(25), ago(5))
    assert saw(rows(7), facts((), heard.spans(seen, [daily]))) == [Saw.CLOUD_UNKNOWN]
    assert saw(rows(4.5), facts((), heard.spans(seen, [daily]))) == [Saw.NO_DATA]


def test_an_agencys_empty_files_do_not_bring_a_dead_satellite_to_life():
    polls = [Arrival("firms-modis-nrt", "", ago(hours)) for hours in range(1, 60)]
    spans = heard.spans([span(50, AQUA), span(3, Satellite.TERRA)], polls)
    over = rows(*range(10, 49, 2), satellite=AQUA)
    told = {one.at: one.saw for one in looks.judge(over, facts((), spans))}
    assert {told[ago(hours)] for hours in range(10, 26, 2)} == {Saw.NO_DATA}
    assert told[ago(48)] == Saw.CLOUD_UNKNOWN
    assert heard.spans([], polls) == []


@pytest.mark.parametrize(
    ("bbox", "lon", "lat"),
    [
        ((129.0, 62.0, 130.0, 63.0), (128.8, 130.2), (61.91, 63.09)),
        ((179.9, 62.0, 179.95, 62.1), (179.7, -179.85), (61.91, 62.19)),
        ((-179.95, 62.0, -179.9, 62.1), (179.85, -179.7), (61.91, 62.19)),
        ((10.0, 89.0, 20.0, 89.99), (-180.0, 180.0), (88.91, 90.0)),
    ],
)
def test_a_box_grows_by_kilometres_and_across_180_degrees(bbox, lon, lat):
    west, south, east, north = looks.around(bbox, 10.0)
    assert (west, east) == pytest.approx(lon, abs=0.02)
    assert (south, north) == pytest.approx(lat, abs=0.01)
