"""Is a layer fit to be loaded? Each fault by feature number, with the repair it would take.

Nothing is repaired silently: without consent a faulty feature is refused and reported; with
``repair=True`` the proposed repairs are made and still reported. What has no sound repair
(coordinates that are no numbers, two districts with one code) stays refused either way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from sylvan.domain.codes import Coded
from sylvan.services.packs import LayerKind
from sylvan.services.packs_read import Geometries, LayerData

HALF: Final = 180.0  # degrees: where longitudes turn over, and more than any true part is wide
POLE: Final = 90.0  # degrees
MANY_VERTICES: Final = 50_000  # above this PostGIS works on one feature for seconds
ZONES: Final = frozenset({"ground", "aviation", "control"})

_AREAS: Final = frozenset({"Polygon", "MultiPolygon"})
_LINES: Final = frozenset({"LineString", "MultiLineString"})
_POINTS: Final = frozenset({"Point", "MultiPoint"})
_ANY: Final = _AREAS | _LINES | _POINTS
_TYPES: Final = {
    LayerKind.SETTLEMENT: _POINTS | _AREAS,
    LayerKind.ROAD: _LINES,
    LayerKind.RIVER: _LINES | _AREAS,
    LayerKind.POWER_LINE: _LINES,
    LayerKind.PIPELINE: _LINES,
    LayerKind.STATION: _POINTS,
    LayerKind.TOWER: _POINTS,
    LayerKind.AIRSTRIP: _ANY,
    LayerKind.HEAT_SOURCE: _POINTS | _AREAS,
    LayerKind.PARTNER_ASSET: _ANY,
    LayerKind.FARM: _ANY,
}
"""What a kind may be drawn as; kinds not named are areas."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or remark. ``number`` is the feature's, 1-based; 0 is the whole file."""

    number: int
    text: Coded
    repair: str | None = None
    # code of the repair that is proposed, or was made
    fault: bool = True
    # false: a remark, the feature is taken as it is

    def as_dict(self) -> dict[str, object]:
        """The JSON form."""
        return {
            "number": self.number,
            **self.text.as_dict(),
            "repair": self.repair,
            "fault": self.fault,
        }


@dataclass(frozen=True, slots=True)
class LayerReport:
    """What was found, and the features that may be loaded."""

    findings: tuple[Finding, ...]
    data: LayerData
    # the sound features, and with consent the repaired ones
    refused: tuple[int, ...]
    # numbers of the features that are not in ``data``
    repaired: bool

    @property
    def ok(self) -> bool:
        """Whether the whole file can be taken: nothing at fault, or all of it repaired."""
        return all(not f.fault or (self.repaired and f.repair) for f in self.findings)

    @property
    def mendable(self) -> bool:
        """Whether consent to the repairs would make it so."""
        return all(not finding.fault or finding.repair for finding in self.findings)


def check_layer(data: LayerData, *, repair: bool = False) -> LayerReport:
    """Judge every feature of a layer; with ``repair`` make the proposed repairs.

    Returns:
        Findings in the order of the file (of the whole file first) and the features to load.
    """
    codes, findings = list(data.codes), _from_reading(data)
    geometries: Geometries = data.geometries.copy()
    unread = {f.number for f in findings if f.text.code == "layer.unreadable_geometry"}
    for index, number in enumerate(data.numbers):
        if number in unread:
            continue
        found, geometries[index] = _judge(geometries[index], number, data.spec.kind)
        findings += found
    findings += _missing_codes(data, codes) + _zones(data)
    dropped = _drop(findings, repair=repair)
    twins = _twins(data, codes, dropped)
    findings += [finding for finding, _, _ in twins]
    if repair:
        _merge(twins, geometries)
    dropped |= {finding.number for finding, _, _ in twins}
    keep = [i for i, number in enumerate(data.numbers) if number not in dropped]
    return LayerReport(
        findings=tuple(sorted(findings, key=lambda finding: finding.number)),
        data=_taken(data, keep, codes, geometries),
        refused=tuple(sorted(dropped - {0})),
        repaired=repair,
    )


