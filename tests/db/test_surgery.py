"""People's corrections: what each kind does, that later passes keep it, that it can be undone."""

from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest

from sylvan.domain.codes import Conflict, Forbidden, Invalid, NotFound
from sylvan.domain.detections import Satellite, Stage
from sylvan.domain.selection import Choice
from sylvan.services.log import drain
from sylvan.store import surgery as stored
from tests.db import books
from tests.db.helpers import (
    KM_LAT,
    NOW,
    ORIGIN,
    Pass,
    firms_file,
    installation,
    near,
    opened,
    operator,
    replay_world,
    seen,
    shapes,
    take,
)
from tests.db.surgery_tools import (
    block,
    codes,
    do,
    east_of,
    listed,
    names,
    only,
    own,
    pixels,
    places,
    read,
    standing,
    undo,
    version,
)

ROW = (-1.6, -0.8, 0.0, 0.8, 1.6)
"""Kilometres east: five pixels, one fire."""


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


@pytest.fixture
def fire(house):
    """One signal of five pixels in a row."""
    pixels(house, *ROW)
    return only(house)


def register(house, fire_id) -> dict:
    return house.decisions.register(operator(house), UUID(str(fire_id)), {}, None, None)


def step(house, fire_id, to: str, **facts):
    return house.decisions.change_status(operator(house), UUID(fire_id), to, facts, None, None)


def born(done) -> str:
    """The fire that a surgery made."""
    return done["fires"][1]["id"]


# Split


def test_a_split_makes_a_signal_with_a_clock_of_its_own(house, fire) -> None:
    register(house, fire["id"])
    done = do(house, "split", fire["id"], names(listed(house, fire["id"])[3:]))
    old, new = read(house, fire["id"]), read(house, born(done))
    assert (old["status"], old["n_detections"]) == ("registered", 3)
    assert (new["status"], new["n_detections"], new["number"]) == ("signal", 2, None)
    assert new["received_at"] == fire["received_at"]
    assert new["shown_at"] is None
    assert codes(old)[0] == "surgery.split.lost"
    assert codes(new)[0] == "surgery.split.from"
    assert new["reasons"][0]["params"]["fire"] == old["number"]
    assert old["area_ha"] < fire["area_ha"]


def test_later_passes_keep_a_split_and_join_the_nearer_part(house, fire) -> None:
    done = do(house, "split", fire["id"], names(listed(house, fire["id"])[3:]))
    for hours in (4, 3, 2):
        pixels(house, -0.2, 0.6, hours=hours)
    assert read(house, fire["id"])["n_detections"] == 3 + 3
    assert read(house, born(done))["n_detections"] == 2 + 3
    assert house.picture.proposals(operator(house)) == []


def test_a_better_version_of_a_split_pixel_stays_where_people_put_it(house) -> None:
    version(house, block(), Stage.NRT)
    fire = only(house)
    done = do(house, "split", fire["id"], names(listed(house, fire["id"])[6:]))
    version(house, block(), Stage.STANDARD)
    assert read(house, fire["id"])["n_detections"] == 6
    assert read(house, born(done))["n_detections"] == 3
    verdicts = [one["properties"]["verdict"] for one in listed(house, born(done))]
    assert verdicts == ["held"] * 3
    assert {one["properties"]["stage"] for one in listed(house, born(done))} == {"STANDARD"}


def test_a_pass_delivered_again_changes_nothing_of_a_split(house, fire) -> None:
    do(house, "split", fire["id"], names(listed(house, fire["id"])[3:]))
    before = shapes(house), places(house)
    pixels(house, *ROW)
    assert (shapes(house), places(house)) == before


