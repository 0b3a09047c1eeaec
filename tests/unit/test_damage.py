"""Preliminary damage: every term by hand, and nothing guessed."""

from datetime import date

import pytest

from sylvan.domain.codes import Invalid
from sylvan.domain.damage import Category, Degree, Loss, Row, Size, Tables, Volume, estimate, valid
from sylvan.services import damage_rules

OLD, NEW = date(2019, 1, 1), date(2025, 1, 1)
TABLES = Tables(
    "test",
    (
        Row("larch/large", 100.0, OLD, "old"),
        Row("larch/large", 150.0, NEW, "new"),
        Row("pine/small", None, OLD, "act"),
    ),
    (Row("destroyed", 50.0, OLD, "m"), Row("damaged", 10.0, OLD, "m")),
    (Row("protective", 2.0, OLD, "f"),),
)
LARCH = Volume("larch", Size.LARGE, Degree.DESTROYED, 10.0)
PINE = Volume("pine", Size.SMALL, Degree.DAMAGED, 4.0)


def test_all_terms_are_multiplied_and_added():
    loss = Loss((LARCH,), Category.PROTECTIVE, 1000.0, 500.0)
    found = estimate(loss, TABLES, date(2026, 7, 1))
    assert [one.rub for one in found.terms] == [10 * 150 * 50 * 2, 1000.0, 500.0]
    assert found.total_rub == found.known_rub == 151_500.0
    assert found.missing == ()


def test_rates_count_from_their_day_on():
    loss = Loss((LARCH,), Category.PROTECTIVE, 0.0, 0.0)
    assert estimate(loss, TABLES, date(2024, 12, 31)).total_rub == 100_000.0
    assert valid(TABLES.rates, "larch/large", date(2018, 1, 1)) is None


def test_unknown_rate_is_missing_and_leaves_no_total():
    loss = Loss((LARCH, PINE), Category.PROTECTIVE, 0.0, 0.0)
    found = estimate(loss, TABLES, date(2026, 7, 1))
    assert found.total_rub is None
    assert found.known_rub == 150_000.0
    assert found.missing == ("rate:pine/small",)


def test_what_nobody_told_is_missing():
    found = estimate(Loss(), TABLES, date(2026, 7, 1))
    assert found.missing == ("timber", "suppression", "clearing")
    assert found.total_rub is None
    unsaid = estimate(Loss((LARCH,)), TABLES, date(2026, 7, 1))
    assert "factor:?" in unsaid.missing


def test_shipped_tables_guess_nothing():
    tables = damage_rules.load()
    rows = (*tables.rates, *tables.multipliers, *tables.factors)
    assert rows
    assert all(one.source and one.valid_from for one in rows)
    assert [one for one in rows if one.value is not None] == [], "put in only from the act's text"


def test_same_line_twice_is_refused(tmp_path):
    body = (damage_rules.shipped_alerts() / damage_rules.FILE).read_text("utf-8")
    twice = body.replace("degree: damaged", "degree: destroyed")
    (tmp_path / damage_rules.FILE).write_text(twice, "utf-8")
    with pytest.raises(Invalid) as refused:
        damage_rules.load(tmp_path)
    assert "stand twice" in str(refused.value.params["reason"])
