"""Reports by people and sensors: one signal type, whatever told it.

A satellite's detections, a call, a tower's bearing and a partner's message all become the same
signal with a source kind. Who reported stands elsewhere; a report holds no personal data.
"""

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sylvan.domain.actors import Actor
from sylvan.domain.bearings import ERRORS, Fix, Sighting, by_crossing, by_distance
from sylvan.domain.codes import FieldError, Invalid, invalid
from sylvan.domain.coordinates import read
from sylvan.domain.instants import iso
from sylvan.domain.lifecycle import DISPATCHERS, Context, Step, taken, ways_on
from sylvan.domain.places import LonLat, checked
from sylvan.domain.worlds import CLOCK_SKEW


class SourceKind(StrEnum):
    """What a signal comes from."""

    SATELLITE = "satellite"
    PERSON = "person"
    CALL = "call"
    TOWER = "tower"
    AIRCRAFT = "aircraft"
    CAMERA = "camera"
    LIGHTNING = "lightning"
    PARTNER = "partner"


class Seen(StrEnum):
    """What was seen."""

    SMOKE = "smoke"
    FLAME = "flame"
    LIGHTNING = "lightning"
    BURNT = "burnt"
    OTHER = "other"


class Method(StrEnum):
    """How the place was told."""

    COORDINATES = "coordinates"
    BEARING = "bearing"
    CROSS = "cross"


class ReportStatus(StrEnum):
    """Where a report stands; nothing is left unanswered."""

    QUEUED = "queued"
    ATTACHED = "attached"
    PROMOTED = "promoted"
    FIELD_CHECK = "field_check"
    REJECTED = "rejected"
    JOINED = "joined"
    """Somebody told of the same before; it goes where that one goes."""


CALL_CARD: Final = ("place", "observed_at", "seen", "text", "name", "phone")
"""What a dispatcher fills in during a call; at most six fields, only the place is a must."""

_WAITING: Final = frozenset({ReportStatus.QUEUED, ReportStatus.FIELD_CHECK})
_SETTLED: Final = frozenset({ReportStatus.ATTACHED, ReportStatus.REJECTED})

REPORT_STEPS: Final[tuple[Step[ReportStatus], ...]] = (
    Step(
        _WAITING,
        ReportStatus.ATTACHED,
        DISPATCHERS,
        ("fire_id",),
        engine_from=frozenset({ReportStatus.QUEUED}),
    ),
    Step(_WAITING, ReportStatus.PROMOTED, DISPATCHERS, ("fire_id",)),
    Step(frozenset({ReportStatus.QUEUED}), ReportStatus.FIELD_CHECK, DISPATCHERS),
    Step(_WAITING, ReportStatus.REJECTED, DISPATCHERS, ("reject_reason",)),
    # People make mistakes: what was attached or rejected can be put back into the queue.
    Step(_SETTLED, ReportStatus.QUEUED, DISPATCHERS, ("reopen_reason",)),
)
"""The life of a report; a promoted one has become a fire and lives on in it."""


@dataclass(frozen=True, slots=True)
class ReportLimits:
    """What a report may be."""

    text: int = 4000
    """Characters."""
    oldest: timedelta = timedelta(days=30)
    """An observation older than that is a slip of the date, not a report."""
    farthest_accuracy_m: float = 100_000.0
    """Metres; a place known worse is no place."""


@dataclass(frozen=True, slots=True)
class Accuracies:
    """How well a place in coordinates is known, metres (95 %), when nobody says.

    Engineering priors.
    """

    person: float = 100.0  # a phone's position: of the observer, near the fire at best
    call: float = 1000.0  # read from a map while talking
    tower: float = 1000.0
    aircraft: float = 300.0  # over the fire
    camera: float = 1000.0
    lightning: float = 1000.0  # a stroke located by a network
    partner: float = 500.0


_HUGE: Final = 1e300
"""No quantity here comes near; JSON may carry integers that a float cannot hold."""

LIMITS: Final = ReportLimits()
ACCURACIES: Final = Accuracies()