def test_an_undone_split_is_one_fire_again_with_all_that_came_since(house, fire) -> None:
    before = shapes(house)
    done = do(house, "split", fire["id"], names(listed(house, fire["id"])[3:]))
    undo(house, done)
    assert shapes(house) == before
    again = only(house)
    assert (again["id"], again["ids_merged"]) == (fire["id"], [born(done)])
    assert codes(again)[0] == "surgery.undone.took_in"
    second = do(house, "split", fire["id"], names(listed(house, fire["id"])[3:]))
    pixels(house, 2.4, hours=1)
    undo(house, second)
    assert only(house)["n_detections"] == 6
    assert read(house, born(second))["id"] == fire["id"]


def test_a_fire_of_one_detection_cannot_be_split(house) -> None:
    pixels(house, 0.0)
    fire = only(house)
    with pytest.raises(Invalid) as caught:
        do(house, "split", fire["id"], names(listed(house, fire["id"])))
    assert caught.value.code == "surgery.nothing_left"
    assert [error.field for error in caught.value.errors] == ["detections"]
    assert only(house)["version"] == fire["version"]


def test_nothing_selected_is_refused_by_the_field(house, fire) -> None:
    for choice, field in ((east_of(140.0), "within"), (Choice(), "detections")):
        with pytest.raises(Invalid) as caught:
            do(house, "split", fire["id"], choice)
        assert [error.field for error in caught.value.errors] == [field]


def test_a_detection_of_another_fire_is_refused(house, fire) -> None:
    pixels(house, 30.0)
    other = next(one for one in standing(house) if one != fire["id"])
    with pytest.raises(Invalid) as caught:
        do(house, "split", fire["id"], names(listed(house, other)))
    assert caught.value.code == "surgery.detection_unknown"
    assert standing(house)[other]["n_detections"] == 1


def test_a_split_across_180_degrees_takes_what_lies_beyond(house) -> None:
    step_deg = 0.6 * KM_LAT / np.cos(np.radians(67.0))
    east = [(180.0 + k * step_deg + 180) % 360 - 180 for k in (-1.5, -0.5, 0.5, 1.5)]
    rows = [seen(Pass(lon, 67.0, NOW - timedelta(hours=4), across=1)) for lon in east]
    body = firms_file(np.concatenate(rows))
    house.intake.take(installation(house), "across.csv", body, "test", keep_all=True)
    fire = only(house)
    ring = [[180.0, 66], [182.0, 66], [182.0, 68], [180.0, 68], [180.0, 66]]
    within = Choice(within={"type": "Polygon", "coordinates": [ring]})
    done = do(house, "split", fire["id"], within)
    west = listed(house, born(done))
    assert [one["geometry"]["coordinates"][0] < 0 for one in west] == [True, True]
    assert read(house, fire["id"])["n_detections"] == 2


def test_a_signal_split_off_a_rejected_fire_is_in_sight_again(house, fire) -> None:
    house.decisions.reject(operator(house), UUID(fire["id"]), {"reason": "technogenic"}, None, None)
    done = do(house, "split", fire["id"], names(listed(house, fire["id"])[4:]))
    assert read(house, born(done))["status"] == "signal"
    assert read(house, fire["id"])["status"] == "rejected"


def test_a_split_whose_signal_was_registered_since_is_not_undone(house, fire) -> None:
    done = do(house, "split", fire["id"], names(listed(house, fire["id"])[3:]))
    number = register(house, born(done))
    with pytest.raises(Conflict) as caught:
        undo(house, done)
    assert caught.value.code == "surgery.decided_since"
    assert caught.value.params["status"] == "registered"
    assert read(house, born(done))["version"] == number["version"]


# Merge


@pytest.fixture
def two(house):
    """A registered fire and an elder signal, farther apart than any link."""
    pixels(house, 0.0, 0.8, hours=9)
    (elder,) = standing(house)
    pixels(house, 20.0, 20.8, 21.6, hours=8)
    (other,) = standing(house).keys() - {elder}
    register(house, other)
    return elder, other


