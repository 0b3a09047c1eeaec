"""A third language made of letters that neither Russian nor English has: what is left in theirs is
hard-wired. Catalogues, templates of alerts and nothing else are translated, in a copy of Sylvan.
"""

import re
import shutil
from pathlib import Path

import orjson

ROOT = Path(__file__).resolve().parents[1]
CODE = "sah"
CYRILLIC = re.compile("[А-Яа-яЁё]")
FIRST_LETTER = 0x10D0
LETTERS = 33
"""Of the Georgian alphabet, small ones."""


def foreign(text: str) -> str:
    """The same text in other letters; blanks and marks of templates are Latin and stay."""
    return CYRILLIC.sub(lambda found: chr(FIRST_LETTER + ord(found[0]) % LETTERS), text)


def translated(value: object) -> object:
    """A text of the catalogue, or its plural forms."""
    if isinstance(value, dict):
        return {form: foreign(str(text)) for form, text in value.items()}
    return foreign(str(value))


def copy(folder: Path) -> Path:
    """Sylvan with one language more, without built screens; kernels stay compiled."""
    shutil.copytree(ROOT / "sylvan", folder / "sylvan", ignore=shutil.ignore_patterns("static"))
    shutil.copytree(ROOT / "alerts", folder / "alerts")
    (folder / "gis_layers").symlink_to(ROOT / "gis_layers")
    add(folder / "sylvan" / "locales", folder / "alerts" / "templates")
    return folder


def add(locales: Path, templates: Path) -> None:
    """One folder of catalogues and one of templates: all that a language needs."""
    (locales / CODE).mkdir()
    for file in (locales / "ru").glob("*.json"):
        texts = {key: translated(text) for key, text in orjson.loads(file.read_bytes()).items()}
        (locales / CODE / file.name).write_bytes(orjson.dumps(texts))
    (templates / CODE).mkdir()
    for file in (templates / "ru").glob("*.txt"):
        (templates / CODE / file.name).write_text(foreign(file.read_text("utf-8")), "utf-8")
