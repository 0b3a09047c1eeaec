"""What partners own and watch over: a card for each thing, judged field by field.

Cards come as JSON, from files with columns of their own, or from a form; all of them pass through
:func:`read_card`, so that the same mistake gets the same words everywhere.
"""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from sylvan.domain.asset_shapes import Allowed, Judged, judge
from sylvan.domain.codes import FieldError
from sylvan.domain.instants import iso

LAYER: Final = "assets"
"""Name by which partners' own things go among layers."""
MOST_WATCH_KM: Final = 200.0
"""km; as far as anything is looked for around a fire."""
MOST_CONTACTS: Final = 10
MOST_TEXT: Final = 200
MOST_NOTES: Final = 2000
MOST_ID: Final = 100
_HIDDEN: Final = frozenset({"Cc", "Cs", "Cf"})


class AssetKind(StrEnum):
    """What a thing is; the words of layers, so that the rules of exposure hold for both."""

    SITE = "partner_asset"
    POWER_LINE = "power_line"
    PIPELINE = "pipeline"
    ROAD = "road"
    TOWER = "tower"
    AIRSTRIP = "airstrip"
    FIELD = "farm"


SHAPES: Final[Mapping[AssetKind, Allowed]] = {
    AssetKind.SITE: Allowed(points=True, lines=True, areas=True),
    AssetKind.POWER_LINE: Allowed(lines=True),
    AssetKind.PIPELINE: Allowed(lines=True),
    AssetKind.ROAD: Allowed(lines=True),
    AssetKind.TOWER: Allowed(points=True),
    AssetKind.AIRSTRIP: Allowed(points=True, lines=True, areas=True),
    AssetKind.FIELD: Allowed(points=True, areas=True),
}
"""What each kind may be drawn as."""

SYNONYMS: Final[Mapping[str, AssetKind]] = {
    "site": AssetKind.SITE,
    "line": AssetKind.POWER_LINE,
    "field": AssetKind.FIELD,
}
"""What people call kinds in files."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is rung."""

    name: str
    phone: str = ""
    email: str = ""
    role: str = ""

    def as_dict(self) -> dict[str, str]:
        """The JSON form."""
        return {"name": self.name, "phone": self.phone, "email": self.email, "role": self.role}


@dataclass(frozen=True, slots=True)
class AssetCard:
    """A thing as its owner describes it."""

    external_id: str
    """Its key at the owner's; never changed."""
    kind: AssetKind
    names: Mapping[str, str]
    geom: BaseGeometry
    """WGS 84, longitude first."""
    watch_km: float | None = None
    """How near a fire concerns the owner; ``None``: as the region's rules say."""
    alarm_km: float | None = None
    """How near somebody has to be rung; ``None``: never for the distance alone."""
    contacts: tuple[Contact, ...] = ()
    notes: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form, as it is kept in the history."""
        return {
            "external_id": self.external_id,
            "kind": str(self.kind),
            "name": dict(self.names),
            "watch_km": self.watch_km,
            "alarm_km": self.alarm_km,
            "contacts": [one.as_dict() for one in self.contacts],
            "notes": self.notes,
            "geometry": dict(mapping(self.geom)),
        }


@dataclass(frozen=True, slots=True)
class Asset:
    """A thing as it stands in one version."""

    id: UUID
    version: int
    owner: str
    card: AssetCard
    territories: tuple[str, ...] = ()
    retired_at: datetime | None = None
    changed_at: datetime | None = None
    changed_by: str = ""
    batch: UUID | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form without the geometry."""
        told = self.card.as_dict()
        told.pop("geometry")
        return told | {
            "id": str(self.id),
            "version": self.version,
            "owner": self.owner,
            "retired_at": iso(self.retired_at),
            "changed_at": iso(self.changed_at),
            "changed_by": self.changed_by,
            "batch": None if self.batch is None else str(self.batch),
        }


@dataclass(frozen=True, slots=True)
class ReadCard:
    """What became of one description."""

    card: AssetCard | None
    errors: tuple[FieldError, ...] = ()
    repaired: BaseGeometry | None = None
    """The geometry that would be taken, where only the geometry is at fault and can be mended."""
    external_id: str = ""


