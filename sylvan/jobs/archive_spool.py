"""What an archive run has done so far, on disk: each array and note wholly or not at all."""

import errno
import shutil
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson

from sylvan.ops.refusal import Refusal

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
Rows = npt.NDArray[Any]


class Spool:
    """A folder of numbered results, by stage.

    Rows are written before the note that names them; a note whose rows are not all there (a disk
    that lost power) counts as not written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with self._told():
            folder.mkdir(parents=True, exist_ok=True)

    def put(self, name: str, rows: Rows) -> None:
        """Write an array."""
        self._write(f"{name}.rows", rows.tobytes())

    def get(self, name: str, dtype: np.dtype[Any]) -> Rows:
        """Read an array."""
        return np.fromfile(self.folder / f"{name}.rows", dtype)

    def append(self, name: str, rows: Rows) -> None:
        """Write behind what is there; only for what is made anew after an interruption."""
        with self._told(), self._path(f"{name}.rows").open("ab") as file:
            file.write(rows.tobytes())

    def note(self, name: str, body: Any, *, rows: dict[str, int] | None = None) -> None:
        """Write a note; ``rows`` tells how many bytes the arrays have that it stands for."""
        options = orjson.OPT_SERIALIZE_NUMPY
        self._write(
            f"{name}.json", orjson.dumps({"rows": rows or {}, "body": body}, option=options)
        )

    def noted(self, name: str) -> Any | None:
        """A note, if it and all that it stands for is there."""
        try:
            told = orjson.loads((self.folder / f"{name}.json").read_bytes())
        except (FileNotFoundError, orjson.JSONDecodeError):
            return None
        sizes = {one: self._size(f"{one}.rows") for one in told["rows"]}
        return told["body"] if sizes == told["rows"] else None

    def text(self, name: str, body: str) -> None:
        """Write a text."""
        self._write(name, body.encode())

    def drop(self, *patterns: str) -> None:
        """Remove what is not needed any more."""
        for pattern in patterns:
            for path in self.folder.glob(pattern):
                path.unlink()

    def remove(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _size(self, name: str) -> int:
        path = self.folder / name
        return path.stat().st_size if path.exists() else -1

    def _path(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        return path

    def _write(self, name: str, body: bytes) -> None:
        with self._told():
            path = self._path(name)
            draft = path.with_name(path.name + ".part")
            try:
                draft.write_bytes(body)
                draft.replace(path)
            except OSError:
                draft.unlink(missing_ok=True)
                raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """A full disk is told as what it is."""
        try:
            yield
        except OSError as error:
            if error.errno not in FULL:
                raise
            raise Refusal(
                f"The disk of {self.folder} is full; nothing is half-written.",
                "Make room (about 250 bytes for each row of the files) and run the same command"
                " again: it goes on from here. Or keep the data elsewhere: --data-dir",
            ) from None


@dataclass(frozen=True)
class Runs:
    """Arrays that are each in order of time, read together by time."""

    paths: tuple[Path, ...]
    dtype: np.dtype[Any]

    def between(self, since: int, until: int) -> Rows:
        """Rows with ``since`` ≤ ``acq_at`` < ``until``; only these are brought into memory."""
        return np.concatenate([np.empty(0, self.dtype), *self._parts(since, until)])

    def _parts(self, since: int, until: int) -> Iterable[Rows]:
        for path in self.paths:
            if not path.stat().st_size:
                continue
            times = np.memmap(path, self.dtype, "r")["acq_at"]
            start, stop = bisect_left(times, since), bisect_left(times, until)
            if start < stop:
                skip = start * self.dtype.itemsize
                yield np.fromfile(path, self.dtype, stop - start, offset=skip)
