"""One more folder of catalogues is one more language, everywhere that the server speaks."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from sylvan.services.languages import LANGUAGES, known
from tests.third_language import CODE, CYRILLIC, ROOT, copy

TOLD = """
import json, sys
from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from sylvan import wiring
from sylvan.cli import texts
from sylvan.domain.alerting.alerts import Part
from sylvan.notify.writer import TemplateWriter, folders
from sylvan.services.alert_shapes import ContactSaid
from sylvan.services.deliveries import Marked
from sylvan.services.languages import LANGUAGES
from sylvan.settings import load_settings
from sylvan.web.bulletin_page import Words
from sylvan.web.catalogue import merged
from sylvan.web.routers.picture import texts as served

facts = json.loads(sys.argv[1])
names = sorted(p.stem for p in (folders(None)[0] / "sah").glob("*.txt"))
writer = TemplateWriter(folders(None), ZoneInfo("Asia/Yakutsk"), merged)
letters = {}
for name in names:
    if name in ("frame", "parts", "digest"):
        continue
    part = Part(uuid4(), "a-rule", name, facts, "fire:1", datetime(2026, 7, 17, 6, tzinfo=UTC))
    told = writer.write([part], "sah", Marked())
    letters[name] = [told.subject, told.full, told.short]
pair = writer.write([part, part], "sah", Marked())
print(json.dumps({
    "languages": LANGUAGES,
    "keys": {one: sorted(merged(one)) for one in LANGUAGES},
    "letters": letters,
    "digest": [pair.subject, pair.full, pair.short],
    "hint": writer.hint("sah", link="https://sylvan.example/a", code="1234"),
    "terminal": [texts.language(), texts.told("status.signal", {})],
    "bulletin": [Words("sah").say("bulletin.place"), Words("sah").name({"ru": "X", "sah": "Y"})],
    "served": json.loads(served("sah").body),
    "setting": load_settings(alerts_language="sah").alerts_language,
    "contact": ContactSaid(contact="siren", names={"ru": "a", "en": "a"}, language="sah",
                           channels=[{"channel": "screen", "address": "x"}]).language,
}))
"""
FACTS = {
    "lon": 126.7,
    "lat": 62.1,
    "settlement": "Berdigestyakh",
    "municipality": "Gorny",
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


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a copy of Sylvan with one more language says."""
    folder = copy(tmp_path_factory.mktemp("third"))
    done = subprocess.run(
        [sys.executable, "-c", TOLD, json.dumps(FACTS)],
        check=False,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "LC_ALL": "sah_RU.UTF-8"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def russian(value: Any) -> list[str]:
    """Texts in which a Russian letter is left."""
    return [text for text in json.loads(json.dumps(value)) if CYRILLIC.search(text)]


def test_a_folder_is_a_language_and_has_every_key(told):
    assert told["languages"] == [*LANGUAGES, CODE]
    assert told["keys"][CODE] == told["keys"]["ru"]


def test_letters_of_every_template_are_in_it(told):
    assert told["letters"].keys() >= {"new_fire", "settlement_threat", "crew_safety"}
    for name, texts in told["letters"].items():
        assert russian(texts) == [], name
        assert "a-rule" not in texts[1], f"{name}: the plain form was used"


def test_a_digest_and_the_way_to_answer_are_in_it(told):
    assert russian(told["digest"]) == []
    assert russian(told["hint"]) == []


def test_terminal_and_bulletin_speak_it(told):
    language, status = told["terminal"]
    assert language == CODE
    assert status != "status.signal"
    assert russian([status, *told["bulletin"]]) == []
    assert told["bulletin"][1] == "Y"


def test_the_server_gives_its_texts_and_takes_it_where_a_language_is_chosen(told):
    assert told["served"].keys() == set(told["keys"][CODE])
    assert [told["setting"], told["contact"]] == [CODE, CODE]


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en-GB", "en"), ("ru_RU.UTF-8", "ru"), ("EN", "en"), ("de", None), ("", None), ("eng", None)],
)
def test_tags_are_read_as_browsers_and_terminals_write_them(tag, language):
    assert known(tag) == language


def test_no_language_is_named_outside_the_list_of_languages():
    """A pair of the two languages written out in a type is a third language refused."""
    pairs = ('Literal["ru", "en"]', 'enum": ["ru", "en"]', "'ru' | 'en'", "=== 'ru' ? 'en'")
    folders = (ROOT / "sylvan", ROOT / "frontend" / "src")
    made = ("operations.py", "models.py", "schema.d.ts")  # from the document, which lists them
    wrong = [
        str(path.relative_to(ROOT))
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in {".py", ".ts", ".svelte"} and path.name not in made
        if any(pair in path.read_text("utf-8") for pair in pairs)
    ]
    assert wrong == []
