"""The catalogues: what one language says, the other says too, and no code is without a text."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter

import orjson
import pytest

import sylvan
from sylvan.domain import (
    actors,
    heat,
    lifecycle,
    places,
    reports,
    screening,
    surroundings,
    timeline,
    worlds,
)
from sylvan.domain.address import Zone
from sylvan.domain.documents import DocumentKind
from sylvan.domain.figures.model import State
from sylvan.domain.forces import duty, kinds, positions, status

LANGUAGES = ("ru", "en")
# CLDR 46, plural rules: the categories that Intl.PluralRules gives for whole numbers, and "other".
PLURALS = {"ru": {"one", "few", "many", "other"}, "en": {"one", "other"}}
TERMS: dict[str, type[StrEnum]] = {
    "level": actors.Level,
    "status": lifecycle.Status,
    "reject": lifecycle.RejectReason,
    "zone": Zone,
    "wind_to": places.Compass,
    "source": reports.SourceKind,
    "seen": reports.Seen,
    "method": reports.Method,
    "report_status": reports.ReportStatus,
    "verdict": screening.Verdict,
    "heat": heat.HeatKind,
    "moment": timeline.Moment,
    "clock": timeline.ClockState,
    "world": worlds.WorldKind,
    "unit_kind": kinds.UnitKind,
    "station_kind": kinds.StationKind,
    "ownership": kinds.Ownership,
    "mobility": kinds.Mobility,
    "surface": kinds.Surface,
    "line_method": kinds.Method,
    "intensity": kinds.Intensity,
    "spec": kinds.Spec,
    "unit_status": status.Status,
    "duty": duty.DutyState,
    "position_source": positions.PositionSource,
    "figure_state": State,
    "document_kind": DocumentKind,
}
CODED = {
    *("Coded", "FieldError", "Reason", "Invalid", "NotFound", "Conflict", "Forbidden"),
    *("PackError", "Refused", "_refuse", "_require"),
}
CODE = re.compile(r"[a-z_]+(\.[a-z_]+)+")

Text = str | dict[str, str]


@cache
def names() -> tuple[str, ...]:
    found = {
        entry.name
        for language in LANGUAGES
        for entry in (files("sylvan") / "locales" / language).iterdir()
        if entry.name.endswith(".json")
    }
    return tuple(sorted(found))


@cache
def read(language: str, name: str) -> dict[str, Text]:
    body = (files("sylvan") / "locales" / language / name).read_bytes()
    found: dict[str, Text] = orjson.loads(body)
    return found


@cache
def merged(language: str) -> dict[str, Text]:
    return {key: text for name in names() for key, text in read(language, name).items()}


def forms(text: Text) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", names())
def test_both_languages_have_the_same_keys_in_the_same_file(name):
    assert read("ru", name).keys() == read("en", name).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_in_two_files(language):
    every = [key for name in names() for key in read(language, name)]
    assert sorted(every) == sorted(set(every))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice_in_one_file(language):
    for name in names():
        body = (files("sylvan") / "locales" / language / name).read_text("utf-8")
        keys = re.findall(r'^  "([^"]+)":', body, re.MULTILINE)
        assert len(keys) == len(set(keys))
        assert set(keys) == read(language, name).keys(), f"{name}: two blanks before each key"


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_complete(language):
    counted = {key: text for key, text in merged(language).items() if isinstance(text, dict)}
    assert counted
    assert {key for key, text in counted.items() if set(text) != PLURALS[language]} == set()


def test_what_is_counted_in_one_language_is_counted_in_the_other():
    ru, en = merged("ru"), merged("en")
    assert [key for key in ru if isinstance(ru[key], dict) != isinstance(en[key], dict)] == []


def test_every_form_in_both_languages_fills_the_same_blanks():
    differing = []
    for key in merged("ru"):
        texts = [text for language in LANGUAGES for text in forms(merged(language)[key])]
        # "one" may leave its number out: "one fire" reads better than "1 fire".
        least = set.union(*(blanks(text) for text in texts))
        differing += [key for text in texts if least - blanks(text) - {"n", "count"}]
    assert differing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language):
    assert [
        key for key, text in merged(language).items() if not all(map(str.strip, forms(text)))
    ] == []


def test_russian_texts_are_russian():
    # Words that are the same in both languages: signs, names, formats.
    plain = [key for key, text in read("ru", "problems.json").items() if key != "problem.http"]
    latin = [key for key in plain if not re.search("[а-яё]", str(read("ru", "problems.json")[key]))]
    assert latin == []


@pytest.mark.parametrize("prefix", TERMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_closed_list_has_a_text(prefix, language):
    wanted = {f"{prefix}.{word.value}" for word in TERMS[prefix]}
    assert wanted - merged(language).keys() == set()


def calls() -> Iterator[tuple[str, set[str] | None, str]]:
    """Codes written out in the source, the parameters given with them if plain, and where.

    Feeds refuse in a shape of their own and have their own catalogue and test.
    """
    root = Path(sylvan.__file__).parent
    for path in sorted(set(root.rglob("*.py")) - set((root / "feeds").glob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CODED:
                yield from _code_of(node, f"{path.relative_to(root)}:{node.lineno}")


def _code_of(node: ast.Call, where: str) -> Iterator[tuple[str, set[str] | None, str]]:
    values = [*node.args, *(word.value for word in node.keywords if word.arg == "code")]
    for value in values:
        text = value.value if isinstance(value, ast.Constant) else None
        if isinstance(text, str) and CODE.fullmatch(text):
            yield text, _params(node), where


def _params(node: ast.Call) -> set[str] | None:
    tables = [value for value in node.args if isinstance(value, ast.Dict)]
    if len(tables) != 1 or not all(isinstance(key, ast.Constant) for key in tables[0].keys):
        return None
    return {str(key.value) for key in tables[0].keys if isinstance(key, ast.Constant)}


def test_every_code_in_the_source_has_a_text():
    known = merged("en")
    found = list(calls())
    assert len(found) > 50
    # "first.bearing" and the like are names of fields: they belong to no catalogue.
    fields = {"first.bearing", "second.bearing", "second.at"}
    assert {(code, where) for code, _, where in found if code not in {*known, *fields}} == set()


def test_no_text_asks_for_a_parameter_that_its_code_does_not_bring():
    known = merged("en")
    asking = {
        (code, where, name)
        for code, params, where in calls()
        if params is not None and code in known
        for text in forms(known[code])
        for name in blanks(text) - params
    }
    assert asking == set()


def test_every_reason_of_the_screening_has_a_text():
    """Its codes are put together from lists; the lists' members need a text each."""
    kinds = {"person", "call", "partner", "camera", "tower", "aircraft"}
    unknown = {"confidence", "type", "satellite", "daynight", "power", "plausibility", "ground"}
    outside = {"register", "glint", "view", "settlement", "snow_season", "industry", "land_cover"}
    weather = {"danger_high", "weather", "rain", "humidity", "temperature", "lightning"}
    wanted = {
        *(f"screening.no_{name}" for name in unknown | outside | weather),
        *(f"screening.report_{kind}" for kind in kinds),
        *(f"screening.word_{word}" for word in surroundings.Word),
        *(f"screening.land_{cover}" for cover in surroundings.LandCover),
        *(f"screening.{name}" for name in ("static_type", "volcano_type", "offshore_type")),
        *(f"screening.{name}" for name in ("danger_high", "danger_low", "neighbours")),
        *(f"screening.confidence_{level}" for level in ("high", "nominal", "low", "percent")),
    }
    assert wanted - read("en", "screening.json").keys() == set()


def test_every_reason_of_the_grouping_has_a_text():
    linked = {"linked_distance_time", "merged_distance_time", "meets_registered"}
    rare = {"more_of_rejected", "confirmed_geostationary"}
    wanted = {f"reason.group.{name}" for name in linked | rare}
    known = read("en", "reasons.json")
    assert wanted - known.keys() == set()
    assert {name for code in wanted for name in blanks(str(known[code]))} == {
        "distance_km",
        "hours",
    }


def test_every_field_that_a_step_asks_for_has_a_name():
    wanted = {
        f"told.{name}" for step in (*lifecycle.STEPS, *reports.REPORT_STEPS) for name in step.needs
    }
    assert wanted - merged("en").keys() == set()
