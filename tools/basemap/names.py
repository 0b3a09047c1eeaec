"""Guess the Russian name of a GeoNames place: the draft that a person then reads and corrects.

GeoNames mixes Russian with other languages written in Cyrillic. The alternate closest to the
transliterated Latin name is mostly the Russian one; the result is kept in reviewed tables, and
the builders read only those.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

RUSSIAN = re.compile(r"^[А-ЯЁа-яё][А-ЯЁа-яё \-’]*$")
_SOUNDS = str.maketrans(
    dict(
        zip(
            "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
            "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya".split(),
            strict=True,
        )
    )
)


def latin(text: str) -> str:
    """Russian letters as Latin ones, lower case, signs dropped."""
    return text.lower().translate(_SOUNDS).replace("_", "")


def likeness(russian: str, name: str) -> float:
    """0…1: how alike a Russian name sounds to the name in Latin letters."""
    plain = re.sub(r"[’'`]", "", name.lower())
    return SequenceMatcher(None, latin(russian), plain).ratio()


def draft(name: str, alternates: Iterable[str]) -> str | None:
    """The likeliest Russian name, or None where no alternate can be one."""
    candidates = sorted({text for text in alternates if RUSSIAN.match(text)})
    return max(candidates, key=lambda text: likeness(text, name), default=None)