def test_a_merge_is_taken_in_by_the_registered_fire_and_lasts(house, two) -> None:
    elder, other = two
    done = do(house, "merge", elder, UUID(other))
    assert [(one["id"], one["status"]) for one in done["fires"]] == [
        (other, "registered"),
        (elder, "merged"),
    ]
    pixels(house, 0.4, 20.4, hours=1)
    whole = only(house)
    assert (whole["id"], whole["n_detections"], whole["ids_merged"]) == (other, 7, [elder])
    assert own(house, elder)["status"] == "merged"


def test_merged_signals_stay_one_when_a_better_version_comes(house) -> None:
    """The engine would part them again: nothing links them."""
    near_, far = block(), Pass(ORIGIN[0] + 0.5, ORIGIN[1], NOW - timedelta(hours=5))
    for place in (near_, far):
        version(house, place, Stage.NRT)
    one, other = standing(house)
    do(house, "merge", one, UUID(other))
    for place in (near_, far):
        version(house, place, Stage.STANDARD)
    assert only(house)["n_detections"] == 18


def test_of_two_numbered_fires_both_numbers_are_kept(house, two) -> None:
    elder, other = two
    register(house, elder)
    numbers = {fire: read(house, fire)["number"] for fire in two}
    done = do(house, "merge", other, UUID(elder))
    assert done["fires"][0]["id"] == elder
    assert own(house, other)["number"] == numbers[other]
    whole = only(house)
    assert whole["number"] == numbers[elder]
    assert whole["reasons"][0]["params"]["fire"] == numbers[other]
    undo(house, done)
    assert {fire: read(house, fire)["number"] for fire in two} == numbers


def test_an_undone_merge_brings_back_status_detections_and_number(house, two) -> None:
    elder, other = two
    before, shapes_before = standing(house), shapes(house)
    done = do(house, "merge", elder, UUID(other))
    undo(house, done)
    assert shapes(house) == shapes_before
    after = standing(house)
    kept = ("status", "number", "received_at", "n_detections", "source_kinds", "ids_merged")
    for fire in two:
        assert {name: after[fire][name] for name in kept} == {
            name: before[fire][name] for name in kept
        }
        assert codes(after[fire])[0] == "surgery.undone.merge"


def test_what_came_after_a_merge_goes_to_the_fire_that_it_is_linked_to(house, two) -> None:
    elder, other = two
    done = do(house, "merge", elder, UUID(other))
    pixels(house, -0.8, 22.4, hours=2)
    pixels(house, -1.6, hours=1)  # linked to the absorbed one through what came before
    undo(house, done)
    assert standing(house)[elder]["n_detections"] == 2 + 2
    assert standing(house)[other]["n_detections"] == 3 + 1


def test_better_versions_after_a_merge_stay_with_their_fire(house) -> None:
    """Two fires a link apart that people joined: the younger versions are no newcomers."""
    west, east = (
        Pass(ORIGIN[0] + x * KM_LAT / np.cos(np.radians(ORIGIN[1])), ORIGIN[1], NOW - at, across=1)
        for x, at in ((0.0, timedelta(hours=6)), (1.2, timedelta(hours=5)))
    )
    for place in (west, east):
        version(house, place, Stage.NRT)
    ids = list(standing(house))
    done = do(house, "merge", ids[0], UUID(ids[1]))
    for place in (west, east):
        version(house, place, Stage.STANDARD)
    undo(house, done)
    assert {fire: one["n_detections"] for fire, one in standing(house).items()} == dict.fromkeys(
        ids, 1
    )


def test_better_versions_of_the_survivors_own_pixels_are_no_newcomers(house) -> None:
    """They are linked to the other part; still they stand for what was the survivor's before."""
    version(house, block(), Stage.NRT)
    fire = only(house)
    new = born(do(house, "split", fire["id"], names(listed(house, fire["id"])[6:])))
    done = do(house, "merge", fire["id"], UUID(new))
    for stage in (Stage.STANDARD, Stage.NRT):
        version(house, block(), stage)
    undo(house, done)
    survivor, back = (one["id"] for one in done["fires"])
    counts = {one: it["n_detections"] for one, it in standing(house).items()}
    assert counts == {fire["id"]: 6, new: 3}
    assert {survivor, back} == {fire["id"], new}


