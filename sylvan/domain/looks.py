"""What became of each pass over a fire: it saw the fire, saw nothing, could not see, or who knows.

"Looked and saw nothing" is an answer, "not looked" is a question, and clouds lie between: the three
are never mixed. Order-free: everything follows from what is stored now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final, TypedDict

import numpy as np

from sylvan.domain.codes import Coded
from sylvan.domain.detections import Satellite
from sylvan.domain.heard import HEARD_RULES, Span
from sylvan.domain.passes import SAME_PASS, Overflights, moment
from sylvan.domain.passes_geometry import INSTRUMENT_OF


class Saw(StrEnum):
    """What a pass says of a fire."""

    FIRE = "fire"
    NOTHING = "nothing"
    CLOUD = "cloud"
    CLOUD_UNKNOWN = "cloud_unknown"
    NO_DATA = "no_data"
    AWAITED = "awaited"


LOOKED: Final = frozenset({Saw.FIRE, Saw.NOTHING, Saw.CLOUD, Saw.CLOUD_UNKNOWN})
"""Passes whose data are here."""


class Sky(StrEnum):
    """What is known of the clouds over a fire during a pass."""

    CLEAR = "clear"
    CLOUDY = "cloudy"


@dataclass(frozen=True, slots=True)
class LookRules:
    """How passes are judged."""

    delay: timedelta = HEARD_RULES.delay
    # until then data are awaited, after it they are missing
    gap: timedelta = timedelta(hours=6)
    # without a look that is longer: more than twice what lies between passes at 62° N
    weak_view_deg: float = 60.0
    # view zenith angle from which a MODIS pixel is six times, a VIIRS pixel twice its size at nadir
    # (slant distance; scan and track of FIRMS files agree), so that small fires drown in it
    clear_km: float = 5.0
    # another hot spot of the same pass so near shows that the sky was open there: of 39,000 looks
    # without a pixel in generated days 71 % were clear, of those with such a neighbour 93 %
    beside_deg: float = 1.0
    # scan angle beyond the swath's end in which a fire's far side may still have been seen
    silent: timedelta = timedelta(hours=12)
    # without data although it passed: worth a remark of its own


LOOK_RULES: Final = LookRules()


@dataclass(frozen=True, slots=True)
class Glimpse:
    """Detections of one satellite that share a time of acquisition."""

    satellite: Satellite
    at: datetime
    count: int
    frp_mw: float | None


@dataclass(frozen=True, slots=True)
class Look:
    """A pass over a fire and what it says."""

    satellite: Satellite
    at: datetime
    view_deg: float | None
    # view zenith angle; unknown where detections came without a known orbit
    saw: Saw
    weak: bool
    detections: int = 0
    frp_mw: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known around a fire at ``now``."""

    now: datetime
    own: Sequence[Glimpse]
    # the fire's detections
    here: Sequence[Span]
    # whose data are here, for when
    sky: Sequence[tuple[Satellite, datetime, Sky]] = ()
    # clouds over the fire at times of acquisition


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody looked, and why."""

    since: datetime
    until: datetime
    reason: Coded


def judge(rows: Overflights, facts: Facts, rules: LookRules = LOOK_RULES) -> list[Look]:
    """Every pass over one fire until now, in order of time.

    ``rows`` are the overflights of the fire's place, also those beside the swath: the fire may
    reach into it, or its elements be a little old.
    """
    looks = []
    mine = _by_pass(rows, facts.own)
    for number, row in enumerate(rows):
        seen = mine.get(number, [])
        if row["covered"] or seen:
            looks.append(_look(row, seen, facts, rules))
    looks += _without_orbit(unmatched(rows, facts.own))
    return sorted(looks, key=lambda look: (look.at, look.satellite))


def unmatched(rows: Overflights, own: Sequence[Glimpse]) -> list[Glimpse]:
    """Detections for which no orbit accounts: it is not known, or it is wrong."""
    matched = {id(one) for found in _by_pass(rows, own).values() for one in found}
    polar = [one for one in own if one.satellite in INSTRUMENT_OF]
    return [one for one in polar if id(one) not in matched]


def _without_orbit(own: Sequence[Glimpse]) -> list[Look]:
    """Passes that only their detections tell of."""
    groups: list[list[Glimpse]] = []
    for one in sorted(own, key=lambda one: (one.satellite, one.at)):
        last = groups[-1][0] if groups else None
        if last and last.satellite == one.satellite and one.at - last.at <= SAME_PASS:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [
        Look(seen[0].satellite, seen[0].at, None, Saw.FIRE, weak=False, **_sums(seen))
        for seen in groups
    ]


def _sums(seen: Sequence[Glimpse]) -> "_Sums":
    powers = [one.frp_mw for one in seen if one.frp_mw is not None]
    return {
        "detections": sum(one.count for one in seen),
        "frp_mw": round(sum(powers), 2) if powers else None,
    }


class _Sums(TypedDict):
    """What detections of one pass add up to."""

    detections: int
    frp_mw: float | None


def _by_pass(rows: Overflights, own: Sequence[Glimpse]) -> dict[int, list[Glimpse]]:
    """Detections by the number of the overflight that they belong to."""
    found: dict[int, list[Glimpse]] = {}
    for one in own:
        mine = np.flatnonzero(rows["satellite"] == int(one.satellite))
        away = np.abs(rows["at"][mine] - one.at.timestamp())
        if len(mine) and away.min() <= SAME_PASS.total_seconds():
            found.setdefault(int(mine[away.argmin()]), []).append(one)
    return found


def _look(row: np.void, seen: list[Glimpse], facts: Facts, rules: LookRules) -> Look:
    satellite = Satellite(int(row["satellite"]))
    at = moment(row["at"])
    view = float(row["view_deg"])
    return Look(
        satellite,
        at,
        round(view, 1),
        Saw.FIRE if seen else _unseen(satellite, at, facts, rules),
        weak=view >= rules.weak_view_deg,
        **_sums(seen),
    )


def _unseen(satellite: Satellite, at: datetime, facts: Facts, rules: LookRules) -> Saw:
    """Why a pass shows no detection of the fire."""
    came = any(
        span.satellite == satellite and span.since - SAME_PASS <= at <= span.until + SAME_PASS
        for span in facts.here
    )
    if not came:
        return Saw.AWAITED if facts.now - at <= rules.delay else Saw.NO_DATA
    skies = {
        sky for whose, when, sky in facts.sky if whose == satellite and abs(when - at) <= SAME_PASS
    }
    if Sky.CLEAR in skies:
        return Saw.NOTHING
    return Saw.CLOUD if Sky.CLOUDY in skies else Saw.CLOUD_UNKNOWN


def gaps(
    looks: Sequence[Look], since: datetime, now: datetime, rules: LookRules = LOOK_RULES
) -> list[Gap]:
    """Times longer than the norm in which nobody looked, newest first."""
    moments = [since, *(look.at for look in looks if look.saw in LOOKED), now]
    long = [(a, b) for a, b in pairwise(moments) if b - a > rules.gap]
    return [Gap(a, b, _reason(looks, a, b)) for a, b in reversed(long)]


def _reason(looks: Sequence[Look], since: datetime, until: datetime) -> Coded:
    """Why nobody looked: no pass, or passes without data."""
    inside = [one for one in looks if since < one.at < until]
    missing = sum(one.saw == Saw.NO_DATA for one in inside)
    if missing:
        return Coded("passes.gap.no_data", {"count": missing})
    if inside:
        return Coded("passes.gap.awaited", {"count": len(inside)})
    return Coded("passes.gap.no_pass")


def silences(looks: Sequence[Look], now: datetime, rules: LookRules = LOOK_RULES) -> list[Coded]:
    """Satellites that pass and give nothing, with the hours since their last data."""
    found = []
    for satellite in sorted({look.satellite for look in looks}):
        mine = [look for look in looks if look.satellite == satellite]
        heard = max((i for i, look in enumerate(mine) if look.saw in LOOKED), default=-1)
        silent = [look for look in mine[heard + 1 :] if look.saw == Saw.NO_DATA]
        if not silent or now - silent[0].at < rules.silent:
            continue
        hours = round((now - silent[0].at) / timedelta(hours=1))
        told = Coded(
            "passes.silent", {"satellite": satellite.name, "hours": hours, "count": len(silent)}
        )
        found.append(told)
    return found


def around(bbox: tuple[float, float, float, float], km: float) -> tuple[float, float, float, float]:
    """A box (west, south, east, north) grown by a distance; west > east crosses 180°."""
    west, south, east, north = bbox
    up = km / _KM_PER_DEGREE
    south, north = max(south - up, -_POLE), min(north + up, _POLE)
    highest = max(abs(south), abs(north))
    side = up / np.cos(np.radians(highest)) if highest < _POLE else _HALF_TURN
    if (east - west) % (2 * _HALF_TURN) + 2 * side >= 2 * _HALF_TURN:
        return -_HALF_TURN, south, _HALF_TURN, north
    return _wrapped(west - side), south, _wrapped(east + side), north


_KM_PER_DEGREE: Final = 111.2
_POLE, _HALF_TURN = 90.0, 180.0


def _wrapped(lon: float) -> float:
    return float((lon + _HALF_TURN) % (2 * _HALF_TURN) - _HALF_TURN)
