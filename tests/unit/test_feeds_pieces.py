"""A file read in pieces is the file read at once."""

from pathlib import Path

import numpy as np
import pytest

from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parse import read_file
from sylvan.feeds.pieces import body_of, read_piece, scan

OPTIONS = ReadOptions(now=1_700_000_000)
HEADER = (
    b"latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,"
    b"confidence,version,bright_ti5,frp,daynight"
)


def rows_of_a_year(count: int) -> bytes:
    lines = [
        f"{60 + n / 100:.{3 + n % 3}f},{120 + n / 50:.4f},330.1,0.41,0.38,"
        f"2022-{1 + n % 12:02d}-{1 + n % 28:02d},{n % 24:02d}{n % 60:02d},N20,VIIRS,"
        f"{'lnh'[n % 3]},2.0NRT,290.5,{n % 90}.25,{'DN'[n % 2]}\n"
        for n in range(count)
    ]
    return "".join(lines).encode()


ROWS = rows_of_a_year(400)
CSV = HEADER + b"\n" + ROWS


def broken() -> bytes:
    lines = CSV.splitlines(keepends=True)
    lines[50] = b"not,a,row\n"
    lines[120] = lines[120].replace(b"N20", b'"N20"')
    lines[200] = b"\n"
    lines[300] = lines[300].replace(b",D\n", b",X\n").replace(b",N\n", b",X\n")
    return b"".join(lines)


BODIES = {
    "plain": CSV,
    "with broken rows": broken(),
    "with a byte order mark": b"\xef\xbb\xbf" + CSV,
    "with lines above the header": b"\n<<<<<<< mine\n" + CSV,
    "the same header again": CSV + HEADER + b"\n" + ROWS,
    "line ends of Windows": CSV.replace(b"\n", b"\r\n"),
    "cut off": CSV[:-9],
}


def at_once_and_in_pieces(path: Path, body: bytes, piece_bytes: int):
    path.write_bytes(body)
    found = scan(path, OPTIONS, piece_bytes)
    parts = [read_piece(path.name, body_of(path, p), p, OPTIONS) for p in found.pieces]
    return found, read_file(path.name, body, OPTIONS), parts


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("piece_bytes", [700, 9_000])
def test_pieces_hold_the_rows_and_rejects_of_the_file(tmp_path, name, piece_bytes) -> None:
    body = BODIES[name]
    found, whole, parts = at_once_and_in_pieces(tmp_path / "year.csv", body, piece_bytes)
    assert len(found.pieces) > len(body) // piece_bytes / 2
    assert found.size == len(body)
    rows = np.concatenate([part.rows for part in parts])
    rows["precision"] = rows["precision"].max()
    assert np.array_equal(rows.view("V64"), whole.rows.view("V64"))
    told = [(one.line, one.field, one.reason, one.value) for p in parts for one in p.rejects]
    assert told == [(one.line, one.field, one.reason, one.value) for one in whole.rejects]
    assert sum(part.total_rows for part in parts) == whole.total_rows
    assert sum(part.skipped for part in parts) == whole.skipped
    assert any(part.incomplete for part in parts) == whole.incomplete


OTHER = b"latitude,longitude,acq_date,acq_time,satellite\n62.1,129.1,2022-07-03,0100,N20\n"


@pytest.mark.parametrize(
    "body",
    [
        CSV + OTHER,
        CSV.replace(b",2022-0", b",07/2022-0").replace(b"07/2022-0", b"03/07/2022 0"),
        b'{"type": "FeatureCollection", "features": []}' + b" " * 3000,
        b"PK\x03\x04" + bytes(3000),
        b"",
    ],
    ids=["another header", "short dates", "json", "zip", "empty"],
)
def test_what_must_be_understood_as_a_whole_is_not_cut(tmp_path, body) -> None:
    path = tmp_path / "year.csv"
    path.write_bytes(body)
    assert len(scan(path, OPTIONS, 700).pieces) == 1
    piece = scan(path, OPTIONS, 700).pieces[0]
    assert body_of(path, piece) == body


def test_a_fault_of_the_whole_file_names_the_line_of_the_file(tmp_path) -> None:
    path = tmp_path / "year.csv"
    path.write_bytes(CSV + 40 * ROWS + b"62.1,\0\n" + ROWS)  # beyond what the header is sought in
    bodies = ((p, body_of(path, p)) for p in scan(path, OPTIONS, 90_000).pieces)
    piece, body = next((p, body) for p, body in bodies if b"\0" in body)
    assert piece.shift > 0
    with pytest.raises(FeedError) as told:
        read_piece(path.name, body, piece, OPTIONS)
    assert told.value.code == "file.nul"
    assert told.value.params["line"] == 1 + 41 * 400 + 1
