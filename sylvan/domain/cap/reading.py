"""A CAP message from bytes that anybody may have sent: judged element by element, never guessed.

A DOCTYPE is refused before anything is expanded, nothing is fetched, and every fault is named by
element and line. What is only bad manners (UTC as ``+00:00``) is kept as a remark.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from lxml import etree

from sylvan.domain.cap.schema import NAMESPACE, PAIR, PARTS, SIGNATURE, Element, Kind
from sylvan.domain.cap.values import Alert, Circle, Pair, Reference, Ring, Spot
from sylvan.domain.codes import FieldError, Invalid, invalid

MOST_BYTES: Final = 2_000_000
"""Of a message: the largest that weather services send are a tenth of that."""
MOST_FAULTS: Final = 50
"""Named in one refusal; a file that is no CAP at all has thousands."""
MOST_DEPTH: Final = 12
SHOWN: Final = 60
"""Characters of a value that a fault repeats."""
BODY: Final = "body"
FAR: Final = timedelta(hours=14)
"""No zone is farther from UTC."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", re.ASCII)
_DECIMAL: Final = re.compile(r"[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})", re.ASCII)
_WHOLE: Final = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_LANGUAGE: Final = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*", re.ASCII)
_MAY_BE_EMPTY: Final = frozenset({Kind.REFERENCES, Kind.WORDS})
"""What senders write as an empty element where they mean none."""
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_WORDS: Final = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Read:
    """What was read."""

    alert: Alert
    remarks: tuple[FieldError, ...] = ()
    signed: bool = False
    """Whether a signature stands in it; whether it holds is another question."""


@dataclass(slots=True)
class _Judge:
    faults: list[FieldError] = field(default_factory=list)
    remarks: list[FieldError] = field(default_factory=list)

    def fault(self, where: str, code: str, line: int | None, **params: Any) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(FieldError(where, code, {"line": line, **params}))


def parsed(body: bytes) -> Any:
    """The root element of XML that nobody vouches for.

    Raises:
        Invalid: too large, a DOCTYPE, not well-formed (with its line), too deep.
    """
    if len(body) > MOST_BYTES:
        raise Invalid("cap.too_large", {"bytes": len(body), "limit": MOST_BYTES}, BODY)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    if b"<!DOCTYPE" in _plain(body) or b"<!ENTITY" in _plain(body):
        raise Invalid("cap.doctype", {}, BODY)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        params = {"line": error.lineno or 1, "detail": (error.msg or "")[:120]}
        raise Invalid("cap.xml", params, BODY) from None
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise Invalid("cap.xml", {"line": 1, "detail": str(error)[:120]}, BODY) from None
    if root.getroottree().docinfo.doctype:
        raise Invalid("cap.doctype", {}, BODY)
    if any(len(list(one.iterancestors())) > MOST_DEPTH for one in root.iter()):
        raise Invalid("cap.too_deep", {"limit": MOST_DEPTH}, BODY)
    return root


def _plain(body: bytes) -> bytes:
    """Without the zeros of UTF-16, so that no other encoding hides a DOCTYPE."""
    return body.replace(b"\x00", b"")


def read(body: bytes) -> Read:
    """The message in some bytes.

    Raises:
        Invalid: it is none; every fault by element, with its line.
    """
    return read_tree(parsed(body))


def read_tree(root: Any) -> Read:
    """The message in an element.

    Raises:
        Invalid: it is none; every fault by element, with its line.
    """
    if root.tag != f"{{{NAMESPACE}}}alert":
        raise Invalid(
            "cap.not_cap", {"line": root.sourceline, "found": str(root.tag)[:SHOWN]}, BODY
        )
    judge = _Judge()
    if strange := [str(name) for name in root.attrib if not str(name).startswith(_XSI)]:
        judge.fault("alert", "cap.attribute", root.sourceline, element=strange[0][:SHOWN])
    alert = _group(root, Alert, "alert", judge)
    if judge.faults or alert is None:
        raise invalid(judge.faults)
    signed = any(str(one.tag).startswith(f"{{{SIGNATURE}}}") for one in root)
    return Read(alert, tuple(judge.remarks), signed)


def is_cap(body: bytes) -> bool:
    """Whether a file says of itself that it is a CAP 1.2 message; looks at its beginning alone."""
    head = _plain(body[:4096])
    return NAMESPACE.encode() in head and b"<" in head[:16]


def _group(parent: Any, kind: type[Any], path: str, judge: _Judge) -> Any:
    """A thing with elements of its own; ``None`` where they do not make one."""
    _only_elements(parent, path, judge)
    found: dict[str, list[Any]] = {}
    position = 0
    elements = PARTS[kind]
    for child in _children(parent, kind, path, judge):
        place = _place_of(child, elements)
        where = _where(path, child)
        if place is None:
            judge.fault(where, "cap.unknown_element", child.sourceline, element=_name(child))
            continue
        if place < position:
            judge.fault(where, "cap.out_of_order", child.sourceline, element=_name(child))
        position = max(position, place)
        element = elements[place]
        seen = found.setdefault(element.field, [])
        if seen and not element.many:
            judge.fault(where, "cap.twice", child.sourceline, element=element.tag)
            continue
        if element.many:
            where = f"{where}[{len(seen)}]"
        if element.kind in _MAY_BE_EMPTY and not "".join(child.itertext()).strip():
            continue
        seen.append(_value(child, element, where, judge))
    return _made(parent, kind, found, path, judge)


