"""Elements of the scenario's satellites, as a file, and the passes that they make over a place."""

from datetime import datetime

import numpy as np

from sylvan.domain import elements, passes
from sylvan.domain.detections import Satellite
from sylvan.scenario.orbits import make_elements

NAMES = {Satellite.SNPP: "SUOMI NPP", Satellite.NOAA20: "NOAA 20", Satellite.AQUA: "AQUA"}


def tle(at: datetime, *satellites: Satellite) -> bytes:
    """Three-line elements with their epoch at that day's midnight; without names of all."""
    sets = [one for one in make_elements(at) if not satellites or one.satellite in satellites]
    lines = [f"{NAMES.get(s.satellite, s.satellite.name)}\n{s.line1}\n{s.line2}\n" for s in sets]
    return "".join(lines).encode()


def overflights(at: datetime, point: tuple[float, float], since: datetime, until: datetime):
    """Covered overflights of a place, with those elements."""
    sets = elements.read(tle(at), "test").sets
    lon, lat = (np.array([value]) for value in point)
    rows = passes.passes_over(sets, lon, lat, since, until)
    return rows[rows["covered"]]
