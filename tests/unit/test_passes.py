"""Orbits and views, against published positions, published pass predictions and real hot spots."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain import elements, passes
from sylvan.domain.detections import Instrument, Satellite
from sylvan.domain.elements import Elements
from sylvan.domain.passes_geometry import (
    INSTRUMENT_OF,
    SCANNERS,
    earth_fixed,
    place_xyz,
    propagate,
)
from sylvan.scenario import orbits as scenario_orbits
from sylvan.scenario import swath

DAY = datetime(2026, 7, 17, tzinfo=UTC)
SCENARIO = scenario_orbits.make_elements(DAY)


def lines(*pair: str) -> Elements:
    """One set of a satellite that we know."""
    (found,) = elements.read("\n".join(pair).encode(), "test").sets
    return found


MINE = [lines(one.line1, one.line2) for one in SCENARIO]


def over(lon, lat, *, sets=MINE, since=DAY, hours=24.0):
    where = (np.atleast_1d(np.asarray(value, "f8")) for value in (lon, lat))
    return passes.passes_over(sets, *where, since, since + timedelta(hours=hours))


def elevation_deg(one: Elements, lon: float, lat: float, at: datetime) -> float:
    """How high a satellite stands over a place."""
    place, up = place_xyz(np.array([lon]), np.array([lat]))
    here = propagate([one.record()], np.array([at.timestamp()]))[0]
    sight = (here.position - place)[0]
    return float(np.degrees(np.arcsin(sight @ up[0] / np.linalg.norm(sight))))


def test_positions_are_turned_into_the_earths_frame_as_published():
    # Vallado, Crawford, Hujsak, Kelso, "Revisiting Spacetrack Report #3", AIAA 2006-6753,
    # appendix C: r(TEME) and r(PEF) at UT1 = 2004-04-06 07:51:27.946047
    teme = np.array([[5094.18016210, 6127.64465950, 6380.34453270]])
    at = datetime(2004, 4, 6, 7, 51, 28, 386009, tzinfo=UTC).timestamp() - 0.439961
    pef = earth_fixed(teme, np.array([at]))[0]
    assert pef == pytest.approx([-1033.47503130, 7901.30558557, 6380.34453270], abs=1e-5)


NOAA20_2018 = lines(
    "1 43013U 17073A   18331.00000000  .00000048  00000-0  22749-4 0  3056",
    "2 43013 098.7413 267.0121 0001419 108.5818 058.1314 14.19552981053016",
)
AQUA_2018 = lines(
    "1 27424U 02022A   18332.21220389  .00000093  00000-0  30754-4 0  9994",
    "2 27424  98.2121 270.9368 0001045 343.9225 155.8703 14.57111538881313",
)


@pytest.mark.parametrize(
    ("satellite", "at"),
    [
        (NOAA20_2018, (10, 53, 42.079483)),
        (NOAA20_2018, (11, 9, 6.916787)),
        (NOAA20_2018, (12, 34, 44.667963)),
        (NOAA20_2018, (12, 49, 25.134067)),
        (AQUA_2018, (11, 12, 8.728455)),
        (AQUA_2018, (11, 26, 8.250021)),
        (AQUA_2018, (12, 50, 46.574975)),
        (AQUA_2018, (13, 3, 53.262440)),
        (AQUA_2018, (14, 33, 33.973194)),
        (AQUA_2018, (14, 40, 10.761405)),
    ],
)
def test_satellites_rise_and_set_when_another_program_published_it(satellite, at):
    # 16° E, 58° N on 2018-11-28: rise and fall times of pytroll/pytroll-schedule,
    # trollsched/tests/test_schedule.py (computed by pyorbital from the same elements)
    hour, minute, second = at
    moment = datetime(2018, 11, 28, hour, minute, tzinfo=UTC) + timedelta(seconds=second)
    assert elevation_deg(satellite, 16.0, 58.0, moment) == pytest.approx(0.0, abs=1e-4)


ISS = Elements(
    Satellite.OTHER,
    datetime(2013, 11, 26, tzinfo=UTC),
    "1 25544U 98067A   13330.58127943  .00000814  00000-0  21834-4 0  1064",
    "2 25544  51.6484  23.7537 0001246  74.1647  18.7420 15.50540527859894",
)


@pytest.mark.parametrize(
    ("day", "clock", "height"),
    [
        (26, "04:55:55", 29),
        (27, "05:43:45", 86),
        (28, "04:55:15", 52),
        (29, "05:42:30", 31),
        (30, "04:54:52", 33),
    ],
)
def test_a_published_table_of_visible_passes_is_met(day, clock, height):
    # Heavens-Above, highest points over 42.2° N 88.1° W in Central Standard Time (−6 h), as kept
    # in skyfield's tests/test_satellites.py with the elements of those days; heights are rounded,
    # and days after the epoch the station was steered: 2.5° is what that test allows too
    at = datetime.fromisoformat(f"2013-11-{day}T{clock}-06:00")
    assert elevation_deg(ISS, -88.1, 42.2, at) == pytest.approx(height, abs=2.5)


def test_passes_agree_with_the_scenarios_own_propagation_and_scan():
    # The generator shares no code with this: it steps along the track every 15 s, halves towards
    # the crossing, and scans across the flight over the turning earth (hence the seconds).
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(105, 160, 25), rng.uniform(56, 76, 25)
    rows = over(lon, lat, hours=48)
    compared = 0
    for one in SCENARIO:
        scanner = swath.SCANNERS[one.instrument]
        for row in rows[(rows["satellite"] == one.satellite) & rows["covered"]]:
            path = scenario_orbits.track(one, row["at"] - 300, row["at"] + 300, 15.0)
            place = scenario_orbits.surface(lon[[row["place"]]], lat[[row["place"]]])
            seen = swath.view(path, scanner, place)
            if abs(row["scan_deg"]) > np.degrees(scanner.half_angle):
                continue  # the last 0.2° of VIIRS, which the generator leaves out
            assert seen.seen[0]
            (moment,) = seen.at
            assert moment == pytest.approx(row["at"], abs=12.0)
            assert np.degrees(seen.angle[0]) == pytest.approx(row["scan_deg"], abs=0.1)
            compared += 1
    assert compared > 800


TERRA_DEC = lines(
    "1 25994U 99068A   18338.20920286  .00000076  00000-0  26867-4 0  9999",
    "2 25994  98.2142  50.5750 0000577 102.5211 257.6060 14.57132862  8586",
)
AQUA_MAY = lines(
    "1 27424U 02022A   17131.91562854  .00000110  00000-0  34384-4 0  9996",
    "2 27424  98.2026  73.7533 0000860 153.0401 299.1971 14.57109646798942",
)
NOAA20_2020 = lines(
    "1 43013U 17073A   20229.47853004 -.00000028 +00000-0 +73690-5 0  9996",
    "2 43013 098.7192 166.5017 0001233 103.9121 256.2193 14.19559367142174",
)
REAL = [
    ("2018-12-05_MODIS_C6_Global_24h.csv", "T", TERRA_DEC),
    ("2018-12-05_MODIS_C6_Global_24h.csv", "A", AQUA_2018),
    ("2017-05-08_MODIS_C6_Global_24h.csv", "A", AQUA_MAY),
    ("2020-10-03_fire_nrt_J1V-C2_157510.csv", "1", NOAA20_2020),
]
"""FIRMS files of the whole earth and elements published around their days; those of NOAA-20 are 47
days older. Sources: pytroll-schedule's tests, two public visualisations, NASA's RACE."""


@dataclass(frozen=True)
class Pixels:
    """How an instrument's files tell its geometry."""

    granule_s: float
    """Times are the beginnings of granules of this length."""
    height_km: float
    nadir_km: float
    """Length of a pixel along the flight straight below."""
    rounding_km: float

    def track_km(self, scan_deg):
        """Length along the flight: it grows with the distance, on a round earth."""
        radius, height = 6371.0, self.height_km
        angle = np.radians(np.maximum(np.abs(scan_deg), 1e-3))
        zenith = np.arcsin((radius + height) / radius * np.sin(angle))
        distance = radius * np.sin(zenith - angle) / np.sin(angle)
        return self.nadir_km * distance / height


