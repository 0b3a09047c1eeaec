"""Rules as they are written: the shipped ones hold, and slips of the pen are named by line."""

import json
from pathlib import Path

import pytest
import yaml

from sylvan.domain.alerting.facts import VOCABULARY
from sylvan.services import alert_rules, alert_tests, rights
from sylvan.services.alert_rules import RulesError
from sylvan.services.exposure_rules import shipped_alerts

ROLES = rights.load().rights.roles
GOOD = """\
rules:
  - rule: one
    names: {ru: раз, en: one}
    about: fire
    when: {status: registered}
    levels:
      - {grade: info, if: {area_ha: {least: 10}}}
      - {grade: alarm, if: {area_ha: {least: 100}}}
    to: [{roles: [dispatcher]}]
    template: one
"""


def written(folder: Path, text: str, name: str = "test.yaml") -> Path:
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules" / name).write_text(text, "utf-8")
    return folder


def faults(folder: Path) -> list[tuple[int, str, str]]:
    with pytest.raises(RulesError) as refused:
        alert_rules.load(folder, ROLES)
    return [
        (int(one.params["line"] or 0), one.field, str(one.params["reason"]))
        for each in refused.value.faults
        for one in each.errors
    ]


def test_the_shipped_rules_hold_and_their_own_tests_pass():
    read = alert_rules.load(shipped_alerts(), ROLES)
    outcomes = alert_tests.run(shipped_alerts(), read)
    assert [one for one in outcomes if not one.passed] == []
    assert len(outcomes) >= 12


def test_most_shipped_rules_have_a_test_and_each_can_be_told_apart():
    read = alert_rules.load(shipped_alerts(), ROLES)
    files = (shipped_alerts() / "rules" / "tests").glob("*.yaml")
    tested = {
        name
        for path in files
        for one in yaml.safe_load(path.read_text("utf-8"))["tests"]
        for name in one["rules"]
    }
    assert tested >= {"settlement-threat", "asset-threat", "new-fire-near", "late-registration"}
    names = [one.names[language] for one in read.said for language in ("ru", "en")]
    assert len(set(names)) == len(names)


def test_the_schema_beside_the_rules_is_that_of_the_reader():
    path = shipped_alerts() / "rules" / alert_rules.SCHEMA
    assert path.read_bytes() == alert_rules.schema()


def test_the_schema_takes_the_shipped_rules_and_refuses_a_slip():
    jsonschema = pytest.importorskip("jsonschema")
    shape = json.loads(alert_rules.schema())
    for path in (shipped_alerts() / "rules").glob("*.yaml"):
        jsonschema.validate(yaml.safe_load(path.read_text("utf-8")), shape)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(GOOD.replace("grade:", "garde:")), shape)


@pytest.mark.parametrize(
    ("before", "after", "line", "field"),
    [
        ("status: registered", "statsu: registered", 5, "rules.0.when.statsu"),
        ("area_ha: {least: 10}", "area_ha: big", 7, "rules.0.levels.0.if.area_ha"),
        ("area_ha: {least: 10}", "area_ha: {least: 9, most: 1}", 7, "rules.0.levels.0.if.area_ha"),
        ("{status: registered}", "{shown: perhaps}", 5, "rules.0.when.shown"),
        ("{status: registered}", "{status: {}}", 5, "rules.0.when.status"),
        ("about: fire", "about: fires", 4, "rules.0.about"),
        ("en: one}", "de: eins}", 3, "rules.0.names"),
        ("[dispatcher]", "[dispacher]", 9, "rules.0.to.0.roles"),
        ("{roles: [dispatcher]}", "{contacts: [nobody]}", 9, "rules.0.to.0.contacts"),
        ("{roles: [dispatcher]}", "{roles: [dispatcher], owner: true}", 9, "rules.0.to.0"),
        ("{roles: [dispatcher]}", "{owner: true}", 9, "rules.0.to.0.owner"),
        ("grade: alarm", "grade: loud", 8, "rules.0.levels.1.grade"),
        ("template: one", "template: one\n    tell: change", 11, "rules.0.of"),
        (
            "template: one",
            "template: one\n    quiet: {from: '22:00', to: '22:00'}",
            11,
            "rules.0.quiet",
        ),
        ("template: one", "template: one\n    collect: {}", 11, "rules.0.collect"),
        ("template: one", "template: one\n    colour: red", 11, "rules.0.colour"),
    ],
)
def test_slips_of_the_pen_are_named_by_line_and_field(tmp_path, before, after, line, field):
    assert before in GOOD
    found = faults(written(tmp_path, GOOD.replace(before, after, 1)))
    told_line, told_field, reason = found[0]
    assert (told_field, len(found)) == (field, 1)
    assert told_line in (line, 2)  # a missing field has the line of its rule
    assert reason


def test_all_files_are_looked_at_and_a_name_stands_once(tmp_path):
    written(tmp_path, GOOD, "a.yaml")
    written(tmp_path, GOOD, "b.yaml")
    written(tmp_path, GOOD.replace("about: fire", "about: water"), "c.yaml")
    assert [(field, line) for line, field, _ in faults(tmp_path)] == [
        ("rules.0.rule", 2),
        ("rules.0.about", 4),
    ]


def test_grades_that_fall_are_refused(tmp_path):
    fallen = GOOD.replace("grade: info", "grade: alarm").replace(
        "{grade: alarm, if: {area_ha: {least: 100", "{grade: info, if: {area_ha: {least: 100"
    )
    assert [field for _, field, _ in faults(written(tmp_path, fallen))] == ["rules.0.levels"]


@pytest.mark.parametrize(
    "clocks",
    [
        "about: fire, steps_min: [5, 2]",
        "about: fire, steps_min: [5], since: area_ha",
        "about: fire, steps_min: [5], while: {state: x}",
        "about: clock, steps_min: [5]",
    ],
)
def test_faulty_clocks_are_refused(tmp_path, clocks):
    written(tmp_path, GOOD)
    one = f"{{clock: c, names: {{ru: а, en: a}}, source: test, {clocks}}}"
    (tmp_path / "clocks.yaml").write_text(f"version: t\nclocks:\n  - {one}\n", "utf-8")
    (fault,) = faults(tmp_path)
    assert fault[0] == 3


def test_a_test_that_expects_something_else_fails(tmp_path):
    (written(tmp_path, GOOD) / "rules" / "tests").mkdir()
    body = """\
tests:
  - test: a large one
    people: [{name: duty, role: dispatcher, territories: ["*"]}]
    given:
      - at: 2026-07-17T03:00:00Z
        about: fire
        territories: [x]
        facts: {status: registered, area_ha: 50}
    letters:
      - {rule: one, to: duty, grade: alarm}
"""
    (tmp_path / "rules" / "tests" / "t.yaml").write_text(body, "utf-8")
    (outcome,) = alert_tests.run(tmp_path, alert_rules.load(tmp_path, ROLES))
    assert not outcome.passed
    assert len(outcome.missing) == len(outcome.unexpected) == 1


def test_every_field_that_is_documented_for_editors_exists():
    page = (shipped_alerts().parent / "docs" / "alerts.md").read_text("utf-8")
    for about, fields in VOCABULARY.items():
        if about != "clock":
            for name in fields:
                assert f"`{name}`" in page, f"docs/alerts.md does not tell of {about}.{name}"
