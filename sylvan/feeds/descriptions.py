"""The human text in FIRMS' KML (``<b>Scan: </b> 2.6 km<br/>``) as fields.

GIS programs carry this text along when they turn a KML into GeoJSON, so both formats need it.
"""

import html
import re

_BOLD = re.compile(r"<b>([^<>]{1,60})</b>([^<>]{0,120})", re.IGNORECASE)
_CELLS = re.compile(
    r"<t[dh][^<>]{0,80}>([^<>]{1,60})</t[dh]>\s{0,40}<t[dh][^<>]{0,80}>([^<>]{0,120})</t[dh]>",
    re.IGNORECASE,
)
_UNIT = re.compile(r"^([-+0-9.eE]{1,20})\s?(?:km|mw|k|°)$", re.IGNORECASE)
_LONGEST = 20_000  # characters looked at; FIRMS' texts have about 600


def fields(text: str) -> dict[str, str]:
    """Labels and values of a description, units taken off; empty if it has none."""
    text = text[:_LONGEST]
    found: dict[str, str] = {}
    for label, value in (*_BOLD.findall(text), *_CELLS.findall(text)):
        name = html.unescape(label).strip().rstrip(":").strip()
        worth = html.unescape(value).strip()
        match = _UNIT.match(worth)
        found.setdefault(name, match[1] if match else worth)
    return found
