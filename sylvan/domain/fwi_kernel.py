"""The compiled heart of the Canadian Fire Weather Index System: many days of many points.

Equations are numbered as in Van Wagner & Pickett 1985 (Equations and FORTRAN program for the
Canadian Forest Fire Weather Index System, Can. For. Serv. Tech. Rep. 33); where its program and its
text differ (12, 15) the program counts, as in NRCan's cffdrs: the text misses 17 of the 49 DMC that
it prints.  Numbers within an equation are that equation's coefficients; powers of one base share
its logarithm, which is what makes a raster's day cheap.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
I4 = npt.NDArray[np.int32]


class Weather(NamedTuple):
    """Days and points, contiguous."""

    temperature: F8  # (days, points) °C
    humidity: F8  # (days, points) %
    wind: F8  # (days, points) km/h
    rain: F8  # (days, points) mm
    months: I8  # (days,) 1…12
    lat: F8  # (points,) degrees


class Told(NamedTuple):
    """What a run writes."""

    out: F8  # (7, days, points), rows as named below
    stale: I4  # (points,) days since the weather was last known
    missing: I4  # (points,) days whose weather was not known


FFMC, DMC, DC, ISI, BUI, FWI, DSR = range(7)  # rows of what a day gives
OUTPUTS, CODES = 7, 3  # codes come first: what one day hands to the next

FULL_FFMC = 101.0  # of the driest litter
SATURATED_PCT = 250.0  # moisture that pine litter holds at most
SOAKED_PCT = 150.0  # above, rain adds by eq. 3b
AIR_FULL_PCT = 99.9999  # humidity that cffdrs takes for 100 and more
FFMC_RAIN_MM = 0.5  # what the canopy and the litter's surface keep
DMC_RAIN_MM, DC_RAIN_MM = 1.5, 2.8  # rain that does not reach the layer
DMC_COLDEST, DC_COLDEST = -1.1, -2.8  # °C below which a layer does not dry
DMC_LOW, DMC_HIGH = 33.0, 65.0  # where the slope of eq. 13 changes
BUI_BEND = 80.0  # where eq. 28 changes
LN10, LN100 = math.log(10.0), math.log(100.0)

DMC_NORTH, DMC_TROPIC_NORTH, DMC_TROPIC_SOUTH, DMC_SOUTH = 30.0, 10.0, -10.0, -30.0
DC_NORTH, DC_SOUTH = 20.0, -20.0  # degrees of latitude between the tables below
HOURS = (
    np.array(  # effective day lengths for the DMC by zone and month, h (Van Wagner 1987; cffdrs)
        [
            [
                6.5,
                7.5,
                9.0,
                12.8,
                13.9,
                13.9,
                12.4,
                10.9,
                9.4,
                8.0,
                7.0,
                6.0,
            ],  # 46° N, beyond 30° N
            [7.9, 8.4, 8.9, 9.5, 9.9, 10.2, 10.1, 9.7, 9.1, 8.6, 8.1, 7.8],  # 20° N
            [9.0] * 12,  # the equator
            [10.1, 9.6, 9.1, 8.5, 8.1, 7.8, 7.9, 8.3, 8.9, 9.4, 9.9, 10.2],  # 20° S
            [11.5, 10.5, 9.2, 7.9, 6.8, 6.2, 6.5, 7.4, 8.7, 10.0, 11.2, 11.8],  # 40° S
        ]
    )
)
FACTORS = np.array(  # day-length factors for the DC by zone and month (eq. 22; cffdrs)
    [
        [-1.6, -1.6, -1.6, 0.9, 3.8, 5.8, 6.4, 5.0, 2.4, 0.4, -1.6, -1.6],  # beyond 20° N
        [1.4] * 12,
        [6.4, 5.0, 2.4, 0.4, -1.6, -1.6, -1.6, -1.6, -1.6, 0.9, 3.8, 5.8],  # beyond 20° S
    ]
)


@compiled
def day_hours(lat: float, month: int) -> float:
    """Effective day length for the DMC, h."""
    zone = int(lat <= DMC_NORTH) + int(lat <= DMC_TROPIC_NORTH)
    zone += int(lat <= DMC_TROPIC_SOUTH) + int(lat <= DMC_SOUTH)
    return float(HOURS[zone, month - 1])


@compiled
def day_factor(lat: float, month: int) -> float:
    """Day-length factor for the DC."""
    return float(FACTORS[int(lat <= DC_NORTH) + int(lat <= DC_SOUTH), month - 1])


@compiled
def _held(value: float, low: float, high: float) -> float:
    """The value within bounds; NaN stays NaN, which min and max would not promise."""
    if value > high:
        return high
    if value < low:
        return low
    return value


@compiled
def _rained_on(moisture: float, rain: float) -> float:
    """Litter moisture after rain, % (eqs. 2, 3)."""
    net = rain - FFMC_RAIN_MM
    wetter = moisture + 42.5 * net * math.exp(-100.0 / (251.0 - moisture)) * (
        1.0 - math.exp(-6.93 / net)
    )
    if moisture > SOAKED_PCT:
        wetter += 0.0015 * (moisture - SOAKED_PCT) ** 2 * math.sqrt(net)
    return _held(wetter, 0.0, SATURATED_PCT)


@compiled
def _rate(share: float, root: float, wind: float, temperature: float) -> float:
    """Factor that brings litter nearer to its equilibrium in a day (eqs. 6 to 9).

    ``share`` is of dryness or wetness, 0…1, ``root`` its power 1.7.
    """
    square = share * share
    fourth = square * square
    rate = 0.424 * (1.0 - root) + 0.0694 * math.sqrt(wind) * (1.0 - fourth * fourth)
    return math.exp(-LN10 * 0.581 * rate * math.exp(0.0365 * temperature))


@compiled
def ffmc(
    before: float, temperature: float, humidity: float, wind: float, rain: float, constant: float
) -> float:
    """Fine fuel moisture code (eqs. 1 to 10); ``constant`` is that of eqs. 1 and 10."""
    moisture = constant * (FULL_FFMC - before) / (59.5 + before)
    if rain > FFMC_RAIN_MM:
        moisture = _rained_on(moisture, rain)
    log = math.log(humidity)
    damp = math.exp((humidity - 100.0) / 10.0)
    warm = 0.18 * (21.1 - temperature) * (1.0 - math.exp(-0.115 * humidity))
    dry = 0.942 * math.exp(0.679 * log) + 11.0 * damp + warm  # eq. 4: from above
    if moisture > dry:
        root = math.exp(1.7 * (log - LN100))
        moisture = dry + (moisture - dry) * _rate(humidity / 100.0, root, wind, temperature)
    else:
        wet = 0.618 * math.exp(0.753 * log) + 10.0 * damp + warm  # eq. 5: from below
        if moisture < wet:
            lack = (100.0 - humidity) / 100.0
            moisture = wet - (wet - moisture) * _rate(lack, math.pow(lack, 1.7), wind, temperature)
    after = 59.5 * (250.0 - moisture) / (constant + moisture)
    return _held(after, 0.0, FULL_FFMC)


@compiled
def _dmc_rained_on(before: float, rain: float) -> float:
    """Duff moisture code after rain (eqs. 11 to 15)."""
    net = 0.92 * rain - 1.27
    moisture = 20.0 + 280.0 * math.exp(-0.023 * before)
    if before <= DMC_LOW:
        slope = 100.0 / (0.5 + 0.3 * before)
    elif before <= DMC_HIGH:
        slope = 14.0 - 1.3 * math.log(before)
    else:
        slope = 6.2 * math.log(before) - 17.2
    wetter = moisture + 1000.0 * net / (48.77 + slope * net)
    return _held(43.43 * (5.6348 - math.log(wetter - 20.0)), 0.0, math.inf)


@compiled
def dmc(before: float, temperature: float, humidity: float, rain: float, hours: float) -> float:
    """Duff moisture code (eqs. 11 to 17)."""
    left = _dmc_rained_on(before, rain) if rain > DMC_RAIN_MM else before
    warmth = max(temperature, DMC_COLDEST) - DMC_COLDEST
    return left + 1.894e-4 * warmth * (100.0 - humidity) * hours


@compiled
def dc(before: float, temperature: float, rain: float, factor: float) -> float:
    """Drought code (eqs. 18 to 23)."""
    left = before
    if rain > DC_RAIN_MM:
        held = 800.0 * math.exp(-before / 400.0)
        left = before - 400.0 * math.log(1.0 + 3.937 * (0.83 * rain - 1.27) / held)
    warmth = max(temperature, DC_COLDEST) - DC_COLDEST
    return _held(left, 0.0, math.inf) + max(0.5 * (0.36 * warmth + factor), 0.0)


@compiled
def isi(litter: float, wind: float, constant: float) -> float:
    """Initial spread index from the FFMC (eqs. 24 to 26)."""
    moisture = constant * (FULL_FFMC - litter) / (59.5 + litter)
    spread = math.exp(0.05039 * wind - 0.1386 * moisture)
    return 0.208 * 91.9 * spread * (1.0 + math.pow(moisture, 5.31) / 4.93e7)


@compiled
def bui(duff: float, drought: float) -> float:
    """Buildup index from DMC and DC (eq. 27)."""
    if duff <= 0.0:
        return 0.0
    both = 0.8 * drought * duff / (duff + 0.4 * drought)
    if both >= duff:
        return both
    lower = duff - (0.92 + math.pow(0.0114 * duff, 1.7)) * (duff - both) / duff
    return _held(lower, 0.0, math.inf)


@compiled
def fwi(spread: float, fuel: float) -> float:
    """Fire weather index from ISI and BUI (eqs. 28 to 30)."""
    if fuel > BUI_BEND:
        duff = 1000.0 / (25.0 + 108.64 * math.exp(-0.023 * fuel))
    else:
        duff = 0.626 * math.pow(fuel, 0.809) + 2.0
    scaled = 0.1 * spread * duff
    if scaled <= 1.0:
        return scaled
    return math.exp(2.72 * math.pow(0.434 * math.log(scaled), 0.647))


@compiled
def dsr(index: float) -> float:
    """Daily severity rating from the FWI (eq. 31)."""
    return 0.0272 * math.pow(index, 1.77)


@compiled
def run(weather: Weather, codes: F8, constant: float, told: Told, part: tuple[int, int]) -> None:
    """Days (in order) of the points ``part`` (from, to), written into ``told``.

    ``codes`` (3, points) are those before the first day; where the first of them is NaN there is
    no season, and nothing is computed or counted.  A day with an unknown value hands the codes on;
    spread, FWI and severity, which need that day's wind, are unknown.
    """
    out = told.out
    for day in range(len(weather.months)):
        month = weather.months[day]
        for k in range(part[0], part[1]):
            litter = out[FFMC, day - 1, k] if day else codes[FFMC, k]
            duff = out[DMC, day - 1, k] if day else codes[DMC, k]
            drought = out[DC, day - 1, k] if day else codes[DC, k]
            t, h = weather.temperature[day, k], weather.humidity[day, k]
            w, r = weather.wind[day, k], weather.rain[day, k]
            if math.isnan(litter):
                spread = fuel = index = math.nan
            elif math.isnan(t + h + w + r):
                told.stale[k] += 1
                told.missing[k] += 1
                spread = index = math.nan
                fuel = bui(duff, drought)
            else:
                told.stale[k] = 0
                h = min(h, AIR_FULL_PCT)
                litter = ffmc(litter, t, h, w, r, constant)
                duff = dmc(duff, t, h, r, day_hours(weather.lat[k], month))
                drought = dc(drought, t, r, day_factor(weather.lat[k], month))
                spread, fuel = isi(litter, w, constant), bui(duff, drought)
                index = fwi(spread, fuel)
            out[FFMC, day, k], out[DMC, day, k], out[DC, day, k] = litter, duff, drought
            out[ISI, day, k], out[BUI, day, k] = spread, fuel
            out[FWI, day, k], out[DSR, day, k] = index, dsr(index)
