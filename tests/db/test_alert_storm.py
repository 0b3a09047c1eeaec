"""A third of the sinks fail: each recipient still gets each letter once, and no other waits."""

import pytest

from sylvan.bench import alerts_storm
from sylvan.bench.alerts_sinks import side
from tests.db.helpers import opened

LETTERS = 240


def test_each_gets_each_once_and_the_others_do_not_wait(fresh_db_url, tmp_path):
    with (
        opened(fresh_db_url) as house,
        side(alerts_storm.hosts()) as sinks,
    ):
        post = alerts_storm.room(house.worlds.engine, tmp_path, sinks.port)
        told = alerts_storm.one_storm(post, sinks, LETTERS, "ill", alerts_storm.ill())
    # the sick get well only when all others have everything: had anybody waited for them, it would
    # never have ended
    assert (told["from_the_ill"], told["lost"], told["twice_untold"]) == (0, 0, 0)
    assert 0 < told["others"] < LETTERS


@pytest.mark.long
def test_the_storm_notices_a_letter_that_comes_twice(fresh_db_url, tmp_path):
    with (
        opened(fresh_db_url) as house,
        side(alerts_storm.hosts()) as sinks,
    ):
        post = alerts_storm.room(house.worlds.engine, tmp_path, sinks.port)
        real = type(post.queue).note

        def forgets_once(self, rule, done, lost=[]):  # noqa: B006 - once for all calls
            if not lost:
                lost.append(done)
                with self.engine.begin() as conn:
                    conn.exec_driver_sql(
                        "update delivery set state = 'waiting', lease = null"
                        " where state = 'sending'"
                    )
                return
            real(self, rule, done)

        type(post.queue).note = forgets_once
        try:
            told = alerts_storm.one_storm(post, sinks, 60, "ill", {})
        finally:
            type(post.queue).note = real
    assert told["twice"] == told["twice_untold"] > 0