def test_a_fire_is_not_merged_with_itself_nor_into_a_rejected_one(house, two) -> None:
    elder, other = two
    with pytest.raises(Invalid) as caught:
        do(house, "merge", elder, UUID(elder))
    assert [error.field for error in caught.value.errors] == ["other"]
    house.decisions.reject(operator(house), UUID(other), {"reason": "foreign"}, None, None)
    with pytest.raises(Conflict) as refused:
        do(house, "merge", elder, UUID(other))
    assert refused.value.code == "surgery.target_ended"
    assert len(standing(house)) == 2


def test_an_accepted_proposal_is_a_merge_that_can_be_undone_and_is_asked_again(house) -> None:
    pixels(house, -0.8, hours=9)
    pixels(house, 0.8, hours=8)
    west, east = standing(house)
    register(house, west)
    pixels(house, 0.0, hours=2)
    (asked,) = house.picture.proposals(operator(house))
    house.decisions.accept(operator(house), UUID(asked["id"]), None, None)
    (told,) = house.surgeries.listed(operator(house), UUID(east))
    assert (told["kind"], told["undoable"], told["fires"]) == ("merge", True, [west, east])
    undo(house, {"surgery": told["id"]})
    assert standing(house).keys() == {west, east}
    (again,) = house.picture.proposals(operator(house))
    assert (again["id"], again["version"]) == (asked["id"], asked["version"] + 2)
    assert all(one["proposals"] == [asked["id"]] for one in standing(house).values())
    house.decisions.decline(operator(house), UUID(asked["id"]), None, None)
    pixels(house, 0.1, hours=1)
    assert standing(house).keys() == {west, east}


def test_a_merge_answers_the_open_question_and_its_undoing_asks_it_again(house) -> None:
    pixels(house, -0.8, hours=9)
    pixels(house, 0.8, hours=8)
    west, east = standing(house)
    register(house, west)
    pixels(house, 0.0, hours=2)
    done = do(house, "merge", east, UUID(west))
    assert house.picture.proposals(operator(house)) == []
    assert only(house)["proposals"] == []
    undo(house, done)
    assert len(house.picture.proposals(operator(house))) == 1


# Move


def test_moved_detections_count_for_the_other_fire_from_then_on(house, two) -> None:
    elder, other = two
    before = shapes(house)
    done = do(house, "move", other, UUID(elder), names(listed(house, other)[:1]))
    after = standing(house)
    assert (after[elder]["n_detections"], after[other]["n_detections"]) == (3, 2)
    assert codes(after[elder])[0] == "surgery.move.in"
    assert codes(after[other])[0] == "surgery.move.out"
    pixels(house, 19.6, hours=1)  # beside the moved one: it joins the fire that has it now
    assert standing(house)[elder]["n_detections"] == 4
    pixels(house, 20.8, hours=0.5)
    assert len(standing(house)) == 2
    undo(house, done)
    assert {one["n_detections"] for one in standing(house).values()} == {3, 4}
    assert before != shapes(house)


def test_a_move_that_empties_a_fire_merges_it_and_can_be_undone(house, two) -> None:
    elder, other = two
    before, was = shapes(house), places(house)
    done = do(house, "move", elder, UUID(other), names(listed(house, elder)))
    whole = only(house)
    assert (whole["id"], whole["n_detections"]) == (other, 5)
    assert codes(whole)[0] == "surgery.move.took_in"
    assert own(house, elder)["status"] == "merged"
    undo(house, done)
    assert (shapes(house), places(house)) == (before, was)


