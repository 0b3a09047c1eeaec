"""Archives around data files, opened with limits: a bomb or a path out of the box is refused."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import Limits

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib: 15 bits of window + 16 for the gzip format
_STEP = 1 << 20
_ZIP_FAULTS = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError,
    ValueError, LookupError, RuntimeError, OverflowError,
)  # fmt: skip
"""All that the standard library has been seen to raise on damaged archives (by fuzzing)."""
_BLANK_BYTES = 4096  # a body that begins otherwise is not empty
_ENCRYPTED = 0x1
DATA_SUFFIXES = frozenset({".csv", ".txt", ".tsv", ".json", ".geojson", ".js", ".kml", ".shp"})
NESTED_SUFFIXES = frozenset({".zip", ".kmz", ".gz", ".tgz", ".7z", ".rar", ".tar", ".bz2", ".xz"})
SIDE_FILES = frozenset({".dbf", ".shx", ".prj", ".cpg"})


@dataclass(frozen=True)
class Member:
    """A data file and what belongs to it."""

    name: str
    body: bytes
    side: dict[str, bytes]
    # a shapefile's other parts by suffix


def unpack(name: str, body: bytes, limits: Limits) -> list[Member]:
    """The data files inside a body; the body itself where it is no archive.

    Raises:
        FeedError: ``file.empty``, ``file.too_large`` or one of ``archive.*``.
    """
    if not body[:_BLANK_BYTES].strip(b"\0\r\n\t \xef\xbb\xbf") and not body.strip(b"\0\r\n\t "):
        raise FeedError("file.empty")
    if len(body) > limits.body_bytes:
        raise FeedError("file.too_large", bytes=len(body), limit=limits.body_bytes)
    if body.startswith(GZIP_MAGIC):
        inner = gunzip(body, limits)
        inner_name = name.removesuffix(".gz").removesuffix(".GZ")
        if inner.startswith((*ZIP_MAGIC, GZIP_MAGIC)):
            raise FeedError("archive.nested", member=inner_name)
        return unpack(inner_name, inner, limits)
    if body.startswith(ZIP_MAGIC):
        return _unzip(body, limits)
    return [Member(name, body, {})]


def gunzip(body: bytes, limits: Limits) -> bytes:
    """Unpack gzip, also of several members, never holding more than the limits allow."""
    out = bytearray()
    rest = body
    cap = min(limits.unpacked_bytes, max(len(body) * limits.ratio, limits.ratio_from_bytes))
    while rest.startswith(GZIP_MAGIC):
        stream = zlib.decompressobj(_GZIP_WINDOW)
        while not stream.eof:
            try:
                piece = stream.decompress(rest, _STEP)
            except zlib.error as error:
                raise FeedError("archive.broken", detail=str(error)) from None
            if not piece and not stream.unconsumed_tail and not stream.eof:
                raise FeedError("archive.truncated")
            out += piece
            if len(out) > cap:
                raise FeedError("archive.bomb", limit=cap)
            rest = stream.unconsumed_tail
        rest = stream.unused_data.lstrip(b"\0")
    if rest:
        raise FeedError("archive.broken", detail="bytes after the end")
    return bytes(out)


def _unzip(body: bytes, limits: Limits) -> list[Member]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            _refuse_dangerous(infos, limits)
            return list(_members(archive, infos, limits))
    except _ZIP_FAULTS as error:
        raise FeedError("archive.broken", detail=str(error)) from None


def _refuse_dangerous(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(infos) > limits.members:
        raise FeedError("archive.too_many", members=len(infos), limit=limits.members)
    total = sum(info.file_size for info in infos)
    if total > limits.unpacked_bytes:
        raise FeedError("archive.bomb", limit=limits.unpacked_bytes)
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in info.filename:
            raise FeedError("archive.path", member=info.filename[:80])
        if stat.S_ISLNK(info.external_attr >> 16):
            raise FeedError("archive.link", member=info.filename)
        if info.flag_bits & _ENCRYPTED:
            raise FeedError("archive.encrypted", member=info.filename)
        if path.suffix.lower() in NESTED_SUFFIXES:
            raise FeedError("archive.nested", member=info.filename)
        swollen = info.file_size > limits.ratio * max(info.compress_size, 1)
        if swollen and info.file_size > limits.ratio_from_bytes:
            raise FeedError("archive.bomb", limit=info.compress_size * limits.ratio)


def _is_note(path: PurePosixPath) -> bool:
    """A read-me or licence beside the data, not data."""
    stem = path.stem.lower()
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return hidden or stem.startswith(("readme", "license", "licence", "copyright", "disclaimer"))


def _members(
    archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], limits: Limits
) -> Iterator[Member]:
    left = limits.unpacked_bytes
    paths = {info.filename: PurePosixPath(info.filename) for info in infos}
    data = [i for i in infos if paths[i.filename].suffix.lower() in DATA_SUFFIXES]
    data = [i for i in data if not _is_note(paths[i.filename])]
    if not data:
        raise FeedError("archive.no_data", members=", ".join(paths)[:200])
    for info in sorted(data, key=lambda i: i.filename):
        path = paths[info.filename]
        body = _read(archive, info, left)
        side: dict[str, bytes] = {}
        if path.suffix.lower() == ".shp":
            for other in infos:
                mate = paths[other.filename]
                if mate.with_suffix("") == path.with_suffix("") and mate != path:
                    side[mate.suffix.lower()] = _read(archive, other, left)
        left -= len(body) + sum(map(len, side.values()))
        yield Member(info.filename, body, side)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    """One member; the size in its header may lie, so reading is bounded too."""
    with archive.open(info) as stream:
        body = stream.read(left + 1)
    if len(body) > left:
        raise FeedError("archive.bomb", limit=left)
    return body
