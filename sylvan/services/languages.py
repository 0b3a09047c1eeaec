"""The languages that Sylvan speaks: each folder of catalogues in ``sylvan/locales`` is one.

Adding a folder adds a language to screens, server texts and reasons; what else an operator may
write in it (rules, templates) falls back to the first one until it is there: docs/languages.md.
"""

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal

FIRST: Final = "ru"
"""Spoken where nobody asks for another, and where another one lacks a word."""


def _found() -> tuple[str, ...]:
    """Russian, English, then the others by their codes."""
    folder = files("sylvan") / "locales"
    names = {one.name for one in folder.iterdir() if one.is_dir() and one.name.isalpha()}
    return tuple(sorted(names, key=lambda name: (name != FIRST, name != "en", name)))


LANGUAGES: Final = _found()

if TYPE_CHECKING:
    Language = str
else:
    Language = Literal[LANGUAGES]


def known(tag: str) -> str | None:
    """The language of a tag as browsers and terminals write it (``en-GB``, ``sah_RU.UTF-8``)."""
    name = re.split(r"[-_.@;]", tag.strip().lower(), maxsplit=1)[0]
    return name if name in LANGUAGES else None