def test_an_undone_move_takes_better_versions_back_too(house) -> None:
    version(house, block(), Stage.NRT)
    pixels(house, 20.0, hours=5)
    one, other = standing(house)
    done = do(house, "move", one, UUID(other), names(listed(house, one)[:2]))
    version(house, block(), Stage.STANDARD)
    assert standing(house)[other]["n_detections"] == 3
    undo(house, done)
    assert {fire: it["n_detections"] for fire, it in standing(house).items()} == {one: 9, other: 1}


# Un-match


def test_unmatched_detections_are_signals_of_their_own_kept_apart(house, fire) -> None:
    row = listed(house, fire["id"])
    done = do(house, "unmatch", fire["id"], names([row[0], row[4]]))
    assert len(done["fires"]) == 3
    pixels(house, -1.2, 1.2, hours=1)
    assert len(standing(house)) == 3
    assert read(house, fire["id"])["n_detections"] + 4 == 5 + 2
    undo(house, done)
    assert only(house)["n_detections"] == 7


def test_an_unmatched_report_waits_again_and_says_nothing_for_the_fire(house, fire) -> None:
    desk = operator(house)
    told = {"place": {"method": "coordinates", "point": list(ORIGIN)}, "seen": "flame"}
    report = house.reports.submit(desk, {**told, "source_kind": "tower"}, None)
    house.reports.attach(desk, UUID(report["id"]), UUID(fire["id"]), None, None)
    likely = only(house)["likelihood"]
    done = do(house, "unmatch_report", fire["id"], UUID(report["id"]), note="с другого берега")
    after = only(house)
    assert after["source_kinds"] == ["satellite"]
    assert after["likelihood"] < likely
    assert codes(after)[0] == "surgery.unmatch.report"
    waiting = house.reports.get(desk, UUID(report["id"]))
    assert (waiting["status"], waiting["fire_id"]) == ("queued", None)
    undo(house, done)
    assert only(house)["likelihood"] == likely
    assert house.reports.get(desk, UUID(report["id"]))["fire_id"] == fire["id"]


def test_a_report_that_went_on_since_is_not_taken_back(house, fire) -> None:
    desk = operator(house)
    told = {"place": {"method": "coordinates", "point": list(ORIGIN)}, "seen": "flame"}
    report = house.reports.submit(desk, told, None)
    house.reports.attach(desk, UUID(report["id"]), UUID(fire["id"]), None, None)
    done = do(house, "unmatch_report", fire["id"], UUID(report["id"]))
    house.reports.reject(desk, UUID(report["id"]), {"reason": "not_found"}, None, None)
    with pytest.raises(Conflict) as caught:
        undo(house, done)
    assert caught.value.code == "surgery.report_went_on"


def test_a_fire_that_people_reported_stands_without_detections(house) -> None:
    desk = operator(house)
    told = {"place": {"method": "coordinates", "point": list(ORIGIN)}, "seen": "flame"}
    report = house.reports.submit(desk, told, None)
    house.reports.promote(desk, UUID(report["id"]), None, None)
    fire = only(house)
    pixels(house, 20.0, hours=1)
    other = next(one for one in standing(house) if one != fire["id"])
    do(house, "move", other, UUID(fire["id"]), names(listed(house, other)))
    assert only(house)["n_detections"] == 1
    (mine,) = listed(house, fire["id"])
    do(house, "mark_false", fire["id"], names([mine]))
    left = only(house)
    assert (left["status"], left["n_detections"]) == ("signal", 0)
    assert "surgery.false.kept" in codes(left)


# False


def test_a_false_detection_stays_stored_and_counts_for_nothing(house, fire) -> None:
    everything = listed(house, fire["id"])
    do(house, "mark_false", fire["id"], names(everything[4:]))
    after = only(house)
    assert after["n_detections"] == 4
    assert after["area_ha"] < fire["area_ha"]
    assert after["bbox"][2] < fire["bbox"][2]
    assert [one["properties"]["verdict"] for one in listed(house, fire["id"])] == [None] * 4 + [
        "false"
    ]
    assert len(read(house, fire["id"])["ignitions"]) == 1


