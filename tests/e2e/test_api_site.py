"""What surrounds the API: pages, files, the base map, headers, probes and figures."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from sylvan import wiring
from sylvan.domain.actors import system
from sylvan.domain.codes import Coded
from sylvan.ops.certificates import Authority
from sylvan.services.log import drain
from sylvan.settings import Settings
from sylvan.web import app as web_app
from sylvan.web.app import Parts
from sylvan.web.site import Site
from sylvan.web.visitors import Visitors
from tests.e2e.asgi import call
from tests.e2e.houses import BASE, SITES, code, take

API = "/api/v1"
BUNDLE = "export const fire = 1;\n" * 400
SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A built front end of three files, a base map of 100 kB, and a secret beside them."""
    root = tmp_path_factory.mktemp("site")
    static = root / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>map</title>")
    (static / "report.html").write_text("<!doctype html><title>report</title>")
    (static / "assets" / "main-1a2b3c.js").write_text(BUNDLE)
    (root / "secret.txt").write_text(SECRET)
    (static / "link.txt").symlink_to(root / "secret.txt")
    basemap = root / "base.pmtiles"
    basemap.write_bytes(bytes(range(256)) * 400)
    return Site(static, basemap)


@pytest.fixture(scope="module")
def pages(house, site) -> TestClient:
    """A client of an application with that site."""
    parts = Parts(site, {}, Visitors.of(["localhost"]))
    return TestClient(web_app.create(house, parts), base_url=BASE)


# Pages and files


@pytest.mark.parametrize(("path", "title"), [("/", "map"), ("/report", "report")])
def test_pages_are_served_and_asked_for_anew_each_time(pages, path, title):
    answer = pages.get(path)
    assert f"<title>{title}</title>" in answer.text
    assert answer.headers["cache-control"] == "no-cache"


def test_hashed_files_are_kept_for_ever(pages):
    answer = pages.get("/assets/main-1a2b3c.js")
    assert answer.text == BUNDLE
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


