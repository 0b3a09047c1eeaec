"""Presence is told to those who may know, for seconds, and warns of two in one field."""

import asyncio
import json
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry

from sylvan.domain.actors import OPERATOR, Actor, Level
from sylvan.live import presence_wire
from sylvan.live.frames import Said
from sylvan.live.hub import Beside, Hub
from sylvan.live.metrics import Metrics
from sylvan.live.presence import Note, Person, Presence
from sylvan.services import rights
from sylvan.services.presence import Spot
from tests.live_doors import LocalDoor

from .live_tools import LIVE, SMALL, Screen, never, play, until

ROLES = rights.load().rights
PLACE, SPOT = (1, "f-1"), Spot(("14", "14-1"), (129.7, 62.0))
ANNA, BORIS = Person("a", "Anna", "dispatcher"), Person("b", "Boris", "chief")


def note(person, doing="looking", field=None, until=10.0, place=PLACE):
    return Note(place, SPOT, person, Said(place[1], doing, field), until)


def test_two_people_in_one_field_are_a_conflict_and_two_screens_of_one_are_not():
    here = Presence(20)
    here.put("s1", note(ANNA, "typing", "note"))
    here.put("s2", note(ANNA, "typing", "note"))
    assert here.told(PLACE)[1] == []
    here.put("s3", note(BORIS, "typing", "note"))
    people, conflicts = here.told(PLACE)
    assert [one["name"] for one in people] == ["Anna", "Boris"]
    assert conflicts == ["note"]
    here.put("s3", note(BORIS, "typing", "reason"))
    assert here.told(PLACE)[1] == []


def test_of_several_screens_of_one_person_the_one_that_types_counts():
    here = Presence(20)
    here.put("s1", note(ANNA, "typing", "note", until=5))
    here.put("s2", note(ANNA, until=9))
    (shown,) = here.told(PLACE)[0]
    assert (shown["doing"], shown["field"]) == ("typing", "note")


def test_the_same_said_again_is_no_change_and_silence_ends_it():
    here = Presence(20)
    here.put("s1", note(ANNA, until=10))
    assert here.changes() == [(PLACE, SPOT)]
    here.put("s1", note(ANNA, until=20))
    assert here.changes() == []
    here.expire(15)
    assert here.changes() == []
    here.expire(20)
    assert here.changes() == [(PLACE, SPOT)]
    assert here.told(PLACE) == ([], [])
    assert len(here) == 0


def test_who_goes_to_another_fire_has_left_the_first():
    here = Presence(20)
    here.put("s1", note(ANNA))
    here.put("s1", note(ANNA, place=(1, "f-2")))
    assert [place for place, _ in here.changes()] == [PLACE, (1, "f-2")]
    assert [place for place, _ in here.places()] == [(1, "f-2")]


def test_a_crowd_is_told_up_to_a_bound():
    here = Presence(3)
    for n in range(30):
        here.put(f"s{n}", note(Person(f"{n:02}", f"P{n:02}", "chief")))
    assert [one["name"] for one in here.told(PLACE)[0]] == ["P00", "P01", "P02"]


def test_messages_between_gateways_stay_below_the_bound_and_come_back_whole():
    told = {
        f"s{n}": presence_wire.noted(f"s{n}", note(Person(f"{n}", "Имя" * 60, "chief")))
        for n in range(60)
    }
    told["gone"] = {"screen": "gone"}
    messages = presence_wire.pack("g1", told, 7_900)
    assert len(messages) > 1
    assert all(len(message.encode()) <= 7_900 for message in messages)
    heard = [one for text in messages for one in presence_wire.unpack(text, "g2", 7.0)]
    assert [one.screen for one in heard] == list(told)
    assert heard[0].note.spot == SPOT
    assert heard[0].note.until == 7.0
    assert heard[-1].note is None
    assert [one for text in messages for one in presence_wire.unpack(text, "g1", 7.0)] == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"gateway":"x","screens":[{}]}', "nonsense"])
def test_a_broken_message_is_left_aside(text):
    assert list(presence_wire.unpack(text, "g", 1.0)) == []


class Bus:
    """What gateways tell each other, in this process."""

    def __init__(self, *others):
        self.spots = {"f-1": SPOT, "f-2": Spot(("14", "14-2"), None)}
        self.asked, self.told = [], []
        self.ears = []

    def spot(self, world, fire):
        self.asked.append(fire)
        return self.spots.get(fire)

    def tell(self, messages):
        self.told += messages
        for loop, ear in self.ears:
            for message in messages:
                loop.call_soon_threadsafe(ear.put_nowait, message)

    async def heard(self):
        ear = asyncio.Queue()
        self.ears.append((asyncio.get_running_loop(), ear))
        while True:
            yield await ear.get()


def actor(name, role="dispatcher", *territories):
    return Actor(name, name, Level.REGION, territories or ("*",), LIVE, role)


def people(screen):
    told = screen.last("presence")
    return [one["name"] for one in told["people"]] if told else None


