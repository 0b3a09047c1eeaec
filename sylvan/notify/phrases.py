"""What templates may say of numbers, moments and places, in the way of each language."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Undefined

COMMA: Final = frozenset({"ru", "sah"})
"""Languages whose decimals stand after a comma. Coordinates keep their point: they are typed."""
DECIMALS: Final = 5
"""Of degrees: about a metre; satellites' pixels are hundreds."""


def known(value: Any) -> bool:
    """Whether a field is there and says something."""
    return not isinstance(value, Undefined) and value is not None and value != ""


def number(language: str) -> Callable[..., str]:
    """Writes numbers: three digits that count at most, no noughts behind."""

    def written(value: Any, digits: int = 1) -> str:
        text = f"{float(value):,.{digits}f}".replace(",", " ")
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text.replace(".", ",") if language in COMMA else text

    return written


def coords(lon: Any, lat: Any) -> str:
    """As a crew types them: latitude, longitude, in degrees with a point, no signs but minus."""
    return f"{_degrees(lat)}, {_degrees(lon)}"


def _degrees(value: Any) -> str:
    return f"{float(value):.{DECIMALS}f}".rstrip("0").rstrip(".")


def minutes(lon: Any, lat: Any) -> str:
    """As aircraft want them: degrees and minutes, ``62°01.9'N 129°43.9'E``."""
    return f"{_whole(lat, 'N', 'S', 2)} {_whole(lon, 'E', 'W', 3)}"


def _whole(value: Any, plus: str, minus: str, width: int) -> str:
    told = float(value)
    tenths = round(abs(told) * 600)
    side = plus if told >= 0 else minus
    return f"{tenths // 600:0{width}d}°{tenths % 600 / 10:04.1f}'{side}"


def moment(zone: ZoneInfo) -> Callable[..., str]:
    """Writes moments by a zone's clock, with its distance from UTC: readers live in several."""

    def written(value: Any, form: str = "%d.%m %H:%M") -> str:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        local = found.astimezone(zone)
        offset = local.strftime("%z")
        hours = f"{offset[:1]}{int(offset[1:3])}" + (f":{offset[3:]}" if offset[3:] != "00" else "")
        return f"{local.strftime(form)} (UTC{hours})"

    return written


def term(words: Mapping[str, Any]) -> Callable[[str, Any], str]:
    """Writes a word of a closed list as the catalogue has it: ``term('status', status)``."""

    def written(kind: str, value: Any) -> str:
        return str(words.get(f"{kind}.{value}", value))

    return written


def globals_of(language: str, zone: ZoneInfo, words: Mapping[str, Any]) -> Mapping[str, Any]:
    """Functions of templates in one language."""
    return {
        "coords": coords,
        "minutes": minutes,
        "num": number(language),
        "moment": moment(zone),
        "term": term(words),
    }
