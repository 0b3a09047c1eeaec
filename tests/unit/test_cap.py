"""CAP messages: written and read back, held against the OASIS schema, judged by the rules."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sylvan.domain.cap import rules
from sylvan.domain.cap import values as cap
from sylvan.domain.cap.reading import MOST_BYTES, is_cap, read
from sylvan.domain.cap.writing import written
from sylvan.domain.codes import Invalid
from tests.unit.cap_tools import (
    ALERT,
    INFO,
    RING,
    SENT,
    alerts,
    fits_schema,
    with_area,
    with_info,
)

TEXT = written(ALERT).decode()
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"


def codes(found) -> list[tuple[str, str]]:
    return [(one.field, one.code) for one in found]


# --- the schema -------------------------------------------------------------------------------


@given(alerts)
def test_any_alert_fits_the_schema_and_is_read_back_as_it_was(alert):
    body = written(alert)
    assert fits_schema(body)
    assert read(body).alert == alert


def test_what_is_written_is_canonical():
    body = written(ALERT)
    assert etree.tostring(etree.fromstring(body), method="c14n", exclusive=True) + b"\n" == body


TAGS = sorted(set(re.findall(r"<(\w+)", TEXT)) - {"alert"})


@given(
    st.sampled_from(TAGS),
    st.sampled_from(["drop", "twice", "rename", "attribute", "child", "end", "z", "empty"]),
)
def test_what_the_schema_refuses_is_refused(tag, deed):
    root = etree.fromstring(TEXT.encode())
    one = next(root.iter(f"{{{NAMESPACE}}}{tag}"))
    parent = one.getparent()
    if deed == "drop":
        parent.remove(one)
    elif deed == "twice":
        parent.insert(parent.index(one), etree.fromstring(etree.tostring(one)))
    elif deed == "rename":
        one.tag = f"{{{NAMESPACE}}}{tag}s"
    elif deed == "attribute":
        one.set("id", "x")
    elif deed == "child":
        etree.SubElement(one, f"{{{NAMESPACE}}}event").text = "x"
    elif deed == "end":
        parent.append(one)
    elif deed == "z":
        one.text = "2026-07-17T09:30:00Z"
    else:
        one.text = ""
    body = etree.tostring(root)
    if not fits_schema(body):
        with pytest.raises(Invalid) as refusal:
            read(body)
        assert all(error.params["line"] for error in refusal.value.errors)


@pytest.mark.parametrize(
    ("old", "new", "field", "code"),
    [
        ("<status>Actual", "<status>actual", "alert.status", "cap.not_a_choice"),
        ("<sent>2026", "<sent>26", "alert.sent", "cap.bad_moment"),
        ("+09:00</sent>", "Z</sent>", "alert.sent", "cap.bad_moment"),
        ("+09:00</sent>", "+15:00</sent>", "alert.sent", "cap.bad_moment"),
        ("-07-17T09:30:00+09:00</sent>", "-13-17T09:30:00+09:00</sent>", "alert.sent",
         "cap.bad_moment"),
        ("62,129", "62.129", "alert.info[0].area[0].polygon[0]", "cap.bad_ring"),
        ("62,129", "NaN,129", "alert.info[0].area[0].polygon[0]", "cap.bad_ring"),
        ("62,129", "6.2e1,129", "alert.info[0].area[0].polygon[0]", "cap.bad_ring"),
        ("ru-RU", "по-русски", "alert.info[0].language", "cap.bad_language"),
        ("<scope>Public</scope>", "", "alert.scope", "cap.missing"),
        ("<scope>", "tail<scope>", "alert", "cap.stray_text"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_element_and_line(old, new, field, code):
    assert old in TEXT
    with pytest.raises(Invalid) as refusal:
        read(TEXT.replace(old, new, 1).encode())
    (error,) = refusal.value.errors
    assert (error.field, error.code) == (field, code)
    lines = TEXT.splitlines()
    known = [number for number, line in enumerate(lines, 1) if old.split("<")[0] in line]
    assert error.params["line"] in {1, *known, *(n for n, s in enumerate(lines, 1) if old in s)}


def test_all_faults_are_named_at_once():
    body = TEXT.replace("Actual", "Real").replace("<severity>Severe", "<severity>Bad")
    with pytest.raises(Invalid) as refusal:
        read(body.encode())
    assert codes(refusal.value.errors) == [
        ("alert.status", "cap.not_a_choice"),
        ("alert.info[0].severity", "cap.not_a_choice"),
    ]


def test_utc_with_a_plus_is_taken_and_remarked():
    found = read(TEXT.replace("+09:00</sent>", "+00:00</sent>").encode())
    assert codes(found.remarks) == [("alert.sent", "cap.utc_plus")]
    assert found.alert.as_reference.sent == "2026-07-17T09:30:00-00:00"


def test_utc_is_written_with_a_minus():
    assert cap.stamp(datetime.fromisoformat("2026-07-17T00:30:00Z")) == "2026-07-17T00:30:00-00:00"
    assert cap.stamp(SENT) == "2026-07-17T09:30:00+09:00"


# --- hostile XML ------------------------------------------------------------------------------

BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("head", [BOMB, XXE, '<!DOCTYPE a SYSTEM "http://sylvan.example/a.dtd">'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_a_doctype_is_refused_in_every_encoding(head, encoding):
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{head}{TEXT}'
    with pytest.raises(Invalid) as refusal:
        read(declared.encode(encoding))
    assert refusal.value.code == "cap.doctype"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "cap.xml"),
        (b"\x00\x01\x02", "cap.xml"),
        (b"<alert>", "cap.xml"),
        (b"<a>\xff\xfe</a>", "cap.xml"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "cap.xml"),
        (b"<html/>", "cap.not_cap"),
        (TEXT.replace(":cap:1.2", ":cap:1.1").encode(), "cap.not_cap"),
        (b"<a>" * 300 + b"</a>" * 300, "cap.xml"),
        (b"<a>" * 100 + b"</a>" * 100, "cap.too_deep"),
        (b"<a>" + b"x" * MOST_BYTES + b"</a>", "cap.too_large"),
    ],
)
def test_what_is_no_message_is_refused(body, code):
    with pytest.raises(Invalid) as refusal:
        read(body)
    assert refusal.value.code == code


def test_faults_without_number_are_told_in_part():
    body = TEXT.replace("<status>", "<x/>" * 5000 + "<status>")
    with pytest.raises(Invalid) as refusal:
        read(body.encode())
    assert 1 < len(refusal.value.errors) <= 50


@given(st.binary(max_size=300))
def test_no_bytes_are_more_than_refused(body):
    with pytest.raises(Invalid):
        read(body)


def test_a_message_is_known_by_its_beginning():
    assert is_cap(TEXT.encode())
    assert is_cap(f'<?xml version="1.0"?>\n{TEXT}'.encode("utf-16"))
    assert not is_cap(b"latitude,longitude\n1,2\n")
    assert not is_cap(b'<kml xmlns="http://www.opengis.net/kml/2.2"/>')


# --- rules that the schema does not hold --------------------------------------------------------

BOW = (cap.Spot(0, 0), cap.Spot(1, 1), cap.Spot(1, 0), cap.Spot(0, 1), cap.Spot(0, 0))
WIDE = (cap.Spot(60, 179), cap.Spot(61, 179), cap.Spot(61, -179), cap.Spot(60, 179))
REFERENCE = cap.Reference("a@b.example", "urn:oid:2.999.0", "2026-07-16T09:30:00+09:00")
BROKEN = {
    "cap.bad_name": replace(ALERT, identifier="a b"),
    "cap.no_zone": replace(ALERT, sent=SENT.replace(tzinfo=None), infos=()),
    "cap.no_restriction": replace(ALERT, scope=cap.Scope.RESTRICTED),
    "cap.no_addresses": replace(ALERT, scope=cap.Scope.PRIVATE),
    "cap.no_references": replace(ALERT, msg_type=cap.MsgType.CANCEL),
    "cap.bad_reference": replace(ALERT, references=(REFERENCE._replace(identifier="a&b"),)),
    "cap.refers_to_itself": replace(ALERT, references=(ALERT.as_reference,)),
    "cap.unknown_reference": replace(ALERT, references=(REFERENCE,)),
    "cap.empty": with_info(event="  "),
    "cap.expires_before": with_info(expires=SENT - timedelta(seconds=1), effective=None),
    "cap.bad_digest": with_info(resources=(cap.Resource("a", "b", digest="xyz"),)),
    "cap.bad_size": with_info(resources=(cap.Resource("a", "b", -1),)),
    "cap.too_few_spots": with_area(polygons=(RING[:2],)),
    "cap.open_polygon": with_area(polygons=((*RING[:3], cap.Spot(1, 1)),)),
    "cap.off_earth": with_area(polygons=((*RING[:2], cap.Spot(95, 185), RING[0]),)),
    "cap.perhaps_swapped": with_area(polygons=(tuple(cap.Spot(b, a) for a, b in RING),)),
    "cap.across_180": with_area(polygons=(WIDE,)),
    "cap.crossing_polygon": with_area(polygons=(BOW,)),
    "cap.bad_radius": with_area(circles=(cap.Circle(RING[0], -1.0),)),
    "cap.ceiling_alone": with_area(ceiling_ft=100.0),
    "cap.ceiling_below": with_area(ceiling_ft=100.0, altitude_ft=200.0),
}


@pytest.mark.parametrize("code", BROKEN)
def test_each_rule_is_broken_by_one_message_alone(code):
    assert [one.code for one in rules.faults(BROKEN[code], lambda _: False)] == [code]


def test_the_schema_takes_what_the_rules_refuse():
    broken = [one for code, one in BROKEN.items() if code != "cap.no_zone"]
    assert [fits_schema(written(one)) for one in broken] == [True] * len(broken)


def test_a_right_message_breaks_no_rule():
    assert rules.faults(ALERT) == []
    assert rules.own_faults(ALERT, lambda _: True) == []
    answer = replace(ALERT, msg_type=cap.MsgType.UPDATE, references=(REFERENCE,))
    assert rules.faults(answer, REFERENCE.__eq__) == []


@pytest.mark.parametrize(
    ("alert", "code"),
    [
        (replace(ALERT, status=cap.Status.EXERCISE), "cap.not_for_the_public"),
        (replace(ALERT, status=cap.Status.TEST), "cap.not_for_the_public"),
        (replace(ALERT, infos=()), "cap.says_nothing"),
        (with_info(headline="x" * 161), "cap.long_headline"),
        (replace(ALERT, infos=(INFO, INFO)), "cap.language_twice"),
    ],
)
def test_our_own_messages_promise_more(alert, code):
    assert [one.code for one in rules.own_faults(alert, lambda _: True)] == [code]
    assert rules.faults(alert) == []


@pytest.mark.parametrize("name", ["", "a b", "a,b", "a<b", "a&b", "a\nb"])
def test_names_hold_nothing_that_references_could_not(name):
    for field in ("identifier", "sender"):
        found = rules.faults(replace(ALERT, **{field: name}))
        assert codes(found) == [(f"alert.{field}", "cap.bad_name")]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("australia.cap", None),
        ("canada.cap", None),
        ("canada_signed.cap", None),
        ("wcatwc-warning.cap", None),
        ("earthquake-iso8859-1.cap", None),
        ("canada_errors.cap", "cap.no_references"),
        ("earthquake.cap", "cap.not_cap"),
        ("invalid.cap", "cap.missing"),
        ("xee.cap", "cap.doctype"),
    ],
)
def test_messages_of_real_services_are_judged(shared_data, name, code):
    body = (shared_data / "messages" / "cap" / "samples" / name).read_bytes()
    if code is None:
        assert rules.faults(read(body).alert) == []
        return
    try:
        found = rules.faults(read(body).alert)
    except Invalid as refusal:
        found = list(refusal.errors)
    assert [one.code for one in found] == [code]
