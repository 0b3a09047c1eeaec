"""What a generated scenario is made from: every number of the made-up world, in one place.

The values describe the *truth* that the engine is tried against, so none of them is shared with
the engine; ranges come from the sources named at each field.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self, get_type_hints

DAY_S: Final = 86_400.0
HOUR_S: Final = 3_600.0


@dataclass(frozen=True, slots=True)
class Climate:
    """Weather of the made-up season: a boreal, continental summer unless told otherwise."""

    midsummer_mean_c: float = 19.0
    # °C, daily mean at `reference_lat`; July normals of central Siberia, 18–20 °C
    reference_lat: float = 62.0
    # degrees, absolute latitude of `midsummer_mean_c`
    per_degree_c: float = -0.55
    # °C per degree of latitude poleward
    seasonal_amplitude_c: float = 26.0
    # °C, half of the yearly range of daily means; strongly continental
    anomaly_c: float = 3.5
    # °C, standard deviation of air-mass anomalies
    diurnal_c: float = 7.0
    # °C, half of the daily range under a clear sky
    depression_c: float = 10.5
    # °C, mean dew-point depression at the daily mean temperature
    wind_ms: float = 3.6
    # m/s, mean of synoptic wind at 10 m
    synoptic_km: tuple[float, float] = (900.0, 3600.0)
    # km, wave lengths of highs and lows
    drift_kmh: float = 26.0
    # km/h, eastward drift of the systems
    lifetime_h: float = 70.0
    # h, time scale on which a system changes its shape
    rain_mm_h: float = 1.1
    # mm/h per standard deviation of moisture above `rain_threshold`
    rain_threshold: float = 1.0
    # standard deviations of moisture above which it rains


@dataclass(frozen=True, slots=True)
class Cloud:
    """Cloud fields that drift over the land and hide fires."""

    texture_km: tuple[float, float] = (12.0, 420.0)
    # km, wave lengths of cloud texture
    drift_kmh: float = 38.0
    # km/h, drift at cloud height, faster than the surface systems
    lifetime_h: float = 5.0
    # h, time scale on which cells form and fade
    sharpness: float = 2.4
    # optical depth per standard deviation of texture above the local threshold
    opaque_depth: float = 1.6
    # optical depth at which fire radiation no longer reaches a sensor


@dataclass(frozen=True, slots=True)
class Ground:
    """Fuel mosaic and lakes, as functions of place."""

    mosaic_km: tuple[float, float] = (1.5, 70.0)
    # km, wave lengths of the mosaic of stands
    lake_km: tuple[float, float] = (0.8, 9.0)
    # km, wave lengths that make small lakes (alases)
    lake_share: float = 0.035
    # share of land under lakes that no map layer carries
    grass_share: float = 0.10
    peat_share: float = 0.12
    mixed_share: float = 0.20
    dense_share: float = 0.24
    # shares of land; the rest is open conifer forest
    creek_width: float = 0.07
    # standard deviations of the lake field around its zero line that are damp valleys
    tree_line_lat: float = 70.5
    # degrees, absolute latitude beyond which only grass and peat stand


@dataclass(frozen=True, slots=True)
class Growth:
    """How true fires grow: a cellular dose model, nothing like the engine's forecast."""

    cell_m: float = 200.0
    # m, side of a cell (4 ha)
    max_side: int = 1400
    # cells, largest grid of one complex of fires
    complex_km: float = 24.0
    # km, ignitions closer than this share a grid, so that fires can meet
    wind_response: float = 0.2
    # per m/s, exponent of the rate along the wind (head ≈ 3.3 × flank at 6 m/s)
    threshold_shape: float = 1.6
    # shape of the gamma distribution of a cell's resistance; lower is more ragged
    linger_spread: float = 0.5
    # standard deviation of ln(time) for which an edge can still set fire to its neighbours
    spot_share: float = 0.010
    # share of cells that throw an ember when the head runs fast
    spot_rate_m_h: float = 260.0
    # m/h, rate of the head above which embers fly
    patchiness: float = 0.8
    # standard deviation of ln(energy) between cells
    contained_human_h: tuple[float, float] = (22.0, 0.9)
    contained_remote_h: tuple[float, float] = (84.0, 0.8)
    # h and ln-deviation: life until held, near people and in the remote zone


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the world's files reach us: delays, versions, accidents."""

    delay_h: float = 2.2
    # h, median from acquisition to the public feed; measured on FIRMS MODIS archives
    delay_p90_h: float = 3.2
    # h, 90th percentile of the same measurement
    late_share: float = 0.04
    late_h: tuple[float, float] = (8.0, 26.0)
    # share of passes that come very late, and how late
    early_share: float = 0.15
    early_h: tuple[float, float] = (0.4, 0.9)
    # share of VIIRS passes that first come as real-time product, and when
    early_shift_m: float = 100.0
    # m, at most so far a pixel moves between the versions
    repeat_share: float = 0.08
    # share of files that are delivered twice, byte for byte
    daily_file: bool = True
    # once a day each feed repeats the last 24 h in one file
    standard_after_days: float = 60.0
    # d, when standard processing replaces near real time
    standard_samples: int = 2
    # passes whose standard version comes early, so that a short scenario has some
    truncated_files: int = 1
    error_pages: int = 1
    # accidents: a file cut in the middle of a line; a page of HTML instead of data


