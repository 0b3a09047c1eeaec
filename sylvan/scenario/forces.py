"""An invented register of forces on a region's real places: bases, and units by kind.

Numbers are of the size that the press tells of a bad summer in Yakutia (some 1,800 people, 200
machines, 27 aircraft at once); everything carries the mark of a sample.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np

from sylvan.domain.forces.kinds import Ownership, Spec, StationKind, UnitKind
from sylvan.domain.forces.register import StationCard, UnitCard
from sylvan.domain.places import LonLat, distance_m
from sylvan.scenario.fields import stream

SEED: Final = 20260501
OWNER: Final = "пример / sample"
_K, _S = UnitKind, StationKind


@dataclass(frozen=True, slots=True)
class Site:
    """A place of the region where forces may be based."""

    code: str
    kind: StationKind
    names: Mapping[str, str]
    # by language
    lon: float
    lat: float
    people: int = 0
    # inhabitants of a village: the largest ones keep teams


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much of everything there is."""

    stations: int = 60
    # bases at most; those of the region's own layer go first
    apart_km: float = 15.0
    # km; a village or airstrip nearer than this to a base is that base
    units: Mapping[UnitKind, int] = field(
        default_factory=lambda: MappingProxyType(
            {
                _K.SMOKEJUMPERS: 36,
                _K.HELITACK: 40,
                _K.GROUND_CREW: 50,
                _K.VILLAGE_TEAM: 50,
                _K.PARTNER_CREW: 12,
                _K.ENGINE: 35,
                _K.BULLDOZER: 18,
                _K.ATV: 18,
                _K.BOAT: 10,
                _K.HELICOPTER: 11,
                _K.AIR_TANKER: 2,
                _K.PATROL_AIRCRAFT: 8,
                _K.PUMP: 8,
                _K.DRONE: 2,
            }
        )
    )
    # units by kind; engineering: shares of crews and machines as the press tells them


@dataclass(frozen=True, slots=True)
class SampleForces:
    """The register: bases by code, units by code."""

    stations: tuple[StationCard, ...]
    units: tuple[UnitCard, ...]


WHERE: Final[Mapping[UnitKind, tuple[StationKind, ...]]] = MappingProxyType(
    {
        _K.SMOKEJUMPERS: (_S.AIR_BASE,),
        _K.HELITACK: (_S.AIR_BASE,),
        _K.GROUND_CREW: (_S.FIRE_STATION, _S.AIR_BASE),
        _K.VILLAGE_TEAM: (_S.VILLAGE,),
        _K.PARTNER_CREW: (_S.PARTNER, _S.VILLAGE),
        _K.ENGINE: (_S.FIRE_STATION,),
        _K.BULLDOZER: (_S.FIRE_STATION, _S.VILLAGE),
        _K.ATV: (_S.FIRE_STATION, _S.VILLAGE),
        _K.BOAT: (_S.VILLAGE, _S.AIR_BASE),
        _K.HELICOPTER: (_S.AIR_BASE,),
        _K.AIR_TANKER: (_S.AIR_BASE,),
        _K.PATROL_AIRCRAFT: (_S.AIR_BASE,),
        _K.PUMP: (_S.FIRE_STATION, _S.VILLAGE),
        _K.DRONE: (_S.AIR_BASE,),
    }
)
"""Kinds of bases that a kind of unit is at home at; where a region has none of them, at any."""
CREW_SIZES: Final[Mapping[UnitKind, tuple[int, ...]]] = MappingProxyType(
    {
        _K.SMOKEJUMPERS: (6, 6, 6, 8, 12),
        _K.HELITACK: (6, 6, 6, 8),
        _K.GROUND_CREW: (5, 6, 6, 8, 10),
        _K.VILLAGE_TEAM: (3, 4, 5, 5, 6),
        _K.PARTNER_CREW: (4, 6, 6, 10),
    }
)
SKILLS: Final[Mapping[UnitKind, tuple[str, ...]]] = MappingProxyType(
    {
        _K.SMOKEJUMPERS: ("parachute", "explosives", "crew_leader"),
        _K.HELITACK: ("rappel", "crew_leader"),
        _K.GROUND_CREW: ("chainsaw", "crew_leader"),
        _K.PATROL_AIRCRAFT: ("air_observer",),
        _K.HELICOPTER: ("bucket",),
    }
)
WORDS: Final[Mapping[UnitKind, tuple[str, str]]] = MappingProxyType(
    {
        _K.SMOKEJUMPERS: ("Парашютная группа", "Smokejumpers"),
        _K.HELITACK: ("Десантная группа", "Helitack crew"),
        _K.GROUND_CREW: ("Наземная команда", "Ground crew"),
        _K.VILLAGE_TEAM: ("Патрульная группа", "Village team"),
        _K.PARTNER_CREW: ("Команда предприятия", "Partner crew"),
        _K.ENGINE: ("Лесопожарная машина", "Engine"),
        _K.BULLDOZER: ("Бульдозер", "Bulldozer"),
        _K.ATV: ("Вездеход", "All-terrain vehicle"),
        _K.BOAT: ("Лодка", "Boat"),
        _K.HELICOPTER: ("Ми-8", "Mi-8"),
        _K.AIR_TANKER: ("Бе-200", "Be-200"),
        _K.PATROL_AIRCRAFT: ("Ан-2", "An-2"),
        _K.PUMP: ("Мотопомпа", "Pump"),
        _K.DRONE: ("Беспилотник", "Drone"),
    }
)
_OWNER: Final[Mapping[StationKind, Ownership]] = MappingProxyType(
    {_S.VILLAGE: Ownership.MUNICIPALITY, _S.PARTNER: Ownership.PARTNER}
)


