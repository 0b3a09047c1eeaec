"""The rules in force: read again when a file changes, and kept as they are when one is at fault."""

from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Final

import structlog

from sylvan.services.alert_rules import Read, RulesError, fingerprint, folder_of, of_texts, texts

log = structlog.get_logger()
LOOK_S: Final = 2.0
"""How often the files are looked at: who saves a rule sees it in force at once."""


class RuleBook:
    """Rules of one folder. Starting with faulty ones is refused; later ones only change nothing."""

    def __init__(self, own: Path | None, roles: Iterable[str]) -> None:
        """Read the rules.

        Raises:
            RulesError: everything that is wrong with them.
        """
        self.folder = folder_of(own)
        self.roles = frozenset(roles)
        files = texts(self.folder)
        self._read = of_texts(files, self.roles)
        self._seen = self._read.book.version
        self._fault: RulesError | None = None
        self._looked = monotonic()
        self._lock = Lock()

    def current(self) -> Read:
        """The rules in force."""
        with self._lock:
            if monotonic() - self._looked >= LOOK_S:
                self._looked = monotonic()
                self._look()
            return self._read

    def faults(self) -> list[dict[str, Any]]:
        """What is wrong with the newest files, if they were refused."""
        self.current()
        fault = self._fault
        if fault is None:
            return []
        told = [error.as_dict() for one in fault.faults for error in one.errors]
        return told or [{"field": "file", "code": fault.code, "params": dict(fault.params)}]

    def look(self) -> Read:
        """Look at the files now."""
        with self._lock:
            self._look()
            return self._read

    def _look(self) -> None:
        files = texts(self.folder)
        mark = fingerprint(files)
        if mark == self._seen:
            return
        self._seen = mark
        try:
            self._read = of_texts(files, self.roles)
        except RulesError as error:
            self._fault = error
            log.warning("alerts.rules_refused", fault=str(error), in_force=self._read.book.version)
            return
        self._fault = None
        log.info("alerts.rules", version=self._read.book.version, rules=len(self._read.said))
