"""Lists of heat sources: as published, as an operator writes them, and every fault by line."""

import pytest

from sylvan.domain.heat import HeatKind
from sylvan.feeds.errors import FeedError
from sylvan.feeds.heat_lists import read_list

BOX = (105.5, 55.5, 163.0, 77.1)
"""Yakutia."""


def inside(rows):
    west, south, east, north = BOX
    return [one for one in rows if west <= one.point[0] <= east and south <= one.point[1] <= north]


def test_flare_survey_is_read_as_published(shared_data):
    body = (
        shared_data / "heat_sources" / "VIIRS_Global_flaring_d.7_slope_0.029353_2017_web_v1.csv"
    ).read_bytes()
    parsed = read_list("survey.csv", body)
    assert parsed.catalogue == "vnf-2017"
    assert (len(parsed.rows), len(parsed.bad)) == (10_009, 0)
    assert len(inside(parsed.rows)) == 118
    assert all(0.5 <= one.confidence <= 0.95 for one in parsed.rows)
    assert {one.kind for one in parsed.rows} == {HeatKind.FLARE}


def test_plants_without_a_flame_and_sleeping_volcanoes_are_left_out(shared_data):
    folder = shared_data / "heat_sources"
    plants = read_list("plants.csv", (folder / "powerplants_russia.csv").read_bytes())
    assert (len(plants.rows), plants.left_out) == (132, 77)  # 67 hydro, 10 nuclear
    volcanoes = read_list("volcanoes.csv", (folder / "gvp_volcanoes.csv").read_bytes())
    assert volcanoes.total == 1_250
    names = {one.name for one in volcanoes.rows}
    assert "Sheveluch" in names
    assert "West Eifel Volcanic Field" not in names


def test_own_table_says_what_it_wants():
    body = (
        "Lat;Lon;Name;Kind;radius_km;months;hours;valid_until\n"
        "62;129;ТЭЦ;plant;1.5;11-3;0,12-14;2027-01-01\n"
    )
    (one,) = read_list("own.csv", body.encode()).rows
    assert (one.point, one.name, one.kind, one.radius_km) == (
        (129.0, 62.0),
        "ТЭЦ",
        HeatKind.PLANT,
        1.5,
    )
    assert one.months == {11, 12, 1, 2, 3}
    assert one.hours == {0, 12, 13, 14}
    assert one.valid_until.isoformat() == "2027-01-01T00:00:00+00:00"


FAULTS = {
    "95,129,flare,1": ("lat", "row.out_of_range"),
    "62,,flare,1": ("lon", "row.empty"),
    '"62,1",129,flare,1': ("lat", "row.comma_decimal"),
    "62,129,furnace,1": ("kind", "heat.kind"),
    "62,129,flare,wide": ("radius_km", "row.not_a_number"),
    "62,129,flare,99": ("radius_km", "row.out_of_range"),
}


@pytest.mark.parametrize("line", FAULTS)
def test_fault_is_told_by_line_and_field_and_the_rest_is_read(line):
    body = f"lat,lon,kind,radius_km\n61,128,flare,1\n{line}\n"
    parsed = read_list("own.csv", body.encode())
    assert len(parsed.rows) == 1
    assert [(one.line, one.field, one.code) for one in parsed.bad] == [(3, *FAULTS[line])]


def test_source_that_stands_twice_is_told():
    body = b"id,lat,lon\nA,61,128\nB,62,128\nA,63,128\n"
    parsed = read_list("own.csv", body)
    assert [(one.line, one.code) for one in parsed.bad] == [(4, "heat.twice")]


def test_geojson_is_read_and_what_a_register_denied_stays_out():
    body = b"""{"type": "FeatureCollection", "features": [
      {"type": "Feature", "geometry": {"type": "Point", "coordinates": [129, 62]},
       "properties": {"id": "a", "kind": "mine", "months": [5, 6], "name": {"ru": "Razrez"}}},
      {"type": "Feature", "geometry": {"type": "Point", "coordinates": [130, 62]},
       "properties": {"id": "b", "state": "denied"}},
      {"type": "Feature", "geometry": {"type": "LineString", "coordinates": []},
       "properties": {}}]}"""
    parsed = read_list("own.geojson", body)
    (one,) = parsed.rows
    assert (one.name, one.months) == ("Razrez", {5, 6})
    assert parsed.left_out == 1
    assert [(bad.line, bad.code) for bad in parsed.bad] == [(3, "row.bad_geometry")]


def test_table_of_something_else_is_refused(shared_data):
    body = (shared_data / "heat_sources" / "firms_snpp_counts_RU-SA_2019-2024.csv").read_bytes()
    with pytest.raises(FeedError) as refused:
        read_list("counts.csv", body)
    assert refused.value.code == "file.no_header"