def test_a_false_detection_links_nothing(house, fire) -> None:
    row = listed(house, fire["id"])
    do(house, "mark_false", fire["id"], names(row[4:]))
    pixels(house, 2.4, hours=1)  # a link from the false one, two from the next
    assert sorted(one["n_detections"] for one in standing(house).values()) == [1, 4]


def test_a_false_pixel_stays_false_in_its_better_version_and_delivered_again(house) -> None:
    version(house, block(), Stage.NRT)
    fire = only(house)
    do(house, "mark_false", fire["id"], names(listed(house, fire["id"])[:2]))
    for stage in (Stage.STANDARD, Stage.NRT, Stage.STANDARD):
        version(house, block(), stage)
        assert only(house)["n_detections"] == 7
    marked = [one for one in listed(house, fire["id"]) if one["properties"]["verdict"] == "false"]
    assert {one["properties"]["stage"] for one in marked} == {"STANDARD"}
    with house.worlds.engine.connect() as conn:
        told = stored.false_detections(conn, operator(house))
        none = stored.false_detections(conn, operator(house), NOW + timedelta(days=1))
    assert sorted(map(str, told["key"].tolist())) == sorted(one["id"] for one in marked)
    assert len(none) == 0


@pytest.mark.parametrize(("marked", "counted"), [(1, 1), (2, 0)])
def test_a_version_that_stands_for_two_pixels_is_false_only_if_both_were(
    house, marked, counted
) -> None:
    """Two earlier versions three hundred metres apart, a better one between them."""
    at = NOW - timedelta(hours=6)
    for stage, east in ((Stage.URT, -0.15), (Stage.NRT, 0.15)):
        take(house, f"{stage}.csv", firms_file(near(east, 0.0, at), stage))
    fire = only(house)
    assert fire["n_detections"] == 2
    do(house, "mark_false", fire["id"], names(listed(house, fire["id"])[:marked]))
    take(house, "standard.csv", firms_file(near(0.0, 0.0, at), Stage.STANDARD))
    assert only(house)["n_detections"] == counted
    assert len(listed(house, fire["id"])) == 1


def test_a_fire_of_false_detections_alone_is_rejected_and_comes_back_as_it_was(house, fire) -> None:
    register(house, fire["id"])
    before, shapes_before = read(house, fire["id"]), shapes(house)
    done = do(house, "mark_false", fire["id"], names(listed(house, fire["id"])), note="блик")
    gone = only(house)
    assert (gone["status"], gone["n_detections"], gone["area_ha"]) == ("rejected", 0, 0.0)
    assert gone["details"]["rejected"]["reject_reason"] == "not_found"
    assert gone["point"] == before["point"]
    assert codes(gone)[:2] == ["surgery.false.marked", "surgery.false.rejected"]
    undo(house, done)
    again = only(house)
    assert (again["status"], again["number"]) == ("registered", before["number"])
    assert again["closed_at"] is None
    assert shapes(house) == shapes_before


def test_a_fire_that_is_being_fought_is_not_rejected_for_its_pixels(house, fire) -> None:
    register(house, fire["id"])
    step(house, fire["id"], "fighting", commander="Иванов")
    do(house, "mark_false", fire["id"], names(listed(house, fire["id"])))
    assert (only(house)["status"], only(house)["n_detections"]) == ("fighting", 0)


def test_what_is_false_already_is_not_marked_moved_or_split_again(house, fire) -> None:
    row = listed(house, fire["id"])
    do(house, "mark_false", fire["id"], names(row[:1]))
    for kind in ("mark_false", "split", "unmatch"):
        with pytest.raises(Invalid) as caught:
            do(house, kind, fire["id"], names(row[:2]))
        assert caught.value.code == "surgery.detection_false"
    done = do(house, "split", fire["id"], east_of(ORIGIN[0] - 0.005))
    assert {one["properties"]["verdict"] for one in listed(house, born(done))} == {"held"}


