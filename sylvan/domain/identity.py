"""Which rows are the same pixel: delivered again as it was, or in another version.

FIRMS delivers a pixel up to four times (URT, RT, NRT, standard), each time slightly moved. An
identical re-delivery has the same key; a different version is matched one-to-one in place and
time. Rows of the same version are never matched: two of them are two pixels, however near.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from sylvan.domain.detections import Detections, Instrument

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

EARTH_KM = 6371.0088
"""Mean radius (IUGG)."""


@dataclass(frozen=True)
class IdentityRules:
    """When two rows are one pixel."""

    place_per_deg: int = 100_000
    # steps of a degree in the key: 1e-5°, about a metre, the finest that FIRMS delivers
    size_per_km: int = 100
    # steps of a kilometre in the key: FIRMS writes scan and track with two decimals
    apart_s: int = 120
    # s, versions of one pixel differ at most so much in time (the brief of identity: 2 minutes)
    reach: float = 0.5
    # of the smaller of scan and track: nearer centres than that are one pixel
    viirs_km: float = 0.375
    modis_km: float = 1.0
    # km, pixel at nadir (product guides), where neither row tells its size
    least_decimals: int = 3
    # fewer decimals say nothing: a short file may have none that end otherwise


RULES = IdentityRules()

_MULTIPLIERS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
"""Constants of SplitMix64 (Steele, Lea, Flood 2014)."""


def _mixed(word: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """SplitMix64's finaliser: every input bit reaches every output bit."""
    word = word + np.uint64(_MULTIPLIERS[0])
    word = (word ^ (word >> np.uint64(30))) * np.uint64(_MULTIPLIERS[1])
    word = (word ^ (word >> np.uint64(27))) * np.uint64(_MULTIPLIERS[2])
    return word ^ (word >> np.uint64(31))


def _steps(values: npt.NDArray[np.floating], per_unit: int) -> Ints:
    """Values in whole steps; −1 where unknown."""
    steps = np.rint(values.astype(np.float64) * per_unit)
    known: Ints = np.where(np.isnan(values), -1, steps).astype(np.int64)
    return known


def _hashed(words: list[Ints]) -> npt.NDArray[np.uint64]:
    state = np.zeros(len(words[0]), np.uint64)
    for word in words:
        state = _mixed(state ^ word.astype(np.uint64))
    return state


def identity_key(rows: Detections, rules: IdentityRules = RULES) -> Ints:
    """A 64-bit key from satellite, minute, place (1e-5°) and pixel size.

    The same on every machine and in every run, so that it can be stored. Two different pixels
    share a key with a probability of about n²/2⁶⁵ (0.2 % for 300 million rows), and would also
    have to share the time to be confused.
    """
    lon = _steps(rows["lon"], rules.place_per_deg)
    half_turn = 180 * rules.place_per_deg
    words = [
        rows["satellite"].astype(np.int64),
        np.floor_divide(rows["acq_at"], 60),
        _steps(rows["lat"], rules.place_per_deg),
        np.where(lon == half_turn, -half_turn, lon),
        _steps(rows["scan"], rules.size_per_km),
        _steps(rows["track"], rules.size_per_km),
    ]
    return _hashed(words).view(np.int64)


def version_class(rows: Detections, rules: IdentityRules = RULES) -> Ints:
    """One number for stage, collection and precision; larger is more final."""
    precision = np.maximum(rows["precision"], rules.least_decimals).astype(np.int64)
    stage, collection = (rows[name].astype(np.int64) for name in ("stage", "collection"))
    finality: Ints = (stage << 20) + (collection << 4) + precision
    return finality


def _bits(values: npt.NDArray[np.floating]) -> Ints:
    """Single precision as whole numbers, all kinds of NaN alike."""
    known = np.where(np.isnan(values), np.float32(-1e30), values).astype(np.float32)
    return known.view(np.int32).astype(np.int64)


_KNOWN = ("scan", "track", "frp", "bright", "bright_long", "confidence")
_TIE_BITS = 32


