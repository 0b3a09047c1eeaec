"""What rules ask beyond the log: things near fires, whose they are, danger classes by territory."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from shapely.geometry import Point, box

from sylvan.domain.actors import Level
from sylvan.domain.alerting.people import Circle, Recipient, Subscription
from sylvan.services.alert_try import try_out
from sylvan.services.log import drain
from sylvan.store import subscriptions
from tests.db.alert_books import desk_of, drained, stored, write_rules
from tests.db.helpers import (
    KM_LAT,
    NOW,
    ORIGIN,
    SetClock,
    firms_file,
    installation,
    load_layer,
    near,
    opened,
    take,
)
from tests.db.test_danger import FIRST, SPOTS, line, noon, send
from tests.db.test_exposure_service import burn, forecast, reach, town

LON, LAT = ORIGIN
RULES = """\
rules:
  - rule: village
    names: {ru: село, en: village}
    about: object
    when: {kind: settlement, status: signal}
    levels:
      - {grade: info, if: {distance_km: {most: 20}}}
      - {grade: alarm, if: {distance_km: {most: 2}}}
    to: [{roles: [dispatcher]}]
    template: village
  - rule: asset
    names: {ru: объект, en: asset}
    about: object
    when: {owner: {known: true}}
    levels: [{grade: warning}]
    to: [{owner: true}]
    template: asset
  - rule: watched
    names: {ru: за чем следят, en: watched}
    about: object
    levels: [{grade: info}]
    to: [{subscribers: asset}]
    template: asset
  - rule: place
    names: {ru: место, en: place}
    about: fire
    levels: [{grade: info}]
    to: [{subscribers: place}]
    template: place
  - rule: soon
    names: {ru: скоро, en: soon}
    about: object
    when: {status: signal}
    levels: [{grade: warning, if: {hours: {most: 24}, probability: {least: 0.3}}}]
    to: [{roles: [dispatcher]}]
    template: village
  - rule: class
    names: {ru: класс, en: class}
    about: danger
    levels: [{grade: info, if: {class: {least: 2}}}, {grade: warning, if: {class: {least: 4}}}]
    forget: true
    to: [{roles: [dispatcher]}]
    template: class
"""


@pytest.fixture
def house(fresh_db_url, tmp_path, monkeypatch):
    monkeypatch.setenv("SYLVAN_DATA_DIR", str(tmp_path / "data"))
    with opened(fresh_db_url, clock=SetClock()) as made:
        near_it = Point(LON, LAT + 5 * KM_LAT)
        load_layer(made, "settlement", ("village", near_it, {"population": 300}))
        load_layer(made, "power_line", ("line", near_it.buffer(0.001).boundary, {"owner": "grid"}))
        load_layer(made, "municipality", ("east", box(129, 61, 132, 63), {}))
        yield made


@pytest.fixture
def desk(house, tmp_path):
    made = desk_of(house, write_rules(tmp_path / "alerts", RULES, "version: t\nclocks: []\n"))
    made.turn()
    return made


def owner(name: str) -> Recipient:
    return Recipient(
        f"key:{name}",
        "partner",
        str(Level.PARTNER),
        frozenset({f"asset:{name}", "all"}),
        owner=name,
    )


def told(house):
    return [(one.rule, one.recipient, one.fields["object"]) for one in stored(house)]


def test_things_near_a_fire_are_told_to_whom_they_concern(house, desk, monkeypatch):
    whole = type(desk.people).circle

    def with_owners(self, world, contacts):
        return Circle([*whole(self, world, contacts).all.values(), owner("grid"), owner("pipes")])

    monkeypatch.setattr(type(desk.people), "circle", with_owners)
    take(house, "f.csv", firms_file(near(0, 0, NOW - timedelta(hours=2))))
    drain(house.worlds.engine)
    drained(desk)
    assert told(house) == [("asset", "key:grid", "line"), ("village", "local", "village")]
    letter = stored(house)[1]
    assert letter.grade == "info"
    assert 4 < letter.fields["distance_km"] < 6
    assert letter.fields["people"] == 300
    assert letter.fields["status"] == "signal"
    found = try_out(desk, desk.book.current(), house.worlds.live(), NOW - timedelta(days=1))
    assert {one.id for one in found.letters} == {one.id for one in stored(house)}


def test_a_forecast_is_told_by_a_desk_that_began_after_the_fire(
    house, desk, fresh_db_url, tmp_path
):
    """What it does not remember of the fire it reads from the log."""
    load_layer(house, "settlement", town())
    burn(house)
    drain(house.worlds.engine)
    drained(desk)
    assert [one.rule for one in stored(house)] == ["village"]
    reach(house, UUID(stored(house)[0].thread.removeprefix("fire:")), forecast())
    drain(house.worlds.engine)
    with opened(fresh_db_url, clock=SetClock(NOW)) as other:
        assert drained(desk_of(other, tmp_path / "alerts")) == 1
    (soon,) = [one for one in stored(house) if one.rule == "soon"]
    assert soon.fields["status"] == "signal"  # of the fire; the forecast does not tell it
    assert 0 < soon.fields["hours_early"] < soon.fields["hours"] < 24
    assert soon.fields["probability"] == 1.0


def test_own_things_and_places_are_told_to_their_subscriber_alone(house, desk):
    with house.worlds.engine.begin() as conn:
        for number, changes in enumerate(
            (
                {"watch": "asset", "layer": "settlement", "code": "village"},
                {"watch": "place", "point": (LON, LAT + 0.1), "radius_km": 15.0},
                {"watch": "place", "point": (LON, LAT + 2), "radius_km": 15.0},
                {"watch": "asset", "layer": "settlement", "code": "village", "recipient": "gone"},
            ),
            1,
        ):
            given = {"recipient": "local", **changes}
            one = Subscription(UUID(int=number), **given)
            subscriptions.add(conn, one, "", NOW)
    desk._known = None
    take(house, "f.csv", firms_file(near(0, 0, NOW - timedelta(hours=2))))
    drain(house.worlds.engine)
    drained(desk)
    rows = [(one.rule, one.recipient) for one in stored(house) if one.rule in ("watched", "place")]
    assert sorted(rows) == [("place", "local"), ("watched", "local")]


def test_danger_classes_are_told_when_they_rise_and_tried_as_they_were(house, desk):
    days = [FIRST + timedelta(days=number) for number in range(19)]
    send(house, *(line("A", noon(day), t=30.0, rh=20.0) for day in days))
    house.danger.refresh(installation(house))
    drain(house.worlds.engine)
    drained(desk)
    (letter,) = stored(house)
    assert (letter.rule, letter.fields["municipality"]) == ("class", "east")
    assert SPOTS["A"][0] == 130.0
    first = letter.fields["class"]
    assert first >= 2
    send(house, line("A", noon(date(2026, 7, 20)), t=12.0, rh=95.0, rain=60.0), name="rain.csv")
    house.danger.refresh(installation(house))
    drain(house.worlds.engine)
    drained(desk)
    found = try_out(desk, desk.book.current(), house.worlds.live(), NOW - timedelta(days=1))
    assert [one.fields["class"] for one in found.letters] == [first]
    assert [one.id for one in found.letters] == [one.id for one in stored(house)]
