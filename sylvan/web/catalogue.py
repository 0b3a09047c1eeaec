"""The language catalogues in ``sylvan/locales``: one per language, in several files."""

from functools import cache
from importlib.resources import files
from typing import Any

import orjson


@cache
def merged(language: str) -> dict[str, Any]:
    """All texts of a language; a key that two files give is a mistake, and refused."""
    texts: dict[str, Any] = {}
    folder = files("sylvan") / "locales" / language
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if not entry.name.endswith(".json"):
            continue
        part = orjson.loads(entry.read_bytes())
        twice = texts.keys() & part.keys()
        if twice:
            raise ValueError(f"locales/{language}/{entry.name}: {sorted(twice)} stand twice")
        texts |= part
    return texts
