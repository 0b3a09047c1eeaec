"""Whole scenarios: deliveries as they really come, and a truth that fits them."""

import ast
import dataclasses
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from sylvan.domain.detections import DayNight, Satellite, concatenate
from sylvan.domain.reports import field_report
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parse import read_file
from sylvan.scenario import archive, export
from sylvan.scenario.archive import ScenarioError
from sylvan.scenario.deliveries import Kind, Quirk
from sylvan.scenario.fires import Cause, cell_power
from sylvan.scenario.geography import Geography, HeatSource, invented
from sylvan.scenario.nuisance import SourceKind
from sylvan.scenario.parameters import Nuisance, PlannedIgnition, ScenarioParameters, season
from sylvan.scenario.reports import ReportKind
from sylvan.scenario.scenario import generate

LAND = invented((118, 58, 140, 66), settlements=30, flares=8)
PARAMETERS = ScenarioParameters(seed=7, ignitions=14, warm_hours=10.0)
GEOD = Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def day():
    return generate(PARAMETERS, LAND)


def files(day, *quirks):
    return [
        one
        for one in day.deliveries
        if one.kind == Kind.DETECTIONS and (not quirks or one.quirk in quirks)
    ]


def parsed(one):
    return read_file(one.name, one.body, ReadOptions(now=int(one.deliver_at.timestamp())))


def identity(row):
    place = (round(float(row["lon"]), 5), round(float(row["lat"]), 5))
    return int(row["satellite"]), int(row["acq_at"]), *place


def small(**changes):
    made = {"seed": 3, "days": 0.4, "warm_hours": 2.0, "ignitions": 4, "weather_node_deg": 2.0}
    return ScenarioParameters(**{**made, **changes})


def test_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    bodies = []
    for number, seed in enumerate((3, 3, 4)):
        path = tmp_path / f"{number}.zip"
        archive.save(generate(small(seed=seed), LAND), path)
        bodies.append(path.read_bytes())
    assert bodies[0] == bodies[1]
    assert bodies[0] != bodies[2]


def test_every_row_of_the_near_real_time_files_is_linked_to_what_it_was(day):
    links = {
        (
            int(r["satellite"]),
            int(r["acq_at"]),
            round(float(r["lon"]), 5),
            round(float(r["lat"]), 5),
        )
        for r in day.truth.links
    }
    assert len(links) == day.truth.links.size
    rows = np.concatenate([parsed(one).rows for one in files(day, Quirk.PLAIN, Quirk.LATE)])
    found = {
        (
            int(r["satellite"]),
            int(r["acq_at"]),
            round(float(r["lon"]), 5),
            round(float(r["lat"]), 5),
        )
        for r in rows
    }
    assert found == links


def test_all_whole_files_are_read_without_a_single_reject(day):
    for one in files(day):
        if one.quirk in (Quirk.ERROR_PAGE, Quirk.TRUNCATED):
            continue
        if one.body.count(b"\n") == 1:
            continue
        read = parsed(one)
        assert len(read.rejects) == 0
        assert read.total_rows == one.body.count(b"\n") - 1


def test_truncated_file_ends_in_the_middle_of_a_line_and_comes_again_whole(day):
    (cut,) = files(day, Quirk.TRUNCATED)
    whole = next(o for o in files(day, Quirk.PLAIN) if o.name == cut.name)
    assert whole.body.startswith(cut.body)
    assert not cut.body.endswith(b"\n")
    assert whole.deliver_at - cut.deliver_at == timedelta(minutes=35)


def test_error_page_is_no_data(day):
    (page,) = files(day, Quirk.ERROR_PAGE)
    with pytest.raises(FeedError):
        parsed(page)


def test_repeats_are_byte_for_byte_what_came_before(day):
    first = {one.name: one for one in reversed(files(day, Quirk.PLAIN, Quirk.LATE))}
    repeats = files(day, Quirk.REPEAT)
    assert repeats
    for one in repeats:
        assert one.body == first[one.name].body
        assert one.deliver_at > first[one.name].deliver_at