@dataclass(frozen=True, slots=True)
class Nuisance:
    """What looks like fire and is none."""

    flare_mw: float = 5.0
    # MW, median radiative power of a gas flare pixel
    industry_mw: float = 1.6
    # MW, median of hot industrial plants
    glint_per_pass: float = 0.5
    # expected sun-glint alarms per daylight pass over the whole region
    glint_deg: float = 36.0
    # degrees, glint angle below which water may glare: MOD14 masks 12°, tilted waves reach wider
    glint_fold_deg: float = 9.0
    # degrees, e-folding of the chance with the glint angle
    roofs_per_day: float = 6.0
    # hot roofs and bright ground in settlements, alarms per day
    hits_per_pass: float = 0.0
    # expected single VIIRS pixels per night pass struck by particles (South Atlantic, solar storms)
    burns_per_day: float = 0.0
    # stubble, grass and rubbish burnt on purpose near settlements, per day


@dataclass(frozen=True, slots=True)
class People:
    """How people report, and how they err."""

    reports: int = 15
    # reports per scenario
    delay_min: float = 35.0
    # min, mean from seeing to reporting
    position_m: float = 1800.0
    # m, median error of a place told in words or by finger on a map
    bearing_deg: float = 6.0
    # degrees, standard deviation of an estimated bearing
    distance_error: float = 0.35
    # standard deviation of ln(distance) estimated by eye
    sight_km: float = 45.0
    # km, how far smoke is seen
    hoaxes: int = 1
    mistakes: int = 2
    duplicates: int = 3
    # of the reports: invented ones; steam or dust taken for smoke; second calls on one fire


@dataclass(frozen=True, slots=True)
class PlannedIgnition:
    """An ignition that the author of a scenario sets, beside the random ones."""

    lon: float
    lat: float
    after_h: float
    # h after the scenario's start (negative: before it)
    cause: str = "human"
    # "human" or "lightning"
    contained_after_h: float | None = None
    # h after ignition; None: drawn
    fuel: str | None = None
    # ground forced within `fuel_radius_km`; None: as the mosaic has it
    fuel_radius_km: float = 6.0


