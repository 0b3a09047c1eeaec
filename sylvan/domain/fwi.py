"""The Canadian Fire Weather Index System at stations and on grids, one day or many.

Equations stand in ``fwi_kernel``; here are shapes, start-up values and what is done about days
without weather.  Day lengths are the standard's: one row (46° N) for all latitudes beyond 30° N.
At 62–72° N, where a June day has 19–24 hours, DMC and DC thus dry as if it were at 46° N (an
effective 13.9 h).  NRCan's cffdrs does the same, so that values remain comparable with Canada's
Yukon; who shows them should say so.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain import fwi_kernel as kernel
from sylvan.domain.grouping_kernel import processors
from sylvan.domain.weather import Noon, refuse_impossible, within

F8 = npt.NDArray[np.float64]
I4 = npt.NDArray[np.int32]

MONTHS: Final = 12
POLE: Final = 90.0
VALUES_A_THREAD: Final = 100_000
"""Days × points that are worth a second thread; engineering."""


class FfmcConstant(StrEnum):
    """Which constant stands in the FFMC's equations 1 and 10, and in the ISI's 24."""

    CFFDRS = "cffdrs"
    PRINTED_1985 = "1985"

    @property
    def value_pct(self) -> float:
        """The constant, %: 250 · 59.5/101 makes FFMC 0 exactly 250 %; printed was 147.2."""
        return 147.2 if self is FfmcConstant.PRINTED_1985 else 250.0 * 59.5 / 101.0


@dataclass(frozen=True, slots=True)
class FwiParameters:
    """Options of the system, and the codes with which a season begins."""

    version: str = "fwi-1"
    constant: FfmcConstant = FfmcConstant.CFFDRS
    # as cffdrs since 1.9.2; "1985" gives the printed tables of Van Wagner & Pickett 1985, and FWI
    # up to 0.3 off
    ffmc: float = 85.0
    dmc: float = 6.0
    dc: float = 15.0
    # codes before the first day after a winter that saturated the ground: Van Wagner 1987,
    # Lawson & Armitage 2008 (three days after snow melt)


DEFAULT: Final = FwiParameters()


def _row(values: F8, number: int) -> F8:
    row: F8 = values[number]
    return row


@dataclass(frozen=True, slots=True)
class Codes:
    """Moisture codes that one day hands to the next.

    NaN where no season has begun: it stays NaN, and no day there counts as missing.
    """

    values: F8
    # (3, …): FFMC 0…101, DMC and DC from 0
    stale: I4
    # (…), d since the weather was last known

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the points."""
        return self.stale.shape

    @property
    def dc(self) -> F8:
        """Drought code."""
        return _row(self.values, kernel.DC)


@dataclass(frozen=True, slots=True)
class FireWeather:
    """What the system tells; days first where several were asked, then the points' own shape.

    ISI, FWI and DSR, which need the day's wind, are NaN on a day without weather.
    """

    values: F8
    # (7, days, …), rows as ``fwi_kernel`` names them
    missing: I4
    # (…), d whose weather was not known
    after: Codes
    # to begin the next day with

    @property
    def ffmc(self) -> F8:
        """Fine fuel moisture code."""
        return _row(self.values, kernel.FFMC)

    @property
    def dmc(self) -> F8:
        """Duff moisture code."""
        return _row(self.values, kernel.DMC)

    @property
    def dc(self) -> F8:
        """Drought code."""
        return _row(self.values, kernel.DC)

    @property
    def isi(self) -> F8:
        """Initial spread index."""
        return _row(self.values, kernel.ISI)

    @property
    def bui(self) -> F8:
        """Buildup index."""
        return _row(self.values, kernel.BUI)

    @property
    def fwi(self) -> F8:
        """Fire weather index."""
        return _row(self.values, kernel.FWI)

    @property
    def dsr(self) -> F8:
        """Daily severity rating."""
        return _row(self.values, kernel.DSR)


def codes(ffmc: npt.ArrayLike, dmc: npt.ArrayLike, dc: npt.ArrayLike) -> Codes:
    """Codes as somebody observed or published them, of any shapes that fit each other."""
    values = np.stack(
        np.broadcast_arrays(*(np.asarray(one, np.float64) for one in (ffmc, dmc, dc)))
    )
    return Codes(values, np.zeros(values.shape[1:], np.int32))


def start(
    shape: tuple[int, ...], params: FwiParameters = DEFAULT, dc: npt.ArrayLike | None = None
) -> Codes:
    """Codes before a season's first day; ``dc`` where a drought code came through the winter."""
    spread = np.broadcast_to(params.ffmc, shape)
    return codes(spread, params.dmc, params.dc if dc is None else dc)


