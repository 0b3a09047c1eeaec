"""What keys, sessions and addresses may ask for, and what they asked for."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from sylvan import wiring
from sylvan.domain.accounts import Grant
from sylvan.domain.actors import Level, local_operator
from sylvan.domain.codes import NotFound
from sylvan.domain.limits import Allowance
from sylvan.services import limit_rules, rights
from sylvan.services.keys import NewKey
from sylvan.services.limiting import Limiter, network
from sylvan.services.packs import PackError
from sylvan.settings import Settings
from tests.db.helpers import SetClock
from tests.e2e.doors import guarded
from tests.e2e.houses import BASE, NOW

API = "/api/v1"


def asking(house) -> TestClient:
    app, _ = wiring.web(Settings(), house)
    return TestClient(app, base_url=BASE, raise_server_exceptions=False)


def made(house, holder: str = "grid", **more):
    actor = local_operator(house.worlds.live())
    grant = Grant("partner", Level.PARTNER, (), holder)
    return house.entrance.keys.make(actor, NewKey(holder, "", grant, **more))


def bearer(key) -> dict[str, str]:
    return {"Authorization": f"Bearer {key['secret']}"}


def with_rules(house, **roles: Allowance) -> None:
    """The same house with other limits."""
    rules = replace(house.limiter.rules, roles={**house.limiter.rules.roles, **roles})
    house.limiter = Limiter(rules, house.limiter.usage)


def fields(header: str) -> dict[str, dict[str, int]]:
    """A list of strings with whole numbers as parameters (RFC 9651)."""
    found = {}
    for item in header.split(", "):
        name, *params = item.split(";")
        found[name.strip('"')] = {key: int(value) for key, value in (p.split("=") for p in params)}
    return found


@pytest.fixture
def house(fresh_db_url, tmp_path):
    with guarded(fresh_db_url, tmp_path, SetClock(NOW)) as found:
        yield found
        found.limiter.usage.stop()


def test_every_answer_tells_policy_and_what_is_left(house):
    with_rules(house, partner=Allowance(5, 60, 100))
    key = bearer(made(house))
    with asking(house) as api:
        answers = [api.get(f"{API}/fires", headers=key) for _ in range(3)]
    for number, answer in enumerate(answers, 1):
        policy, left = fields(answer.headers["ratelimit-policy"]), answer.headers["ratelimit"]
        assert policy == {"burst": {"q": 5, "w": 60}, "day": {"q": 100, "w": 86400}}
        assert fields(left)["burst"]["r"] == 5 - number
        assert fields(left)["day"]["r"] == 100 - number
        assert fields(left)["day"]["t"] == 18 * 3600


def test_a_burst_ends_in_429_with_the_time_to_wait(house):
    with_rules(house, partner=Allowance(4, 60))
    key = bearer(made(house))
    with asking(house) as api:
        answers = [api.get(f"{API}/fires", headers=key) for _ in range(6)]
    assert [one.status_code for one in answers] == [200] * 4 + [429] * 2
    refused = answers[-1]
    assert refused.json()["code"] == "problem.too_many_burst"
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    assert fields(refused.headers["ratelimit"])["burst"]["r"] == 0


def test_after_the_time_to_wait_there_is_room_again(house):
    with_rules(house, partner=Allowance(2, 1))
    key = bearer(made(house))
    with asking(house) as api:
        while (refused := api.get(f"{API}/fires", headers=key)).status_code == 200:
            pass
        time.sleep(int(refused.headers["retry-after"]))
        assert api.get(f"{API}/fires", headers=key).status_code == 200


def test_keys_count_by_themselves(house):
    with_rules(house, partner=Allowance(2, 60))
    one, other = bearer(made(house)), bearer(made(house))
    with asking(house) as api:
        for _ in range(3):
            last = api.get(f"{API}/fires", headers=one)
        assert last.status_code == 429
        assert api.get(f"{API}/fires", headers=other).status_code == 200


def test_the_public_is_counted_by_address(house):
    with_rules(house, public=Allowance(3, 60))
    place = f"{API}/public/near?lon=129&lat=62"
    with asking(house) as api:
        statuses = [api.get(place).status_code for _ in range(5)]
    assert statuses[3:] == [429, 429]
    assert 429 not in statuses[:3]
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert network("::ffff:192.0.2.7") == network("192.0.2.7") == "192.0.2.7"
    assert network("198.51.100.1") != network("198.51.100.2")


def test_keys_that_are_none_are_slowed_down(house):
    rules = replace(house.limiter.rules, unknown_keys=Allowance(2, 60))
    house.limiter = Limiter(rules, house.limiter.usage)
    good = bearer(made(house))
    with asking(house) as api:
        wrong = {"Authorization": "Bearer sy_live_nonsense"}
        statuses = [api.get(f"{API}/fires", headers=wrong).status_code for _ in range(4)]
        assert statuses == [401, 401, 429, 429]
        assert api.get(f"{API}/fires", headers=good).status_code == 200


def test_a_key_has_limits_of_its_own_until_they_are_taken_back(house):
    key = made(house)
    actor = local_operator(house.worlds.live())
    with asking(house) as api:
        house.entrance.keys.limit(actor, key["id"], {"burst": 2, "day": 7})
        policy = fields(api.get(f"{API}/fires", headers=bearer(key)).headers["ratelimit-policy"])
        assert (policy["burst"]["q"], policy["day"]["q"]) == (2, 7)
        new = house.entrance.keys.rotate(actor, key["id"])
        assert new["limits"] == {"burst": 2, "day": 7}
        house.entrance.keys.limit(actor, new["id"], None)
        policy = fields(api.get(f"{API}/fires", headers=bearer(new)).headers["ratelimit-policy"])
        assert (policy["burst"]["q"], policy["day"]["q"]) == (600, 100000)


def test_a_days_quota_ends_and_begins_anew(fresh_db_url, tmp_path):
    clock = SetClock(NOW)
    with guarded(fresh_db_url, tmp_path, clock) as house:
        key = bearer(made(house, limits={"day": 3}))
        with asking(house) as api:
            statuses = [api.get(f"{API}/fires", headers=key).status_code for _ in range(5)]
            assert statuses == [200, 200, 200, 429, 429]
            refused = api.get(f"{API}/fires", headers=key)
            assert refused.json()["code"] == "problem.too_many_day"
            assert int(refused.headers["retry-after"]) == 18 * 3600
            clock.now = NOW + timedelta(hours=18)
            assert api.get(f"{API}/fires", headers=key).status_code == 200
        house.limiter.usage.stop()


def test_two_processes_share_a_quota(fresh_db_url, tmp_path):
    with (
        guarded(fresh_db_url, tmp_path, SetClock(NOW)) as first,
        guarded(fresh_db_url, tmp_path, SetClock(NOW)) as second,
    ):
        key = bearer(made(first, limits={"day": 10}))
        with asking(first) as here, asking(second) as there:
            assert there.get(f"{API}/fires", headers=key).status_code == 200
            assert second.limiter.usage.flush()
            for _ in range(7):
                assert here.get(f"{API}/fires", headers=key).status_code == 200
            assert first.limiter.usage.flush()
            time.sleep(2.1)  # as old as what is known of the other's may be
            statuses = [there.get(f"{API}/fires", headers=key).status_code for _ in range(4)]
            assert statuses == [200, 200, 429, 429]
        for one in (first, second):
            one.limiter.usage.stop()


def test_usage_is_what_was_asked(house):
    key = made(house, operations=("fires_*", "usage_*"))
    sizes = 0
    with asking(house) as api:
        for _ in range(7):
            sizes += len(api.get(f"{API}/fires", headers=bearer(key)).content)
        for _ in range(2):
            answer = api.get(f"{API}/fires/{'0' * 8}", headers=bearer(key))
            assert answer.status_code >= 400
        assert api.get(f"{API}/regimes", headers=bearer(key)).status_code == 403
        house.limiter.usage.flush()
        told = api.get(f"{API}/usage", headers=bearer(key)).json()["keys"]
    (mine,) = told
    rows = {row["operation"]: row for row in mine["rows"]}
    assert (rows["fires_listed"]["requests"], rows["fires_listed"]["errors"]) == (7, 0)
    assert rows["fires_listed"]["bytes"] == sizes
    assert (rows["fires_one"]["requests"], rows["fires_one"]["errors"]) == (2, 2)
    assert (rows["regimes_standing"]["requests"], rows["regimes_standing"]["errors"]) == (1, 1)
    assert {row["day"] for row in mine["rows"]} == {f"{NOW:%Y-%m-%d}"}
    assert mine["today"] == 10
    assert mine["limits"] == {"burst": 600, "seconds": 60, "day": 100000}


def test_what_is_refused_uses_up_no_quota(house):
    with_rules(house, partner=Allowance(3, 60, 100))
    key = made(house)
    with asking(house) as api:
        for _ in range(5):
            api.get(f"{API}/fires", headers=bearer(key))
    house.limiter.usage.flush()
    (row,) = house.limiter.usage.listed([f"key:{key['id']}"], 1)
    assert (row["requests"], row["errors"], row["refused"]) == (5, 2, 2)
    house.limiter.usage.look(f"key:{key['id']}")
    assert house.limiter.usage.used(f"key:{key['id']}") == 3


def test_counting_writes_a_few_rows_in_few_transactions(house):
    from sqlalchemy import event  # noqa: PLC0415

    written = []

    @event.listens_for(house.worlds.engine, "before_cursor_execute")
    def _told(_conn, _cursor, statement, *_rest):
        if statement.lstrip().lower().startswith("insert into usage"):
            written.append(statement)

    key = bearer(made(house))
    with asking(house) as api:
        for _ in range(60):
            api.get(f"{API}/fires", headers=key)
    house.limiter.usage.stop()
    (row,) = [
        row
        for one in house.entrance.keys.listed()
        for row in house.limiter.usage.listed([f"key:{one['id']}"], 1)
    ]
    assert row["requests"] == 60
    assert len(written) <= 10


def test_the_file_is_refused_by_line_and_field(tmp_path):
    law = rights.load().rights
    file = tmp_path / "limits.yaml"
    good = (limit_rules.shipped_alerts() / "limits.yaml").read_text("utf-8")
    for spoilt, word in (
        (good.replace("burst: 600", "burst: -1", 1), "burst"),
        (good.replace("  partner:", "  partnr:"), "partnr"),
        (good.replace("    seconds: 60\n    day: 100000", "    day: 100000"), "seconds"),
        (good.replace("day: 100000", "dai: 100000"), "dai"),
    ):
        assert spoilt != good
        file.write_text(spoilt, "utf-8")
        with pytest.raises(PackError) as refused:
            limit_rules.load(tmp_path, law)
        assert word in str(refused.value) + str(refused.value.params)


def test_own_keys_are_made_rotated_and_revoked_within_ones_rights(house):
    from tests.e2e.doors import PASSWORD, Browser  # noqa: PLC0415

    accounts, actor = house.entrance.accounts, local_operator(house.worlds.live())
    grant = Grant("partner", Level.PARTNER, (), "grid")
    browser = Browser(house).join(accounts.invite(actor, "petr", "", grant).token)
    assert browser.sign_in("petr", PASSWORD).status_code == 200
    key = browser.post("/own-keys", {"name": "pump", "days": 30}).json()
    told = (key["role"], key["owner"], key["holder"], key["level"])
    assert told == ("partner", "grid", "grid", "partner")
    foreign = made(house, "rail")
    assert [one["id"] for one in browser.get("/own-keys").json()] == [key["id"]]
    assert browser.post(f"/own-keys/{foreign['id']}/revoke").status_code == 404
    wide = house.entrance.keys.make(
        actor, NewKey("other", "", Grant("dispatcher", Level.REGION, ("*",), "grid"))
    )
    refused = browser.post(f"/own-keys/{wide['id']}/rotate")
    assert refused.json()["code"] == "problem.key_wider"
    new = browser.post(f"/own-keys/{key['id']}/rotate").json()
    assert new["secret"] != key["secret"]
    ended = browser.post(f"/own-keys/{new['id']}/revoke").json()
    assert ended["state"] == "revoked"
    with asking(house) as api:
        refused = api.post(f"{API}/own-keys", json={"name": "x"}, headers=bearer(foreign))
        assert refused.json()["code"] == "problem.own_keys"


def test_a_sandbox_key_works_in_the_demo_alone_and_is_made_anew(fresh_db_url, tmp_path):
    with guarded(fresh_db_url, tmp_path, SetClock(NOW), mode="demo") as house:
        with pytest.raises(NotFound):
            house.partners.shown_sandbox()
        first = house.partners.open_sandbox("live")
        second = house.partners.open_sandbox("live")
        assert first != second
        with asking(house) as api:
            key = {"Authorization": f"Bearer {second}"}
            assert api.get(f"{API}/own-keys/sandbox", headers=key).json()["secret"] == second
            assert api.get(f"{API}/fires", headers=key).status_code == 200
            old = api.get(f"{API}/fires", headers={"Authorization": f"Bearer {first}"})
            assert old.status_code == 401