PIXELS = {
    Instrument.MODIS: Pixels(300.0, 705.0, 1.0, 0.1),
    Instrument.VIIRS: Pixels(360.0, 833.0, 0.36, 0.01),
}


@pytest.mark.parametrize(("file", "letter", "one"), REAL)
def test_real_hot_spots_lie_in_the_passes_and_have_the_size_of_their_angle(
    shared_data, file, letter, one
):
    table = pd.read_csv(shared_data / "firms/files" / file)
    table = table[table["satellite"].astype(str).str.startswith(letter)]
    table = table.sample(400, random_state=1)
    lon = table["longitude" if "longitude" in table else "lng"].to_numpy()
    lat = table["latitude" if "latitude" in table else "lat"].to_numpy()
    clock = table["acq_time"].astype(str).str.zfill(4)
    moments = pd.to_datetime(table["acq_date"] + clock, format="%Y-%m-%d%H%M", utc=True)
    at = np.array([moment.timestamp() for moment in moments])
    first, last = (datetime.fromtimestamp(value, UTC) for value in (at.min(), at.max()))
    margin = timedelta(minutes=10)
    rows = passes.passes_over([one], lon, lat, first - margin, last + margin)
    pixels = PIXELS[INSTRUMENT_OF[one.satellite]]
    nearest = []
    for place in range(len(table)):
        mine = rows[rows["place"] == place]
        nearest.append(mine[np.abs(mine["at"] - at[place] - pixels.granule_s / 2).argmin()])
    found = np.array(nearest)
    late = found["at"] - at
    assert found["covered"].mean() > 0.995
    assert late.min() > -5
    assert late.max() < pixels.granule_s + 5
    wrong = np.abs(pixels.track_km(found["scan_deg"]) - table["track"].to_numpy())
    assert wrong.max() < pixels.rounding_km


