"""A shift at the desk: one signal, one officer; a journal that misses nothing; two signatures."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from sylvan.domain.codes import Conflict, Invalid, NotFound
from sylvan.domain.duty import LEASE, LONGEST_PUT_OFF, Kind
from sylvan.services.duty import Thing
from sylvan.services.log import drain
from tests.db import books
from tests.db.helpers import opened, operator
from tests.db.surgery_tools import pixels, standing


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url) as made:
        yield made
        drain(made.worlds.engine)
        assert books.faults(made.worlds.engine) == {}


@pytest.fixture
def signals(house):
    """Three signals far from each other."""
    for east in (0.0, 60.0, 120.0):
        pixels(house, east, east + 0.8)
    return [Thing(Kind.FIRE, UUID(one)) for one in sorted(standing(house))]


def officer(house, name):
    return replace(operator(house), subject=name, name=name.title(), role="dispatcher")


def holders(house):
    return {one["id"]: one["taken_by"] for one in house.duty.standing(operator(house))}


def test_one_signal_is_one_officers_and_the_others_are_told_whose(house, signals):
    house.duty.take(officer(house, "anna"), signals[:1])
    told = house.duty.take(officer(house, "boris"), signals)
    assert [one["problem"] and one["problem"]["code"] for one in told] == [
        "problem.taken",
        None,
        None,
    ]
    assert told[0]["problem"]["params"]["by"] == "Anna"
    assert [holders(house)[str(one.id)] for one in signals] == ["anna", "boris", "boris"]


def test_of_many_who_reach_for_one_signal_at_once_one_has_it(house, signals):
    names = [f"officer-{n}" for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        asked = pool.map(lambda name: house.duty.take(officer(house, name), signals[:1]), names)
        won = [name for name, (told,) in zip(names, asked, strict=True) if not told["problem"]]
    assert won == [holders(house)[str(signals[0].id)]]


def test_who_falls_silent_loses_it_and_who_touches_it_keeps_it(house, signals):
    anna, boris = officer(house, "anna"), officer(house, "boris")
    house.duty.take(anna, signals[:2])
    house.intake.clock.now += LEASE * 0.75
    house.duty.take(anna, signals[:1])
    house.intake.clock.now += LEASE * 0.75
    told = house.duty.take(boris, signals[:2])
    assert [bool(one["problem"]) for one in told] == [True, False]


def test_a_signal_is_taken_over_only_when_that_is_said(house, signals):
    anna, boris = officer(house, "anna"), officer(house, "boris")
    house.duty.take(anna, signals[:1])
    (told,) = house.duty.take(boris, signals[:1], over=True)
    assert told["care"]["taken_by"] == "boris"
    (lost,) = house.duty.free(anna, signals[:1])
    assert lost["problem"]["code"] == "problem.taken"


def test_a_signal_is_given_to_a_colleague_who_is_known_here(house, signals):
    anna = officer(house, "anna")
    house.duty.take(officer(house, "boris"), signals[2:])
    house.duty.hand(anna, signals[:1], "boris")
    assert holders(house)[str(signals[0].id)] == "boris"
    with pytest.raises(Invalid, match="officer_unknown"):
        house.duty.hand(anna, signals[1:2], "nobody")


def test_what_is_put_off_comes_back_by_itself_and_is_nobodys_meanwhile(house, signals):
    anna = officer(house, "anna")
    until = house.intake.clock.now + timedelta(hours=2)
    house.duty.take(anna, signals[:1])
    (told,) = house.duty.put_off(anna, signals[:1], until, "следующий пролёт")
    assert (told["care"]["taken_by"], told["care"]["note"]) == ("", "следующий пролёт")
    assert [one["id"] for one in house.duty.standing(anna)] == [str(signals[0].id)]
    house.intake.clock.now = until + timedelta(seconds=1)
    assert house.duty.standing(anna) == []


@pytest.mark.parametrize("hours", [-1.0, 0.0, LONGEST_PUT_OFF / timedelta(hours=1) + 0.1])
def test_nothing_is_put_off_into_the_past_or_beyond_the_shift(house, signals, hours):
    until = house.intake.clock.now + timedelta(hours=hours)
    with pytest.raises(Invalid, match="put_off_until"):
        house.duty.put_off(operator(house), signals[:1], until, "")
    assert house.duty.standing(operator(house)) == []


def test_a_decided_signal_is_not_waiting_any_more(house, signals):
    house.decisions.register(operator(house), signals[0].id, {}, None, None)
    told = house.duty.take(operator(house), [signals[0], Thing(Kind.REPORT, uuid4()), signals[1]])
    assert [one["problem"] and one["problem"]["code"] for one in told] == [
        "problem.signal_over",
        "problem.signal_over",
        None,
    ]


def test_others_territories_are_not_taken(house, signals):
    stranger = replace(officer(house, "anna"), territories=("elsewhere",))
    told = house.duty.take(stranger, signals)
    assert {one["problem"]["code"] for one in told} == {"problem.signal_over"}
    assert house.duty.standing(operator(house)) == []


def pages(house, limit):
    """The journal, page by page."""
    lines, before = [], None
    while page := house.journal.page(operator(house), before, limit):
        lines += [line for _, line in page]
        before = page[-1][0]
    return lines


def test_the_journal_holds_deeds_and_notes_in_their_order_whatever_the_page(house, signals):
    clock = house.intake.clock
    for n, thing in enumerate(signals):
        clock.advance(minutes=1)
        house.decisions.register(operator(house), thing.id, {}, None, None)
        house.journal.write(operator(house), f"строка {n}", thing.id if n else None, None)
    whole = pages(house, 500)
    assert [line["text"] for line in whole if line["written"]] == [
        "строка 2",
        "строка 1",
        "строка 0",
    ]
    deeds = [line["action"] for line in whole if not line["written"]]
    assert deeds.count("fire.registered") == len(signals)
    assert [line["at"] for line in whole] == sorted((line["at"] for line in whole), reverse=True)
    for limit in (1, 2, 3):
        assert pages(house, limit) == whole


def test_a_line_is_written_once_for_one_key_and_not_about_strangers_fires(house, signals):
    first = house.journal.write(operator(house), "раз", signals[0].id, "key-1")
    assert house.journal.write(operator(house), "раз", signals[0].id, "key-1") == first
    stranger = replace(officer(house, "anna"), territories=("elsewhere",))
    with pytest.raises(NotFound):
        house.journal.write(stranger, "чужое", signals[0].id, None)
    assert [line["text"] for line in pages(house, 50) if line["written"]] == ["раз"]


def test_a_shift_is_signed_by_the_one_who_comes_and_keeps_what_was_open_then(house, signals):
    anna, boris = officer(house, "anna"), officer(house, "boris")
    house.decisions.register(anna, signals[0].id, {}, None, None)
    sheet = house.shifts.offer(anna, "Ми-8 вернётся к 20:00")
    assert [one["id"] for one in sheet["items"]["fires"]] == [str(signals[0].id)]
    assert len(sheet["items"]["signals"]) == len(signals) - 1
    with pytest.raises(Conflict, match="hand_over_self"):
        house.shifts.sign(anna, UUID(sheet["id"]), "", 1)
    house.decisions.register(boris, signals[1].id, {}, None, None)
    done = house.shifts.sign(boris, UUID(sheet["id"]), "Принял", 1)
    assert (done["state"], done["taken_by"], done["items"]) == ("signed", "boris", sheet["items"])
    with pytest.raises(Conflict, match="hand_over_over"):
        house.shifts.sign(officer(house, "vera"), UUID(sheet["id"]), "", None)


def test_a_second_sheet_takes_the_first_back_and_only_its_giver_withdraws_it(house, signals):
    anna, boris = officer(house, "anna"), officer(house, "boris")
    first = house.shifts.offer(anna, "")
    second = house.shifts.offer(anna, "ещё раз")
    states = {one["id"]: one["state"] for one in house.shifts.listed(anna)}
    assert states == {first["id"]: "withdrawn", second["id"]: "offered"}
    with pytest.raises(Conflict, match="hand_over_other"):
        house.shifts.withdraw(boris, UUID(second["id"]), 1)
    assert house.shifts.withdraw(anna, UUID(second["id"]), 1)["state"] == "withdrawn"
