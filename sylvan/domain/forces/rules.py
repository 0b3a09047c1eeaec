"""Norms of each kind of unit, every figure with its source and whether somebody verified it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sylvan.domain.forces.kinds import Intensity, Method, Mobility, Spec, Surface, UnitKind
from sylvan.domain.surroundings import LandCover


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with where it is from."""

    value: float
    source: str
    verified: bool = False
    # whether somebody held it against a norm or a measurement

    def as_dict(self) -> dict[str, object]:
        """The JSON form."""
        return {"value": self.value, "source": self.source, "verified": self.verified}


@dataclass(frozen=True, slots=True)
class LineTable:
    """What slows the making of line by one method: factors of the kind's rate."""

    fuel: Mapping[LandCover, Figure] = field(default_factory=dict)
    # 0…, 1 is the cover that the rates are told for
    intensity: Mapping[Intensity, Figure] = field(default_factory=dict)
    # 0…1, 0: nobody can work at such an edge


@dataclass(frozen=True, slots=True)
class KindRules:
    """One kind's norms."""

    kind: UnitKind
    mobility: Mobility
    method: Method = Method.NONE
    carried_by: tuple[UnitKind, ...] = ()
    # kinds that bring it where it cannot get by itself
    specs: Mapping[Spec, Figure] = field(default_factory=dict)
    # in the units of kinds.SPECS
    speeds: Mapping[Surface, Figure] = field(default_factory=dict)
    # km/h; a surface that is missing cannot be crossed
    stale_min: float = 60.0
    # min; a position older than this says where the unit was, not where it is


@dataclass(frozen=True, slots=True)
class ForceRules:
    """The whole file."""

    version: str
    kinds: Mapping[UnitKind, KindRules]
    line: Mapping[Method, LineTable] = field(default_factory=dict)
    work_per_rest: Figure = Figure(2.0, "NWCG work/rest guidelines: 2 h of work, 1 h of rest")
    # h of work or travel for each hour of rest that they cost

    def of(self, kind: UnitKind) -> KindRules:
        """Norms of a kind; a kind without any stands still and does nothing."""
        return self.kinds.get(kind) or KindRules(kind, Mobility.CARRIED)

    def norm(self, kind: UnitKind, spec: Spec) -> float | None:
        """One figure of a kind."""
        found = self.of(kind).specs.get(spec)
        return None if found is None else found.value
