"""Each hears what the role and the reach allow, in frames that are made once for all who may."""

from dataclasses import replace
from datetime import timedelta

import pytest
from websockets.datastructures import Headers

from sylvan.domain.actors import NEAR, RIM, Actor, Level
from sylvan.live import frames
from sylvan.live.door import GuardedDoor, Guest, LiveRequest, Refused
from sylvan.live.hub import Beside
from sylvan.live.memory import MemoryEvent
from sylvan.live.pages import Entry
from sylvan.live.sight import sight_of
from sylvan.services import rights
from sylvan.services.doors import Credentials, Identity, Unauthenticated
from sylvan.web import cookies

from .live_tools import LIVE, NOW, SMALL, Screen, decoded, play, until

ROLES = rights.load().rights
COOKIES = (cookies.SESSION, cookies.PLAIN_SESSION)
FIRE = {
    "status": "registered",
    "details": {"leader": "Ivanov"},
    "reports": [{"text": "smoke behind our house"}],
}


def actor(role, *territories, level=Level.REGION):
    return Actor(f"{role}-1", f"{role} one", level, territories or ("*",), LIVE, role)


def entry(kind="fire.changed", territories=("14",), body=FIRE, seq=1):
    row = MemoryEvent(seq, 1, kind, "f-1", None, territories, "ivanov", body)
    return Entry.of(row, "6f1f3c52-3f0e-4c55-9a6e-8b7d0c2e4f10")


def seen(one, role):
    (frame,) = decoded(one.seen(sight_of(actor(role), ROLES).view))
    return frame


def test_a_viewer_gets_the_fire_without_crews_and_without_who_did_it():
    frame = seen(entry(), "viewer")
    assert frame["body"] == {**FIRE, "details": {}}
    assert frame["actor"] is None
    assert frame["seq"] == 1


def test_a_dispatcher_gets_the_very_bytes_that_were_made_first():
    one = entry()
    assert one.seen(sight_of(actor("dispatcher"), ROLES).view) is one.frame


def test_one_frame_is_made_for_all_roles_that_are_kept_from_the_same_fields(monkeypatch):
    made = []
    veiled = frames.veiled
    monkeypatch.setattr(frames, "veiled", lambda *args: made.append(1) or veiled(*args))
    one = entry()
    for role in ("viewer", "neighbour", "partner", "viewer"):
        assert seen(one, role)["actor"] is None
    assert len(made) == 1


def test_what_a_caller_said_reaches_dispatchers_alone():
    told = {"text": "smoke", "has_photo": True, "status": "new"}
    one = entry("report.changed", body=told)
    assert seen(one, "dispatcher")["body"] == told
    assert seen(one, "official")["body"] == {"text": None, "has_photo": None, "status": "new"}


@pytest.mark.parametrize(
    ("role", "kind", "hears"),
    [
        ("viewer", "fire.changed", True),
        ("viewer", "order.changed", False),
        ("viewer", "later.invented", False),
        ("field", "order.changed", True),
        ("field", "report.changed", False),
        ("dispatcher", "later.invented", True),
        ("public", "fire.changed", False),
        ("nobody-knows", "fire.changed", False),
    ],
)
def test_kinds_reach_the_roles_that_name_them(role, kind, hears):
    assert sight_of(actor(role), ROLES).may_see(kind, ("14",)) is hears


def test_reach_decides_where_and_neighbours_see_the_rim():
    district = sight_of(actor("dispatcher", "14-1", level=Level.DISTRICT), ROLES)
    assert district.may_see("fire.changed", ("14", "14-1"))
    assert district.may_see("fire.changed", ("14-2", NEAR + "14-1"))
    assert not district.may_see("fire.changed", ("14", "14-2"))
    neighbour = sight_of(actor("neighbour", "14", level=Level.NEIGHBOUR), ROLES)
    assert neighbour.may_see("fire.changed", ("14", RIM + "14"))
    assert not neighbour.may_see("fire.changed", ("14",))


def test_what_lies_nowhere_is_for_all_only_where_it_is_of_a_kind_that_never_lies_anywhere():
    district = sight_of(actor("dispatcher", "14-1"), ROLES)
    assert district.may_see("feed.changed", ())
    assert district.may_see("danger.changed", ())
    assert not district.may_see("fire.changed", ())


