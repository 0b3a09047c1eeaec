"""Rates of spread, against the published system's reference rows."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sylvan.domain.behaviour import Conditions, behaviour, doubtful
from sylvan.domain.fuel import Fbp


def one(fuel, **given):
    base = {"ffmc": 90.0, "bui": 60.0, "wind_km_h": 15.0, "wind_from_deg": 270.0}
    return behaviour(Conditions(fuel=np.array([fuel], np.int8), **(base | given)))


@pytest.fixture(scope="session")
def reference(shared_data):
    """Rows of the R package's own tests: what goes in, what comes out."""
    folder = shared_data / "weather" / "fwi_vectors" / "cffdrs_r"
    if not folder.is_dir():
        pytest.skip("reference rows of cffdrs_r not found in ../shared/data")
    with (folder / "test_fbp.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    with (folder / "fbp_06.csv").open(encoding="utf-8") as file:
        return list(zip(rows, csv.DictReader(file), strict=True))


def number(text, otherwise):
    return otherwise if text in {"", "NA"} else float(text)


def asked(row, answer):
    fuel = Fbp[row["FuelType"].upper().replace("-", "")]
    return fuel, behaviour(
        Conditions(
            fuel=np.array([fuel], np.int8),
            ffmc=float(row["FFMC"]),
            bui=float(row["BUI"]),
            wind_km_h=float(row["WS"]),
            wind_from_deg=number(row["WD"], 0.0),
            slope_pct=float(row["GS"]),
            aspect_deg=number(row["Aspect"], 0.0),
            conifer_pct=number(row["PC"], 50.0),
            dead_fir_pct=number(row["PDF"], 35.0),
            curing_pct=number(row["cc"], 80.0),
            grass_kg_m2=number(row["GFL"], 0.35),
            foliar_moisture_pct=float(answer["FMC"]),
        )
    )


def test_rates_shape_and_heading_equal_those_of_the_reference(reference):
    assert len(reference) == 20
    for row, answer in reference:
        fuel, found = asked(row, answer)
        assert found.head_m_min[0] == pytest.approx(float(answer["ROS"]), rel=5e-4), fuel
        assert found.back_m_min[0] == pytest.approx(float(answer["BROS"]), rel=1e-3), fuel
        assert found.length_to_breadth[0] == pytest.approx(float(answer["LB"]), rel=5e-4), fuel
        assert found.flank_m_min[0] == pytest.approx(float(answer["FROS"]), rel=5e-4), fuel
        if float(answer["WSV"]) > 0.01:
            turn = (found.toward_deg[0] - float(answer["RAZ"]) + 180) % 360 - 180
            assert abs(turn) < 0.01, fuel


def test_intensity_and_crown_fire_equal_those_of_the_reference(reference):
    for row, answer in reference:
        fuel, found = asked(row, answer)
        if fuel is not Fbp.C6:  # known to differ, and no bed of ours
            assert found.crown_share[0] == pytest.approx(float(answer["CFB"]), abs=2e-4), fuel
            assert found.intensity_kw_m[0] == pytest.approx(float(answer["HFI"]), rel=1e-4), fuel


def test_a_row_of_the_publication_is_reached_without_data_beside_the_project():
    found = one(Fbp.C7, ffmc=88.8, bui=15.0, wind_km_h=22.1, slope_pct=15.0, aspect_deg=0.0)
    assert found.head_m_min[0] == pytest.approx(2.354, abs=5e-4)
    assert found.toward_deg[0] == pytest.approx(99.82, abs=5e-3)
    assert found.length_to_breadth[0] == pytest.approx(2.874, abs=5e-4)


def test_fire_runs_with_the_wind():
    assert one(Fbp.C2, wind_from_deg=200.0).toward_deg[0] == pytest.approx(20.0)


def test_uphill_is_faster_and_draws_the_heading_up():
    flat = one(Fbp.C2)
    up = one(Fbp.C2, slope_pct=40.0, aspect_deg=270.0)  # falls to the west: up is east
    across = one(Fbp.C2, slope_pct=40.0, aspect_deg=180.0)
    assert up.head_m_min[0] > 1.3 * flat.head_m_min[0]
    assert across.toward_deg[0] < flat.toward_deg[0] - 10.0


@given(
    st.sampled_from([Fbp.C1, Fbp.C2, Fbp.M1, Fbp.M2, Fbp.D1, Fbp.O1A, Fbp.O1B]),
    st.floats(70.0, 96.0),
    st.floats(0.0, 35.0),
    st.floats(10.0, 150.0),
)
@settings(max_examples=60)
def test_more_wind_is_faster_and_longer_and_the_back_is_never_ahead(fuel, ffmc, wind, bui):
    calm, windy = (one(fuel, ffmc=ffmc, bui=bui, wind_km_h=value) for value in (wind, wind + 5.0))
    assert windy.head_m_min[0] >= calm.head_m_min[0]
    assert windy.length_to_breadth[0] >= calm.length_to_breadth[0] >= 1.0
    assert 0.0 <= windy.back_m_min[0] <= windy.head_m_min[0]


def test_classes_and_hours_broadcast():
    found = behaviour(
        Conditions(
            fuel=np.array([[Fbp.C1], [Fbp.C2], [Fbp.O1A]], np.int8),
            ffmc=np.array([85.0, 88.0, 91.0, 80.0]),
            bui=60.0,
            wind_km_h=12.0,
            wind_from_deg=0.0,
        )
    )
    assert found.head_m_min.shape == (3, 4)
    alone = one(Fbp.C2, ffmc=91.0, wind_km_h=12.0, wind_from_deg=0.0)
    assert found.head_m_min[1, 2] == alone.head_m_min[0]


@pytest.mark.parametrize("wrong", [0, 19, 20])
def test_what_does_not_burn_has_no_behaviour(wrong):
    with pytest.raises(ValueError, match=r"1…18"):
        one(wrong)


def test_a_fast_fire_on_the_ground_is_doubtful_and_one_in_the_crowns_is_not():
    grass = one(Fbp.O1A, ffmc=95.0, wind_km_h=35.0, curing_pct=90.0)
    crown = one(Fbp.C2, ffmc=95.0, bui=100.0, wind_km_h=35.0)
    assert grass.head_m_min[0] > 14.0 < crown.head_m_min[0]
    assert doubtful(grass).all()
    assert not doubtful(crown).any()
    assert not doubtful(one(Fbp.O1A, ffmc=75.0, wind_km_h=5.0, curing_pct=60.0)).any()
