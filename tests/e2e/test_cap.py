"""CAP, KML and Cursor on Target over HTTP: feeds, pages, conditions, attacks, who sees what."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from xml.sax.saxutils import escape

import feedparser
import pytest
from lxml import etree
from sqlalchemy import text

from sylvan.domain.actors import local_operator
from sylvan.domain.cap.reading import read
from sylvan.services.log import drain
from sylvan.web.examples_cap import BODIES
from tests.e2e.houses import NOW, Site, client, code, take
from tests.e2e.rights_day import API, PaperDoor, key, posted
from tests.unit.cap_tools import fits_schema

HERE = Site(129.73, 66.4, 2.0, 5)
CAP = {"Content-Type": "application/cap+xml"}
ATOM = "{http://www.w3.org/2005/Atom}"
KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture
def told(own, tmp_path):
    """A house with one registered fire, its message, and a crew beside it."""
    house, api = own
    house.cap_desk.signer.folder = tmp_path / "cap"
    house.cap_desk.turn()
    take(house, (HERE,))
    (fire,) = api.get(f"{API}/fires").json()["features"]
    posted(api, f"{API}/fires/{fire['id']}/register", {"first_area_ha": 2})
    base = {"code": "base", "kind": "air_base", "point": [HERE.lon, HERE.lat]}
    posted(api, f"{API}/forces/stations", base)
    posted(
        api, f"{API}/forces/units", {"code": "crew-secret", "kind": "helitack", "station": "base"}
    )
    read_log(house)
    return house, api, fire


def read_log(house):
    drain(house.worlds.engine)
    while house.cap_desk.turn()[0]:
        pass


def municipality(fire) -> str:
    return fire["properties"]["address"]["municipality"]["code"]


def feed(api, territory, **params):
    return api.get(f"{API}/public/cap/{territory}.atom", params=params)


def test_feedparser_reads_the_feed_and_finds_the_signed_message(told):
    _, api, fire = told
    answer = feed(api, municipality(fire), lang="en")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    found = feedparser.parse(answer.content)
    assert not found.bozo, found.bozo_exception
    (entry,) = found.entries
    assert entry.title.startswith("Wildfire SA-2026-00001")
    assert entry.cap_severity in ("Minor", "Moderate", "Severe", "Extreme")
    assert entry.links[0].type == "application/cap+xml"
    message = api.get(entry.links[0].href)
    assert message.headers["content-type"].startswith("application/cap+xml")
    assert fits_schema(message.content)
    assert read(message.content).alert.identifier == entry.id
    assert b"crew-secret" not in message.content
    assert "immutable" in message.headers["cache-control"]


def test_every_place_of_the_fire_has_it_in_its_feed_and_others_do_not(told):
    _, api, fire = told
    territories = api.get(f"{API}/public/cap").json()
    having = [
        one["code"]
        for one in territories
        if feedparser.parse(feed(api, one["code"]).content).entries
    ]
    assert len(having) in (2, 3)
    assert {"SA", municipality(fire)} <= set(having)
    assert feed(api, "nowhere").status_code == 404


def test_a_feed_that_has_not_changed_is_not_sent_again(told):
    house, api, fire = told
    first = feed(api, "SA")
    etag, modified = first.headers["etag"], first.headers.get("last-modified")
    assert modified is None  # the house's clock stands: its second is not over
    again = {"If-None-Match": etag}
    answer = api.get(f"{API}/public/cap/SA.atom", headers=again)
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    both = {"If-None-Match": '"other"', "If-Modified-Since": "Fri, 17 Jul 2099 00:00:00 GMT"}
    assert api.get(f"{API}/public/cap/SA.atom", headers=both).status_code == 200
    assert api.get(f"{API}/public/cap/SA.atom?lang=en", headers=again).status_code == 200
    facts = {"to": "out", "facts": {"final_area_ha": 1, "cause": "lightning"}}
    posted(api, f"{API}/fires/{fire['id']}/status", facts)
    read_log(house)
    changed = api.get(f"{API}/public/cap/SA.atom", headers=again)
    assert changed.status_code == 200
    assert feedparser.parse(changed.content).entries[0].cap_msgtype == "Cancel"


def test_if_modified_since_goes_by_messages_and_by_their_end(told):
    house, api, _ = told
    standing = house.cap.clock
    try:
        for reading in (house.cap,):
            object.__setattr__(reading, "clock", lambda: NOW + timedelta(seconds=5))
        address = f"{API}/public/cap/SA.atom"
        modified = api.get(address).headers["last-modified"]
        assert parsedate_to_datetime(modified) == NOW
        since = {"If-Modified-Since": modified}
        assert api.get(address, headers=since).status_code == 304
        earlier = {"If-Modified-Since": "Fri, 17 Jul 2026 05:59:59 GMT"}
        assert api.get(address, headers=earlier).status_code == 200
        assert api.get(address, headers={"If-Modified-Since": "yesterday"}).status_code == 200
        object.__setattr__(house.cap, "clock", lambda: NOW + timedelta(hours=12, seconds=5))
        gone = api.get(address, headers=since)
        assert gone.status_code == 200
        assert feedparser.parse(gone.content).entries == []
    finally:
        object.__setattr__(house.cap, "clock", standing)


MANY = 10_000
COPIES = text(
    "insert into cap_message (world_id, identifier, sender, sent, msg_type, status, theme, subject,"
    " number, level, refs, told, titles, expires, renew_at, codes, territories, newest, seq,"
    " made_at, xml) select world_id, identifier || '.' || n, sender, sent, msg_type, status, theme,"
    " subject || n, number, level, refs, told, titles, expires, renew_at, codes, territories,"
    " newest, seq, made_at, xml from cap_message, generate_series(2, :many) n"
)


def test_ten_thousand_messages_are_read_page_by_page_each_once(told):
    house, api, _ = told
    with house.worlds.engine.begin() as conn:
        conn.execute(COPIES, {"many": MANY})
    seen, address, pages = [], f"{API}/public/cap/SA.atom", 0
    while address:
        root = etree.fromstring(api.get(address).content)
        seen += [one.text for one in root.iterfind(f"{ATOM}entry/{ATOM}id")]
        links = {one.get("rel"): one.get("href") for one in root.iterfind(f"{ATOM}link")}
        assert {"self", "first"} <= set(links)
        address, pages = links.get("next"), pages + 1
    assert (len(seen), len(set(seen)), pages) == (MANY, MANY, MANY // 100)


def test_texts_stay_texts_in_the_feed(told):
    house, api, _ = told
    evil = "<script>alert(1)</script>]]>&"
    with house.worlds.engine.begin() as conn:
        conn.execute(
            text(
                "update cap_message set titles ="
                " jsonb_set(titles, '{en,headline}', to_jsonb(:evil ::text))"
            ),
            {"evil": evil},
        )
    answer = feed(api, "SA", lang="en")
    (title,) = etree.fromstring(answer.content).iterfind(f"{ATOM}entry/{ATOM}title")
    assert title.text == evil
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "before=0", "before=x", "lang=de", "page=2", "lang=ru&lang=en"],
)
def test_a_misspelt_question_is_refused(told, query):
    _, api, _ = told
    assert api.get(f"{API}/public/cap/SA.atom?{query}").status_code == 422


def test_a_message_of_a_drill_is_not_to_be_had(told):
    house, api, _ = told
    with house.worlds.engine.begin() as conn:
        name = conn.scalar(text("update cap_message set status = 'Exercise' returning identifier"))
    answer = api.get(f"{API}/public/cap/{name}.xml")
    assert (answer.status_code, code(answer)) == (404, "cap.message_unknown")


def test_the_certificate_is_published(told):
    _, api, _ = told
    answer = api.get(f"{API}/public/cap/certificate.pem")
    assert answer.text.startswith("-----BEGIN CERTIFICATE-----")
    assert "PRIVATE" not in answer.text


def test_dispatchers_see_what_was_told(told):
    _, api, fire = told
    (one,) = api.get(f"{API}/cap/messages").json()["messages"]
    assert (one["type"], one["subject"], one["holds"]) == ("Alert", fire["id"], True)
    body = api.get(f"{API}/cap/messages/{one['identifier']}.xml").content
    assert read(body).alert.sent.isoformat() == one["sent"].replace("Z", "+00:00")
    assert api.get(f"{API}/cap/messages?theme=regime").json() == {"messages": [], "next": None}


# --- others' messages -----------------------------------------------------------------------------

MESSAGE = BODIES["cap_take"]


def test_a_partners_alert_is_taken_once(told):
    house, api, _ = told
    sent = [api.post(f"{API}/cap", content=MESSAGE.encode(), headers=CAP) for _ in range(2)]
    words = [one.json()["disposition"]["code"] for one in sent]
    assert words == ["cap.taken", "cap.known"]
    waiting = api.get(f"{API}/reports").json()["features"]
    assert [one["id"] for one in waiting] == [sent[0].json()["report"]]
    assert house.reports.page(
        local_operator(house.worlds.live()),
        bbox=None,
        statuses=None,
        since=None,
        after=None,
        limit=9,
    ).features


BOMB = (
    '<!DOCTYPE a [<!ENTITY a "'
    + "a" * 1000
    + '">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(8))
    + "]>"
)
ATTACKS = {
    "xxe": ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + MESSAGE, "cap.doctype"),
    "bomb": (BOMB + MESSAGE.replace("Приграничный район", "&i;"), "cap.doctype"),
    "outside": ('<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">' + MESSAGE, "cap.doctype"),
    "huge": (MESSAGE + " " * 2_000_001, "cap.too_large"),
    "deep": ("<a>" * 200 + "</a>" * 200, "cap.too_deep"),
    "other": ("{}", "cap.xml"),
    "entity": (MESSAGE.replace("Приграничный район", "&x;"), "cap.xml"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_by_xml_are_refused_and_leave_nothing(told, name):
    house, api, _ = told
    body, wanted = ATTACKS[name]
    answer = api.post(f"{API}/cap", content=body.encode(), headers=CAP)
    assert (answer.status_code, code(answer)) == (422, wanted)
    assert "root:" not in answer.text
    with house.worlds.engine.connect() as conn:
        assert conn.scalar(text("select count(*) from cap_received")) == 0


def test_every_fault_is_named_by_element_and_line(told):
    _, api, _ = told
    body = MESSAGE.replace("Actual", "Real").replace("62.21,126.41 2", "126.41,62.21 2")
    answer = api.post(f"{API}/cap", content=body.encode(), headers=CAP)
    (error,) = answer.json()["errors"]
    assert (error["field"], error["params"]["line"]) == ("alert.status", 5)
    body = MESSAGE.replace("62.21,126.41 2", "126.41,62.21 2")
    (error,) = api.post(f"{API}/cap", content=body.encode(), headers=CAP).json()["errors"]
    assert (error["field"], error["code"]) == (
        "alert.info[0].area[0].circle[0]",
        "cap.perhaps_swapped",
    )


GPX = '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{}</trkseg></trk></gpx>'
POINTS = "".join(f'<trkpt lat="{66 + n / 100}" lon="129.{n}"/>' for n in range(5))


@pytest.mark.parametrize(
    "head",
    ['<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>', BOMB, '<!doctype gpx SYSTEM "x">'],
)
def test_a_track_with_a_doctype_is_refused(told, head):
    _, api, fire = told
    body = head + GPX.format(POINTS + "<trkpt><name>&x;</name></trkpt>")
    files = {"file": ("t.gpx", body.encode(), "application/gpx+xml")}
    form = {"at": f"{NOW:%Y-%m-%dT%H:%M:%SZ}"}
    address = f"{API}/fires/{fire['id']}/edges/gpx"
    answer = api.post(address, files=files, data=form, headers={"If-Match": "*"})
    assert (answer.status_code, code(answer)) == (422, "edge.gpx_unreadable")


@pytest.mark.parametrize("head", ['<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>', BOMB])
def test_a_kml_of_hotspots_with_a_doctype_is_refused(told, head):
    _, api, _ = told
    body = f'{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>&x;</name></Document></kml>'
    answer = api.post(f"{API}/ingest?name=a.kml", content=body.encode())
    assert (answer.status_code, code(answer)) == (422, "file.doctype")


# --- maps of other programs -----------------------------------------------------------------------


def marks(answer) -> list[str]:
    root = etree.fromstring(answer.content)
    return [one.findtext(f"{KML}name") for one in root.iter(f"{KML}Placemark")]


def test_google_earth_asks_again_by_itself(told):
    _, api, _ = told
    root = etree.fromstring(api.get(f"{API}/public/fires.kml?lang=en").content)
    (link,) = root.iter(f"{KML}Link")
    assert link.findtext(f"{KML}refreshMode") == "onInterval"
    answer = api.get(link.findtext(f"{KML}href"))
    assert answer.headers["content-type"] == "application/vnd.google-earth.kml+xml"
    assert [name.split(",")[0] for name in marks(answer)] == ["Fire SA-2026-00001"]
    assert "crew-secret" not in answer.text


def test_crews_stand_only_where_their_eyes_may_rest(told):
    house, api, _ = told
    house.door = PaperDoor()
    whole = key("dispatcher", "region", "*")
    assert "crew-secret" in marks(api.get(f"{API}/kml/fires.kml", headers=whole))
    assert "crew-secret" in api.get(f"{API}/cot", headers=whole).text
    for role, level in (("viewer", "region"), ("partner", "partner"), ("neighbour", "neighbour")):
        for path in ("kml/fires.kml", "cot"):
            answer = api.get(f"{API}/{path}", headers=key(role, level, "*"))
            assert answer.status_code == 200
            assert "crew-secret" not in answer.text
    for path in ("kml/fires.kml", "cot", "cap/messages"):
        answer = api.get(f"{API}/{path}", headers=key("public", "public"))
        assert (answer.status_code, code(answer)) == (401, "problem.sign_in")


def test_names_are_escaped_in_kml_and_events(told):
    house, api, _ = told
    evil = "<script>alert(1)</script><![CDATA["
    with house.worlds.engine.begin() as conn:
        conn.execute(text("update fire set number = :evil"), {"evil": evil})
    for path in ("public/fires/now.kml", "kml/fires.kml", "cot"):
        answer = api.get(f"{API}/{path}")
        assert etree.fromstring(answer.content) is not None
        assert "<script>" not in answer.text
        assert escape(evil).partition("[")[0] in answer.text


def test_events_for_field_apps_have_names_that_stay(told):
    _, api, fire = told
    found = [etree.fromstring(api.get(f"{API}/cot").content) for _ in range(2)]
    names = [[one.get("uid") for one in root] for root in found]
    assert names[0] == names[1]
    assert f"sylvan.fire.{fire['id']}" in names[0]
    kinds = {one.get("type")[:3] for one in found[0]}
    assert kinds <= {"b-l", "a-f"}
    assert all(one.get("stale") >= one.get("start") for one in found[0])


def test_gdal_opens_both_documents(told, tmp_path):
    import pyogrio  # noqa: PLC0415 - takes a second to load, and only this asks for it

    _, api, _ = told
    for path in ("public/fires/now.kml", "kml/fires.kml"):
        file = tmp_path / "fires.kml"
        file.write_bytes(api.get(f"{API}/{path}").content)
        rows = pyogrio.read_dataframe(file, layer=0)
        assert any("SA-2026-00001" in name for name in rows["Name"])


def test_a_demo_says_that_it_is_one(own, tmp_path):
    house, _ = own
    house.cap_desk.signer.folder = tmp_path / "cap"
    from sylvan.domain.worlds import WorldClock, WorldKind  # noqa: PLC0415

    house.worlds.open(WorldKind.REPLAY, "demo", WorldClock(NOW, NOW, 1.0))
    object.__setattr__(house, "default_world", "demo")
    with client(house) as api:
        title = feedparser.parse(feed(api, "SA", lang="en").content).feed.title
    assert title.startswith("TEST, no real alerts")
