"""The register as files: what is written is read again, what is wrong is told by line and field."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from sylvan.domain.forces import rows
from sylvan.domain.forces.kinds import (
    SPECS,
    WHOLE,
    Mobility,
    Ownership,
    StationKind,
    Surface,
    UnitKind,
)
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.feeds.errors import FeedError
from sylvan.feeds.positions import read_positions
from sylvan.feeds.sheets import read_sheets, write_csv, write_xlsx
from sylvan.scenario.forces import Numbers, Site, sample_forces
from sylvan.services.forces_lists import SheetOut

NOW = datetime(2026, 7, 17, 6, tzinfo=UTC)
WORDS = st.text(st.characters(categories=("L", "N", "P", "S"), max_codepoint=0x2FFF), max_size=12)
CODES = st.from_regex(r"[a-zа-я0-9=+@-]{1,12}", fullmatch=True)
NAMES = st.dictionaries(st.sampled_from(("ru", "en")), WORDS.filter(bool), max_size=2)


def plain(least, most):
    """Figures as people write them: a workbook keeps sixteen digits."""
    return st.floats(least, most).map(lambda value: round(value, 7))


def figures(bounds, *, whole):
    if whole:
        return st.integers(int(bounds.least), int(bounds.most)).map(float)
    return plain(bounds.least, bounds.most)


SPEC_VALUES = st.fixed_dictionaries(
    {}, optional={s: figures(b, whole=s in WHOLE) for s, b in SPECS.items()}
)
STATIONS = st.builds(
    StationCard,
    code=CODES,
    kind=st.sampled_from(StationKind),
    point=st.tuples(plain(-180, 180), plain(-90, 90)),
    names=NAMES,
    owner=WORDS,
    owned_by=st.sampled_from(Ownership),
    runway_m=st.none() | plain(0, 6000),
    fuel_l=st.none() | st.integers(0, 10**8).map(float),
    flight_h=st.none() | plain(0, 1000),
    contact=WORDS,
    note=WORDS,
    sample=st.booleans(),
)
UNITS = st.builds(
    UnitCard,
    code=CODES,
    kind=st.sampled_from(UnitKind),
    station=CODES | st.just(""),
    names=NAMES,
    owner=WORDS,
    owned_by=st.sampled_from(Ownership),
    mobility=st.none() | st.sampled_from(Mobility),
    qualifications=st.lists(WORDS.filter(lambda w: w and "," not in w), max_size=3).map(tuple),
    specs=SPEC_VALUES,
    speeds=st.dictionaries(st.sampled_from(Surface), plain(0, 1000), max_size=3),
    contact=WORDS,
    note=WORDS,
    sample=st.booleans(),
)


def tables(stations, units):
    return [
        SheetOut("stations", rows.STATION_COLUMNS, [rows.station_row(one) for one in stations]),
        SheetOut("units", rows.UNIT_COLUMNS, [rows.unit_row(one) for one in units]),
    ]


def read(sheets):
    found = {sheet.name: [row for _, row in sheet.records] for sheet in sheets}
    return (
        [rows.station_of(row) for row in found.get("stations", [])],
        [rows.unit_of(row) for row in found.get("units", [])],
    )


@settings(max_examples=25)
@given(st.lists(STATIONS, max_size=3), st.lists(UNITS, min_size=1, max_size=3))
def test_what_is_written_is_read_again_from_both_kinds_of_file(stations, units):
    made = tables(stations, units)
    assert read(read_sheets("r.xlsx", write_xlsx(made))) == (stations, units)
    for table, cards in zip(made, (stations, units), strict=True):
        if cards:
            sheets = read_sheets(f"{table.name}.csv", write_csv(table))
            assert [one for part in read(sheets) for one in part] == cards


def test_name_that_begins_like_a_formula_stays_text():
    card = UnitCard("=1+1", UnitKind.PUMP, names={"ru": "=HYPERLINK(1)"})
    body = write_xlsx(tables([], [card]))
    cells = load_workbook(BytesIO(body))["units"]
    assert {cells["A2"].data_type, cells["D2"].data_type} == {"s"}
    assert read(read_sheets("r.xlsx", body))[1] == [card]


def test_every_field_that_cannot_be_read_is_named():
    row = {
        "code": "one",
        "kind": "tank",
        "people": "6,5",
        "range_km": "far",
        "owned_by": "me",
        "sample": "perhaps",
    }
    with pytest.raises(rows.Wrong) as wrong:
        rows.unit_of(row)
    assert {(one.field, one.code) for one in wrong.value.errors} == {
        ("kind", "forces.word"),
        ("people", "row.comma_decimal"),
        ("range_km", "row.not_a_number"),
        ("owned_by", "forces.word"),
        ("sample", "forces.word"),
    }


def test_base_without_a_place_is_refused():
    with pytest.raises(rows.Wrong) as wrong:
        rows.station_of({"code": "a", "kind": "air_base", "lon": "", "lat": "62"})
    assert [(one.field, one.code) for one in wrong.value.errors] == [("lon", "row.empty")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "file.empty"),
        (b"code,kind\n", "table.no_rows"),
        (b"code,kind,code\na,b,c\n", "sheet.twice"),
        (b"code,kind\na,b,c\n", "sheet.beyond_headings"),
        ("code,kind\nа,б\n".encode("cp1251"), "file.encoding"),
        (b"PK\x03\x04 no workbook", "sheet.broken"),
        (b"<!doctype html><html>", "feed.upstream"),
    ],
)
def test_file_that_is_no_table_is_refused_by_name(body, code):
    with pytest.raises(FeedError) as refused:
        read_sheets("units.csv", body)
    assert refused.value.code == code
    assert refused.value.params["file"] == "units.csv"


def test_lines_are_those_of_the_file_and_semicolons_of_spreadsheets_are_understood():
    body = "\ufeffКод;Вид;База\r\n\r\na;pump;x\r\nb;pump;x\r\n".encode()
    (sheet,) = read_sheets("units.csv", body)
    assert [line for line, _ in sheet.records] == [3, 4]
    assert rows.is_of_units(rows.ALIASES.get(name, name) for name in sheet.columns)


def test_numbers_and_flags_of_a_workbook_are_read_as_people_see_them():
    book = Workbook()
    book.active.append(["code", "kind", "station", "people", "sample"])
    book.active.append([17, "pump", "base", 3.0, True])
    out = BytesIO()
    book.save(out)
    ((card,),) = (read(_named_units(read_sheets("u.xlsx", out.getvalue())))[1],)
    assert (card.code, card.specs, card.sample) == ("17", {"people": 3.0}, True)


def _named_units(sheets):
    return [replace(sheet, name="units") for sheet in sheets]


BATCH = (
    "unit,at,lon,lat,accuracy_m,source\n"
    "crew-1,2026-07-17T05:50:00Z,129.7,62.0,12,gnss\n"
    "crew-2,2026-07-17T14:55:00+09:00,129.8,62.1,,person\n"
    "crew-3,1784267000,129.9,62.2,,\n"
    ",2026-07-17T05:50:00Z,129.7,62.0,,\n"
    "crew-4,soon,129.7,62.0,,\n"
    "crew-5,2026-07-17T07:50:00Z,129.7,62.0,,\n"
    "crew-6,2026-07-17T05:50:00Z,229.7,62.0,,\n"
    "crew-7,2026-07-17T05:50:00Z,129.7,62.0,-1,\n"
    "crew-8,2026-07-17T05:50:00Z,129.7,62.0,,station\n"
)


def test_bad_positions_are_told_by_line_and_field_and_the_rest_goes_in():
    parsed = read_positions("api", BATCH.encode(), NOW)
    assert [one.unit for one in parsed.rows] == ["crew-1", "crew-2", "crew-3"]
    assert parsed.rows[1].position.at == datetime(2026, 7, 17, 5, 55, tzinfo=UTC)
    assert [(one.line, one.field, one.code) for one in parsed.bad] == [
        (5, "unit", "row.empty"),
        (6, "at", "row.bad_time"),
        (7, "at", "row.future"),
        (8, "lon", "row.out_of_range"),
        (9, "accuracy_m", "row.out_of_range"),
        (10, "source", "forces.source"),
    ]


def test_positions_come_as_json_and_geojson_too():
    plain = b'[{"unit": "a", "at": "2026-07-17T05:00:00Z", "point": [129.5, 62.5]}]'
    feature = (
        b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry":'
        b' {"type": "Point", "coordinates": [129.5, 62.5]}, "properties":'
        b' {"unit": "a", "at": "2026-07-17T05:00:00Z"}}]}'
    )
    one, other = (read_positions("api", body, NOW).rows for body in (plain, feature))
    assert [row.position for row in one] == [row.position for row in other]
    with pytest.raises(FeedError):
        read_positions("api", b"lon,lat,at\n1,2,3\n", NOW)


SITES = [
    *(Site(f"air-{n}", StationKind.AIR_BASE, {"ru": "А"}, 120.0 + n, 62.0) for n in range(4)),
    *(Site(f"fire-{n}", StationKind.FIRE_STATION, {"ru": "П"}, 120.0 + n, 61.0) for n in range(4)),
    *(Site(f"v-{n}", StationKind.VILLAGE, {"ru": "С"}, 120.0 + n, 60.0, 100 * n) for n in range(9)),
    Site("beside", StationKind.AIRSTRIP, {"ru": "Р"}, 120.01, 62.0),
]


def test_sample_register_is_the_same_for_the_same_seed_in_whatever_order_places_come():
    one, other = sample_forces(SITES), sample_forces(SITES[::-1])
    assert one == other
    assert one != sample_forces(SITES, seed=1)


def test_sample_register_has_the_numbers_asked_for_and_no_base_twice_at_one_place():
    made = sample_forces(SITES, numbers=Numbers(stations=12, units={UnitKind.HELICOPTER: 6}))
    codes = {one.code for one in made.stations}
    assert len(codes) == 12
    assert "beside" not in codes
    assert len({one.code for one in made.units}) == 6
    assert all(one.station.startswith("air-") and one.sample for one in made.units)
