"""The whole's health by HTTP: for those who answer for it, and without a database too."""

from dataclasses import replace

import pytest

from sylvan.domain.actors import Level
from sylvan.services.doors import LOCAL
from sylvan.store import engine as store_engine
from tests.e2e.houses import code

API = "/api/v1/health"


class Door:
    def __init__(self, **who) -> None:
        self.who = replace(LOCAL, **who)

    def admit(self, _credentials):
        return self.who


def test_every_part_is_told_with_its_figures(api):
    told = api.get(API).json()
    parts = {one["part"]: one for one in told["parts"]}
    assert set(parts) >= {"database", "live", "log", "audit", "grouping", "feed", "batches"}
    assert parts["log"]["facts"]["seq"] > 0
    assert parts["feed"]["name"] == "firms-noaa20"
    assert parts["batches"]["facts"]["reject_ratio"] == 0
    assert told["queues"]["ungrouped"] == 0
    assert told["rung"] in ("whole", "no_live")  # the gateway runs where a server does


def test_it_answers_while_the_database_is_away(house, api, monkeypatch):
    nowhere = store_engine.create("postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setattr(house, "vitals", replace(house.vitals, engine=nowhere))
    answer = api.get(API)
    assert answer.status_code == 200
    (database,) = [one for one in answer.json()["parts"] if one["part"] == "database"]
    assert database["reason"]["code"] == "health.database_away"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ({"role": "admin"}, 200),
        ({"role": "chief", "level": Level.DISTRICT}, 200),
        ({"role": "dispatcher"}, 403),
        ({"role": "viewer"}, 403),
        ({"role": "public", "level": Level.PUBLIC, "territories": ()}, 401),
    ],
)
def test_it_is_for_those_who_answer_for_it(house, api, monkeypatch, who, status):
    monkeypatch.setattr(house, "door", Door(**who))
    answer = api.get(API)
    assert answer.status_code == status
    assert status == 200 or code(answer) in ("problem.role", "problem.sign_in")


def test_metrics_tell_queues_lag_rejects_and_the_audit(api):
    told = api.get("/metrics").text
    for line in (
        'sylvan_queue{queue="ungrouped"} 0.0',
        'sylvan_queue{queue="events"}',
        "sylvan_audit_rows",
        "sylvan_audit_signed_rows",
        "sylvan_database_read_only 0.0",
        "sylvan_log_lag_seconds",
        'sylvan_batch_reject_ratio_day{feed="firms-noaa20",world="live"} 0.0',
        'sylvan_feed_data_age_seconds{feed="firms-noaa20",world="live"}',
        "sylvan_live_resumes",
    ):
        assert line in told, line