def _children(parent: Any, kind: type[Any], path: str, judge: _Judge) -> Iterator[Any]:
    """Elements without comments; a signature may stand at the end of the message alone."""
    rest = [one for one in parent if isinstance(one.tag, str)]
    while kind is Alert and rest and rest[-1].tag.startswith(f"{{{SIGNATURE}}}"):
        rest.pop()
    for one in rest:
        if one.attrib:
            judge.fault(_where(path, one), "cap.attribute", one.sourceline, element=_name(one))
        yield one


def _only_elements(parent: Any, path: str, judge: _Judge) -> None:
    texts = [parent.text, *(one.tail for one in parent)]
    if any(text and text.strip() for text in texts):
        judge.fault(path, "cap.stray_text", parent.sourceline)


def _place_of(child: Any, elements: tuple[Element, ...]) -> int | None:
    for place, element in enumerate(elements):
        if child.tag == f"{{{NAMESPACE}}}{element.tag}":
            return place
    return None


def _made(
    parent: Any, kind: type[Any], found: dict[str, list[Any]], path: str, judge: _Judge
) -> Any:
    values: dict[str, Any] = {}
    whole = True
    for element in PARTS[kind]:
        told = found.get(element.field, [])
        if len(told) < element.least:
            judge.fault(
                f"{path}.{element.tag}", "cap.missing", parent.sourceline, element=element.tag
            )
            whole = False
        elif any(one is None for one in told):
            whole = False
        elif element.many:
            values[element.field] = tuple(told)
        elif told:
            values[element.field] = told[0]
    return kind(**values) if whole else None


def _value(child: Any, element: Element, where: str, judge: _Judge) -> Any:
    if element.kind is Kind.GROUP and element.of is not None:
        return _group(child, element.of, where, judge)
    if element.kind is Kind.PAIR:
        return _pair(child, where, judge)
    if len(child) and any(isinstance(one.tag, str) for one in child):
        judge.fault(where, "cap.not_text", child.sourceline, element=element.tag)
        return None
    text = "".join(child.itertext())
    told = _told(text, element, where, judge, child.sourceline)
    if told is None:
        params = {"element": element.tag, "value": text.strip()[:SHOWN]}
        if element.words is not None:
            params["allowed"] = ", ".join(element.words)
            judge.fault(where, "cap.not_a_choice", child.sourceline, **params)
        else:
            judge.fault(where, f"cap.bad_{element.kind.value}", child.sourceline, **params)
    return told


def _told(text: str, element: Element, where: str, judge: _Judge, line: int | None) -> Any:
    """An element's value; ``None`` where its text is none."""
    if element.words is not None:
        return element.words(text) if text in set(element.words) else None
    if element.kind is Kind.MOMENT:
        return _moment(text.strip(), where, judge, line)
    reader = _READERS.get(element.kind)
    return text if reader is None else reader(text.strip())


def _pair(child: Any, where: str, judge: _Judge) -> Pair | None:
    parts = [one for one in child if isinstance(one.tag, str)]
    wanted = [f"{{{NAMESPACE}}}{one.tag}" for one in PAIR]
    if [one.tag for one in parts] != wanted or any(len(one) or one.attrib for one in parts):
        judge.fault(where, "cap.bad_pair", child.sourceline, element=_name(child))
        return None
    _only_elements(child, where, judge)
    return Pair(*("".join(one.itertext()) for one in parts))


def _moment(text: str, where: str, judge: _Judge, line: int | None) -> datetime | None:
    if not _MOMENT.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment.utctimetuple()
    except (ValueError, OverflowError):
        return None
    if abs(moment.utcoffset() or timedelta()) > FAR:
        return None
    if text.endswith("+00:00"):
        judge.remarks.append(FieldError(where, "cap.utc_plus", {"line": line}))
    return moment


def _number(text: str) -> float | None:
    return float(text) if _DECIMAL.fullmatch(text) else None


def _spot(text: str) -> Spot | None:
    numbers = [_number(part) for part in text.split(",")]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:  # noqa: PLR2004 - lat, lon
        return None
    return Spot(numbers[0], numbers[1])


def _ring(text: str) -> Ring | None:
    spots = [_spot(part) for part in text.split()]
    return tuple(spot for spot in spots if spot) if spots and all(spots) else None


def _circle(text: str) -> Circle | None:
    centre, _, radius = text.partition(" ")
    spot, km = _spot(centre), _number(radius.strip())
    return None if spot is None or km is None or not math.isfinite(km) else Circle(spot, km)


def _words(text: str) -> tuple[str, ...]:
    return tuple(quoted or plain for quoted, plain in _WORDS.findall(text))


def _references(text: str) -> tuple[Reference, ...] | None:
    parts = [part.split(",") for part in text.split()]
    whole = all(len(part) == len(Reference._fields) and all(part) for part in parts)
    return tuple(Reference(*part) for part in parts) if parts and whole else None


def _whole(text: str) -> int | None:
    return int(text) if _WHOLE.fullmatch(text) else None


def _language(text: str) -> str | None:
    return text if _LANGUAGE.fullmatch(text) else None


_READERS: Final[dict[Kind, Any]] = {
    Kind.RING: _ring,
    Kind.CIRCLE: _circle,
    Kind.WORDS: _words,
    Kind.REFERENCES: _references,
    Kind.NUMBER: _number,
    Kind.WHOLE: _whole,
    Kind.LANGUAGE: _language,
}


def _name(element: Any) -> str:
    return str(etree.QName(element).localname)[:SHOWN]


def _where(path: str, element: Any) -> str:
    return f"{path}.{_name(element)}"
