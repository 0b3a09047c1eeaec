"""Messages about fires, regimes and danger, in every language of the profile.

A message tells what the public may know of a thing: number, place to ten metres, area, how near
settlements are. Crews, callers and whoever did it are not even parameters here.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sylvan.domain.cap.profile import Level, NearSettlement, Profile, Theme
from sylvan.domain.cap.rules import LONGEST_HEADLINE
from sylvan.domain.cap.values import (
    Alert,
    Area,
    Category,
    Certainty,
    Circle,
    Info,
    MsgType,
    Pair,
    Reference,
    Response,
    Ring,
    Scope,
    Severity,
    Status,
    Urgency,
)
from sylvan.domain.codes import Coded
from sylvan.domain.worlds import WorldKind

Say = Callable[[str, str, Mapping[str, Any]], str]
"""Language, code and parameters → the text of the catalogues."""
STATUS: Final = {
    WorldKind.LIVE: Status.ACTUAL,
    WorldKind.DRILL: Status.EXERCISE,
    WorldKind.REPLAY: Status.TEST,
}
CLEAR: Final = Level(
    "clear", Urgency.PAST, Severity.MINOR, Certainty.OBSERVED, (Response.ALL_CLEAR,)
)
"""How a cancelling message speaks."""
GEOCODE: Final = "sylvan:territory"
ARCS: Final = {theme: str(number) for number, theme in enumerate(Theme, 1)}
NAMED: Final = 5
"""Settlements that a text names; more of them nobody reads on a phone."""
_SPACES: Final = "\n\t"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message is about, as far as every theme has it."""

    theme: Theme
    id: UUID
    places: Mapping[str, str]
    """The place's name by language."""
    codes: tuple[str, ...]
    """Territories that it lies in."""
    rings: tuple[Ring, ...]
    circles: tuple[Circle, ...] = ()
    zone: str = "UTC"
    incident: str = ""
    params: Mapping[str, Any] | None = None
    """Of the texts; words that differ by language are codes."""
    settlements: tuple[NearSettlement, ...] = ()


@dataclass(frozen=True, slots=True)
class Saying:
    """How it is said this time."""

    msg_type: MsgType
    level: Level
    categories: tuple[Category, ...]
    event_codes: tuple[Pair, ...]
    sent: datetime
    hours: float
    number: int
    """Of this thing's messages, from 1."""
    kind: WorldKind
    world: str
    references: tuple[Reference, ...] = ()
    until: datetime | None = None
    """When what is told is over by itself, if that is known."""


def identifier(oid: str, subject: Subject, saying: Saying) -> str:
    """A name that no other message has: arc, theme, thing, number and second, all digits."""
    parts = (oid, ARCS[subject.theme], str(subject.id.int), str(saying.number))
    return f"urn:oid:{'.'.join(parts)}.{saying.sent:%Y%m%d%H%M%S}"


def alert(profile: Profile, subject: Subject, saying: Saying, say: Say) -> Alert:
    """The message; times are those of its world's clock."""
    live = saying.kind is WorldKind.LIVE
    words = {"world": saying.world}
    first = next(iter(profile.languages))
    return Alert(
        identifier=identifier(profile.oid, subject, saying),
        sender=profile.sender,
        sent=saying.sent,
        status=STATUS[saying.kind],
        msg_type=saying.msg_type,
        scope=Scope.PUBLIC if live else Scope.RESTRICTED,
        restriction=None if live else plain(say(first, "cap_text.restriction", words)),
        note=None if live else plain(say(first, f"cap_text.note_{saying.kind.value}", words)),
        references=saying.references,
        incidents=(plain(subject.incident),) if subject.incident else (),
        infos=tuple(
            _info(profile, subject, saying, say, language) for language in profile.languages
        ),
    )


