"""Orbital elements: which satellites we know, and how their two-line elements are read and judged.

Lists of elements hold thousands of satellites and come by hand, by mail and by feed; each set is
judged on its own, a broken one is told by line and field, an unknown satellite by its name.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sgp4 import omm
from sgp4.api import SGP4_ERRORS, Satrec
from sgp4.exporter import export_tle

from sylvan.domain.codes import Coded, Invalid, Scalar
from sylvan.domain.detections import Satellite

CATALOGUE: Final = {
    25994: Satellite.TERRA,
    27424: Satellite.AQUA,
    37849: Satellite.SNPP,
    43013: Satellite.NOAA20,
    54234: Satellite.NOAA21,
}
"""Satellites whose passes are computed, by their number in the NORAD catalogue."""
HEAD: Final = 4096
"""Bytes of a file that tell what it is."""
LINE: Final = 69
"""Characters of a line (CelesTrak, "NORAD Two-Line Element Set Format")."""
CENTURY_FROM: Final = 57
"""Two-digit years from here on are of the 20th century, those below of the 21st (the same)."""
SLOWEST, FASTEST = 11.0, 17.0
"""Revolutions a day of orbits low enough for the scanners that we know."""
_SKIPPED_NAMES: Final = 10
_FIRST: Final = re.compile(r"1 [A-Z0-9 ]{5}[UCS ] \S", re.ASCII)
_DEGREES: Final = re.compile(r" *\d+\.\d{4}", re.ASCII)
_FRACTION: Final = re.compile(r"[ 0+-]\.\d{8}", re.ASCII)
_LONG: Final = re.compile(r" *\d+\.\d{8}", re.ASCII)
_POWER: Final = re.compile(r"[ +-]\d{5}[+-]\d", re.ASCII)
_DIGITS: Final = re.compile(r"\d+", re.ASCII)
_BLANKS: Final = ((1, 8, 17, 32, 43, 52, 61, 63), (1, 7, 16, 25, 33, 42, 51))
"""Columns (from 0) of each line that part its fields."""
_LINE1: Final = (
    ("epoch_year", slice(18, 20), re.compile(r"\d\d", re.ASCII)),
    ("epoch_day", slice(20, 32), _LONG),
    ("mean_motion_dot", slice(33, 43), _FRACTION),
    ("mean_motion_ddot", slice(44, 52), _POWER),
    ("bstar", slice(53, 61), _POWER),
)
_LINE2: Final = (
    ("inclination", slice(8, 16), _DEGREES),
    ("node", slice(17, 25), _DEGREES),
    ("eccentricity", slice(26, 33), _DIGITS),
    ("perigee", slice(34, 42), _DEGREES),
    ("mean_anomaly", slice(43, 51), _DEGREES),
    ("mean_motion", slice(52, 63), _LONG),
)
_OMM: Final = (
    *("EPOCH", "MEAN_MOTION", "ECCENTRICITY", "INCLINATION", "RA_OF_ASC_NODE"),
    *("ARG_OF_PERICENTER", "MEAN_ANOMALY", "BSTAR", "MEAN_MOTION_DOT", "MEAN_MOTION_DDOT"),
)
_OMM_REST: Final = {
    "CLASSIFICATION_TYPE": "U",
    "OBJECT_ID": "",
    "EPHEMERIS_TYPE": 0,
    "ELEMENT_SET_NO": 999,
    "REV_AT_EPOCH": 0,
}
"""Fields of an orbit mean-elements message that propagation does without, as they are left out."""


@dataclass(frozen=True, slots=True)
class Elements:
    """Where one satellite was at its epoch, and how it moves on from there."""

    satellite: Satellite
    epoch: datetime
    line1: str
    line2: str
    source: str = ""

    def record(self) -> Satrec:
        """What the sgp4 library propagates."""
        return Satrec.twoline2rv(self.line1, self.line2)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a list of elements held: sets that can be used, and what was wrong with the others."""

    sets: tuple[Elements, ...] = ()
    rejects: tuple[Coded, ...] = ()
    skipped: int = 0
    # sets of satellites that we do not know
    skipped_names: tuple[str, ...] = ()
    # the first few of them

    @property
    def total(self) -> int:
        """All sets in the list."""
        return len(self.sets) + len(self.rejects) + self.skipped


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why a set cannot be used: the line (of text) or the message (of JSON), and what is there."""

    code: str
    line: int
    params: Mapping[str, Scalar]


@dataclass(slots=True)
class _Account:
    file: str
    sets: list[Elements] = field(default_factory=list)
    faults: list[_Fault] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def add(self, found: "Elements | _Fault") -> None:
        if isinstance(found, _Fault):
            self.faults.append(found)
        else:
            self.sets.append(replace(found, source=self.file))

    def judged(self) -> Judged:
        names = tuple(dict.fromkeys(self.skipped))[:_SKIPPED_NAMES]
        rejects = [
            Coded(one.code, {"file": self.file, "line": one.line, **one.params})
            for one in self.faults
        ]
        return Judged(tuple(self.sets), tuple(rejects), len(self.skipped), names)


def is_elements(body: bytes) -> bool:
    """Whether a file's beginning is that of a list of orbital elements."""
    head = body[:HEAD].decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if head.startswith(("[", "{")):
        return '"MEAN_MOTION"' in head and '"EPOCH"' in head
    lines = [line for line in head.splitlines() if line.strip() and not line.startswith("#")]
    return any(_FIRST.match(line) for line in lines[:2])


