"""The number of a registered fire, ``region-year-serial``: what people say on the radio."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sylvan.domain.codes import Invalid

_NUMBER: Final = re.compile(r"(?P<region>[\w-]+?)-(?P<year>\d{4})-(?P<serial>\d{1,7})")
_REGION: Final = re.compile(r"[A-Z0-9][A-Z0-9_-]*")

DIGITS: Final = 4
"""Least digits of the serial where a region does not say."""


@dataclass(frozen=True, slots=True, order=True)
class FireNumber:
    """Region's code in capitals, the season's year, a serial from 1."""

    region: str
    year: int
    serial: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "region", self.region.upper())
        fits = 1000 <= self.year <= 9999 and 1 <= self.serial <= 9_999_999  # noqa: PLR2004 - digits
        if not fits or not _REGION.fullmatch(self.region):
            raise Invalid(
                "fire.bad_number", {"value": f"{self.region}-{self.year}-{self.serial}"}, "number"
            )

    def written(self, digits: int = DIGITS) -> str:
        """The number with a serial of at least ``digits`` digits, as the region writes it."""
        return f"{self.region}-{self.year}-{self.serial:0{digits}d}"

    def __str__(self) -> str:
        return self.written()


def parse_number(text: str) -> FireNumber:
    """Read a number as people type it: any case, blanks around, a missing zero.

    Raises:
        Invalid: field ``number``.
    """
    found = _NUMBER.fullmatch(text.strip())
    if not found or not text.isascii():
        raise Invalid("fire.bad_number", {"value": text[:40]}, "number")
    return FireNumber(found["region"], int(found["year"]), int(found["serial"]))


def season_year(moment: datetime, timezone: str) -> int:
    """The year of a fire by its region's own clock: New Year comes to the east hours earlier."""
    return moment.astimezone(ZoneInfo(timezone)).year