@settings(max_examples=60)
@given(st.floats(-180, 180), st.floats(-89.9, 89.9))
def test_every_place_on_earth_is_passed_and_angles_fit_together(lon, lat):
    rows = over(lon, lat)
    covered = rows[rows["covered"]]
    # five wide swaths: nowhere fewer than a pass a day by each VIIRS
    assert len(covered) >= 5
    assert np.all(np.diff(rows["at"]) >= 0)
    assert np.all((rows["view_deg"] >= 0) & (rows["view_deg"] <= 90.001))
    # from orbit the place's zenith leans more than the scan, by the earth's curvature
    assert np.all(rows["view_deg"] >= np.abs(rows["scan_deg"]) - 0.25)
    # and by how much: sin(view) = r/R · sin(scan) on a round earth; the ellipsoid adds 0.5°
    height = np.where(
        np.isin(covered["satellite"], (Satellite.TERRA, Satellite.AQUA)), 705.0, 833.0
    )
    sine = (6371.0 + height) / 6371.0 * np.sin(np.radians(np.abs(covered["scan_deg"])))
    assert np.allclose(covered["view_deg"], np.degrees(np.arcsin(sine)), atol=1.0)


def test_a_pass_shows_a_place_once():
    rows = over(129.0, 62.0, hours=72)
    for satellite in np.unique(rows["satellite"]):
        mine = rows[rows["satellite"] == satellite]
        # half an orbit at the least: once on the way north, once on the way south near the pole
        assert np.diff(mine["at"]).min() > 45 * 60


def test_a_place_at_180_degrees_is_seen_the_same_from_both_sides():
    west, east = over(-180.0, 66.0), over(180.0, 66.0)
    assert np.array_equal(west["satellite"], east["satellite"])
    assert np.allclose(west["at"], east["at"], atol=1e-3)
    assert np.allclose(west["view_deg"], east["view_deg"], atol=1e-6)


def test_views_are_symmetric_about_the_ground_track():
    # two places at equal distances left and right of the point below the satellite
    one = MINE[1]
    moment = DAY.timestamp() + 3600 * 5
    here = propagate([one.record()], np.array([moment]))[0]
    down = -here.position[0] / np.linalg.norm(here.position[0])
    right = np.cross(down, here.ahead[0])
    sides = []
    for sign in (-1, 1):
        way = -down * np.cos(0.1) + sign * right * np.sin(0.1)
        lon, lat = np.degrees(np.arctan2(way[1], way[0])), np.degrees(np.arcsin(way[2]))
        rows = over(lon, lat, sets=[one], since=DAY + timedelta(hours=4.8), hours=0.4)
        sides.append(rows[np.abs(rows["at"] - moment).argmin()])
    left, other = sides
    assert left["scan_deg"] < 0 < other["scan_deg"]
    # geodetic latitude is taken for geocentric here, which shifts both alike by up to 20 km
    assert -left["scan_deg"] == pytest.approx(other["scan_deg"], abs=1.5)