def test_two_roles_on_one_log_each_hear_their_part_and_can_prove_it():
    viewer, chief = actor("viewer", "14-1"), actor("chief")

    async def scene(hub, log):
        small, large = Screen(hub, viewer).resume(0), Screen(hub, chief).resume(0)
        log.append(1, "fire.changed", "f-1", territories=("14-1",), actor="ivanov", body=FIRE)
        log.append(1, "order.changed", "o-1", territories=("14-1",))
        log.append(1, "fire.changed", "f-2", territories=("14-2",))
        log.append(1, "feed.changed", "feed:X")
        await until(lambda: small.held == large.held == 4)
        assert (small.numbers, large.numbers) == ([1, 4], [1, 2, 3, 4])
        assert small.frames_of("event")[0]["body"]["details"] == {}
        assert large.frames_of("event")[0]["body"]["details"] == {"leader": "Ivanov"}
        late = Screen(hub, viewer).resume(0)
        await until(lambda: late.held == 4)
        assert late.frames_of("event") == small.frames_of("event")

    play(scene, beside=Beside(ROLES))


class Keeper:
    """Sessions and keys in a dictionary."""

    def __init__(self, **known):
        self.known = known
        self.asked = []
        self.broken = False

    def admit(self, brought):
        self.asked.append(brought)
        if self.broken:
            raise OSError("no database")
        secret = brought.session or brought.key
        if secret is None:
            return Identity("public", "", Level.PUBLIC, (), "public")
        if secret not in self.known:
            raise Unauthenticated("problem.session", {})
        return self.known[secret]


def identity(role, *territories, mark="m-1", until=None):
    who = actor(role, *territories)
    return Identity(
        who.subject, who.name, who.level, who.territories, role, session=mark, until=until
    )


def asked(keeper, headers, query=None):
    door = GuardedDoor(
        keeper, ROLES, lambda name: LIVE if name in (None, "live") else None, COOKIES
    )
    return door.admit(LiveRequest("/", query or {}, Headers(headers), "10.0.0.1"))


def test_the_door_knows_a_session_by_its_cookie_and_a_key_by_its_header():
    keeper = Keeper(s1=identity("viewer"), k1=identity("dispatcher"))
    assert asked(keeper, [("Cookie", "a=b; __Host-sid=s1")]).actor.role == "viewer"
    assert asked(keeper, [("Cookie", "sid=s1")]).actor.role == "viewer"
    assert asked(keeper, [("Authorization", "Bearer k1")]).actor.role == "dispatcher"
    assert keeper.asked[0].peer == "10.0.0.1"


def test_a_key_in_the_address_opens_nothing():
    keeper = Keeper(k1=identity("dispatcher"))
    for query in ({"key": "k1"}, {"token": "k1"}, {"authorization": "Bearer k1"}):
        assert asked(keeper, [], query).status == 401
    assert all((brought.session, brought.key) == (None, None) for brought in keeper.asked)


def test_two_authorization_headers_are_none():
    keeper = Keeper(k1=identity("dispatcher"))
    answer = asked(keeper, [("Authorization", "Bearer k1"), ("Authorization", "Bearer k2")])
    assert answer.status == 401


def test_a_forged_session_is_401_and_a_role_without_the_channel_403():
    keeper = Keeper(f1=identity("feed"))
    assert asked(keeper, [("Cookie", "sid=forged")]).status == 401
    refused = asked(keeper, [("Authorization", "Bearer f1")])
    assert (refused.status, refused.code) == (403, "problem.role")
    assert asked(keeper, [("Cookie", "sid=x")]) == Refused(401, "problem.session", {})


def test_an_unknown_world_is_404_only_for_those_who_are_let_in():
    keeper = Keeper(s1=identity("viewer"))
    assert asked(keeper, [("Cookie", "sid=s1")], {"world": "x"}).status == 404
    assert asked(keeper, [], {"world": "x"}).status == 401


def inside(keeper, secret="s1"):
    who = keeper.known[secret]
    brought = Credentials(session=secret)
    return Guest(who.acting(LIVE), who.session, who.until, brought)


def guarded(keeper):
    return GuardedDoor(keeper, ROLES, lambda _: LIVE, COOKIES)


def again(**limits):
    return replace(SMALL, recheck_s=0.03, **limits)


