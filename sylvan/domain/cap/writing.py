"""A CAP alert as XML, in the canonical form that its signature is made over."""

from collections.abc import Callable
from typing import Any, Final

from lxml import etree

from sylvan.domain.cap.schema import NAMESPACE, PAIR, PARTS, Element, Kind
from sylvan.domain.cap.values import Alert, Circle, Reference, Ring, Spot, stamp

DECIMALS: Final = 6
"""Of degrees: a decimetre."""


def written(alert: Alert) -> bytes:
    """The alert in exclusive canonical XML, UTF-8, one element a line."""
    return canonical(tree(alert))


def tree(alert: Alert) -> Any:
    """The alert as an element."""
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _fill(root, alert)
    etree.indent(root, space="  ")
    return root


def canonical(root: Any) -> bytes:
    """An element in exclusive canonical XML."""
    told: bytes = etree.tostring(root, method="c14n", exclusive=True, with_comments=False)
    return told + b"\n"


def _fill(parent: Any, thing: Any) -> None:
    for element in PARTS[type(thing)]:
        value = getattr(thing, element.field)
        if value is None or value == ():
            continue
        for one in value if element.many else (value,):
            _add(parent, element, one)


def _add(parent: Any, element: Element, value: Any) -> None:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{element.tag}")
    if element.kind is Kind.GROUP:
        _fill(child, value)
    elif element.kind is Kind.PAIR:
        for part, text in zip(PAIR, value, strict=True):
            etree.SubElement(child, f"{{{NAMESPACE}}}{part.tag}").text = text
    else:
        child.text = _text(element.kind, value)


def _text(kind: Kind, value: Any) -> str:
    return _WRITERS.get(kind, str)(value)


def _circle(circle: Circle) -> str:
    return f"{_spot(circle.centre)} {number(circle.radius_km)}"


def _spot(spot: Spot) -> str:
    return f"{number(spot.lat)},{number(spot.lon)}"


def number(value: float) -> str:
    """A decimal without an exponent, without needless zeros."""
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _ring(ring: Ring) -> str:
    return " ".join(map(_spot, ring))


def _words(words: tuple[str, ...]) -> str:
    return " ".join(f'"{one}"' if " " in one else one for one in words)


def _references(references: tuple[Reference, ...]) -> str:
    return " ".join(",".join(one) for one in references)


_WRITERS: Final[dict[Kind, Callable[[Any], str]]] = {
    Kind.MOMENT: stamp,
    Kind.RING: _ring,
    Kind.CIRCLE: _circle,
    Kind.WORDS: _words,
    Kind.REFERENCES: _references,
    Kind.NUMBER: number,
}
