"""The feeds' desk: how feeds stand, held back and asked by hand, what could not be used of them."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from sylvan import wiring
from sylvan.domain.codes import Coded, Conflict, Forbidden, NotFound
from sylvan.domain.feeding import Way
from sylvan.services import health
from sylvan.services.log import drain
from sylvan.settings import Settings
from sylvan.store.audit import audit
from sylvan.store.events import event_log
from tests.db.helpers import (
    NOW,
    Pass,
    SetClock,
    firms_file,
    installation,
    near,
    opened,
    operator,
    replay_world,
    seen,
    take,
)

ASKED = Settings(region="nowhere", firms_map_key="k3y", orbits_urls="https://orbits.example/tle")
FIRMS = "firms-viirs-noaa20-nrt"
AGO = NOW - timedelta(hours=2)
PASS = seen(Pass(129.7, 62.0, AGO))


@pytest.fixture
def house(fresh_db_url):
    with opened(fresh_db_url, clock=SetClock()) as made:
        made.feed_desk = wiring.house(ASKED, made.worlds.engine, clock=made.worlds.clock).feed_desk
        yield made


@pytest.fixture
def actor(house):
    return operator(house)


def of(house, actor, feed):
    (found,) = [one for one in house.feed_desk.overview(actor)["feeds"] if one["feed"] == feed]
    return found


def good(body: bytes, bad: int = 0) -> bytes:
    """A file of a pass, with some of its latitudes off the globe."""
    header, *rows = body.decode().splitlines()
    spoilt = ["9" + row if at < bad else row for at, row in enumerate(rows)]
    return ("\n".join([header, *spoilt]) + "\n").encode()


def test_feeds_that_are_set_up_stand_there_before_anything_came(house, actor):
    told = house.feed_desk.overview(actor)
    ways = {one["feed"]: (one["way"], one["state"], one["set_up"]) for one in told["feeds"]}
    assert ways["drop"] == (Way.WATCHED, "never", True)
    assert ways[FIRMS] == (Way.ASKED, "never", True)
    assert ways["orbits"] == (Way.ASKED, "never", True)
    assert of(house, actor, "orbits")["limit_s"] == 3 * 86400
    assert told["changes"]


def test_a_feed_tells_its_age_its_last_batch_and_its_day(house, actor):
    body = good(firms_file(PASS), bad=2)
    house.intake.take(installation(house), "a.csv", body, FIRMS)
    house.worlds.clock.advance(hours=7)
    house.feeds.refresh(actor)
    feed = of(house, actor, FIRMS)
    assert (feed["state"], feed["age_s"], feed["limit_s"]) == ("late", 7 * 3600, 6 * 3600)
    counts = feed["last_batch"]["counts"]
    assert counts["rejected"] == 2
    assert counts["rows"] == counts["accepted"] + 2
    assert feed["day"] == {"batches": 1, "counts": counts}
    assert [one["name"] for one in house.feed_desk.batches(actor, FIRMS, None)] == ["a.csv"]
    assert house.feed_desk.batches(actor, FIRMS, feed["last_batch"]["id"]) == []


def test_refused_rows_are_told_by_reason_line_and_field_and_taken_away_as_they_came(house, actor):
    body = good(firms_file(PASS), bad=2)
    batch = take(house, "a.csv", body).batch
    told = house.quarantine.rejects(actor, batch)
    assert (told["total"], told["told_then"]) == (2, 2)
    assert told["reasons"] == [{"code": "row.out_of_range", "field": "latitude", "rows": 2}]
    lines = body.decode().splitlines()
    assert [(one["line"], one["row"]) for one in told["rows"]] == [(2, lines[1]), (3, lines[2])]
    table = house.quarantine.table(actor, batch).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["line"], row["row"]) for row in rows] == [("2", lines[1]), ("3", lines[2])]
    assert house.quarantine.body(actor, batch) == ("a.csv", body)
    with pytest.raises(NotFound, match="no_batch"):
        house.quarantine.rejects(actor, batch + 1)


def test_a_value_that_a_spreadsheet_would_run_is_made_plain(house, actor):
    body = firms_file(near(0, 0, AGO)).decode().splitlines()
    body[1] = "=2+5" + body[1][body[1].index(",") :]
    batch = take(house, "a.csv", ("\n".join(body) + "\n").encode()).batch
    rows = list(
        csv.DictReader(io.StringIO(house.quarantine.table(actor, batch).decode("utf-8-sig")))
    )
    assert [(row["value"], row["row"][:6]) for row in rows] == [("'=2+5", "'=2+5,")]


def test_whoever_holds_a_feed_back_is_told_to_everybody_and_it_never_looks_healthy(house, actor):
    take_in = lambda: house.intake.take(  # noqa: E731 - said twice
        installation(house), "a.csv", firms_file(near(0, 0, AGO)), FIRMS
    )
    take_in()
    held = house.feed_desk.pause(actor, FIRMS, "шлёт вчерашнее")
    assert (held["state"], held["paused"]["reason"]) == ("paused", "шлёт вчерашнее")
    assert held["paused"]["by"] == actor.subject
    take_in()  # it was on its way
    house.feeds.refresh(actor)
    (shown,) = [one for one in house.picture.feeds(actor) if one["feed"] == FIRMS]
    assert (shown["state"], shown["paused"]) == ("paused", held["paused"])
    drain(house.worlds.engine)
    with house.worlds.engine.connect() as conn:
        bodies = conn.scalars(
            select(event_log.c.body).where(event_log.c.subject == f"feed:{FIRMS}")
        ).all()
        deeds = conn.execute(
            select(audit.c.action, audit.c.changes).where(audit.c.subject == f"feed:{FIRMS}")
        ).all()
    assert bodies[-1]["paused"]["reason"] == "шлёт вчерашнее"
    assert [tuple(one) for one in deeds] == [("feed.pause", {"reason": "шлёт вчерашнее"})]
    parts = health.overview(house.vitals.figures(), health.LiveFacts(ready=True), NOW)["parts"]
    (part,) = [one for one in parts if one["name"] == FIRMS and one["part"] == "feed"]
    assert (part["state"], part["reason"]["code"]) == ("late", "health.feed_paused")
    with pytest.raises(Conflict, match=r"feed\.paused"):
        house.feed_desk.pause(actor, FIRMS, "ещё раз")
    with pytest.raises(Conflict, match=r"feed\.paused"):
        house.feed_desk.ask(actor, FIRMS)
    with pytest.raises(Conflict, match=r"feed\.paused"):
        house.feeds.require_open(actor, FIRMS)


def test_a_feed_goes_on_as_it_stands_by_then(house, actor, fresh_db_url):
    house.intake.take(installation(house), "a.csv", firms_file(near(0, 0, AGO)), FIRMS)
    house.feed_desk.pause(actor, FIRMS, "проверка ключа")
    house.feed_desk.pause(actor, "drop", "проверка папки")
    with opened(fresh_db_url, clock=house.worlds.clock) as other:  # another process
        assert other.feeds.wishes(operator(other))[FIRMS].paused
    assert house.feed_desk.resume(actor, FIRMS, "ключ верный")["state"] == "ok"
    assert house.feed_desk.resume(actor, "drop", "папка верна")["state"] == "never"
    assert not house.feeds.wishes(actor)[FIRMS].paused
    house.feeds.require_open(actor, FIRMS)
    with pytest.raises(Conflict, match="not_paused"):
        house.feed_desk.resume(actor, FIRMS, "ещё раз")


def test_an_ask_stands_until_the_feed_was_asked_whatever_clocks_say(house, actor):
    house.feeds.polled(actor, FIRMS, "satellite")
    house.worlds.clock.advance(minutes=-3)  # this machine's clock is behind the worker's
    assert house.feed_desk.ask(actor, FIRMS)["asked_at"] is not None
    assert house.feeds.wishes(actor)[FIRMS].asked is not None
    house.worlds.clock.advance(minutes=4)
    house.feeds.polled(actor, FIRMS, "satellite")
    assert house.feeds.wishes(actor)[FIRMS].asked is None
    for feed, code in (("drop", "not_asked"), ("nobody", "unknown")):
        with pytest.raises((Conflict, NotFound), match=code):
            house.feed_desk.ask(actor, feed)


def test_when_a_feed_is_asked_next_is_noted_without_telling_anybody(house, actor):
    house.feeds.planned(actor, "orbits", "orbits", 600.0, 43_200.0)
    feed = of(house, actor, "orbits")
    assert feed["next_poll"] == (NOW + timedelta(minutes=10)).isoformat().replace("+00:00", "Z")
    assert (feed["every_s"], feed["state"]) == (43_200.0, "never")
    drain(house.worlds.engine)
    with house.worlds.engine.connect() as conn:
        assert conn.scalars(select(event_log.c.seq)).all() == []
    house.feed_desk.pause(actor, "orbits", "перерыв")
    house.feeds.planned(actor, "orbits", "orbits", 60.0, 43_200.0)
    assert of(house, actor, "orbits")["state"] == "paused"


def test_the_last_fault_is_told_after_it_was_mended(house, actor):
    house.feeds.failed(actor, FIRMS, "satellite", Coded("feed.empty"), opened=False)
    drain(house.worlds.engine)
    house.worlds.clock.advance(minutes=5)
    house.intake.take(installation(house), "a.csv", firms_file(near(0, 0, AGO)), FIRMS)
    drain(house.worlds.engine)
    feed = of(house, actor, FIRMS)
    assert (feed["state"], feed["last_error"]) == ("ok", None)
    assert feed["fault"]["code"] == "feed.empty"


def test_somebody_of_a_part_of_the_region_looks_at_feeds_and_neither_handles_nor_reads_them(
    house, actor
):
    batch = take(house, "a.csv", firms_file(near(0, 0, AGO))).batch
    part = replace(actor, territories=("suntarsky",))
    told = house.feed_desk.overview(part)
    assert (told["played"], told["changes"]) == (False, False)
    assert not any(one["may_ask"] or one["may_pause"] for one in told["feeds"])
    for deed in (
        lambda: house.feed_desk.pause(part, "drop", "нельзя"),
        lambda: house.feed_desk.ask(part, FIRMS),
        lambda: house.quarantine.rejects(part, batch),
        lambda: house.quarantine.table(part, batch),
        lambda: house.quarantine.body(part, batch),
    ):
        with pytest.raises(Forbidden, match="whole_region"):
            deed()


def test_in_a_world_that_is_played_feeds_are_shown_and_not_handled(house):
    world = replay_world(house, "played")
    take(house, "a.csv", firms_file(near(0, 0, AGO)), world.name)
    actor = operator(house, world.name)
    told = house.feed_desk.overview(actor)
    assert (told["played"], told["changes"]) == (True, False)
    assert [(one["way"], one["may_pause"]) for one in told["feeds"]] == [(Way.PLAYED, False)]
    with pytest.raises(Conflict, match="played"):
        house.feed_desk.pause(actor, "test", "нельзя")
