"""The scenario's true weather: highs and lows that drift, a daily cycle, rain, moving clouds.

Everything is a closed form of place and time, so any station, node or pixel can be asked. The
pressure wave steers the wind (along its contours), dries and warms under highs, and clouds over
under lows, which is all the synoptics that fires feel.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sylvan.scenario.fields import Floats, Plane, Spectrum, WaveField, stream, wave_field
from sylvan.scenario.parameters import DAY_S, HOUR_S, ScenarioParameters

MIDSUMMER_DOY: Final = 196.0
"""Day of the year with the warmest mean, mid-July (shifted by half a year south of the equator)."""
YEAR_DAYS: Final = 365.2425
"""Mean Gregorian year, days."""
WARMEST_HOUR: Final = 15.0
"""Local solar hour of the daily maximum."""
PRESSURE_HPA: Final = (1012.0, 8.0)
"""Mean sea-level pressure and its standard deviation between systems."""
_DEGREES_PER_HOUR: Final = 15.0
_HEMISPHERE_DAYS: Final = 182.6


@dataclass(frozen=True, slots=True)
class Conditions:
    """Weather at points; all arrays have the shape of the question."""

    temperature: Floats  # °C
    humidity: Floats  # %
    wind_u: Floats  # m/s towards east
    wind_v: Floats  # m/s towards north
    rain: Floats  # mm/h
    cloud: Floats  # 0…1, share of the sky
    pressure: Floats  # hPa

    @property
    def wind_speed(self) -> Floats:
        """m/s."""
        return np.hypot(self.wind_u, self.wind_v)

    @property
    def wind_from(self) -> Floats:
        """Degrees clockwise from north, where the wind comes from."""
        return np.asarray(np.mod(np.degrees(np.arctan2(-self.wind_u, -self.wind_v)), 360.0))


@dataclass(frozen=True, slots=True)
class Weather:
    """Ask :meth:`at` for the weather, :meth:`cloud_depth` for what hides a pixel."""

    parameters: ScenarioParameters
    plane: Plane
    pressure: WaveField
    air_mass: WaveField
    moisture: WaveField
    texture: WaveField

    def hours(self, at: Floats | float) -> Floats:
        """Hours since the scenario's start, the fields' own clock."""
        return np.asarray((np.asarray(at, "f8") - self.parameters.t0) / HOUR_S)

    def wetness(self, x: Floats, y: Floats, t: Floats) -> Floats:
        """Moisture index in standard deviations; high under lows."""
        return 0.8 * self.moisture.at(x, y, t) - 0.6 * self.pressure.at(x, y, t)

    def at(self, lon: Floats, lat: Floats, at: Floats | float) -> Conditions:
        """Weather at degrees east and north and epoch seconds (shapes equal, or scalar time)."""
        c = self.parameters.climate
        lon, lat = np.asarray(lon, "f8"), np.asarray(lat, "f8")
        x, y = self.plane.xy(lon, lat)
        t = np.broadcast_to(self.hours(at), x.shape)
        psi = self.pressure.at(x, y, t)
        wet = 0.8 * self.moisture.at(x, y, t) - 0.6 * psi
        cloud = 1.0 / (1.0 + np.exp(-1.9 * (wet - 0.35)))
        swing = np.cos(2 * np.pi * (solar_hour(lon, at) - WARMEST_HOUR) / 24.0)
        anomaly = c.anomaly_c * (0.75 * self.air_mass.at(x, y, t) + 0.65 * psi)
        mean = self._normal(lat, at) + anomaly - 2.0 * np.maximum(wet, 0.0)
        temperature = mean + c.diurnal_c * (1.0 - 0.65 * cloud) * swing
        dew = mean - np.clip(c.depression_c - 4.0 * wet, 1.2, 24.0)
        humidity = 100.0 * np.minimum(saturation(dew) / saturation(temperature), 1.0)
        u, v = self._wind(x, y, t, swing, lat)
        convective = 1.0 + 0.6 * np.maximum(swing, 0.0)
        rain = c.rain_mm_h * np.maximum(wet - c.rain_threshold, 0.0) * convective
        return Conditions(
            temperature, humidity, u, v, rain, cloud, PRESSURE_HPA[0] + PRESSURE_HPA[1] * psi
        )

    def cloud_depth(self, lon: Floats, lat: Floats, at: Floats | float) -> Floats:
        """Optical depth of cloud over points: 0 clear, ≥ ``Cloud.opaque_depth`` hides fire."""
        x, y = self.plane.xy(lon, lat)
        t = np.broadcast_to(self.hours(at), x.shape)
        threshold = 0.75 - 1.15 * self.wetness(x, y, t)
        above = self.texture.at(x, y, t) - threshold
        depth: Floats = self.parameters.cloud.sharpness * np.maximum(above, 0.0)
        return depth

    def _normal(self, lat: Floats, at: Floats | float) -> Floats:
        c = self.parameters.climate
        doy = day_of_year(at) - np.where(lat < 0, _HEMISPHERE_DAYS, 0.0)
        season = np.cos(2 * np.pi * (doy - MIDSUMMER_DOY) / YEAR_DAYS) - 1.0
        poleward = c.per_degree_c * (np.abs(lat) - c.reference_lat)
        return np.asarray(c.midsummer_mean_c + poleward + c.seasonal_amplitude_c * season)

    def _wind(
        self, x: Floats, y: Floats, t: Floats, swing: Floats, lat: Floats
    ) -> tuple[Floats, Floats]:
        """Wind along the contours of pressure, weaker at night, turned towards the low."""
        dx, dy = self.pressure.gradient(x, y, t)
        waves = self.pressure
        slope = np.sqrt(np.sum((waves.kx**2 + waves.ky**2) * waves.amplitude**2) / 4.0)
        scale = self.parameters.climate.wind_ms / slope * (0.85 + 0.4 * swing)
        side = np.where(lat < 0, -1.0, 1.0)
        friction = 0.45
        return scale * (-side * dy - friction * dx), scale * (side * dx - friction * dy)


def make_weather(parameters: ScenarioParameters, plane: Plane) -> Weather:
    """Draw the weather of a scenario."""
    c, cloud = parameters.climate, parameters.cloud
    wide = Spectrum(c.synoptic_km, c.drift_kmh, c.lifetime_h, 0.9, 24)
    low, high = c.synoptic_km
    damp = Spectrum((low / 2.5, high / 2), c.drift_kmh, c.lifetime_h / 2, 0.8, 28)
    cells = Spectrum(cloud.texture_km, cloud.drift_kmh, cloud.lifetime_h, 0.55, 36)

    def made(name: str, spectrum: Spectrum) -> WaveField:
        return wave_field(stream(parameters.seed, "weather", name), spectrum)

    return Weather(
        parameters,
        plane,
        made("pressure", wide),
        made("air mass", wide),
        made("moisture", damp),
        made("texture", cells),
    )


def saturation(celsius: Floats) -> Floats:
    """Saturation vapour pressure over water, kPa (Magnus form, WMO-No. 8)."""
    return np.asarray(0.6112 * np.exp(17.62 * celsius / (243.12 + celsius)))


def solar_hour(lon: Floats, at: Floats | float) -> Floats:
    """Local mean solar time, hours 0…24."""
    return np.asarray(np.mod(np.asarray(at) / HOUR_S + np.asarray(lon) / _DEGREES_PER_HOUR, 24.0))


def day_of_year(at: Floats | float) -> Floats:
    """Day of the year, 1…366, to about half a day (the mean Gregorian year)."""
    return np.asarray(np.mod(np.asarray(at) / DAY_S, YEAR_DAYS) + 1.0)
