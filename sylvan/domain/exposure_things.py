"""Things that a fire may threaten, kept in memory so that all fires of a batch are asked at once.

Lines and outlines are cut into short pieces, each vertex of which is kept in earth-centred metres:
distances need no projection of the world, and 180° is a meridian like any other.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from sylvan.domain.codes import Coded
from sylvan.domain.places import Floats, earth_xyz

STEP_DEG: Final = 0.05
"""Degrees between vertices: a straight line in degrees then lies within a metre of the straight
line in metres (5.6 km apart at most; the bow at 70° N is L²·tan φ/(8 R), 1.7 m)."""
VERTICES: Final = 16
"""Of a piece: short enough that few pieces are far from the fire that their box meets."""
TURN: Final = 360.0
HALF_TURN: Final = 180.0
POLE: Final = 90.0
_POLYGON: Final = 3
_POINT: Final = 0
Ints = npt.NDArray[np.intp]
Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of a layer: a village, a line, a plant."""

    layer: str
    code: str
    kind: str
    names: Mapping[str, str]
    geom: BaseGeometry
    people: int | None = None
    """Inhabitants, where the layer tells them."""
    sample: bool = False
    """Whether it was invented for demonstration."""
    owner: str = ""
    """The partner whose own thing it is; empty for what stands in layers."""


@dataclass(frozen=True)
class Pieces:
    """All pieces of all things, in flat arrays."""

    owner: Ints
    """(pieces,) the thing that each belongs to."""
    first: Ints
    """(pieces,) its first vertex."""
    count: Ints
    """(pieces,) its vertices; one: a point."""
    xyz: Floats
    """(vertices, 3) earth-centred, m."""
    boxes: Floats
    """(pieces, 4) west, south, east, north; west −180…180, east up to 360° more."""


@dataclass(frozen=True)
class Areas:
    """Parts of things that are areas, asked whether a place lies inside."""

    owner: Ints = field(default_factory=lambda: np.zeros(0, np.intp))
    shapes: Geometries = field(default_factory=lambda: np.empty(0, object))
    """Longitudes run on beyond 180° where a part crosses it."""


class Things:
    """The things of a region, ready to be asked; what follows from them is worked out once."""

    def __init__(self, things: Iterable[Thing], wanted: Iterable[str] = ()) -> None:
        """Take in things; what cannot be understood is left out and told.

        Args:
            things: as the layers have them.
            wanted: kinds that count; one without a thing is told as unknown.
        """
        given = list(things)
        usable = np.array([_usable(one.geom) for one in given], np.bool_)
        self.all: Sequence[Thing] = [one for one, fine in zip(given, usable, strict=True) if fine]
        shapes = np.array([one.geom for one in self.all], object)
        self.areas, broken = _areas(shapes)
        self.pieces = _pieces(shapes)
        self.tree = _tree(self.pieces.boxes)
        self.area_tree = _tree(np.asarray(shapely.bounds(self.areas.shapes)).reshape(-1, 4))
        left_out = Counter(one.layer for one, fine in zip(given, usable, strict=True) if not fine)
        faulty = Counter(self.all[at].layer for at in sorted(broken))
        have = {one.kind for one in self.all}
        self.faults: tuple[Coded, ...] = (
            *(Coded("exposure.left_out", {"layer": k, "n": n}) for k, n in left_out.items()),
            *(Coded("exposure.broken_rings", {"layer": k, "n": n}) for k, n in faulty.items()),
        )
        """What was left out or mended."""
        absent = (Coded("exposure.no_layer", {"thing": k}) for k in wanted if k not in have)
        self.notes: tuple[Coded, ...] = (*self.faults, *absent)
        """That, and which kinds are not loaded at all."""

        spots = shapely.point_on_surface(shapes) if len(shapes) else shapes
        self.middles: Floats = shapely.get_coordinates(spots).reshape(-1, 2)
        """(things, 2) a place of each, degrees; longitudes −180…180."""
        self._of_kinds: dict[tuple[str, ...], Ints] = {}

    def __len__(self) -> int:
        return len(self.all)

    def of_kinds(self, kinds: Iterable[str]) -> Ints:
        """Which of the things are of some kinds."""
        key = tuple(sorted(kinds))
        if key not in self._of_kinds:
            mine = [at for at, one in enumerate(self.all) if one.kind in key]
            self._of_kinds[key] = np.array(mine, np.intp)
        return self._of_kinds[key]


