"""What screening reads from a fire's detections, in one walk over them, compiled.

Rows come sorted by satellite, time, place, so that every sum is made in one order.
"""

import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
I2 = npt.NDArray[np.int16]

(
    PASSES,  # of polar satellites
    FRAMES,  # moments of geostationary satellites
    SECOND,  # 1 if two known satellites passed within the window
    SPAN_D,  # d, first to last
    ACROSS_KM,  # km, diagonal of the box that they prove, pixels' halves taken off
    DRIFT_KM,  # km between the middles of the first and the last third of the time
    BESIDE,  # most neighbours of a pixel in one pass; counted up to ``enough``
    LOW,  # pixels of low class
    DARK,  # pixels by night
    LIGHT,  # pixels by day
    DARK_PASSES,  # passes that saw it by night
    DARK_DAYS,  # nights of them
    CONTRARY,  # pixels whose day/night flag contradicts the sun
    PLAUSIBLE,  # largest (published power / power that its brightness implies) by night; NaN
    STRUCK_K,  # K, brightness of that pixel
    STRUCK_MW,  # MW, its published power
    COOL_K,  # K, smallest (fire channel − long channel) by day: NaN if unknown
    GROUND_K,  # K, largest long channel by day; NaN
    POWER_MW,  # MW, largest published power; NaN
    PIXELS,  # rows
    FINE,  # of VIIRS
    UNNAMED,  # of satellites that are not known
    BEST,  # highest native confidence that is not a geostationary pixel's; −1
    PERCENT,  # highest of those in per cent; −1
    FLAGGED,  # rows of which the product tells the type
    VOLCANO,  # rows of that type
    STATIC,  # the same
    OFFSHORE,  # the same
    FIRST_S,  # epoch seconds
    LAST_S,  # epoch seconds
    LEAST_LAT,  # degrees from the equator
    NORTH_LAT,  # degrees, the northernmost
) = range(32)
COUNT: Final = 32


class Columns(NamedTuple):
    """A fire's detections, a contiguous array a column."""

    lon: F8
    lat: F8
    at: I8
    satellite: I2
    instrument: I2
    native: I2
    flag: npt.NDArray[np.int8]
    product: npt.NDArray[np.int8]
    scan: F8  # NaN or 0 unknown
    track: F8  # NaN or 0 unknown
    frp: F8
    bright: F8
    long: F8


class Rules(NamedTuple):
    """What counts as a pass, as beside, as soon."""

    gap_s: float
    second_s: float
    fine_m: float
    coarse_m: float
    enough: int
    contrary_sine: float
    fine_least: int
    # VIIRS pixels from which drift is measured by them alone, since MODIS pixels stray


class Space(NamedTuple):
    """Places in metres, earth-centred."""

    x: F8
    y: F8
    z: F8


RADIUS_M: Final = 6_371_000.0
"""m, mean earth: neighbours and extents need no ellipsoid."""
_EPOCH_2000_S: Final = 946_728_000.0
"""2000-01-01T12:00:00Z, epoch seconds."""
_C1, _C2 = 1.191042972e8, 14387.768775
"""Radiation constants, W·µm⁴/(m²·sr) and µm·K (CODATA 2018)."""
_SIGMA: Final = 5.670374419e-8
"""W/(m²·K⁴), Stefan–Boltzmann (CODATA 2018)."""
_MIR_A: Final = 3.0e-9
"""W/(m²·sr·µm·K⁴), coefficient of the mid-infrared radiance method (Wooster et al. 2003,
doi:10.1016/S0034-4257(03)00070-1). With it, the brightness of I4 over I5 gives back the published
power of VIIRS night pixels to a factor whose median is 0.96 and whose hundredth part is 0.31
(10,637 pixels of 2023-11-09 far from flares)."""
_I4_UM: Final = 3.74
_FINE_KM, _COARSE_KM = 0.4, 1.0
"""km, pixels whose size is not told."""
_VIIRS, _GEOSTATIONARY = 2, 3
_DAY, _NIGHT = 1, 2
_LOW, _PERCENT = 201, 100
_VOLCANO, _STATIC, _OFFSHORE = 1, 2, 3


class Sun(NamedTuple):
    """Where the sun stands among the stars."""

    days: float  # since 2000
    sine: float  # of its declination
    cosine: float
    ascension: float  # radians


@compiled
def sun_at(at: float) -> Sun:
    """The sun at epoch seconds.

    Low-precision formulae of the Astronomical Almanac (page C5): within 0.01° from 1950 to 2050;
    refraction is left out.
    """
    n = (at - _EPOCH_2000_S) / 86_400.0
    anomaly = math.radians((357.528 + 0.9856003 * n) % 360.0)
    mean = 280.460 + 0.9856474 * n
    along = math.radians(
        (mean + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2.0 * anomaly)) % 360.0
    )
    tilt = math.radians(23.439 - 4.0e-7 * n)
    sine = math.sin(tilt) * math.sin(along)
    cosine = math.sqrt(1.0 - sine * sine)
    return Sun(n, sine, cosine, math.atan2(math.cos(tilt) * math.sin(along), math.cos(along)))


