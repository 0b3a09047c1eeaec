"""Words of alerts: what others gave is harmless, the short form fits, answers are not forged."""

from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain.alerting import clean
from sylvan.domain.alerting.alerts import Part
from sylvan.domain.alerting.replies import meant, understood
from sylvan.domain.alerting.seals import Seals
from sylvan.domain.alerting.shorten import MORE, MOST, fitted, is_gsm, parts, units
from sylvan.notify.phrases import coords, minutes, number
from sylvan.notify.writer import FOLDER, TemplateWriter, folders
from sylvan.services.deliveries import Marked
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.web.catalogue import merged

YAKUTSK = ZoneInfo("Asia/Yakutsk")
PLAIN = Marked()
FULL = {
    "lon": 126.70312,
    "lat": 62.10233,
    "settlement": "Бердигестях",
    "municipality": "Горный улус",
    "distance_km": 4.26,
    "area_ha": 23.4,
    "status": "fighting",
    "number": "SAHA-2026-00012",
    "kind": "special",
    "clock": "registered",
    "class": 5,
    "units": "helitack-1",
    "likelihood": 0.83,
}
TEMPLATES = sorted(
    path.stem
    for path in (shipped_alerts() / FOLDER / "ru").glob("*.txt")
    if path.stem not in ("frame", "parts", "digest")
)


def part(template: str, **told) -> Part:
    return Part(uuid4(), "a-rule", template, told, "fire:1", datetime(2026, 7, 17, 6, tzinfo=UTC))


def writer(*own) -> TemplateWriter:
    return TemplateWriter((*own, *folders(None)), YAKUTSK, merged)


@pytest.mark.parametrize(("language", "place"), [("ru", "Бердигестях"), ("en", "Berdigestyakh")])
def test_places_have_their_names_in_the_language_of_the_letter(language, place):
    told = part("settlement_threat", **FULL, **{"settlement@en": "Berdigestyakh"})
    words = writer().write([told], language, PLAIN)
    for text in (words.subject, words.full, words.short):
        assert place in text
        assert "@" not in text


@pytest.mark.parametrize("name", ["asset_threat", "settlement_threat"])
@pytest.mark.parametrize(("km", "words"), [(2.4, "в 2,4 км"), (0.02, "вплотную"), (None, "рядом")])
def test_a_distance_that_would_be_shown_as_nothing_is_said_in_words(name, km, words):
    told = (
        {**FULL, "distance_km": km}
        if km is not None
        else {key: value for key, value in FULL.items() if key != "distance_km"}
    )
    letter = writer().write([part(name, **told)], "ru", PLAIN)
    for text in (letter.subject, letter.full, letter.short):
        assert f"огонь {words}" in text
        assert "0 км" not in text


@pytest.mark.parametrize("name", ["asset_threat", "settlement_threat"])
@pytest.mark.parametrize(("hours", "words"), [(-9.0, "уже мог дойти"), (3.2, "через 3 ч")])
def test_hours_that_have_passed_are_not_told_as_hours_to_come(name, hours, words):
    told = writer().write([part(name, **FULL, hours=hours)], "ru", PLAIN)
    assert words in told.full
    assert words in told.short
    assert "-9" not in told.full


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_reads_with_all_facts_and_the_short_one_fits(name, language):
    told = writer().write([part(name, **FULL)], language, PLAIN)
    assert "a-rule" not in told.full, "the plain form was used: the template failed"
    assert units(told.short) <= MOST
    assert "\n" not in told.subject


def test_both_languages_have_the_same_templates():
    ru, en = (
        {path.name for path in (shipped_alerts() / FOLDER / one).iterdir()} for one in ("ru", "en")
    )
    assert ru == en


def test_the_short_form_begins_with_coordinates_that_can_be_typed():
    told = writer().write([part("settlement_threat", **FULL)], "ru", PLAIN)
    assert told.short.startswith("62.10233, 126.70312 ")


def test_what_a_template_lacks_is_told_plainly_and_costs_no_alert(tmp_path):
    (tmp_path / "ru").mkdir()
    body = "{% block subject %}{{ nothing }}{% endblock %}{% block full %}{% endblock %}"
    (tmp_path / "ru" / "own.txt").write_text(body + "{% block short %}{% endblock %}", "utf-8")
    for template in ("own", "there-is-none", "../../channels"):
        told = writer(tmp_path).write([part(template, **FULL)], "ru", PLAIN)
        assert "Бердигестях" in told.full
        assert told.short.startswith("62.10233, 126.70312 ")


