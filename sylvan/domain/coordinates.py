"""Coordinates as people write and read them: degrees, degrees and minutes, or DMS.

A dispatcher pastes whatever came by radio, messenger or from a pilot's log. What can be read in
only one way is read; what can't is refused with the reason, and a reading that is merely likely
is offered, never assumed.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sylvan.domain.codes import Invalid
from sylvan.domain.places import MAX_LAT, MAX_LON, LonLat, checked

MAX_LENGTH: Final = 200
"""Characters; a longer text is no pair of coordinates."""

_SIXTY: Final = 60  # minutes in a degree, seconds in a minute


class Notation(StrEnum):
    """How an angle is written."""

    DEGREES = "degrees"
    MINUTES = "minutes"
    DMS = "dms"


DECIMALS: Final = {Notation.DEGREES: 5, Notation.MINUTES: 3, Notation.DMS: 0}
"""Decimals of the last part: 1 m, 2 m and 31 m of latitude; a pixel's place is worse than that."""

_HEMISPHERES: Final = {
    "ru": (" с. ш.", " ю. ш.", " в. д.", " з. д."),
    "en": ("N", "S", "E", "W"),
}


def _angle(value: float, notation: Notation, width: int) -> str:
    """An angle without its hemisphere; 59.9996′ carries into the next degree."""
    decimals = DECIMALS[notation]
    if notation is Notation.DEGREES:
        return f"{abs(value):.{decimals}f}°"
    scale = 10**decimals * (_SIXTY if notation is Notation.MINUTES else _SIXTY**2)
    units = round(abs(value) * scale)
    degrees, rest = divmod(units, scale)
    if notation is Notation.MINUTES:
        return f"{degrees:0{width}d}°{rest / 10**decimals:0{3 + decimals}.{decimals}f}′"
    minutes, seconds = divmod(rest, _SIXTY * 10**decimals)
    return f"{degrees:0{width}d}°{minutes:02d}′{seconds / 10**decimals:02.{decimals}f}″"


def written(place: LonLat, notation: Notation = Notation.DEGREES, lang: str = "en") -> str:
    """A place as text, latitude first, with a decimal point in every language.

    The point is on purpose: such text is pasted into other programs, which read a comma as the
    end of the number.
    """
    north, south, east, west = _HEMISPHERES.get(lang, _HEMISPHERES["ru"])
    lat = _angle(place.lat, notation, 2) + (south if place.lat < 0 else north)
    lon = _angle(place.lon, notation, 3) + (west if place.lon < 0 else east)
    return f"{lat} {lon}" if lang == "en" else f"{lat}, {lon}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text was read as, and what else it might mean."""

    place: LonLat
    notation: Notation
    alternatives: tuple[LonLat, ...] = ()


_CHARACTERS: Final = str.maketrans(
    {
        **dict.fromkeys("−–—‐‑", "-"),
        **dict.fromkeys("º˚∘", "°"),
        **dict.fromkeys("′’‘`´ʹ", "'"),
        **dict.fromkeys("″”“„ʺ", '"'),
        **dict.fromkeys("\u00a0\u2009\u202f\t\n\r()[]{}", " "),
    }
)