def _info(profile: Profile, subject: Subject, saying: Saying, say: Say, language: str) -> Info:
    level = CLEAR if saying.msg_type is MsgType.CANCEL else saying.level
    params = _params(subject, saying, say, language)
    ends = saying.sent + timedelta(hours=saying.hours)
    if saying.until is not None:
        ends = max(min(ends, saying.until), saying.sent)
    stem = f"cap_text.{subject.theme.value}"
    cancelled = "_over" if saying.msg_type is MsgType.CANCEL else ""
    return Info(
        language=profile.languages[language],
        categories=saying.categories,
        event=plain(say(language, f"{stem}_event", params)),
        responses=level.responses,
        urgency=level.urgency,
        severity=level.severity,
        certainty=level.certainty,
        event_codes=saying.event_codes,
        effective=saying.sent,
        expires=ends,
        sender_name=plain(_name(profile.sender_names, language)),
        headline=_short(say(language, f"{stem}_headline{cancelled}", params)),
        description=_description(subject, saying, say, language, f"{stem}_text{cancelled}"),
        instruction=_instruction(level, say, language),
        web=profile.web or None,
        contact=profile.contact or None,
        parameters=_parameters(subject),
        areas=(_area(subject, language),),
    )


def _params(subject: Subject, saying: Saying, say: Say, language: str) -> dict[str, Any]:
    zone = ZoneInfo(subject.zone)
    told = {
        name: say(language, value.code, value.params) if isinstance(value, Coded) else value
        for name, value in (subject.params or {}).items()
    }
    at = f"{saying.sent.astimezone(zone):%d.%m.%Y %H:%M}"
    return told | {"place": _name(subject.places, language), "at": at, "zone": subject.zone}


def _description(subject: Subject, saying: Saying, say: Say, language: str, code: str) -> str:
    lines = [say(language, code, _params(subject, saying, say, language))]
    if saying.msg_type is not MsgType.CANCEL:
        lines += [_near(one, subject.zone, say, language) for one in subject.settlements[:NAMED]]
    return plain("\n".join(lines))


def _near(one: NearSettlement, zone: str, say: Say, language: str) -> str:
    params: dict[str, Any] = {"name": _name(one.names, language), "km": round(one.km, 1)}
    if one.reached_at is None:
        return say(language, "cap_text.near", params)
    at = f"{one.reached_at.astimezone(ZoneInfo(zone)):%d.%m.%Y %H:%M}"
    return say(language, "cap_text.near_reached", params | {"at": at})


def _instruction(level: Level, say: Say, language: str) -> str | None:
    codes = [f"cap_text.do_{one.value.lower()}" for one in level.responses]
    return plain(" ".join(say(language, code, {}) for code in codes)) or None


def _parameters(subject: Subject) -> tuple[Pair, ...]:
    told = subject.params or {}
    found = [Pair("sylvan:theme", subject.theme.value)]
    if subject.theme is Theme.FIRE:
        found += [
            Pair("sylvan:fire", str(subject.id)),
            Pair("sylvan:area_ha", str(told.get("area_ha", 0))),
        ]
    return tuple(found)


def _area(subject: Subject, language: str) -> Area:
    return Area(
        plain(_name(subject.places, language)) or subject.theme.value,
        subject.rings,
        () if subject.rings else subject.circles,
        tuple(Pair(GEOCODE, code) for code in subject.codes),
    )


def _name(names: Mapping[str, str], language: str) -> str:
    """A name in this language, or in another one."""
    return names.get(language) or next(iter(names.values()), "")


def _short(text: str) -> str:
    """A headline that fits."""
    told = plain(text)
    return told if len(told) <= LONGEST_HEADLINE else told[: LONGEST_HEADLINE - 1].rstrip() + "…"


def plain(text: str) -> str:
    """Text that XML can carry and no terminal obeys: without control and direction characters."""
    kept = (
        one
        for one in unicodedata.normalize("NFC", text)
        if one in _SPACES or unicodedata.category(one) not in {"Cc", "Cs", "Cf", "Cn", "Co"}
    )
    return "".join(kept).strip()


def chain(earlier: Sequence[tuple[Reference, datetime]], now: datetime) -> tuple[Reference, ...]:
    """Which earlier messages of a thing (the newest last) a new one refers to.

    All that still hold, and in any case the last one.
    """
    held = [one for one, expires in earlier[:-1] if expires > now]
    return (*held, earlier[-1][0]) if earlier else ()
