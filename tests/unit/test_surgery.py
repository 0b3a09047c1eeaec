"""What surgeries mean: whose a late detection is, what may be undone, what polygons take."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from sylvan.domain.actors import Actor, Level, local_operator, system
from sylvan.domain.codes import Forbidden, Invalid
from sylvan.domain.detections import Instrument
from sylvan.domain.grouping import Points
from sylvan.domain.selection import Choice, chosen, inside
from sylvan.domain.surgery import (
    HELD,
    PIXEL,
    Kind,
    Surgery,
    among,
    check_may,
    inherited,
    label,
    parted,
    surviving,
    why_not_undo,
    word_of,
)
from sylvan.domain.worlds import REAL_TIME, World, WorldKind

NOW = datetime(2026, 7, 20, 12, tzinfo=UTC)
LIVE = World(1, WorldKind.LIVE, "live", REAL_TIME)
KM_LON = 1 / (111.32 * np.cos(np.radians(62.0)))
"""Degrees of longitude in a kilometre at 62° N, near enough for whole kilometres."""


def fire(number: int) -> UUID:
    return UUID(int=number)


def surgery(seq: int, kind: Kind = Kind.SPLIT, *fires: int, undone: bool = False) -> Surgery:
    at = NOW + timedelta(minutes=seq)
    return Surgery(
        id=UUID(int=1000 + seq),
        version=2 if undone else 1,
        kind=kind,
        at=at,
        actor="anna",
        note="",
        fires=tuple(map(fire, fires)),
        detections=0,
        seq=seq,
        undone_at=at if undone else None,
        undone_by="boris" if undone else None,
    )


def row_of(*east_km: float, hours: float = 0.0) -> Points:
    n = len(east_km)
    t = np.full(n, int(NOW.timestamp() + hours * 3600), np.int64)
    lon = 129.0 + np.array(east_km) * KM_LON
    return Points(lon, np.full(n, 62.0), t, np.full(n, Instrument.VIIRS, np.int16))


# What people's word means for grouping

kinds = st.sampled_from(list(Kind))
surgeries = st.builds(
    lambda seq, kind, fires: surgery(seq, kind, *fires),
    st.integers(1, 50),
    kinds,
    st.lists(st.integers(1, 6), min_size=1, max_size=4, unique=True),
)


@given(st.lists(surgeries, max_size=6), st.dictionaries(st.integers(1, 6), st.integers(1, 6)))
def test_only_partings_keep_apart_and_every_surgery_decides(every, joined) -> None:
    today = {fire(n): fire(joined.get(n, n)) for n in range(1, 7)}
    word = word_of(every, today)
    named = {today[one] for it in every for one in it.fires}
    assert word.decided == named
    assert all(len(pair) == 2 for pair in word.apart)
    parting = [it for it in every if it.kind not in (Kind.MERGE, Kind.FALSE)]
    wanted = {frozenset({today[it.fires[0]], today[one]}) for it in parting for one in it.fires}
    assert word.apart == {pair for pair in wanted if len(pair) == 2}


@given(st.lists(surgeries, max_size=6), st.randoms(use_true_random=False))
def test_peoples_word_does_not_depend_on_the_order_in_which_it_is_read(every, random) -> None:
    today = {fire(n): fire(n) for n in range(1, 7)}
    mixed = random.sample(every, len(every))
    one, other = word_of(every, today), word_of(mixed, today)
    assert (one.apart, one.decided) == (other.apart, other.decided)


def test_fires_that_nobody_asks_about_say_nothing() -> None:
    word = word_of([surgery(1, Kind.SPLIT, 1, 2)], {fire(2): fire(2)})
    assert (word.apart, word.decided) == (frozenset(), {fire(2)})
    assert word.held.dtype == HELD
    assert word.false.dtype == PIXEL


# Who may, who survives, what may be undone


def test_corrections_are_for_those_who_dispatch() -> None:
    check_may(local_operator(LIVE), Kind.SPLIT)
    crew = Actor("crew-7", "crew", Level.CREW, ("*",), LIVE)
    for other in (system(LIVE), crew):
        with pytest.raises(Forbidden):
            check_may(other, Kind.SPLIT)


@given(st.lists(st.tuples(st.integers(1, 99), st.booleans(), st.integers(0, 5)), min_size=1))
def test_a_registered_fire_survives_then_the_elder_whoever_is_named_first(drawn) -> None:
    fires = [(fire(n), numbered, NOW + timedelta(hours=age)) for n, numbered, age in drawn]
    winner = surviving(fires)
    assert winner == surviving(fires[::-1])
    numbered = [one for one in fires if one[1]] or fires
    assert winner in {one[0] for one in numbered if one[2] == min(it[2] for it in numbered)}


@given(st.lists(surgeries, min_size=1, max_size=6, unique_by=lambda it: it.seq))
def test_of_surgeries_that_share_fires_only_the_newest_may_be_undone(every) -> None:
    for one in every:
        told = why_not_undo(one, every)
        later = [it for it in every if it.seq > one.seq and set(it.fires) & set(one.fires)]
        assert (told is None) == (not later)
        if told is not None:
            newest = max(later, key=lambda it: it.seq)
            assert told.code == "surgery.later_first"
            assert told.params["surgery"] == str(newest.id)


def test_what_is_undone_says_by_whom_and_stands_in_nobodys_way() -> None:
    done = surgery(1, Kind.MERGE, 1, 2, undone=True)
    told = why_not_undo(done, [])
    assert told is not None
    assert told.code == "surgery.already_undone"
    assert told.params == {"by": "boris", "at": done.at.isoformat()}
    assert why_not_undo(surgery(0, Kind.SPLIT, 1, 3), [done]) is None


def test_a_fire_is_called_by_its_number_a_signal_by_the_end_of_its_id() -> None:
    one = UUID("019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55")
    assert label(one, "SA-2026-00001") == "SA-2026-00001"
    assert label(one, None) == "7A55"


# Parting what was merged


def test_late_detections_go_to_the_nearer_linked_fire_and_strangers_to_the_survivor() -> None:
    groups = [(fire(2), row_of(0.0)), (fire(1), row_of(1.6))]
    owner = parted(groups, row_of(-0.5, 0.7, 0.95, 2.4, 3.2, 30.0, hours=1))
    assert owner.tolist() == [0, 0, 1, 1, 1, 0]


@given(st.lists(st.floats(-3, 6), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_parting_does_not_depend_on_the_order_of_what_came(east, random) -> None:
    assume(all(abs(a - b) > 1e-6 for a, b in pairwise(sorted(east))))
    groups = [(fire(1), row_of(0.0, 0.4)), (fire(2), row_of(3.0))]
    order = random.sample(range(len(east)), len(east))
    owner = parted(groups, row_of(*east, hours=2))
    mixed = parted(groups, row_of(*[east[k] for k in order], hours=2))
    assert owner[order].tolist() == mixed.tolist()


def test_nothing_late_is_nobodys() -> None:
    assert parted([(fire(1), row_of(0.0)), (fire(2), row_of(1.0))], row_of()).tolist() == []


# Heirs of what people marked

names = st.integers(1, 5).map(lambda n: (n, n))


@given(st.dictionaries(names, names), st.sets(names))
def test_a_version_is_false_only_if_all_that_it_replaces_was(heir_of, false) -> None:
    for heir in set(heir_of.values()):
        mine = [old for old, to in heir_of.items() if to == heir]
        assert (heir in inherited(heir_of, false)) == all(old in false for old in mine)


# Selecting


def rows(*places: tuple[float, float]) -> np.ndarray:
    made = np.zeros(len(places), [("lon", "f8"), ("lat", "f8"), *PIXEL.descr])
    for k, (lon, lat) in enumerate(places):
        made[k] = (lon, lat, 1000 + k, 7 * k)
    return made


def polygon(*ring: tuple[float, float], holes=()) -> dict:
    closed = [[*map(list, one), list(one[0])] for one in (ring, *holes)]
    return {"type": "Polygon", "coordinates": closed}


def square(west: float, east: float, south: float = 60.0, north: float = 70.0) -> dict:
    return polygon((west, south), (east, south), (east, north), (west, north))


NO_FALSE = np.empty(0, PIXEL)


@given(
    st.floats(-179, 179),
    st.floats(0.5, 80),
    st.lists(st.tuples(st.floats(-180, 180), st.floats(55, 75)), min_size=1, max_size=20),
)
def test_a_box_takes_what_lies_east_of_its_west_however_180_is_written(west, width, places) -> None:
    lon, lat = (np.array(one) for one in zip(*places, strict=True))
    off = (lon - west) % 360.0
    assume((np.minimum(np.abs(off - width), np.minimum(off, 360 - off)) > 1e-6).all())
    assume((np.abs(lat - 60) > 1e-9).all() and (np.abs(lat - 70) > 1e-9).all())
    wanted = (off < width) & (lat > 60) & (lat < 70)
    east = west + width
    for far in {east, (east + 180) % 360 - 180}:
        assert inside(lon, lat, square(west, far)).tolist() == wanted.tolist()


@given(st.permutations([(125.0, 60.0), (131.0, 61.0), (130.0, 66.0), (126.0, 65.0)]))
def test_a_polygon_takes_what_shapely_says_or_is_refused_for_crossing_itself(ring) -> None:
    lon, lat = (
        grid.ravel() for grid in np.meshgrid(np.linspace(124, 132, 17), np.arange(59, 67.0))
    )
    shape = shapely.Polygon(ring)
    if shape.is_valid:
        expected = shapely.intersects_xy(shape, lon, lat).tolist()
        assert inside(lon, lat, polygon(*ring)).tolist() == expected
    else:
        with pytest.raises(Invalid) as caught:
            inside(lon, lat, polygon(*ring))
        assert caught.value.code == "surgery.polygon.crosses_itself"


def test_what_lies_in_a_hole_is_left_out_also_beyond_180() -> None:
    ring = ((178.0, 60.0), (-178.0, 60.0), (-178.0, 64.0), (178.0, 64.0))
    hole = ((-179.5, 61.0), (-178.5, 61.0), (-178.5, 63.0), (-179.5, 63.0))
    shape = polygon(*ring, holes=(hole,))
    lon, lat = np.array([179.0, -179.0, -178.2]), np.array([62.0, 62.0, 62.0])
    assert inside(lon, lat, shape).tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ({"type": "Point", "coordinates": [1, 2]}, "type"),
        ({"type": "Polygon", "coordinates": []}, "type"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [1, 2]]]}, "not_closed"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [5, 1], [6, 6]]]}, "not_closed"),
        ({"type": "Polygon", "coordinates": [[[1, 2], ["x", 4], [5, 1], [1, 2]]]}, "positions"),
        (polygon((1, 2), (3, 95), (5, 1)), "positions"),
        (polygon((1, 2), (float("nan"), 4), (5, 1)), "positions"),
        (polygon((1, 2), (3, 4), (5, 6)), "crosses_itself"),
        (polygon((-100, 60), (0, 60), (100, 60), (100, 70), (0, 70), (-100, 70)), "too_wide"),
        (polygon((0, 80), (120, 80), (-120, 80)), "round_the_pole"),
    ],
)
def test_what_is_no_polygon_is_refused_and_said_why(shape, why) -> None:
    with pytest.raises(Invalid) as caught:
        inside(np.array([1.0]), np.array([2.0]), shape)
    assert caught.value.code == f"surgery.polygon.{why}"
    assert [error.field for error in caught.value.errors] == ["within"]


def test_detections_are_chosen_by_name_or_by_place_but_not_both() -> None:
    there = rows((129.0, 62.0), (129.5, 62.0), (130.0, 62.0))
    by_name = Choice(((1001, 7), (1001, 7)))
    assert chosen(there, NO_FALSE, by_name).tolist() == [False, True, False]
    by_place = Choice(within=square(129.2, 131.0))
    assert chosen(there, NO_FALSE, by_place).tolist() == [False, True, True]
    for neither_nor in (Choice(), Choice(((1001, 7),), square(129.2, 131.0))):
        with pytest.raises(Invalid) as caught:
            chosen(there, NO_FALSE, neither_nor)
        assert caught.value.code == "surgery.choose_one_way"


def test_a_name_alone_is_not_enough_the_time_belongs_to_it() -> None:
    there = rows((129.0, 62.0))
    with pytest.raises(Invalid) as caught:
        chosen(there, NO_FALSE, Choice(((1001, 0),)))
    assert caught.value.code == "surgery.detection_unknown"
    assert caught.value.params == {"count": 1, "key": "0"}


def test_a_key_that_no_detection_can_have_is_unknown_and_no_fault() -> None:
    with pytest.raises(Invalid) as caught:
        chosen(rows((129.0, 62.0)), NO_FALSE, Choice(((1000, 9_999_999_999_999_999_999),)))
    assert caught.value.code == "surgery.detection_unknown"


def test_what_is_marked_false_is_named_when_it_is_chosen_again() -> None:
    there, marked = rows((129.0, 62.0)), np.array([(1005, 35)], PIXEL)
    with pytest.raises(Invalid) as caught:
        chosen(there, marked, Choice(((1000, 0), (1005, 35))))
    assert caught.value.code == "surgery.detection_false"
    assert caught.value.params["key"] == "35"


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=8), st.data())
def test_rows_are_found_among_named_ones_by_time_and_key(pairs, data) -> None:
    wanted = data.draw(st.lists(st.sampled_from(pairs), max_size=4)) if pairs else []
    found = among(np.array(pairs, PIXEL), np.array(wanted, PIXEL))
    assert found.tolist() == [pair in wanted for pair in pairs]