def say(screen, fire="f-1", doing="looking", field=None):
    hub = screen.hub
    hub.hear(screen.client, Said(fire, doing, field), asyncio.get_running_loop().time())


def at_the_newest(*screens):
    return all(screen.client.stage.name == "LIVE" for screen in screens)


def test_presence_reaches_who_may_see_the_fire_and_people_and_nobody_else():
    async def scene(hub, log):
        anna, near = Screen(hub, actor("anna")), Screen(hub, actor("near", "official", "14-1"))
        far, viewer = Screen(hub, actor("far", "field", "14-2")), Screen(hub, actor("v", "viewer"))
        elsewhere = Screen(hub, actor("x"))
        for screen in (anna, near, far, viewer):
            screen.resume(0)
        elsewhere.resume(0, {"fires": ["f-9"]})
        await until(lambda: at_the_newest(anna, near, far, viewer, elsewhere))
        say(anna), say(far), say(viewer)
        await until(lambda: people(near))
        assert people(anna) == people(near) == ["anna"]
        await never(lambda: people(far) or people(viewer) or people(elsewhere))
        assert viewer.frames[0]["you"] is None
        assert anna.frames[0]["you"]["who"] == near.last("presence")["people"][0]["who"]
        assert "anna" not in anna.frames[0]["you"]["who"]

    play(scene, beside=Beside(ROLES, None, Bus()))


def test_who_comes_later_is_told_at_once_and_a_closed_screen_is_gone_at_once():
    async def scene(hub, log):
        anna, boris = Screen(hub, actor("anna")).resume(0), Screen(hub, actor("boris"))
        await until(lambda: at_the_newest(anna))
        say(anna)
        await until(lambda: people(anna))
        boris.resume(0)
        await until(lambda: people(boris) == ["anna"])
        anna.abort()
        await until(lambda: people(boris) == [])

    play(scene, beside=Beside(ROLES, None, Bus()))


def test_silence_ends_presence():
    async def scene(hub, log):
        anna = Screen(hub, actor("anna")).resume(0)
        await until(lambda: at_the_newest(anna))
        say(anna)
        await until(lambda: people(anna) == ["anna"])
        await until(lambda: people(anna) == [])

    play(scene, limits=replace(SMALL, presence_s=0.2), beside=Beside(ROLES, None, Bus()))


def test_a_flood_of_words_is_told_once_a_tick_and_asks_for_the_place_once():
    bus = Bus()

    async def scene(hub, log):
        anna = Screen(hub, actor("anna")).resume(0)
        await until(lambda: at_the_newest(anna))
        for n in range(500):
            say(anna, doing="typing", field=f"field{n}")
        await until(lambda: people(anna))
        assert len(anna.frames_of("presence")) == 1
        assert anna.last("presence")["people"][0]["field"] == "field499"
        await until(lambda: bus.told)
        assert bus.asked == ["f-1"]
        assert len(bus.told) == 1

    play(scene, limits=replace(SMALL, skip_s=0.1), beside=Beside(ROLES, None, bus))


def test_a_fire_that_is_not_there_is_never_told_of():
    async def scene(hub, log):
        anna = Screen(hub, actor("anna")).resume(0)
        await until(lambda: at_the_newest(anna))
        say(anna, "no-such-fire")
        await never(lambda: people(anna))

    play(scene, beside=Beside(ROLES, None, Bus()))


def test_two_gateways_of_one_database_tell_each_other():
    bus = Bus()

    async def scene(hub, log):
        anna = Screen(hub, actor("anna")).resume(0)

        async def other(second, _):
            boris = Screen(second, actor("boris")).resume(0)
            await until(lambda: at_the_newest(anna, boris) and len(bus.ears) == 2)
            say(anna, doing="typing", field="note")
            await until(lambda: people(boris) == ["anna"])
            say(boris, doing="typing", field="note")
            await until(lambda: people(anna) == people(boris) == ["anna", "boris"])
            assert anna.last("presence")["conflicts"] == boris.last("presence")["conflicts"]
            assert anna.last("presence")["conflicts"] == ["note"]
            say(anna, None)
            await until(lambda: people(boris) == ["boris"])

        await until(lambda: hub.ready)
        await beside_it(other, log, bus)

    play(scene, beside=Beside(ROLES, None, bus))


async def beside_it(scene, log, bus):
    metrics = Metrics(CollectorRegistry())
    door, beside = LocalDoor(lambda _: LIVE), Beside(ROLES, None, bus)
    second = Hub(log, door, limits=SMALL, metrics=metrics, beside=beside)
    async with second.running():
        await until(lambda: second.ready)
        await scene(second, log)


def test_the_local_operator_is_somebody_too():
    async def scene(hub, log):
        screen = Screen(hub, actor("local", OPERATOR)).resume(0)
        await until(lambda: at_the_newest(screen))
        say(screen)
        await until(lambda: people(screen) == ["local"])
        assert json.dumps(screen.last("presence"))

    play(scene, beside=Beside(presence=Bus()))
