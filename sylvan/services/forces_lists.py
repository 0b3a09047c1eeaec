"""The register as files: taken in whole or not at all, and given out as it is taken in.

A file that is half right is worse than none: crews would be based at stations that were refused.
So every row is judged first, all that is wrong is told by sheet, line and field, and only a file
without a fault is stored. Taken in again it changes what changed in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.codes import FieldError, Invalid, Scalar
from sylvan.domain.forces import checks, rows
from sylvan.domain.forces.register import Station, StationCard, Unit, UnitCard
from sylvan.services.base import Base, whole_again
from sylvan.services.forces_keeper import Keeper
from sylvan.services.forces_views import card_as_dict, changed_fields
from sylvan.store import audit, stations, units

TOLD: Final = 200
"""Faults and remarks that one answer names."""
STATIONS, UNITS = "stations", "units"
Card = TypeVar("Card", StationCard, UnitCard)


class Sheet(Protocol):
    """A table of a file (``feeds`` reads them)."""

    @property
    def name(self) -> str:
        """Of the sheet, or of the file."""

    @property
    def columns(self) -> Sequence[str]:
        """Headings, made plain."""

    @property
    def records(self) -> Sequence[tuple[int, Mapping[str, str]]]:
        """Line and cells by heading."""


class SheetOut(NamedTuple):
    """A table to be written."""

    name: str
    columns: tuple[str, ...]
    rows: list[dict[str, str | float | None]]


Reader = Callable[[str, bytes], Sequence[Sheet]]


class Writers(NamedTuple):
    """How tables become files (``feeds`` writes them)."""

    csv: Callable[[SheetOut], bytes]
    xlsx: Callable[[Sequence[SheetOut]], bytes]


@dataclass(frozen=True, slots=True)
class _Row(Generic[Card]):
    sheet: str
    line: int
    card: Card


@dataclass(slots=True)
class _Judged:
    """A file's rows, and what is wrong with it."""

    stations: list[_Row[StationCard]] = field(default_factory=list)
    units: list[_Row[UnitCard]] = field(default_factory=list)
    errors: list[FieldError] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def wrong(self, sheet: str, line: int, error: FieldError) -> None:
        """Keep a fault with where it stands."""
        params = {**error.params, "sheet": sheet, "line": line}
        self.errors.append(FieldError(f"{sheet}:{line}.{error.field}", error.code, params))


@dataclass(frozen=True, slots=True)
class ForceLists(Base):
    """Use-cases about the register as files."""

    keeper: Keeper
    read: Reader
    write: Writers

    @whole_again
    def take(self, actor: Actor, name: str, body: bytes, *, check: bool = False) -> dict[str, Any]:
        """Take a file in, whole or not at all.

        Args:
            actor: who loads it.
            name: of the file.
            body: CSV of bases or of units, or a workbook with both.
            check: only judge; nothing is stored.

        Returns:
            How many bases and units are new, changed, the same; remarks by line; columns that
            were not read.

        Raises:
            Invalid: something is wrong; ``errors`` name sheet, line and field of each fault.
            FeedError: the file as a whole is no such table.
        """
        sheets = self.read(name, body)
        with self.engine.begin() as conn:
            stations.lock_register(conn, actor)
            judged = self._judged(conn, actor, sheets)
            if judged.errors:
                told: dict[str, Scalar] = {"file": name, "count": len(judged.errors)}
                raise Invalid("forces.file_refused", told, errors=tuple(judged.errors[:TOLD]))
            if check:
                return {**_counts(judged), "stored": False, "ignored": judged.ignored}
            account = self._stored(conn, actor, judged)
            counts = {key: account[key] for key in (STATIONS, UNITS)}
            audit.record(conn, actor, "forces.import", f"forces:{name}", counts, now=self.clock())
        return {**account, "stored": True, "ignored": judged.ignored}

    def give(self, actor: Actor) -> list[SheetOut]:
        """The register as tables: bases and units that are not retired."""
        with self.engine.connect() as conn:
            bases = stations.listed(conn, actor)
            found = units.listed(conn, actor)
        columns = (*rows.UNIT_COLUMNS, *rows.TOLD_ONLY)
        return [
            SheetOut(STATIONS, rows.STATION_COLUMNS, [rows.station_row(one.card) for one in bases]),
            SheetOut(UNITS, columns, [rows.row_of_unit(one) for one in found]),
        ]

    def file(self, actor: Actor, what: str | None) -> bytes:
        """The register as a workbook; ``what`` is one table of it, as CSV."""
        tables = self.give(actor)
        if what is None:
            return self.write.xlsx(tables)
        return self.write.csv(next(one for one in tables if one.name == what))

    def _judged(self, conn: Connection, actor: Actor, sheets: Sequence[Sheet]) -> _Judged:
        judged = _Judged()
        for sheet in sheets:
            _read(sheet, judged)
        told = [one.card.code for one in judged.stations]
        wanted = sorted({one.card.station for one in judged.units} - set(told))
        known = stations.of_codes(conn, actor, wanted)
        alive = {code for code, one in known.items() if one.retired_at is None} | set(told)
        for base in judged.stations:
            for error in checks.station_errors(base.card):
                judged.wrong(base.sheet, base.line, error)
        for unit in judged.units:
            for error in checks.unit_errors(unit.card, self.keeper.rules, alive):
                judged.wrong(unit.sheet, unit.line, error)
        _twice(judged.stations, judged)
        _twice(judged.units, judged)
        return judged

    def _stored(self, conn: Connection, actor: Actor, judged: _Judged) -> dict[str, Any]:
        now = self.clock()
        at = actor.world.now(now)
        known = stations.of_codes(conn, actor, _codes(judged.stations), lock=True)
        bases, of_bases = _merged(known, judged.stations, lambda card: Station(uuid7(), 1, card))
        kept = self.keeper.keep_stations(conn, actor, bases, now)
        have = units.of_codes(conn, actor, _codes(judged.units), lock=True)
        forces, of_units = _merged(
            have, judged.units, lambda card: Unit(uuid7(), 1, card, status_at=at)
        )
        ready = self.keeper.keep_units(conn, actor, forces, now)
        for what, before, after in (("station", known, kept), ("unit", have, ready)):
            for one in after:
                old = before.get(one.card.code)
                told = card_as_dict(one.card) if old is None else changed_fields(old.card, one.card)
                deed = f"{what}.import", str(one.id), told
                audit.record(conn, actor, *deed, now=now, version=one.version)
        remarks = [*_remarks(kept, judged.stations), *_remarks(ready, judged.units)]
        return {STATIONS: of_bases, UNITS: of_units, "remarks": remarks[:TOLD]}