@pytest.mark.parametrize(("quirk", "metres"), [(Quirk.EARLY, 100.0), (Quirk.STANDARD, 31.0)])
def test_other_versions_of_a_pixel_lie_within_the_promised_distance(day, quirk, metres):
    usual = {o.name.rsplit("_", 1)[1]: o for o in files(day, Quirk.PLAIN, Quirk.LATE)}
    versions = files(day, quirk)
    assert versions
    for one in versions:
        a, b = parsed(one).rows, parsed(usual[one.name.rsplit("_", 1)[1]]).rows
        _, _, apart = GEOD.inv(a["lon"], a["lat"], b["lon"], b["lat"])
        assert a.size == b.size
        assert 1 < np.max(apart) <= metres
        assert np.all(a["stage"] != b["stage"])


def test_delays_agree_with_the_measured_ones():
    # data/README.md: FIRMS MODIS median 2.2 h, p90 3.2 h; measured over many passes, hence longer
    long = generate(small(days=12.0, ignitions=0, warm_hours=0.0, weather_step_h=24.0), LAND)
    ends = dict(zip(long.truth.passes["number"], long.truth.passes["end"], strict=True))
    hours = [
        (o.deliver_at.timestamp() - ends[int(o.name.rsplit("_", 1)[1][:5])]) / 3600
        for o in long.deliveries
        if o.kind == Kind.DETECTIONS and o.quirk == Quirk.PLAIN
    ]
    assert np.median(hours) == pytest.approx(2.2, abs=0.15)
    assert np.percentile(hours, 90) == pytest.approx(3.2, abs=0.3)


def test_deliveries_come_in_order_and_playing_starts_just_before_one(day):
    times = [one.deliver_at for one in day.deliveries]
    assert times == sorted(times)
    after = [
        one.deliver_at
        for one in day.deliveries
        if one.deliver_at > day.play_from and one.kind != Kind.LIGHTNING
    ]
    assert min(after) - day.play_from <= timedelta(minutes=1)
    assert sum(at <= day.play_from for at in times) > 10


def test_no_satellite_sees_a_place_twice_in_one_pass(day):
    for number in np.unique(day.truth.links["number"]):
        mine = day.truth.links[day.truth.links["number"] == number]
        assert np.unique(np.stack([mine["lon"], mine["lat"]]), axis=1).shape[1] == mine.size


def test_all_satellites_come_several_times_a_day(day):
    counts = {int(s): int((day.truth.passes["satellite"] == s).sum()) for s in Satellite}
    for satellite in (1, 2, 3, 4, 5):
        # at 62° N a wide scanner sees a place 5–8 times a day; the test day has a day and a half
        assert 6 <= counts[satellite] <= 18


