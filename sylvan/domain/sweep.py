"""Grouping a year in one sweep of time: what may still be linked is held, the rest is forgotten.

A link never spans more than τ, so behind the front of the sweep only the last τ of detections can
meet anything new.  The groups equal those of everything grouped at once, while memory follows the
length of the window and not that of the archive.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sylvan.domain.grouping import (
    DEFAULT,
    I8,
    NO_GROUP,
    GroupingParameters,
    Level,
    Points,
    join,
    joined_groups,
    nearest_links,
)


@dataclass(frozen=True, slots=True)
class Swept:
    """What is known of a piece that was swept over."""

    labels: I8
    """Number of the group of each detection; −1: a geostationary one, told in a later ``late``."""
    late: I8
    """Serial numbers of geostationary detections that are decided now, in order of arrival."""
    late_labels: I8


class _Window:
    """Detections that later ones may still be linked to, and the groups they are in."""

    def __init__(self) -> None:
        none = np.empty(0)
        self.points = Points(none, none, none.astype(np.int64), none.astype(np.int16))
        self.group = np.empty(0, np.int64)

    def add(self, points: Points, group: I8) -> None:
        self.points = join(self.points, points)
        self.group = np.concatenate([self.group, group])

    def forget_before(self, since: int) -> None:
        kept = self.points.t >= since
        if not kept.all():
            self.points, self.group = self.points.take(kept), self.group[kept]


class Sweep:
    """Groups detections piece by piece, in order of time.

    Numbers of groups are given in order of meeting and united later: :meth:`groups` tells which
    numbers are one group.  Geostationary detections only confirm, and the nearest one to confirm
    may be seen up to τ later: they wait for that long.
    """

    def __init__(self, params: GroupingParameters = DEFAULT, level: Level = Level.EVENT) -> None:
        self._params, self._level, self._tau = params, level, params.tau(level)
        self._linking = _Window()
        self._loose = _Window()  # geostationary ones that have nothing to confirm
        self._waiting = _Window()  # those that may yet find it; their "group" is the serial number
        self._fed = 0
        self._parent = np.empty(0, np.int64)

    def feed(self, piece: Points, front: int | None) -> Swept:
        """Sweep over the next piece.

        Args:
            piece: detections, in any order among themselves.
            front: no detection of any later piece is earlier than this, s; None: there is none.
        """
        serial = self._fed + np.arange(len(piece.lon))
        self._fed += len(serial)
        wide = piece.geostationary
        labels = np.full(len(serial), NO_GROUP, np.int64)
        labels[~wide] = self._grown(self._linking, piece.take(~wide))
        self._waiting.add(piece.take(wide), serial[wide])
        late, late_labels = self._decided(front)
        if front is not None:
            oldest = min(front, int(self._waiting.points.t.min(initial=front)))
            self._linking.forget_before(oldest - self._tau)
            self._loose.forget_before(oldest - self._tau)
        return Swept(labels, late, late_labels)

    def groups(self) -> I8:
        """For each number given so far the smallest number of the same group."""
        root = self._parent
        while True:
            onward = root[root]
            if np.array_equal(onward, root):
                return root
            root = onward

    @property
    def window(self) -> int:
        """How many detections are held."""
        return sum(len(one.group) for one in (self._linking, self._loose, self._waiting))

    def _decided(self, front: int | None) -> tuple[I8, I8]:
        """Geostationary detections for which everything within τ is known."""
        t = self._waiting.points.t
        ready = np.ones(len(t), bool) if front is None else t + self._tau < front
        if not ready.any():
            return np.empty(0, np.int64), np.empty(0, np.int64)
        asked, serial = self._waiting.points.take(ready), self._waiting.group[ready]
        self._waiting.points = self._waiting.points.take(~ready)
        self._waiting.group = self._waiting.group[~ready]
        order = np.argsort(serial)
        asked, serial = asked.take(order), serial[order]
        at, _ = nearest_links(asked, self._linking.points, params=self._params, level=self._level)
        found = at != NO_GROUP
        labels = np.empty(len(serial), np.int64)
        labels[found] = self._linking.group[at[found]]
        labels[~found] = self._grown(self._loose, asked.take(~found))
        return serial, labels

    def _grown(self, window: _Window, new: Points) -> I8:
        """Groups of new detections, after they joined the window's."""
        if not len(new.lon):
            return np.empty(0, np.int64)
        known, place = np.unique(window.group, return_inverse=True)
        seeds = np.concatenate([place, np.full(len(new.lon), NO_GROUP)])
        root = joined_groups(join(window.points, new), seeds, self._params, self._level)
        one_of = np.empty(len(known), np.intp)
        one_of[place] = np.arange(len(place))
        named, first = np.unique(root[one_of], return_index=True)  # the smallest number comes first
        fresh = np.setdiff1d(root, named)
        numbers = len(self._parent) + np.arange(len(fresh))
        self._parent = np.concatenate([self._parent, numbers])
        roots = np.concatenate([named, fresh])
        names = np.concatenate([known[first], numbers])
        order = np.argsort(roots)
        group = names[order][np.searchsorted(roots[order], root)]
        self._parent[known] = group[one_of]
        window.group = group[: len(place)]
        window.add(new, group[len(place) :])
        return group[len(place) :]


def earliest(
    group: I8, order: tuple[npt.NDArray[np.signedinteger], ...]
) -> tuple[I8, npt.NDArray[np.intp]]:
    """The groups that occur, ascending, and the place of the first member of each.

    Args:
        group: number of each detection's group.
        order: columns that say which of two members comes first, the weightiest first.
    """
    sequence = np.lexsort((*reversed(order), group))
    found, first = np.unique(group[sequence], return_index=True)
    return found, sequence[first]
