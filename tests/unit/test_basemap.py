"""The base map's file and style: complete, by layers and zooms, in both languages and themes."""

import gzip
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sylvan.services import packs

FILE = packs.asset(packs.BASEMAP)
STYLE: dict[str, Any] = json.loads(packs.asset(packs.BASEMAP_STYLE).read_text("utf-8"))
LAYERS = {"land", "water", "rivers", "admin", "places"}
FIELDS = {"root": 8, "metadata": 24, "leaves": 40, "tiles": 56}


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


class Archive:
    """As much of the PMTiles specification, version 3, as these tests need."""

    def __init__(self, path: Path) -> None:
        self.raw = path.read_bytes()
        assert self.raw[:8] == b"PMTiles\x03"
        self.places = {name: (self._u64(at), self._u64(at + 8)) for name, at in FIELDS.items()}
        self.zooms = self.raw[100], self.raw[101]
        self.entries = dict(self._entries(self._part("root")))

    def _u64(self, at: int) -> int:
        return int.from_bytes(self.raw[at : at + 8], "little")

    def _part(self, name: str) -> bytes:
        start, size = self.places[name]
        return gzip.decompress(self.raw[start : start + size])

    def metadata(self) -> dict[str, Any]:
        return json.loads(self._part("metadata"))

    def _entries(self, directory: bytes) -> Iterator[tuple[int, tuple[int, int]]]:
        count, at = varint(directory, 0)
        columns = []
        for _ in range(4):
            column = []
            for _ in range(count):
                value, at = varint(directory, at)
                column.append(value)
            columns.append(column)
        tile = start = end = 0
        for delta, run, size, offset in zip(*columns, strict=True):
            tile += delta
            start = end if offset == 0 else offset - 1
            end = start + size
            if run == 0:
                leaf = self.places["leaves"][0] + start
                yield from self._entries(gzip.decompress(self.raw[leaf : leaf + size]))
            for step in range(run):
                yield tile + step, (start, size)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        place = self.entries.get(tile_id(z, x, y))
        if place is None:
            return None
        start = self.places["tiles"][0] + place[0]
        return gzip.decompress(self.raw[start : start + place[1]])


def tile_id(z: int, x: int, y: int) -> int:
    """Position along the Hilbert curve, after all tiles of the zooms above."""
    code = ((1 << z) * (1 << z) - 1) // 3
    for level in range(z - 1, -1, -1):
        half = 1 << level
        right, lower = x & half, y & half
        code += ((3 * right) ^ lower) << level
        if lower == 0:
            if right:
                x, y = half - 1 - x, half - 1 - y
            x, y = y, x
    return code


def tile_of(zoom: int, lon: float, lat: float) -> tuple[int, int, int]:
    """The Web Mercator tile of a place."""
    size = 1 << zoom
    north = math.asinh(math.tan(math.radians(lat))) / math.pi
    return zoom, int((lon + 180) / 360 * size), int((1 - north) / 2 * size)


ARCHIVE = Archive(FILE)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_the_file_says_what_is_in_it_and_whose_it_is() -> None:
    metadata = ARCHIVE.metadata()
    assert {layer["id"] for layer in metadata["vector_layers"]} == LAYERS
    assert "GeoNames (CC BY 4.0)" in metadata["attribution"]
    assert ARCHIVE.zooms == (0, 7)


@pytest.mark.parametrize("zoom", range(5))
def test_the_whole_world_is_there_down_to_zoom_4(zoom: int) -> None:
    # polar seas may be without a tile: nothing is drawn there
    middle = range((1 << zoom) // 4, max(1, 3 * (1 << zoom) // 4))
    rows = [sum(ARCHIVE.tile(zoom, x, y) is not None for x in range(1 << zoom)) for y in middle]
    assert sum(rows) > 0.5 * (1 << zoom) * len(middle)
    assert ARCHIVE.tile(zoom, (1 << zoom) * 17 // 20, (1 << zoom) * 5 // 20) is not None


@pytest.mark.parametrize(
    ("zoom", "lon", "lat", "names"),
    [
        (3, 129.72, 62.03, ["Якутск", "Yakutsk"]),
        (4, 129.72, 62.03, ["Якутск", "Лена", "Lena"]),
        (5, 113.96, 62.54, ["Мирный", "Mirny"]),
        (7, 129.72, 62.03, ["Якутск", "Жатай", "Лена"]),
        (7, -9.15, 38.73, ["Лиссабон", "Lisbon"]),
        # by population alone nothing would stand between Yakutsk and the Arctic Ocean
        (3, 128.87, 71.69, ["Тикси"]),
        (3, 147.90, 70.62, ["Чокурдах"]),
    ],
)
def test_names_stand_where_they_belong_in_both_languages(
    zoom: int, lon: float, lat: float, names: list[str]
) -> None:
    tile = ARCHIVE.tile(*tile_of(zoom, lon, lat))
    assert tile is not None
    assert not [name for name in names if name.encode() not in tile]


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_every_layer_reaches_the_deepest_zoom(layer: str) -> None:
    near = [tile_of(7, lon, lat) for lon, lat in ((129.72, 62.03), (112.5, 59.6), (-6.9, 41.6))]
    assert any(layer.encode() in (ARCHIVE.tile(*place) or b"") for place in near)


def test_beyond_the_regions_there_is_nothing_deeper_than_zoom_4() -> None:
    # the map then draws the coarser tile; an empty one would show sea instead of land
    moscow = 37.62, 55.75
    assert ARCHIVE.tile(*tile_of(4, *moscow)) is not None
    assert ARCHIVE.tile(*tile_of(5, *moscow)) is None


@pytest.mark.parametrize("theme", ["day", "night"])
def test_every_token_of_the_style_has_a_colour(theme: str) -> None:
    used = {text[1:] for text in strings(STYLE["layers"]) if text.startswith("$")}
    assert used - {"name", "region"} == set(STYLE[theme])
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in STYLE[theme].values())


def test_the_style_draws_only_layers_that_the_file_has() -> None:
    drawn = {layer["source-layer"] for layer in STYLE["layers"] if "source-layer" in layer}
    assert drawn == LAYERS
    ids = [layer["id"] for layer in STYLE["layers"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("theme", ["day", "night"])
def test_names_of_places_can_be_read(theme: str) -> None:
    colours = STYLE[theme]
    for label in ("place_label", "town_label"):
        assert contrast(colours[label], colours["land"]) >= 4.5  # WCAG 2.2, 1.4.3


@pytest.mark.parametrize("theme", ["day", "night"])
def test_only_fire_is_colourful(theme: str) -> None:
    for name, colour in STYLE[theme].items():
        channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert max(channels) - min(channels) <= 48, name