@dataclass(slots=True)
class _Fields:
    told: Mapping[str, Any]
    errors: list[FieldError] = field(default_factory=list)

    def fail(self, name: str, code: str, **params: Any) -> None:
        self.errors.append(FieldError(name, code, params))

    def text(self, name: str, most: int, *, required: bool = False) -> str:
        value = self.told.get(name)
        if value is None or value == "":
            if required:
                self.fail(name, "field.required")
            return ""
        if not isinstance(value, str) or len(value) > most:
            self.fail(name, "asset.text", most=most)
            return ""
        return plain(value)

    def km(self, name: str) -> float | None:
        value = self.told.get(name)
        if value is None or value == "":
            return None
        number = _number(value)
        if number is None or not 0.0 <= number <= MOST_WATCH_KM:
            self.fail(name, "field.range", low=0, high=MOST_WATCH_KM)
            return None
        return number


def plain(text: str) -> str:
    """Composed letters without control, direction and zero-width characters."""
    composed = unicodedata.normalize("NFC", text)
    kept = (one for one in composed if one in "\n\t" or unicodedata.category(one) not in _HIDDEN)
    return "".join(kept).strip()


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def read_card(told: Mapping[str, Any], *, repair: bool = False) -> ReadCard:
    """Judge a description.

    Args:
        told: ``external_id``, ``kind``, ``name`` (text, or by language), ``geometry`` (RFC 7946),
            ``watch_km``, ``alarm_km``, ``contacts``, ``notes``.
        repair: take the mended geometry where only mending is needed.
    """
    fields = _Fields(told)
    external_id = fields.text("external_id", MOST_ID, required=True)
    kind = _kind(fields)
    names = _names(fields)
    watch_km, alarm_km = fields.km("watch_km"), fields.km("alarm_km")
    if alarm_km is not None and watch_km is not None and alarm_km > watch_km:
        fields.fail("alarm_km", "asset.alarm_beyond_watch", alarm_km=alarm_km, watch_km=watch_km)
    contacts, notes = _contacts(fields), fields.text("notes", MOST_NOTES)
    judged = judge(told.get("geometry"), SHAPES[kind or AssetKind.SITE])
    others = list(fields.errors)
    shape = _shape(judged, fields, repair=repair)
    if shape is None or kind is None or fields.errors:
        offered = None if others else judged.repaired
        return ReadCard(None, tuple(fields.errors), offered, external_id)
    card = AssetCard(external_id, kind, names, shape, watch_km, alarm_km, contacts, notes)
    return ReadCard(card, (), None, external_id)


def _shape(judged: Judged, fields: _Fields, *, repair: bool) -> BaseGeometry | None:
    if judged.shape is not None:
        return judged.shape
    if repair and judged.repaired is not None:
        return judged.repaired
    for one in judged.faults:
        fields.errors.append(FieldError("geometry", one.code, one.params))
    return None


def _kind(fields: _Fields) -> AssetKind | None:
    value = str(fields.told.get("kind") or "").strip().lower()
    if value in SYNONYMS:
        return SYNONYMS[value]
    if value in set(AssetKind):
        return AssetKind(value)
    fields.fail("kind", "field.choice", allowed=", ".join(AssetKind))
    return None


def _names(fields: _Fields) -> dict[str, str]:
    told = fields.told.get("name")
    if isinstance(told, str) and told.strip():
        return {"ru": plain(told)[:MOST_TEXT]}
    if isinstance(told, Mapping) and told:
        texts = {str(k): v for k, v in told.items()}
        good = all(
            len(k) <= 8 and isinstance(v, str) and len(v) <= MOST_TEXT  # noqa: PLR2004 - a tag
            for k, v in texts.items()
        )
        named = {k: plain(v) for k, v in texts.items()} if good else {}
        if named and any(named.values()):
            return named
    fields.fail("name", "field.required")
    return {}


def _contacts(fields: _Fields) -> tuple[Contact, ...]:
    told = fields.told.get("contacts")
    if told in (None, "", []):
        return ()
    if not isinstance(told, Sequence) or isinstance(told, str) or len(told) > MOST_CONTACTS:
        fields.fail("contacts", "asset.contacts", most=MOST_CONTACTS)
        return ()
    found = []
    for number, one in enumerate(told):
        inner = _Fields(one if isinstance(one, Mapping) else {})
        contact = Contact(
            inner.text("name", MOST_TEXT, required=True),
            inner.text("phone", 40),
            inner.text("email", MOST_TEXT),
            inner.text("role", MOST_TEXT),
        )
        for error in inner.errors:
            name = f"contacts.{number}.{error.field}"
            fields.errors.append(FieldError(name, error.code, error.params))
        if not inner.errors and not (contact.phone or contact.email):
            fields.fail(f"contacts.{number}.phone", "field.required")
        found.append(contact)
    return tuple(found)