def test_fire_pixels_lie_at_ground_that_burns_then(day):
    fires = day.truth.links[day.truth.links["kind"] == SourceKind.FIRE]
    cells = day.truth.fires.cells
    for row in fires[:: max(1, fires.size // 60)]:
        mine = cells[(cells["fire"] == row["source"]) & (cells["at"] <= row["acq_at"] + 900)]
        _, _, apart = GEOD.inv(
            mine["lon"], mine["lat"], np.full(mine.size, row["lon"]), np.full(mine.size, row["lat"])
        )
        assert apart.min() < 4000


def test_looks_that_saw_nothing_are_told_from_those_that_saw(day):
    looks, links = day.truth.looks, day.truth.links
    assert (looks["pixels"] == 0).any()
    assert (looks["pixels"] > 0).any()
    assert looks["pixels"].sum() <= (links["kind"] == SourceKind.FIRE).sum()
    dark = looks[(looks["power"] == 0)]
    assert (dark["pixels"] == 0).all()
    assert (np.abs(looks["scan_angle"]) <= 56.1).all()


def test_burnt_polygons_have_the_area_of_their_cells_and_only_grow(day):
    fire = int(np.argmax(np.bincount(day.truth.fires.cells["fire"])))
    times = [PARAMETERS.start + timedelta(hours=h) for h in (0, 12, 24, 36)]
    shapes = [day.truth.burnt(fire, at) for at in times]
    for at, shape in zip(times, shapes, strict=True):
        area = abs(GEOD.geometry_area_perimeter(shape)[0]) / 1e4
        assert area == pytest.approx(day.truth.area_ha(fire, at), rel=0.02, abs=1.0)
        assert shape.is_valid
    for before, later in pairwise(shapes):
        assert before.difference(later.buffer(1e-6)).area == pytest.approx(0, abs=1e-9)


def test_hourly_areas_agree_with_the_area_asked_for(day):
    table = day.truth.areas(PARAMETERS.start, 36)
    for fire in day.truth.fires.ignitions["fire"][:5]:
        for hour in (0, 7, 36):
            at = PARAMETERS.start + timedelta(hours=hour)
            assert table[fire - 1, hour] == pytest.approx(day.truth.area_ha(int(fire), at))


def test_unknown_fire_is_refused(day):
    with pytest.raises(KeyError):
        day.truth.area_ha(10_000)


def test_fires_of_lightning_follow_their_stroke(day):
    fires = day.truth.fires.ignitions
    struck = fires[~np.isnan(fires["stroke_at"])]
    assert struck.size
    assert (struck["cause"] == Cause.LIGHTNING).all()
    assert (struck["stroke_at"] <= struck["at"]).all()


def test_cells_glow_only_after_the_front_and_not_for_ever(day):
    cells = day.truth.fires.cells[:500]
    assert not cell_power(cells, float(cells["at"].min()) - 1).any()
    assert not cell_power(cells, float(cells["at"].max()) + 40 * 86_400).any()
    assert cell_power(cells[:1], float(cells["at"][0]) + 1)[0] > 0


def test_every_report_is_one_that_the_door_takes(day):
    reports = [one for one in day.deliveries if one.kind == Kind.REPORT]
    assert len(reports) == PARAMETERS.people.reports
    for one in reports:
        seen = datetime.fromisoformat(one.body["observed_at"])
        assert seen <= one.deliver_at
        field_report({**one.body, "observed_at": seen}, one.deliver_at)


def test_reports_err_as_people_do_and_the_truth_knows_it(day):
    about = day.truth.reports
    kinds = {kind: int((about["kind"] == kind).sum()) for kind in ReportKind}
    assert kinds[ReportKind.HOAX] == 1
    assert kinds[ReportKind.MISTAKE] == 2
    assert (about["fire"][about["kind"] == ReportKind.HOAX] == 0).all()
    true = about["kind"] <= ReportKind.DUPLICATE
    assert (about["fire"][true] > 0).all()
    bodies = {int(o.name[-5:]): o.body for o in day.deliveries if o.kind == Kind.REPORT}
    off = []
    for row in about:
        place = bodies[int(row["number"])]["place"]
        if place["method"] == "coordinates":
            off.append(GEOD.inv(row["lon"], row["lat"], *place["point"])[2])
    assert 0 < np.median(off) < 10_000


def test_planned_ignition_burns_where_and_when_it_was_planned():
    plan = PlannedIgnition(129.0, 62.0, -20.0, cause="lightning", fuel="grass")
    made = generate(small(ignitions=0, planned=(plan,)), LAND)
    (fire,) = made.truth.fires.ignitions
    assert (fire["lon"], fire["lat"]) == (129.0, 62.0)
    assert fire["at"] == made.parameters.t0 - 20 * 3600
    assert fire["cause"] == Cause.LIGHTNING


def test_flares_glow_at_their_places_without_any_fire():
    flare = HeatSource("Flare", 129.3, 62.2)
    land = dataclasses.replace(LAND, heat_sources=(flare,), settlements=())
    made = generate(small(ignitions=0, days=1.5), land)
    seen = made.truth.links[made.truth.links["kind"] == SourceKind.FLARE]
    assert seen.size
    _, _, apart = GEOD.inv(
        seen["lon"], seen["lat"], np.full(seen.size, 129.3), np.full(seen.size, 62.2)
    )
    assert apart.max() < 4000
    assert made.truth.counts()["fire"] == 0


def test_particles_strike_single_hot_pixels_by_night_that_have_no_power():
    made = generate(small(ignitions=0, days=1.5, nuisance=Nuisance(hits_per_pass=3.0)), LAND)
    hits = {
        (int(row["satellite"]), int(row["acq_at"]), round(float(row["lon"]), 5))
        for row in made.truth.links[made.truth.links["kind"] == SourceKind.HIT]
    }
    assert len(hits) == made.truth.counts()["hit"] > 5
    nrt = concatenate([parsed(one).rows for one in files(made, Quirk.PLAIN, Quirk.LATE)])
    struck = [
        row
        for row in nrt
        if (int(row["satellite"]), int(row["acq_at"]), round(float(row["lon"]), 5)) in hits
    ]
    assert struck
    assert all(row["daynight"] == DayNight.NIGHT for row in struck)
    assert all(row["bright"] >= 320 and row["frp"] < 2 for row in struck)


def test_planned_burns_are_seen_by_day_around_settlements_and_leave_no_fire():
    made = generate(small(ignitions=0, days=1.5, nuisance=Nuisance(burns_per_day=60.0)), LAND)
    seen = made.truth.links[made.truth.links["kind"] == SourceKind.BURN]
    assert seen.size > 5
    assert made.truth.counts()["fire"] == 0
    for row in seen:
        towns = np.array([(town.lon, town.lat) for town in LAND.settlements])
        ends = np.full(len(towns), row["lon"]), np.full(len(towns), row["lat"])
        assert GEOD.inv(towns[:, 0], towns[:, 1], *ends)[2].min() < 40_000


def test_scenario_is_read_back_as_it_was_written(tmp_path, day):
    for target in (tmp_path / "folder", tmp_path / "one.zip"):
        archive.save(day, target)
        back = archive.load(target)
        assert back.parameters == day.parameters
        assert back.deliveries == day.deliveries
        assert back.play_from == day.play_from
        for name in archive.TABLES:
            assert np.array_equal(
                back.truth.table(name), day.truth.table(name), equal_nan=False
            ) or pd.DataFrame(back.truth.table(name)).equals(pd.DataFrame(day.truth.table(name)))
        again = tmp_path / f"{target.name}-again.zip"
        archive.save(back, again)
        once = tmp_path / "once.zip"
        archive.save(day, once)
        assert again.read_bytes() == once.read_bytes()


def test_stored_weather_can_be_asked_anywhere_again(tmp_path, day):
    archive.save(day, tmp_path / "day.zip")
    back = archive.load(tmp_path / "day.zip")
    row = day.truth.weather[1234]
    now = back.weather.at(np.array([row["lon"]]), np.array([row["lat"]]), float(row["at"]))
    assert now.temperature[0] == pytest.approx(row["temperature"], abs=0.01)


@pytest.mark.parametrize("damage", ["missing", "no zip", "no truth", "newer"])
def test_broken_scenarios_are_refused_by_name(tmp_path, day, damage):
    path = tmp_path / "day"
    archive.save(day, path)
    if damage == "missing":
        path = tmp_path / "nowhere"
    elif damage == "no zip":
        path = tmp_path / "bad.zip"
        path.write_bytes(b"no zip")
    elif damage == "no truth":
        (path / "truth" / "links.parquet").unlink()
    else:
        head = path / "scenario.yaml"
        head.write_text(head.read_text().replace("format: 1", "format: 99"))
    with pytest.raises(ScenarioError, match=path.name):
        archive.load(path)


def test_saving_never_writes_into_somebodys_folder(tmp_path, day):
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(ScenarioError):
        archive.save(day, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["precious.txt"]


def test_exported_files_carry_their_time_of_arrival_and_truth_opens_in_a_gis(tmp_path):
    gpd = pytest.importorskip("geopandas")
    made = generate(small(), LAND)
    written = export.deliveries(made, tmp_path / "in")
    assert len(written) == len(made.deliveries)
    for path, one in zip(written, made.deliveries, strict=True):
        assert path.stat().st_mtime == pytest.approx(one.deliver_at.timestamp(), abs=1)
    export.truth(made, tmp_path, step_h=3.0)
    perimeters = gpd.read_file(tmp_path / "truth.gpkg", layer="perimeters")
    assert perimeters.crs.to_epsg() == 4326
    last = perimeters.sort_values("at").groupby("fire").last()
    for fire, row in last.iterrows():
        assert row.area_ha <= made.truth.area_ha(int(fire)) + 1e-6


def test_region_across_180_is_generated_with_wrapped_longitudes():
    land = invented((168, 62, 192, 69), settlements=12, flares=4)
    made = generate(small(ignitions=12, days=1.0), land)
    lon = made.truth.links["lon"]
    assert lon.size
    assert np.all((lon >= -180) & (lon <= 180))
    east = np.mod(lon, 360)
    assert east.min() > 166
    assert east.max() < 194
    for one in made.deliveries:
        if one.kind == Kind.DETECTIONS and one.quirk == Quirk.PLAIN and one.body.count(b"\n") > 1:
            assert len(parsed(one).rejects) == 0


def test_southern_and_treeless_lands_burn_too():
    land = invented((-9, 37, -6, 42), settlements=20, flares=0)
    made = generate(small(ignitions=6, days=1.0), land)
    assert made.truth.counts()["fire"] > 0


def test_land_without_anything_to_burn_is_refused():
    bare = invented((118, 58, 140, 66), settlements=0, flares=0)
    drowned = Geography("sea", bare.boundary, water=bare.boundary.buffer(1e-9).difference(
        bare.boundary.centroid.buffer(1e-4)
    ))  # fmt: skip
    with pytest.raises(ValueError, match="burnable"):
        generate(small(), drowned)


def test_parameters_survive_their_plain_form_and_refuse_unknown_fields():
    plan = PlannedIgnition(1.0, 2.0, 3.0)
    for made in (season(seed=5), ScenarioParameters(planned=(plan,), languages=("en",))):
        assert ScenarioParameters.from_dict(made.as_dict()) == made
    with pytest.raises(ValueError, match=r"climate.*sunshine"):
        ScenarioParameters.from_dict({"climate": {"sunshine": 1}})


@pytest.mark.parametrize(
    "changes",
    [
        {"days": 0},
        {"days": 500},
        {"ignitions": -1},
        {"warm_hours": 99.0},
        {"start": datetime(2026, 1, 1)},  # noqa: DTZ001 - the refused case
    ],
)
def test_impossible_parameters_are_refused(changes):
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own text
        ScenarioParameters(**changes)


def test_modis_pixels_look_like_those_of_a_real_fire_day(shared_data, day):
    real = pd.read_csv(shared_data / "firms/files/2017-08-14_MODIS_C6_Global_24h.csv")
    box = real[real.lng.between(105.5, 163) & real.lat.between(55.5, 77)]
    rows = np.concatenate([parsed(one).rows for one in files(day, Quirk.PLAIN, Quirk.LATE)])
    ours = rows[rows["instrument"] == 1]
    assert 1 / 3 < np.median(ours["frp"]) / box.frp.median() < 3
    assert abs(np.median(ours["bright"]) - box.brightness.median()) < 15
    assert abs(np.median(ours["bright_long"]) - box.bright_t31.median()) < 15
    assert abs(np.median(ours["confidence_native"]) - box.confidence.median()) < 20


def test_generator_shares_nothing_with_the_engine_but_values():
    allowed = {
        "sylvan.domain.detections",
        "sylvan.domain.forces.kinds",
        "sylvan.domain.forces.register",
        "sylvan.domain.places",
    }
    imports = defaultdict(set)
    for path in Path("sylvan/scenario").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sylvan."):
                imports[path.name].add(node.module)
    foreign = {
        (name, module)
        for name, modules in imports.items()
        for module in modules
        if not module.startswith("sylvan.scenario") and module not in allowed
    }
    assert imports
    assert not foreign


def test_times_are_utc_and_aware(day):
    assert all(one.deliver_at.tzinfo == UTC for one in day.deliveries)
