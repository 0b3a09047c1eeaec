"""A drop directory for closed networks: files put there are taken, then moved to ``done/``.

A file is taken once it has stopped growing, never half-read. The order of steps (note the try,
take, move) makes a kill between any two of them harmless: the file is given again, and the
ledger recognises it. A file that fails three times goes to ``dead/`` with its reason beside it.
"""

import json
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
import watchfiles

from sylvan.domain.codes import Coded
from sylvan.feeds import shapefiles
from sylvan.feeds.errors import FeedError, HeldError
from sylvan.feeds.heed import Desk, Heed, NoDesk
from sylvan.feeds.options import FILE_LIMITS
from sylvan.feeds.reporting import Careful, Report, Take
from sylvan.feeds.tries import Print, Tries, write_atomically

KIND = "drop"
DONE, DEAD, TRIES = "done", "dead", ".tries.json"
_UNFINISHED = (".part", ".tmp", ".partial", ".crdownload", ".filepart", ".swp")
_SIDE = frozenset({".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qpj"})

log = structlog.get_logger()


@dataclass(frozen=True)
class DropRules:
    """How patient the watcher is."""

    settle_s: float = 0.3
    # s without change of size and time: then the writer is done
    settle_polling_s: float = 2.0
    # s, on network shares, whose clocks and caches lag
    rescan_s: float = 0.1
    # s between looks while a file settles
    idle_s: float = 5.0
    # s between looks if no notice comes (network shares send none)
    tries: int = 3
    # failures of a file before it is dead
    crashes: int = 50
    # starts that ended neither well nor badly (kill, power cut) before it is dead
    largest_bytes: int = FILE_LIMITS.body_bytes
    retry_s: float = 5.0
    # s between two tries of a failed file


@dataclass
class _Seen:
    print: Print
    since: float


