"""Webhooks against real receivers: order, signatures, failures, replays, rights."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from uuid import UUID

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from fastapi.testclient import TestClient
from standardwebhooks import Webhook, WebhookVerificationError

from sylvan import wiring
from sylvan.domain.actors import system
from sylvan.domain.codes import Forbidden, Invalid, NotFound
from sylvan.domain.webhooks import Backoff
from sylvan.domain.worlds import WorldClock, WorldKind
from sylvan.notify.webhooks import Sender
from sylvan.services.outward import Outward
from sylvan.settings import Settings
from tests.db.helpers import SetClock
from tests.e2e.doors import guarded
from tests.e2e.hooks import QUICK, SOON, TRUSTED, Hooks, days
from tests.e2e.houses import BASE, code
from tests.receivers import receiving


@pytest.fixture
def hooks(fresh_db_url, tmp_path):
    from sylvan.services.base import real_clock  # noqa: PLC0415

    with guarded(fresh_db_url, tmp_path, real_clock, outward_trusted=TRUSTED) as house:
        yield Hooks(house)


@pytest.fixture
def grid(hooks):
    return hooks.key()[1]


def taken(receiver, numbers):
    receiver.wait(lambda: {one.seq for one in receiver.taken} >= set(numbers))
    return [one.seq for one in receiver.taken]


# What is told


def test_events_come_in_order_as_cloud_events_that_the_reference_verifies(hooks, grid):
    with receiving() as receiver, hooks.sending():
        hook = hooks.make(grid, receiver.url)
        numbers = hooks.write(30)
        assert taken(receiver, numbers) == numbers
        checker = Webhook(hook["secret"])
        for got in receiver.taken:
            checker.verify(got.body, got.headers)
            event = from_http_event(HTTPMessage(got.headers, got.body))
            assert event.get_type() == "sylvan.fire.changed"
            assert event.get_id() == got.id
            assert int(event.get_extension("sequence")) == event.get_data()["seq"] == got.seq


def test_tampered_and_old_messages_are_refused_by_the_reference(hooks, grid):
    with receiving() as receiver, hooks.sending():
        hook = hooks.make(grid, receiver.url)
        taken(receiver, hooks.write(1))
        got, checker = receiver.taken[0], Webhook(hook["secret"])
        checker.verify(got.body, got.headers)
        with pytest.raises(WebhookVerificationError):
            checker.verify(got.body.replace(b"candidate", b"extinguished"), got.headers)
        old = str(int(got.headers["webhook-timestamp"]) - 600)
        with pytest.raises(WebhookVerificationError):
            checker.verify(got.body, got.headers | {"webhook-timestamp": old})
        with pytest.raises(WebhookVerificationError):
            checker.verify(got.body, got.headers | {"webhook-id": "msg_other"})


def test_a_hook_tells_what_the_live_channel_tells_its_owner(hooks, grid):
    from sylvan.live import frames  # noqa: PLC0415
    from sylvan.live.audience import Audience  # noqa: PLC0415
    from sylvan.live.filters import Filter  # noqa: PLC0415
    from sylvan.live.pages import Entry, Page  # noqa: PLC0415
    from sylvan.live.sight import sight_of  # noqa: PLC0415

    with receiving() as receiver, hooks.sending():
        hooks.make(grid, receiver.url)
        mine = hooks.write(2)
        foreign = hooks.write(2, ("asset:other",))
        hooks.write(2, kind="report.changed")
        last = hooks.write(1)
        assert taken(receiver, [*mine, *last]) == [*mine, *last]
        assert not set(foreign) & {one.seq for one in receiver.got}
        assert "secret" not in receiver.taken[0].body.decode()
        log = hooks.house.log
        rows, epoch = log.read(0, 100), log.head().epoch
        page = Page(1, len(rows))
        for row in rows:
            page.add(Entry.of(row, epoch))
        actor = grid.acting(hooks.house.worlds.live())
        sight = sight_of(actor, hooks.house.rights)
        live = [
            next(frames.payloads(entry.seen(sight.view)))
            for entry in Audience(sight, Filter(), -1).wanted(page, mine[0] - 1)
        ]
        import orjson  # noqa: PLC0415

        heard = [orjson.loads(one) for one in live]
        for one in heard:
            one.pop("t")
        assert [one.event["data"] for one in receiver.taken] == heard


def test_filters_narrow_what_is_told(hooks, grid):
    with receiving() as receiver, receiving() as east, hooks.sending():
        hooks.make(grid, receiver.url, kinds=["fire.forecast"])
        hooks.make(grid, east.url, bbox=[140, 60, 150, 70])
        hooks.write(2)
        wanted = hooks.write(1, kind="fire.forecast")
        assert taken(receiver, wanted) == wanted
        assert east.got == []


def test_a_filter_that_cannot_be_read_is_refused_by_its_side(hooks, grid):
    with receiving() as receiver, pytest.raises(Invalid) as refused:
        hooks.make(grid, receiver.url, kinds=["fire.nonsense"])
    assert refused.value.code == "live.filter"


def test_drills_are_told_to_whoever_asks_for_them_alone(hooks, grid):
    worlds = hooks.house.worlds
    clock = WorldClock(hooks.house.intake.clock(), hooks.house.intake.clock(), 1.0)
    drill = worlds.open(WorldKind.DRILL, "drill", clock)
    with receiving() as live, receiving() as drilled, hooks.sending():
        hooks.make(grid, live.url)
        hooks.make(grid, drilled.url, world="drill")
        in_drill = hooks.write(2, world=drill)
        in_live = hooks.write(2)
        assert taken(live, in_live) == in_live
        assert [one for one in taken(drilled, in_drill) if one in in_live] == []
        assert {one.event["data"]["world"] for one in live.taken} == {1}


def test_a_hook_hears_the_servers_own_world_unless_said_and_none_that_is_over(hooks):
    house, (made, _) = hooks.house, hooks.key()
    now = house.intake.clock()
    world = house.worlds.open(WorldKind.REPLAY, "day", WorldClock(now, now, 1.0))
    house.default_world = "day"
    app, _ = wiring.web(Settings(), house)
    headers = {"Authorization": f"Bearer {made['secret']}"}

    def make(**more):
        body = {"url": "http://127.0.0.1:9/", **more}
        return asking.post("/api/v1/webhooks", json=body, headers=headers)

    with TestClient(app, base_url=BASE) as asking:
        assert make().json()["world"] == "day"
        house.worlds.close(system(world))
        over = make()
        assert (over.status_code, code(over)) == (409, "problem.world_over")
        assert make(world="live").json()["world"] == "live"
        assert len(asking.get("/api/v1/webhooks", headers=headers).json()) == 2


def test_a_log_that_grows_while_somebody_is_told_is_no_other_numbering(hooks, grid):
    posts, stop = hooks.house.webhooks.posts, threading.Event()
    with receiving() as receiver:
        hook = UUID(hooks.make(grid, receiver.url)["id"])
        first = hooks.write(2)
        sender, head = Sender(posts, stop, QUICK), posts.head()
        second = hooks.write(3)
        sender._serve(hook, head)
        sender._serve(hook, posts.head())
        assert [one.seq for one in receiver.taken] == [*first, *second]


# Failures


def test_failures_are_tried_again_with_the_same_id_and_keep_the_order(hooks, grid):
    turns = iter([500, 503, 302, 404, 200, 500])
    moved = {"location": "http://127.0.0.1:1/elsewhere"}

    def flaky(_got):
        status = next(turns, 204)
        return (status, moved) if status == 302 else status

    with receiving(behave=flaky) as receiver, hooks.sending():
        hook = hooks.make(grid, receiver.url)
        numbers = hooks.write(5)
        assert taken(receiver, numbers) == numbers
        first = [one.id for one in receiver.got if one.seq == numbers[0]]
        assert len(first) == 5
        assert len(set(first)) == 1
        told = hooks.house.webhooks.deliveries(grid, hook["id"], None, 50)["items"]
        statuses = [one["status"] for one in reversed(told)]
        assert statuses[:6] == [500, 503, 302, 404, 200, 500]
        assert [one["attempt"] for one in reversed(told)][:6] == [1, 2, 3, 4, 5, 1]
        assert told[-5]["told"] == "thank you"


def test_redirects_are_not_followed(hooks, grid):
    with receiving() as other:
        answer = (307, {"location": other.url})
        with receiving(behave=lambda _got: answer) as receiver, hooks.sending():
            hooks.make(grid, receiver.url)
            hooks.write(1)
            receiver.wait(lambda: len(receiver.got) >= 3)
        assert other.got == []


def test_410_ends_a_hook_and_it_goes_on_from_there_when_it_is_set_going(hooks, grid):
    gone = threading.Event()
    gone.set()
    with (
        receiving(behave=lambda _got: 410 if gone.is_set() else 204) as receiver,
        hooks.sending(),
    ):
        hook = hooks.make(grid, receiver.url)
        numbers = hooks.write(3)
        receiver.wait(lambda: hooks.state(grid, hook) == ("stopped", "gone"))
        assert len(receiver.got) == 1
        gone.clear()
        hooks.house.webhooks.change(grid, hook["id"], {"state": "active"})
        assert taken(receiver, numbers) == numbers


def test_silence_for_a_day_stops_a_hook_and_loses_nothing(hooks, grid):
    dead = threading.Event()
    dead.set()
    backoff = Backoff(first_s=0.05, most_s=0.1, patience=days(0))
    with receiving(behave=lambda _got: 500 if dead.is_set() else 204) as receiver:
        hook = hooks.make(grid, receiver.url)
        numbers = hooks.write(2)
        with hooks.sending(backoff):
            receiver.wait(lambda: hooks.state(grid, hook) == ("stopped", "silent"))
        dead.clear()
        hooks.house.webhooks.change(grid, hook["id"], {"state": "active"})
        with hooks.sending(backoff):
            assert taken(receiver, numbers) == numbers


def test_waits_grow_are_spread_and_end_at_a_quarter_of_an_hour():
    backoff = Backoff()
    assert [backoff.wait(tries, 1.0).total_seconds() for tries in (1, 2, 3, 4)] == [5, 10, 20, 40]
    assert backoff.wait(500, 1.0).total_seconds() == 900
    assert backoff.wait(3, 0.0).total_seconds() == 10
    assert backoff.wait(1, 1.0, told_s=120).total_seconds() == 120
    assert backoff.wait(1, 1.0, told_s=1e9).total_seconds() == 3600


def test_retry_after_of_a_busy_receiver_is_kept(hooks, grid):
    with receiving(behave=lambda _got: (503, {"retry-after": "1800"})) as receiver:
        hook = hooks.make(grid, receiver.url)
        hooks.write(1)
        with hooks.sending():
            receiver.wait(lambda: bool(receiver.got))
            receiver.wait(lambda: hooks.house.webhooks.one(grid, hook["id"])["failures"] == 1)
        told = hooks.house.webhooks.one(grid, hook["id"])
        assert (told["next_at"] - told["failing_since"]).total_seconds() >= 1799
        assert len(receiver.got) == 1


def test_a_hanging_receiver_holds_up_nobody_else(hooks, grid):
    hang = threading.Event()
    outward = Outward(hooks.house.webhooks.posts.outward.trusted, patience_s=0.5)
    posts = replace(hooks.house.webhooks.posts, outward=outward)
    object.__setattr__(hooks.house.webhooks, "posts", posts)

    def hanging(_got):
        hang.wait(8)
        return 204

    with receiving(behave=hanging) as dead, receiving() as alive, hooks.sending():
        for _ in range(3):
            hooks.make(grid, dead.url)
        fine = hooks.make(grid, alive.url)
        numbers = hooks.write(40)
        assert taken(alive, numbers) == numbers
        assert dead.taken == []
        hang.set()
        dead.wait(lambda: len(dead.taken) >= 3 * 40)
        told = hooks.house.webhooks.deliveries(grid, fine["id"], None, 100)["items"]
        assert {one["status"] for one in told} == {204}


def test_timeouts_are_told_as_such(hooks, grid):
    hang = threading.Event()
    outward = Outward(hooks.house.webhooks.posts.outward.trusted, patience_s=0.3)
    posts = replace(hooks.house.webhooks.posts, outward=outward)
    object.__setattr__(hooks.house.webhooks, "posts", posts)
    with receiving(behave=lambda _got: (hang.wait(5), 204)[1]) as receiver:
        hook = hooks.make(grid, receiver.url)
        told = hooks.house.webhooks.test(grid, hook["id"])
        hang.set()
    assert (told["status"], told["told"], told["fine"]) == (None, "timeout", False)


KILLED = """
import sys, threading
from sylvan import wiring
from sylvan.settings import Settings
from sylvan.store import engine
from tests.e2e.hooks import QUICK, SOON
from sylvan.notify.webhooks import Sender
from dataclasses import replace
house = wiring.house(Settings(), engine.create(sys.argv[1], pool_size=4), sign_in="required")
posts = replace(house.webhooks.posts, backoff=SOON)
print("ready", flush=True)
Sender(posts, threading.Event(), QUICK).run(lambda: None)
"""


def test_a_killed_sender_leaves_no_gap_and_sends_again_under_the_same_id(
    hooks, grid, tmp_path, fresh_db_url
):
    import os  # noqa: PLC0415

    hold, third = threading.Event(), threading.Event()

    def behave(_got):
        if len(receiver.got) == 2 and not third.is_set():
            third.set()
            hold.wait(15)  # the sender dies while it waits for this answer
        return 204

    more = {"SYLVAN_DATA_DIR": str(tmp_path), "SYLVAN_OUTWARD_TRUSTED": TRUSTED}
    with receiving(behave=behave) as receiver:
        hooks.make(grid, receiver.url)
        numbers = hooks.write(6)
        command = [sys.executable, "-c", KILLED, fresh_db_url]
        with subprocess.Popen(command, env=os.environ | more) as sender:
            assert third.wait(60)
            sender.kill()
        hold.set()
        with hooks.sending():
            receiver.wait(lambda: {one.seq for one in receiver.taken} >= set(numbers))
        seen = [one.seq for one in receiver.taken]
        assert sorted(set(seen)) == numbers
        assert seen.count(numbers[2]) == 2
        again = {one.id for one in receiver.taken if one.seq == numbers[2]}
        assert len(again) == 1


def test_of_two_senders_one_leads(hooks):
    posts = hooks.house.webhooks.posts
    with posts.leading() as first, posts.leading() as second:
        assert first is not None
        assert second is None
        first()


# Replays, pauses, tests, re-sending


def test_replay_tells_everything_above_a_number_again_with_the_same_ids(hooks, grid):
    with receiving() as receiver, hooks.sending():
        hook = hooks.make(grid, receiver.url)
        numbers = hooks.write(5)
        taken(receiver, numbers)
        ids = [one.id for one in receiver.taken]
        hooks.house.webhooks.replay(grid, hook["id"], numbers[1], None)
        receiver.wait(lambda: len(receiver.taken) == 8)
        assert [one.id for one in receiver.taken] == ids + ids[2:]


def test_replay_of_another_numbering_or_of_the_future_is_refused(hooks, grid):
    from sylvan.domain.codes import Conflict  # noqa: PLC0415

    with receiving() as receiver:
        hook = hooks.make(grid, receiver.url)
        for after, epoch in ((10**9, None), (0, UUID(int=7))):
            with pytest.raises(Conflict):
                hooks.house.webhooks.replay(grid, hook["id"], after, epoch)


def test_a_paused_hook_hears_nothing_and_misses_nothing(hooks, grid):
    with receiving() as receiver, receiving() as witness, hooks.sending():
        hook = hooks.make(grid, receiver.url)
        hooks.make(grid, witness.url)
        hooks.house.webhooks.change(grid, hook["id"], {"state": "paused"})
        numbers = hooks.write(3)
        taken(witness, numbers)
        assert receiver.got == []
        hooks.house.webhooks.change(grid, hook["id"], {"state": "active"})
        assert taken(receiver, numbers) == numbers


def test_a_test_event_is_signed_and_one_delivery_can_be_sent_again(hooks, grid):
    with receiving() as receiver:
        hook = hooks.make(grid, receiver.url)
        told = hooks.house.webhooks.test(grid, hook["id"])
        assert told["fine"]
        Webhook(hook["secret"]).verify(receiver.got[0].body, receiver.got[0].headers)
        numbers = hooks.write(1)
        with hooks.sending():
            taken(receiver, numbers)
        log = hooks.house.webhooks.deliveries
        receiver.wait(lambda: log(grid, hook["id"], None, 1)["items"][0]["seq"] == numbers[0])
        first = log(grid, hook["id"], None, 1)["items"][0]
        again = hooks.house.webhooks.resend(grid, hook["id"], first["id"])
        assert (again["message"], again["by_hand"]) == (first["message"], True)
        assert [one.id for one in receiver.taken] == [first["message"]] * 2


def test_while_a_secret_is_replaced_both_verify_and_then_the_new_one_alone(fresh_db_url, tmp_path):
    from datetime import UTC, datetime  # noqa: PLC0415

    clock = SetClock(datetime.now(UTC))
    with guarded(fresh_db_url, tmp_path, clock, outward_trusted=TRUSTED) as house:
        hooks = Hooks(house)
        who = hooks.key()[1]
        with receiving() as receiver:
            hook = hooks.make(who, receiver.url)
            new = house.webhooks.new_secret(who, hook["id"])
            house.webhooks.test(who, hook["id"])
            for secret in (hook["secret"], new["secret"]):
                Webhook(secret).verify(receiver.got[0].body, receiver.got[0].headers)
            clock.advance(days=1)
            house.webhooks.test(who, hook["id"])
            later = receiver.got[1]
            stamped = Webhook(hook["secret"]).sign
            moment = datetime.fromtimestamp(int(later.headers["webhook-timestamp"]), UTC)
            text = later.body.decode()
            assert later.headers["webhook-signature"] != stamped(later.id, moment, text)
            expected = Webhook(new["secret"]).sign(later.id, moment, text)
            assert later.headers["webhook-signature"] == expected


# Rights


def test_a_revoked_key_stops_its_hooks(hooks):
    made, who = hooks.key()
    with receiving() as receiver, hooks.sending():
        hook = hooks.make(who, receiver.url)
        taken(receiver, hooks.write(1))
        hooks.house.entrance.keys.revoke(who.acting(hooks.house.worlds.live()), made["id"])
        time.sleep(QUICK.asked_s)
        hooks.write(2)
        colleague = hooks.key()[1]
        receiver.wait(lambda: hooks.state(colleague, hook) == ("stopped", "owner"))
        assert len(receiver.got) == 1


def test_a_rotated_key_takes_its_hooks_along(hooks):
    made, who = hooks.key()
    keys = hooks.house.entrance.keys
    with receiving() as receiver, hooks.sending():
        hook = hooks.make(who, receiver.url)
        new = keys.rotate(who.acting(hooks.house.worlds.live()), made["id"])
        keys.revoke(who.acting(hooks.house.worlds.live()), made["id"])
        numbers = hooks.write(2)
        assert taken(receiver, numbers) == numbers
        told = hooks.house.webhooks.one(keys.admit(new["secret"]), hook["id"])
        assert told["subject"] == f"key:{new['id']}"


def test_a_disabled_person_stops_his_hooks(hooks):
    from tests.e2e.doors import Browser, invite  # noqa: PLC0415

    house = hooks.house
    Browser(house).join(invite(house, "anna"))
    anna = hooks.house.webhooks.posts.standing.who("anna")
    with receiving() as receiver, hooks.sending():
        hook = hooks.make(anna, receiver.url)
        taken(receiver, hooks.write(1))
        account = house.entrance.accounts.named("anna")
        actor = anna.acting(house.worlds.live())
        house.entrance.accounts.disable(actor, account.id, off=True, version=None)
        time.sleep(QUICK.asked_s)
        hooks.write(1)
        receiver.wait(lambda: hooks.state(anna, hook) == ("stopped", "owner"))
        assert len(receiver.got) == 1


def test_nobody_sees_or_changes_hooks_of_others(hooks, grid):
    other = hooks.key("rail", "rail")[1]
    with receiving() as receiver:
        hook = hooks.make(grid, receiver.url)
        asking = hooks.house.webhooks
        assert asking.listed(other) == []
        for attempt in (
            lambda: asking.one(other, hook["id"]),
            lambda: asking.change(other, hook["id"], {"state": "paused"}),
            lambda: asking.remove(other, hook["id"]),
            lambda: asking.new_secret(other, hook["id"]),
            lambda: asking.test(other, hook["id"]),
            lambda: asking.replay(other, hook["id"], 0, None),
            lambda: asking.deliveries(other, hook["id"], None, 10),
        ):
            with pytest.raises(NotFound):
                attempt()
        assert receiver.got == []


def test_whoever_may_not_hear_the_live_channel_makes_no_hook(hooks):
    feed = hooks.key("tower", "", "feed")[1]
    with receiving() as receiver, pytest.raises(Forbidden):
        hooks.make(feed, receiver.url)


def test_a_colleague_who_sees_less_does_not_inherit_the_wider_hearing(hooks, grid):
    wide = hooks.key("grid-wide", "grid", "dispatcher")[1]
    with receiving() as receiver, hooks.sending():
        hook = hooks.make(wide, receiver.url)
        foreign = hooks.write(1, ("asset:other",))
        assert taken(receiver, foreign) == foreign
        hooks.house.webhooks.change(grid, hook["id"], {"name": "mine now"})
        hooks.write(1, ("asset:other",))
        own = hooks.write(1)
        assert taken(receiver, own) == [*foreign, *own]


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/x", "https://127.0.0.1/x", "https://2130706433/", "https://0x7f.1/"),
        *("https://0177.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/"),
        *("https://169.254.169.254/latest/meta-data", "https://10.0.0.8/", "https://localhost/"),
        *("https://user:word@192.0.2.1/", "ftp://192.0.2.1/", "https://127.0.0.1\\@192.0.2.1/"),
        *("file:///etc/passwd", "https://[64:ff9b::7f00:1]/", "https:// 127.0.0.1/", "https://"),
    ],
)
def test_addresses_inside_are_refused_however_they_are_spelled(fresh_db_url, tmp_path, url):
    from sylvan.services.base import real_clock  # noqa: PLC0415

    with guarded(fresh_db_url, tmp_path, real_clock) as house:
        hooks = Hooks(house)
        with pytest.raises(Invalid) as refused:
            hooks.make(hooks.key()[1], url)
        assert refused.value.code.startswith("problem.outward_")
        assert house.webhooks.listed(hooks.key("grid-2")[1]) == []


def test_an_address_that_moves_inside_is_not_called(hooks, grid):
    from sylvan.domain.outward import Trusted  # noqa: PLC0415

    with receiving() as receiver:
        hook = hooks.make(grid, receiver.url)
        posts = replace(hooks.house.webhooks.posts, outward=Outward(Trusted()))
        object.__setattr__(hooks.house.webhooks, "posts", posts)
        told = hooks.house.webhooks.test(grid, hook["id"])
        assert (told["fine"], told["told"]) == (False, "inside")
        assert receiver.got == []


def test_the_log_of_deliveries_is_pruned(hooks, grid):
    from sylvan.store import webhook_deliveries  # noqa: PLC0415

    with receiving() as receiver:
        hook = hooks.make(grid, receiver.url)
        for _ in range(4):
            hooks.house.webhooks.test(grid, hook["id"])
        now = hooks.house.intake.clock()
        with hooks.house.worlds.engine.begin() as conn:
            assert webhook_deliveries.prune(conn, now - days(1), 3) == 1
            assert webhook_deliveries.prune(conn, now + days(1), 3) == 3


def test_numbers_that_are_gone_are_told_as_a_resync(hooks, grid):
    with receiving() as receiver:
        hook = hooks.make(grid, receiver.url)
        with hooks.house.worlds.engine.begin() as conn:
            from sqlalchemy import text  # noqa: PLC0415

            conn.execute(text("update webhook set epoch = gen_random_uuid()"))
        hooks.write(2)
        with hooks.sending(SOON):
            receiver.wait(lambda: bool(receiver.got))
            after = hooks.write(1)
            assert taken(receiver, after) == after
        first = receiver.got[0].event
        assert first["type"] == "sylvan.webhook.resync"
        assert first["data"]["body"]["reason"] == "epoch"
        Webhook(hook["secret"]).verify(receiver.got[0].body, receiver.got[0].headers)
