"""Bases and units as rows of a table, and back: what files and spreadsheets hold.

The columns are the words of the register; Russian headings are understood too. What a unit is
doing and where stands in the table for people and is not read back: it comes by its own ways.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeVar

from sylvan.domain.codes import FieldError
from sylvan.domain.forces.kinds import (
    SPECS,
    Mobility,
    Ownership,
    StationKind,
    Surface,
    UnitKind,
)
from sylvan.domain.forces.register import StationCard, Unit, UnitCard
from sylvan.domain.spreadsheets import Cells

Row = Mapping[str, str]
Word = TypeVar("Word", bound=StrEnum)
LANGUAGES: Final = ("ru", "en")
SPEED: Final = "speed_"
STATION_COLUMNS: Final = (
    *("code", "kind", "name_ru", "name_en", "lon", "lat", "owner", "owned_by"),
    *("runway_m", "fuel_l", "flight_h", "contact", "note", "sample"),
)
UNIT_COLUMNS: Final = (
    *("code", "kind", "station", "name_ru", "name_en", "owner", "owned_by", "mobility"),
    "qualifications",
    *(spec.value for spec in SPECS),
    *(f"{SPEED}{surface.value}" for surface in Surface),
    *("contact", "note", "sample"),
)
TOLD_ONLY: Final = ("status", "status_at", "fire_id", "position_at", "lon", "lat")
"""Columns of units that are written and not read."""
ALIASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "код": "code",
        "вид": "kind",
        "тип": "kind",
        "название": "name_ru",
        "наименование": "name_ru",
        "name": "name_ru",
        "база": "station",
        "станция": "station",
        "долгота": "lon",
        "longitude": "lon",
        "широта": "lat",
        "latitude": "lat",
        "владелец": "owner",
        "принадлежность": "owned_by",
        "квалификация": "qualifications",
        "людей": "people",
        "человек": "people",
        "численность": "people",
        "производительность": "rate_m_h",
        "радиус": "range_km",
        "связь": "contact",
        "телефон": "contact",
        "примечание": "note",
    }
)


class Wrong(Exception):  # noqa: N818 - an answer about a row, not a fault
    """Fields of a row that cannot be read."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__(len(errors))
        self.errors = errors


def is_of_units(columns: Iterable[str]) -> bool:
    """Whether a table's columns are those of units: bases have a place and no base."""
    return "station" in set(columns)


def station_of(row: Row) -> StationCard:
    """The base in a row.

    Raises:
        Wrong: naming every field that cannot be read.
    """
    read = _Reader(row)
    card = StationCard(
        code=read.text("code"),
        kind=read.word("kind", StationKind, None),
        point=(read.must("lon"), read.must("lat")),
        names=read.names(),
        owner=read.text("owner"),
        owned_by=read.word("owned_by", Ownership, Ownership.AGENCY),
        runway_m=read.number("runway_m"),
        fuel_l=read.number("fuel_l"),
        flight_h=read.number("flight_h"),
        contact=read.text("contact"),
        note=read.text("note"),
        sample=read.flag("sample"),
    )
    return read.whole(card)


def unit_of(row: Row) -> UnitCard:
    """The unit in a row.

    Raises:
        Wrong: naming every field that cannot be read.
    """
    read = _Reader(row)
    specs = {spec: read.number(spec.value) for spec in SPECS}
    speeds = {surface: read.number(f"{SPEED}{surface.value}") for surface in Surface}
    listed = [one.strip() for one in read.text("qualifications").split(",")]
    card = UnitCard(
        code=read.text("code"),
        kind=read.word("kind", UnitKind, None),
        station=read.text("station"),
        names=read.names(),
        owner=read.text("owner"),
        owned_by=read.word("owned_by", Ownership, Ownership.AGENCY),
        mobility=read.word("mobility", Mobility, None) if read.text("mobility") else None,
        qualifications=tuple(one for one in listed if one),
        specs={spec: value for spec, value in specs.items() if value is not None},
        speeds={surface: value for surface, value in speeds.items() if value is not None},
        contact=read.text("contact"),
        note=read.text("note"),
        sample=read.flag("sample"),
    )
    return read.whole(card)


