"""How often each file of a drop directory was tried: kept beside the files, surviving kills."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TALLIES = ("failed", "started")


@dataclass(frozen=True)
class Print:
    """What a file looked like; any write changes it."""

    size: int
    changed_ns: int
    inode: int


def write_atomically(path: Path, text: str) -> None:
    """Write a small file so that a reader sees all of it or the one before."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    draft.write_text(text, "utf-8")
    draft.replace(path)


class Tries:
    """Tries of files by name.

    A file is known by name, size and time: a corrected file of the same name begins anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, dict[str, Any]] = {}

    def load(self) -> None:
        """Read what an earlier run noted; a damaged note counts as none."""
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            data = json.loads(self._path.read_text("utf-8"))
            self._known = {
                str(name): {"print": list(tally["print"]), **{k: int(tally[k]) for k in _TALLIES}}
                for name, tally in data.items()
            }

    def started(self, name: str) -> int:
        """How often a try of this file began and never ended."""
        return int(self._known.get(name, {}).get("started", 0))

    def start(self, name: str, look: Print) -> int:
        """Note a try before it begins; returns how many, with this, never ended."""
        told = [look.size, look.changed_ns]
        tally = self._known.get(name)
        if tally is None or tally["print"] != told:
            tally = {"print": told, "failed": 0, "started": 0}
        self._known[name] = {**tally, "started": tally["started"] + 1}
        self._save()
        return int(self._known[name]["started"])

    def end(self, name: str, *, failed: bool) -> int:
        """Note that a try ended; returns the failures so far."""
        tally = self._known[name]
        self._known[name] = {**tally, "started": 0, "failed": tally["failed"] + failed}
        self._save()
        return int(self._known[name]["failed"])

    def forget(self, name: str) -> None:
        """The file is gone."""
        if self._known.pop(name, None) is not None:
            self._save()

    def _save(self) -> None:
        write_atomically(self._path, json.dumps(self._known, ensure_ascii=False))