@compiled
def _from_place(sun: Sun, lon: float, lat: float) -> tuple[float, float, float]:
    sidereal = math.radians((280.46061837 + 360.98564736629 * sun.days + lon) % 360.0)
    here, hour = math.radians(lat), sidereal - sun.ascension
    east = -sun.cosine * math.sin(hour)
    north = math.cos(here) * sun.sine - math.sin(here) * sun.cosine * math.cos(hour)
    up = math.sin(here) * sun.sine + math.cos(here) * sun.cosine * math.cos(hour)
    return east, north, up


@compiled
def sun_direction(lon: float, lat: float, at: float) -> tuple[float, float, float]:
    """Where the sun stands at degrees and epoch seconds: east, north, up, a unit vector."""
    return _from_place(sun_at(at), lon, lat)


@compiled
def implied_mw(bright: float, long: float, area_km2: float) -> float:
    """MW that a VIIRS pixel of this brightness (K) over a background (K) radiates."""
    hot = _C1 / _I4_UM**5 / (math.exp(_C2 / (_I4_UM * bright)) - 1.0)
    cold = _C1 / _I4_UM**5 / (math.exp(_C2 / (_I4_UM * long)) - 1.0)
    return area_km2 * _SIGMA / _MIR_A * (hot - cold)


@compiled
def look(c: Columns, starts: I8, rules: Rules) -> F8:
    """Read fires, each of which has rows: numbers as named above, one fire a row.

    A fire's rows are sorted by satellite, time, latitude, longitude.
    """
    found = np.empty((len(starts) - 1, COUNT))
    for fire in range(len(found)):
        a, b = starts[fire], starts[fire + 1]
        one = Columns(
            c.lon[a:b],
            c.lat[a:b],
            c.at[a:b],
            c.satellite[a:b],
            c.instrument[a:b],
            c.native[a:b],
            c.flag[a:b],
            c.product[a:b],
            c.scan[a:b],
            c.track[a:b],
            c.frp[a:b],
            c.bright[a:b],
            c.long[a:b],
        )
        _look_at(one, rules, found[fire])
    return found


@compiled
def _look_at(c: Columns, rules: Rules, out: F8) -> None:
    """Read one fire."""
    n = c.lon.size
    out[:] = 0.0
    out[PLAUSIBLE : POWER_MW + 1] = np.nan
    light = np.zeros(n, np.int16)
    space = Space(np.empty(n), np.empty(n), np.empty(n))
    sun = sun_at(float(c.at[0]))
    for i in range(n):
        if i > 0 and c.at[i] != c.at[i - 1]:  # pixels of a pass share minutes
            sun = sun_at(float(c.at[i]))
        a, b = math.radians(c.lon[i]), math.radians(c.lat[i])
        space.x[i] = RADIUS_M * math.cos(b) * math.cos(a)
        space.y[i] = RADIUS_M * math.cos(b) * math.sin(a)
        space.z[i] = RADIUS_M * math.sin(b)
        light[i] = _believed(c, i, sun, rules)
        out[CONTRARY] += light[i] != c.flag[i]
        out[LOW] += c.native[i] == _LOW
        out[DARK] += light[i] == _NIGHT
        out[LIGHT] += light[i] == _DAY
    _extent(c, space, rules, out)
    _physics(c, light, out)
    _passes(c, space, light, rules, out)
    _codes(c, out)


@compiled
def _codes(c: Columns, out: F8) -> None:
    """Confidences, types, names, and when and where it lies."""
    out[PIXELS] = c.at.size
    out[BEST] = out[PERCENT] = -1.0
    out[FIRST_S], out[LAST_S] = c.at.min(), c.at.max()
    out[LEAST_LAT], out[NORTH_LAT] = np.abs(c.lat).min(), c.lat.max()
    for i in range(c.at.size):
        out[FINE] += c.instrument[i] == _VIIRS
        out[UNNAMED] += c.satellite[i] == 0
        out[FLAGGED] += c.product[i] >= 0
        out[VOLCANO] += c.product[i] == _VOLCANO
        out[STATIC] += c.product[i] == _STATIC
        out[OFFSHORE] += c.product[i] == _OFFSHORE
        if c.instrument[i] != _GEOSTATIONARY:
            out[BEST] = max(out[BEST], c.native[i])
            if c.native[i] <= _PERCENT:
                out[PERCENT] = max(out[PERCENT], c.native[i])


@compiled
def _believed(c: Columns, i: int, sun: Sun, rules: Rules) -> int:
    """The day/night flag; 0 where the sun says otherwise."""
    if c.flag[i] != _DAY and c.flag[i] != _NIGHT:
        return int(c.flag[i])
    sine = _from_place(sun, c.lon[i], c.lat[i])[2]
    wrong = sine > rules.contrary_sine if c.flag[i] == _NIGHT else sine < -rules.contrary_sine
    return 0 if wrong else int(c.flag[i])