def test_a_revoked_session_is_closed_with_4401_on_all_its_sockets_and_others_stay():
    keeper = Keeper(s1=identity("viewer"), s2=identity("viewer", mark="m-2"))

    async def scene(hub, log):
        mine = [Screen(hub, guest=inside(keeper)).resume(0) for _ in range(3)]
        other = Screen(hub, guest=inside(keeper, "s2")).resume(0)
        del keeper.known["s1"]
        await until(lambda: all(screen.closed for screen in mine))
        assert {screen.closed for screen in mine} == {4401}
        assert other.closed is None
        assert hub.clients == {other.client}

    play(scene, door=guarded(keeper), limits=again(), beside=Beside(ROLES))


def test_each_session_is_asked_about_once_however_many_sockets_it_has():
    keeper = Keeper(s1=identity("viewer"))

    async def scene(hub, log):
        screens = [Screen(hub, guest=inside(keeper)).resume(0) for _ in range(20)]
        due = hub.recheck.due(float("inf"))
        assert [key for key, _ in due] == ["m-1"]
        assert not any(screen.closed for screen in screens)

    play(scene, door=guarded(keeper), beside=Beside(ROLES))


def test_a_role_that_lost_the_channel_is_closed_with_4403():
    keeper = Keeper(s1=identity("viewer"))

    async def scene(hub, log):
        screen = Screen(hub, guest=inside(keeper)).resume(0)
        keeper.known["s1"] = identity("feed")
        await until(lambda: screen.closed)
        assert screen.closed == 4403

    play(scene, door=guarded(keeper), limits=again(), beside=Beside(ROLES))


def test_changed_rights_lead_to_a_fresh_snapshot_and_what_was_hidden_comes_after_it():
    keeper = Keeper(s1=identity("viewer", "14-1"))

    async def scene(hub, log):
        screen = Screen(hub, guest=inside(keeper)).resume(0)
        log.append(1, "order.changed", "o-1", territories=("14-1",))
        await until(lambda: screen.held == 1)
        assert screen.numbers == []
        keeper.known["s1"] = identity("chief", "14-1")
        await until(lambda: screen.last("resync"))
        assert screen.last("resync")["reason"] == "rights"
        assert screen.closed is None
        screen.resume(0)
        await until(lambda: screen.held == 1)
        assert screen.numbers == [1]

    play(scene, door=guarded(keeper), limits=again(), beside=Beside(ROLES))


def test_rights_that_stay_disturb_nobody():
    keeper = Keeper(s1=identity("viewer", "14-1"))

    async def scene(hub, log):
        screen = Screen(hub, guest=inside(keeper)).resume(0)
        asked = len(keeper.asked)
        await until(lambda: len(keeper.asked) > asked + 3)
        assert screen.last("resync") is None
        assert screen.closed is None

    play(scene, door=guarded(keeper), limits=again(), beside=Beside(ROLES))


def test_a_session_ends_at_its_time_by_the_servers_clock_whatever_the_screens_clock_says():
    end = NOW + timedelta(hours=2)
    keeper = Keeper(s1=identity("viewer", until=end))
    times = [NOW]

    async def scene(hub, log):
        screen = Screen(hub, guest=inside(keeper)).resume(0)
        assert hub.recheck.due(0.0) == []
        times.append(end)
        del keeper.known["s1"]
        await until(lambda: screen.closed)
        assert screen.closed == 4401

    play(scene, door=guarded(keeper), beside=Beside(ROLES), clock=lambda: times[-1])


def test_while_the_keeper_cannot_be_asked_nobody_is_thrown_out():
    keeper = Keeper(s1=identity("viewer"))

    async def scene(hub, log):
        screen = Screen(hub, guest=inside(keeper)).resume(0)
        keeper.broken = True
        asked = len(keeper.asked)
        await until(lambda: len(keeper.asked) > asked + 2)
        assert screen.closed is None
        keeper.broken, keeper.known = False, {}
        await until(lambda: screen.closed == 4401)

    play(scene, door=guarded(keeper), limits=again(), beside=Beside(ROLES))


def test_the_local_operator_is_never_asked_again():
    async def scene(hub, log):
        Screen(hub).resume(0)
        assert len(hub.recheck) == 0

    play(scene)