def read(body: bytes, file: str) -> Judged:
    """Judge a list of elements: TLE with or without names, or OMM in JSON as CelesTrak gives it.

    Raises:
        Invalid: ``elements.none`` where there is no set in it, ``elements.json`` for broken JSON.
    """
    text = body.decode("utf-8", "replace").lstrip("\ufeff")
    account = _Account(file)
    if text.lstrip()[:1] in ("[", "{"):
        _json(account, text)
    else:
        _lines(account, text)
    judged = account.judged()
    if not judged.total:
        raise Invalid("elements.none", {"file": file})
    return judged


def checksum(line: str) -> int:
    """The last digit that a line should have: its digits and minus signs, modulo 10."""
    return sum(int(c) if c.isdigit() else c == "-" for c in line[: LINE - 1]) % 10


def _lines(account: _Account, text: str) -> None:
    title: str = ""
    first: tuple[int, str] | None = None
    for number, raw in enumerate([*text.splitlines(), ""], 1):
        line = raw.rstrip()
        if first and line.startswith("2 "):
            _pair(account, title, first, (number, line))
            title, first = "", None
        elif first and line:
            account.add(_field(first[0], "second_line", title or first[1][2:7]))
            title, first = "", None
        if line.startswith("1 ") and len(line) > LINE // 2:
            first = (number, line)
        elif line and not line.startswith(("#", "2 ")):
            title = line.removeprefix("0 ").strip()
    if first:
        account.add(_field(first[0], "second_line", title or first[1][2:7]))


def _pair(account: _Account, title: str, first: tuple[int, str], second: tuple[int, str]) -> None:
    """Judge a set of two lines."""
    satellite = _known(first[1][2:7])
    if satellite is None:
        account.skipped.append(title or first[1][2:7].strip())
        return
    fault = _fault(*first, _LINE1, _BLANKS[0]) or _fault(*second, _LINE2, _BLANKS[1])
    if fault is None and first[1][2:7] != second[1][2:7]:
        fault = _field(second[0], "catalogue", second[1][2:7])
    account.add(fault or _checked(satellite, first[1], second[1], second[0]))


def _known(number: object) -> Satellite | None:
    """A satellite by its catalogue number as written."""
    try:
        return CATALOGUE.get(int(str(number)))
    except ValueError:
        return None


def _field(line: int, name: str, value: Scalar) -> _Fault:
    return _Fault("elements.field", line, {"field": name, "value": value})


def _fault(number: int, line: str, fields: Any, blanks: tuple[int, ...]) -> _Fault | None:
    """What is wrong with a line by itself."""
    if len(line) != LINE or not line.isascii():
        return _field(number, "length", len(line))
    filled = next((column for column in blanks if line[column] != " "), None)
    if filled is not None:
        return _field(number, f"column {filled + 1}", line[filled])
    for name, part, shape in fields:
        if not shape.fullmatch(line[part]):
            return _field(number, name, line[part].strip())
    right = checksum(line)
    if line[-1] != str(right):
        return _Fault("elements.checksum", number, {"found": line[-1], "right": right})
    return None


def _checked(satellite: Satellite, line1: str, line2: str, number: int) -> Elements | _Fault:
    """A set that can be propagated, or why it cannot."""
    revolutions = float(line2[52:63])
    if not SLOWEST <= revolutions <= FASTEST:
        return _field(number, "mean_motion", revolutions)
    record = Satrec.twoline2rv(line1, line2)
    error, _, _ = record.sgp4(record.jdsatepoch, record.jdsatepochF)
    if error:
        return _Fault("elements.orbit", number, {"detail": SGP4_ERRORS[error]})
    return Elements(satellite, _epoch(line1), line1, line2)


def _epoch(line1: str) -> datetime:
    """The epoch of a first line."""
    short = int(line1[18:20])
    year = short + (1900 if short >= CENTURY_FROM else 2000)
    return datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=float(line1[20:32]) - 1)


def _json(account: _Account, text: str) -> None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        params = {"file": account.file, "line": getattr(error, "lineno", 1)}
        raise Invalid("elements.json", params) from None
    for number, message in enumerate(_messages(found), 1):
        satellite = _known(message.get("NORAD_CAT_ID"))
        if satellite is None:
            name = message.get("OBJECT_NAME") or message.get("NORAD_CAT_ID")
            account.skipped.append(str(name)[:40])
        else:
            account.add(_of_message(satellite, message, number))


def _messages(found: object) -> Iterator[Mapping[str, Any]]:
    listed = found if isinstance(found, list) else [found]
    return (one for one in listed if isinstance(one, dict) and "MEAN_MOTION" in one)


def _of_message(satellite: Satellite, message: Mapping[str, Any], number: int) -> Elements | _Fault:
    """Elements of an orbit mean-elements message (CCSDS 502.0), as lines."""
    fields: dict[str, Any] = {**_OMM_REST, **message}
    for name in _OMM:
        try:
            fields[name] = _moment(message[name]) if name == "EPOCH" else float(message[name])
        except (KeyError, TypeError, ValueError):
            return _field(number, name, str(message.get(name))[:40])
    try:
        record = Satrec()
        omm.initialize(record, fields)
        line1, line2 = export_tle(record)
    except (KeyError, TypeError, ValueError) as error:
        return _Fault("elements.orbit", number, {"detail": str(error)[:80]})
    return _checked(satellite, line1, line2, number)


def _moment(text: object) -> str:
    """An epoch as the library wants it: UTC, with a fraction."""
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo:
        moment = moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")
