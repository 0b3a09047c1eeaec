"""The compiled heart of the Canadian Fire Weather Index System: many days of many points.

Equations are numbered as in Van Wagner & Pickett 1985 (Equations and FORTRAN program for the
Canadian Forest Fire Weather Index System, Can. For. Serv. Tech. Rep. 33); where its program and its
text differ (12, 15) the program counts, as in NRCan's cffdrs: the text misses 17 of the 49 DMC that
it prints.  Numbers within an equation are that equation's coefficients.  Each code has a loop of
its own without calls and jumps, so that the compiler does several cells at once; the C library's
exp and log, which it cannot, took three quarters of the time.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled, inlined

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


class Row(NamedTuple):
    """One day of some neighbouring points."""

    temperature: F8
    humidity: F8
    wind: F8
    rain: F8
    lat: F8
    month: int


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
LN10 = math.log(10.0)
BLOCK = 2048  # cells whose rows fit the second-level cache; engineering

LARGEST_EXPONENT = 700.0  # of e, beyond which a double ends
SMALLEST = 1e-300  # taken for 0 where a logarithm is asked
LOG2E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10  # ln 2 in two parts (fdlibm)
MANTISSA_BITS, BIAS, EXPONENT_MASK = 52, 1023, 0x7FF  # of a double
HALF_ROOT = 0x3FE6A09E667F3BCD  # the bits of √½
WHOLE, WHOLE_BITS = 2.0**52, 0x4330000000000000  # doubles from here have no fraction; its bits
ROUNDER = 1.5 * WHOLE  # added and taken away again it rounds to a whole number

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


@inlined
def _held(value: float, low: float, high: float) -> float:
    """The value within bounds; NaN stays NaN, which min and max would not promise."""
    if value > high:
        return high
    if value < low:
        return low
    return value


@inlined
def exp(x: float) -> float:
    """Power of e, to the last bit but one: 2ⁿ times a Taylor series to the power 13."""
    x = _held(x, -LARGEST_EXPONENT, LARGEST_EXPONENT)
    shifted = x * LOG2E + ROUNDER
    n = (
        shifted - ROUNDER
    )  # the nearest whole number; it also stands in the last bits of ``shifted``
    r = (x - n * LN2_HIGH) - n * LN2_LOW
    r2 = r * r
    r4 = r2 * r2  # 1/n! in pairs: what does not wait for each other is done at once
    q = 4.1666666666666664e-2 + 8.333333333333333e-3 * r
    q = (0.5 + 0.16666666666666666 * r) + q * r2
    p = 2.48015873015873e-5 + 2.7557319223985893e-6 * r
    p = (1.388888888888889e-3 + 1.984126984126984e-4 * r) + p * r2
    last = 2.08767569878681e-9 + 1.6059043836821613e-10 * r
    last = (2.755731922398589e-7 + 2.505210838544172e-8 * r) + last * r2
    p = 1.0 + (r + r2 * (q + r4 * (p + r4 * last)))
    exponent = np.float64(shifted).view(np.int64) + np.int64(BIAS)
    return float(p * np.int64(exponent << np.int64(MANTISSA_BITS)).view(np.float64))


@inlined
def log(x: float) -> float:
    """Natural logarithm, to the last bit but one; NaN stays NaN, 0 is a very small number.

    The argument is 2ᵉ·m with m within √½…√2; the series is that of W. J. Cody's and fdlibm's log.
    """
    bits = np.float64(max(x, SMALLEST)).view(np.int64)
    biased = (bits - np.int64(HALF_ROOT - (BIAS << MANTISSA_BITS))) >> np.int64(MANTISSA_BITS)
    biased &= np.int64(EXPONENT_MASK)
    e = np.int64(biased | np.int64(WHOLE_BITS)).view(np.float64) - (WHOLE + BIAS)
    mantissa = bits - ((biased - np.int64(BIAS)) << np.int64(MANTISSA_BITS))
    f = np.int64(mantissa).view(np.float64) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    p = w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332))
    q = 0.2857142874366239149 + w * (0.1818357216161805012 + w * 0.1479819860511658591)
    p += z * (0.6666666666666735130 + w * q)
    half = 0.5 * f * f
    return float(e * LN2_HIGH - ((half - (s * (half + p) + e * LN2_LOW)) - f) + 0.0 * x)


@inlined
def power(x: float, y: float) -> float:
    """Power y of x, for x from 0."""
    return exp(y * log(x))


@inlined
def day_hours(lat: float, month: int) -> float:
    """Effective day length for the DMC, h."""
    hours = HOURS[4, month - 1]
    if lat > DMC_SOUTH:
        hours = HOURS[3, month - 1]
    if lat > DMC_TROPIC_SOUTH:
        hours = HOURS[2, month - 1]
    if lat > DMC_TROPIC_NORTH:
        hours = HOURS[1, month - 1]
    if lat > DMC_NORTH:
        hours = HOURS[0, month - 1]
    return float(hours)


@inlined
def day_factor(lat: float, month: int) -> float:
    """Day-length factor for the DC."""
    factor = FACTORS[2, month - 1]
    if lat > DC_SOUTH:
        factor = FACTORS[1, month - 1]
    if lat > DC_NORTH:
        factor = FACTORS[0, month - 1]
    return float(factor)


@inlined
def _rained_on(moisture: float, rain: float) -> float:
    """Litter moisture after rain, % (eqs. 2, 3)."""
    net = rain - FFMC_RAIN_MM
    wetter = moisture + 42.5 * net * exp(-100.0 / (251.0 - moisture)) * (1.0 - exp(-6.93 / net))
    if moisture > SOAKED_PCT:
        wetter += 0.0015 * (moisture - SOAKED_PCT) ** 2 * math.sqrt(net)
    return _held(wetter, 0.0, SATURATED_PCT)


@inlined
def _rate(share: float, wind: float, temperature: float) -> float:
    """Part of the way to its equilibrium that litter still has to go after a day (eqs. 6 to 9).

    ``share``: how moist the air is where litter dries, how dry where it takes up water, 0…1.
    """
    square = share * share
    fourth = square * square
    rate = 0.424 * (1.0 - power(share, 1.7)) + 0.0694 * math.sqrt(wind) * (1.0 - fourth * fourth)
    return exp(-LN10 * 0.581 * rate * exp(0.0365 * temperature))


@inlined
def ffmc(
    before: float, temperature: float, humidity: float, wind: float, rain: float, constant: float
) -> float:
    """Fine fuel moisture code (eqs. 1 to 10); ``constant`` is that of eqs. 1 and 10."""
    moisture = constant * (FULL_FFMC - before) / (59.5 + before)
    if rain > FFMC_RAIN_MM:
        moisture = _rained_on(moisture, rain)
    air = log(humidity)
    damp = exp((humidity - 100.0) / 10.0)
    warm = 0.18 * (21.1 - temperature) * (1.0 - exp(-0.115 * humidity))
    dry = 0.942 * exp(0.679 * air) + 11.0 * damp + warm  # eq. 4: from above
    wet = 0.618 * exp(0.753 * air) + 10.0 * damp + warm  # eq. 5: from below
    share, goal = humidity / 100.0, dry
    if moisture <= dry:
        share, goal = 1.0 - share, wet
        if moisture >= wet:
            goal = moisture
    moisture = goal + (moisture - goal) * _rate(share, wind, temperature)
    after = 59.5 * (250.0 - moisture) / (constant + moisture)
    return _held(after, 0.0, FULL_FFMC)


@inlined
def _dmc_rained_on(before: float, rain: float) -> float:
    """Duff moisture code after rain (eqs. 11 to 15)."""
    net = 0.92 * rain - 1.27
    moisture = 20.0 + 280.0 * exp(-0.023 * before)
    if before <= DMC_LOW:
        slope = 100.0 / (0.5 + 0.3 * before)
    elif before <= DMC_HIGH:
        slope = 14.0 - 1.3 * log(before)
    else:
        slope = 6.2 * log(before) - 17.2
    wetter = moisture + 1000.0 * net / (48.77 + slope * net)
    return _held(43.43 * (5.6348 - log(wetter - 20.0)), 0.0, math.inf)


@inlined
def dmc(before: float, temperature: float, humidity: float, rain: float, hours: float) -> float:
    """Duff moisture code (eqs. 11 to 17)."""
    left = _dmc_rained_on(before, rain) if rain > DMC_RAIN_MM else before
    warmth = max(temperature, DMC_COLDEST) - DMC_COLDEST
    return left + 1.894e-4 * warmth * (100.0 - humidity) * hours


@inlined
def dc(before: float, temperature: float, rain: float, factor: float) -> float:
    """Drought code (eqs. 18 to 23)."""
    left = before
    if rain > DC_RAIN_MM:
        held = 800.0 * exp(-before / 400.0)
        left = before - 400.0 * log(1.0 + 3.937 * (0.83 * rain - 1.27) / held)
    warmth = max(temperature, DC_COLDEST) - DC_COLDEST
    return _held(left, 0.0, math.inf) + max(0.5 * (0.36 * warmth + factor), 0.0)


@inlined
def isi(litter: float, wind: float, constant: float) -> float:
    """Initial spread index from the FFMC (eqs. 24 to 26)."""
    moisture = constant * (FULL_FFMC - litter) / (59.5 + litter)
    spread = exp(0.05039 * wind - 0.1386 * moisture)
    return 0.208 * 91.9 * spread * (1.0 + power(moisture, 5.31) / 4.93e7)


@inlined
def bui(duff: float, drought: float) -> float:
    """Buildup index from DMC and DC (eq. 27)."""
    if duff <= 0.0:
        return 0.0
    both = 0.8 * drought * duff / (duff + 0.4 * drought)
    if both >= duff:
        return both
    lower = duff - (0.92 + power(0.0114 * duff, 1.7)) * (duff - both) / duff
    return _held(lower, 0.0, math.inf)


@inlined
def fwi(spread: float, fuel: float) -> float:
    """Fire weather index from ISI and BUI (eqs. 28 to 30)."""
    duff = 0.626 * power(fuel, 0.809) + 2.0
    if fuel > BUI_BEND:
        duff = 1000.0 / (25.0 + 108.64 * exp(-0.023 * fuel))
    scaled = 0.1 * spread * duff
    steep = exp(2.72 * power(0.434 * log(scaled), 0.647))
    return scaled if scaled <= 1.0 else steep


@inlined
def dsr(index: float) -> float:
    """Daily severity rating from the FWI (eq. 31)."""
    return 0.0272 * power(index, 1.77)


@inlined
def _known(weather: Row, k: int) -> bool:
    """Whether all of a cell's weather is known: a sum with NaN does not equal itself."""
    total = weather.temperature[k] + weather.humidity[k] + weather.wind[k] + weather.rain[k]
    return bool(total == total)  # noqa: PLR0124 - a call of isnan would keep cells apart


