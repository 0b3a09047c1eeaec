"""Lists of heat sources as really published: flare surveys, plants, volcanoes, or one's own table.

A survey's row says more than a place; what lowers a fire's likelihood is only what glows. Plants
that burn nothing and volcanoes that have slept for generations are counted and left out.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sylvan.domain.heat import ALL_HOURS, ALL_MONTHS, FARTHEST_KM, RADIUS_KM, HeatKind
from sylvan.feeds.errors import FeedError
from sylvan.feeds.tables import BadRow, Record, Table, number, place, read_table

FLARE_LEAST: Final = 0.5
FLARE_MOST: Final = 0.95
"""Confidence of a surveyed flare, by the share of clear nights on which it burnt."""
PLANT_CONFIDENCE: Final = 0.6
"""Of a power plant: many show no fire pixel in years."""
PLANT_FUELS: Final = frozenset(
    {"gas", "coal", "oil", "waste", "biomass", "petcoke", "cogeneration"}
)
VOLCANO_CONFIDENCE: Final = 0.6
VOLCANO_KM: Final = 5.0
"""km; lava flows and vents lie kilometres from the summit that the list names."""
AWAKE_SINCE: Final = 1950
"""Year; a volcano that has slept longer explains no fire."""
OWN_CONFIDENCE: Final = 0.9
"""Of a row in an operator's own list that states none."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One source of a list."""

    line: int
    ref: str
    kind: HeatKind
    point: tuple[float, float]
    radius_km: float
    confidence: float
    source: str
    name: str = ""
    months: frozenset[int] = ALL_MONTHS
    hours: frozenset[int] = ALL_HOURS
    valid_until: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParsedList:
    """``total = len(rows) + len(bad) + left_out``; empty lines are none."""

    name: str
    catalogue: str
    rows: list[Listed]
    bad: list[BadRow]
    left_out: int
    """Sources that do not glow: dams, dead volcanoes."""

    @property
    def total(self) -> int:
        """All rows, usable or not."""
        return len(self.rows) + len(self.bad) + self.left_out


Reader = Callable[[Record, tuple[float, float]], Listed | BadRow | None]


def read_list(name: str, body: bytes) -> ParsedList:
    """Read a list of heat sources, recognised by its columns.

    Raises:
        FeedError: the file as a whole is no such list; ``params["file"]`` names it.
    """
    table = read_table(name, body)
    catalogue, reader = _reader(table)
    rows, bad, left_out = [], list(table.bad), 0
    seen: dict[str, int] = {}
    for record in table.records:
        if record.blank:
            continue
        where = place(record)
        found = where if isinstance(where, BadRow) else reader(record, where)
        if isinstance(found, Listed) and found.ref in seen:
            found = BadRow(record.line, "id", "heat.twice", f"{found.ref} (line {seen[found.ref]})")
        if found is None:
            left_out += 1
        elif isinstance(found, BadRow):
            bad.append(found)
        else:
            seen[found.ref] = record.line
            rows.append(found)
    if not rows and not bad and not left_out:
        raise FeedError("table.no_rows", file=name)
    return ParsedList(name, catalogue, rows, sorted(bad, key=lambda row: row.line), left_out)


_SURVEY: Final = re.compile(r"id_key_(\d{4})")


def _reader(table: Table) -> tuple[str, Reader]:
    columns = set(table.columns)
    year = next((found[1] for one in table.columns if (found := _SURVEY.fullmatch(one))), None)
    if year is not None:
        return f"vnf-{year}", lambda record, where: _flare(record, where, year)
    if {"volcano_number", "last_known_eruption"} <= columns:
        return "gvp", _volcano
    if {"gppd_idnr", "primary_fuel"} <= columns:
        return "gppd", _plant
    return "own", _own


def _flare(record: Record, where: tuple[float, float], year: str) -> Listed | BadRow:
    """A site of the VIIRS Nightfire survey of gas flaring (Elvidge et al. 2016, EOG)."""
    values = record.values
    key, often = values[f"id_key_{year}"], number(values.get(f"detection_frequency_{year}", ""))
    if not key:
        return BadRow(record.line, f"id_key_{year}", "row.empty", "")
    share = min(max(often if often is not None else 0.0, 0.0), 1.0)
    facts = {
        "year": int(year),
        "detection_frequency": often,
        "temperature_k": number(values.get("avg_temp_k", "")),
        "clear_observations": number(values.get(f"clear_obs_{year}", "")),
        "bcm": number(values.get(f"bcm_{year}", "")),
        "type": values.get("type", ""),
    }
    return Listed(
        line=record.line,
        ref=f"vnf:{key}",
        kind=HeatKind.FLARE,
        point=where,
        radius_km=RADIUS_KM,
        confidence=round(FLARE_LEAST + (FLARE_MOST - FLARE_LEAST) * share, 2),
        source=f"VIIRS Nightfire, gas flaring survey {year}",
        facts={name: value for name, value in facts.items() if value not in (None, "")},
    )