def sample_forces(
    sites: Sequence[Site], seed: int = SEED, numbers: Numbers | None = None
) -> SampleForces:
    """Bases on these places and units at them; the same seed and places give the same register.

    Args:
        sites: places of the region, in any order.
        seed: of all that is drawn.
        numbers: how much of everything.

    Raises:
        ValueError: there is no place at all.
    """
    if not sites:
        raise ValueError("a register of forces needs places to be based at")
    wanted = numbers or Numbers()
    chosen = _chosen(sites, wanted)
    units = [unit for kind in UnitKind for unit in _units(kind, chosen, seed, wanted)]
    return SampleForces(
        tuple(sorted((_station(one) for one in chosen), key=lambda card: card.code)),
        tuple(sorted(units, key=lambda card: card.code)),
    )


def _chosen(sites: Sequence[Site], numbers: Numbers) -> list[Site]:
    """Real bases first, then sites of partners, villages from the largest on, airstrips."""
    order = [_S.AIR_BASE, _S.FIRE_STATION, _S.PARTNER, _S.VILLAGE, _S.AIRSTRIP, _S.FIELD_CAMP]
    ranked = sorted(sites, key=lambda one: (order.index(one.kind), -one.people, one.code))
    chosen: list[Site] = []
    for one in ranked:
        extra = one.kind not in {_S.AIR_BASE, _S.FIRE_STATION}
        if extra and any(_near(one, other, numbers.apart_km) for other in chosen):
            continue
        chosen.append(one)
        if len(chosen) == numbers.stations:
            break
    return chosen


def _near(one: Site, other: Site, km: float) -> bool:
    return distance_m(LonLat(one.lon, one.lat), LonLat(other.lon, other.lat)) < km * 1e3


def _station(site: Site) -> StationCard:
    return StationCard(
        site.code,
        site.kind,
        (site.lon, site.lat),
        dict(site.names),
        owner=OWNER,
        owned_by=_OWNER.get(site.kind, Ownership.AGENCY),
        sample=True,
    )


def _units(kind: UnitKind, chosen: Sequence[Site], seed: int, numbers: Numbers) -> list[UnitCard]:
    """Units of one kind, spread evenly over bases drawn in turn."""
    fitting = [one for one in chosen if one.kind in WHERE[kind]] or list(chosen)
    rng = stream(seed, "forces", kind.value)
    order = rng.permutation(len(fitting))
    made = []
    for number in range(numbers.units.get(kind, 0)):
        site = fitting[order[number % len(fitting)]]
        made.append(_unit(kind, site, number // len(fitting) + 1, rng))
    return made


def _unit(kind: UnitKind, site: Site, number: int, rng: np.random.Generator) -> UnitCard:
    sizes = CREW_SIZES.get(kind)
    people = {Spec.PEOPLE: float(rng.choice(sizes))} if sizes else {}
    ru, en = WORDS[kind]
    partner = kind is UnitKind.PARTNER_CREW
    return UnitCard(
        f"{kind.value}-{site.code}-{number}",
        kind,
        site.code,
        {
            "ru": f"{ru} {number}, {site.names.get('ru', site.code)}",
            "en": f"{en} {number}, {site.names.get('en', site.code)}",
        },
        owner=OWNER,
        owned_by=Ownership.PARTNER if partner else _OWNER.get(site.kind, Ownership.AGENCY),
        qualifications=SKILLS.get(kind, ()),
        specs=people,
        sample=True,
    )
