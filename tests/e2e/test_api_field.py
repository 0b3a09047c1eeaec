"""A crew's phone over HTTP: rights, an unchanged task, batches, files in pieces that are cut."""

import io
import socket
import time
from uuid import uuid4

import pytest
from PIL import Image

from tests.e2e.houses import client, opened
from tests.e2e.rights_day import API, PaperDoor, key, two_places
from tests.e2e.served import served

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}
MB = 1_000_000


@pytest.fixture(scope="module")
def day(region_url):
    house = opened(region_url)
    house.door = PaperDoor()
    with client(house) as api:
        here, there = two_places(api, house)
        yield api, here, there, house
    house.worlds.engine.dispose()


def crew(place):
    return key("field", "crew", place.municipality)


def item(kind, **body):
    return {"key": str(uuid4()), "kind": kind, **body}


def test_an_unchanged_task_costs_no_bytes(day):
    api, here, _, _ = day
    asked = {"params": {"unit": "crew-here-1"}, "headers": crew(here)}
    first = api.get(f"{API}/field/task", **asked)
    assert first.json()["fire"]["id"] == here.ids["fire_id"]
    seen = {**crew(here), "If-None-Match": first.headers["etag"]}
    again = api.get(f"{API}/field/task", params=asked["params"], headers=seen)
    assert (again.status_code, again.content) == (304, b"")


def test_a_crew_has_no_task_of_others(day):
    api, here, _, _ = day
    asked = {"params": {"unit": "crew-there-1"}, "headers": crew(here)}
    assert api.get(f"{API}/field/task", **asked).status_code == 404


def test_a_batch_of_a_crew_does_what_a_crew_may_in_its_order(day):
    api, here, there, _ = day
    items = [
        item("order_step", order_id=here.ids["order_id"], to="departed"),
        item("order_step", order_id=here.ids["order_id"], to="approved"),
        item("order_step", order_id=here.ids["order_id"], to="arrived", at="2026-07-17T09:00:00Z"),
        item("order_step", order_id=there.ids["order_id"], to="departed"),
        item("say", fire_id=here.ids["fire_id"], unit="crew-here-1", word="forces"),
        item(
            "track",
            unit="crew-here-1",
            fixes=[{"at": "2026-07-17T05:50:00Z", "point": [129.7, 66.4]}],
        ),
    ]
    told = api.post(f"{API}/field/sync", json={"items": items}, headers=crew(here)).json()
    assert [one["status"] for one in told["results"]] == [200, 409, 200, 404, 200, 200]
    # the phone's clock was three hours ahead: it has just happened
    assert told["results"][2]["answer"]["stamps"][-1]["at"] == told["at"]
    again = api.post(f"{API}/field/sync", json={"items": items}, headers=crew(here)).json()
    assert again["results"][0] == told["results"][0]


@pytest.mark.parametrize("role", ["viewer", "official", "partner", "public"])
def test_who_is_no_crew_has_neither_batches_nor_sos(day, role):
    api, here, _, _ = day
    level = {"viewer": "municipality", "official": "municipality"}.get(role, role)
    headers = key(role, level, here.municipality)
    call = {"id": str(uuid4()), "unit": "crew-here-1"}
    for path, body in (
        ("sync", {"items": [item("check_in", unit_id=str(uuid4()))]}),
        ("sos", call),
    ):
        assert api.post(f"{API}/field/{path}", json=body, headers=headers).status_code in (401, 403)


def test_sos_of_a_crew_is_heard_by_its_dispatcher_and_by_no_other_region(day):
    api, here, there, _ = day
    call = {"id": str(uuid4()), "unit": "crew-here-1", "point": [129.73, 66.4]}
    for _ in range(2):
        told = api.post(f"{API}/field/sos", json=call, headers=crew(here)).json()
    assert not told["seen"]

    def heard(place):
        headers = key("dispatcher", "municipality", place.municipality)
        found = api.get(f"{API}/notices", headers=headers).json()
        return [one for one in found if one["theme"] == "sos"]

    (one,) = heard(here)
    assert (one["about"], heard(there)) == (call["id"], [])
    ended = api.post(f"{API}/field/sos/{call['id']}/end", json={"note": "ok"}, headers=crew(here))
    assert ended.json()["state"] == "over"