Kept = TypeVar("Kept", Station, Unit)


def _merged(
    known: Mapping[str, Kept], judged: Sequence[_Row[Any]], made: Callable[[Any], Kept]
) -> tuple[list[Kept], dict[str, int]]:
    """What a file adds or changes, and how much of each; a retired thing is taken back."""
    changed: list[Kept] = []
    count = {"added": 0, "changed": 0, "same": 0}
    for row in judged:
        before = known.get(row.card.code)
        if before is None:
            count["added"] += 1
            changed.append(made(row.card))
        elif before.retired_at is None and not changed_fields(before.card, row.card):
            count["same"] += 1
        else:
            count["changed"] += 1
            version = before.version + 1
            changed.append(replace(before, version=version, card=row.card, retired_at=None))
    return changed, count


def _codes(judged: Sequence[_Row[Any]]) -> list[str]:
    return sorted({one.card.code for one in judged})


def _counts(judged: _Judged) -> dict[str, Any]:
    return {STATIONS: len(judged.stations), UNITS: len(judged.units), "remarks": []}


def _remarks(kept: Sequence[Station | Unit], judged: Sequence[_Row[Any]]) -> list[dict[str, Any]]:
    lines = {one.card.code: (one.sheet, one.line) for one in judged}
    return [
        {"sheet": sheet, "line": line, "code": thing.card.code, "remark": one.as_dict()}
        for thing in kept
        for sheet, line in (lines[thing.card.code],)
        for one in thing.remarks
    ]


def _twice(judged: Sequence[_Row[Any]], into: _Judged) -> None:
    first: dict[str, int] = {}
    for one in judged:
        code = one.card.code
        if code in first:
            error = FieldError("code", "forces.twice", {"code": code, "first": first[code]})
            into.wrong(one.sheet, one.line, error)
        first.setdefault(code, one.line)


def _read(sheet: Sheet, judged: _Judged) -> None:
    """A sheet's rows as cards; what cannot be read goes to the faults."""
    names = {column: rows.ALIASES.get(column, column) for column in sheet.columns}
    is_units = rows.is_of_units(names.values())
    known = (*rows.UNIT_COLUMNS, *rows.TOLD_ONLY) if is_units else rows.STATION_COLUMNS
    judged.ignored += [one for one, name in names.items() if name and name not in known]
    for line, cells in sheet.records:
        row = {names[column]: text for column, text in cells.items() if column in names}
        try:
            if is_units:
                judged.units.append(_Row(sheet.name, line, rows.unit_of(row)))
            else:
                judged.stations.append(_Row(sheet.name, line, rows.station_of(row)))
        except rows.Wrong as wrong:
            for error in wrong.errors:
                judged.wrong(sheet.name, line, error)