def one_day(
    noon: Noon,
    month: int,
    lat: npt.ArrayLike,
    before: Codes | None = None,
    params: FwiParameters = DEFAULT,
) -> FireWeather:
    """The system for one day; as :func:`many_days`, without the axis of days."""
    told = many_days(noon.as_days(), [month], lat, before, params)
    return FireWeather(told.values[:, 0], told.missing, told.after)


def many_days(
    noon: Noon,
    months: Sequence[int] | npt.NDArray[np.integer],
    lat: npt.ArrayLike,
    before: Codes | None = None,
    params: FwiParameters = DEFAULT,
) -> FireWeather:
    """The system for successive days.

    A day of which a value is unknown changes no code: it is counted in ``missing`` and, until
    weather is known again, in ``after.stale``; its ISI, FWI and DSR are NaN.  The publications ask
    for estimates from neighbouring stations (Lawson & Armitage 2008); whoever has them puts them
    into ``noon``, nothing is made up here.

    Args:
        noon: weather of shape (days, …); humidity of 100 % counts as 99.9999 (cffdrs).
        months: of the days, 1…12.
        lat: latitude, degrees, of any shape that spreads to the points'.
        before: codes of the day before the first; absent: :func:`start`.
        params: options.

    Returns:
        Codes and indices, without unit, of shape (days, …).

    Raises:
        ValueError: shapes do not fit, or a month, latitude, code or weather cannot be.
    """
    shape = noon.shape[1:]
    before = start(shape, params) if before is None else before
    _refuse(noon, months, before)
    weather = kernel.Weather(
        temperature=_flat(noon.temperature),
        humidity=_flat(noon.humidity),
        wind=_flat(noon.wind),
        rain=_flat(noon.rain),
        months=np.array(months, np.int64),
        lat=_latitudes(lat, shape),
    )
    told = kernel.Told(
        np.empty((kernel.OUTPUTS, *weather.rain.shape)),
        before.stale.ravel().copy(),
        np.zeros(weather.lat.shape, np.int32),
    )
    codes_before = _plain(before.values).reshape(kernel.CODES, -1)
    _run(weather, codes_before, params.constant.value_pct, told)
    out = told.out.reshape(kernel.OUTPUTS, *noon.shape)
    after = Codes(out[: kernel.CODES, -1], told.stale.reshape(shape))
    return FireWeather(out, told.missing.reshape(shape), after)


def _flat(values: F8) -> F8:
    """(days, …) as (days, points)."""
    return _plain(values).reshape(len(values), -1)


def _plain(values: F8) -> F8:
    """Contiguous and writable: for any other kind of array the kernel would be compiled anew."""
    return np.require(values, np.float64, ["C", "W"])


def _latitudes(lat: npt.ArrayLike, shape: tuple[int, ...]) -> F8:
    degrees = np.asarray(lat, np.float64)
    if not np.all(np.abs(degrees) <= POLE):  # NaN fails too
        raise ValueError("a latitude is not within −90…90 degrees")
    return _plain(np.broadcast_to(degrees, shape)).ravel()


def _refuse(noon: Noon, months: Sequence[int] | npt.NDArray[np.integer], before: Codes) -> None:
    """Raises ValueError where the input cannot be."""
    if not 0 < len(months) == noon.shape[0]:
        raise ValueError(f"{noon.shape[0]} days of weather, {len(months)} months")
    if any(not 1 <= month <= MONTHS for month in months):
        raise ValueError("a month is not within 1…12")
    if before.shape != noon.shape[1:]:
        raise ValueError(f"codes of shape {before.shape} for points of {noon.shape[1:]}")
    highest = {"FFMC": kernel.FULL_FFMC, "DMC": np.inf, "DC": np.inf}
    for (name, high), code in zip(highest.items(), before.values, strict=True):
        if not within(code, (0.0, high)):
            raise ValueError(f"{name} before the first day is not within 0…{high:g}")
    refuse_impossible(noon)


def _run(weather: kernel.Weather, codes: F8, constant: float, told: kernel.Told) -> None:
    """Run the kernel in as many threads as are worth it; points know nothing of each other."""
    points = len(weather.lat)
    threads = max(1, min(processors(), points * len(weather.months) // VALUES_A_THREAD))
    parts = list(pairwise(np.linspace(0, points, threads + 1).astype(int).tolist()))
    if threads == 1:
        kernel.run(weather, codes, constant, told, parts[0])
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda part: kernel.run(weather, codes, constant, told, part), parts))