def test_a_new_pixel_beside_a_wholly_false_fire_is_a_signal(house) -> None:
    pixels(house, 0.0)
    fire = only(house)
    do(house, "mark_false", fire["id"], names(listed(house, fire["id"])))
    pixels(house, 0.3, hours=1)
    assert sorted(one["status"] for one in standing(house).values()) == ["rejected", "signal"]


# Undo, order, repeats


def test_a_surgery_undone_twice_is_told_who_did_it_and_when(house, fire) -> None:
    done = do(house, "mark_false", fire["id"], names(listed(house, fire["id"])[:1]))
    at = house.intake.clock.advance(minutes=3)
    undo(house, done, key="tap")
    assert undo(house, done, key="tap") == undo(house, done, key="tap")
    house.intake.clock.advance(minutes=3)
    version_before = only(house)["version"]
    with pytest.raises(Conflict) as caught:
        undo(house, done, version=1)
    assert caught.value.code == "surgery.already_undone"
    assert dict(caught.value.params) == {"by": "local", "at": at.isoformat()}
    assert only(house)["version"] == version_before
    assert codes(only(house))[0] == "surgery.undone.false"


def test_the_newest_of_several_surgeries_is_undone_first(house, fire) -> None:
    first = do(house, "split", fire["id"], names(listed(house, fire["id"])[3:]))
    second = do(house, "mark_false", born(first), names(listed(house, born(first))[1:]))
    third = do(house, "merge", fire["id"], UUID(born(first)))
    before = shapes(house)
    for blocked in (first, second):
        with pytest.raises(Conflict) as caught:
            undo(house, blocked)
        assert caught.value.code == "surgery.later_first"
        assert caught.value.params["surgery"] == third["surgery"]
    assert shapes(house) == before
    told = {one["id"]: one for one in house.surgeries.listed(operator(house), UUID(fire["id"]))}
    assert [told[one["surgery"]]["undoable"] for one in (first, second, third)] == [
        False,
        False,
        True,
    ]
    for done in (third, second, first):
        undo(house, done)
    whole = only(house)
    assert (whole["n_detections"], whole["area_ha"]) == (5, fire["area_ha"])


def test_after_undoing_the_engine_decides_about_signals_again(house, fire) -> None:
    done = do(house, "split", fire["id"], names(listed(house, fire["id"])[3:]))
    undo(house, done)
    pixels(house, 3.2, hours=3)
    pixels(house, 2.4, hours=2)  # a bridge between two candidates: merged by the engine
    assert only(house)["n_detections"] == 7


def test_a_surgery_done_again_after_undoing_is_a_surgery_of_its_own(house, fire) -> None:
    choice = names(listed(house, fire["id"])[3:])
    first = do(house, "split", fire["id"], choice)
    undo(house, first)
    second = do(house, "split", fire["id"], choice)
    assert second["surgery"] != first["surgery"]
    assert born(second) != born(first)
    assert sorted(one["n_detections"] for one in standing(house).values()) == [2, 3]
    undo(house, second)
    assert only(house)["n_detections"] == 5


def test_each_surgery_is_audited_logged_and_listed(house, fire) -> None:
    done = do(house, "split", fire["id"], names(listed(house, fire["id"])[3:]), note="за рекой")
    undo(house, done, note="ошибся")
    drain(house.worlds.engine)
    log = house.fires.log(operator(house), UUID(fire["id"]), 50)
    told = {reason["code"] for entry in log for reason in entry["body"]["reasons"]}
    assert {"surgery.split.lost", "surgery.split.from", "surgery.undone.took_in"} <= told
    (line,) = house.surgeries.listed(operator(house), UUID(fire["id"]))
    assert (line["note"], line["actor"], line["undone_by"]) == ("за рекой", "local", "local")
    assert (line["undoable"], line["why_not"]["code"]) == (False, "surgery.already_undone")


