"""Grids of weather, GRIB (1 and 2) and NetCDF, read with GDAL through rasterio.

A grid becomes nodes: those of the region, thinned where there are more than danger over a region
needs, and told.  Any projection is read; longitudes of 0…360 are turned.  Fields that the grid does
not have stay unknown.
"""

import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import rasterio
from pyproj import Transformer
from rasterio.errors import NotGeoreferencedWarning, RasterioError

from sylvan.domain.codes import Coded
from sylvan.domain.observed import Place, PlaceKind, Reading, Rows, no_rows
from sylvan.domain.weather import KELVIN, KMH_PER_MS, humidity
from sylvan.feeds.errors import FeedError
from sylvan.feeds.weather_tables import RANGES, ParsedWeather

Box = tuple[float, float, float, float]
F8 = npt.NDArray[np.float64]
MOST_NODES: Final = 1500
"""Nodes of a grid that are kept; a region of 3 Mkm² gets one every 45 km, closer than stations
stand anywhere; engineering."""
MOST_BANDS: Final = 4000
GRIB_MAGIC, NETCDF_MAGIC = b"GRIB", (b"CDF\x01", b"CDF\x02", b"CDF\x05", b"\x89HDF\r\n")
_HEAD: Final = 1024
_GRIB: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "TMP": ("temperature", ("2-HTGL",)),
    "2T": ("temperature", ("0-SFC", "2-HTGL")),
    "T2M": ("temperature", ("0-SFC", "2-HTGL")),
    "RH": ("humidity", ("2-HTGL",)),
    "2R": ("humidity", ("0-SFC", "2-HTGL")),
    "DPT": ("dew_point", ("2-HTGL",)),
    "2D": ("dew_point", ("0-SFC", "2-HTGL")),
    "UGRD": ("u", ("10-HTGL",)),
    "VGRD": ("v", ("10-HTGL",)),
    "10U": ("u", ("0-SFC", "10-HTGL")),
    "10V": ("v", ("0-SFC", "10-HTGL")),
    "WIND": ("wind", ("10-HTGL",)),
    "10SI": ("wind", ("0-SFC", "10-HTGL")),
    "WDIR": ("wind_from", ("10-HTGL",)),
    "APCP": ("rain", ("0-SFC",)),
    "TP": ("rain", ("0-SFC",)),
    "SNOD": ("snow", ("0-SFC",)),
}
"""Elements as GDAL names them, our field, and the levels at which they count."""
_NETCDF: Final[Mapping[str, str]] = {
    **dict.fromkeys(("t2m", "2t", "tas", "temperature_2m", "air_temperature"), "temperature"),
    **dict.fromkeys(("r2", "rh", "rh2m", "hurs", "relative_humidity", "humidity"), "humidity"),
    **dict.fromkeys(("d2m", "2d", "tdps", "dew_point_2m"), "dew_point"),
    **dict.fromkeys(("u10", "10u", "uas", "u_component_of_wind_10m"), "u"),
    **dict.fromkeys(("v10", "10v", "vas", "v_component_of_wind_10m"), "v"),
    **dict.fromkeys(("sfcwind", "ws10", "si10", "wind_speed_10m", "wind_speed"), "wind"),
    **dict.fromkeys(("wind_direction_10m", "wdir10"), "wind_from"),
    **dict.fromkeys(("tp", "pr", "precipitation", "total_precipitation", "rain"), "rain"),
    **dict.fromkeys(("snod", "snow_depth"), "snow"),
    **dict.fromkeys(("temperature", "t"), "temperature"),
}
_TOTAL: Final = re.compile(r"^APCP(\d{2,3})$")
_SINCE: Final = re.compile(r"(seconds?|minutes?|hours?|days?)\s+since\s+(.+)")
_UNIT_S: Final = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86_400.0}


