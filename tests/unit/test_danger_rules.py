"""Scales and measures as an operator writes them: used as written, refused by line and field."""

from datetime import date

import pytest

from sylvan.services import danger_rules
from sylvan.services.danger_rules import FILE
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import PackError

SHIPPED = (shipped_alerts() / FILE).read_text("utf-8")
KOLA = """\
scales:
  - territory: kola
    upper: [230, 580, 1050, 1700]
    source: Рослесхоз, приказ № 288
    begins: 05-01
    ends: 07-31
"""


def load(tmp_path, text):
    (tmp_path / FILE).write_text(text, "utf-8")
    return danger_rules.load(tmp_path)


def test_shipped_rules_hold_and_say_what_is_not_verified():
    advice = danger_rules.load()
    assert advice.table.scale("anywhere", date(2026, 7, 1)).upper == (300, 1000, 4000, 10_000)
    assert [one["class"] for one in advice.as_list()] == [1, 2, 3, 4, 5]
    measures = [measure for one in advice.as_list() for measure in one["measures"]]
    assert all(measure["source"] for measure in measures)
    assert not any(measure["verified"] for measure in measures)


def test_scale_of_a_territory_holds_there_and_in_its_period(tmp_path):
    advice = load(tmp_path, SHIPPED.replace("scales:\n", KOLA, 1))
    kola = advice.territory_of(["murmansk", "kola", "forestry-1"])
    assert kola == "kola"
    assert advice.table.scale(kola, date(2026, 6, 1)).upper[0] == 230
    assert advice.table.scale(kola, date(2026, 8, 1)).upper[0] == 300
    assert advice.territory_of(["yakutia"]) == ""


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("upper: [300, 1000, 4000, 10000]", "upper: [300, 200, 4000, 10000]", "scales.0"),
        ("kind: air_patrol", "kind: parade", "classes.0.measures.0.kind"),
        ("  - class: 5", "  - class: 6", "classes.4.class"),
        ("          en: Once a day\n", "", "classes.2.measures.0.text"),
    ],
)
def test_mistake_is_told_by_file_line_and_field(tmp_path, old, new, field):
    changed_line = SHIPPED[: SHIPPED.index(old)].count("\n") + 1
    with pytest.raises(PackError) as refused:
        load(tmp_path, SHIPPED.replace(old, new, 1))
    told = refused.value.params
    assert told["file"].endswith(FILE)
    assert told["field"] == field
    assert changed_line - 2 <= told["line"] <= changed_line


def test_two_scales_of_one_territory_at_once_are_refused(tmp_path):
    with pytest.raises(PackError):
        load(tmp_path, SHIPPED.replace("scales:\n", KOLA + KOLA.removeprefix("scales:\n"), 1))


def test_what_is_no_yaml_is_told_by_line(tmp_path):
    with pytest.raises(PackError) as refused:
        load(tmp_path, "scales: [\n")
    assert refused.value.code == "pack.not_yaml"