@compiled
def _ffmc_row(before: F8, weather: Row, constant: float, into: F8) -> None:
    for k in range(len(into)):
        humidity = min(weather.humidity[k], AIR_FULL_PCT)
        fresh = ffmc(
            before[k], weather.temperature[k], humidity, weather.wind[k], weather.rain[k], constant
        )
        into[k] = fresh if _known(weather, k) else before[k]


@compiled
def _dmc_row(before: F8, weather: Row, into: F8) -> None:
    for k in range(len(into)):
        humidity = min(weather.humidity[k], AIR_FULL_PCT)
        hours = day_hours(weather.lat[k], weather.month)
        fresh = dmc(before[k], weather.temperature[k], humidity, weather.rain[k], hours)
        into[k] = fresh if _known(weather, k) else before[k]


@compiled
def _dc_row(before: F8, weather: Row, into: F8) -> None:
    for k in range(len(into)):
        factor = day_factor(weather.lat[k], weather.month)
        fresh = dc(before[k], weather.temperature[k], weather.rain[k], factor)
        into[k] = fresh if _known(weather, k) else before[k]


@compiled
def _isi_row(litter: F8, weather: Row, constant: float, into: F8) -> None:
    for k in range(len(into)):
        into[k] = isi(litter[k], weather.wind[k], constant) if _known(weather, k) else math.nan