class Band(NamedTuple):
    """One field at one time."""

    field: str
    at: float  # epoch seconds
    issued: float  # epoch seconds, NaN where the grid does not say
    values: F8  # (nodes)
    unit: str
    period_h: float  # of rain; NaN: since the band before


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Cells of a grid that are kept."""

    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]
    lon: F8
    lat: F8
    stride: int
    of: int


NETCDF, GRIB = "netCDF", "GRIB"
"""Drivers that may open a grid: by content alone GDAL would take a virtual raster that holds the
word GRIB, and read whatever file of the server it names."""


def is_grid(body: bytes) -> bool:
    """Whether a body is GRIB or NetCDF."""
    return body.startswith(NETCDF_MAGIC) or GRIB_MAGIC in body[:_HEAD]


def read_grid(name: str, body: bytes, box: Box | None, now: datetime) -> ParsedWeather:
    """Read a grid.

    Args:
        name: of the file.
        body: its bytes.
        box: west, south, east, north that matter; west > east crosses 180°.
        now: by the world's clock.

    Raises:
        FeedError: no such file, none of our fields in it, or nothing of the region.
    """
    suffix = ".nc" if body.startswith(NETCDF_MAGIC) else ".grib"
    with tempfile.TemporaryDirectory(prefix="sylvan-grid-") as folder:
        path = Path(folder) / f"grid{suffix}"
        path.write_bytes(body)
        try:
            nodes, bands = _read(path, box, netcdf=suffix == ".nc")
        except (RasterioError, ValueError, OverflowError) as error:
            raise FeedError("grid.unreadable", file=name, detail=str(error)[:200]) from None
    if nodes is None:
        raise FeedError("grid.no_fields", file=name)
    if not nodes.lon.size:
        raise FeedError("grid.elsewhere", file=name)
    assumed: list[Coded] = []
    if nodes.stride > 1:
        assumed.append(Coded("weather.grid_thinned", {"nodes": nodes.lon.size, "of": nodes.of}))
    bands = _issued(bands, now, assumed)
    rows = _rows(_as_steps(bands), nodes)
    return ParsedWeather(name, Reading(_places(nodes), rows, tuple(assumed)))


def _read(path: Path, box: Box | None, *, netcdf: bool) -> tuple[_Nodes | None, list[Band]]:
    nodes: _Nodes | None = None
    found: list[Band] = []
    seen: set[tuple[str, float, float, float]] = set()
    with warnings.catch_warnings(), rasterio.Env(GDAL_NUM_THREADS="1", CPL_LOG="/dev/null"):
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        for source in _sources(path, netcdf=netcdf):
            with rasterio.open(source, driver=NETCDF if netcdf else GRIB) as grid:
                told = _netcdf_bands(grid) if netcdf else _grib_bands(grid)
                for number, meta in told:
                    key = (meta.field, meta.at, meta.issued, meta.period_h)
                    if key in seen or len(seen) >= MOST_BANDS:
                        continue  # other members of an ensemble
                    seen.add(key)
                    nodes = nodes or _nodes(grid, box)
                    whole = grid.read(number, masked=True)
                    values = np.ma.filled(whole.astype(np.float64), np.nan)
                    scale = grid.scales[number - 1], grid.offsets[number - 1]
                    values = values[nodes.rows, nodes.columns] * scale[0] + scale[1]
                    found.append(meta._replace(values=values))
    return nodes, found


def _sources(path: Path, *, netcdf: bool) -> list[str]:
    """The file, or its variables."""
    if not netcdf:
        return [str(path)]
    with rasterio.open(path, driver=NETCDF) as grid:
        inner = list(grid.subdatasets)
    if not inner:
        return [str(path)]
    return [one for one in inner if one.rpartition(":")[2].lower() in _NETCDF]


_EMPTY: Final = np.zeros(0)


def _grib_bands(grid: Any) -> Iterator[tuple[int, Band]]:
    for number in grid.indexes:
        tags = grid.tags(number)
        element = tags.get("GRIB_ELEMENT", "")
        total = _TOTAL.match(element)
        known = _GRIB.get("APCP" if total else element)
        if known is None or tags.get("GRIB_SHORT_NAME") not in known[1]:
            continue
        at, issued = (_epoch(tags.get(f"GRIB_{name}_TIME", "")) for name in ("VALID", "REF"))
        period = float(total[1]) if total else (at - issued) / 3600.0
        if known[0] == "rain" and period <= 0.0:
            continue  # nothing has fallen at the first step
        yield (
            number,
            Band(known[0], at, issued, _EMPTY, tags.get("GRIB_UNIT", "").strip("[]"), period),
        )


def _epoch(text: str) -> float:
    return float(text.split(maxsplit=1)[0])


def _netcdf_bands(grid: Any) -> Iterator[tuple[int, Band]]:
    shared = grid.tags()
    for number in grid.indexes:
        tags = grid.tags(number)
        variable = tags.get("NETCDF_VARNAME", "")
        known = _NETCDF.get(variable.lower())
        at = _netcdf_time(shared, tags, ("time", "valid_time"))
        if known is None or at is None:
            continue
        issued = _reference(shared)
        unit = tags.get("units") or shared.get(f"{variable}#units", "")
        yield number, Band(known, at, issued, _EMPTY, unit, np.nan)


def _netcdf_time(
    shared: Mapping[str, str], tags: Mapping[str, str], names: Sequence[str]
) -> float | None:
    for name in names:
        since = _SINCE.match(shared.get(f"{name}#units", ""))
        value = tags.get(f"NETCDF_DIM_{name}")
        if since and value:
            start = datetime.fromisoformat(_tidy(since[2]))
            start = start.replace(tzinfo=start.tzinfo or UTC)
            return start.timestamp() + float(value) * _UNIT_S[since[1].rstrip("s")]
    return None


def _tidy(text: str) -> str:
    """``1900-01-01 00:00:0.0`` as Python reads it."""
    day, _, clock = text.strip().replace("T", " ").removesuffix("UTC").strip().partition(" ")
    parts = [float(part) for part in clock.rstrip("Z").split(":") if part] + [0.0] * 3
    year, month, date = (int(part) for part in day.split("-"))
    hour, minute, second = (int(part) for part in parts[:3])
    return datetime(year, month, date, hour, minute, second, tzinfo=UTC).isoformat()


def _reference(shared: Mapping[str, str]) -> float:
    """When a forecast was made, where the file says it."""
    for name in ("forecast_reference_time", "reference_time"):
        text = shared.get(f"NC_GLOBAL#{name}")
        if text:
            told = datetime.fromisoformat(text.strip())
            return told.replace(tzinfo=told.tzinfo or UTC).timestamp()
    return np.nan


def _nodes(grid: Any, box: Box | None) -> _Nodes:
    """Cells inside the box, every n-th row and column where they are too many."""
    rows, columns = np.mgrid[: grid.height, : grid.width]
    x, y = _centres(grid.transform, rows.ravel() + 0.5, columns.ravel() + 0.5)
    if grid.crs is not None and not grid.crs.is_geographic:
        lon, lat = Transformer.from_crs(grid.crs.to_wkt(), "EPSG:4326", always_xy=True).transform(
            x, y
        )
    else:
        lon, lat = x, y
    lon = (np.asarray(lon) + 180.0) % 360.0 - 180.0
    lat = np.asarray(lat)
    inside = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 90.0)  # noqa: PLR2004 - poles
    if box is not None:
        west, south, east, north = box
        across = (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
        inside &= across & (lat >= south) & (lat <= north)
    of = int(inside.sum())
    stride = max(int(np.ceil(np.sqrt(of / MOST_NODES))), 1)
    kept = inside & (rows.ravel() % stride == 0) & (columns.ravel() % stride == 0)
    return _Nodes(rows.ravel()[kept], columns.ravel()[kept], lon[kept], lat[kept], stride, of)


def _centres(t: Any, row: F8, column: F8) -> tuple[F8, F8]:
    """Coordinates of cells' centres."""
    return t.a * column + t.b * row + t.c, t.d * column + t.e * row + t.f


