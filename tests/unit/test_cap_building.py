"""Messages about anything that may burn: valid by schema and rules, in both languages, complete."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from sylvan.domain.cap import building, rules, shapes, steps
from sylvan.domain.cap.building import Saying, Subject
from sylvan.domain.cap.profile import NearSettlement, State, Theme, level_of
from sylvan.domain.cap.reading import read
from sylvan.domain.cap.steps import Told
from sylvan.domain.cap.values import MsgType, Reference, Scope, Status
from sylvan.domain.cap.writing import written
from sylvan.domain.worlds import WorldKind
from sylvan.services import cap_rules
from sylvan.services.packs import PackError
from sylvan.wiring import _say as say
from tests.unit.cap_tools import fits_schema

PROFILE = cap_rules.load()
NOW = datetime(2026, 7, 17, 3, 14, 9, tzinfo=UTC)
FIRE = UUID("019a2f6e-5d1c-7c3e-9b0a-2f4d8c1e7a55")
EARLIER = Reference(
    PROFILE.sender, "urn:oid:2.999.7.1.1.5.1.20260716000000", "2026-07-16T00:00:00-00:00"
)

lats, lons = st.floats(-85, 85), st.floats(-180, 180)
wild = st.text(max_size=200)
names = st.dictionaries(st.sampled_from(["ru", "en"]), wild, max_size=2)


@st.composite
def edges(draw):
    """Blobs of circles, with holes and many parts, also on both sides of 180°."""
    lon, lat = draw(lons), draw(lats)
    seed, parts = draw(st.integers(0, 2**32 - 1)), draw(st.integers(1, 20))
    rng = np.random.default_rng(seed)
    places = np.column_stack([rng.normal(lon, 0.2, parts), rng.normal(lat, 0.1, parts)])
    blobs = [Point(*one).buffer(rng.uniform(0.001, 0.1)) for one in places]
    whole = shapely.union_all(blobs).difference(Point(*places[0]).buffer(0.0005))
    halves = [whole.intersection(box(-180, -90, 180, 90))]
    for turn in (-360, 360):
        beyond = shapely.affinity.translate(whole, turn).intersection(box(-180, -90, 180, 90))
        halves.append(beyond)
    pieces = [one for one in shapely.get_parts(halves) if isinstance(one, Polygon) and one.area > 0]
    assume(pieces)
    return MultiPolygon(pieces)


near = st.builds(
    NearSettlement,
    st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True),
    names,
    st.floats(0, 30),
    st.none() | st.integers(0, 100).map(lambda hours: NOW + timedelta(hours=hours)),
)


@st.composite
def subjects(draw):
    edge = draw(st.none() | edges())
    return Subject(
        Theme.FIRE,
        draw(st.uuids()),
        draw(names),
        tuple(draw(st.lists(st.from_regex(r"[a-z0-9-]{1,12}", fullmatch=True), max_size=3))),
        () if edge is None else shapes.rings(edge),
        (shapes.around((draw(lons), draw(lats)), draw(st.floats(0, 1e7))),),
        draw(st.sampled_from(["UTC", "Asia/Yakutsk", "Asia/Srednekolymsk", "America/St_Johns"])),
        draw(st.sampled_from(["", "SA-2026-00017"])),
        {"number": draw(wild), "area_ha": draw(st.integers(0, 10**7))},
        tuple(draw(st.lists(near, max_size=8))),
    )


def saying(msg_type=MsgType.ALERT, kind=WorldKind.LIVE, level=None, **changes) -> Saying:
    told = {
        "categories": PROFILE.fire.categories,
        "event_codes": PROFILE.fire.event_codes,
        "sent": NOW,
        "hours": 12.0,
        "number": 1,
        "world": "live",
        "references": () if msg_type is MsgType.ALERT else (EARLIER,),
    }
    return Saying(msg_type, level or PROFILE.fire.levels[0], kind=kind, **told | changes)


@given(
    subjects(),
    st.sampled_from([MsgType.ALERT, MsgType.UPDATE, MsgType.CANCEL]),
    st.sampled_from(WorldKind),
    st.sampled_from(PROFILE.fire.levels),
)
def test_any_fire_makes_a_message_that_breaks_nothing(subject, msg_type, kind, level):
    alert = building.alert(PROFILE, subject, saying(msg_type, kind, level), say)
    assert rules.own_faults(alert, EARLIER.__eq__) == []
    body = written(alert)
    assert fits_schema(body)
    assert read(body).alert == alert
    assert [info.language for info in alert.infos] == ["ru-RU", "en-US"]
    assert (alert.scope is Scope.PUBLIC) == (kind is WorldKind.LIVE)


@given(edges())
def test_shapes_cover_what_burns_with_few_spots(edge):
    rings = shapes.rings(edge)
    told = shapely.union_all([Polygon([(spot.lon, spot.lat) for spot in ring]) for ring in rings])
    assert edge.difference(told.buffer(2e-4)).area <= 1e-9 + 1e-6 * edge.area
    assert max(map(len, rings)) <= shapes.MOST_SPOTS + 8
    assert all(ring[0] == ring[-1] for ring in rings)


def test_a_fire_on_180_degrees_is_two_polygons_each_on_its_side():
    edge = MultiPolygon([box(179.5, 66, 180, 67), box(-180, 66, -179.7, 67)])
    east, west = sorted(shapes.rings(edge), key=lambda ring: -ring[0].lon)
    assert {spot.lon > 0 for spot in east} == {True}
    assert {spot.lon < 0 for spot in west} == {True}


def test_a_fire_without_an_edge_is_a_circle_of_its_area():
    assert shapes.around((129.0, 62.0), 0.0) == ((62.0, 129.0), shapes.LEAST_KM)
    assert shapes.around((129.0, 62.0), 100 * np.pi * 25).radius_km == 5.0
    assert shapes.around((129.0, 62.0), 0.0, accuracy_m=2500).radius_km == 2.5


def test_a_message_keeps_its_name_and_says_where_when_and_how_near():
    place = {"ru": "Горный улус", "en": "Gorny"}
    subject = Subject(
        Theme.FIRE,
        FIRE,
        place,
        ("SA", "gorny"),
        (),
        (shapes.around((129.0, 62.0), 240),),
        "Asia/Yakutsk",
        "SA-2026-00017",
        {"number": "SA-2026-00017", "area_ha": 240},
        (NearSettlement("b", {"ru": "Бердигестях", "en": "Berdigestyakh"}, 4.26, NOW),),
    )
    alert = building.alert(PROFILE, subject, saying(), say)
    assert alert.identifier == f"urn:oid:2.999.7.1.1.{FIRE.int}.1.20260717031409"
    russian, english = alert.infos
    assert russian.headline == "Природный пожар № SA-2026-00017: Горный улус, около 240 га"
    assert "Бердигестях — 4.3 км" in russian.description
    assert "17.07.2026 12:14 (Asia/Yakutsk)" in russian.description
    assert english.headline == "Wildfire SA-2026-00017: Gorny, about 240 ha"
    assert "4.3 km to Berdigestyakh" in english.description
    assert [code.value for code in russian.areas[0].geocodes] == ["SA", "gorny"]
    assert alert.expires == NOW + timedelta(hours=12)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (WorldKind.LIVE, Status.ACTUAL),
        (WorldKind.DRILL, Status.EXERCISE),
        (WorldKind.REPLAY, Status.TEST),
    ],
)
def test_only_the_live_world_means_what_it_says(kind, status):
    circle = (shapes.around((1, 2), 3),)
    params = {"number": "1", "area_ha": 1}
    subject = Subject(Theme.FIRE, FIRE, {}, (), (), circle, params=params)
    alert = building.alert(PROFILE, subject, saying(kind=kind), say)
    assert alert.status is status
    assert (alert.restriction is None) == (kind is WorldKind.LIVE)


def test_direction_marks_and_control_characters_do_not_get_out():
    assert building.plain("a\u202eb\x00\x1b[31mc\u2066d\ud800e\n") == "ab[31mcde"


# --- what is worth a message --------------------------------------------------------------------

FAR, NEAR = Told(6, 100.0), Told(2, 100.0)
LEVEL = (6, PROFILE.fire.levels[6])


@pytest.mark.parametrize(
    ("before", "state", "found", "now", "step"),
    [
        (None, None, LEVEL, FAR, None),
        (None, State.BURNING, LEVEL, FAR, MsgType.ALERT),
        (FAR, State.BURNING, LEVEL, FAR, None),
        (FAR, State.BURNING, LEVEL, Told(6, 149.0), None),
        (FAR, State.BURNING, LEVEL, Told(6, 150.0), MsgType.UPDATE),
        (Told(6, 1.0), State.BURNING, LEVEL, Told(6, 40.0), None),
        (FAR, State.BURNING, LEVEL, NEAR, MsgType.UPDATE),
        (NEAR, State.BURNING, LEVEL, FAR, MsgType.UPDATE),
        (FAR, State.BURNING, LEVEL, Told(6, 100.0, ("b",)), MsgType.UPDATE),
        (Told(6, 100.0, ("b",)), State.BURNING, LEVEL, FAR, None),
        (FAR, State.ENDED, LEVEL, FAR, MsgType.CANCEL),
        (None, State.ENDED, LEVEL, FAR, None),
        (FAR, State.HELD, (8, PROFILE.fire.levels[8]), Told(8), MsgType.CANCEL),
        (FAR, State.BURNING, None, None, MsgType.CANCEL),
    ],
)
def test_a_thing_is_told_once_and_again_when_it_worsens_or_eases(before, state, found, now, step):
    assert steps.next_of_fire(before, state, found, now, PROFILE.fire) is step


@pytest.mark.parametrize(
    ("km", "hours", "area", "danger", "state", "code"),
    [
        (20, 5, 1, 0, State.BURNING, "reaching"),
        (4, None, 1, 0, State.BURNING, "close"),
        (14, 7, 1, 0, State.BURNING, "near"),
        (29, None, 1, 0, State.BURNING, "around"),
        (None, None, 1, 4, State.BURNING, "dry"),
        (None, None, 200, 0, State.BURNING, "large"),
        (None, None, 1, 0, State.BURNING, "far"),
        (14, 1, 1, 5, State.HELD, "held_near"),
        (None, None, 1000, 5, State.HELD, "held"),
    ],
)
def test_the_first_level_that_holds_counts(km, hours, area, danger, state, code):
    at = None if hours is None else NOW + timedelta(hours=hours)
    near_ones = () if km is None else (NearSettlement("b", {}, km, at),)
    _, level = level_of(PROFILE.fire.levels, state, near_ones, area, danger, NOW)
    assert level.code == code


def test_a_new_message_refers_to_those_that_still_hold_and_to_the_last():
    told = [(EARLIER._replace(identifier=str(n)), NOW + timedelta(hours=n - 2)) for n in range(4)]
    assert [one.identifier for one in building.chain(told, NOW)] == ["3"]
    assert [one.identifier for one in building.chain(told, NOW - timedelta(hours=1))] == ["2", "3"]
    assert building.chain([], NOW) == ()


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("sender: alerts@sylvan.example", "sender: a b", "sender"),
        ('oid: "2.999.7.1"', 'oid: "3.1"', "oid"),
        ("renew_h: 2", "renew_h: 12", "fire"),
        ("growth: 1.5", "growth: 1", "fire.growth"),
        ("state: held,", "state: ended,", "fire.levels.7"),
        ("urgency: Future", "urgency: Soon", "fire.levels.6.urgency"),
        ("languages: {ru: ru-RU, en: en-US}", "languages: {}", "file"),
        ("danger_class: 5", "danger_class: 6", "danger_class"),
        ("must_sign: []", "must: []", "must"),
    ],
)
def test_a_fault_of_the_file_is_named(tmp_path, old, new, field):
    text = (cap_rules.shipped_alerts() / cap_rules.FILE).read_text("utf-8")
    assert old in text
    (tmp_path / "cap.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(PackError) as refusal:
        cap_rules.load(tmp_path)
    assert refusal.value.field == field
    assert refusal.value.params["line"]


def test_params_of_texts_are_never_taken_for_blanks():
    assert "{number}" in say("en", "cap_text.fire_headline", MappingProxyType(
        {"number": "{number}", "place": "", "area_ha": 1}
    ))  # fmt: skip