def _taken(
    data: LayerData, keep: Sequence[int], codes: Sequence[str], geometries: Geometries
) -> LayerData:
    return replace(
        data,
        numbers=tuple(data.numbers[i] for i in keep),
        codes=tuple(codes[i] for i in keep),
        names=tuple(data.names[i] for i in keep),
        props=tuple(data.props[i] for i in keep),
        geometries=geometries[list(keep)],
    )


def _drop(findings: Sequence[Finding], *, repair: bool) -> set[int]:
    """Numbers that cannot be taken; "drop" is a repair that leaves the feature out."""
    return {
        finding.number
        for finding in findings
        if finding.fault and (not repair or finding.repair in (None, "drop"))
    }


def _from_reading(data: LayerData) -> list[Finding]:
    mends = {"layer.unclosed_ring": "close_ring"}
    return [
        Finding(
            note.number,
            note.text,
            mends.get(note.text.code, "accept_guess") if note.mendable else None,
        )
        for note in data.notes
    ]


# ── one feature ──────────────────────────────────────────────────────────────────────────────


def _judge(
    geometry: BaseGeometry | None, number: int, kind: LayerKind
) -> tuple[list[Finding], BaseGeometry | None]:
    """Faults of one geometry, and the geometry after the repairs they propose."""
    if geometry is None or geometry.is_empty:
        code = "layer.no_geometry" if geometry is None else "layer.empty_geometry"
        return [Finding(number, Coded(code), "drop")], geometry
    if text := _hopeless(geometry, kind):
        return [Finding(number, text)], geometry
    findings = []
    for step in (_over_180, _across_180, _invalid):
        if (outcome := step(geometry)) is not None:
            text, repair, geometry = outcome
            findings.append(Finding(number, text, repair))
    count = int(shapely.get_num_coordinates(geometry))
    if count > MANY_VERTICES:
        params = {"count": count, "limit": MANY_VERTICES}
        findings.append(Finding(number, Coded("layer.many_vertices", params), fault=False))
    return findings, geometry


Outcome = tuple[Coded, str | None, BaseGeometry]
"""A fault, the repair for it, and the geometry after that repair."""


def _hopeless(geometry: BaseGeometry, kind: LayerKind) -> Coded | None:
    """A fault that nothing repairs."""
    allowed = _TYPES.get(kind, _AREAS)
    if geometry.geom_type not in allowed:
        params = {"found": geometry.geom_type, "kind": kind.value}
        return Coded("layer.wrong_type", params)
    points = shapely.get_coordinates(geometry)
    if not np.isfinite(points).all():
        return Coded("layer.not_finite")
    lon, lat = points[:, 0], points[:, 1]
    outside = (np.abs(lat) > POLE) | (lon < -HALF) | (lon > 2 * HALF)
    if not outside.any():
        return None
    worst = points[int(np.argmax(outside))]
    swapped = (np.abs(lon) <= POLE).all() and (np.abs(lat) <= HALF).all()
    code = "layer.axes_swapped" if swapped else "layer.out_of_range"
    return Coded(code, {"lon": float(worst[0]), "lat": float(worst[1])})


def _over_180(geometry: BaseGeometry) -> Outcome | None:
    east = float(geometry.bounds[2])
    if east <= HALF:
        return None
    return Coded("layer.lon_over_180", {"lon": east}), "wrap", cut_at_180(geometry)


def _across_180(geometry: BaseGeometry) -> Outcome | None:
    """A part wider than half the globe jumps over 180° instead of being cut there."""
    if geometry.geom_type in _POINTS:
        return None
    widths = [part.bounds[2] - part.bounds[0] for part in shapely.get_parts(geometry)]
    if max(widths) <= HALF:
        return None
    parts = [_continued(part) for part in shapely.get_parts(geometry)]
    cut = shapely.union_all([cut_at_180(_sound(part)) for part in parts])
    return Coded("layer.antimeridian", {"degrees": round(max(widths), 3)}), "cut_at_180", cut