def test_large_answers_are_packed_when_asked(pages):
    packed = pages.get("/assets/main-1a2b3c.js", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert int(packed.headers.get("content-length", "0")) < len(BUNDLE) / 10
    plain = pages.get("/assets/main-1a2b3c.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers


def test_lists_are_packed_too(pages):
    answer = call(pages.app, "GET", f"{API}/fires", {"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.body))["type"] == "FeatureCollection"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/link.txt",
        "/?name=../secret.txt",
        "/report?name=../secret.txt",
    ],
)
def test_nothing_outside_the_site_is_served(pages, path):
    assert SECRET.encode() not in call(pages.app, "GET", path).body


def test_absolute_path_in_a_query_opens_no_file(pages):
    secret = Path(pages.app.routes[-1].path)  # the route of files takes a path, never a query
    assert str(secret) == "/{path:path}"
    for name in ("name", "file", "path"):
        answer = call(pages.app, "GET", f"/?{name}=/etc/passwd")
        assert b"root:" not in answer.body


def test_base_map_is_read_in_parts(pages):
    answer = pages.get("/basemap.pmtiles", headers={"Range": "bytes=256-511"})
    assert answer.status_code == 206
    assert answer.content == bytes(range(256))
    assert answer.headers["content-range"] == "bytes 256-511/102400"
    assert "content-encoding" not in answer.headers
    last = pages.get("/basemap.pmtiles", headers={"Range": "bytes=-16"})
    assert last.content == bytes(range(240, 256))


def test_whole_base_map_is_not_packed_again(pages):
    answer = pages.get("/basemap.pmtiles", headers={"Accept-Encoding": "gzip"})
    assert len(answer.content) == 102_400
    assert "content-encoding" not in answer.headers
    assert answer.headers["accept-ranges"] == "bytes"


def test_part_beyond_the_base_map_is_refused(pages):
    answer = pages.get("/basemap.pmtiles", headers={"Range": "bytes=999999-"})
    assert answer.status_code == 416


def test_missing_front_end_says_what_to_do(house, tmp_path):
    lonely = TestClient(web_app.create(house, Parts(Site(tmp_path), {})), base_url=BASE)
    answer = lonely.get("/")
    assert (answer.status_code, code(answer)) == (503, "problem.front_end_missing")
    assert lonely.get("/basemap.pmtiles").status_code == 404


@pytest.mark.parametrize("path", ["/", f"{API}/config", "/livez", "/assets/main-1a2b3c.js"])
def test_head_is_answered_as_get_without_a_body(pages, path):
    got, head = pages.get(path), pages.head(path)
    assert head.status_code == got.status_code == 200
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.content == b""


@pytest.mark.parametrize(
    "path", ["/", f"{API}/config", f"{API}/nothing", "/nothing", f"{API}/x%00"]
)
def test_every_answer_carries_the_headers_that_protect_it(pages, path):
    headers = call(pages.app, "GET", path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


# Who may call


def test_own_page_may_change_and_so_may_a_program(own):
    house, api = own
    take(house, SITES[:1])
    fire = api.get(f"{API}/fires").json()["features"][0]["id"]
    allowed = (
        {},
        {"Origin": "http://localhost"},
        {"Origin": "https://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://behind.a.proxy"},
        {"Sec-Fetch-Site": "none"},
    )
    for headers in allowed:
        assert api.post(f"{API}/fires/{fire}/shown", headers=headers).status_code == 200, headers


@pytest.mark.parametrize(
    ("options", "host", "status"),
    [
        ({}, "localhost:8321", 200),
        ({}, "127.0.0.1:8321", 200),
        ({}, "[::1]:8321", 200),
        ({}, "LOCALHOST.", 200),
        ({}, "192.168.1.7", 421),
        ({}, "fires.example", 421),
        ({"names": "fires.example, пожары.рф"}, "fires.example", 200),
        ({"names": "fires.example"}, "localhost", 200),
        ({"host": "0.0.0.0", "i_know": True}, "anything.example", 200),
        ({"host": "0.0.0.0", "i_know": True, "names": "fires.example"}, "evil.example", 421),
        ({"host": "127.0.0.5"}, "127.0.0.5:80", 200),
    ],
)
def test_server_answers_to_its_own_names_alone(house, options, host, status):
    app, hub = wiring.web(Settings(**options), house)
    assert call(app, "GET", "/livez", {"Host": host}).status == status
    allowed = wiring.visitors(Settings(**options)).hosts
    assert hub.origins.hosts == allowed


# The page of the local authority


@pytest.fixture(scope="module")
def phone(house, tmp_path_factory) -> TestClient:
    """A client of a server whose local authority was made."""
    data = tmp_path_factory.mktemp("data")
    Authority(data).init(["192.168.1.7"], now=datetime(2026, 7, 17, tzinfo=UTC))
    app, _ = wiring.web(Settings(data_dir=data, names="192.168.1.7"), house)
    return TestClient(app, base_url="http://192.168.1.7:8321")


@pytest.mark.parametrize(
    ("asked", "language"), [("", "ru"), ("?lang=en", "en"), ("?lang=ru", "ru")]
)
def test_phone_gets_the_page_with_its_own_address_as_qr_code(phone, asked, language):
    answer = phone.get(f"/tls{asked}")
    assert answer.headers["content-type"].startswith("text/html")
    assert f'<html lang="{language}">' in answer.text
    assert "<code>http://192.168.1.7:8321/tls</code>" in answer.text
    assert "<svg" in answer.text


def test_phone_installs_the_authority_from_there(phone):
    answer = phone.get("/tls/sylvan-ca.crt")
    assert answer.headers["content-type"] == "application/x-x509-ca-cert"
    assert answer.content.startswith(b"\x30\x82")


def test_key_of_the_authority_is_nowhere(phone):
    for path in ("/tls/ca-key.pem", "/tls/server-key.pem", "/tls/../tls/ca-key.pem"):
        assert phone.get(path).status_code == 404


def test_without_an_authority_the_page_says_how_to_make_one(house, tmp_path):
    app, _ = wiring.web(Settings(data_dir=tmp_path), house)
    for path in ("/tls", "/tls/sylvan-ca.crt"):
        assert call(app, "GET", path).codes == {"problem.no_authority"}


# Probes, figures, logs


def test_process_is_alive_and_ready(own):
    house, api = own
    drain(house.worlds.engine)
    assert api.get("/livez").json() == {"status": "alive"}
    answer = api.get("/readyz")
    assert answer.json() == {
        "status": "ready",
        "seq": house.log.head().seq,
        "waiting": 0,
        "late_feeds": [],
    }


def test_failing_feed_degrades_and_does_not_kill(own):
    house, api = own
    live = system(house.worlds.live())
    told = Coded("feed.timeout", {"seconds": 30})
    house.feeds.failed(live, "firms-noaa20", "satellite", told, opened=False)
    answer = api.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["late_feeds"] == ["firms-noaa20"]


def test_gateway_that_has_not_seen_the_log_is_not_ready(house, site):
    app = web_app.create(house, Parts(site, {}, live_ready=lambda: False))
    answer = call(app, "GET", "/readyz")
    assert (answer.status, answer.problem["params"]) == (503, {"part": "live"})
    assert answer.headers["retry-after"] == "5"


def figures(api) -> dict[tuple[str, ...], float]:
    answer = api.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_figures_tell_of_log_feeds_and_batches(own):
    house, api = own
    take(house, SITES)
    rows = sum(site.pixels for site in SITES)
    found = figures(api)
    head = house.log.head().seq
    assert head > 0
    assert found["sylvan_database_up",] == 1
    assert found["sylvan_log_head",] == head
    assert found["sylvan_log_waiting",] == 0
    assert found["sylvan_feed_pass_age_seconds", "firms-noaa20", "live"] == 2 * 3600
    assert found["sylvan_feed_data_age_seconds", "firms-noaa20", "live"] == 0
    assert found["sylvan_feed_state", "firms-noaa20", "ok", "live"] == 1
    assert found["sylvan_feed_rows", "firms-noaa20", "live"] == rows
    assert found["sylvan_batches_day", "firms-noaa20", "live"] == 1
    assert found["sylvan_batch_rows_day", "firms-noaa20", "accepted", "live"] == rows
    assert ("sylvan_live_clients",) in found


def test_figures_tell_how_far_the_log_lags(own):
    house, api = own
    drain(house.worlds.engine)
    report = {"place": {"method": "coordinates", "point": [129.7, 62.0]}, "seen": "smoke"}
    api.post(f"{API}/reports", json=report)
    found = figures(api)
    assert found["sylvan_log_waiting",] == 1
    assert found["sylvan_log_lag_seconds",] > 0


def test_requests_are_counted_by_route_and_not_by_address(own):
    house, api = own
    take(house, SITES[:3])
    for fire in api.get(f"{API}/fires").json()["features"]:
        api.get(f"{API}/fires/{fire['id']}")
    api.get("/nothing/at/all")
    api.get(f"{API}/fires?limit=0")
    found = figures(api)
    assert found["sylvan_http_answers_total", "GET", "/fires/{fire_id}", "200"] == 3
    assert found["sylvan_http_answers_total", "GET", "/fires", "422"] == 1
    assert found["sylvan_http_seconds_count", "GET", "/fires/{fire_id}"] == 3
    assert not any("nothing" in part for key in found for part in key)


@pytest.mark.parametrize("chatty", [False, True])
def test_log_has_one_line_a_request_without_its_query(house, site, chatty):
    app = web_app.create(house, Parts(site, {}, chatty=chatty))
    with structlog.testing.capture_logs() as lines:
        call(app, "GET", f"{API}/layers?MAP_KEY={SECRET}")
        call(app, "GET", f"{API}/worlds")
        call(app, "POST", f"{API}/reports/locate?world={SECRET}")
        call(app, "GET", "/livez")
    told = [line for line in lines if line["event"] == "http"]
    assert [line["path"].removeprefix(API) for line in told] == [
        "/layers",
        "/worlds",
        "/reports/locate",
        "/livez",
    ]
    assert [line["status"] for line in told] == [422, 200, 415, 200]
    levels = ["info", "info" if chatty else "debug", "info", "debug"]
    assert [line["log_level"] for line in told] == levels
    assert SECRET not in str(lines)


def test_fault_of_ours_is_logged_and_told_without_its_inside(house, site, monkeypatch):
    app = web_app.create(house, Parts(site, {}))

    def broken(_self, _world):
        raise KeyError(SECRET)

    monkeypatch.setattr(type(house.picture), "config", broken)
    with structlog.testing.capture_logs() as lines:
        answer = call(app, "GET", f"{API}/config")
    assert (answer.status, answer.codes) == (500, {"problem.unexpected"})
    assert SECRET.encode() not in answer.body
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert any(SECRET in str(line.get("exc_info")) for line in lines)
