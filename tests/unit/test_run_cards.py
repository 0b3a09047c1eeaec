"""Run cards: the shipped file, and the checklist that works with the optimiser off."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from sylvan.domain.dispatch.model import CardLine, Fire, Problem, Unit
from sylvan.domain.dispatch.params import Tier
from sylvan.domain.dispatch.runcard import cards_of, checklist

FILE = Path(__file__).resolve().parents[2] / "alerts" / "run_cards.yaml"


@pytest.fixture
def body():
    return yaml.safe_load(FILE.read_text("utf-8"))


def test_the_shipped_cards_ask_for_more_the_higher_the_danger(body):
    cards = cards_of(body)
    counts = [
        sum(one.count for one in cards.response("aviation", danger, ()).lines)
        for danger in range(1, 6)
    ]
    assert counts == sorted(counts)
    assert counts[0] >= 1


def test_a_settlement_adds_an_engine_a_bulldozer_and_an_alert(body):
    cards = cards_of(body)
    plain, homes = (cards.response("ground", 3, one) for one in ((), ("settlement",)))
    added = [one.kind for one in homes.lines[len(plain.lines) :]]
    assert added == ["engine", "bulldozer"]
    assert homes.alerts == ("duty_officer",)


def test_the_control_zone_asks_for_nothing_by_itself(body):
    assert cards_of(body).response("control", 5, ()).lines == ()


def test_no_unchecked_value_passes_for_a_norm(body):
    assert not cards_of(body).response("ground", 4, ()).verified


def test_where_danger_is_not_known_the_middle_card_is_taken_and_said(body):
    cards = cards_of(body)
    unknown = cards.response("ground", None, ())
    assert unknown.names == ("danger_unknown",)
    assert unknown.lines == cards.response("ground", 3, ()).lines
    assert [one.code for one in unknown.assumed] == ["card.danger_unknown"]
    assert cards.response("ground", 3, ()).assumed == ()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"danger": [6]}, "danger"),
        ({"source": ""}, "source"),
        ({"lines": [{"kind": "any", "count": 0, "within_h": 3}]}, "lines"),
        ({"lines": [{"kind": "any"}]}, "lines"),
        ({"colour": "red"}, "colour"),
        ({"name": "danger_low"}, "twice"),
    ],
)
def test_a_bad_card_is_refused_by_name_and_field(body, change, named):
    body["cards"][2] |= change
    with pytest.raises(ValueError, match=named):
        cards_of(body)


def test_the_checklist_takes_the_nearest_that_fit_each_once_and_says_what_is_missing():
    card = (CardLine(2, 3.0), CardLine(1, 3.0, "tanker"), CardLine(1, 1.0, "engine"))
    levels = (1.0,)
    burning = Fire("f", Tier.C, (100.0,), (1.0,), 10.0, 8, card)
    kinds = ("crew", "crew", "crew", "tanker", "engine")
    units = tuple(Unit(f"u{n}", kind, "b", 100.0) for n, kind in enumerate(kinds))
    eta = np.array([[2.0], [1.0], [9.0], [2.5], [2.0]])
    ticks = checklist(Problem((burning,), units, eta, levels), "f")
    assert [one.units for one in ticks] == [("u1", "u0"), ("u3",), ()]
    assert [one.missing for one in ticks] == [0, 0, 1]
