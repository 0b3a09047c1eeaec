"""Figures of fires that are counted by hand beside them."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain.codes import Invalid
from sylvan.domain.figures.days import DayBoundary, Days, Step, periods
from sylvan.domain.figures.measure import Asking, measure
from sylvan.domain.figures.model import By, Thing
from sylvan.domain.figures.standing import DayBook, by_group, counts, status_at
from sylvan.domain.figures.summary import grouped, ranks, result, within
from sylvan.domain.lifecycle import Status
from sylvan.domain.timeline import Moment
from sylvan.services import figures_rules

MSK = DayBoundary("Europe/Moscow")
BEGIN = datetime(2026, 7, 1, 3, tzinfo=UTC)
ASKING = Asking(datetime(2026, 7, 10, 12, tzinfo=UTC), MSK)
KNOWN = figures_rules.load()


def at(minutes: float) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


def fire(number: int, *, status="out", place="a", zone="aviation", source="satellite", **told):
    """A fire; told: moments by name, in minutes after BEGIN (one, or several)."""
    more = {name: told.pop(name) for name in ("satellite_at", "person_at") if name in told}
    area = told.pop("area", None)
    stamps = {
        Moment(name): tuple(map(at, found if isinstance(found, list) else [found]))
        for name, found in told.items()
    }
    received = stamps.setdefault(Moment.RECEIVED, (BEGIN,))
    registered = stamps.get(Moment.REGISTERED, (None,))[0]
    rejected = stamps.get(Moment.REJECTED, (None,))[-1]
    return Thing(
        UUID(int=number),
        True,
        status,
        received[0],
        f"SA-2026-{number}" if registered else None,
        place,
        zone,
        source,
        registered,
        registered or rejected,
        stamps=stamps,
        final_area_ha=area,
        **{name: at(value) for name, value in more.items()},
    )


def total(code: str, things, asking=ASKING):
    definition = KNOWN.named(code)
    return result(definition, measure(definition, things, asking))


FIVE = [
    # registered after 1, 2, 3 and 10 minutes; the fifth is a signal still
    fire(1, registered=1, dispatch_decided=11, departed=21, arrived=61, contained=181, out=300),
    fire(2, registered=2, dispatch_decided=22, departed=32, arrived=92, contained=120, out=2000),
    fire(3, registered=3, dispatch_decided=13, arrived=53, status="contained", contained=60),
    fire(4, registered=10, status="registered", place="b"),
    fire(5, status="signal", place="b"),
]


def test_registration_is_counted_by_hand():
    found = total("registration", FIVE)
    assert (found.rows, found.counted, found.missing, found.waiting) == (4, 4, 0, 0)
    assert found.median == pytest.approx(150.0)  # between 2 and 3 minutes
    assert found.p90 == pytest.approx(474.0)  # 3 min + 0.7 of the way to 10 min
    assert (found.good, found.share) == (2, 0.5)  # two within two minutes


def test_departure_that_nobody_told_of_is_missing_and_not_guessed():
    found = total("departure", FIVE)
    assert (found.counted, found.missing, found.waiting) == (2, 1, 1)
    assert found.median == pytest.approx(600.0)
    assert found.share is None, "no norm, no share"


def test_arrival_and_containment():
    assert total("arrival", FIVE).median == pytest.approx(60 * 60.0)  # 60, 90, 50 minutes
    assert total("containment", FIVE).median == pytest.approx(28 * 60.0)  # 120, 28, 7 minutes
    assert total("decision", FIVE).p90 == pytest.approx(18 * 60.0)  # 10, 20, 10 minutes


def test_stamps_that_contradict_are_told_and_not_counted():
    odd = fire(9, registered=5, dispatch_decided=1)
    found = total("decision", [odd])
    assert (found.counted, found.contradictory, found.median) == (0, 1, None)


def test_first_day_goes_by_the_reporting_day():
    # 03:00 UTC is 06:00 in Moscow: its day ends at 21:00 UTC, 1,080 minutes later
    inside = fire(1, registered=1, out=1079)
    beyond = fire(2, registered=1, out=1081)
    found = total("first_day", [inside, beyond])
    assert (found.good, found.counted, found.share) == (1, 2, 0.5)
    utc = Asking(ASKING.now, DayBoundary("UTC"))
    assert total("first_day", [inside, beyond], utc).good == 2


def test_fire_that_came_back_counts_by_its_last_end():
    again = fire(1, registered=1, out=[60, 4000], resumed=100)
    assert total("first_day", [again]).good == 0


def test_fire_that_burns_beyond_its_first_day_counts_and_one_of_today_waits():
    burning = fire(1, status="fighting", registered=1)
    assert total("first_day", [burning]).share == 0.0
    today = Asking(at(100), MSK)
    out = fire(2, registered=1, out=50)
    found = total("first_day", [burning, out], today)
    assert (found.counted, found.waiting) == (0, 2), "else a day that goes on looks better"


def test_what_is_left_out_is_told_by_status():
    rows = [
        fire(n, status=status, registered=1)
        for n, status in enumerate(["suspended", "merged", "transferred", "suspended"])
    ]
    found = total("first_day", rows)
    assert (found.rows, found.counted) == (4, 0)
    assert found.left_out == {"merged": 1, "suspended": 2, "transferred": 1}


def test_out_without_its_stamp_is_missing():
    assert total("first_day", [fire(1, registered=1)]).missing == 1


def signal(
    number: int, status: str, minutes: float | None = None, reason: str | None = None, **told
):
    settled = None if minutes is None else at(minutes)
    registered = settled if status == "registered" else None
    return Thing(
        UUID(int=number),
        told.pop("is_fire", True),
        status,
        BEGIN,
        registered_at=registered,
        settled_at=settled,
        reject_reason=reason,
        **told,
    )


SIGNALS = [
    signal(1, "registered", 1, source="satellite"),
    signal(2, "registered", 3, source="call"),
    signal(3, "rejected", 2, "technogenic", source="satellite"),
    signal(4, "rejected", 90, "not_found", source="call"),
    signal(5, "rejected", 1, "non_forest", source="satellite"),
    signal(6, "rejected", 1, "duplicate", source="satellite"),
    signal(7, "signal", source="satellite"),
    signal(8, "queued", source="person", is_fire=False),
    signal(9, "rejected", None, "not_found", source="person", is_fire=False),
]


def test_signals_in_time_count_those_that_nobody_answered_as_late():
    found = total("signals", SIGNALS)
    # in time: 1, 3, 5, 6; late: 2, 4, 7, 8; when 9 was rejected nobody knows
    assert (found.good, found.counted, found.missing) == (4, 8, 1)
    young = Asking(at(1.5), MSK)
    found = total("signals", SIGNALS, young)
    assert found.waiting == 2


def test_false_alarms_by_source():
    definition = KNOWN.named("false_alarms")
    readings = measure(definition, SIGNALS, ASKING)
    whole = result(definition, readings)
    # settled: 1, 2, 3, 4, 5, 9; false: 3, 4, 9; 6 is left out, 7 and 8 wait
    assert (whole.good, whole.counted, whole.waiting) == (3, 6, 2)
    assert whole.left_out == {"duplicate": 1}
    sources = grouped(definition, readings, By.SOURCE)
    assert {name: (one.good, one.counted) for name, one in sources.items()} == {
        "satellite": (1, 3),
        "call": (1, 2),
        "person": (1, 1),
    }


def test_lead_of_the_satellite_needs_both_sides():
    rows = [
        fire(1, registered=1, satellite_at=0, person_at=30),
        fire(2, registered=1, satellite_at=50, person_at=40),
        fire(3, registered=1, satellite_at=5),
    ]
    found = total("satellite_lead", rows)
    assert (found.counted, found.left_out) == (2, {"one_source": 1})
    assert found.median == pytest.approx(10 * 60.0)  # between +30 and -10 minutes
    assert (found.good, found.share) == (1, 0.5)


def test_final_area():
    rows = [fire(1, registered=1, area=4.0), fire(2, registered=1, area=8.0), fire(3, registered=1)]
    found = total("final_area", rows)
    assert (found.mean, found.median, found.missing) == (6.0, 6.0, 1)


def test_ranking_shares_places_and_leaves_out_the_small_and_the_unknown():
    definition = KNOWN.named("first_day")
    rows = []
    for place, outs in {
        "a": [10, 10, 5000],
        "b": [10, 10, 10],
        "c": [10, 10, 9000],
        "d": [10],
    }.items():
        rows += [fire(len(rows) + 1, place=place, registered=1, out=out) for out in outs]
    rows += [fire(50 + n, place="", registered=1, out=10) for n in range(5)]
    groups = grouped(definition, measure(definition, rows, ASKING), By.MUNICIPALITY)
    assert ranks(definition, groups, 3) == {"b": 1, "a": 2, "c": 2}


def test_shorter_is_better_where_the_definition_says_so():
    definition = KNOWN.named("registration")
    rows = [fire(n, place="slow", registered=9) for n in range(3)]
    rows += [fire(10 + n, place="fast", registered=1) for n in range(3)]
    groups = grouped(definition, measure(definition, rows, ASKING), By.MUNICIPALITY)
    assert ranks(definition, groups, 3) == {"fast": 1, "slow": 2}


MINUTES = st.integers(0, 20_000)
STATUSES = st.sampled_from([one.value for one in Status])


@st.composite
def some_things(draw):
    rows = []
    for number in range(draw(st.integers(0, 25))):
        told = {
            name: draw(MINUTES)
            for name in (
                "registered",
                "dispatch_decided",
                "departed",
                "arrived",
                "contained",
                "out",
            )
            if draw(st.booleans())
        }
        place, zone = draw(st.sampled_from("abc ")).strip(), draw(st.sampled_from(["ground", ""]))
        rows.append(fire(number, status=draw(STATUSES), place=place, zone=zone, **told))
    return rows


@given(some_things())
def test_each_fire_is_counted_once_and_the_parts_are_the_whole(things):
    for definition in KNOWN.figures:
        readings = measure(definition, things, ASKING)
        assert len({one.thing.id for one in readings}) == len(readings)
        whole = result(definition, readings)
        states = whole.counted + whole.missing + whole.contradictory + whole.waiting
        assert states + sum(whole.left_out.values()) == whole.rows == len(readings)
        for by in By:
            parts = grouped(definition, readings, by).values()
            for name in ("rows", "counted", "missing", "contradictory", "waiting"):
                assert sum(getattr(one, name) for one in parts) == getattr(whole, name)
            assert sum(one.good or 0 for one in parts) == (whole.good or 0)


@given(some_things(), st.sampled_from(list(Step)))
def test_periods_add_up_to_the_span(things, step):
    days = Days(date(2026, 6, 20), date(2026, 7, 25))
    definition = KNOWN.named("registration")
    readings = measure(definition, things, ASKING)
    parts = [within(readings, one, MSK) for one in periods(days, step)]
    assert sum(map(len, parts)) == len(within(readings, days, MSK))


@given(some_things(), st.integers(0, 14))
def test_counts_of_municipalities_add_up_to_the_regions(things, ahead):
    day = date(2026, 7, 1) + timedelta(days=ahead)
    areas = {one.id: 1.5 for one in things}
    book = DayBook(Days(day, day), MSK, ASKING.now, areas)
    whole, parts = counts(things, book), by_group(things, book, lambda one: one.municipality)
    for name in ("registered", "out", "active", "contained", "suspended"):
        assert sum(getattr(one, name) for one in parts.values()) == getattr(whole, name)
    assert sum(one.area_active_ha for one in parts.values()) == pytest.approx(whole.area_active_ha)


def test_how_a_fire_stood_at_a_moment():
    one = fire(
        1, registered=10, dispatch_decided=20, contained=60, arrived=90, out=[120, 300], resumed=200
    )
    stood = {
        minutes: status_at(one, at(minutes)).value for minutes in (5, 15, 70, 100, 150, 250, 400)
    }
    assert stood == {
        5: "signal",
        15: "registered",
        70: "contained",
        100: "contained",  # a crew that comes when it is held does not let it burn again
        150: "out",
        250: "fighting",
        400: "out",
    }


def test_day_may_begin_at_any_hour():
    six = DayBoundary("Asia/Yakutsk", time(6))
    assert six.day_of(datetime(2026, 7, 1, 20, 59, tzinfo=UTC)) == date(2026, 7, 1)
    assert six.day_of(datetime(2026, 7, 1, 21, tzinfo=UTC)) == date(2026, 7, 2)
    assert six.begin(date(2026, 7, 2)) == datetime(2026, 7, 1, 21, tzinfo=UTC)
    assert six.end(date(2026, 7, 2)) == datetime(2026, 7, 2, 21, tzinfo=UTC)


def test_years_ago_of_a_leap_day_and_the_span_before():
    assert Days(date(2024, 2, 29), date(2024, 3, 1)).years_ago(1) == Days(
        date(2023, 2, 28), date(2023, 3, 1)
    )
    assert Days(date(2026, 7, 1), date(2026, 7, 10)).before() == Days(
        date(2026, 6, 21), date(2026, 6, 30)
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    ends: registered\n", "", "an interval needs begins and ends"),
        ("kind: in_time", "kind: in_tine", "kind"),
        (
            "    reasons: [technogenic, controlled_burn, not_found]\n",
            "",
            "false_alarms needs reasons",
        ),
        ("code: decision", "code: registration", "stand twice"),
        ("left_out: [merged]", "left_out: [mergd]", "left_out"),
    ],
)
def test_file_with_a_fault_is_refused_by_line_and_field(tmp_path, old, new, said):
    body = (figures_rules.shipped_alerts() / figures_rules.FILE).read_text("utf-8")
    assert old in body
    (tmp_path / figures_rules.FILE).write_text(body.replace(old, new, 1), "utf-8")
    with pytest.raises(Invalid) as refused:
        figures_rules.load(tmp_path)
    assert said in str(refused.value) + str(refused.value.params)
    assert refused.value.params["line"]


def test_own_file_counts_first(tmp_path):
    body = (figures_rules.shipped_alerts() / figures_rules.FILE).read_text("utf-8")
    (tmp_path / figures_rules.FILE).write_text(body.replace("figures-1", "ours-7"), "utf-8")
    assert figures_rules.load(tmp_path).version == "ours-7"
