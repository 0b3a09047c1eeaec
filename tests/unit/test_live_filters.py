"""Areas and kinds: the array form answers exactly as the plain sentence does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.live.filters import KINDS, Filter, FilterError
from sylvan.live.matching import Columns, Facts, FilterTable

longitudes = st.sampled_from([-180, 180, 179.5, -179.5, 0]) | st.floats(-180, 180)
latitudes = st.sampled_from([-90, 90, 60]) | st.floats(-90, 90)
boxes = st.tuples(longitudes, latitudes, longitudes, latitudes).map(
    lambda b: [b[0], min(b[1], b[3]), b[2], max(b[1], b[3])]
)
wishes = st.fixed_dictionaries(
    {
        "bbox": st.none() | boxes,
        "kinds": st.none() | st.lists(st.sampled_from(KINDS), max_size=3),
    }
)
events = st.tuples(
    st.integers(1, 3),
    st.sampled_from([*KINDS, "later.invented"]),
    st.none() | st.tuples(longitudes, latitudes),
)


def plain(event, world, wish):
    """The filter as one would say it."""
    its_world, kind, point = event
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
