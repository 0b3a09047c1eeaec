"""The values of :mod:`sylvan.domain.partition`: how fires stand, and what is to be done."""

from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

import numpy as np
import numpy.typing as npt

from sylvan.domain.codes import Coded

I8 = npt.NDArray[np.int64]
Pair = frozenset[UUID]


class Standing(IntEnum):
    """Who decides about a fire."""

    CANDIDATE = 0  # the engine: nobody has looked at it yet
    REGISTERED = 1  # people: it has a number, in whatever status
    REJECTED = 2  # people: it is no forest fire


@dataclass(frozen=True, slots=True)
class FireState:
    """A fire as grouping sees it."""

    id: UUID
    standing: Standing
    created: int  # any number that grows with age of birth: seconds, serial; ties go by id
    whole: bool = False
    # all its detections are given and shall be grouped anew: some were removed, or it consists of
    # geostationary ones only (these may go over to a fire that a polar satellite sees later)


@dataclass(frozen=True)
class PartitionParameters:
    """Rules beyond the length of links."""

    version: str = "partition-1"
    rejected_attracts: bool = True
    # new detections linked to what stood there when a fire was rejected stay with it
    rejected_below: float = 0.9
    # likelihood (0…1): a detection at least this sure is never hidden with a rejected fire;
    # the threshold of "fire" in screening


PARAMETERS = PartitionParameters()


@dataclass(frozen=True, slots=True)
class Create:
    """A new candidate."""

    rows: I8  # places in the batch
    moved: I8  # places among the existing
    reason: Coded


@dataclass(frozen=True, slots=True)
class Extend:
    """Detections that join a fire."""

    fire: UUID
    rows: I8  # places in the batch
    moved: I8  # places among the existing, which leave another candidate
    reason: Coded


@dataclass(frozen=True, slots=True)
class Merge:
    """Two candidates are one; the absorbed id resolves to the survivor for ever."""

    survivor: UUID
    absorbed: UUID
    reason: Coded


@dataclass(frozen=True, slots=True)
class Propose:
    """``keeper`` should take in ``other``: a person decides."""

    keeper: UUID
    other: UUID
    reason: Coded


@dataclass(frozen=True)
class Plan:
    """What to do, in this order. Every row of the batch is in one create or extend."""

    merge: tuple[Merge, ...]
    create: tuple[Create, ...]
    extend: tuple[Extend, ...]
    propose: tuple[Propose, ...]