def boxes_meeting(tree: shapely.STRtree | None, boxes: Floats) -> tuple[Ints, Ints]:
    """Pairs (box, entry of the tree) that meet, on whichever turn of longitudes each is written."""
    if tree is None or not len(boxes):
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    asked, found = [], []
    for turn in (-TURN, 0.0, TURN):
        west, south, east, north = boxes.T
        at, entry = tree.query(shapely.box(west + turn, south, east + turn, north))
        asked.append(at)
        found.append(entry)
    both = np.unique(np.column_stack([np.concatenate(asked), np.concatenate(found)]), axis=0)
    return both[:, 0].astype(np.intp), both[:, 1].astype(np.intp)


def _usable(shape: BaseGeometry | None) -> bool:
    """Whether a geometry has places on earth and nothing else."""
    if shape is None or shape.is_empty:
        return False
    lonlat = shapely.get_coordinates(shape)
    sound = np.isfinite(lonlat).all()
    # longitudes may run on beyond 180; metres of a projection run far beyond
    return bool(sound and abs(lonlat[:, 1]).max() <= POLE and abs(lonlat[:, 0]).max() <= TURN)


def _tree(boxes: Floats) -> shapely.STRtree | None:
    return shapely.STRtree(shapely.box(*boxes.T)) if len(boxes) else None


def unwrapped(lon: Floats) -> Floats:
    """Longitudes that run on where a line steps over 180°."""
    turned: Floats = np.unwrap(lon, period=TURN)
    return turned


def _areas(shapes: Geometries) -> tuple[Areas, set[int]]:
    """Areas whose longitudes run on, and the things whose rings are broken."""
    owners, found, broken = [], [], set()
    parts, whose = shapely.get_parts(shapes, return_index=True)
    for part, owner in zip(parts, whose.tolist(), strict=True):
        if shapely.get_type_id(part) != _POLYGON:
            continue
        shell, *holes = [_unrolled(ring) for ring in shapely.get_rings(part)]
        shape: BaseGeometry = shapely.polygons(
            shell, [_beside(one, shell) for one in holes] or None
        )
        if not shape.is_valid:
            broken.add(owner)
            shape = shapely.make_valid(shape)
        shapely.prepare(shape)
        owners.append(owner)
        found.append(shape)
    made = np.empty(len(found), object)
    made[:] = found
    return Areas(np.array(owners, np.intp), made), broken


def _unrolled(ring: BaseGeometry) -> BaseGeometry:
    lonlat = shapely.get_coordinates(ring)
    lonlat[:, 0] = unwrapped(lonlat[:, 0])
    lonlat[-1] = lonlat[0]  # one that goes round the pole would not close
    made: BaseGeometry = shapely.linearrings(lonlat)
    return made


def _beside(hole: BaseGeometry, shell: BaseGeometry) -> BaseGeometry:
    """A hole on the turn of longitudes on which its shell stands."""
    apart = shell.centroid.x - hole.centroid.x
    return translate(hole, round(apart / TURN) * TURN)


def _courses(shapes: Geometries) -> Iterator[tuple[int, Floats]]:
    """Vertices of every point, line and outline, with the thing that it is of."""
    parts, whose = shapely.get_parts(shapes, return_index=True)
    for part, owner in zip(parts, whose.tolist(), strict=True):
        kind = shapely.get_type_id(part)
        if kind == _POINT:
            yield owner, shapely.get_coordinates(part)
            continue
        for line in shapely.get_rings(part) if kind == _POLYGON else [part]:
            lonlat = shapely.get_coordinates(line)
            lonlat[:, 0] = unwrapped(lonlat[:, 0])
            yield (
                owner,
                shapely.get_coordinates(shapely.segmentize(shapely.linestrings(lonlat), STEP_DEG)),
            )


def _pieces(shapes: Geometries) -> Pieces:
    owner, first, count, boxes = [], [], [], []
    vertices = [np.zeros((0, 2))]
    n = 0
    for whose, lonlat in _courses(shapes):
        for start in range(0, max(len(lonlat) - 1, 1), VERTICES - 1):
            part = lonlat[start : start + VERTICES]
            owner.append(whose)
            first.append(n)
            count.append(len(part))
            boxes.append(_box(part))
            vertices.append(part)
            n += len(part)
    flat = np.concatenate(vertices)
    return Pieces(
        np.array(owner, np.intp),
        np.array(first, np.intp),
        np.array(count, np.intp),
        earth_xyz(flat[:, 0], flat[:, 1]),
        np.array(boxes, np.float64).reshape(-1, 4),
    )


def _box(lonlat: Floats) -> tuple[float, float, float, float]:
    (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
    turn = np.floor((west + HALF_TURN) / TURN) * TURN
    return west - turn, south, east - turn, north