@dataclass(frozen=True, slots=True)
class Located:
    """Where a description of a place lies."""

    point: LonLat
    accuracy_m: float | None
    method: Method
    ellipse: Fix | None = None
    alternatives: tuple[LonLat, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON form, for a form that shows the place before it is sent."""
        fix = self.ellipse
        return {
            "point": list(self.point),
            "accuracy_m": self.accuracy_m,
            "method": self.method.value,
            "ellipse": None
            if fix is None
            else {
                "semi_major_m": round(fix.semi_major_m, 1),
                "semi_minor_m": round(fix.semi_minor_m, 1),
                "bearing_deg": round(fix.major_bearing_deg, 1),
            },
            "alternatives": [list(other) for other in self.alternatives],
        }


@dataclass(frozen=True, slots=True)
class FieldReport:
    """A checked report, ready to be stored."""

    source_kind: SourceKind
    seen: Seen
    point: LonLat
    accuracy_m: float
    place: Mapping[str, Any]
    """How the place was told, word for word: ``method`` and what belongs to it."""
    observed_at: datetime
    received_at: datetime
    text: str
    has_photo: bool


def _number(body: Mapping[str, Any], name: str, default: float | None = None) -> float:
    value = body.get(name)
    if value is None and default is not None:
        return default
    if value is None:
        raise Invalid("field.required", {}, name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Invalid("field.number", {"value": str(value)[:40]}, name)
    return float(value) if abs(value) < _HUGE else math.inf


def _point(value: Any, name: str) -> LonLat:
    pair = value if isinstance(value, (list, tuple)) else ()
    if len(pair) != 2:  # noqa: PLR2004 - longitude and latitude
        raise Invalid("field.point", {}, name)
    numbers = dict(zip(("lon", "lat"), pair, strict=True))
    try:
        return checked(_number(numbers, "lon"), _number(numbers, "lat"))
    except Invalid as refusal:
        raise _at(refusal, {error.field: name for error in refusal.errors}) from refusal


def _at(refusal: Invalid, names: Mapping[str, str]) -> Invalid:
    """The same refusal, told by the names that the form knows."""
    return invalid(
        [
            FieldError(names.get(one.field, one.field), one.code, one.params)
            for one in refusal.errors
        ]
    )


def _sighting(body: Any, name: str) -> Sighting:
    if not isinstance(body, Mapping):
        raise Invalid("field.required", {}, name)
    try:
        return Sighting(
            _point(body.get("origin"), "origin"),
            _number(body, "bearing_deg"),
            _number(body, "error_deg", ERRORS.bearing_deg),
            _number(body, "declination_deg", 0.0),
        )
    except Invalid as refusal:
        inner = {error.field: f"{name}.{error.field}" for error in refusal.errors}
        raise _at(refusal, inner) from refusal


def _from_fix(fix: Fix, method: Method) -> Located:
    return Located(fix.place, round(fix.accuracy_m, 1), method, fix)


_FORM_NAMES: Final = {
    f"{told}.{inner}": f"bearings.{row}.{name}"
    for told, row in (("sighting", 0), ("first", 0), ("second", 1))
    for inner, name in (
        ("bearing", "bearing_deg"),
        ("declination", "declination_deg"),
        ("error_deg", "error_deg"),
        ("at", "origin"),
    )
} | {"distance": "bearings.0.distance_km"}
"""What the geometry of sightings calls its inputs, and what forms call them."""


def _from_coordinates(body: Mapping[str, Any]) -> Located:
    accuracy = body.get("accuracy_m")
    known = None if accuracy is None else _number(body, "accuracy_m")
    if known is not None and not 0.0 <= known <= LIMITS.farthest_accuracy_m:
        raise Invalid("field.range", {"low": 0, "high": LIMITS.farthest_accuracy_m}, "accuracy_m")
    if body.get("point") is not None:
        return Located(_point(body["point"], "point"), known, Method.COORDINATES)
    reading = read(str(body.get("text") or ""))
    return Located(reading.place, known, Method.COORDINATES, None, reading.alternatives)


def locate(place: Mapping[str, Any]) -> Located:
    """Find a place as a form tells it.

    ``{"method": "coordinates", "point": [lon, lat] | "text": …, "accuracy_m"?}``, or
    ``{"method": "bearing", "bearings": [{"origin", "bearing_deg", "distance_km", "error_deg"?,
    "declination_deg"?}]}``, or ``"cross"`` with two bearings.

    Raises:
        Invalid: naming the field inside the place.
    """
    method = place.get("method")
    if method == Method.COORDINATES:
        return _from_coordinates(place)
    if method not in (Method.BEARING, Method.CROSS):
        raise Invalid("field.choice", {"allowed": ", ".join(Method)}, "method")
    told = place.get("bearings")
    bearings = told if isinstance(told, (list, tuple)) else []
    wanted = 1 if method == Method.BEARING else 2
    if len(bearings) != wanted:
        raise Invalid("field.count", {"count": wanted}, "bearings")
    sightings = [_sighting(body, f"bearings.{row}") for row, body in enumerate(bearings)]
    try:
        if method == Method.CROSS:
            return _from_fix(by_crossing(*sightings), Method.CROSS)
        distance = _number({"distance": bearings[0].get("distance_km")}, "distance") * 1000.0
        return _from_fix(by_distance(sightings[0], distance), Method.BEARING)
    except Invalid as refusal:
        raise _at(refusal, _FORM_NAMES) from refusal


def _plain(text: str) -> str:
    """Without control characters: a NUL stops a database, an escape confuses a terminal."""
    kept = (one for one in text if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cs"})
    return "".join(kept).strip()


def _choice(body: Mapping[str, Any], name: str, choices: type[StrEnum]) -> FieldError | None:
    value = body.get(name)
    if isinstance(value, str) and value in set(choices):
        return None
    return FieldError(name, "field.choice", {"allowed": ", ".join(choices)})


def _moment(observed: Any, now: datetime) -> FieldError | None:
    """By the world's clock, so that a replayed call of 2017 is not nine years old."""
    if observed is None:
        return None
    if not isinstance(observed, datetime):
        return FieldError("observed_at", "field.moment", {"value": str(observed)[:40]})
    if observed.tzinfo is None:
        return FieldError("observed_at", "problem.time_zone_missing", {"value": str(observed)})
    if observed > now + CLOCK_SKEW:
        return FieldError("observed_at", "field.ahead", {"value": iso(observed), "now": iso(now)})
    if observed < now - LIMITS.oldest:
        return FieldError("observed_at", "field.too_old", {"days": LIMITS.oldest.days})
    return None


def _placed(place: Any, errors: list[FieldError]) -> Located | None:
    if not isinstance(place, Mapping):
        errors.append(FieldError("place", "field.required"))
        return None
    try:
        return locate(place)
    except Invalid as refusal:
        for error in refusal.errors:
            inner = "" if error.field == "place" else f".{error.field}"
            errors.append(FieldError(f"place{inner}", error.code, error.params))
        return None


def field_report(body: Mapping[str, Any], now: datetime, *, has_photo: bool = False) -> FieldReport:
    """Check a report as it came in; ``now`` is the time of its world.

    Keys: ``place``, ``seen``, ``source_kind`` (default person), ``observed_at`` (default now),
    ``text``.

    Raises:
        Invalid: every field at fault at once, by name.
    """
    told = {"source_kind": SourceKind.PERSON.value, **body}
    text = _plain(str(told.get("text") or ""))
    observed = told.get("observed_at")
    checks = (
        _choice(told, "source_kind", SourceKind),
        _choice(told, "seen", Seen),
        _moment(observed, now),
        FieldError("text", "field.too_long", {"limit": LIMITS.text})
        if len(text) > LIMITS.text
        else None,
    )
    errors = [error for error in checks if error]
    if told["source_kind"] == SourceKind.SATELLITE:
        errors.append(FieldError("source_kind", "report.satellite"))
    located = _placed(told.get("place"), errors)
    if errors or located is None:
        raise invalid(errors)
    kind = SourceKind(told["source_kind"])
    return FieldReport(
        source_kind=kind,
        seen=Seen(told["seen"]),
        point=located.point,
        accuracy_m=_accuracy(located, kind),
        place=dict(told["place"]),
        observed_at=observed or now,
        received_at=now,
        text=text,
        has_photo=has_photo,
    )


def _accuracy(located: Located, kind: SourceKind) -> float:
    known = located.accuracy_m
    prior: float = getattr(ACCURACIES, kind.value)
    return known if known is not None and math.isfinite(known) and known > 0 else prior


def report_step(
    status: ReportStatus,
    target: ReportStatus,
    facts: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> Step[ReportStatus]:
    """Check a step in the life of a report; errors as in :func:`lifecycle.taken`."""
    return taken(status, target, facts, actor, Context(now), REPORT_STEPS)


def report_ways(status: ReportStatus) -> tuple[ReportStatus, ...]:
    """Where a report may go from here."""
    return tuple(step.target for step in ways_on(status, REPORT_STEPS))
