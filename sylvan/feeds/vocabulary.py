"""Words of the products: satellites, instruments, confidences, versions, day and night.

Each function reads one distinct value; columns are dictionaries, so a million rows cost a few
calls.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sylvan.domain.detections import DayNight, Instrument, NativeConfidence, Satellite, Stage

_NAMES: dict[Satellite, str] = {
    Satellite.TERRA: "T TERRA EOSAM1",
    Satellite.AQUA: "A AQUA EOSPM1",
    Satellite.SNPP: "N NPP SNPP SUOMINPP SUOMI SUOMINATIONALPOLARORBITINGPARTNERSHIP",
    Satellite.NOAA20: "1 J1 N20 J01 NOAA20 JPSS1",
    Satellite.NOAA21: "2 J2 N21 J02 NOAA21 JPSS2",
    Satellite.GOES_EAST: "GOESEAST GOES16 G16 GOES19 G19",
    Satellite.GOES_WEST: "GOESWEST GOES17 G17 GOES18 G18",
    Satellite.HIMAWARI: "HIMAWARI HIMAWARI8 HIMAWARI9 H8 H08 H9 H09",
    Satellite.METEOSAT: "METEOSAT MSG MSG1 MSG2 MSG3 MSG4 METEOSAT9 METEOSAT10 METEOSAT11",
    Satellite.LANDSAT: "LANDSAT LANDSAT8 L8 LANDSAT9 L9",
    Satellite.NOAA_AVHRR: "NOAA15 NOAA18 NOAA19",
    Satellite.METOP: "METOP METOPA METOPB METOPC",
}
SATELLITES = {name: code for code, names in _NAMES.items() for name in names.split()}
"""Names as written by FIRMS, HMS and their users, without spaces and hyphens."""

INSTRUMENT_OF: dict[Satellite, Instrument] = {
    Satellite.OTHER: Instrument.OTHER,
    Satellite.TERRA: Instrument.MODIS,
    Satellite.AQUA: Instrument.MODIS,
    Satellite.SNPP: Instrument.VIIRS,
    Satellite.NOAA20: Instrument.VIIRS,
    Satellite.NOAA21: Instrument.VIIRS,
    Satellite.GOES_EAST: Instrument.GEOSTATIONARY,
    Satellite.GOES_WEST: Instrument.GEOSTATIONARY,
    Satellite.HIMAWARI: Instrument.GEOSTATIONARY,
    Satellite.METEOSAT: Instrument.GEOSTATIONARY,
    Satellite.LANDSAT: Instrument.OLI,
    Satellite.NOAA_AVHRR: Instrument.AVHRR,
    Satellite.METOP: Instrument.AVHRR,
}
INSTRUMENTS: dict[str, Instrument] = {
    "MODIS": Instrument.MODIS,
    "VIIRS": Instrument.VIIRS,
    "FDC": Instrument.GEOSTATIONARY,  # GOES' fire detection and characterisation, in HMS
    "ABI": Instrument.GEOSTATIONARY,
    "AHI": Instrument.GEOSTATIONARY,
    "SEVIRI": Instrument.GEOSTATIONARY,
    "AVHRR": Instrument.AVHRR,
    "OLI": Instrument.OLI,
}
"""HMS also writes ANALYSIS (a person drew the point): then the satellite decides."""

_LAUNCHED: dict[Satellite, str] = {
    Satellite.TERRA: "1999-12-18",
    Satellite.AQUA: "2002-05-04",
    Satellite.SNPP: "2011-10-28",
    Satellite.NOAA20: "2017-11-18",
    Satellite.NOAA21: "2022-11-10",
    Satellite.GOES_EAST: "1975-10-16",
    Satellite.GOES_WEST: "1975-10-16",
    Satellite.HIMAWARI: "2014-10-07",
    Satellite.METEOSAT: "2002-08-28",
    Satellite.LANDSAT: "2013-02-11",
    Satellite.NOAA_AVHRR: "1998-05-13",
    Satellite.METOP: "2006-10-19",
    Satellite.OTHER: "1972-07-23",
}
"""Launch dates (NASA, NOAA, EUMETSAT mission pages); for others that of the first Landsat."""

LAUNCH = {
    satellite: int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
    for satellite, day in _LAUNCHED.items()
}
"""Seconds since 1970; nothing can have been seen before."""

_NOT_WORD = re.compile(r"[^0-9A-Z]+")


def satellite(text: str) -> Satellite | None:
    """The satellite of ``Aqua MODIS``, ``NOAA 20``, ``N21``, ``1``; None if the name is unknown."""
    words = [w for w in _NOT_WORD.split(text.upper()) if w and w not in INSTRUMENTS]
    if not words:
        return Satellite.OTHER
    return SATELLITES.get("".join(words))


def instrument(text: str) -> Instrument | None:
    """The instrument named anywhere in ``text``; None if none is."""
    words = _NOT_WORD.split(text.upper())
    return next((INSTRUMENTS[w] for w in words if w in INSTRUMENTS), None)


CLASS_VALUES: dict[NativeConfidence, float] = {
    NativeConfidence.LOW: 0.15,
    NativeConfidence.NOMINAL: 0.55,
    NativeConfidence.HIGH: 0.90,
}
"""Middles of the MODIS ranges of these classes: 0–30, 30–80, 80–100 % (MODIS Collection 6 Active
Fire Product User's Guide, table of confidence classes)."""

_CLASSES: dict[str, NativeConfidence] = {
    "l": NativeConfidence.LOW,
    "low": NativeConfidence.LOW,
    "n": NativeConfidence.NOMINAL,
    "nominal": NativeConfidence.NOMINAL,
    "h": NativeConfidence.HIGH,
    "high": NativeConfidence.HIGH,
}
_PERCENT = re.compile(r"(\d{1,3})(?:\.0*)?%?")
_FULL = 100


@dataclass(frozen=True)
class Confidence:
    """A confidence as written: native code, 0…1, and whether it is a class or a percentage."""

    native: int
    value: float
    is_class: bool
    is_percent: bool


UNKNOWN_CONFIDENCE = Confidence(NativeConfidence.UNKNOWN, float("nan"), False, False)


def confidence(text: str) -> Confidence | None:
    """Classes l/n/h and low/nominal/high, or 0–100 with or without %; None if neither."""
    word = text.strip().lower()
    if not word:
        return UNKNOWN_CONFIDENCE
    code = _CLASSES.get(word)
    if code is not None:
        return Confidence(code, CLASS_VALUES[code], True, False)
    match = _PERCENT.fullmatch(word)
    if match is None or int(match[1]) > _FULL:
        return None
    return Confidence(int(match[1]), int(match[1]) / _FULL, False, True)


_VERSION = re.compile(r"(\d{1,2}(?:\.\d{1,2})?)?\s*(URT|RT|NRT|SP)?")
_STAGES = {"URT": Stage.URT, "RT": Stage.RT, "NRT": Stage.NRT, "SP": Stage.STANDARD}
_TWO_DIGITS = 10
_REPROCESSED_C6 = (62, 63)  # the archive writes 6.2 and 6.3 for 6.02 and 6.03, all collection 6


def version(text: str) -> tuple[Stage, int] | None:
    """Stage and collection × 10 of ``6.1NRT``, ``2.0URT``, ``61.03``, ``2``; None if unreadable."""
    word = text.strip().upper()
    if not word:
        return Stage.UNKNOWN, 0
    match = _VERSION.fullmatch(word)
    if match is None:
        return None
    stage = _STAGES.get(match[2], Stage.STANDARD)
    number = float(match[1] or 0)
    collection = int(number) if number >= _TWO_DIGITS else int(number * 10 + 1e-6)
    return stage, 60 if collection in _REPROCESSED_C6 else collection


_DAYNIGHT = {
    "": DayNight.UNKNOWN,
    "d": DayNight.DAY,
    "day": DayNight.DAY,
    "n": DayNight.NIGHT,
    "night": DayNight.NIGHT,
}


def daynight(text: str) -> DayNight | None:
    """D, N, Day, Night, or nothing; None if it is another word."""
    return _DAYNIGHT.get(text.strip().lower())


_TYPES = {"": -1, "0": 0, "1": 1, "2": 2, "3": 3}


def kind(text: str) -> int | None:
    """The type flag 0–3 of standard products, −1 if empty; None if it is anything else."""
    return _TYPES.get(text.strip().removesuffix(".0"))