class DropFolder:
    """Watches one directory."""

    def __init__(  # noqa: PLR0913 - collaborators by name
        self,
        folder: Path,
        take: Take,
        report: Report,
        *,
        feed: str = "drop",
        rules: DropRules | None = None,
        polling: bool = False,
        desk: Desk | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._take = take
        self._report = Careful(report)
        self._feed = feed
        self._rules = rules or DropRules()
        self._polling = polling
        self._heed = Heed(desk or NoDesk())
        self._clock = clock
        self._seen: dict[str, _Seen] = {}
        self._retry_at: dict[str, float] = {}
        self._unfinished: dict[int, Print] = {}
        self._tries = Tries(folder / TRIES)

    def prepare(self) -> None:
        """Make the directories and remember the tries of an earlier run."""
        for name in (DONE, DEAD):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        self._tries.load()

    def run(self, stop: threading.Event) -> None:
        """Take files until told to stop."""
        while not stop.is_set():
            try:
                self.prepare()
                for _ in self._looks(stop):
                    self.scan()
            except OSError:
                # the share is gone for a moment, or the kernel is out of watches
                log.exception("drop.watch_failed", folder=str(self._folder))
                self._polling = True
                stop.wait(self._rules.idle_s)

    def _looks(self, stop: threading.Event) -> Iterator[None]:
        """One tick for each notice from the kernel, and at least every few seconds."""
        watcher = watchfiles.watch(
            self._folder,
            watch_filter=None,
            stop_event=stop,
            debounce=50,
            step=20,
            rust_timeout=int(self._rules.rescan_s * 1000),
            yield_on_timeout=True,
            recursive=False,
            force_polling=self._polling or None,
            raise_interrupt=False,
        )
        looked = -self._rules.idle_s
        for changes in watcher:
            now = self._clock()
            if changes or self._seen or now - looked >= self._rules.idle_s:
                looked = now
                yield

    def scan(self) -> int:
        """Look once; returns how many files were taken. Held back: they wait where they are."""
        self._heed.look(self._clock())
        if self._heed.paused(self._feed):
            return 0
        taken = 0
        for path, seen in self._settled():
            taken += self._handle(path, seen)
        return taken

    def _settled(self) -> list[tuple[Path, Print]]:
        now = self._clock()
        here = {path.name: seen for path, seen in self._files()}
        self._seen = {name: seen for name, seen in self._seen.items() if name in here}
        ready = []
        for name, look in here.items():
            before = self._seen.get(name)
            if before is None or before.print != look:
                self._seen[name] = _Seen(look, now)
            if self._is_ready(name, look, now):
                ready.append((self._folder / name, look))
        # files that crashed the reader before come last, so that they block no other
        return sorted(ready, key=lambda one: (self._tries.started(one[0].name), one[0].name))

    def _is_ready(self, name: str, look: Print, now: float) -> bool:
        if now < self._retry_at.get(name, now):
            return False
        if self._unfinished.get(look.inode) == look:
            return True  # it was renamed from a temporary name, so it is whole
        patience = self._rules.settle_polling_s if self._polling else self._rules.settle_s
        return now - self._seen[name].since >= patience

    def _files(self) -> Iterator[tuple[Path, Print]]:
        unfinished: dict[int, Print] = {}
        with os.scandir(self._folder) as entries:
            for entry in entries:
                look = _look(entry)
                if look is None:
                    continue
                if entry.name.startswith(".") or entry.name.lower().endswith(_UNFINISHED):
                    unfinished[look.inode] = look
                elif Path(entry.name).suffix.lower() not in _SIDE:
                    yield Path(entry.path), look
        self._unfinished |= unfinished
        for inode in list(self._unfinished):
            if len(self._unfinished) > _REMEMBERED and inode not in unfinished:
                del self._unfinished[inode]

    def _handle(self, path: Path, look: Print) -> bool:
        name = path.name
        if look.size > self._rules.largest_bytes:
            error = FeedError("file.too_large", bytes=look.size, limit=self._rules.largest_bytes)
            self._bury(path, error.named(name), 0)
            return False
        if self._tries.start(name, look) > self._rules.crashes:
            self._bury(path, FeedError("drop.crashes", file=name), self._rules.crashes)
            return False
        try:
            whole = self._give(path, look)
        except FeedError as error:
            self._failed(path, error.named(name))
        except HeldError:
            self._tries.end(name, failed=False)
            self._retry_at[name] = self._clock() + self._rules.retry_s
        except Exception:
            # not the file's fault as far as we know (database away, disk full): try for ever
            log.exception("drop.take_failed", file=name)
            self._tries.end(name, failed=False)
            self._retry_at[name] = self._clock() + self._rules.retry_s
        else:
            self._finished(path, whole=whole)
            return whole
        return False

    def _give(self, path: Path, look: Print) -> bool:
        """Hand the file over, unless it changed while it was read."""
        name, body = self._read(path)
        if _print_of(path) != look:
            return False
        self._take(name, body, self._feed)
        return True

    def _finished(self, path: Path, *, whole: bool) -> None:
        if whole:
            self._move(path, DONE)
        else:
            self._tries.end(path.name, failed=False)

    def _read(self, path: Path) -> tuple[str, bytes]:
        if path.suffix.lower() != ".shp":
            return path.name, path.read_bytes()
        body = shapefiles.bundle(path, lambda suffix: _sibling(path, suffix))
        return f"{path.stem}.zip", body

    def _failed(self, path: Path, error: FeedError) -> None:
        failed = self._tries.end(path.name, failed=True)
        log.warning("drop.file_failed", file=path.name, code=error.code, tries=failed)
        self._report.failed(self._feed, KIND, error.as_coded(), opened=False)
        if failed >= self._rules.tries:
            self._bury(path, error, failed)
        else:
            self._retry_at[path.name] = self._clock() + self._rules.retry_s

    def _bury(self, path: Path, error: FeedError, tries: int) -> None:
        """The reason is written first: a file in ``dead/`` always has one."""
        reason: dict[str, Any] = {**error.as_coded().as_dict(), "tries": tries, "at": time.time()}
        target = _free(self._folder / DEAD, path.name)
        text = json.dumps(reason, ensure_ascii=False, indent=2)
        write_atomically(target.with_name(target.name + ".reason.json"), text)
        self._move(path, DEAD, target)
        self._report.failed(self._feed, KIND, Coded("drop.dead", {"file": path.name}), opened=False)

    def _move(self, path: Path, where: str, target: Path | None = None) -> None:
        target = target or _free(self._folder / where, path.name)
        if path.suffix.lower() == ".shp":
            for mate in list(path.parent.glob(f"{path.stem}.*")):
                if mate.suffix.lower() in _SIDE:
                    mate.replace(target.with_suffix(mate.suffix))
        with suppress(FileNotFoundError):  # someone took it away meanwhile
            path.replace(target)
        self._tries.forget(path.name)
        self._seen.pop(path.name, None)
        self._retry_at.pop(path.name, None)


_REMEMBERED = 1000  # temporary files remembered for their rename


def _sibling(path: Path, suffix: str) -> bytes | None:
    for name in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if name.is_file() and not name.is_symlink():
            return name.read_bytes()
    return None


def _look(entry: "os.DirEntry[str]") -> Print | None:
    """A regular file's print; links are left alone, they may point anywhere."""
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    return _as_print(found) if stat.S_ISREG(found.st_mode) else None


def _as_print(found: os.stat_result) -> Print:
    return Print(found.st_size, found.st_mtime_ns, found.st_ino)


def _print_of(path: Path) -> Print | None:
    try:
        return _as_print(path.stat(follow_symlinks=False))
    except OSError:
        return None


def _free(folder: Path, name: str) -> Path:
    """A name that is not taken: ``a.csv``, ``a.1.csv`` and so on."""
    target, number = folder / name, 0
    while target.exists():
        number += 1
        target = folder / f"{Path(name).stem}.{number}{Path(name).suffix}"
    return target