def _continued(part: BaseGeometry) -> BaseGeometry:
    """Western longitudes of a jumping part continued beyond 180°."""
    if part.bounds[2] - part.bounds[0] <= HALF:
        return part

    def onward(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(
            [np.where(points[:, 0] < 0, 360 + points[:, 0], points[:, 0]), points[:, 1]]
        )

    return shapely.transform(part, onward)


def cut_at_180(geometry: BaseGeometry) -> BaseGeometry:
    """Longitudes up to 540 brought into −180…180, areas and lines cut where they cross."""
    sound = _sound(geometry)
    near = shapely.intersection(sound, shapely.box(-HALF, -POLE, HALF, POLE))
    far = shapely.intersection(sound, shapely.box(HALF, -POLE, 3 * HALF, POLE))
    moved = shapely.transform(far, lambda points: points - [2 * HALF, 0.0])
    return _same_dimension(shapely.union_all([near, moved]), geometry)


def _invalid(geometry: BaseGeometry) -> Outcome | None:
    if geometry.is_valid:
        return None
    mended = _sound(geometry)
    reason = str(shapely.is_valid_reason(geometry))
    repair = None if mended.is_empty else "make_valid"
    return Coded("layer.invalid_ring", {"reason": reason}), repair, mended


def _sound(geometry: BaseGeometry) -> BaseGeometry:
    return _same_dimension(shapely.make_valid(geometry), geometry)


def _same_dimension(geometry: BaseGeometry, like: BaseGeometry) -> BaseGeometry:
    """Only the parts of the dimension that the layer is about: slivers of lines fall away."""
    dimension = shapely.get_dimensions(like)
    parts = [p for p in _flat(geometry) if shapely.get_dimensions(p) == dimension]
    return shapely.union_all(parts) if len(parts) != 1 else parts[0]


def _flat(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    for part in shapely.get_parts(geometry):
        if part.geom_type == "GeometryCollection" or part.geom_type.startswith("Multi"):
            yield from _flat(part)
        else:
            yield part


# ── the table as a whole ─────────────────────────────────────────────────────────────────────


def _missing_codes(data: LayerData, codes: list[str]) -> list[Finding]:
    found = []
    for index, number in enumerate(data.numbers):
        if not codes[index]:
            codes[index] = f"feature-{number}"
            text = Coded("layer.no_code", {"given": codes[index]})
            found.append(Finding(number, text, "number_code"))
    return found


def _zones(data: LayerData) -> list[Finding]:
    """A protection zone must be one of the three that the engine knows."""
    if data.spec.kind is not LayerKind.PROTECTION_ZONE:
        return []
    known = ", ".join(sorted(ZONES))
    return [
        Finding(number, Coded("layer.unknown_zone", {"zone": props.get("zone"), "known": known}))
        for number, props in zip(data.numbers, data.props, strict=True)
        if props.get("zone") not in ZONES
    ]


Twin = tuple[Finding, int, int]
"""A repeated code, and the indices of the first and of the later feature."""


def _twins(data: LayerData, codes: Sequence[str], dropped: set[int]) -> list[Twin]:
    """Features that repeat a code: parts of one thing if they share all names and properties."""
    first: dict[str, int] = {}
    found = []
    for index, number in enumerate(data.numbers):
        if number in dropped:
            continue
        known = first.setdefault(codes[index], index)
        if known == index:
            continue
        text = Coded("layer.duplicate_code", {"code": codes[index], "first": data.numbers[known]})
        same = data.names[known] == data.names[index] and data.props[known] == data.props[index]
        found.append((Finding(number, text, "merge" if same else None), known, index))
    return found


def _merge(twins: Sequence[Twin], geometries: Geometries) -> None:
    """Unite the parts of one thing in the place of the first."""
    for finding, first, later in twins:
        if finding.repair:
            geometries[first] = shapely.union(geometries[first], geometries[later])
