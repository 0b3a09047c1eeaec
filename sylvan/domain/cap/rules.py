"""What a CAP message must also be, and its schema does not say.

The schema takes polygons that are open, latitudes of 95° and messages that update nothing. Each
rule is named by its code; sources: CAP 1.2 (OASIS, 2010), §3.2 and §3.3.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any, Final

import shapely

from sylvan.domain.cap.values import (
    Alert,
    Area,
    Circle,
    Info,
    MsgType,
    Reference,
    Ring,
    Scope,
    Spot,
    Status,
)
from sylvan.domain.codes import FieldError, Scalar

ROOT: Final = "alert"
LONGEST_HEADLINE: Final = 160
"""Characters; what phones and SMS show of an alert (§3.2.2)."""
LEAST_SPOTS: Final = 4
"""Of a polygon: a triangle whose last spot is its first."""
HALF_TURN, POLE = 180.0, 90.0
LARGEST_KM: Final = 20_038.0
"""Half the way around the earth."""
_FORBIDDEN: Final = re.compile(r"[\s,<&]")
_SHA1: Final = re.compile(r"[0-9a-fA-F]{40}")
ANSWERING: Final = frozenset({MsgType.UPDATE, MsgType.CANCEL, MsgType.ACK, MsgType.ERROR})
"""Messages about earlier ones."""
NOT_MEANT: Final = frozenset({Status.EXERCISE, Status.TEST, Status.DRAFT})

Known = Callable[[Reference], bool]
Faults = Iterator[FieldError]


def faults(alert: Alert, known: Known | None = None) -> list[FieldError]:
    """Everything that makes a message wrong, by element; nothing where it may be used.

    Args:
        alert: the message.
        known: whether an earlier message exists; left out, references only have to be well formed.
    """
    found = [*_head(alert), *_references(alert, known)]
    for number, info in enumerate(alert.infos):
        found += _info(info, alert, f"{ROOT}.info[{number}]")
    return found


def manners(alert: Alert) -> list[FieldError]:
    """What is unwise and still usable."""
    long = [
        FieldError(
            f"{ROOT}.info[{number}].headline",
            "cap.long_headline",
            {"length": len(info.headline), "limit": LONGEST_HEADLINE},
        )
        for number, info in enumerate(alert.infos)
        if info.headline and len(info.headline) > LONGEST_HEADLINE
    ]
    return [*long, *_languages(alert.infos)]


def own_faults(alert: Alert, known: Known) -> list[FieldError]:
    """What keeps a message of ours from being sent: all of the above, and what we promise."""
    found = [*faults(alert, known), *manners(alert)]
    if alert.status in NOT_MEANT and alert.scope is Scope.PUBLIC:
        found.append(
            FieldError(f"{ROOT}.scope", "cap.not_for_the_public", {"status": alert.status})
        )
    if not alert.infos:
        found.append(FieldError(f"{ROOT}.info", "cap.says_nothing"))
    return found


def _head(alert: Alert) -> Faults:
    for name in ("identifier", "sender"):
        text = getattr(alert, name)
        if not text or _FORBIDDEN.search(text):
            yield FieldError(f"{ROOT}.{name}", "cap.bad_name", {"value": text[:60]})
    yield from _zoned(alert, ("sent",), "alert")
    if alert.scope is Scope.RESTRICTED and not (alert.restriction or "").strip():
        yield FieldError(f"{ROOT}.restriction", "cap.no_restriction")
    if alert.scope is Scope.PRIVATE and not alert.addresses:
        yield FieldError(f"{ROOT}.addresses", "cap.no_addresses")


def _zoned(thing: Any, names: Iterable[str], path: str) -> Faults:
    for name in names:
        moment = getattr(thing, name)
        if moment is not None and moment.tzinfo is None:
            yield FieldError(f"{path}.{name}", "cap.no_zone")


def _references(alert: Alert, known: Known | None) -> Faults:
    if alert.msg_type in ANSWERING and not alert.references:
        yield FieldError(f"{ROOT}.references", "cap.no_references", {"type": alert.msg_type})
    for one in alert.references:
        told = ",".join(one)
        if any(not part or _FORBIDDEN.search(part) for part in one):
            yield FieldError(f"{ROOT}.references", "cap.bad_reference", {"value": told[:120]})
        elif (one.sender, one.identifier) == (alert.sender, alert.identifier):
            yield FieldError(f"{ROOT}.references", "cap.refers_to_itself", {"value": told[:120]})
        elif known is not None and not known(one):
            yield FieldError(f"{ROOT}.references", "cap.unknown_reference", {"value": told[:120]})


def _languages(infos: Iterable[Info]) -> Faults:
    """One block a language: receivers that show one of them could not tell which."""
    seen: dict[str, int] = {}
    for number, info in enumerate(infos):
        language = (info.language or "en-US").lower()
        if language in seen:
            params: dict[str, Scalar] = {"language": language, "first": seen[language]}
            yield FieldError(f"{ROOT}.info[{number}].language", "cap.language_twice", params)
        seen.setdefault(language, number)


def _info(info: Info, alert: Alert, path: str) -> Faults:
    yield from _zoned(info, ("effective", "onset", "expires"), path)
    if not info.event.strip():
        yield FieldError(f"{path}.event", "cap.empty", {"element": "event"})
    if info.expires is not None and info.expires.tzinfo is not None:
        starts = {"sent": alert.sent, "effective": info.effective, "onset": info.onset}
        for name, moment in starts.items():
            if moment is not None and moment.tzinfo is not None and moment > info.expires:
                yield FieldError(f"{path}.expires", "cap.expires_before", {"element": name})
    for number, resource in enumerate(info.resources):
        where = f"{path}.resource[{number}]"
        if resource.digest is not None and not _SHA1.fullmatch(resource.digest.strip()):
            yield FieldError(f"{where}.digest", "cap.bad_digest")
        if resource.size is not None and resource.size < 0:
            yield FieldError(f"{where}.size", "cap.bad_size", {"value": resource.size})
    for number, area in enumerate(info.areas):
        yield from _area(area, f"{path}.area[{number}]")


def _area(area: Area, path: str) -> Faults:
    if not area.description.strip():
        yield FieldError(f"{path}.areaDesc", "cap.empty", {"element": "areaDesc"})
    for number, ring in enumerate(area.polygons):
        yield from _polygon(ring, f"{path}.polygon[{number}]")
    for number, circle in enumerate(area.circles):
        yield from _circle(circle, f"{path}.circle[{number}]")
    if area.ceiling_ft is not None:
        if area.altitude_ft is None:
            yield FieldError(f"{path}.ceiling", "cap.ceiling_alone")
        elif area.ceiling_ft < area.altitude_ft:
            yield FieldError(f"{path}.ceiling", "cap.ceiling_below")


def _polygon(ring: Ring, path: str) -> Faults:
    if len(ring) < LEAST_SPOTS:
        yield FieldError(path, "cap.too_few_spots", {"count": len(ring), "least": LEAST_SPOTS})
        return
    if ring[0] != ring[-1]:
        yield FieldError(path, "cap.open_polygon")
    outside = [spot for spot in ring if not _on_earth(spot)]
    if outside:
        yield _off_earth(path, outside[0])
        return
    if any(abs(b.lon - a.lon) > HALF_TURN for a, b in pairwise(ring)):
        yield FieldError(path, "cap.across_180")
    elif ring[0] == ring[-1]:
        shape = shapely.Polygon([(spot.lon, spot.lat) for spot in ring])
        if not shape.is_valid or shape.area == 0.0:
            yield FieldError(path, "cap.crossing_polygon")


def _circle(circle: Circle, path: str) -> Faults:
    if not _on_earth(circle.centre):
        yield _off_earth(path, circle.centre)
    if not 0.0 <= circle.radius_km <= LARGEST_KM:
        yield FieldError(path, "cap.bad_radius", {"km": circle.radius_km})


def _on_earth(spot: Spot) -> bool:
    return abs(spot.lat) <= POLE and abs(spot.lon) <= HALF_TURN


def _off_earth(path: str, spot: Spot) -> FieldError:
    """Latitude comes first in CAP; a place that only makes sense the other way round is told so."""
    swapped = abs(spot.lon) <= POLE and abs(spot.lat) <= HALF_TURN
    code = "cap.perhaps_swapped" if swapped else "cap.off_earth"
    return FieldError(path, code, {"lat": spot.lat, "lon": spot.lon})
