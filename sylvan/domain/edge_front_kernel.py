"""The compiled heart of the front: which stretches of a ring lie near what burnt lately."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sylvan.domain.compiling import compiled

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
HALF_TURN, TURN = 180.0, 360.0  # degrees


class Burning(NamedTuple):
    """Centres of footprints, km on a plane, from west to east, and how far each reaches."""

    x: F8
    y: F8
    reach: F8


@compiled
def _near(x: float, y: float, fire: Burning, widest: float) -> bool:
    """Whether a place lies within the reach of a footprint."""
    k, after = 0, len(fire.x)
    while k < after:  # the first one that is not too far west
        middle = (k + after) // 2
        if fire.x[middle] < x - widest:
            k = middle + 1
        else:
            after = middle
    while k < len(fire.x) and fire.x[k] < x + widest:
        east, north = fire.x[k] - x, fire.y[k] - y
        if east * east + north * north < fire.reach[k] * fire.reach[k]:
            return True
        k += 1
    return False


@compiled
def _steps(corners: F8, step: float) -> I8:
    """Into how many equal stretches, none longer than ``step``, each side is cut."""
    count = np.empty(len(corners) - 1, np.int64)
    for i in range(len(count)):
        away = corners[i + 1] - corners[i]
        count[i] = max(1, int(np.ceil(np.hypot(away[0], away[1]) / step)))
    return count


@compiled
def _looked_at(corners: F8, step: float) -> tuple[F8, Mask]:
    """A ring's places in order, its own corners and others put in between, and which are its own.

    The last place is the first one again; the ring is looked at every ``step`` degrees.
    """
    count = _steps(corners, step)
    places = np.empty((count.sum() + 1, 2))
    own = np.zeros(len(places), np.bool_)
    k = 0
    for i in range(len(count)):
        own[k] = True
        for part in range(count[i]):
            share = part / count[i]
            places[k] = corners[i] + share * (corners[i + 1] - corners[i])
            k += 1
    places[k], own[k] = corners[-1], True
    return places, own


@compiled
def _burns(places: F8, fire: Burning, home: F8, size: F8) -> Mask:
    """Which stretches between two places burn: both of their ends do, and it is no cut at 180°.

    ``home`` is the plane's origin (degrees), ``size`` the length of a degree there (km).
    """
    near, seam = np.empty(len(places), np.bool_), np.empty(len(places), np.bool_)
    widest = fire.reach.max()
    for i in range(len(places)):
        away = (places[i, 0] - home[0] + HALF_TURN) % TURN - HALF_TURN
        near[i] = _near(away * size[0], (places[i, 1] - home[1]) * size[1], fire, widest)
        seam[i] = abs(places[i, 0]) == HALF_TURN
    return near[1:] & near[:-1] & ~(seam[1:] & seam[:-1])


@compiled
def _lines(places: F8, own: Mask, burns: Mask) -> tuple[F8, I8]:
    """Corners of the lines along a ring that burn, and the line of each.

    Places that were put in between two corners are left out again; a run over the ring's beginning
    stays one.
    """
    sides = len(burns)
    first = 0  # a stretch that does not burn; the ring's beginning where all do
    while first < sides and burns[first]:
        first += 1
    first %= sides
    kept, line = np.empty((sides + 1, 2)), np.empty(sides + 1, np.int64)
    n, number = 0, -1
    before = False
    for turn in range(sides):
        i = (first + turn) % sides
        number += burns[i] and not before
        if (burns[i] and (own[i] or not before)) or (before and not burns[i]):
            kept[n], line[n] = places[i], number
            n += 1
        before = burns[i]
    if before:  # the last stretch ends where the first one begins
        kept[n], line[n] = places[first], number
        n += 1
    return kept[:n], line[:n]


class Rings(NamedTuple):
    """Rings of the edges of many fires, ring behind ring."""

    corners: F8  # (n, 2) degrees; the last of each ring is its first one again
    ends: I8  # place behind each ring's last corner
    fire: I8  # number of each ring's fire


class Planes(NamedTuple):
    """The planes of many fires."""

    home: F8  # longitude and latitude of the origin, a fire a row
    size: F8  # km of a degree of longitude and of latitude there


class Fronts(NamedTuple):
    """Lines that burn."""

    corners: F8  # (n, 2) degrees, line behind line
    line: I8  # number of each corner's line
    fire: I8  # number of each line's fire


@compiled
def fronts(rings: Rings, fires: Burning, starts: I8, planes: Planes, step_km: float) -> Fronts:
    """The lines that burn on rings, which are looked at every ``step_km``.

    ``fires`` is what burns, fire behind fire from ``starts`` on, each on its plane.
    """
    corners = rings.corners
    most = first = 0  # places that are looked at
    for ring in range(len(rings.ends)):
        step = step_km / planes.size[rings.fire[ring]].max()
        most += _steps(corners[first : rings.ends[ring]], step).sum() + 1
        first = rings.ends[ring]
    found, line = np.empty((most, 2)), np.empty(most, np.int64)
    fire = np.empty(most, np.int64)
    n = lines = first = 0
    for ring in range(len(rings.ends)):
        k, end = rings.fire[ring], rings.ends[ring]
        a, b = starts[k], starts[k + 1]
        burning = Burning(fires.x[a:b], fires.y[a:b], fires.reach[a:b])
        home, size = planes.home[k], planes.size[k]
        places, own = _looked_at(corners[first:end], step_km / size.max())
        kept, number = _lines(places, own, _burns(places, burning, home, size))
        first = end
        for i in range(len(kept)):
            found[n], line[n] = kept[i], lines + number[i]
            fire[line[n]] = k
            n += 1
        lines = line[n - 1] + 1 if n > 0 else 0
    return Fronts(found[:n], line[:n], fire[:lines])
