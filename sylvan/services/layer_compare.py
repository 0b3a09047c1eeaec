"""What a new version of a layer changes, feature by feature."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import orjson
import shapely

from sylvan.store.layer_versions import Box
from sylvan.store.layers import Item

SAME_DEG: Final = 1e-7
"""Corners that lie closer are the same: a centimetre, which is what files round to."""
MOST_BOXES: Final = 500
"""Beyond that one box around all of them is asked for."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A feature of both versions that is not the same in them."""

    before: Item
    after: Item
    what: tuple[str, ...]
    """``names``, ``props``, ``geometry``."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Features by what becomes of them; known by their codes."""

    added: tuple[Item, ...]
    changed: tuple[Changed, ...]
    removed: tuple[Item, ...]
    same: tuple[Item, ...]

    def counts(self) -> dict[str, int]:
        """How many of each."""
        found = {name: len(getattr(self, name)) for name in ("added", "changed", "removed", "same")}
        for what in ("names", "props", "geometry"):
            found[f"changed_{what}"] = sum(what in one.what for one in self.changed)
        return found

    def boxes(self) -> list[Box]:
        """Where something is another now, in degrees."""
        shapes = [item.geom for item in (*self.added, *self.removed)]
        shapes += [shape for one in self.changed for shape in (one.before.geom, one.after.geom)]
        if not shapes:
            return []
        if len(shapes) > MOST_BOXES:
            west, south, east, north = shapely.total_bounds(shapes).tolist()
            return [(west, south, east, north)]
        return [(w, s, e, n) for w, s, e, n in shapely.bounds(shapes).tolist()]


def compare(before: Sequence[Item], after: Sequence[Item]) -> Comparison:
    """What ``after`` would change, were it put in the place of ``before``."""
    old, new = {item.code: item for item in before}, {item.code: item for item in after}
    both = [(old[code], item) for code, item in new.items() if code in old]
    moved = _moved([one.geom for one, _ in both], [other.geom for _, other in both])
    changed, same = [], []
    for (one, other), elsewhere in zip(both, moved, strict=True):
        what = _what(one, other, elsewhere=bool(elsewhere))
        if what:
            changed.append(Changed(one, other, what))
        else:
            same.append(other)
    return Comparison(
        tuple(item for code, item in new.items() if code not in old),
        tuple(changed),
        tuple(item for code, item in old.items() if code not in new),
        tuple(same),
    )


def _moved(before: Sequence[Any], after: Sequence[Any]) -> Any:
    """Which of many shapes are not the same; where a ring begins does not matter."""
    if not before:
        return np.zeros(0, bool)
    one, other = shapely.normalize(before), shapely.normalize(after)
    return ~np.asarray(shapely.equals_exact(one, other, tolerance=SAME_DEG))


def _what(before: Item, after: Item, *, elsewhere: bool) -> tuple[str, ...]:
    found = []
    if _plain(before.names) != _plain(after.names):
        found.append("names")
    if _plain(before.props) != _plain(after.props):
        found.append("props")
    return (*found, "geometry") if elsewhere else tuple(found)


def _plain(told: Mapping[str, Any]) -> Any:
    """As the database gives it back."""
    return orjson.loads(orjson.dumps(dict(told), default=str))
