"""A fire says why it is one and what its last pass changed, whatever order its data came in."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sylvan.domain.detections import Instrument, Satellite, empty
from sylvan.domain.explain import latest_change, why_one
from sylvan.domain.grouping import DEFAULT, components, points_of

T0 = datetime(2026, 7, 1, tzinfo=UTC)
KM = 1 / 111.2


def seen(*spots, at=T0, satellite=Satellite.SNPP, frp=10.0):
    """A pass that sees spots, kilometres east and north of 130° E, 62° N."""
    rows = empty(len(spots))
    rows["lon"] = [130 + x * KM / np.cos(np.radians(62)) for x, _ in spots]
    rows["lat"] = [62 + y * KM for _, y in spots]
    rows["acq_at"] = int(at.timestamp())
    rows["satellite"], rows["instrument"] = satellite, Instrument.VIIRS
    rows["scan"] = rows["track"] = 0.375
    rows["frp"] = frp
    return rows


def codes(told) -> list[str]:
    return [one.code for one in told.reasons]


def test_a_single_hotspot_is_linked_to_nothing() -> None:
    why = why_one(seen((0, 0)))
    assert codes(why) == ["why.alone"]
    assert (why.links, why.longest_km, why.longest_hours) == (0, None, None)


def test_the_widest_gap_and_the_longest_silence_are_told() -> None:
    rows = np.concatenate(
        [seen((0, 0), (0.4, 0), (1.2, 0)), seen((0, 0), at=T0 + timedelta(hours=70))]
    )
    why = why_one(rows)
    assert codes(why)[0] == "why.linked"
    assert why.longest_km == pytest.approx(0.8, abs=0.011)
    assert why.longest_hours == 70
    assert why.links == 3
    assert dict(why.reasons[0].params)["limit_km"] == DEFAULT.fine_km


def test_what_people_joined_is_not_told_as_linked() -> None:
    why = why_one(seen((0, 0), (30, 0)))
    assert codes(why)[0] == "why.people"
    assert dict(why.reasons[0].params)["groups"] == 2


def test_two_spots_that_met_are_told_as_two_ignitions() -> None:
    apart = [seen((0, 0), (2.5, 0), at=T0 + timedelta(hours=h)) for h in (0, 24)]
    bridge = seen((0.8, 0), (1.6, 0), at=T0 + timedelta(hours=30))
    assert "why.ignitions" in codes(why_one(np.concatenate([*apart, bridge])))


def test_a_sleeper_is_told_in_periods_and_says_that_it_woke() -> None:
    rows = np.concatenate([seen((0, 0)), seen((0.3, 0), at=T0 + timedelta(days=12))])
    assert "why.episodes" in codes(why_one(rows))
    assert "change.woke" in codes(latest_change(rows))


def test_the_first_pass_changes_nothing_that_was_before() -> None:
    change = latest_change(seen((0, 0), (0.4, 0)))
    assert codes(change) == ["change.first"]
    assert change.since is None
    assert change.new_detections == 2
    assert change.area_gained_ha > 0


def test_growth_is_told_with_its_direction() -> None:
    rows = np.concatenate(
        [seen((0, 0)), seen((0.8, 0), (1.2, 0), at=T0 + timedelta(hours=6), frp=30.0)]
    )
    change = latest_change(rows)
    assert "change.grew_towards" in codes(change)
    assert dict(change.reasons[0].params)["bearing_deg"] == pytest.approx(90, abs=2)
    assert change.frp_change_mw == pytest.approx(50.0)
    assert "change.hotter" in codes(change)


def test_the_same_pixels_again_are_no_growth() -> None:
    rows = np.concatenate([seen((0, 0)), seen((0, 0), at=T0 + timedelta(hours=6))])
    change = latest_change(rows)
    assert codes(change) == ["change.no_growth", "change.power_same"]
    assert change.area_gained_ha == 0


def test_power_that_was_not_measured_is_not_compared() -> None:
    rows = np.concatenate([seen((0, 0), frp=np.nan), seen((0, 0), at=T0 + timedelta(hours=6))])
    assert "change.power_unknown" in codes(latest_change(rows))


@given(st.integers(0, 2**32 - 1))
def test_the_answer_does_not_depend_on_the_order_of_detections(seed) -> None:
    rng = np.random.default_rng(seed)
    spots = [tuple(rng.uniform(-1, 1, 2)) for _ in range(int(rng.integers(2, 12)))]
    rows = np.concatenate(
        [
            seen(
                spot,
                at=T0 + timedelta(hours=int(rng.integers(0, 9)) * 3),
                satellite=Satellite(int(rng.choice([3, 4]))),
                frp=float(rng.uniform(1, 50)),
            )
            for spot in spots
        ]
    )
    other = rng.permutation(rows)
    assert why_one(other) == why_one(rows)
    assert latest_change(other) == latest_change(rows)


@given(st.integers(0, 2**32 - 1))
def test_links_no_longer_than_told_hold_the_fire_together(seed) -> None:
    rng = np.random.default_rng(seed)
    rows = np.concatenate([seen((float(x), 0)) for x in np.cumsum(rng.uniform(0.1, 0.95, 6))])
    why = why_one(rows)
    gaps = np.diff(np.sort(rows["lon"])) / KM * np.cos(np.radians(62))
    assert len(set(components(points_of(rows)).tolist())) == 1
    assert why.longest_km == pytest.approx(float(gaps.max()), abs=0.02)