def rank(rows: Detections, rules: IdentityRules = RULES) -> Ints:
    """The order of versions: of two rows of one pixel the higher rank stays.

    Stage, collection, precision; then the row that knows more; then a hash of its content, so
    that the winner never depends on which row came first.
    """
    known = sum(np.isfinite(rows[name]).astype(np.int64) for name in _KNOWN)
    known = known + (rows["type"] >= 0) + (rows["daynight"] > 0)
    content = [_bits(rows[name]) for name in _KNOWN]
    content += [
        rows[name].astype(np.int64) for name in ("acq_at", "confidence_native", "daynight", "type")
    ]
    content += [np.ascontiguousarray(rows[name]).view(np.int64) for name in ("lon", "lat")]
    tie = (_hashed(content) >> np.uint64(64 - _TIE_BITS)).astype(np.int64)
    order: Ints = (version_class(rows, rules) << (_TIE_BITS + 4)) + (known << _TIE_BITS) + tie
    return order


@dataclass(frozen=True)
class Pairs:
    """Matches of new with old rows, one-to-one, by position, nearest first."""

    new: Ints
    old: Ints
    distance_km: Floats

    def __len__(self) -> int:
        return len(self.new)


def match_versions(new: Detections, old: Detections, rules: IdentityRules = RULES) -> Pairs:
    """Find the rows of ``old`` that are other versions of pixels in ``new``.

    One-to-one: same satellite, at most two minutes apart, centres closer than half the smaller of
    scan and track (of both rows), and of different version classes. Where several fit, mutual
    nearest neighbours are taken until none is left, ties being broken by content; the answer does
    not depend on the order of the rows.
    """
    found = links(new, old, rules)
    return _assigned(found, identity_key(new, rules), identity_key(old, rules))


def _unit(rows: Detections) -> Floats:
    lon, lat = np.radians(rows["lon"]), np.radians(rows["lat"])
    flat = np.cos(lat)
    return np.column_stack((flat * np.cos(lon), flat * np.sin(lon), np.sin(lat)))


def _pixel_km(rows: Detections) -> Floats:
    """The smaller of scan and track; infinite where unknown (then the other row decides)."""
    size = np.fmin(rows["scan"], rows["track"]).astype(np.float64)
    return np.where(np.isnan(size), np.inf, size)


def _nominal_km(rows: Detections, rules: IdentityRules) -> Floats:
    """Nadir size by instrument; zero for unknown ones, which are never matched without a size."""
    size = np.zeros(len(rows))
    size[rows["instrument"] == Instrument.VIIRS] = rules.viirs_km
    size[rows["instrument"] == Instrument.MODIS] = rules.modis_km
    return size


def links(new: Detections, old: Detections, rules: IdentityRules = RULES) -> Pairs:
    """All pairs that could be one pixel, each row with as many others as fit."""
    none = np.zeros(0, np.int64)
    if len(new) == 0 or len(old) == 0:
        return Pairs(none, none, np.zeros(0))
    sizes = [np.where(np.isinf(s := _pixel_km(r)), _nominal_km(r, rules), s) for r in (new, old)]
    reach = rules.reach * max(float(sizes[0].max()), float(sizes[1].max()))
    if reach == 0:
        return Pairs(none, none, np.zeros(0))
    a, b = _candidates(new, old, reach, rules)
    known = np.minimum(_pixel_km(new)[a], _pixel_km(old)[b])
    size = np.where(np.isinf(known), _nominal_km(new, rules)[a], known)
    distance = _apart_km(_unit(new)[a], _unit(old)[b])
    fits = (
        (new["satellite"][a] == old["satellite"][b])
        & (np.abs(new["acq_at"][a] - old["acq_at"][b]) <= rules.apart_s)
        & (distance < rules.reach * size)
        & (version_class(new, rules)[a] != version_class(old, rules)[b])
    )
    return Pairs(a[fits], b[fits], distance[fits])


def _apart_km(a: Floats, b: Floats) -> Floats:
    chord = np.sqrt(np.square(a - b).sum(axis=1))
    distance: Floats = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1))
    return distance


def _candidates(
    new: Detections, old: Detections, reach_km: float, rules: IdentityRules
) -> tuple[Ints, Ints]:
    """Pairs within reach in place and time: time is the tree's fourth axis, scaled to match.

    Without it a gas flare, seen at one place for a whole season, would pair with itself a
    million times.
    """
    reach = reach_km / EARTH_KM * (1 + 1e-9)
    since = min(int(new["acq_at"].min()), int(old["acq_at"].min()))
    points = [
        np.column_stack((_unit(r), (r["acq_at"] - since) * (reach / max(rules.apart_s, 1))))
        for r in (new, old)
    ]
    radius = reach * np.sqrt(2) * (1 + 1e-9)
    trees = [cKDTree(p, balanced_tree=False, compact_nodes=False) for p in points]
    found = trees[0].sparse_distance_matrix(trees[1], radius, output_type="ndarray")
    return found["i"].astype(np.int64), found["j"].astype(np.int64)


