"""All tables in one place, for migrations and for the test that both agree."""

from sylvan.store import (
    archive,
    audit,
    detections,
    edges,
    events,
    feeds,
    fire_history,
    fires,
    heat,
    layers,
    ledger,
    lightning,
    orbits,
    people,
    proposals,
    reports,
    surgery,
    territories,
    worlds,
)
from sylvan.store.base import METADATA

AGGREGATES = (
    archive,
    audit,
    detections,
    edges,
    events,
    feeds,
    fire_history,
    fires,
    heat,
    layers,
    ledger,
    lightning,
    orbits,
    people,
    proposals,
    reports,
    surgery,
    territories,
    worlds,
)
"""Importing them is what fills :data:`METADATA`."""

__all__ = ["AGGREGATES", "METADATA"]
