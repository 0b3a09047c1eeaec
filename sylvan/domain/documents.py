"""Documents: what kinds there are, what differs between two versions, what may stand in a text.

A document that was issued is never changed. A correction is the next version, with its reason and
with every field in which it differs.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID


class DocumentKind(StrEnum):
    """Kinds of documents."""

    DAILY = "daily"  # form 1-ЛО, section on fires, of a reporting day
    BULLETIN = "bulletin"  # the morning bulletin of a day
    ACT = "act"  # of a fire, with preliminary damage
    CLOSING = "closing"  # the closing report of a fire


OF_A_DAY: Final = frozenset({DocumentKind.DAILY, DocumentKind.BULLETIN})
"""Kinds about a day; the others are about a fire."""


class Format(StrEnum):
    """Files that a document is given out as."""

    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Document:
    """One version of a document, as it was issued. ``issued_at`` is by the world's clock."""

    id: UUID
    kind: DocumentKind
    about: str
    """The day in ISO 8601, or the fire's id; with whose territory it is, where that is a part."""
    number: str
    version: int
    language: str
    fields: Mapping[str, Any]
    reason: str
    differs: tuple[Mapping[str, Any], ...]
    templates: Mapping[str, Any]
    """By format, which template was used: its hash, and whether it came with Sylvan."""
    notes: tuple[Mapping[str, Any], ...]
    """What is to be known of it, as codes: no PDF, a template that was refused."""
    issued_at: datetime
    recorded_at: datetime
    issued_by: str
    territories: tuple[str, ...] = ()
    day: date | None = None
    fire_id: UUID | None = None
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By format: name, media type, size and SHA-256."""


_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories that no reader sees: controls, marks of direction, halves of pairs, private use."""
_KEPT: Final = frozenset("\n\t")


def plain(text: str) -> str:
    """A text without what cannot be seen and might turn its reading round; composed (NFC)."""
    composed = unicodedata.normalize("NFC", text)
    kept = (one for one in composed if one in _KEPT or unicodedata.category(one) not in _INVISIBLE)
    return "".join(kept)


def clean(value: Any) -> Any:
    """The same for every text in a structure."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping):
        return {str(name): clean(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(inner) for inner in value]
    return value


def differences(before: Any, after: Any) -> list[dict[str, Any]]:
    """Every field in which two versions differ: ``field``, ``before``, ``after``; by path."""
    flat, other = dict(_leaves(before)), dict(_leaves(after))
    return [
        {"field": path, "before": flat.get(path), "after": other.get(path)}
        for path in sorted(flat.keys() | other.keys())
        if flat.get(path) != other.get(path)
    ]


KEY: Final = "key"
"""Field by which lines of a list are told apart, so that one more line shifts no other."""


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, (list, tuple)):
        for number, inner in enumerate(value):
            told = inner.get(KEY) if isinstance(inner, Mapping) else None
            yield from _leaves(inner, f"{path}[{number if told is None else told}]")
    else:
        yield path, value
