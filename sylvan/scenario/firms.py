"""Rows as FIRMS writes them: area-API CSV of VIIRS and MODIS, near real time and standard."""

from datetime import UTC, datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.detections import DayNight, Instrument, NativeConfidence, Satellite, Stage
from sylvan.scenario.fires import Records

FEEDS: Final = {
    Satellite.SNPP: "VIIRS_SNPP",
    Satellite.NOAA20: "VIIRS_NOAA20",
    Satellite.NOAA21: "VIIRS_NOAA21",
    Satellite.TERRA: "MODIS",
    Satellite.AQUA: "MODIS",
}
"""The FIRMS source that carries a satellite; a stage suffix makes the source's full name."""

_NAMES: Final = {
    Satellite.SNPP: "N",
    Satellite.NOAA20: "N20",
    Satellite.NOAA21: "N21",
    Satellite.TERRA: "Terra",
    Satellite.AQUA: "Aqua",
}
_VERSIONS: Final = {
    (Instrument.VIIRS, Stage.RT): "2.0RT",
    (Instrument.VIIRS, Stage.NRT): "2.0NRT",
    (Instrument.VIIRS, Stage.STANDARD): "2",
    (Instrument.MODIS, Stage.NRT): "6.1NRT",
    (Instrument.MODIS, Stage.STANDARD): "6.1",
}
_CLASSES: Final = {
    int(NativeConfidence.UNKNOWN): "",
    int(NativeConfidence.LOW): "l",
    int(NativeConfidence.NOMINAL): "n",
    int(NativeConfidence.HIGH): "h",
}
_COLUMNS: Final = (
    "latitude,longitude,{mid},scan,track,acq_date,acq_time,satellite,instrument,confidence,"
    "version,{long},frp,daynight"
)
_CHANNELS: Final = {
    Instrument.VIIRS: ("bright_ti4", "bright_ti5"),
    Instrument.MODIS: ("brightness", "bright_t31"),
}


def source_name(satellite: int, stage: int) -> str:
    """Name of the FIRMS source, e.g. ``VIIRS_NOAA20_NRT``; real time comes in the same source."""
    return FEEDS[Satellite(satellite)] + ("_SP" if stage == Stage.STANDARD else "_NRT")


def header(instrument: int, stage: int) -> str:
    """The header line; only standard files know the type of a source."""
    mid, long = _CHANNELS[Instrument(instrument)]
    line = _COLUMNS.format(mid=mid, long=long)
    return line + ",type" if stage == Stage.STANDARD else line


def write(instrument: int, stage: int, rows: Records) -> bytes:
    """A file of rows (one instrument, one stage); without rows the header alone."""
    lines = [header(instrument, stage)]
    if rows.size:
        lines += _lines(Instrument(instrument), Stage(stage), rows)
    return ("\n".join(lines) + "\n").encode()


def _lines(instrument: Instrument, stage: Stage, rows: Records) -> list[str]:
    date, minute = _times(rows["acq_at"])
    form = "%.5f,%.5f,%.2f,%.2f,%.2f,%s,%d,%s," + instrument.name
    form += ",%s," + _VERSIONS[instrument, stage] + ",%.2f,%.2f,%s"
    columns = [
        *(rows[name].tolist() for name in ("lat", "lon", "bright", "scan", "track")),
        date,
        minute,
        _named(rows["satellite"], {int(k): v for k, v in _NAMES.items()}),
        _confidence(instrument, rows["confidence_native"]),
        *(rows[name].tolist() for name in ("bright_long", "frp")),
        np.where(rows["daynight"] == DayNight.DAY, "D", "N").tolist(),
    ]
    if stage == Stage.STANDARD:
        form += ",%d"
        columns.append(rows["type"].tolist())
    return [form % row for row in zip(*columns, strict=True)]


def _confidence(instrument: Instrument, native: npt.NDArray[np.int16]) -> list[str]:
    if instrument == Instrument.VIIRS:
        return _named(native, _CLASSES)
    return [str(value) if value >= 0 else "" for value in native.tolist()]


def _named(codes: npt.NDArray[np.int16], names: dict[int, str]) -> list[str]:
    return [names[code] for code in codes.tolist()]


def _times(at: npt.NDArray[np.int64]) -> tuple[list[str], list[int]]:
    """Dates, and times as unpadded hhmm, the way the area API sends them."""
    known: dict[int, tuple[str, int]] = {}
    for second in np.unique(at).tolist():
        moment = datetime.fromtimestamp(second, UTC)
        known[second] = (f"{moment:%Y-%m-%d}", moment.hour * 100 + moment.minute)
    made = [known[second] for second in at.tolist()]
    return [date for date, _ in made], [minute for _, minute in made]