@dataclass(frozen=True, slots=True)
class ScenarioParameters:
    """All that makes one scenario; together with the geography it fixes every byte."""

    seed: int = 1
    start: datetime = datetime(2026, 7, 17, tzinfo=UTC)
    # first moment that satellites are asked for, UTC
    days: float = 1.5
    # d, length of the observed time
    warm_hours: float = 14.0
    # h from the start that a player delivers at once, so that the map is alive at once
    spin_up_days: float = 7.0
    # d before the start, in which weather and older fires already run
    ignitions: int = 44
    # random ignitions, those before the start included
    ongoing_share: float = 0.7
    # share of them that burn before the start
    human_share: float = 0.45
    # share set by people; the rest by lightning (boreal regions: 40–70 % lightning)
    storms_per_day: float = 22.0
    strokes_per_storm: float = 45.0
    # thunderstorms over the region, and median strokes of one
    weather_node_deg: float = 0.5
    weather_step_h: float = 1.0
    # spacing of the weather table
    languages: tuple[str, ...] = ("ru", "en")
    # languages of the reports' texts, the first one mostly
    planned: tuple[PlannedIgnition, ...] = ()
    climate: Climate = field(default_factory=Climate)
    cloud: Cloud = field(default_factory=Cloud)
    ground: Ground = field(default_factory=Ground)
    growth: Growth = field(default_factory=Growth)
    delivery: Delivery = field(default_factory=Delivery)
    nuisance: Nuisance = field(default_factory=Nuisance)
    people: People = field(default_factory=People)

    def __post_init__(self) -> None:
        if self.start.tzinfo is None:
            raise ValueError("start must carry a time zone")
        if not 0 < self.days <= MAX_DAYS:
            raise ValueError(f"days must lie in 0…{MAX_DAYS}, got {self.days}")
        if self.ignitions < 0 or self.seed < 0:
            raise ValueError("seed and ignitions must not be negative")
        if not 0 <= self.warm_hours <= self.days * 24:
            raise ValueError(f"warm_hours must lie within the scenario, got {self.warm_hours}")

    @property
    def end(self) -> datetime:
        """The last moment that satellites are asked for."""
        return self.start + timedelta(days=self.days)

    @property
    def t0(self) -> float:
        """Start, epoch seconds."""
        return self.start.timestamp()

    @property
    def t1(self) -> float:
        """End, epoch seconds."""
        return self.end.timestamp()

    @property
    def spin_up_at(self) -> float:
        """When weather and fires begin, epoch seconds."""
        return self.t0 - self.spin_up_days * DAY_S

    def as_dict(self) -> dict[str, Any]:
        """Plain form for YAML; :meth:`from_dict` reads it back."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> Self:
        """Read what :meth:`as_dict` wrote; an unknown field raises ``ValueError``."""
        made: Self = _made(cls, body, "parameters")
        return made


MAX_DAYS: Final = 200.0
"""A season; longer runs are several scenarios."""


def season(seed: int = 1, start: datetime | None = None, days: float = 110.0) -> ScenarioParameters:
    """Parameters of a whole fire season: about a million rows over a Yakutia-sized region."""
    return ScenarioParameters(
        seed=seed,
        start=start or datetime(2026, 5, 20, tzinfo=UTC),
        days=days,
        warm_hours=0.0,
        ignitions=round(SEASON_IGNITIONS_PER_DAY * days),
        ongoing_share=0.0,
        weather_node_deg=1.0,
        weather_step_h=3.0,
        people=People(reports=round(SEASON_REPORTS_PER_DAY * days)),
        nuisance=Nuisance(hits_per_pass=0.1, burns_per_day=4.0),
    )


SEASON_IGNITIONS_PER_DAY: Final = 16.0
SEASON_REPORTS_PER_DAY: Final = 6.0


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return value


def _made(kind: Any, body: Mapping[str, Any], where: str) -> Any:
    known = get_type_hints(kind)
    unknown = sorted(set(body) - {f.name for f in fields(kind)})
    if unknown:
        raise ValueError(f"{where}: unknown field {unknown[0]!r}")
    return kind(**{name: _value(known[name], body[name], f"{where}.{name}") for name in body})


def _value(hint: Any, raw: Any, where: str) -> Any:
    if is_dataclass(hint):
        return _made(hint, raw, where)
    if hint is datetime:
        return datetime.fromisoformat(raw) if isinstance(raw, str) else raw
    if hint == tuple[PlannedIgnition, ...]:
        return tuple(_made(PlannedIgnition, part, where) for part in raw)
    return tuple(raw) if isinstance(raw, list) else raw
