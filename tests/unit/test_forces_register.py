"""What may stand in the register, what a unit can do, and where it is taken to be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sylvan.domain.forces.capability import OWN, capability, duty_norms, line_rate
from sylvan.domain.forces.checks import (
    station_errors,
    station_remarks,
    unit_errors,
    unit_remarks,
)
from sylvan.domain.forces.kinds import (
    CREWS,
    FLYING,
    Intensity,
    Mobility,
    Spec,
    StationKind,
    Surface,
    UnitKind,
)
from sylvan.domain.forces.positions import Position, PositionSource, newest, whereabouts
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.domain.forces.status import Status
from sylvan.domain.surroundings import LandCover
from sylvan.services import forces_rules
from sylvan.services.packs import PackError

RULES = forces_rules.load()
NOW = datetime(2026, 7, 17, 6, tzinfo=UTC)
HELICOPTER = UnitCard("mi8-1", UnitKind.HELICOPTER, "air-yakutsk", owner="x")
CREW = UnitCard("crew-1", UnitKind.HELITACK, "air-yakutsk", owner="x")
BASE = StationCard("air-yakutsk", StationKind.AIR_BASE, (129.72, 62.03))
HOME = ("air-yakutsk", (129.72, 62.03))


def codes(errors):
    return {(one.field, one.code) for one in errors}


@pytest.mark.parametrize("kind", UnitKind)
def test_unit_that_tells_nothing_stands_by_the_norms_of_its_kind(kind):
    card = UnitCard("one", kind, "base", owner="x")
    assert unit_errors(card, RULES, {"base"}) == []
    assert unit_remarks(card, RULES) == ()


@pytest.mark.parametrize("kind", sorted(FLYING))
def test_aircraft_with_zero_range_speed_or_endurance_is_refused(kind):
    card = replace(HELICOPTER, kind=kind)
    for changed, field in (
        (replace(card, specs={Spec.RANGE: 0}), "range_km"),
        (replace(card, specs={Spec.ENDURANCE: 0}), "endurance_h"),
        (replace(card, speeds={Surface.AIR: 0}), "speed_air"),
    ):
        assert codes(unit_errors(changed, RULES)) == {(field, "forces.cannot_fly")}


@pytest.mark.parametrize("kind", sorted(CREWS))
def test_crew_without_people_is_refused(kind):
    card = replace(CREW, kind=kind, specs={Spec.PEOPLE: 0})
    assert codes(unit_errors(card, RULES)) == {("people", "forces.nobody")}


def test_all_faults_of_a_card_are_told_at_once():
    card = replace(
        CREW,
        code="",
        station="nowhere",
        specs={Spec.PEOPLE: 2.5, Spec.COST_HOUR: -1, Spec.RANGE: float("nan")},
        speeds={Surface.FOREST: 5000},
        note="a\x00b",
    )
    assert codes(unit_errors(card, RULES, {"air-yakutsk"})) == {
        ("code", "field.required"),
        ("station", "forces.station_unknown"),
        ("people", "forces.not_whole"),
        ("cost_hour", "forces.out_of_range"),
        ("range_km", "forces.out_of_range"),
        ("speed_forest", "forces.out_of_range"),
        ("note", "forces.control_character"),
    }


def test_base_with_swapped_coordinates_is_refused_with_the_likely_reading():
    (error,) = station_errors(replace(BASE, point=(62.03, 129.72)))
    assert error.code == "place.perhaps_swapped"


def test_base_in_a_lake_or_far_away_is_taken_with_a_remark():
    found = station_remarks(inside=False, in_water=True)
    assert [one.code for one in found] == ["forces.station_in_water", "forces.station_outside"]


def test_range_that_the_fuel_does_not_reach_is_told():
    card = replace(HELICOPTER, specs={Spec.RANGE: 5000})
    assert unit_errors(card, RULES) == []
    assert [one.code for one in unit_remarks(card, RULES)] == ["forces.range_beyond_fuel"]


def test_own_figures_go_before_norms_and_every_figure_says_where_it_is_from():
    can = capability(replace(HELICOPTER, specs={Spec.RANGE: 700}), RULES)
    assert can.specs[Spec.RANGE].source == OWN
    assert can.value(Spec.RANGE) == 700
    assert can.speed(Surface.AIR) == RULES.of(UnitKind.HELICOPTER).speeds[Surface.AIR].value
    assert can.speed(Surface.FOREST) == 0
    assert all(len(one.source) >= 3 for one in (*can.specs.values(), *can.speeds.values()))


def test_larger_crew_makes_more_line_unless_it_tells_its_own_rate():
    norm = RULES.norm(UnitKind.HELITACK, Spec.RATE)
    double = 2 * RULES.norm(UnitKind.HELITACK, Spec.PEOPLE)
    assert (
        capability(replace(CREW, specs={Spec.PEOPLE: double}), RULES).value(Spec.RATE) == 2 * norm
    )
    own = replace(CREW, specs={Spec.PEOPLE: double, Spec.RATE: 100})
    assert capability(own, RULES).value(Spec.RATE) == 100


def test_line_falls_with_intensity_and_says_what_was_assumed():
    can = capability(CREW, RULES)
    rates = [line_rate(can, RULES, LandCover.FOREST, one).m_h for one in Intensity]
    assert rates == sorted(rates, reverse=True)
    assert line_rate(can, RULES, LandCover.FOREST, Intensity.STRONG).reasons[-1].code == (
        "forces.no_line_here"
    )
    assumed = line_rate(can, RULES)
    assert assumed.m_h == can.value(Spec.RATE)
    assert [one.code for one in assumed.reasons] == [
        "forces.fuel_assumed",
        "forces.intensity_assumed",
    ]
    patrol = capability(replace(HELICOPTER, kind=UnitKind.PATROL_AIRCRAFT), RULES)
    assert line_rate(patrol, RULES).m_h == 0


def test_units_own_hours_of_duty_go_before_those_of_its_kind():
    assert duty_norms(HELICOPTER, RULES).shift_h == 8
    assert duty_norms(replace(HELICOPTER, specs={Spec.SHIFT: 6}), RULES).shift_h == 6


def where(last, status=Status.AVAILABLE, since=None, home=HOME):
    return whereabouts(last, home, (status, since), NOW, 60)


def report(minutes, point=(128.0, 62.5)):
    return Position(NOW - timedelta(minutes=minutes), point, 20.0)


def test_unit_without_a_position_is_taken_to_be_at_its_base_and_says_so():
    found = where(None)
    assert (found.point, found.source) == (HOME[1], PositionSource.STATION)
    assert found.reason.code == "forces.position_assumed"
    assert where(None, home=None) is None


def test_stale_position_is_told_with_its_age():
    assert (where(report(59)).stale, where(report(59)).reason) == (False, None)
    old = where(report(185), Status.EN_ROUTE, NOW - timedelta(hours=5))
    assert (old.stale, dict(old.reason.params)) == (True, {"minutes": 185})


def test_unit_that_came_home_after_its_last_report_is_taken_to_be_at_home():
    home = where(report(600), Status.AVAILABLE, NOW - timedelta(hours=2))
    assert (home.point, home.reason.code) == (HOME[1], "forces.position_outlived")
    fire = where(report(600), Status.AT_FIRE, NOW - timedelta(hours=2))
    assert fire.point == (128.0, 62.5)


def test_newest_report_counts_whatever_order_they_came_in():
    reports = [report(5), report(60), report(1), report(30)]
    assert newest(reports) == newest(reversed(reports)) == report(1)
    assert newest([]) is None


def test_shipped_norms_name_a_source_for_every_figure_and_mark_what_nobody_verified():
    figures = [one for kind in RULES.kinds.values() for one in kind.specs.values()]
    figures += [one for kind in RULES.kinds.values() for one in kind.speeds.values()]
    assert set(RULES.kinds) == set(UnitKind)
    assert all(len(one.source) > 20 for one in figures)
    assert any(one.verified for one in figures)
    assert any(not one.verified for one in figures)
    assert RULES.of(UnitKind.SMOKEJUMPERS).mobility is Mobility.CARRIED


@pytest.mark.parametrize(
    ("wrong", "right", "field"),
    [
        ("rate_m_h: {value: 600,", "rate_m_h: {value: -600,", "kinds.6.specs.rate_m_h.value"),
        ("kind: bulldozer", "kind: buldozer", "kinds.6.kind"),
        ("source: bucket", "source: bucked", "file"),
        ("detour: {value: 1.8,", "detour: {value: 0.8,", "kinds.8"),
    ],
)
def test_fault_in_the_file_is_named_by_field(tmp_path, wrong, right, field):
    text = (forces_rules.shipped_alerts() / forces_rules.FILE).read_text("utf-8")
    assert wrong in text
    (tmp_path / forces_rules.FILE).write_text(text.replace(wrong, right), "utf-8")
    with pytest.raises(PackError) as refused:
        forces_rules.load(tmp_path)
    assert refused.value.params["line"] is not None
    assert field in {refused.value.field, "file"}