def _issued(bands: list[Band], now: datetime, assumed: list[Coded]) -> list[Band]:
    """A grid that reaches into the future is a forecast, made at its first step if it is silent."""
    last = max(band.at for band in bands)
    if not all(np.isnan(band.issued) for band in bands) or last <= now.timestamp():
        return bands
    first = min(*(band.at for band in bands), now.timestamp())
    moment = datetime.fromtimestamp(first, UTC)
    assumed.append(Coded("weather.issue_assumed", {"at": moment.isoformat()}))
    return [band._replace(issued=first) for band in bands]


def _as_steps(bands: list[Band]) -> list[Band]:
    """Totals since the start as totals of steps; totals of unknown hours since the step before."""
    rain = sorted((b for b in bands if b.field == "rain"), key=lambda b: (b.issued, b.at))
    others = [band for band in bands if band.field != "rain"]
    made: list[Band] = []
    before: Band | None = None
    for band in rain:
        same = before is not None and _same(before.issued, band.issued)
        step = (band.at - before.at) / 3600.0 if before is not None and same else np.nan
        made.append(_step(band, before if same else None, step))
        before = band
    return [*others, *made]


def _same(a: float, b: float) -> bool:
    return a == b or (np.isnan(a) and np.isnan(b))


def _step(band: Band, before: Band | None, step_h: float) -> Band:
    if before is None or not step_h > 0.0:
        return band if not np.isnan(band.period_h) else band._replace(period_h=1.0)
    if np.isnan(band.period_h):
        return band._replace(period_h=step_h)
    begins = round(band.at / 3600.0 - band.period_h), round(before.at / 3600.0 - before.period_h)
    if begins[0] != begins[1]:
        return band
    return band._replace(values=np.maximum(band.values - before.values, 0.0), period_h=step_h)


