"""Signatures of CAP messages: good, tampered with, by another key; judged by xmlsec1 as well."""

from pathlib import Path

import pytest
from lxml import etree

from sylvan.domain.cap.reading import read, read_tree
from sylvan.domain.cap.writing import canonical, tree
from sylvan.ops.cap_key import CapKey, verified
from sylvan.ops.refusal import Refusal
from tests.unit.cap_tools import ALERT, fits_schema, xmlsec1_verifies

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return CapKey(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return CapKey(tmp_path_factory.mktemp("theirs"))


@pytest.fixture(scope="module")
def body(key):
    return canonical(key.sign(tree(ALERT)))


def tampered(body: bytes) -> bytes:
    changed = body.replace(b"<severity>Severe", b"<severity>Minor")
    assert changed != body
    return changed


def wrapped(body: bytes) -> bytes:
    """The signed message hidden in one that nobody signed."""
    root = etree.fromstring(body)
    outer = tree(ALERT)
    outer.find("{*}sender").text = "evil@sylvan.example"
    outer.append(root)
    return canonical(outer)


def test_a_signed_message_still_is_one(body):
    assert fits_schema(body)
    found = read(body)
    assert found.signed
    assert found.alert == ALERT


def test_a_good_signature_vouches_for_the_whole_message(key, body):
    assert read_tree(verified(body, key.certificate())).alert == ALERT


def test_what_was_changed_or_signed_by_another_is_found(key, other, body):
    assert verified(tampered(body), key.certificate()) is None
    assert verified(body, other.certificate()) is None
    assert verified(canonical(other.sign(tree(ALERT))), key.certificate()) is None


def test_a_message_wrapped_around_a_signed_one_is_not_signed(key, body):
    assert verified(wrapped(body), key.certificate()) is None


def test_an_unsigned_message_is_not_signed(key):
    assert verified(canonical(tree(ALERT)), key.certificate()) is None


@pytest.mark.parametrize("deed", ["good", "tampered", "other key"])
def test_xmlsec1_says_the_same(key, other, body, tmp_path, deed):
    message = tampered(body) if deed == "tampered" else body
    pinned = other if deed == "other key" else key
    assert xmlsec1_verifies(message, pinned.certificate(), tmp_path) == (deed == "good")


def test_key_and_certificate_are_made_once_and_for_this_account(key, body):
    again = CapKey(key.folder.parent)
    assert again.certificate() == key.certificate()
    assert verified(canonical(again.sign(tree(ALERT))), key.certificate()) is not None
    assert (key.folder / "signing.key").stat().st_mode & 0o777 == 0o600


def test_a_certificate_of_another_key_is_refused(key, other, tmp_path):
    mixed = CapKey(tmp_path)
    mixed.folder.mkdir()
    (mixed.folder / "signing.key").write_bytes((key.folder / "signing.key").read_bytes())
    (mixed.folder / "certificate.pem").write_bytes(other.certificate())
    with pytest.raises(Refusal, match="does not belong"):
        mixed.certificate()


@pytest.mark.parametrize("sender", ["../signing", "a/b", "", ".", "a" * 300])
def test_a_senders_name_leads_to_no_other_file(key, sender):
    assert key.trusted(sender) is None


def test_a_pinned_certificate_is_found_by_its_senders_name(key, other):
    (key.folder / "trusted").mkdir(exist_ok=True)
    (key.folder / "trusted" / "duty@neighbour.example.pem").write_bytes(other.certificate())
    assert key.trusted("duty@neighbour.example") == other.certificate()
