"""Areas, kinds, fires, priorities: the array form answers exactly as the plain sentence does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.live.filters import KINDS, STATUSES, Filter, FilterError, status_bit
from sylvan.live.matching import Columns, Facts, FilterTable
from sylvan.live.memory import MemoryEvent
from sylvan.live.pages import facts_of

longitudes = st.sampled_from([-180, 180, 179.5, -179.5, 0]) | st.floats(-180, 180)
latitudes = st.sampled_from([-90, 90, 60]) | st.floats(-90, 90)
boxes = st.tuples(longitudes, latitudes, longitudes, latitudes).map(
    lambda b: [b[0], min(b[1], b[3]), b[2], max(b[1], b[3])]
)
wishes = st.fixed_dictionaries(
    {
        "bbox": st.none() | boxes,
        "kinds": st.none() | st.lists(st.sampled_from(KINDS), max_size=3),
        "fires": st.none() | st.lists(st.sampled_from(["a", "b", "c"]), max_size=2),
        "least_priority": st.none() | st.sampled_from([0, 10, 40.5, 1000]),
        "statuses": st.none() | st.lists(st.sampled_from(STATUSES), max_size=2),
    }
)
events = st.tuples(
    st.integers(1, 3),
    st.sampled_from([*KINDS, "later.invented"]),
    st.none() | st.tuples(longitudes, latitudes),
    st.lists(st.sampled_from(["a", "b", "d"]), max_size=2, unique=True).map(tuple),
    st.none() | st.sampled_from([0.0, 10.0, 40.0, 41.0]),
    st.sampled_from([0, *map(status_bit, STATUSES)]),
)


def plain(event, world, wish):
    """The filter as one would say it."""
    its_world, kind, point, fires, score, status = event
    if wish["fires"] is not None and fires and not set(fires) & set(wish["fires"]):
        return False
    if wish["least_priority"] is not None and score is not None and score < wish["least_priority"]:
        return False
    allowed = set(map(status_bit, wish["statuses"] or ()))
    if wish["statuses"] is not None and status and status not in allowed:
        return False
    if its_world != world or (wish["kinds"] is not None and kind not in wish["kinds"]):
        return False
    if wish["bbox"] is None or point is None:
        return True
    west, south, east, north = wish["bbox"]
    spans = [(west, east)] if west <= east else [(west, 180), (-180, east)]
    same_meridian = {point[0], -point[0]} if abs(point[0]) == 180 else {point[0]}
    return south <= point[1] <= north and any(
        low <= lon <= high for low, high in spans for lon in same_meridian
    )


def columns(rows):
    made = Columns.empty(len(rows))
    for i, row in enumerate(rows):
        made.put(i, Facts(*row))
    return made


@given(st.lists(events, max_size=20), st.integers(1, 3), wishes)
def test_a_filter_passes_what_the_plain_sentence_says(rows, world, wish):
    hits = columns(rows).hits(world, Filter.parse(wish)).tolist()
    assert hits == [i for i, row in enumerate(rows) if plain(row, world, wish)]


@given(
    st.lists(events, max_size=10),
    st.lists(st.tuples(st.integers(1, 3), wishes), max_size=80),
    st.sets(st.integers(0, 79)),
)
def test_many_wishes_at_once_answer_as_each_alone_also_after_some_left(rows, wanted, leaving):
    table = FilterTable()
    kept = {}
    for i, (world, wish) in enumerate(wanted):
        kept[table.add(world, Filter.parse(wish))] = (i, world, wish)
    for row in [row for row, (i, *_) in kept.items() if i in leaving]:
        table.remove(row)
        del kept[row]
    expected = {
        row: [i for i, event in enumerate(rows) if plain(event, world, wish)]
        for row, (_, world, wish) in kept.items()
    }
    answer = dict(table.matches(columns(rows)))
    assert answer == {row: hits for row, hits in expected.items() if hits}


def test_a_box_across_the_180_meridian_is_not_its_complement():
    wanted = Filter.parse({"bbox": [170, 50, -170, 70]})
    places = [(175, 60), (-175, 60), (180, 60), (-180, 60), (0, 60), (169.9, 60), (-169.9, 60)]
    rows = [(1, "fire.changed", place) for place in places]
    assert columns(rows).hits(1, wanted).tolist() == [0, 1, 2, 3]


def test_an_event_without_a_place_concerns_every_area():
    wanted = Filter.parse({"bbox": [0, 0, 1, 1]})
    assert columns([(1, "feed.changed", None)]).hits(1, wanted).tolist() == [0]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ("all", "filter"),
        ({"area": None}, "area"),
        ({"bbox": [1, 2, 3]}, "bbox"),
        ({"bbox": "0,0,1,1"}, "bbox"),
        ({"bbox": [0, 0, 1, "1"]}, "bbox"),
        ({"bbox": [0, 0, 1, True]}, "bbox"),
        ({"bbox": [0, 0, 1, float("nan")]}, "bbox"),
        ({"bbox": [0, 0, 200, 1]}, "bbox"),
        ({"bbox": [0, 10, 1, 5]}, "bbox"),
        ({"bbox": [0, -91, 1, 5]}, "bbox"),
        ({"kinds": "fire.changed"}, "kinds"),
        ({"kinds": [1]}, "kinds"),
        ({"kinds": ["fire.chnaged"]}, "fire.chnaged"),
    ],
)
def test_a_filter_that_cannot_be_meant_names_its_fault(wish, field):
    with pytest.raises(FilterError, match=field):
        Filter.parse(wish)


def event_of(kind, subject="x", **body):
    return facts_of(MemoryEvent(1, 1, kind, subject, body=body))


def test_an_event_is_about_every_fire_that_it_names():
    assert event_of("fire.changed", "f-1", merged_into="f-2").fires == ("f-1", "f-2")
    assert event_of("fire.exposure", "exposure:f-1", fire_id="f-1", score=44).fires == ("f-1",)
    assert event_of("fire.forecast", "f-1", fire="f-1").fires == ("f-1",)
    assert event_of("order.changed", "o", fire_id="f-3").fires == ("f-3",)
    assert event_of("proposal.changed", "p", fires=["f-1", "f-2"]).fires == ("f-1", "f-2")
    assert event_of("report.changed", "r", fire_id=None).fires == ()


def test_priority_and_status_are_those_that_the_event_itself_tells():
    assert event_of("fire.exposure", score=44).score == 44
    assert event_of("fire.changed", status="registered").status == status_bit("registered")
    assert event_of("report.changed", status="registered").status == 0
    assert event_of("fire.changed", status="later-invented").status == 0


def test_a_left_fire_is_looked_up_no_more():
    table = FilterTable()
    row = table.add(1, Filter.parse({"fires": ["a"]}))
    one = columns([(1, "fire.changed", None, ("a",))])
    assert list(table.matches(one)) == [(row, [0])]
    table.remove(row)
    assert list(table.matches(one)) == []
    again = table.add(1, Filter.parse(None))
    assert list(table.matches(one)) == [(again, [0])]