@compiled
def _extent(c: Columns, space: Space, rules: Rules, out: F8) -> None:
    """Span, extent, drift. A pixel proves fire only up to half its size beyond its centre."""
    first, last = c.at.min(), c.at.max()
    out[SPAN_D] = (last - first) / 86_400.0
    half = np.where(c.scan > 0, c.scan, np.where(c.instrument == _VIIRS, _FINE_KM, _COARSE_KM))
    half = half * 500.0
    fine = c.instrument == _VIIRS
    chosen = np.flatnonzero(fine) if fine.sum() >= rules.fine_least else np.arange(c.at.size)
    third = (last - first) / 3.0
    early = chosen[c.at[chosen] <= first + third]
    late = chosen[c.at[chosen] >= last - third]
    box, moved = 0.0, 0.0
    for axis in (space.x, space.y, space.z):
        box += max((axis - half).max() - (axis + half).min(), 0.0) ** 2
        if early.size > 0 and late.size > 0:
            moved += (axis[early].mean() - axis[late].mean()) ** 2
    out[ACROSS_KM] = math.sqrt(box) / 1000.0
    out[DRIFT_KM] = math.sqrt(moved) / 1000.0


@compiled
def _physics(c: Columns, light: I2, out: F8) -> None:
    """How published power, brightness and background fit each other; NaN fits nothing."""
    for i in range(light.size):
        if c.frp[i] >= 0 and not c.frp[i] <= out[POWER_MW]:
            out[POWER_MW] = c.frp[i]
        known = c.bright[i] > 0 and c.long[i] > 0
        if light[i] == _DAY and known:
            if not c.bright[i] - c.long[i] >= out[COOL_K]:
                out[COOL_K] = c.bright[i] - c.long[i]
            if not c.long[i] <= out[GROUND_K]:
                out[GROUND_K] = c.long[i]
        area = c.scan[i] * c.track[i]
        fit = light[i] == _NIGHT and c.instrument[i] == _VIIRS and area > 0 and c.frp[i] >= 0
        if fit and known and c.bright[i] > c.long[i]:
            share = c.frp[i] / implied_mw(c.bright[i], c.long[i], area)
            if not share <= out[PLAUSIBLE]:
                out[PLAUSIBLE], out[STRUCK_K], out[STRUCK_MW] = share, c.bright[i], c.frp[i]


@compiled
def _passes(c: Columns, space: Space, light: I2, rules: Rules, out: F8) -> None:
    """Passes of each satellite, their nights, the fullest neighbourhood, the second satellite."""
    n = c.at.size
    begins, ends, whose = np.empty(n), np.empty(n), np.empty(n, np.int64)
    nights = np.empty(n, np.int64)
    found, dark, start = 0, 0, 0
    for stop in range(1, n + 1):
        same = stop < n and c.satellite[stop] == c.satellite[start]
        if same and c.at[stop] - c.at[stop - 1] < rules.gap_s:
            continue
        if c.instrument[start] == _GEOSTATIONARY:
            out[FRAMES] += np.unique(c.at[start:stop]).size
        else:
            begins[found], ends[found] = c.at[start], c.at[stop - 1]
            whose[found] = c.satellite[start]
            found += 1
            if np.all(light[start:stop] == _NIGHT):
                nights[dark] = c.at[start] // 86_400
                dark += 1
            if out[BESIDE] < min(rules.enough, stop - start - 1):  # else it can't be more
                out[BESIDE] = max(out[BESIDE], _beside(c, space, start, stop, rules))
        start = stop
    out[PASSES], out[DARK_PASSES] = found, dark
    out[DARK_DAYS] = np.unique(nights[:dark]).size
    out[SECOND] = _second(begins[:found], ends[:found], whose[:found], rules.second_s)


@compiled
def _beside(c: Columns, space: Space, start: int, stop: int, rules: Rules) -> int:
    """Most neighbours of a pixel among the rows of one pass."""
    fine = np.all(c.instrument[start:stop] == _VIIRS)
    reach = rules.fine_m if fine else rules.coarse_m
    window = math.degrees(reach / RADIUS_M)
    order = start + np.argsort(c.lat[start:stop], kind="mergesort")
    counts = np.zeros(order.size, np.int64)
    for a in range(order.size):
        i = order[a]
        for b in range(a + 1, order.size):
            j = order[b]
            if c.lat[j] - c.lat[i] > window:
                break
            apart = (
                (space.x[i] - space.x[j]) ** 2
                + (space.y[i] - space.y[j]) ** 2
                + (space.z[i] - space.z[j]) ** 2
            )
            if apart <= reach * reach:
                counts[a] += 1
                counts[b] += 1
        if counts[a] >= rules.enough:
            return rules.enough
    return int(counts.max())


@compiled
def _second(begins: F8, ends: F8, whose: I8, second_s: float) -> float:
    """1 if two satellites that are known passed within the window."""
    for i in range(begins.size):
        for j in range(i + 1, begins.size):
            known = whose[i] != 0 and whose[j] != 0 and whose[i] != whose[j]
            if known and begins[j] - ends[i] <= second_s and begins[i] - ends[j] <= second_s:
                return 1.0
    return 0.0