def _assigned(near: Pairs, new_key: Ints, old_key: Ints) -> Pairs:
    """Greedy by distance, which is mutual nearest repeated; equal distances go by keys."""
    low = np.minimum(new_key[near.new], old_key[near.old])
    high = np.maximum(new_key[near.new], old_key[near.old])
    order = np.lexsort((high, low, near.distance_km))
    new, old, distance = near.new[order], near.old[order], near.distance_km[order]
    chosen: list[Ints] = []
    place = np.arange(len(order))
    while len(place):
        mutual = _is_first(new[place]) & _is_first(old[place])
        won = place[mutual]
        chosen.append(won)
        taken = np.isin(new[place], new[won]) | np.isin(old[place], old[won])
        place = place[~taken]
    picked = np.sort(np.concatenate(chosen)) if chosen else place
    return Pairs(new[picked], old[picked], distance[picked])


def _is_first(values: Ints) -> Mask:
    """Marks the first occurrence of every value."""
    first = np.zeros(len(values), bool)
    first[np.unique(values, return_index=True)[1]] = True
    return first


def resolve(rows: Detections, head: Ints | None = None, rules: IdentityRules = RULES) -> Ints:
    """The final row of every pixel, given all deliveries of all versions in any order.

    Versions join from the most final class down: each class is matched one-to-one with the pixels
    found so far, at the nearest of their versions. The answer depends on the set of rows alone.

    Args:
        rows: all versions of everything.
        head: what :func:`deliveries` says of them, if it is known already.
        rules: when two rows are one pixel.

    Returns:
        For each row the position of the row that stands for its pixel (its own, if it stays).
    """
    if head is None:
        head = deliveries(rows, rules).head
    classes = version_class(rows, rules)
    distinct = np.flatnonzero(head == np.arange(len(rows)))
    levels = np.unique(classes[distinct])[::-1]
    if len(levels) <= 1:
        return head
    pixel = np.arange(len(rows))
    found = distinct[classes[distinct] == levels[0]]
    for level in levels[1:]:
        mine = distinct[classes[distinct] == level]
        near = links(rows[mine], rows[found], rules)
        pixel[mine] = _joined(rows, mine, found, pixel, near, rules)
        found = np.concatenate((found, mine))
    return pixel[head]


@dataclass(frozen=True)
class Deliveries:
    """Rows of one key are deliveries of one row; by position, each one's own where it is alone."""

    head: Ints
    """The best row of the same key."""
    again: Ints
    """The best row of the same key and version class: what is delivered again with each of them."""


def deliveries(rows: Detections, rules: IdentityRules = RULES) -> Deliveries:
    """Which rows are delivered more than once; of equal ones the earlier position counts."""
    key = identity_key(rows, rules)
    own = np.arange(len(rows))
    by_key = np.argsort(key, kind="stable")
    same = key[by_key[1:]] == key[by_key[:-1]]
    if not same.any():
        return Deliveries(own, own)
    shared = by_key[np.append(same, False) | np.insert(same, 0, False)]
    order = rank(rows[shared], rules)
    best_first = shared[np.lexsort((-order, key[shared]))]
    fresh = np.insert(key[best_first[1:]] != key[best_first[:-1]], 0, True)
    kind = version_class(rows[best_first], rules)
    head, again = own.copy(), own.copy()
    head[best_first] = best_first[_begun(fresh)]
    again[best_first] = best_first[_begun(fresh | np.insert(kind[1:] != kind[:-1], 0, True))]
    return Deliveries(head, again)


def _begun(fresh: Mask) -> Ints:
    """For each position the last one that was fresh."""
    begun: Ints = np.flatnonzero(fresh)[np.cumsum(fresh) - 1]
    return begun


def _joined(
    rows: Detections, mine: Ints, found: Ints, pixel: Ints, near: Pairs, rules: IdentityRules
) -> Ints:
    """The pixels that rows of one class belong to; their own where they match none.

    A pixel may be reached through several of its versions: only the nearest counts.
    """
    target = pixel[found[near.old]]
    key = identity_key(rows, rules)
    pairs = _assigned(Pairs(near.new, target, near.distance_km), key[mine], key)
    out = mine.copy()
    out[pairs.new] = pairs.old
    return out