def station_row(card: StationCard) -> Cells:
    """A base's row, in the order of :data:`STATION_COLUMNS`."""
    told: Cells = {
        "code": card.code,
        "kind": card.kind.value,
        "name_ru": card.names.get("ru", ""),
        "name_en": card.names.get("en", ""),
        "lon": card.point[0],
        "lat": card.point[1],
        "owner": card.owner,
        "owned_by": card.owned_by.value,
        "runway_m": card.runway_m,
        "fuel_l": card.fuel_l,
        "flight_h": card.flight_h,
        "contact": card.contact,
        "note": card.note,
        "sample": "yes" if card.sample else "",
    }
    return {name: told[name] for name in STATION_COLUMNS}


def unit_row(card: UnitCard) -> Cells:
    """A unit's row, in the order of :data:`UNIT_COLUMNS`."""
    told: Cells = {
        "code": card.code,
        "kind": card.kind.value,
        "station": card.station,
        "name_ru": card.names.get("ru", ""),
        "name_en": card.names.get("en", ""),
        "owner": card.owner,
        "owned_by": card.owned_by.value,
        "mobility": card.mobility.value if card.mobility else "",
        "qualifications": ", ".join(card.qualifications),
        "contact": card.contact,
        "note": card.note,
        "sample": "yes" if card.sample else "",
    }
    told |= {spec.value: card.specs.get(spec) for spec in SPECS}
    told |= {f"{SPEED}{surface.value}": card.speeds.get(surface) for surface in Surface}
    return {name: told[name] for name in UNIT_COLUMNS}


def row_of_unit(unit: Unit) -> Cells:
    """A unit's row, and after it what it is doing and where (:data:`TOLD_ONLY`)."""
    last = unit.position
    return unit_row(unit.card) | {
        "status": unit.status.value,
        "status_at": unit.status_at.isoformat() if unit.status_at else "",
        "fire_id": str(unit.fire_id) if unit.fire_id else "",
        "position_at": last.at.isoformat() if last else "",
        "lon": last.point[0] if last else None,
        "lat": last.point[1] if last else None,
    }


class _Reader:
    """Reads fields of a row and remembers all that is wrong with it."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self._errors: list[FieldError] = []

    def text(self, name: str) -> str:
        return self._row.get(name, "").strip()

    def names(self) -> dict[str, str]:
        told = {language: self.text(f"name_{language}") for language in LANGUAGES}
        return {language: text for language, text in told.items() if text}

    def number(self, name: str) -> float | None:
        text = self.text(name)
        if not text:
            return None
        try:
            return float(text)
        except ValueError:
            comma = _is_number(text.replace(",", "."))
            code = "row.comma_decimal" if comma else "row.not_a_number"
            self._wrong(name, code, text)
            return None

    def must(self, name: str) -> float:
        if not self.text(name):
            self._wrong(name, "row.empty", "")
        value = self.number(name)
        return 0.0 if value is None else value

    def word(self, name: str, words: type[Word], otherwise: Word | None) -> Word:
        text = self.text(name).lower()
        if not text and otherwise is not None:
            return otherwise
        known = [one.value for one in words]
        if text in known:
            return words(text)
        error = FieldError(name, "forces.word", {"value": text[:80], "known": ", ".join(known)})
        self._errors.append(error)
        return next(iter(words))

    def flag(self, name: str) -> bool:
        text = self.text(name).lower()
        if text not in FLAGS:
            known = ", ".join(one for one in FLAGS if one)
            self._errors.append(FieldError(name, "forces.word", {"value": text, "known": known}))
        return FLAGS.get(text, False)

    def whole(self, card: "Card") -> "Card":
        if self._errors:
            raise Wrong(tuple(self._errors))
        return card

    def _wrong(self, name: str, code: str, text: str) -> None:
        self._errors.append(FieldError(name, code, {"value": text[:80]}))


Card = TypeVar("Card", StationCard, UnitCard)
FLAGS: Final[Mapping[str, bool]] = MappingProxyType(
    {"": False, "yes": True, "no": False, "true": True, "false": False, "да": True, "нет": False}
    | {"1": True, "0": False, "1.0": True, "0.0": False}
)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