_START: Final = r"(?<![^\W\d_])"  # not after a letter ("62с.ш." has no word boundary)
_END: Final = r"(?![^\W\d_])"  # not before a letter
_WORDS: Final = tuple(
    (re.compile(_START + pattern, re.IGNORECASE), meaning)
    for pattern, meaning in (
        (r"(?:с(?:ев\w*)?\.?\s*ш(?:ир\w*)?\.?|северн\w+|north)" + _END, " N "),
        (r"(?:ю(?:ж\w*)?\.?\s*ш(?:ир\w*)?\.?|южн\w+|south)" + _END, " S "),
        (r"(?:в(?:ост\w*)?\.?\s*д(?:ол\w*)?\.?|восточн\w+|east)" + _END, " E "),
        (r"(?:з(?:ап\w*)?\.?\s*д(?:ол\w*)?\.?|западн\w+|west)" + _END, " W "),
        (r"(?:широта|шир\.?|latitude|lat\.?)" + _END, " y "),
        (r"(?:долгота|долг?\.?|longitude|long?\.?|lng\.?)" + _END, " x "),
        (r"(?:градус\w*|град\.?|degrees?|deg\.?)" + _END, "°"),
        (r"(?:минут\w*|мин\.?|minutes?|min\.?)" + _END, "'"),
        (r"(?:секунд\w*|сек\.?|seconds?|sec\.?)" + _END, '"'),
        (r"[NСC]" + _END, " N "),  # Cyrillic С, and the Latin C that looks like it
        (r"[SЮ]" + _END, " S "),
        (r"[EВB]" + _END, " E "),  # Cyrillic В, and the Latin B that looks like it
        (r"[WЗ]" + _END, " W "),
    )
)
_PIECE: Final = re.compile(r"[-+]?\d+(?:[.]\d+)?|[°'\"NSEWxy;/|,]")
_AXIS: Final = {"N": "lat", "S": "lat", "E": "lon", "W": "lon", "y": "lat", "x": "lon"}
_MARKS: Final = "°'\""
_COMPACT: Final = {"lat": 2, "lon": 3}  # digits of the degrees in aviation's DDMMSS, DDDMMSS


@dataclass(frozen=True, slots=True)
class _Half:
    """One of the two angles: its numbers as written, their marks, and its axis if told."""

    numbers: tuple[str, ...]
    marks: tuple[str, ...]
    letter: str


def _refuse(code: str, **params: str | float) -> Invalid:
    return Invalid(code, params, "place")