def test_the_same_key_does_a_surgery_once(house, fire) -> None:
    choice = names(listed(house, fire["id"])[3:])
    first = do(house, "split", fire["id"], choice, version=fire["version"], key="tap")
    assert do(house, "split", fire["id"], choice, version=fire["version"], key="tap") == first
    with pytest.raises(Conflict) as caught:
        do(house, "mark_false", fire["id"], choice, key="tap")
    assert caught.value.code == "problem.idempotency_mismatch"
    assert len(standing(house)) == 2


def test_a_refused_surgery_leaves_nothing_behind(house, fire) -> None:
    before = shapes(house), places(house), books.count(house.worlds.engine, "outbox")
    with pytest.raises(Conflict):
        do(house, "split", fire["id"], names(listed(house, fire["id"])[3:]), version=99)
    with pytest.raises(NotFound):
        do(house, "merge", fire["id"], UUID(int=7))
    with pytest.raises(NotFound):
        undo(house, {"surgery": UUID(int=7)})
    after = shapes(house), places(house), books.count(house.worlds.engine, "outbox")
    assert after == before
    assert books.count(house.worlds.engine, "detection_verdict") == 0


def test_the_engine_does_no_surgery(house, fire) -> None:
    with pytest.raises(Forbidden):
        do(
            house,
            "split",
            fire["id"],
            names(listed(house, fire["id"])[3:]),
            actor=installation(house),
        )


def test_surgeries_of_one_world_are_nothing_in_another(house) -> None:
    replay_world(house, "drill")
    for world in ("live", "drill"):
        pixels(house, *ROW, world=world)
    fires = {world: only(house, world) for world in ("live", "drill")}
    before = places(house, "drill")
    done = do(
        house, "mark_false", fires["live"]["id"], names(listed(house, fires["live"]["id"])[:2])
    )
    assert places(house, "drill") == before
    assert only(house, "drill")["version"] == fires["drill"]["version"]
    pixels(house, 2.4, world="drill", hours=2)
    assert only(house, "drill")["n_detections"] == 6
    with pytest.raises(NotFound):
        undo(house, done, world="drill")
    with pytest.raises(NotFound):
        do(house, "merge", fires["live"]["id"], UUID(fires["drill"]["id"]))


# A rejection taken back


def test_a_rejection_taken_back_is_a_signal_with_its_reason(house, fire) -> None:
    desk, fire_id = operator(house), UUID(fire["id"])
    house.decisions.reject(desk, fire_id, {"reason": "technogenic"}, None, None)
    assert codes(only(house))[0] == "fire.rejected_as"
    at = house.intake.clock.advance(minutes=1)
    step(house, fire["id"], "signal", reopen_reason="Дым подтвердила вышка")
    again = only(house)
    assert (again["status"], again["closed_at"]) == ("signal", None)
    assert again["reasons"][0]["params"]["reason"] == "Дым подтвердила вышка"
    with pytest.raises(Conflict) as caught:
        step(house, fire["id"], "signal", reopen_reason="ещё раз")
    assert (caught.value.code, caught.value.params["at"]) == ("fire.already", at.isoformat())
    pixels(house, 2.4, hours=1)
    assert only(house)["n_detections"] == 6


def test_satellites_that_disagree_about_a_moved_pixel_follow_the_people(house, two) -> None:
    """A pixel of another satellite beside a moved one joins the fire that it was moved to."""
    elder, other = two
    do(house, "move", other, UUID(elder), names(listed(house, other)[:1]))
    house.intake.clock.advance(minutes=1)
    lon = ORIGIN[0] + 19.9 * KM_LAT / np.cos(np.radians(ORIGIN[1]))
    rows = seen(Pass(lon, ORIGIN[1], NOW - timedelta(hours=1), Satellite.SNPP, 1))
    take(house, "snpp.csv", firms_file(rows))
    assert standing(house)[elder]["n_detections"] == 4
