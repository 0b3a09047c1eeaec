"""Reports by people and sensors."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.actors import local_operator, system
from sylvan.domain.codes import Conflict, Forbidden, Invalid
from sylvan.domain.places import LonLat, bearing_deg, destination, distance_m
from sylvan.domain.reports import (
    ACCURACIES,
    CALL_CARD,
    Method,
    ReportStatus,
    SourceKind,
    field_report,
    locate,
    report_step,
    report_ways,
)
from sylvan.domain.worlds import live_world

NOW = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)
SPOT = LonLat(129.7, 62.0)
HERE = {"method": "coordinates", "point": [129.7, 62.0]}
OPERATOR = local_operator(live_world())


def body(**changes):
    return {"place": HERE, "seen": "smoke", "source_kind": "call", **changes}


def refused(**changes):
    with pytest.raises(Invalid) as caught:
        field_report(body(**changes), NOW)
    return {error.field: error.code for error in caught.value.errors}


def sight(origin, smoke, **more):
    return {"origin": list(origin), "bearing_deg": bearing_deg(origin, smoke), **more}


def test_a_bare_place_is_a_report():
    report = field_report({"place": HERE, "seen": "smoke"}, NOW)
    assert report.source_kind is SourceKind.PERSON
    assert report.point == SPOT
    assert report.observed_at == report.received_at == NOW
    assert report.accuracy_m == ACCURACIES.person


def test_the_call_card_has_at_most_six_fields():
    assert len(CALL_CARD) <= 6


def test_a_told_accuracy_wins_over_what_the_source_usually_has():
    assert field_report(body(place={**HERE, "accuracy_m": 12}), NOW).accuracy_m == 12
    assert field_report(body(place={**HERE, "accuracy_m": 0}), NOW).accuracy_m == ACCURACIES.call


def test_a_place_in_words_is_read_and_its_other_reading_offered():
    found = locate({"method": "coordinates", "text": "62,03,129,44"})
    assert found.point == LonLat(129.44, 62.03)
    assert found.as_dict()["alternatives"]


def test_a_tower_tells_bearing_and_distance():
    tower = destination(SPOT, 200, 12_000)
    found = locate({"method": "bearing", "bearings": [sight(tower, SPOT, distance_km=12)]})
    assert distance_m(found.point, SPOT) < 1
    assert found.method is Method.BEARING
    assert found.as_dict()["ellipse"]["semi_major_m"] == found.accuracy_m


def test_two_towers_cross_their_bearings():
    towers = [destination(SPOT, 200, 12_000), destination(SPOT, 120, 20_000)]
    place = {"method": "cross", "bearings": [sight(tower, SPOT) for tower in towers]}
    report = field_report(body(place=place, source_kind="tower"), NOW)
    assert distance_m(report.point, SPOT) < 1
    assert report.place == place
    assert 100 < report.accuracy_m < 5000


def test_every_mistake_is_told_at_once_by_its_field():
    found = refused(place={"method": "coordinates", "text": ""}, seen="ufo", source_kind="moon")
    assert found == {
        "place": "place.empty",
        "seen": "field.choice",
        "source_kind": "field.choice",
    }


def cross(**second):
    good = sight(destination(SPOT, 200, 9_000), SPOT)
    return {"method": "cross", "bearings": [good, {**good, **second}]}


@pytest.mark.parametrize(
    ("place", "field", "code"),
    [
        (None, "place", "field.required"),
        ({}, "place.method", "field.choice"),
        ({"method": ["cross"]}, "place.method", "field.choice"),
        ({"method": "cross", "bearings": [{}]}, "place.bearings", "field.count"),
        ({"method": "cross", "bearings": 5}, "place.bearings", "field.count"),
        ({"method": "bearing", "bearings": ["x"]}, "place.bearings.0", "field.required"),
        ({"method": "bearing", "bearings": [{}]}, "place.bearings.0.origin", "field.point"),
        (
            {"method": "bearing", "bearings": [{"origin": [1, 2]}]},
            "place.bearings.0.bearing_deg",
            "field.required",
        ),
        (
            {"method": "bearing", "bearings": [{"origin": [1, 2], "bearing_deg": 3}]},
            "place.bearings.0.distance_km",
            "field.required",
        ),
        (
            {"method": "bearing", "bearings": [{"origin": [1, 200], "bearing_deg": 3}]},
            "place.bearings.0.origin",
            "place.out_of_range",
        ),
        (cross(), "place.bearings.1.origin", "bearing.one_spot"),
        (cross(bearing_deg=math.nan), "place.bearings.1.bearing_deg", "bearing.out_of_range"),
        (cross(bearing_deg=10**400), "place.bearings.1.bearing_deg", "bearing.out_of_range"),
        (cross(error_deg="wide"), "place.bearings.1.error_deg", "field.number"),
        (cross(origin=[129, 62]), "place.bearings.1.bearing_deg", "bearing.parallel"),
        ({"method": "coordinates", "point": [1]}, "place.point", "field.point"),
        ({"method": "coordinates", "point": ["a", "b"]}, "place.point", "field.number"),
        ({"method": "coordinates", "point": [math.nan, 1]}, "place.point", "place.not_a_number"),
        ({"method": "coordinates", "text": "у реки"}, "place", "place.not_understood"),
        ({**HERE, "accuracy_m": -1}, "place.accuracy_m", "field.range"),
        ({**HERE, "accuracy_m": True}, "place.accuracy_m", "field.number"),
    ],
)
def test_a_place_that_cannot_be_used_names_the_field_inside_it(place, field, code):
    assert refused(place=place) == {field: code}


@pytest.mark.parametrize(
    ("observed", "code"),
    [
        (NOW + timedelta(hours=1), "field.ahead"),
        (NOW - timedelta(days=31), "field.too_old"),
        (NOW.replace(tzinfo=None), "problem.time_zone_missing"),
        ("yesterday", "field.moment"),
    ],
)
def test_a_time_that_cannot_be_is_refused(observed, code):
    assert refused(observed_at=observed) == {"observed_at": code}


def test_a_phone_whose_clock_runs_a_little_ahead_is_believed():
    ahead = NOW + timedelta(minutes=5)
    assert field_report(body(observed_at=ahead), NOW).observed_at == ahead


def test_satellites_do_not_come_by_this_door():
    assert refused(source_kind="satellite") == {"source_kind": "report.satellite"}


def test_text_keeps_its_lines_and_loses_control_characters():
    assert field_report(body(text=" smoke\x00\nat \x1bthe river "), NOW).text == (
        "smoke\nat the river"
    )
    assert refused(text="x" * 4001) == {"text": "field.too_long"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["method", "bearings", "point", "text", "origin", "bearing_deg"]), inner
        )
    ),
    max_leaves=12,
)
PLACES = st.fixed_dictionaries(
    {"method": st.sampled_from(["coordinates", "bearing", "cross"]) | JSON},
    optional={"point": JSON, "text": JSON, "accuracy_m": JSON, "bearings": JSON},
)


@settings(deadline=None)  # the machine is shared
@given(PLACES | JSON, JSON, JSON)
def test_any_rubbish_is_a_report_or_a_named_refusal(place, seen, observed):
    errors = ()
    try:
        field_report({"place": place, "seen": seen, "observed_at": observed}, NOW)
    except Invalid as refusal:
        errors = refusal.errors
    assert all(error.field and error.code for error in errors)


def test_every_waiting_report_can_get_its_disposition():
    assert set(report_ways(ReportStatus.QUEUED)) == set(ReportStatus) - {
        ReportStatus.QUEUED,
        ReportStatus.JOINED,  # goes where the report goes that it joined
    }
    assert ReportStatus.PROMOTED in report_ways(ReportStatus.FIELD_CHECK)
    assert report_ways(ReportStatus.REJECTED) == (ReportStatus.QUEUED,)
    assert report_ways(ReportStatus.PROMOTED) == ()


def test_rejecting_a_report_needs_a_reason_of_the_list():
    def reject(**facts):
        return report_step(ReportStatus.QUEUED, ReportStatus.REJECTED, facts, OPERATOR, NOW)

    assert reject(reject_reason="duplicate").target is ReportStatus.REJECTED
    with pytest.raises(Invalid):
        reject()


def test_the_engine_attaches_and_people_decide_the_rest():
    engine, fire = system(live_world()), {"fire_id": "0190", "reject_reason": "duplicate"}
    attach = (ReportStatus.QUEUED, ReportStatus.ATTACHED, fire, engine, NOW)
    assert report_step(*attach).target is ReportStatus.ATTACHED
    with pytest.raises(Forbidden):
        report_step(ReportStatus.QUEUED, ReportStatus.REJECTED, fire, engine, NOW)
    with pytest.raises(Conflict):
        report_step(ReportStatus.PROMOTED, ReportStatus.QUEUED, fire, OPERATOR, NOW)