def _normal(text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise _refuse("place.too_long", limit=MAX_LENGTH)
    plain = text.translate(_CHARACTERS).replace("''", '"').strip()
    if not plain:
        raise _refuse("place.empty")
    plain = re.sub(r"^geo:", "", plain, flags=re.IGNORECASE)
    for pattern, meaning in _WORDS:
        plain = pattern.sub(meaning, plain)
    plain = re.sub(r"(?<=\d)-(?=\d)", " ", plain)  # 62-02-15
    return re.sub(r"(?<=[xyNSEW])\s*[:=]", " ", plain)


def _pieces(plain: str) -> list[str]:
    rest = _PIECE.sub(" ", plain).replace(".", " ").strip()
    stray = re.search(r"(?<!\d)\.\d\S*|\d+\.\d+\.\d\S*", plain)
    if stray:
        raise _refuse("place.not_understood", text=stray.group()[:40])
    if rest:
        if re.search(r"\bnan\b|\binf", rest, re.IGNORECASE):
            raise _refuse("place.not_a_number")
        raise _refuse("place.not_understood", text=rest[:40])
    return _PIECE.findall(plain)


def _halves(pieces: list[str]) -> tuple[_Half, _Half]:
    """Cut the pieces into two angles: at letters, else at degree signs, else in the middle."""
    letters = [piece for piece in pieces if piece in "NSEW"] or [
        piece for piece in pieces if piece in "xy"
    ]
    body = [piece for piece in pieces if piece not in "xy" or piece in letters]
    numbers = [place for place, piece in enumerate(body) if piece[-1].isdigit()]
    if len(letters) not in {0, 2}:
        raise _refuse("place.hemispheres", count=len(letters))
    if len(numbers) < 2:  # noqa: PLR2004 - a pair
        raise _refuse("place.one_number")
    cut = _cut(body, numbers, letters)
    first, second = _half(body[:cut]), _half(body[cut:])
    return first, second


def _cut(body: list[str], numbers: list[int], letters: list[str]) -> int:
    """Where the second angle begins."""
    if letters:
        spots = [place for place, piece in enumerate(body) if piece in letters]
        return spots[1] if spots[0] < numbers[0] else spots[0] + 1
    degrees = [place for place, piece in enumerate(body) if piece == "°"]
    if len(degrees) == 2:  # noqa: PLR2004 - a pair
        return degrees[1] - 1
    separators = [place for place, piece in enumerate(body) if piece in ",;/|"]
    if len(separators) == 1:
        return separators[0]
    if len(numbers) % 2:
        raise _refuse("place.odd_numbers", count=len(numbers))
    return numbers[len(numbers) // 2]


def _half(pieces: list[str]) -> _Half:
    numbers: list[str] = []
    marks: list[str] = []
    letter = ""
    for piece in pieces:
        if piece[-1].isdigit():
            numbers.append(piece)
            marks.append("")
        elif piece in _MARKS:
            if not marks or marks[-1]:
                raise _refuse("place.marks")
            marks[-1] = piece
        elif piece in _AXIS:
            letter = piece
    if not 1 <= len(numbers) <= len(_MARKS):
        raise _refuse("place.odd_numbers", count=len(numbers))
    if any(mark not in {"", _MARKS[place]} for place, mark in enumerate(marks)):
        raise _refuse("place.marks")
    return _Half(tuple(numbers), tuple(marks), letter)


def _compact(half: _Half, axis: str) -> tuple[str, ...]:
    """Split aviation's 620215N into 62 02 15; anything else stays as it is."""
    whole, dot, fraction = half.numbers[0].partition(".")
    width = _COMPACT[axis]
    digits = len(whole) - width
    if len(half.numbers) > 1 or half.marks[0] or not half.letter or digits not in {2, 4}:
        return half.numbers
    parts = [whole[:width], whole[width : width + 2], whole[width + 2 :]]
    kept = [part for part in parts if part]
    return (*kept[:-1], kept[-1] + dot + fraction)


def _value(half: _Half, axis: str) -> tuple[float, Notation]:
    numbers = _compact(half, axis)
    *leading, last = numbers
    if any("." in number for number in leading):
        raise _refuse("place.fraction_in_the_middle", axis=axis)
    if any(number[0] in "+-" for number in numbers[1:]):
        raise _refuse("place.marks")
    parts = [abs(float(number)) for number in (*leading, last)]
    if any(part >= _SIXTY for part in parts[1:]):
        raise _refuse("place.sixty", axis=axis, value=max(parts[1:]))
    negative = numbers[0].startswith("-")
    if negative and half.letter in {"N", "S", "E", "W"}:
        raise _refuse("place.sign_and_hemisphere", axis=axis)
    value = sum(part / _SIXTY**power for power, part in enumerate(parts))
    sign = -1 if negative or half.letter in {"S", "W"} else 1
    return sign * value, list(Notation)[len(parts) - 1]


def _read_once(plain: str) -> Reading:
    first, second = _halves(_pieces(plain))
    axes = (_AXIS.get(first.letter, "lat"), _AXIS.get(second.letter, "lon"))
    if axes[0] == axes[1]:
        raise _refuse("place.same_axis", axis=axes[0])
    values = [_value(half, axis) for half, axis in zip((first, second), axes, strict=True)]
    by_axis = dict(zip(axes, (value for value, _ in values), strict=True))
    if first.letter and max(abs(by_axis["lat"]) - MAX_LAT, abs(by_axis["lon"]) - MAX_LON) > 0:
        axis = "lat" if abs(by_axis["lat"]) > MAX_LAT else "lon"
        limit = MAX_LAT if axis == "lat" else MAX_LON
        raise _refuse("place.out_of_range", value=by_axis[axis], limit=limit)
    notation = max((notation for _, notation in values), key=list(Notation).index)
    return Reading(checked(by_axis["lon"], by_axis["lat"]), notation)


def read(text: str) -> Reading:
    """Read a pair of coordinates in any common notation, latitude first unless letters say else.

    A comma may be the decimal sign or the separator; where both make a place, the decimal
    reading is returned and the other one offered in ``alternatives``.

    Raises:
        Invalid: with a code under ``place.…`` that says what is wrong.
    """
    plain = _normal(text)
    comma_is_decimal = re.sub(r"(?<![.\d])(\d+),(\d+)(?![.\d])", r"\1.\2", plain)
    readings: list[Reading] = []
    refusals: list[Invalid] = []
    for attempt in dict.fromkeys((comma_is_decimal, plain)):
        try:
            readings.append(_read_once(attempt))
        except Invalid as refusal:
            refusals.append(refusal)
    if not readings:
        raise refusals[0]
    first, *others = readings
    different = tuple(other.place for other in others if other.place != first.place)
    return Reading(first.place, first.notation, different)
