"""Fire danger of places day by day: season, codes of the Canadian system, КППО and its class.

What one day hands to the next is kept whole (:class:`State`), so that late data are computed from
their own day on and not from the spring.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain import fwi_season, weather
from sylvan.domain.codes import Coded
from sylvan.domain.fwi import Codes
from sylvan.domain.fwi_season import Season
from sylvan.domain.nesterov import ClassTable, nesterov
from sylvan.domain.weather import Noon

F8 = npt.NDArray[np.float64]
I1 = npt.NDArray[np.int8]
INDICES: Final = ("ffmc", "dmc", "dc", "isi", "bui", "fwi", "dsr")
SEASON: Final = ("active", "warm", "cold", "bare", "idle", "winter_mm", "unmeasured", "fall_dc")
COLOURS: Final = ("#2c7fb8", "#7fbf7b", "#fee08b", "#f46d43", "#b2182b")
"""Of classes I–V; blue to red over light yellow stays in order for people who see no red or green
(after ColorBrewer's Spectral, Harrower & Brewer 2003)."""
FORECAST_DAYS: Final = 3
"""Days beyond today: the outlook that duty services plan for; engineering."""
WEATHER_OLD_H: Final = 24.0
"""h since the newest report or forecast from which its age is told."""


@dataclass(frozen=True, slots=True)
class State:
    """What a day hands to the next; arrays by place."""

    season: Season
    codes: Codes
    nesterov: F8
    nesterov_stale: npt.NDArray[np.int32]
    standard: npt.NDArray[np.bool_]
    """Whether this season began with the standard drought code, autumn's not being known."""


def unknown(places: int) -> State:
    """Before anything is known: deep winter."""
    shape = (places,)
    codes = Codes(np.full((3, places), np.nan), np.zeros(shape, np.int32))
    return State(
        fwi_season.deep_winter(shape),
        codes,
        np.zeros(shape),
        np.zeros(shape, np.int32),
        np.zeros(shape, bool),
    )


class Day(NamedTuple):
    """One day of all places; NaN and class 0 outside the season."""

    day: date
    values: F8  # (7, places), as :data:`INDICES`
    nesterov: F8  # (places)
    classes: I1  # (places)
    state: State


def compute(
    days: Sequence[date],
    noons: F8,
    lat: F8,
    before: State,
    scales: ClassTable,
    territories: Sequence[str],
) -> list[Day]:
    """Danger of successive days.

    Args:
        days: without a gap.
        noons: (days, places, 6), columns as ``observed.NoonValues``; impossible values count as
            unknown.
        lat: degrees.
        before: of the day before the first.
        scales: of classes.
        territories: the places' codes, for their scales.
    """
    told, state = [], before
    for number, day in enumerate(days):
        state, one = _a_day(day, noons[number], lat, state, scales, territories)
        told.append(one)
    return told


def _a_day(
    day: date,
    noons: F8,
    lat: F8,
    before: State,
    scales: ClassTable,
    territories: Sequence[str],
) -> tuple[State, Day]:
    noon, _ = weather.sift(
        Noon(
            temperature=noons[:, 0].copy(),
            humidity=noons[:, 1].copy(),
            wind=noons[:, 3].copy(),
            rain=noons[:, 4].copy(),
            dew_point=noons[:, 2].copy(),
        )
    )
    snow = noons[None, :, 5]
    told = fwi_season.through(
        noon.as_days(), [day.month], lat, (before.season, before.codes), snow=snow
    )
    active, codes = told.active[0], told.weather.after
    sums = nesterov(noon.as_days(), before.nesterov, before.nesterov_stale)
    index = np.where(active, sums.values[0], 0.0)  # it begins anew when the snow has gone
    begun = active & ~before.season.active
    state = State(
        told.season,
        codes,
        index,
        np.where(active, sums.stale, 0).astype(np.int32),
        np.where(begun, told.standard, before.standard & active),
    )
    shown = np.where(active, index, np.nan)
    values = np.where(active, told.weather.values[:, 0], np.nan)
    return state, Day(day, values, shown, classes_of(shown, day, scales, territories), state)


def classes_of(index: F8, day: date, scales: ClassTable, territories: Sequence[str]) -> I1:
    """Classes by each place's own scale."""
    found = np.zeros(index.shape, np.int8)
    where = np.asarray(territories)
    for territory in sorted(set(territories)):
        mine = where == territory
        found[mine] = scales.scale(territory, day).classes(index[mine])
    return found


class Inputs(NamedTuple):
    """What a map of a day rests on."""

    day: date
    places: int  # with values
    stale: int  # places whose weather of that day was not known
    standard: int  # places whose drought code began at the standard value
    neighbours: int  # places filled from neighbours
    forecast: bool  # whether that day's noon is still forecast
    issued: datetime | None  # newest forecast in it
    grid: int = 0  # places that are nodes of a grid


def assumed(inputs: Inputs, now: datetime) -> list[Coded]:
    """What has to be said beside a map."""
    if not inputs.places:
        return [Coded("danger.no_weather")]
    told = [Coded("danger.interpolated", {"places": inputs.places})]
    counted = (
        ("danger.stale", inputs.stale),
        ("danger.neighbours", inputs.neighbours),
        ("danger.standard_start", inputs.standard),
        ("danger.grid", inputs.grid),
    )
    told += [Coded(code, {"places": number}) for code, number in counted if number]
    if inputs.forecast and inputs.issued is not None:
        hours = (now - inputs.issued).total_seconds() / 3600.0
        if hours > WEATHER_OLD_H:
            told.append(Coded("danger.forecast_old", {"hours": round(hours)}))
    return [*told, Coded("danger.day_length")]


def season_rows(state: State) -> dict[str, Any]:
    """The state's columns by the names that the store gives them."""
    season = {name: getattr(state.season, name) for name in SEASON}
    code = {f"{name}_code": state.codes.values[k] for k, name in enumerate(("ffmc", "dmc", "dc"))}
    return {
        **season,
        **code,
        "stale": state.codes.stale,
        "nesterov_sum": state.nesterov,
        "nesterov_stale": state.nesterov_stale,
        "standard": state.standard,
    }


def state_of(columns: dict[str, Any]) -> State:
    """The reverse of :func:`season_rows`."""
    kinds = {"active": bool, "winter_mm": float, "fall_dc": float}
    season = Season(
        **{name: np.asarray(columns[name], kinds.get(name, np.int32)) for name in SEASON}
    )
    values = np.stack(
        [np.asarray(columns[f"{name}_code"], float) for name in ("ffmc", "dmc", "dc")]
    )
    return State(
        season,
        Codes(values, np.asarray(columns["stale"], np.int32)),
        np.asarray(columns["nesterov_sum"], float),
        np.asarray(columns["nesterov_stale"], np.int32),
        np.asarray(columns["standard"], bool),
    )
