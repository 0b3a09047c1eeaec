"""One door for every hotspot file: containers opened, format recognised by content, rows judged.

What the name says is only a hint; the bytes decide. A file is refused by name as a whole, or
every one of its rows is accounted for: ``total_rows = len(rows) + len(rejects)``.
"""

from dataclasses import dataclass

import numpy as np

from sylvan.domain.detections import Detections, Instrument, Satellite, Stage, concatenate
from sylvan.feeds import columns, shapefiles
from sylvan.feeds.containers import Member, unpack
from sylvan.feeds.convert import Converter
from sylvan.feeds.errors import FeedError
from sylvan.feeds.jsonfiles import SCRIPT, open_json
from sylvan.feeds.kmlfiles import open_kml
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.pages import refuse_error_page
from sylvan.feeds.parsed import ParsedFile, Reason, Remark
from sylvan.feeds.raw import RawTable, Source
from sylvan.feeds.textfiles import TextFile
from sylvan.feeds.verdicts import RejectsBuilder

_OTHER_FORMATS: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "Parquet"),
    (b"\x89HDF", "HDF5 or NetCDF"),
    (b"CDF", "NetCDF"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"SQLite format 3", "GeoPackage or SQLite"),
    (b"\xd0\xcf\x11\xe0", "Excel (xls)"),
    (b"ARROW1", "Arrow"),
)
_TAR_MAGIC_AT = 257
_SCRIPT_HEAD = 400


@dataclass(frozen=True)
class _Part:
    """One data file, read."""

    rows: Detections
    kinds: frozenset[str]
    rejected: int
    skipped: int
    warnings: tuple[Remark, ...]
    incomplete: bool


def read_file(name: str, body: bytes, options: ReadOptions) -> ParsedFile:
    """Read a hotspot file, or all of them in an archive.

    Args:
        name: file name; FIRMS' conventions in it fill what the rows don't say.
        body: the bytes as delivered.
        options: the clock, limits and declarations of the caller.

    Returns:
        Accepted rows (with file-wide ``precision``), rejects with line, field and reason, sums.

    Raises:
        FeedError: the file as a whole is refused; ``params["file"]`` names it.
    """
    rejects = RejectsBuilder()
    try:
        members = unpack(name, body, options.limits)
    except FeedError as error:
        raise error.named(name) from None
    parts: list[_Part] = []
    for member in members:
        label = name if len(members) == 1 else f"{name}/{member.name}"
        rejects.part(label)
        try:
            parts.append(_read_member(member, options, rejects))
        except FeedError as error:
            raise error.named(label) from None
    return _together(name, [m.name for m in members], parts, rejects)


def _read_member(member: Member, options: ReadOptions, rejects: RejectsBuilder) -> _Part:
    source = open_source(member, options)
    converter = Converter(source, options, columns.hints(member.name))
    pieces: list[Detections] = []
    kinds: set[str] = set()
    tallies = [0, 0]
    incomplete = False
    for table in source.tables():
        rejects.lost(table)
        rejected = sum(len(lost) for lost in table.lost)
        kinds |= {table.kind} - {""}
        if len(table):
            rows, verdicts = converter.convert(table)
            rejects.judged(verdicts)
            rejected += len(table) - len(rows)
            pieces.append(rows)
        tallies[0] += rejected
        tallies[1] += table.skipped
        incomplete |= table.cut
        _remark(converter, table)
    rows = _stacked(pieces)
    if (np.diff(rows["line"]) < 0).any():
        rows = rows[np.argsort(rows["line"], kind="stable")]
    rows["precision"] = converter.precision
    warnings = converter.remarks.told()
    return _Part(rows, frozenset(kinds), tallies[0], tallies[1], warnings, incomplete)


def _remark(converter: Converter, table: RawTable) -> None:
    converter.remarks.add("remark.repeated_header", table.skipped)
    converter.remarks.add("remark.conflict_marker", table.markers)
    converter.remarks.add("remark.no_final_newline", int(table.bare_end))
    converter.remarks.add("remark.deleted_record", table.deleted)


def open_source(member: Member, options: ReadOptions) -> Source:
    """The reader for a body, chosen by its first bytes.

    Raises:
        FeedError: ``file.format`` for formats without hotspots, and what the reader says.
    """
    body = member.body
    if body.startswith(shapefiles.MAGIC):
        return shapefiles.ShapeFile(body, member.side, options)
    for magic, kind in _OTHER_FORMATS:
        if body.startswith(magic):
            raise FeedError("file.format", format=kind)
    if body[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar":
        raise FeedError("file.format", format="tar")
    refuse_error_page(body)
    head = body[:_SCRIPT_HEAD].decode("utf-8", "ignore").lstrip("\ufeff \t\r\n")
    if head.startswith("<") and not head.startswith("<<"):
        return open_kml(body, options)
    if head.startswith(("{", "[")) or SCRIPT.match(head):
        return open_json(body, options)
    return TextFile(body, options)


def _stacked(pieces: list[Detections]) -> Detections:
    """Batches stacked; a single one as it is, because copying a million rows costs 0.1 s."""
    return pieces[0] if len(pieces) == 1 else concatenate(pieces)


_PRODUCTS = {
    Satellite.SNPP: "viirs-snpp",
    Satellite.NOAA20: "viirs-noaa20",
    Satellite.NOAA21: "viirs-noaa21",
    Satellite.TERRA: "modis",
    Satellite.AQUA: "modis",
}


def _product(kinds: frozenset[str], rows: Detections) -> str:
    if kinds <= {"firms"}:
        flown = {Satellite(int(s)) for s in np.unique(rows["satellite"])}
        names = {_PRODUCTS.get(satellite, "other") for satellite in flown}
        if names == {"other"} and (rows["instrument"] == Instrument.MODIS).all():
            return "modis"
        return names.pop() if len(names) == 1 else "mixed" if names else "firms"
    plain = {"hms": "hms", "gfw": "gfw-viirs", "table": "table"}
    return plain[next(iter(kinds))] if len(kinds) == 1 else "mixed"


def _together(
    name: str, members: list[str], parts: list[_Part], rejects: RejectsBuilder
) -> ParsedFile:
    rows = _stacked([part.rows for part in parts])
    stages = np.unique(rows["stage"])
    rejected = rejects.build()
    last_cut = np.isin(rejected.reason, [Reason.TRUNCATED_LINE]).any()
    return ParsedFile(
        name=name,
        product=_product(frozenset().union(*(part.kinds for part in parts)), rows),
        stage=Stage(int(stages[0])) if len(stages) == 1 else None,
        rows=rows,
        rejects=rejected,
        total_rows=len(rows) + len(rejected),
        skipped=sum(part.skipped for part in parts),
        warnings=tuple(remark for part in parts for remark in part.warnings),
        incomplete=bool(last_cut) or any(part.incomplete for part in parts),
        parts=tuple(members),
    )
