"""All tables in one place, for migrations and for the test that both agree."""

from sylvan.store import (
    archive,
    audit,
    danger,
    detections,
    edges,
    events,
    exposure,
    feeds,
    fire_history,
    fires,
    forecasts,
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
    weather,
    worlds,
)
from sylvan.store.base import METADATA

AGGREGATES = (
    archive,
    audit,
    danger,
    detections,
    edges,
    events,
    exposure,
    feeds,
    fire_history,
    fires,
    forecasts,
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
    weather,
    worlds,
)
"""Importing them is what fills :data:`METADATA`."""

__all__ = ["AGGREGATES", "METADATA"]
