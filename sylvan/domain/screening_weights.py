"""The numbers of screening: natural-log likelihood ratios, and where each of them begins to speak.

A term's weight is its number here times how strongly it speaks, 0…1.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Weights:
    """Natural-log likelihood ratios: what a term adds when it speaks in full.

    Calibrated by logistic regression, maximum a posteriori around engineering priors and bound to
    the sign that each reason claims (``sylvan bench screening --calibrate`` makes them anew):
    half of the say have the signals of nine made-up seasons (seeds 10–16, 20, 25), half real
    detections near and far from the flares of the VIIRS Nightfire survey (VIIRS of 2019-04-07,
    MODIS of 2017-05-04 and 2018-12-03). Neither the seasons (seeds 1–4) nor the days
    on which screening is scored took part. Marked *prior*: no calibrating signal spoke of it, the
    engineering prior stands until a region's reviewed alarms move it.
    """

    version: str = "screen-2"
    prior: float = 0.51
    # probability of a vegetation fire where nothing speaks: share among calibrating signals

    # What one pass shows
    high: float = 1.83
    # best pixel of the fire: VIIRS class high …
    nominal: float = 0.77
    # … or nominal; the hour has its own term
    low: float = -1.47
    # only when nothing is beside it: low pixels edge big fires
    percent: float = 0.2
    # MODIS' 0…100, times ln(c/(100−c)) scaled to −1…1, c held within 5…95
    alone: float = -0.05
    # one pixel in one pass
    neighbours: float = 0.49
    # ``many`` beside one pixel in one pass; fewer by their logarithm
    power: float = 1.95
    # largest FRP of a pixel, by its logarithm between ``power_mw``
    radiation_hit: float = -4.58
    # lone by night; published power is no part of what the brightness implies
    hot_flame: float = -1.2
    # small, only by night: hotter than wood burns, by published over implied power
    hot_ground: float = -1.0
    # lone by day; prior
    glint: float = -3.31
    # lone, weak, by day, beside water, by the angle from the sun's image
    roof: float = -1.76
    # lone, weak, by day, in a settlement

    # What passes show together
    geostationary: float = 1.5
    # two frames or more; prior
    second_satellite: float = 0.15
    # another satellite within ``second_hours``
    repeat_pass: float = 0.1
    # more passes, by their logarithm up to ``repeat_passes``; flares repeat too
    grown: float = 2.07
    # extent that pixels prove, between ``grown_km``
    only_night: float = -1.1
    # small and never seen by day, as flares are
    by_day: float = 0.51
    # small, watched for days, seen by day in up to ``rhythm_passes`` passes
    standing: float = -4.56
    # weeks on one spot, from ``standing_days``

    # What is known of the place
    static_source: float = -5.69
    # register, times its confidence and the covered share
    static_type: float = -4.0
    # product's type flag 2, times its share; prior
    volcano_type: float = -5.0
    # product's type flag 1; prior
    offshore_type: float = -4.0
    # product's type flag 3; prior
    industry: float = -2.06
    # within ``industry_km``
    land_burns: float = 0.56
    # forest, scrub, grass, crops, peat, tundra below
    land_bare: float = -1.17
    # bare or built-up ground below
    land_water: float = -1.72
    # water or ice below
    snow: float = -3.0
    # snow lies; prior
    winter: float = -2.0
    # snow not known, winter by calendar and latitude; prior

    # Weather
    danger_high: float = 0.5
    # fire-danger class IV or V; prior
    danger_low: float = -0.5
    # class I; prior
    rain: float = -0.57
    # rain of the day before, between ``rain_mm``; while young
    damp: float = -0.28
    # air humidity, between ``damp_pct``; while young
    dry: float = 0.75
    # vapour pressure deficit, between ``dry_kpa``; while young
    lightning: float = 1.19
    # nearer and later strokes more; 0 at ``lightning_km`` and ``lightning_hours``

    # What people and cameras say
    citizen: float = 1.5
    # a person, a call, a partner; prior
    camera: float = 2.0
    # prior
    staff: float = 4.0
    # a tower; prior
    aircraft: float = 9.0
    # prior; outweighs all static terms together, so that who flew over it is believed
    word_fire: float = 9.0
    # somebody stood there: fire; prior
    word_not_found: float = -3.0
    # somebody looked and found none; prior
    word_technogenic: float = -9.0
    # somebody looked: man-made heat; prior


@dataclass(frozen=True, slots=True)
class Limits:
    """Where terms begin and how far they reach."""

    second_hours: float = 12.0
    # h between passes of two satellites; start value of the field's fusion rules
    pass_gap_min: float = 40.0
    # min between two passes of one satellite; less than half an orbit of 101 min
    beside_km: float = 1.0
    # km between pixels of one pass that are neighbours (375 m pixels)
    beside_coarse_km: float = 1.5
    # km, the same for 1 km pixels
    many: int = 10
    # neighbours; of two VIIRS, pixels with ten were confirmed in 0.96 (2023-11-09)
    fine_least: int = 6
    # VIIRS pixels from which drift is measured by them alone
    contrary_sine: float = 0.17
    # sine of the sun's height, 10°; the products change at 5°, granules last 6 min
    power_mw: tuple[float, float] = (10.0, 100.0)
    # MW; median of VIIRS flare pixels 2, p95 10 (2023-11-09, by night)
    hit_share: tuple[float, float] = (0.05, 0.2)
    # published over implied power; a thousandth of real night pixels lies below 0.21 (same day)
    flame_share: tuple[float, float] = (0.4, 1.0)
    # published over implied power; lone night pixels: flares 0.75, fires 0.95 (2019-04-07)
    glint_deg: tuple[float, float] = (12.0, 45.0)
    # degrees; MOD14 masks below 12 (Giglio et al. 2016, doi:10.1016/j.rse.2016.02.054), waves tilt
    # up to 36, and the pixel's geometry is known to 10
    glint_km: float = 1.0
    # km to water
    weak_percent: int = 50
    # %, MODIS confidence below which a pixel may be glint
    lone_pixels: int = 2
    # pixels that a mirror or a roof makes at most
    ground_k: float = 315.0
    # K of the long channel; a ninth of daylight VIIRS pixels is warmer (2023-11-09) …
    ground_cool_k: float = 20.0
    # … K between the channels; both hold for 0.6 % of them, most of class low
    roof_km: float = 2.0
    # km from a settlement's middle
    repeat_passes: int = 4
    # passes from which one more says nothing new
    grown_km: tuple[float, float] = (1.5, 4.0)
    # km across, pixels' halves taken off; flares stay within 2
    rhythm_passes: int = 4
    rhythm_days: int = 3
    # passes and days from which a daily rhythm can be seen
    standing_days: tuple[float, float] = (10.0, 20.0)
    standing_km: float = 2.0
    # d, km; from 20 d within 2 km: recall 0.95, precision 1.00 on a season with 60 flares
    drift_km: float = 0.6
    # km between early and late pixels from which it creeps, as peat does
    industry_km: float = 0.5
    # km; buffer of the field's masks, 0.5–1
    winter_lat: float = 55.0
    winter_months: tuple[int, ...] = (11, 12, 1, 2, 3)
    # degrees from the equator and northern months (the south half a year later) without bare ground
    rain_mm: tuple[float, float] = (1.0, 10.0)
    damp_pct: tuple[float, float] = (70.0, 95.0)
    dry_kpa: tuple[float, float] = (0.6, 1.6)
    # mm in 24 h, %, kPa; engineering
    young_days: float = 1.0
    # d since the first sight, after which a fire no longer asks the weather
    lightning_km: float = 10.0
    lightning_hours: float = 240.0
    # km, h; strokes smoulder for up to ten days
    fresh_hours: float = 48.0
    # h before the last pixel; what burns beside a source burns now
    beside_source_km: float = 0.3
    # km beyond a pixel's width from a source: geolocation and the source's own place
    static_limit: float = -6.0
    # log-odds; terms that all say "permanent source" reach no farther together
    kept: float = 0.21
    # probability at which a signal stays whose looks alone speak against it
    hiding: float = 0.8
    # strength from which a term other than looks may hide: a catalogue, a person, years of nights;
    # what was learned in one year has 0.75 at most and only lowers
    outgrown: float = 0.2
    # of ``grown``: 2 km across no source hides it


WEIGHTS: Final = Weights()
LIMITS: Final = Limits()
LIKELY: Final = 0.9
"""From here a signal is presumably a fire."""
DOUBTFUL: Final = 0.2
"""Below, a signal is put at the end of the queue; it is never hidden for good or dropped."""
