"""Cursor on Target 2.0: fires and crews as events for field apps (ATAK, WinTAK, iTAK).

A fire is a bit of the alarm branch (``b-l-f``), a crew is friendly; nothing here is ever hostile.
``uid`` stays for a thing's life, so that maps move it instead of drawing another one, and ``stale``
is always set: what is not renewed turns grey by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from lxml import etree

from sylvan.domain.cap.building import plain
from sylvan.domain.forces.kinds import Mobility

VERSION: Final = "2.0"
UNKNOWN: Final = "9999999.0"
"""How CoT writes a height or an error that nobody knows, metres."""
FIRE: Final = "b-l-f"
CREW: Final = {
    Mobility.HELICOPTER: "a-f-A-C-H",
    Mobility.AIRPLANE: "a-f-A-C-F",
    Mobility.BOAT: "a-f-S",
    Mobility.ROAD: "a-f-G-E-V-C",
    Mobility.TRACKED: "a-f-G-E-V-C",
    Mobility.ATV: "a-f-G-E-V-C",
}
"""Friendly, by how it moves; on foot: just friendly on the ground."""
ON_FOOT: Final = "a-f-G"
FIRE_HOLDS: Final = timedelta(hours=12)
"""A fire that nobody renews turns grey after that: satellites pass several times in it."""
CREW_HOLDS: Final = timedelta(minutes=30)
NAMESPACE: Final = "sylvan"


class How(StrEnum):
    """Who says where it is."""

    SENSOR = "m-f"
    TRACKER = "m-g"
    PERSON = "h-e"


@dataclass(frozen=True, slots=True)
class Marker:
    """One event. ``point`` is longitude, latitude in degrees."""

    uid: str
    kind: str
    how: How
    at: datetime
    """When it was so."""
    stale: datetime
    point: tuple[float, float]
    callsign: str
    remarks: str = ""
    error_m: float | None = None


def uid(thing: str, name: object) -> str:
    """The name of a thing for its whole life."""
    return f"{NAMESPACE}.{thing}.{name}"


def element(one: Marker, now: datetime) -> etree._Element:
    """An event; ``now`` is when it is sent."""
    lon, lat = one.point
    event = etree.Element(
        "event",
        version=VERSION,
        uid=one.uid,
        type=one.kind,
        how=one.how.value,
        time=_moment(now),
        start=_moment(one.at),
        stale=_moment(max(one.stale, one.at)),
    )
    etree.SubElement(
        event,
        "point",
        lat=f"{lat:.6f}",
        lon=f"{lon:.6f}",
        hae=UNKNOWN,
        ce=UNKNOWN if one.error_m is None else f"{one.error_m:.1f}",
        le=UNKNOWN,
    )
    detail = etree.SubElement(event, "detail")
    etree.SubElement(detail, "contact", callsign=plain(one.callsign) or one.uid)
    if one.remarks:
        etree.SubElement(detail, "remarks").text = plain(one.remarks)
    return event


def sent(one: Marker, now: datetime) -> bytes:
    """An event as it goes over the wire: one document, then a new line."""
    told: bytes = etree.tostring(element(one, now), encoding="UTF-8", xml_declaration=True)
    return told + b"\n"


def document(markers: Iterable[Marker], now: datetime) -> bytes:
    """All events in one document, for whoever asks by HTTP."""
    root = etree.Element("events", version=VERSION)
    root.extend([element(one, now) for one in markers])
    etree.indent(root, space=" ")
    told: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return told + b"\n"


def _moment(moment: datetime) -> str:
    told = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return told.replace("+00:00", "Z")