def _places(nodes: _Nodes) -> tuple[Place, ...]:
    return tuple(
        Place(f"grid:{lat:.3f},{lon:.3f}", float(lon), float(lat), "", PlaceKind.GRID)
        for lon, lat in zip(nodes.lon, nodes.lat, strict=True)
    )


def _rows(bands: list[Band], nodes: _Nodes) -> Rows:
    """Rows of all nodes, moment by moment."""
    moments = sorted({_moment(band) for band in bands})
    number = {moment: k for k, moment in enumerate(moments)}
    count = nodes.lon.size
    rows = no_rows(len(moments) * count).reshape(len(moments), count)
    wind: dict[tuple[int, str], F8] = {}
    rows["place"] = np.arange(count)
    for (issued, at), k in number.items():
        rows["at"][k], rows["issued"][k] = at, np.nan if issued < 0.0 else issued
    for band in bands:
        k = number[_moment(band)]
        if band.field in {"u", "v"}:
            wind[k, band.field] = band.values
            continue
        rows[band.field][k] = _ours(band)
        if band.field == "rain":
            rows["rain_h"][k] = band.period_h
    for k in range(len(moments)):
        if (k, "u") in wind and (k, "v") in wind:
            east, north = wind[k, "u"], wind[k, "v"]
            rows["wind"][k] = np.hypot(east, north) * KMH_PER_MS
            rows["wind_from"][k] = np.degrees(np.arctan2(-east, -north)) % 360.0
        dry = np.isnan(rows["humidity"][k]) & ~np.isnan(rows["dew_point"][k])
        told = humidity(rows["temperature"][k], rows["dew_point"][k])
        rows["humidity"][k] = np.where(dry, told, rows["humidity"][k])
    return rows.reshape(-1)


def _moment(band: Band) -> tuple[float, float]:
    """Issue and time; −1 where no issue is told, since NaN equals nothing."""
    return (-1.0 if np.isnan(band.issued) else band.issued), band.at


def _ours(band: Band) -> F8:
    """Values in our units; what cannot be is unknown."""
    values, unit = band.values, band.unit.lower().replace(" ", "")
    if band.field in {"temperature", "dew_point"} and (
        unit in {"k", "kelvin"}
        or (unit not in {"c", "degc", "celsius"} and _median(values) > 150.0)  # noqa: PLR2004 - K
    ):
        values = values - KELVIN
    elif band.field == "rain":
        values = np.maximum(values, 0.0) * _rain_factor(unit, band.period_h)
    elif band.field == "wind":
        values = values * (1.0 if unit in {"km/h", "kmh-1"} else KMH_PER_MS)
    elif band.field == "humidity":
        values = np.clip(values * (100.0 if unit == "1" else 1.0), 0.0, 100.0)
    low, high = RANGES[band.field]
    with np.errstate(invalid="ignore"):
        return np.where((values < low) | (values > high), np.nan, values)


def _rain_factor(unit: str, period_h: float) -> float:
    if unit == "m":
        return 1e3
    if unit in {"kgm-2s-1", "kg/m^2/s", "kg/(m^2s)", "kgm**-2s**-1"}:
        return 3600.0 * period_h
    return 1.0


def _median(values: F8) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else np.nan
