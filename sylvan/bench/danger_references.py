"""What fire danger is compared with: the table of 1985, the R package, xclim's function."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sylvan.domain import fwi, weather
from sylvan.domain import fwi_kernel as kernel
from sylvan.domain.fwi import Codes, FfmcConstant, FireWeather, FwiParameters
from sylvan.domain.weather import Noon

F8 = npt.NDArray[np.float64]
Columns = dict[str, F8]

VECTORS = Path("weather") / "fwi_vectors"
INDICES = ("ffmc", "dmc", "dc", "isi", "bui", "fwi")
PRINTED = FwiParameters(constant=FfmcConstant.PRINTED_1985)
CFFDRS = FfmcConstant.CFFDRS.value_pct
STANDARD_LAT = 46.0  # degrees; the day lengths that R takes where it is told not to adjust them
FBP_WIND = 40.0  # km/h from which R's table has the fire-behaviour system's own wind effect
WORDS = {"TRUE": "1", "FALSE": "0", "NA": "nan", "NaN": "nan"}


def columns(path: Path) -> Columns:
    """Columns of a CSV file of numbers; TRUE is 1, NA is NaN."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        name: np.array([float(WORDS.get(row[name], row[name])) for row in rows]) for name in rows[0]
    }


def published_1985(data: Path) -> dict[str, Any]:
    """The 49 days of Van Wagner & Pickett 1985: how many values differ in the printed decimal.

    Raises:
        FileNotFoundError: the table is not under ``data``.
    """
    rows = columns(data / VECTORS / "van_wagner_pickett_1985.csv")
    noon = weather.noon(rows["temp_c"], rows["rh_pct"], rows["wind_kmh"], rows["rain_mm"])
    told = fwi.many_days(noon, rows["month"].astype(int), STANDARD_LAT, params=PRINTED)
    wrong = [int((np.round(getattr(told, name), 1) != rows[name]).sum()) for name in INDICES]
    return {"days": len(rows["fwi"]), "values": rows["fwi"].size * 6, "mismatches": sum(wrong)}


def r_reference(data: Path) -> dict[str, Any]:
    """A season, and each equation over its whole domain, beside cffdrs for R.

    Returns:
        Values compared, their largest difference, and how many differ by more than R's print
        rounds: to four digits, or two decimals of larger values.

    Raises:
        FileNotFoundError: the tables are not under ``data``.
    """
    folder = data / VECTORS / "cffdrs_r"
    pairs = [_season(folder), *_steps(folder)]
    ours, theirs = (np.concatenate(side) for side in zip(*pairs, strict=True))
    away = np.abs(ours - theirs)
    rounded = np.maximum(5e-4 * np.abs(theirs), 0.005) + 1e-12
    return {
        "values": away.size,
        "max_difference": float(away.max()),
        "beyond_print": int((away > rounded).sum()),
    }


def _season(folder: Path) -> tuple[F8, F8]:
    rows = columns(folder / "fwi_01.csv")
    noon = weather.noon(rows["TEMP"], rows["RH"], rows["WS"], rows["PREC"])
    told = fwi.many_days(noon, rows["MON"].astype(int), rows["LAT"][0])
    theirs = np.stack([rows[name.upper()] for name in (*INDICES, "dsr")])
    return told.values.ravel(), theirs.ravel()


def _steps(folder: Path) -> Iterator[tuple[F8, F8]]:
    """Single equations, as R's own tests print them; where humidity and rain can be."""
    rows = columns(folder / "FineFuelMoistureCode.csv")
    real = (rows["rh"] >= 0) & (rows["rh"] <= 100) & (rows["prec"] >= 0)
    rows["constant"] = np.full(len(real), CFFDRS)
    ours = _each(kernel.ffmc, rows, "ffmc_yda", "temp", "rh", "ws", "prec", "constant")
    yield ours[real], rows["FineFuelMoistureCode"][real]
    rows = columns(folder / "DuffMoistureCode.csv")
    rows["day"] = _by_latitude(kernel.day_hours, rows)
    yield _each(kernel.dmc, rows, "dmc_yda", "temp", "rh", "prec", "day"), rows["DuffMoistureCode"]
    rows = columns(folder / "DroughtCode.csv")
    rows["day"] = _by_latitude(kernel.day_factor, rows)
    yield _each(kernel.dc, rows, "dc_yda", "temp", "prec", "day"), rows["DroughtCode"]
    rows = columns(folder / "InitialSpreadIndex.csv")
    plain = (rows["fbpMod"] == 0) | (rows["ws"] < FBP_WIND)
    rows["constant"] = np.full(len(plain), CFFDRS)
    ours = _each(kernel.isi, rows, "ffmc", "ws", "constant")
    yield ours[plain], rows["InitialSpreadIndex"][plain]
    rows = columns(folder / "BuildupIndex.csv")
    yield _each(kernel.bui, rows, "dmc", "dc"), rows["BuildupIndex"]
    rows = columns(folder / "FireWeatherIndex.csv")
    yield _each(kernel.fwi, rows, "isi", "bui"), rows["FireWeatherIndex"]


def _each(equation: Callable[..., float], rows: Columns, *names: str) -> F8:
    return np.array([equation(*row) for row in zip(*(rows[one] for one in names), strict=True)])


def _by_latitude(table: Callable[[float, int], float], rows: Columns) -> F8:
    lat = np.where(rows["lat.adjust"] == 1, rows["lat"], STANDARD_LAT)
    months = rows["mon"].astype(int)
    return np.array([table(*row) for row in zip(lat, months, strict=True)])


def xclim_day(noon: Noon, month: int, lat: F8, before: Codes) -> Callable[[], tuple[Any, ...]]:
    """The public function of xclim, ready for one day of a raster: DC, DMC, FFMC, ISI, BUI, FWI.

    Raises:
        ModuleNotFoundError: xclim is not installed.
    """
    import xarray  # noqa: PLC0415 - the extra [bench]
    from xclim.indices.fire import cffwis_indices  # noqa: PLC0415 - the same

    at = {"time": np.array([f"2021-{month:02}-15"], "datetime64[ns]"), "lat": lat}

    def layer(values: F8, units: str) -> Any:
        return xarray.DataArray(values[None], at, ("time", "lat", "lon"), attrs={"units": units})

    def code(values: F8) -> Any:
        return xarray.DataArray(values, {"lat": lat}, ("lat", "lon"), attrs={"units": ""})

    given = {
        "tas": layer(noon.temperature, "degC"),
        "pr": layer(noon.rain, "mm/day"),
        "sfcWind": layer(noon.wind, "km/h"),
        "hurs": layer(noon.humidity, "%"),
        "lat": xarray.DataArray(lat, {"lat": lat}, ("lat",), attrs={"units": ""}),
        "ffmc0": code(before.values[kernel.FFMC]),
        "dmc0": code(before.values[kernel.DMC]),
        "dc0": code(before.values[kernel.DC]),
    }
    return lambda: tuple(cffwis_indices(**given, initial_start_up=False))


def largest_difference(ours: FireWeather, theirs: tuple[Any, ...]) -> dict[str, float]:
    """By index, what xclim's day and ours differ by at most."""
    names = ("dc", "dmc", "ffmc", "isi", "bui", "fwi")
    return {
        name: float(np.abs(getattr(ours, name) - np.asarray(one.isel(time=0))).max())
        for name, one in zip(names, theirs, strict=True)
    }
