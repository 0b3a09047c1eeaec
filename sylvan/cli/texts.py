"""Texts of the catalogue on a terminal, in the operator's language."""

import os
from typing import Any

from sylvan.services.languages import known
from sylvan.web.catalogue import merged


def language() -> str:
    """The first language of LC_ALL, LC_MESSAGES, LANG that we have; English otherwise."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if wanted := known(os.environ.get(name, "")):
            return wanted
    return "en"


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def told(code: str, params: dict[str, Any]) -> str:
    """The text of a code; the code itself where a catalogue lacks it."""
    text = merged(language()).get(code, code)
    if isinstance(text, dict):  # plural forms: on a terminal these two will do
        one = text.get("one") if params.get("count") == 1 else None
        text = one or text.get("other") or next(iter(text.values()))
    return str(text).format_map(_Lenient(params))
