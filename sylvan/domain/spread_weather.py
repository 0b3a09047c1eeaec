"""Weather by the hour, as the spread of a fire asks for it, and what stands in for it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import pi
from typing import Final

import numpy as np
import numpy.typing as npt

from sylvan.domain.codes import Coded

F8 = npt.NDArray[np.float64]
HOUR: Final = timedelta(hours=1)
_DAY_H = 24.0
_DEGREES_AN_HOUR = 15.0
_TURN = 360.0  # degrees
_DRIEST = 101.0  # largest FFMC
_COLUMNS = ("wind_km_h", "wind_from_deg", "ffmc", "bui")


@dataclass(frozen=True)
class ClimateParameters:
    """A dry summer's day in central Yakutia, which stands in for weather that nobody has sent.

    Engineering: no series of the region is at hand; a dry day is what fires run on.
    """

    wind_km_h: tuple[float, float] = (9.0, 5.0)
    # km/h at 10 m: mean, and half of the daily range
    wind_from_deg: float = 270.0
    # degrees; westerly air flow of the middle latitudes; ensembles draw from all directions
    ffmc: tuple[float, float] = (84.0, 5.0)
    # fine fuel moisture code: mean, and half of the daily range; 89 burns well
    bui: float = 60.0
    # buildup index
    driest_h: float = 16.0
    # local solar hour of the strongest wind and the driest fuel; FFMC is made for it (Van Wagner
    # 1987)
    old_h: float = 24.0
    # h since a forecast was issued, from which its age is told; centres issue four a day


DEFAULT: Final = ClimateParameters()


@dataclass(frozen=True, eq=False)
class HourlyWeather:
    """Weather at one place, hour after hour; each array holds a value for each hour."""

    begins: datetime
    """Begin of the first hour, with its time zone."""
    wind_km_h: F8
    """At 10 m in the open, km/h."""
    wind_from_deg: F8
    """Whence it blows, degrees clockwise from north."""
    ffmc: F8
    """Fine fuel moisture code of the hour, 0…101."""
    bui: F8
    """Buildup index, 0 and more."""
    issued: datetime | None = None
    """When the forecast was made, with its time zone; ``None`` for measured weather."""
    direction_known: bool = True
    reasons: tuple[Coded, ...] = field(default=())
    """What was assumed."""

    def __post_init__(self) -> None:
        if self.begins.utcoffset() is None:
            raise ValueError("weather needs a time zone")
        columns = [np.asarray(getattr(self, name), np.float64) for name in _COLUMNS]
        if not columns[0].size or any(column.shape != (len(self),) for column in columns):
            raise ValueError("weather needs one value of each kind for each hour")
        if not all(np.isfinite(column).all() for column in columns):
            raise ValueError("weather must be finite; an hour that is not known is left out")
        if self.wind_km_h.min() < 0.0 or self.bui.min() < 0.0:
            raise ValueError("wind and buildup index are 0 or more")

    def __len__(self) -> int:
        return len(self.wind_km_h)

    def covering(
        self, at: datetime, hours: int, params: ClimateParameters = DEFAULT
    ) -> "HourlyWeather":
        """The hours from that of ``at`` on; where the weather is too short, its end hour stays.

        Raises:
            ValueError: ``at`` lies before the first hour or behind the last one.
        """
        first = (at - self.begins) // HOUR
        if not 0 <= first < len(self):
            raise ValueError(f"no weather at {at.isoformat()}")
        reasons = [*self.reasons, *_age(self.issued, at, params)]
        missing = first + hours - len(self)
        if missing > 0:
            reasons.append(Coded("spread.weather_short", {"hours": missing}))
        take = np.minimum(np.arange(first, first + hours), len(self) - 1)
        columns = {name: getattr(self, name)[take] for name in _COLUMNS}
        begins = self.begins + first * HOUR
        return replace(self, begins=begins, reasons=tuple(reasons), **columns)

    def altered(self, wind: float, turn_deg: float, ffmc: float) -> "HourlyWeather":
        """The same with wind times a factor, turned, and another moisture of fine fuel."""
        return replace(
            self,
            wind_km_h=self.wind_km_h * max(wind, 0.0),
            wind_from_deg=(self.wind_from_deg + turn_deg) % _TURN,
            ffmc=np.clip(self.ffmc + ffmc, 0.0, _DRIEST),
        )


def climatology(
    at: datetime, hours: int, lon: float, params: ClimateParameters = DEFAULT
) -> HourlyWeather:
    """What stands in for weather: a dry day, with ``spread.no_weather`` among its reasons.

    Args:
        at: within the first hour, with its time zone.
        hours: how many.
        lon: degrees east, for the time of day.
        params: what such a day is like.
    """
    begins = at.replace(minute=0, second=0, microsecond=0)
    utc = begins - (begins.utcoffset() or timedelta())
    solar = utc.hour + utc.minute / 60 + lon / _DEGREES_AN_HOUR + np.arange(hours) + 0.5
    day = np.cos((solar - params.driest_h) * (2.0 * pi / _DAY_H))
    return HourlyWeather(
        begins=begins,
        wind_km_h=params.wind_km_h[0] + params.wind_km_h[1] * day,
        wind_from_deg=np.full(hours, params.wind_from_deg),
        ffmc=params.ffmc[0] + params.ffmc[1] * day,
        bui=np.full(hours, params.bui),
        direction_known=False,
        reasons=(Coded("spread.no_weather", {}),),
    )


def _age(issued: datetime | None, at: datetime, params: ClimateParameters) -> list[Coded]:
    """Tell a forecast's age where it is old."""
    hours = 0.0 if issued is None else (at - issued) / HOUR
    return [Coded("spread.forecast_old", {"hours": round(hours)})] if hours > params.old_h else []