@compiled
def _bui_row(duff: F8, drought: F8, into: F8) -> None:
    for k in range(len(into)):
        into[k] = bui(duff[k], drought[k])


@compiled
def _fwi_row(spread: F8, fuel: F8, into: F8) -> None:
    for k in range(len(into)):
        into[k] = fwi(spread[k], fuel[k])


@compiled
def _dsr_row(index: F8, into: F8) -> None:
    for k in range(len(into)):
        into[k] = dsr(index[k])


@compiled
def _count_row(litter: F8, weather: Row, stale: I4, missing: I4) -> None:
    """Count a day without weather, where there is a season."""
    for k in range(len(stale)):
        if not math.isnan(litter[k]):
            unknown = not _known(weather, k)
            stale[k] = stale[k] + 1 if unknown else 0
            missing[k] += unknown


@compiled
def run(weather: Weather, codes: F8, constant: float, told: Told, part: tuple[int, int]) -> None:
    """Days (in order) of the points ``part`` (from, to), written into ``told``.

    ``codes`` (3, points) are those before the first day; where the first of them is NaN there is
    no season, and nothing is computed or counted.  A day with an unknown value hands the codes on;
    spread, FWI and severity, which need that day's wind, are unknown.
    """
    out = told.out
    for a in range(part[0], part[1], BLOCK):
        b = min(a + BLOCK, part[1])
        for day in range(len(weather.months)):
            row = Row(
                weather.temperature[day, a:b],
                weather.humidity[day, a:b],
                weather.wind[day, a:b],
                weather.rain[day, a:b],
                weather.lat[a:b],
                weather.months[day],
            )
            if day:
                last = out[FFMC, day - 1, a:b], out[DMC, day - 1, a:b], out[DC, day - 1, a:b]
            else:
                last = codes[FFMC, a:b], codes[DMC, a:b], codes[DC, a:b]
            litter, duff, drought = out[FFMC, day, a:b], out[DMC, day, a:b], out[DC, day, a:b]
            spread, fuel, index = out[ISI, day, a:b], out[BUI, day, a:b], out[FWI, day, a:b]
            _count_row(last[FFMC], row, told.stale[a:b], told.missing[a:b])
            _ffmc_row(last[FFMC], row, constant, litter)
            _dmc_row(last[DMC], row, duff)
            _dc_row(last[DC], row, drought)
            _isi_row(litter, row, constant, spread)
            _bui_row(duff, drought, fuel)
            _fwi_row(spread, fuel, index)
            _dsr_row(index, out[DSR, day, a:b])
