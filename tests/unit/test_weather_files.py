"""Station tables, grids and forecast answers: what is used, what is refused, what is assumed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import orjson
import pytest
import rasterio
import rasterio.shutil
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from sylvan.domain.observed import Place
from sylvan.feeds.errors import FeedError
from sylvan.feeds.weather import is_weather, read_weather
from sylvan.feeds.weather_grids import MOST_NODES

NOW = datetime(2026, 7, 20, 12, tzinfo=UTC)
HEADER = "station,lat,lon,time,temperature_c,humidity_pct,wind_ms,rain_mm,rain_hours\n"


def read(text: str | bytes, known: dict[str, Place] | None = None, box=None):
    body = text.encode() if isinstance(text, str) else text
    assert is_weather(body)
    return read_weather("w.csv", body, known or {}, box, NOW)


def row(**changes: str) -> str:
    cells = {
        "station": "A",
        "lat": "62.0",
        "lon": "130.0",
        "time": "2026-07-20T03:00Z",
        "t": "24.0",
        "rh": "40",
        "wind": "3",
        "rain": "0",
        "hours": "24",
    }
    return ",".join((cells | changes).values()) + "\n"


def codes(parsed) -> set[str]:
    return {one.code for one in parsed.reading.assumed}


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"t": "297.2"}, "temperature_c", "row.out_of_range"),
        ({"t": "warm"}, "temperature_c", "row.not_a_number"),
        ({"rh": "140"}, "humidity_pct", "row.out_of_range"),
        ({"wind": "-3"}, "wind_ms", "row.out_of_range"),
        ({"time": "20/07/26 noon"}, "time", "row.bad_time"),
        ({"time": "2026-07-21T03:00Z"}, "time", "row.future"),
        ({"lat": "99"}, "lat", "row.out_of_range"),
        ({"lat": ""}, "station", "row.unknown_station"),
        ({"t": "", "rh": "", "wind": "", "rain": ""}, "temperature", "row.empty"),
    ],
)
def test_bad_row_is_told_by_line_field_and_reason_and_the_rest_goes_in(changes, field, code):
    parsed = read(HEADER + row() + row(**changes) + row(station="B"))
    assert [(one.line, one.field, one.code) for one in parsed.bad] == [(3, field, code)]
    assert len(parsed.reading.rows) == 2
    assert parsed.total == 3


@pytest.mark.parametrize("gap", ["", "NaN", "-9999", "null", "/"])
def test_gap_is_unknown_and_no_fault(gap):
    parsed = read(HEADER + row(rh=gap))
    assert parsed.bad == []
    assert np.isnan(parsed.reading.rows["humidity"][0])
    assert parsed.reading.rows["temperature"][0] == 24.0


def test_windows_code_page_decimal_commas_and_russian_names_are_read():
    text = (
        "Станция;Широта;Долгота;Дата;Время;Пояс;Температура, °C;Влажность, %;Ветер, м/с;"
        "Осадки за 24 ч, мм\n"
        "Якутск;62,03;129,73;20.07.2026;12:00;+9;25,4;31;3,2;0,6\n"
    )
    parsed = read(text.encode("cp1251"))
    (one,) = parsed.reading.rows
    assert parsed.reading.places[0].code == "Якутск"
    assert one["at"] == datetime(2026, 7, 20, 3, tzinfo=UTC).timestamp()
    assert one["temperature"] == pytest.approx(25.4)
    assert one["wind"] == pytest.approx(3.2 * 3.6)
    assert (one["rain"], one["rain_h"]) == (pytest.approx(0.6), 24.0)
    assert codes(parsed) == set()


def test_units_that_values_leave_no_doubt_about_are_found_and_told():
    text = "station,lat,lon,time,temperature,humidity,wind\n"
    text += "A,62,130,2026-07-20T03:00Z,297.15,0.4,3\nA,62,130,2026-07-20T06:00Z,298.15,0.35,3\n"
    parsed = read(text)
    assert parsed.reading.rows["temperature"][0] == pytest.approx(24.0, abs=0.01)
    assert parsed.reading.rows["humidity"].tolist() == pytest.approx([40.0, 35.0])
    told = {(one.code, one.params["field"], one.params["unit"]) for one in parsed.reading.assumed}
    assert told == {
        ("weather.unit_found", "temperature", "K"),
        ("weather.unit_found", "humidity", "1"),
        ("weather.unit_assumed", "wind", "m/s"),
    }


def test_zone_that_is_missing_is_told():
    parsed = read(HEADER + row(time="2026-07-20 03:00"))
    assert codes(parsed) == {"weather.zone_assumed"}
    assert parsed.reading.rows["at"][0] == datetime(2026, 7, 20, 3, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(("shift", "doubted"), [(0, False), (9, True)])
def test_station_that_is_warmest_at_night_has_a_doubtful_zone(shift, doubted):
    lines = [HEADER]
    for hour in range(96):
        at = datetime(2026, 7, 15, tzinfo=UTC) + timedelta(hours=hour + shift)
        solar = (hour + 130.0 / 15.0) % 24.0
        warm = 18.0 + 6.0 * np.cos(2 * np.pi * (solar - 15.0) / 24.0)
        lines.append(row(time=at.isoformat(), t=f"{warm:.1f}", hours="1"))
    assert ("weather.zone_doubtful" in codes(read("".join(lines)))) is doubted


def test_hours_of_rain_that_nobody_named_are_those_between_reports():
    text = "station,lat,lon,time,temperature_c,humidity_pct,wind_ms,rain_mm\n"
    for hour in (0, 3, 6, 9):
        text += f"A,62,130,2026-07-20T{hour:02d}:00Z,20,40,3,1.5\n"
    parsed = read(text)
    assert set(parsed.reading.rows["rain_h"].tolist()) == {3.0}
    assert codes(parsed) == {"weather.rain_hours_assumed"}


def test_table_without_coordinates_uses_places_heard_of_before():
    known = {"A": Place("A", 130.0, 62.0, "Post")}
    text = "station,time,temperature_c,humidity_pct\nA,2026-07-20T03:00Z,20,40\n"
    parsed = read(text + "B,2026-07-20T03:00Z,20,40\n", known)
    assert parsed.reading.places == (known["A"],)
    assert [one.code for one in parsed.bad] == ["row.unknown_station"]


def test_forecast_rows_may_lie_in_the_future_but_not_their_issue():
    text = HEADER.replace("time,", "time,issued,")
    good = row(time="2026-07-21T03:00Z,2026-07-20T06:00Z")
    late = row(time="2026-07-23T03:00Z,2026-07-22T06:00Z")
    parsed = read(text + good + late)
    assert len(parsed.reading.rows) == 1
    assert [(one.field, one.code) for one in parsed.bad] == [("issued", "row.future")]


@pytest.mark.parametrize(
    "text",
    [
        "latitude,longitude,bright_ti4,acq_date,acq_time,frp\n",
        "time,latitude,longitude,peak_current_ka\n",
        "name,lat,lon,kind\n",
        "",
    ],
)
def test_other_tables_are_no_weather(text):
    assert not is_weather(text.encode())


# grids


def grib(folder: Path, band: str, values: np.ndarray, *, hours: int = 3, total_h: int = 0) -> bytes:
    """A GRIB2 message of one field over 120–130° E, 60–65° N."""
    category = {"TMP": "0 0", "DPT": "0 6", "RH": "1 1", "UGRD": "2 2", "VGRD": "2 3"}
    pdtn = "0"
    if band == "APCP":
        pdtn = "8"
        template = (
            f"1 8 2 0 96 0 0 1 {hours - total_h} 1 0 0 255 0 0"
            f" 2026 7 20 {hours} 0 0 1 0 1 2 1 {total_h} 255 0"
        )
    else:
        level = 10 if band in {"UGRD", "VGRD"} else 2
        template = f"{category[band]} 2 0 96 0 0 1 {hours} 103 0 {level} 255 0 0"
    target = folder / f"{band}-{hours}.grb2"
    rows, columns = values.shape
    profile = {
        "driver": "GTiff", "count": 1, "width": columns, "height": rows, "dtype": "float64",
        "crs": "EPSG:4326", "transform": from_origin(120, 65, 10 / columns, 5 / rows),
    }  # fmt: skip
    with MemoryFile() as memory:
        with memory.open(**profile) as made:
            made.write(values, 1)
        with memory.open() as made:
            rasterio.shutil.copy(
                made,
                str(target),
                driver="GRIB",
                IDS="CENTER=7 SUBCENTER=0 MASTER_TABLE=2 LOCAL_TABLE=1 SIGNF_REF_TIME=1"
                " REF_TIME=2026-07-20T00:00:00Z PROD_STATUS=0 TYPE=1",
                PDS_PDTN=pdtn,
                PDS_TEMPLATE_ASSEMBLED_VALUES=template,
            )
    return target.read_bytes()


def test_grib_messages_become_nodes_with_our_units(tmp_path):
    flat = np.ones((10, 20))
    body = grib(tmp_path, "TMP", 20.0 * flat) + grib(tmp_path, "DPT", 8.0 * flat)
    body += grib(tmp_path, "UGRD", 3.0 * flat) + grib(tmp_path, "VGRD", 4.0 * flat)
    parsed = read(body)
    assert len(parsed.reading.places) == 200
    one = parsed.reading.rows[0]
    assert one["at"] - one["issued"] == 3 * 3600
    assert one["temperature"] == pytest.approx(20.0, abs=0.1)
    assert one["humidity"] == pytest.approx(45.9, abs=1.0)
    assert one["wind"] == pytest.approx(18.0, abs=0.1)
    assert one["wind_from"] == pytest.approx(216.9, abs=0.5)


def test_grid_of_another_place_is_refused_and_a_large_one_thinned(tmp_path):
    body = grib(tmp_path, "TMP", 20.0 * np.ones((100, 200)))
    with pytest.raises(FeedError) as refused:
        read(body, box=(10.0, 40.0, 20.0, 50.0))
    assert refused.value.code == "grid.elsewhere"
    parsed = read(body, box=(118.0, 58.0, 132.0, 68.0))
    assert len(parsed.reading.places) <= MOST_NODES
    assert codes(parsed) == {"weather.grid_thinned"}


def test_broken_grid_is_refused_by_name():
    with pytest.raises(FeedError) as refused:
        read(b"GRIB" + bytes(100))
    assert refused.value.code in {"grid.unreadable", "grid.no_fields"}
    assert refused.value.params["file"] == "w.csv"


def netcdf(folder: Path, values: np.ndarray, hours: list[int], west: float = 120.0) -> bytes:
    """A NetCDF file of ``t2m`` in K at some hours of 2026-07-20."""
    steps, rows, columns = values.shape
    profile = {
        "driver": "GTiff", "count": steps, "width": columns, "height": rows, "dtype": "float64",
        "crs": "EPSG:4326", "transform": from_origin(west, 65, 0.5, 0.5),
    }  # fmt: skip
    inner = folder / "t2m.nc"
    with MemoryFile() as memory:
        with memory.open(**profile) as made:
            made.write(values)
            made.update_tags(
                **{
                    "NETCDF_DIM_EXTRA": "{time}",
                    "NETCDF_DIM_time_DEF": f"{{{steps},6}}",
                    "NETCDF_DIM_time_VALUES": "{" + ",".join(map(str, hours)) + "}",
                    "time#units": "hours since 2026-07-20 00:00:0.0",
                }
            )
            for number in range(1, steps + 1):
                made.update_tags(number, NETCDF_VARNAME="t2m", units="K")
        with memory.open() as made:
            rasterio.shutil.copy(made, str(inner), driver="netCDF")
    return inner.read_bytes()


def test_netcdf_of_the_past_is_measured_and_one_of_the_future_a_forecast(tmp_path):
    past = read(netcdf(tmp_path, np.full((2, 4, 6), 293.15), [0, 3]))
    assert np.isnan(past.reading.rows["issued"]).all()
    assert past.reading.rows["temperature"][0] == pytest.approx(20.0, abs=0.01)
    coming = read(netcdf(tmp_path, np.full((2, 4, 6), 293.15), [12, 36]))
    assert codes(coming) == {"weather.issue_assumed"}
    assert not np.isnan(coming.reading.rows["issued"]).any()


def test_longitudes_of_0_to_360_are_turned(tmp_path):
    parsed = read(netcdf(tmp_path, np.full((1, 4, 6), 293.15), [0], west=188.0))
    assert parsed.reading.places[0].lon == pytest.approx(-171.75)


def test_gaps_and_impossible_values_of_a_grid_are_unknown(tmp_path):
    values = np.full((1, 4, 6), 293.15)
    values[0, 0, 0], values[0, 0, 1] = np.nan, 900.0
    told = read(netcdf(tmp_path, values, [0])).reading.rows["temperature"]
    assert np.isnan(told[:2]).all()
    assert told[2] == pytest.approx(20.0, abs=0.01)


# a forecast API's answer


def answer(**changes):
    one = {
        "latitude": 62.0,
        "longitude": 129.7,
        "utc_offset_seconds": 0,
        "hourly_units": {"temperature_2m": "°C", "wind_speed_10m": "km/h"},
        "hourly": {
            "time": ["2026-07-20T12:00", "2026-07-20T13:00"],
            "temperature_2m": [21.0, None],
            "relative_humidity_2m": [40, 41],
            "wind_speed_10m": [10.8, 11.0],
            "precipitation": [0.0, 0.3],
        },
    }
    return one | changes


def test_answer_of_a_forecast_api_is_issued_now_and_keeps_gaps():
    parsed = read(orjson.dumps(answer()))
    rows = parsed.reading.rows
    assert rows["issued"].tolist() == [NOW.timestamp()] * 2
    assert rows["wind"].tolist() == pytest.approx([10.8, 11.0])
    assert np.isnan(rows["temperature"][1])


def test_local_hours_of_an_answer_are_told_by_its_offset():
    parsed = read(orjson.dumps(answer(utc_offset_seconds=32_400)))
    assert parsed.reading.rows["at"][0] == datetime(2026, 7, 20, 3, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"hourly": {"time": ["2026-07-20T12:00"], "temperature_2m": [1, 2]}},
         "hourly.temperature_2m", "row.missing_fields"),
        ({"hourly_units": {"temperature_2m": "furlongs"}}, "hourly.temperature_2m", "row.bad_unit"),
        ({"latitude": 620.0}, "latitude", "row.out_of_range"),
        ({"hourly": {"time": ["soon"]}}, "hourly.time", "row.bad_time"),
    ],
)  # fmt: skip
def test_place_that_does_not_fit_is_left_out_and_the_others_go_in(changes, field, code):
    parsed = read(orjson.dumps([answer(), answer(**changes)]))
    assert [(one.line, one.field, one.code) for one in parsed.bad] == [(2, field, code)]
    assert len(parsed.reading.places) == 1
