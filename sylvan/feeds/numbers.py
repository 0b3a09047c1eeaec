"""Text to numbers, strictly and in columns: never a coerced value, never a loop over rows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,9})?$"
_COMMA = r"^[+-]?\d+,\d+$"
_NOT_A_VALUE = r"^(?i)[+-]?(nan|null|none|na|n/a)$"
_INFINITE = r"^(?i)[+-]?inf(inity)?$"


@dataclass(frozen=True)
class Numbers:
    """A column of numbers with the reasons for its gaps, as masks of equal length."""

    value: npt.NDArray[np.float64]
    empty: Mask
    # nothing there
    absent: Mask
    # NaN, null, none, NA: an absent value that was spelt out
    comma: Mask
    # 56,1
    infinite: Mask
    # inf, or too large for a number: 1e400
    garbled: Mask
    # anything else that is no number


def _mask(values: Any) -> Mask:
    return np.asarray(values.to_numpy(zero_copy_only=False), bool)


def plain(column: pa.Array) -> pa.Array:
    """The strings of a column, also of a dictionary-encoded one."""
    if pa.types.is_dictionary(column.type):
        return column.dictionary.take(column.indices)
    return column


def parse(column: pa.Array) -> Numbers:
    """Numbers of a text column; the fast way if all are good, else the one that tells why not."""
    try:
        value = pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return _careful(pc.utf8_trim_whitespace(column))
    if np.isfinite(value).all():
        none = np.zeros(len(value), bool)
        return Numbers(value, none, none, none, none, none)
    return _careful(column)


def _careful(column: pa.Array) -> Numbers:
    good = pc.match_substring_regex(column, _NUMBER)
    number = pc.cast(pc.if_else(good, column, None), pa.float64()).to_numpy(zero_copy_only=False)
    rest = np.flatnonzero(~_mask(good))
    odd = column.take(pa.array(rest))

    def spread(among_odd: Any) -> Mask:
        mask = np.zeros(len(column), bool)
        mask[rest] = _mask(among_odd)
        return mask

    empty = spread(pc.equal(pc.binary_length(odd), 0))
    absent = spread(pc.match_substring_regex(odd, _NOT_A_VALUE))
    comma = spread(pc.match_substring_regex(odd, _COMMA))
    infinite = spread(pc.match_substring_regex(odd, _INFINITE)) | np.isinf(number)
    known = _mask(good) | empty | absent | comma | infinite
    return Numbers(number, empty, absent, comma, infinite, ~known)


def decimals(column: pa.Array, good: Mask) -> int:
    """The largest number of decimals among good numbers, at most 9."""
    point = pc.find_substring(column, ".").to_numpy(zero_copy_only=False)
    length = pc.binary_length(column).to_numpy(zero_copy_only=False)
    places = np.where((point >= 0) & good, length - point - 1, 0)
    return int(min(places.max(initial=0), _MOST_DECIMALS))


_MOST_DECIMALS = 9  # of floats written out in full; more says nothing about the product