def begun(api, size, headers):
    made = api.post(f"{API}/uploads", headers={**TUS, **headers, "Upload-Length": str(size)})
    assert made.status_code == 201
    return made.headers["location"]


def test_pieces_follow_the_tus_protocol(day):
    api, here, _, _ = day
    mine, path = crew(here), None
    path = begun(api, 10, mine)

    def send(offset, body):
        headers = {**PIECE, **mine, "Upload-Offset": str(offset)}
        return api.patch(path, content=body, headers=headers)

    assert send(0, b"01234").headers["upload-offset"] == "5"
    wrong = send(4, b"x")
    assert (wrong.status_code, wrong.json()["params"]["offset"]) == (409, 5)
    assert send(5, b"567890").status_code == 422  # longer than announced
    head = api.head(path, headers=mine)
    assert (head.headers["upload-offset"], head.headers["upload-length"]) == ("5", "10")
    assert head.headers["cache-control"] == "no-store"
    assert send(5, b"56789").json()["offset"] == 10
    assert api.get(path, headers=key("public", "public")).status_code == 404


def test_a_photo_of_40_mb_comes_in_by_pieces(day):
    api, here, _, _ = day
    out = io.BytesIO()
    Image.effect_noise((7600, 5700), 80).convert("RGB").save(out, "JPEG", quality=95)
    body, mine = out.getvalue(), crew(here)
    assert len(body) > 35 * MB
    path = begun(api, len(body), mine)
    for start in range(0, len(body), 4 * MB):
        headers = {**PIECE, **mine, "Upload-Offset": str(start)}
        sent = api.patch(path, content=body[start : start + 4 * MB], headers=headers)
        assert sent.is_success, sent.text
    told = {
        "place": {"method": "coordinates", "point": [129.73, 66.4]},
        "seen": "smoke",
        "upload": path.rpartition("/")[2],
    }
    report = api.post(f"{API}/reports", json=told, headers=mine).json()
    assert report["id"], report
    photo = api.get(f"{API}/reports/{report['id']}/photo")
    assert max(Image.open(io.BytesIO(photo.content)).size) == 2560


@pytest.mark.parametrize("came", [0, 1, 700, 65_537, 199_999])
def test_of_a_piece_whose_sender_is_cut_off_what_came_is_kept(day, came):
    """A real socket that is closed in the middle of a body."""
    house = day[3]
    body = bytes(n % 251 for n in range(200_000))
    with served(house) as port:
        told = talk(port, asked("POST", "/uploads", f"Upload-Length: {len(body)}", 0))
        path = told["location"].removeprefix(API)
        with link(port) as cut:
            header = "Upload-Offset: 0\r\nExpect: 100-continue"
            cut.sendall(asked("PATCH", path, header, len(body)))
            assert cut.recv(100).startswith(b"HTTP/1.1 100")  # the server reads from here on
            cut.sendall(body[:came])
            time.sleep(PAUSE_S)
        until = time.monotonic() + PATIENCE_S
        while (offset := how_far(port, path)) < came and time.monotonic() < until:
            time.sleep(0.05)  # the server learns of the end a moment later
        assert offset == came
        rest = body[offset:]
        told = talk(port, asked("PATCH", path, f"Upload-Offset: {offset}", len(rest)) + rest)
        assert told["upload-offset"] == str(len(body))
    with house.worlds.engine.connect() as conn:
        rows = conn.exec_driver_sql(
            "select body from upload_piece where upload_id = %s order by start",
            (path.rpartition("/")[2],),
        )
        assert b"".join(row.body for row in rows) == body


PATIENCE_S = 10
PAUSE_S = 0.5
"""A link is not cut in the moment in which its last bytes leave."""


def link(port):
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)


def asked(method, path, header, length):
    lines = [
        f"{method} {API}{path} HTTP/1.1",
        "Host: 127.0.0.1",
        header,
        "Content-Type: application/offset+octet-stream",
        f"Content-Length: {length}",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def talk(port, request):
    """Headers of the answer, by their names in lower case."""
    with link(port) as wire:
        wire.sendall(request)
        told = b"".join(iter(lambda: wire.recv(65_536), b""))
    head = told.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    assert head[0].split()[1].startswith("2"), told
    pairs = (line.partition(": ") for line in head[1:])
    return {name.lower(): value for name, _, value in pairs}


def how_far(port, path):
    return int(talk(port, asked("GET", path, "Accept: */*", 0))["upload-offset"])