@pytest.mark.parametrize(
    "attack",
    ["{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ at.__class__.__init__.__globals__ }}"],
)
def test_a_template_reaches_nothing_but_the_letter(tmp_path, attack):
    (tmp_path / "ru").mkdir()
    body = f"{{% block subject %}}{attack}{{% endblock %}}"
    rest = "{% block full %}x{% endblock %}{% block short %}x{% endblock %}"
    (tmp_path / "ru" / "own.txt").write_text(body + rest, "utf-8")
    told = writer(tmp_path).write([part("own", **FULL)], "ru", PLAIN)
    assert told.subject == "Оповещение: a-rule"


def test_a_language_more_is_a_folder_more(tmp_path):
    (tmp_path / "sah").mkdir()
    blocks = ("subject", "full", "short")
    body = "".join(
        f"{{% block {name} %}}Баһаар {{{{ settlement }}}}{{% endblock %}}" for name in blocks
    )
    (tmp_path / "sah" / "new_fire.txt").write_text(body, "utf-8")
    assert (
        writer(tmp_path).write([part("new_fire", **FULL)], "sah", PLAIN).subject
        == "Баһаар Бердигестях"
    )
    assert "Проверка" in writer(tmp_path).write([part("test")], "sah", PLAIN).subject


@pytest.mark.parametrize(
    ("told", "cleaned"),
    [
        ("Село\r\nBcc: x@y", "Село Bcc: x@y"),
        ("a\u202egpj.exe\u200b", "agpj.exe"),
        ("Бepдигecтяx", "Бердигестях"),  # Latin letters among Cyrillic ones
        ("Sуlvаn", "Sylvan"),
        ("М-8 helitack-1", "М-8 helitack-1"),
        ("см. https://evil.example/a", "см. https: //evil.example/a"),
        ("е\u0308лка", "ёлка"),
        ("x\x00y\x1b[31m", "x y [31m"),
    ],
)
def test_names_of_others_are_made_harmless(told, cleaned):
    assert clean.field(told) == cleaned


@given(st.text(max_size=300))
def test_a_field_is_one_line_of_what_can_be_seen(text):
    told = clean.field(text)
    assert told.isprintable()
    assert clean.field(told) == told or "//" in told


@given(st.text(max_size=400), st.text(max_size=60))
def test_the_short_form_always_fits_and_keeps_its_end(head, tail):
    told = fitted(head, tail)
    assert units(told) <= MOST
    if head.strip() and units(tail) < MOST - units(MORE) - 1:
        assert told.endswith(tail.strip()) or tail.strip() == ""


@pytest.mark.parametrize(
    ("text", "number_of"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 159 + "[", 2),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("🔥" * 35, 1),
    ],
)
def test_parts_are_counted_as_networks_do(text, number_of):
    assert parts(text) == number_of
    assert is_gsm(text) is text.isascii()


def test_numbers_read_as_each_language_writes_them_and_coordinates_as_they_are_typed():
    assert (number("ru")(6400.25), number("en")(6400.25), number("ru")(3.0)) == (
        "6 400,2",
        "6 400.2",
        "3",
    )
    assert coords(129.5, -62.0) == "-62, 129.5"
    assert minutes(-129.99999, 62.0323) == "62°01.9'N 130°00.0'W"


@given(st.integers(0, 2**39), st.binary(min_size=32, max_size=32))
def test_a_seal_opens_for_its_purpose_and_key_alone(number_of, key):
    seals = Seals(key)
    token = seals.write(number_of, "answer")
    assert seals.read(token, "answer") == number_of
    assert seals.read(token, "mail") is None
    assert Seals(key[::-1] + b"x").read(token, "answer") is None


@given(st.text(max_size=40))
def test_no_other_text_is_a_seal(text):
    assert Seals(b"key").read(text, "answer") is None


@pytest.mark.parametrize(
    ("text", "agrees", "code"),
    [
        ("ОК", True, None),
        ("  Принято! едем", True, None),
        ("ok 417", True, "417"),
        ("417 да", True, "417"),
        ("где?", False, None),
        ("не принято", False, None),
        ("", False, None),
        ("ok 4179", True, None),
    ],
)
def test_what_a_reply_says(text, agrees, code):
    told = understood(text)
    assert (told.agrees, told.code) == (agrees, code)


def test_without_a_code_only_the_one_that_waits_is_meant():
    assert meant(understood("ок"), ["101"]) == "101"
    assert meant(understood("ок"), ["101", "102"]) is None
    assert meant(understood("ок 102"), ["101", "102"]) == "102"
    assert meant(understood("ок 999"), ["101"]) is None
