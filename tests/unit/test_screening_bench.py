"""The scores of screening and how its weights are calibrated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.bench import screening, screening_fit, screening_survey
from sylvan.bench import screening_scores as scores
from sylvan.bench.screening_fit import PRIORS, Design, fit, names
from sylvan.bench.screening_references import TABLES
from sylvan.bench.screening_worlds import FIRE_SHARE, world
from sylvan.domain.detections import NativeConfidence, empty
from sylvan.domain.screening import DOUBTFUL, WEIGHTS, screen


def test_brier_of_certainty_and_of_ignorance():
    truth = np.array([True, False, True, False])
    assert scores.brier(truth.astype(float), truth) == 0
    assert scores.brier(np.full(4, 0.5), truth) == 0.25
    assert scores.brier(1.0 - truth, truth) == 1


@settings(deadline=None)  # the machine is shared
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=1, max_size=60), st.data()
)
def test_no_reading_of_a_filter_beats_it_at_its_best(signals, data):
    kinds = [kind for kind, _ in signals]
    truth = np.array([fire for _, fire in signals])
    share = st.floats(0, 1, width=32)
    other = {kind: data.draw(share) for kind in "abc"} | {"any": 0.5}
    best = scores.brier(scores.at_its_best(kinds, truth), truth)
    assert best <= scores.brier(scores.by_table(kinds, other), truth) + 1e-4


def test_a_filter_tells_of_a_class_that_it_never_met_the_share_of_all():
    known = scores.table_of(["a", "a", "b"], np.array([True, False, False]), np.ones(3))
    assert known == {"a": 0.5, "b": 0.0, "any": 0.333}
    assert scores.by_table(["b", "c"], known).tolist() == [0.0, 0.333]


def test_reliability_puts_each_signal_into_its_tenth():
    told, truth = np.array([0.05, 0.05, 0.95, 1.0]), np.array([False, True, True, True])
    low, high = scores.reliability(told, truth)
    assert (low["signals"], low["told"], low["observed"]) == (2, 0.05, 0.5)
    assert (high["from"], high["signals"], high["observed"]) == (0.9, 2, 1.0)


def test_precision_and_recall_of_fires_and_of_none():
    told, truth = np.array([0.95, 0.6, 0.1, 0.1]), np.array([True, False, True, False])
    found = scores.verdicts(told, truth)
    assert found["fire_0.9"] == {"signals": 1, "precision": 1.0, "recall": 0.5}
    assert found["fire_0.5"] == {"signals": 2, "precision": 0.5, "recall": 0.5}
    assert found["none_0.2"] == {"signals": 2, "precision": 0.5, "recall": 0.5}
    kinds = scores.by_class(["peat", "flare", "peat", "flare"], told, truth)
    assert kinds["peat"]["fire"]
    assert not kinds["flare"]["fire"]
    assert (kinds["peat"]["recall"], kinds["peat"]["hidden"]) == (0.5, 0.5)


def test_the_filters_know_their_classes():
    rows = empty(2)
    rows["confidence_native"] = (NativeConfidence.LOW, 80)
    rows["daynight"] = 1
    seen = scores.Filtered(rows, None, 30)
    assert scores.classes([seen], "type_flag") == ["unknown"]
    assert scores.classes([seen], "confidence") == ["low day"]
    assert scores.classes([seen._replace(rows=rows[1:])], "confidence") == ["80 %"]
    assert scores.classes([seen], "recurrence") != scores.classes(
        [seen._replace(days_seen=1)], "recurrence"
    )
    assert TABLES.keys() == scores.FILTERS.keys()
    assert all("any" in table for table in TABLES.values())


def test_calibration_finds_the_weights_behind_signals_and_keeps_the_rest():
    rng = np.random.default_rng(5)
    terms = np.zeros((20_000, len(names())))
    strong = names().index("neighbours")
    terms[:, strong] = rng.random(len(terms))
    odds = 4.5 * terms[:, strong] - 2.0
    truth = (rng.random(len(terms)) < 1 / (1 + np.exp(-odds))).astype(float)
    found, spoke = fit(Design(terms, truth, np.full(len(terms), 1 / len(terms))))
    assert found.neighbours == pytest.approx(4.5, abs=1.6)
    assert found.neighbours > PRIORS.neighbours
    assert found.word_fire == PRIORS.word_fire
    assert spoke["neighbours"] == len(terms)


def test_no_weight_says_the_opposite_of_its_reason_and_high_is_surer_than_nominal():
    for name in names():
        assert getattr(WEIGHTS, name) * getattr(PRIORS, name) > 0, name
    assert WEIGHTS.high >= WEIGHTS.nominal > WEIGHTS.low


def test_seeds_of_the_calibration_are_refused():
    with pytest.raises(ValueError, match="calibrated the weights"):
        screening.run(screening_fit.SEEDS[:1])


def test_without_the_survey_the_bench_says_what_is_missing(tmp_path):
    assert "flares" in screening_survey.run(tmp_path)["skipped"]
    assert "--data" in screening_survey.run(None)["skipped"]


def test_a_made_up_season_is_judged_by_what_really_burnt():
    made = world(3, days=0.6)
    assert made.signals
    for one in made.signals:
        assert len(one.rows)
        assert 0 < screen(one.rows, made.register, one.near).likelihood < 1
    for glimpse in made.glimpses:
        assert len(glimpse.fires) == 1
    scored = screening.of_worlds([made])
    assert scored["hidden"]["threshold"] == DOUBTFUL
    assert scored["fires"] == sum(one.fire for one in made.signals)
    assert 0 < FIRE_SHARE < 1
