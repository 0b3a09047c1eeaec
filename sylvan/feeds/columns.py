"""Headers as found in the wild: which column means what, and which product a table is.

FIRMS alone has been seen with fourteen headers, so columns are known by name, never by place.
Products that are no active-fire points are recognised by their columns and refused by name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sylvan.domain.detections import Instrument, Satellite, Stage
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import ColumnMap

ALIASES: dict[str, tuple[str, ...]] = {
    "lat": ("latitude", "lat"),
    "lon": ("longitude", "lon", "lng", "long"),
    "date": ("acq_date", "alert_date", "yearday"),
    "time": ("acq_time", "alert_time_utc", "time"),
    "datetime": ("acq_datetime", "detection_time"),
    "satellite": ("satellite", "sensor"),
    "instrument": ("instrument",),
    "method": ("method_of_detection", "method_of_detect", "method"),
    "scan": ("scan",),
    "track": ("track",),
    "frp": ("frp", "fire_radpower", "frp_mw"),
    "bright": ("bright_ti4", "brightness", "bright_t21", "bright_ti4_k"),
    "bright_long": ("bright_ti5", "bright_t31", "bright_ti5_k"),
    "confidence": ("confidence", "probability", "confidence_cat", "confidence_0_100"),
    "version": ("version",),
    "daynight": ("daynight", "day_night"),
    "type": ("type",),
    "count": ("alert_count",),
}
"""Our field → the names that it goes by, the best first."""

_OTHER_PRODUCTS: tuple[tuple[str, frozenset[str]], ...] = (
    ("FIRMS Landsat active fire (30 m)", frozenset({"path", "row"})),
    ("burned area", frozenset({"burn_date"})),
    ("burned area", frozenset({"burndate"})),
    ("VIIRS Nightfire", frozenset({"temp_bb"})),
    ("VIIRS Nightfire", frozenset({"temp_ns"})),
    ("fire perimeters", frozenset({"incidentname"})),
    ("fire perimeters", frozenset({"poly_incidentname"})),
    ("weather stations", frozenset({"temperature", "wind_speed"})),
)
"""Products that look near enough to be handed in, by columns that betray them."""

_SEPARATORS = re.compile(r"[^0-9a-z]+")


def normalise(name: str) -> str:
    """``"probability (%)"`` → ``probability``, ``"Fire RadPower"`` → ``fire_radpower``."""
    return _SEPARATORS.sub("_", name.strip().lower()).strip("_")


@dataclass(frozen=True)
class Header:
    """A table's columns, resolved to our fields."""

    names: tuple[str, ...]
    # as they stand in the file
    index: Mapping[str, int]
    # our field → position
    kind: str
    # firms, hms, gfw, table
    constants: Mapping[str, str]

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.names)

    def name_of(self, field: str) -> str:
        """The file's own name of our field."""
        return self.names[self.index[field]] if field in self.index else field


def _mapped(names: Sequence[str], mapping: ColumnMap) -> Header | None:
    places = {name.strip().lower(): i for i, name in enumerate(names)}
    index: dict[str, int] = {}
    for field, column in mapping.columns.items():
        place = places.get(column.strip().lower())
        if place is None:
            return None
        index[field] = place
    if "date" not in index and "date" not in mapping.constants and "time" in index:
        index["datetime"] = index.pop("time")
    return Header(tuple(names), index, "table", mapping.constants)


def _known(names: Sequence[str]) -> dict[str, int]:
    plain = [normalise(name) for name in names]
    index: dict[str, int] = {}
    for field, aliases in ALIASES.items():
        for alias in aliases:
            if alias in plain:
                index[field] = plain.index(alias)
                break
    return index


def looks_like_header(names: Sequence[str], mapping: ColumnMap | None) -> bool:
    """Whether these words name a position, and hence columns, not values."""
    if mapping is not None:
        return _mapped(names, mapping) is not None
    index = _known(names)
    return "lat" in index and "lon" in index


def _kind(names: Sequence[str], index: Mapping[str, int]) -> str:
    plain = {normalise(name) for name in names}
    if "yearday" in plain:
        return "hms"
    if "alert_date" in plain:
        return "gfw"
    if "acq_date" in plain or "datetime" in index:
        return "firms"
    return "table"


def resolve(names: Sequence[str], mapping: ColumnMap | None) -> Header:
    """Columns of a header; raises ``FeedError`` where one is missing, double, or another product's.

    Raises:
        FeedError: ``file.other_product``, ``file.duplicate_column``, ``file.missing_column``,
            ``file.unknown_table`` (a table without a declared mapping), ``file.map_column``.
    """
    if mapping is not None:
        header = _mapped(names, mapping)
        if header is None:
            asked = ", ".join(mapping.columns.values())
            raise FeedError("file.map_column", asked=asked, columns=", ".join(names)[:200])
        return header
    plain = [normalise(name) for name in names]
    for product, signs in _OTHER_PRODUCTS:
        if signs <= set(plain):
            raise FeedError("file.other_product", product=product)
    index = _known(names)
    for field, place in index.items():
        if plain.count(plain[place]) > 1:
            raise FeedError("file.duplicate_column", column=names[place].strip(), field=field)
    return _complete(names, index)


def _complete(names: Sequence[str], index: dict[str, int]) -> Header:
    kind = _kind(names, index)
    if kind == "table":
        raise FeedError("file.unknown_table", columns=", ".join(n.strip() for n in names)[:200])
    wanted = ["lat", "lon"]
    if "date" in index:
        index.pop("datetime", None)
        wanted.append("time")
    for field in wanted:
        if field not in index:
            raise FeedError("file.missing_column", column=ALIASES[field][0])
    return Header(tuple(names), index, kind, {})


@dataclass(frozen=True)
class Hints:
    """What a file's name tells where its rows are silent."""

    instrument: Instrument | None = None
    satellite: Satellite | None = None
    stage: Stage = Stage.UNKNOWN
    collection: int = 0
    # × 10


_NAME_SIGNS: tuple[tuple[str, Hints], ...] = (
    (r"j1v|vj114|noaa-?20", Hints(Instrument.VIIRS, Satellite.NOAA20)),
    (r"j2v|vj214|noaa-?21", Hints(Instrument.VIIRS, Satellite.NOAA21)),
    (r"sv-c2|vnp14|suomi|snpp|_v1_", Hints(Instrument.VIIRS, Satellite.SNPP)),
    (r"viirs", Hints(Instrument.VIIRS)),
    (r"modis|mcd14|_m6_|_m-c6", Hints(Instrument.MODIS)),
)
_NAME_STAGES: tuple[tuple[str, Stage], ...] = (
    (r"_urt", Stage.URT),
    (r"_rt[_.]", Stage.RT),
    (r"nrt", Stage.NRT),
    (r"archive|_sp[_.]", Stage.STANDARD),
)
_NAME_COLLECTIONS: tuple[tuple[str, int], ...] = (
    (r"_c6_1|_m-c61|c6\.1", 61),
    (r"_c6_|_m6_", 60),
    (r"v-c2|viirs_c2", 20),
    (r"_v1_", 10),
)


def hints(name: str) -> Hints:
    """Read FIRMS' naming conventions, e.g. ``fire_archive_M-C61_123.csv``."""
    low = name.lower()
    found = next((hint for sign, hint in _NAME_SIGNS if re.search(sign, low)), Hints())
    stage = next((s for sign, s in _NAME_STAGES if re.search(sign, low)), Stage.UNKNOWN)
    collection = next((c for sign, c in _NAME_COLLECTIONS if re.search(sign, low)), 0)
    return Hints(found.instrument, found.satellite, stage, collection)
