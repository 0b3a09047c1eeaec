"""Words of others made fit for a message: names must not carry what the eye does not see.

Names of fires, people and places come from files and forms. In a message an invisible character
can turn the reading order around, a Latin letter among Cyrillic ones make a false name look like a
true one, and an address become a link that one taps in smoke.
"""

import re
import unicodedata
from typing import Final

_SAME: Final = tuple(zip("АВСЕНКМОРТХУаеорсху", "ABCEHKMOPTXYaeopcxy", strict=True))
"""Cyrillic letters and the Latin ones that nobody can tell from them."""
_FOREIGN: Final = tuple(zip("ІіЈјЅѕ", "IiJjSs", strict=True))
"""Cyrillic letters that no word here has, and that stand for Latin ones in false names."""
_TO_LATIN: Final = str.maketrans(dict((*_SAME, *_FOREIGN)))
_TO_CYRILLIC: Final = str.maketrans({latin: cyrillic for cyrillic, latin in _SAME})
_WORD: Final = re.compile(r"[^\W\d_]+")
_BLANK: Final = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
_LINK: Final = re.compile(r"(?i)\b(https?|ftp)://|\bwww\.")
LONGEST: Final = 2_000
"""Characters of one field."""


def line(text: str) -> str:
    """One line without anything unseen."""
    return _BLANK.sub(" ", lines(text).replace("\n", " ")).strip()


def lines(text: str) -> str:
    """Several lines without anything unseen; what is too long is cut."""
    whole = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(_seen(letter) for letter in whole[:LONGEST])
    return _WORD.sub(_one_script, kept)


def field(text: str) -> str:
    """A value of a letter: one line, in which no address becomes a link."""
    return _LINK.sub(lambda found: found[0].replace("://", ": //").replace(".", " ."), line(text))


def _seen(letter: str) -> str:
    """The letter, a blank for what parts lines, nothing for what has no shape."""
    if letter == "\n":
        return letter
    kind = unicodedata.category(letter)
    if kind in ("Zl", "Zp", "Cc"):
        return " "
    return "" if kind[0] == "C" else letter


def _one_script(found: re.Match[str]) -> str:
    """A word of two scripts in that of most of its letters, as far as they look the same."""
    word = found[0]
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in word)
    latin = sum(letter.isascii() for letter in word)
    if not cyrillic or not latin:
        return word
    return word.translate(_TO_CYRILLIC if cyrillic >= latin else _TO_LATIN)