def _volcano(record: Record, where: tuple[float, float]) -> Listed | BadRow | None:
    """A volcano of the Smithsonian's Global Volcanism Program; ``None`` for one that sleeps."""
    values = record.values
    if not values["volcano_number"]:
        return BadRow(record.line, "volcano_number", "row.empty", "")
    last = values["last_known_eruption"]
    year = number(last.removesuffix("CE").strip()) if last.endswith(" CE") else None
    if year is None or year < AWAKE_SINCE:
        return None
    return Listed(
        line=record.line,
        ref=f"gvp:{values['volcano_number']}",
        kind=HeatKind.VOLCANO,
        point=where,
        radius_km=VOLCANO_KM,
        confidence=VOLCANO_CONFIDENCE,
        source="Global Volcanism Program",
        name=values.get("volcano_name", ""),
        facts={"last_known_eruption": last},
    )


def _plant(record: Record, where: tuple[float, float]) -> Listed | BadRow | None:
    """A plant of the Global Power Plant Database; ``None`` for one without a flame."""
    values = record.values
    if not values["gppd_idnr"]:
        return BadRow(record.line, "gppd_idnr", "row.empty", "")
    if values["primary_fuel"].lower() not in PLANT_FUELS:
        return None
    facts = {"fuel": values["primary_fuel"], "mw": number(values.get("capacity_mw", ""))}
    return Listed(
        line=record.line,
        ref=f"gppd:{values['gppd_idnr']}",
        kind=HeatKind.PLANT,
        point=where,
        radius_km=RADIUS_KM,
        confidence=PLANT_CONFIDENCE,
        source="Global Power Plant Database",
        name=values.get("name", ""),
        facts={name: value for name, value in facts.items() if value is not None},
    )


def _own(record: Record, where: tuple[float, float]) -> Listed | BadRow | None:
    """A row of an operator's own table, or of a register's export; ``None`` for what it denies."""
    if record.values.get("state") in {"denied", "expired"}:
        return None
    try:
        kind = _kind(record)
        return Listed(
            line=record.line,
            ref=_own_ref(record, where),
            kind=kind,
            point=where,
            radius_km=_within(record, ("radius_km", "radius"), RADIUS_KM, 1e-3, FARTHEST_KM),
            confidence=_within(record, ("confidence",), OWN_CONFIDENCE, 0.0, 1.0),
            source=record.first(("source",))[1],
            name=record.first(("name", "name_ru", "title"))[1],
            months=_numbers(record, "months", ALL_MONTHS),
            hours=_numbers(record, "hours", ALL_HOURS),
            valid_until=_until(record),
        )
    except _WrongError as wrong:
        return wrong.row


class _WrongError(ValueError):
    def __init__(self, row: BadRow) -> None:
        super().__init__(row.code)
        self.row = row


def _own_ref(record: Record, where: tuple[float, float]) -> str:
    key = record.first(("id", "code", "ref"))[1]
    return f"own:{key}" if key else f"at:{where[0]:.4f},{where[1]:.4f}"


def _kind(record: Record) -> HeatKind:
    name, text = record.first(("kind", "type"))
    word = text.lower() or HeatKind.OTHER.value
    if word not in set(HeatKind):
        raise _WrongError(BadRow(record.line, name, "heat.kind", text[:80]))
    return HeatKind(word)


def _within(record: Record, names: Sequence[str], default: float, low: float, high: float) -> float:
    name, text = record.first(names)
    if not text:
        return default
    value = number(text)
    if value is None:
        raise _WrongError(BadRow(record.line, name, "row.not_a_number", text[:80]))
    if not low <= value <= high:
        raise _WrongError(BadRow(record.line, name, "row.out_of_range", text[:80]))
    return value


def _numbers(record: Record, name: str, every: frozenset[int]) -> frozenset[int]:
    """``5,6,7`` or ``5-9``; a span may run over the end: ``11-3``."""
    text = record.first((name,))[1].strip("[]")
    if not text:
        return every
    found: set[int] = set()
    for part in re.split(r"[,;\s]+", text.strip()):
        ends = part.split("-")
        if not all(end.isdigit() for end in ends) or len(ends) > 2:  # noqa: PLR2004 - from, to
            raise _WrongError(BadRow(record.line, name, "row.not_a_number", text[:80]))
        first, last = int(ends[0]), int(ends[-1])
        if not {first, last} <= every:
            raise _WrongError(BadRow(record.line, name, "row.out_of_range", text[:80]))
        wide = sorted(every)
        start = wide.index(first)
        count = (last - first) % len(wide) + 1
        found |= {wide[(start + step) % len(wide)] for step in range(count)}
    return frozenset(found)


def _until(record: Record) -> datetime | None:
    name, text = record.first(("valid_until", "until"))
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _WrongError(BadRow(record.line, name, "row.bad_date", text[:80])) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
