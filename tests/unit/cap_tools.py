"""Alerts for tests: one that is right, and strategies that make any."""

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest
import xmlschema
from hypothesis import strategies as st
from lxml import etree

from sylvan.domain.cap import values as cap

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "cap"
SENT = datetime(2026, 7, 17, 9, 30, tzinfo=timezone(timedelta(hours=9)))
RING = (cap.Spot(62.0, 129.0), cap.Spot(62.5, 129.0), cap.Spot(62.5, 130.0), cap.Spot(62.0, 129.0))
INFO = cap.Info(
    (cap.Category.FIRE,),
    "Природный пожар",
    cap.Urgency.EXPECTED,
    cap.Severity.SEVERE,
    cap.Certainty.OBSERVED,
    language="ru-RU",
    effective=SENT,
    expires=SENT + timedelta(hours=12),
    headline="Пожар № 7",
    areas=(cap.Area("Горный улус", (RING,)),),
)
ALERT = cap.Alert(
    "urn:oid:2.999.1",
    "alerts@sylvan.example",
    SENT,
    cap.Status.ACTUAL,
    cap.MsgType.ALERT,
    cap.Scope.PUBLIC,
    infos=(INFO,),
)


def with_info(**changes) -> cap.Alert:
    return replace(ALERT, infos=(replace(INFO, **changes),))


def with_area(**changes) -> cap.Alert:
    return with_info(areas=(replace(INFO.areas[0], **changes),))


@cache
def xsd() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(CORPUS / "CAP-v1.2.xsd"))


@cache
def other_engine() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(CORPUS / "CAP-v1.2.xsd"))


def fits_schema(body: bytes) -> bool:
    """By both engines, which must agree."""
    first = xsd().validate(etree.fromstring(body))
    second = other_engine().is_valid(body.decode())
    assert first == second, xsd().error_log
    return first


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=40
).filter(lambda text: "\ufffe" not in text and "\uffff" not in text)
filled = texts.filter(lambda text: text.strip() == text and text)
names = st.from_regex(r"[A-Za-z0-9:.@_-]{1,30}", fullmatch=True)
uris = st.from_regex(r"https?://[a-z]{1,9}\.example/[a-z0-9]{0,9}", fullmatch=True)
words = st.from_regex(r"[A-Za-z0-9:.@_-]{1,12}( [a-z]{1,5})?", fullmatch=True)
zones = st.integers(-14 * 60, 14 * 60).map(
    lambda minutes: timezone(timedelta(minutes=minutes)) if minutes else UTC
)
moments = st.builds(
    lambda at, zone: at.replace(microsecond=0, tzinfo=zone),
    st.datetimes(*(datetime.fromisoformat(day) for day in ("1990-01-02", "2090-01-01"))),
    zones,
)
numbers = st.integers(-180_000_000, 180_000_000).map(lambda n: n / 1e6)
spots = st.builds(cap.Spot, numbers, numbers)
rings = st.lists(spots, min_size=1, max_size=6).map(tuple)
pairs = st.builds(cap.Pair, texts, texts)
maybe = st.none() | filled


def some(strategy, most=2):
    return st.lists(strategy, max_size=most).map(tuple)


areas = st.builds(
    cap.Area,
    texts,
    some(rings),
    some(st.builds(cap.Circle, spots, st.integers(0, 10_000_000).map(lambda n: n / 1e6))),
    some(pairs),
    st.none() | numbers,
    st.none() | numbers,
)
resources = st.builds(
    cap.Resource,
    texts,
    texts,
    st.none() | st.integers(-(10**17), 10**17),
    st.none() | uris,
    maybe,
    maybe,
)
infos = st.builds(
    cap.Info,
    st.lists(st.sampled_from(cap.Category), min_size=1, max_size=3).map(tuple),
    texts,
    st.sampled_from(cap.Urgency),
    st.sampled_from(cap.Severity),
    st.sampled_from(cap.Certainty),
    st.none() | st.sampled_from(["ru-RU", "en", "sah"]),
    some(st.sampled_from(cap.Response)),
    maybe,
    some(pairs),
    st.none() | moments,
    st.none() | moments,
    st.none() | moments,
    maybe,
    maybe,
    maybe,
    maybe,
    st.none() | uris,
    maybe,
    some(pairs),
    some(resources),
    some(areas),
)
references = st.builds(cap.Reference, names, names, names)
alerts = st.builds(
    cap.Alert,
    filled,
    filled,
    moments,
    st.sampled_from(cap.Status),
    st.sampled_from(cap.MsgType),
    st.sampled_from(cap.Scope),
    maybe,
    maybe,
    some(words),
    some(filled),
    maybe,
    some(references),
    some(words),
    some(infos),
)
"""Any alert that can be written, right or wrong by the standard's rules."""


def xmlsec1() -> tuple[str, dict[str, str]]:
    """Debian's tool, installed or unpacked beside the checkout, and what it has to run with."""
    found = shutil.which("xmlsec1")
    if found:
        return found, dict(os.environ)
    own = Path(__file__).resolve().parents[2] / ".cache" / "xmlsec1" / "usr"
    if not (own / "bin" / "xmlsec1").is_file():
        pytest.skip("xmlsec1 is missing: scripts/install.sh signatures")
    libraries = ":".join(str(one) for one in (own / "lib").glob("*-linux-*"))
    return str(own / "bin" / "xmlsec1"), os.environ | {"LD_LIBRARY_PATH": libraries}


def xmlsec1_verifies(message: bytes, certificate: bytes, folder: Path) -> bool:
    """Whether the other judge finds the message signed by the owner of the certificate."""
    tool, env = xmlsec1()
    (folder / "message.xml").write_bytes(message)
    (folder / "pinned.pem").write_bytes(certificate)
    asked = [tool, "--verify", "--trusted-pem", "pinned.pem", "message.xml"]
    done = subprocess.run(asked, cwd=folder, env=env, capture_output=True, check=False)
    return done.returncode == 0
