"""Orders, the ladder of reserves, regimes and crew safety, as dispatchers expect them."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from shapely.geometry import box

from sylvan.domain.actors import EVERYWHERE, Actor, Level
from sylvan.domain.codes import Conflict, Forbidden, Invalid
from sylvan.domain.command.ladder import Rung, above, waiting
from sylvan.domain.command.orders import (
    ENDED,
    OPEN,
    ORDER_STEPS,
    Order,
    OrderStamp,
    OrderStatus,
    moved,
    order_options,
    order_step,
)
from sylvan.domain.command.regimes import (
    BurningHere,
    Local,
    Regime,
    RegimeKind,
    RegimeRule,
    check,
    proposed,
)
from sylvan.domain.command.safety import (
    DEFAULT,
    CrewAtFire,
    check_ins,
    edge_approach,
    near_front,
    wind_shift,
)
from sylvan.domain.places import LonLat
from sylvan.domain.worlds import REAL_TIME, World, WorldKind
from sylvan.services.command_rules import load, read
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import PackError

HERE = LonLat(129.7, 62.0)
NOW = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
DAY = date(2026, 7, 14)
RULES = load()
LADDER = RULES.ladder


def actor(level):
    return Actor(
        f"p-{level}", level, level, EVERYWHERE, World(2, WorldKind.DRILL, "drill", REAL_TIME)
    )


def order(status=OrderStatus.REQUESTED, rung="station"):
    return Order(UUID(int=1), 1, UUID(int=2), "mi8-3", rung, status)


def regime(kind=RegimeKind.BAN, since=DAY, until=None, municipality="lensky"):
    return Regime(UUID(int=3), 1, municipality, kind, "№ 12", DAY, since, until)


def test_order_walks_from_request_to_release_and_keeps_who_and_when():
    at, one = NOW, order()
    for status in ("approved", "ordered", "departed", "arrived", "released"):
        target = OrderStatus(status)
        order_step(one, target, {}, actor(Level.REGION), at, LADDER)
        one = moved(one, target, actor(Level.REGION), at, at + timedelta(seconds=5))
        at += timedelta(minutes=10)
    assert one.version == 6
    assert [stamp.status.value for stamp in one.stamps][-1] == "released"
    assert one.at(OrderStatus.DEPARTED) == NOW + timedelta(minutes=20)
    assert one.at(OrderStatus.FAILED) is None
    assert OrderStamp.from_dict(one.stamps[0].as_dict()) == one.stamps[0]


def test_every_order_comes_to_an_end_and_ended_ones_stay():
    reached, frontier = set(), {OrderStatus.REQUESTED}
    while frontier:
        reached |= frontier
        frontier = {s.target for at in frontier for s in ORDER_STEPS if at in s.sources} - reached
    assert reached == set(OrderStatus)
    assert all(not (step.sources & ENDED) for step in ORDER_STEPS)
    assert {source for step in ORDER_STEPS for source in step.sources} == OPEN


def test_unit_under_way_is_held_by_its_order():
    held = {status for status in OrderStatus if order(status).holds_unit}
    assert held == {OrderStatus.ORDERED, OrderStatus.DEPARTED, OrderStatus.ARRIVED}


def test_cancelling_and_refusing_need_a_reason():
    for status in (OrderStatus.CANCELLED, OrderStatus.REFUSED):
        with pytest.raises(Invalid) as refused:
            order_step(order(), status, {"reason": " "}, actor(Level.REGION), NOW, LADDER)
        assert refused.value.field == "reason"


def test_released_unit_cannot_arrive_again():
    with pytest.raises(Conflict):
        order_step(
            order(OrderStatus.RELEASED), OrderStatus.ARRIVED, {}, actor(Level.CREW), NOW, LADDER
        )


@pytest.mark.parametrize(
    ("rung", "level", "may"),
    [
        ("station", Level.STATION, True),
        ("group", Level.STATION, False),
        ("group", Level.REGION, True),
        ("federal", Level.REGION, False),
        ("federal", Level.FEDERAL, True),
        ("station", Level.PARTNER, False),
    ],
)
def test_request_is_approved_by_the_level_of_its_rung_or_above(rung, level, may):
    assert LADDER.may_approve(rung, level) is may
    offered = {one["status"] for one in order_options(order(rung=rung), actor(level), LADDER)}
    assert ("approved" in offered) is may
    if not may:
        with pytest.raises(Forbidden):
            order_step(order(rung=rung), OrderStatus.APPROVED, {}, actor(level), NOW, LADDER)


def test_silence_on_a_rung_is_told_to_the_level_above_after_its_time():
    rung = LADDER.rung("group")
    early = waiting(LADDER, "group", NOW, NOW + rung.answer_within)
    late = waiting(LADDER, "group", NOW, NOW + rung.answer_within + timedelta(seconds=31))
    assert (early.overdue, late.overdue) == (False, True)
    assert (early.told.code, late.told.code) == ("ladder.waiting", "ladder.overdue")
    with pytest.raises(KeyError):
        LADDER.rung("moon")


def test_ladder_is_climbed_rung_by_rung_and_ends_at_the_federal_reserve():
    climbed = [Rung.STATION]
    while above(climbed[-1]) != climbed[-1]:
        climbed.append(above(climbed[-1]))
    assert climbed == list(Rung)


def test_ban_is_proposed_after_days_of_danger_in_a_row_only():
    def kinds(classes, known=()):
        return [one.kind for one in proposed(RULES.regimes, [Local("lensky", classes)], known, DAY)]

    assert kinds([4, 4, 4]) == [RegimeKind.BAN]
    assert kinds([4, 3, 4]) == []
    assert kinds([4, 4]) == []
    assert kinds([4, 0, 4]) == [], "a day that nobody knows is not a day of danger"
    assert kinds([5, 5, 5], [regime(RegimeKind.BAN)]) == [RegimeKind.SPECIAL]
    assert kinds([4, 4, 4], [regime(municipality="*")]) == []
    over = regime(since=DAY - timedelta(days=9), until=DAY - timedelta(days=1))
    assert kinds([4, 4, 4], [over]) == [RegimeKind.BAN]


def test_emergency_is_proposed_for_a_large_fire_that_is_not_contained():
    def told(**changed):
        fire = {"days": 2.5, "contained": False, "area_ha": 60.0, "settlement_km": None} | changed
        place = Local("lensky", [1], [BurningHere(**fire)])
        return proposed(RULES.regimes, [place], [], DAY)

    (one,) = told()
    assert (one.kind, one.reasons[0].params["n"]) == (RegimeKind.EMERGENCY, 1)
    assert told(contained=True) == told(days=2.0) == told(area_ha=24.0) == []
    (near,) = told(days=0.1, settlement_km=3.21)
    assert (near.kind, near.reasons[0].params["km"]) == (RegimeKind.SPECIAL, 3.2)


def test_rule_that_names_several_conditions_needs_all_of_them():
    rule = RegimeRule(RegimeKind.BAN, danger_class=3, settlement_km=5.0)
    fire = BurningHere(1.0, contained=False, area_ha=1.0, settlement_km=4.0)
    assert proposed([rule], [Local("a", [3], [fire])], [], DAY)[0].reasons
    assert proposed([rule], [Local("a", [2], [fire])], [], DAY) == []
    assert proposed([rule], [Local("a", [3])], [], DAY) == []


def test_regime_without_act_or_with_its_end_first_is_refused_by_field():
    wrong = Regime(UUID(int=3), 1, "", RegimeKind.BAN, " ", DAY, DAY, DAY - timedelta(days=1))
    assert {error.field for error in check(wrong)} == {"act", "municipality", "until"}
    assert check(regime()) == []


def crew(unit="jumpers-2", heard=timedelta(0), point=HERE, seen=timedelta(0)):
    return CrewAtFire(unit, point, NOW - seen if point else None, NOW - heard)


def test_crew_that_does_not_check_in_is_told_after_the_grace():
    limit = DEFAULT.check_in_every + DEFAULT.overdue_after
    quiet = crew("quiet", heard=limit + timedelta(minutes=1))
    (warned,) = check_ins([crew("loud", heard=limit), quiet], NOW)
    assert (warned.unit, warned.reason.params["minutes"], warned.grade) == ("quiet", 136, 0)
    (worse,) = check_ins([crew("quiet", heard=limit + DEFAULT.check_in_every)], NOW)
    assert worse.grade == 1


def test_turn_of_the_wind_concerns_crews_at_the_edge_and_those_nobody_can_place():
    edge = box(129.71, 61.9, 130.0, 62.1)
    camp, lost = crew("camp", point=LonLat(129.5, 62.0)), crew("lost", point=None)
    found = near_front([crew("line"), camp, lost], edge)
    assert [one.unit for one in found] == ["line", "lost"]
    assert len(near_front([crew("line"), camp], None)) == 2


@pytest.mark.parametrize(
    ("from_deg", "km_h", "hours"),
    [
        ([350, 10, 35, 50], [20, 20, 20, 20], 2),  # across north: 45° in two hours
        ([350, 10, 30, 34], [20, 20, 20, 20], None),
        ([180, 240, 240], [20, 9, 12], 2),  # the light air of the first hour turns nobody's flank
        ([180], [20], None),
        ([], [], None),
        ([180] * 7 + [270], [20] * 8, None),  # later than anybody plans for
    ],
)
def test_wind_that_turns_on_a_crew_is_told_with_its_hour(from_deg, km_h, hours):
    told = wind_shift(from_deg, km_h)
    assert (told.params["hours"] if told else None) == hours


def test_crew_near_ground_that_may_burn_is_warned_and_an_old_position_is_said():
    asked = []

    def contour(hours):
        asked.append(hours)
        return box(129.71, 61.9, 130.0, 62.1)

    near, far = crew("near"), crew("far", point=LonLat(129.5, 62.0))
    old = crew("old", seen=timedelta(hours=3))
    told = edge_approach([near, far, old, crew("lost", point=None)], contour, NOW)
    assert [(one.unit, one.reason.code) for one in told] == [
        ("near", "safety.edge_near"),
        ("old", "safety.edge_near"),
    ]
    assert [[why.code for why in one.assumed] for one in told] == [[], ["safety.position_old"]]
    (inside,) = edge_approach([crew("inside", point=LonLat(129.8, 62.0))], contour, NOW)
    assert (inside.reason.code, inside.grade) == ("safety.edge_here", 1)
    assert told[0].grade == 0
    # 0.01° of longitude at 62° N: 111.320 km · cos φ (WGS 84: 0.525 km)
    assert told[0].reason.params["km"] == 0.5
    assert set(asked) == {DEFAULT.near_within_h}
    assert edge_approach([near], lambda _: None, NOW) == []


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("approves: station", "approves: public", "ladder.0"),
        ("rung: group", "rung: station", "file"),
        ("    danger_class: 4\n", "    danger_class: 6\n", "regimes.0.danger_class"),
        ("  check_in_h: 2\n", "  check_in_h: 0\n", "safety.check_in_h"),
    ],
)
def test_fault_in_the_file_is_named_by_line_and_field(tmp_path, old, new, field):
    text = (shipped_alerts() / "command.yaml").read_text("utf-8")
    path = tmp_path / "command.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(PackError) as refused:
        read(path)
    assert refused.value.field == field
    assert refused.value.params["file"] == str(path)
    written = path.read_text("utf-8").splitlines()
    number = next(n for n, one in enumerate(written, 1) if new.strip() in one)
    if field != "file":
        assert abs(refused.value.params["line"] - number) <= 1
