"""The operator's rules of exposure: what holds, and what is named where it does not."""

import pytest

from sylvan.services.exposure_rules import FILE, load, read, shipped_alerts
from sylvan.services.packs import PackError

GOOD = """\
version: mine
objects:
  - kind: settlement
    bands: [{km: 5, points: 30}, {km: 30, points: 5}]
"""


def written(tmp_path, text):
    path = tmp_path / FILE
    path.write_text(text, "utf-8")
    return path


def test_shipped_rules_hold_and_know_every_kind_that_fires_threaten():
    rules = read(shipped_alerts() / FILE)
    wanted = {"settlement", "road", "power_line", "pipeline", "tower", "farm", "protected_area"}
    assert wanted | {"partner_asset"} <= set(rules.objects)
    assert rules.smoke.classes[-1].upto is None
    assert rules.reach_km == 30.0


def test_operators_folder_goes_first(tmp_path):
    written(tmp_path, GOOD)
    assert load(tmp_path).version == "mine"
    assert load(tmp_path / "empty").version == load(None).version != "mine"


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("kind: settlement", "kind: village", 3, "objects.0.kind"),
        ("km: 5", "km: five", 4, "objects.0.bands.0.km"),
        ("km: 5", "km: .nan", 4, "objects.0.bands.0.km"),
        ("km: 5,", "km: 5, colour: red,", 4, "objects.0.bands.0.colour"),
        ("km: 30", "km: 3000", 4, "objects.0.bands.1.km"),
        ("km: 30", "km: 3", 3, "objects.0"),
        ("version: mine", "version: ''", 1, "version"),
        ("objects:", "sector: {half_angle_deg: 120}\nobjects:", 2, "sector.half_angle_deg"),
        ("objects:", "priority: {zones: {sky: 3}}\nobjects:", 2, "priority.zones.sky.[key]"),
        ("objects:", "smoke: {classes: [{name: a}, {name: b}]}\nobjects:", 2, "smoke"),
    ],
)
def test_fault_is_named_by_file_line_and_field(tmp_path, old, new, line, field):
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(PackError) as caught:
        read(path)
    assert caught.value.params["file"] == str(path)
    assert caught.value.params["line"] == line
    assert caught.value.params["field"] == field


def test_kind_that_stands_twice_is_refused(tmp_path):
    with pytest.raises(PackError) as caught:
        read(written(tmp_path, GOOD + GOOD.split("objects:\n")[1]))
    assert "settlement" in str(caught.value.params["reason"])


@pytest.mark.parametrize("text", ["objects: [", "\x00", "- just\n- a list"])
def test_what_is_no_such_file_at_all_is_refused(tmp_path, text):
    with pytest.raises(PackError):
        read(written(tmp_path, text))