def test_high_latitudes_are_passed_more_often_than_low_ones():
    counts = [int(over(129.0, lat, hours=72)["covered"].sum()) for lat in (0, 45, 62, 72, 85)]
    assert counts == sorted(counts)
    assert counts[2] >= 3 * 5 * 3  # at 62° N each of five satellites comes thrice a day or more


def test_what_lies_beside_the_swath_is_an_overflight_and_not_covered():
    rows = over(129.0, 50.0, hours=48)
    beside = rows[~rows["covered"]]
    modis = np.isin(beside["satellite"], (Satellite.TERRA, Satellite.AQUA))
    assert np.all(np.abs(beside["scan_deg"])[modis] > SCANNERS[Instrument.MODIS].half_angle_deg)
    assert np.all(beside["view_deg"] > 60)


def test_hundreds_of_places_are_computed_as_one_by_one():
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(-180, 180, 900), rng.uniform(-85, 85, 900)
    together = over(lon, lat, hours=6)
    for place in (0, 23, 24, 899):
        alone = over(lon[place], lat[place], hours=6)
        mine = together[together["place"] == place]
        for name in ("satellite", "covered"):
            assert np.array_equal(mine[name], alone[name])
        assert np.allclose(mine["at"], alone["at"], atol=1e-3)


def test_no_elements_no_place_or_no_time_give_no_passes():
    assert len(over(129.0, 62.0, sets=[])) == 0
    assert len(over([], [])) == 0
    assert len(over(129.0, 62.0, hours=0)) == 0


def test_a_decayed_orbit_sees_nothing_and_stops_nobody():
    line = MINE[0].line1[:53] + " 99999+0" + MINE[0].line1[61:68]
    heavy = Elements(MINE[0].satellite, DAY, line + str(elements.checksum(line)), MINE[0].line2)
    rows = over(129.0, 62.0, sets=[heavy, MINE[1]], hours=24)
    assert set(rows[rows["covered"]]["satellite"].tolist()) >= {int(MINE[1].satellite)}
    assert np.all(np.isfinite(rows["view_deg"]))


def test_region_passes_join_what_one_overflight_sees():
    lon, lat = (
        grid.ravel() for grid in np.meshgrid(np.linspace(110, 150, 9), np.arange(58, 72, 2))
    )
    rows = over(lon, lat, hours=12)
    found = passes.over_region(rows, len(lon))
    assert all(one.until - one.since < timedelta(minutes=20) for one in found)
    assert all(0 < one.share <= 1 for one in found)
    assert max(one.share for one in found) > 0.7
    total = sum(round(one.share * len(lon)) for one in found)
    assert total == rows["covered"].sum()


NOW = DAY + timedelta(days=2)


def aged(days: float, satellite: Satellite = Satellite.SNPP) -> Elements:
    return Elements(satellite, NOW - timedelta(days=days), "", "")


def test_the_newest_elements_that_the_world_could_have_are_chosen():
    known = [aged(9), aged(2), aged(-0.5), aged(-3), aged(40)]
    choice = passes.choose(known, NOW, [Satellite.SNPP])
    assert choice.sets == (aged(-0.5),)
    assert choice.remarks == ()


@pytest.mark.parametrize(
    ("days", "code", "used"),
    [
        (6.9, None, True),
        (8, "passes.elements_old", True),
        (29.9, "passes.elements_old", True),
        (30.5, "passes.elements_unused", False),
        (-2, "passes.elements_future", False),
    ],
)
def test_elements_by_age(days, code, used):
    choice = passes.choose([aged(days)], NOW, [Satellite.SNPP])
    assert [remark.code for remark in choice.remarks] == ([code] if code else [])
    assert bool(choice.sets) == used


def test_missing_elements_are_told_satellite_by_satellite_unless_there_are_none():
    assert [one.code for one in passes.choose([], NOW).remarks] == ["passes.no_elements"]
    remarks = passes.choose([aged(1)], NOW).remarks
    assert {one.params["satellite"] for one in remarks} == {"TERRA", "AQUA", "NOAA20", "NOAA21"}
