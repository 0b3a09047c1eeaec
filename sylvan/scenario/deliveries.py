"""What reaches us, and when: files late, twice, superseded, cut off or replaced by an error page.

The order of deliveries is the scenario's other half of truth: a player hands them out by
``deliver_at``, and whatever the receiver makes of them must not depend on that order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from statistics import NormalDist
from typing import Any, Final

import numpy as np

from sylvan.domain.detections import Instrument, Stage
from sylvan.scenario.fields import stream
from sylvan.scenario.fires import Records
from sylvan.scenario.firms import source_name, write
from sylvan.scenario.nuisance import SourceKind
from sylvan.scenario.observe import Observation
from sylvan.scenario.parameters import DAY_S, HOUR_S, ScenarioParameters


class Kind(StrEnum):
    """What a delivery is, hence which door it goes through."""

    DETECTIONS = "detections"
    LIGHTNING = "lightning"
    REPORT = "report"


class Quirk(StrEnum):
    """What is peculiar about a delivery; part of the truth, unknown to the receiver."""

    PLAIN = "plain"
    LATE = "late"
    EARLY = "early"  # real-time version, superseded later
    REPEAT = "repeat"  # byte for byte what came before
    DAILY = "daily"  # the last 24 h once more
    STANDARD = "standard"  # supersedes near real time
    TRUNCATED = "truncated"
    ERROR_PAGE = "error page"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that arrives: a file's bytes, or a report as the API takes it."""

    deliver_at: datetime
    kind: Kind
    feed: str
    name: str
    body: bytes | Mapping[str, Any]
    quirk: Quirk = Quirk.PLAIN


ERROR_PAGE: Final = (
    b"<!DOCTYPE html>\n<html><head><title>503 Service Unavailable</title></head>\n"
    b"<body><h1>Service Unavailable</h1><p>The server is temporarily unable to service your "
    b"request.</p></body></html>\n"
)
"""What a busy server sends with status 200 at times."""

_MENDED_MIN: Final = 35.0
"""Minutes after which a cut file comes again whole."""
_DAILY_HOUR: Final = 6
"""UTC hour of the daily file."""
_TYPES: Final = {int(SourceKind.FLARE): 2, int(SourceKind.INDUSTRY): 2}
"""``type`` of standard processing: 2 other static land source; all else 0."""
_METRES_PER_DEGREE: Final = 111_195.0


def detection_deliveries(
    parameters: ScenarioParameters, observations: Sequence[Observation]
) -> list[Delivery]:
    """All files of all passes, in order of delivery."""
    rng = stream(parameters.seed, "deliveries")
    made: list[Delivery] = []
    usual: list[tuple[float, Observation]] = []
    for seen in observations:
        at, late = _delivery_time(parameters, rng, float(seen.record["end"][0]))
        usual.append((at, seen))
        made.append(_file(at, seen, Stage.NRT, seen.rows, Quirk.LATE if late else Quirk.PLAIN))
        made += _early(parameters, rng, seen)
        if rng.random() < parameters.delivery.repeat_share:
            again = at + rng.uniform(0.5, 8.0) * HOUR_S
            made.append(_file(again, seen, Stage.NRT, seen.rows, Quirk.REPEAT))
    made += _daily(parameters, usual)
    made += _standard(parameters, rng, observations)
    made = _accidents(parameters, rng, made)
    return sorted(made, key=lambda one: (one.deliver_at, one.feed, one.name))


def lightning_deliveries(parameters: ScenarioParameters, strokes: Records) -> list[Delivery]:
    """Hourly files of strokes, each ten minutes after its hour."""
    made = []
    recent = strokes[strokes["at"] >= parameters.t0]
    hours = np.floor(recent["at"] / HOUR_S)
    for hour in np.unique(hours):
        part = recent[hours == hour]
        moment = datetime.fromtimestamp((hour + 1) * HOUR_S + 600, UTC)
        name = f"lightning_{datetime.fromtimestamp(hour * HOUR_S, UTC):%Y%m%dT%H}.csv"
        made.append(Delivery(moment, Kind.LIGHTNING, "lightning", name, stroke_file(part)))
    return made


def stroke_file(strokes: Records) -> bytes:
    """Strokes as a network writes them."""
    lines = ["time,latitude,longitude,peak_current_ka,error_km"]
    lines += [
        f"{_iso(row['at'])},{row['lat']:.4f},{row['lon']:.4f},{row['current_ka']:.1f},"
        f"{row['error_km']:.1f}"
        for row in strokes
    ]
    return ("\n".join(lines) + "\n").encode()


def _delivery_time(
    parameters: ScenarioParameters, rng: np.random.Generator, seen_at: float
) -> tuple[float, bool]:
    d = parameters.delivery
    late = bool(rng.random() < d.late_share)
    spread = np.log(d.delay_p90_h / d.delay_h) / NormalDist().inv_cdf(0.9)
    hours = d.delay_h * np.exp(spread * rng.standard_normal())
    if late:
        hours = rng.uniform(*d.late_h)
    return seen_at + hours * HOUR_S, late


def _early(
    parameters: ScenarioParameters, rng: np.random.Generator, seen: Observation
) -> list[Delivery]:
    """Perhaps a real-time version, with pixels a little off and powers a little different."""
    d = parameters.delivery
    viirs = seen.record["instrument"][0] == Instrument.VIIRS
    if not viirs or not seen.rows.size or rng.random() >= d.early_share:
        return []
    rows = seen.rows.copy()
    _move(rng, rows, d.early_shift_m * 0.9)
    rows["frp"] = np.maximum(np.round(rows["frp"] * np.exp(rng.normal(0, 0.05, rows.size)), 2), 0.1)
    rows["stage"] = Stage.RT
    at = float(seen.record["end"][0]) + rng.uniform(*d.early_h) * HOUR_S
    return [_file(at, seen, Stage.RT, rows, Quirk.EARLY)]


def _standard(
    parameters: ScenarioParameters, rng: np.random.Generator, observations: Sequence[Observation]
) -> list[Delivery]:
    """Standard versions: after weeks of all passes, and a few samples at the end."""
    d = parameters.delivery
    made = []
    full = [one for one in observations if one.rows.size]
    wait = d.standard_after_days * DAY_S
    due = [one for one in full if float(one.record["end"][0]) + wait < parameters.t1]
    samples = [one for one in full[: d.standard_samples] if not due]
    for one in [*due, *samples]:
        rows = one.rows.copy()
        _move(rng, rows, 0.3 * d.early_shift_m)
        rows["stage"] = Stage.STANDARD
        rows["type"] = [_TYPES.get(int(kind), 0) for kind in one.links["kind"]]
        at = float(one.record["end"][0]) + wait if due else parameters.t1 - HOUR_S
        made.append(_file(at, one, Stage.STANDARD, rows, Quirk.STANDARD))
    return made


def _move(rng: np.random.Generator, rows: Records, metres: float) -> None:
    """Shift every pixel by the same small step plus a little of its own, at most ``metres``."""
    heading = rng.uniform(0, 2 * np.pi)
    step = metres * (0.75 + 0.25 * rng.random(rows.size))
    rows["lat"] = np.round(rows["lat"] + step * np.sin(heading) / _METRES_PER_DEGREE, 5)
    shrink = np.cos(np.radians(rows["lat"]))
    rows["lon"] = np.round(rows["lon"] + step * np.cos(heading) / _METRES_PER_DEGREE / shrink, 5)
    rows["lon"] = np.round(np.mod(rows["lon"] + 180.0, 360.0) - 180.0, 5)


def _daily(
    parameters: ScenarioParameters, usual: Sequence[tuple[float, Observation]]
) -> list[Delivery]:
    """Once a day each feed repeats all rows of the last 24 h that it has."""
    if not parameters.delivery.daily_file:
        return []
    made = []
    first = np.floor(parameters.t0 / DAY_S) * DAY_S + _DAILY_HOUR * HOUR_S
    for at in np.arange(first + DAY_S, parameters.t1, DAY_S):
        by_feed: dict[str, list[Observation]] = {}
        for came, seen in usual:
            if came <= at and at - DAY_S <= seen.record["start"][0] and seen.rows.size:
                feed = source_name(int(seen.record["satellite"][0]), Stage.NRT)
                by_feed.setdefault(feed, []).append(seen)
        for feed, group in sorted(by_feed.items()):
            rows = np.concatenate([one.rows for one in group])
            body = write(int(group[0].record["instrument"][0]), Stage.NRT, rows)
            moment = datetime.fromtimestamp(float(at), UTC)
            name = f"{feed}_24h_{moment:%Y%m%d}.csv"
            made.append(Delivery(moment, Kind.DETECTIONS, feed, name, body, Quirk.DAILY))
    return made


def _file(at: float, seen: Observation, stage: Stage, rows: Records, quirk: Quirk) -> Delivery:
    satellite, instrument = (int(seen.record[name][0]) for name in ("satellite", "instrument"))
    feed = source_name(satellite, stage)
    start = datetime.fromtimestamp(float(seen.record["start"][0]), UTC)
    number = int(seen.record["number"][0])
    name = f"{feed}_{stage.name}_{start:%Y%m%dT%H%M}_{number:05d}.csv"
    body = write(instrument, stage, rows)
    # Whole seconds: file systems and people keep no more.
    moment = datetime.fromtimestamp(round(at), UTC)
    return Delivery(moment, Kind.DETECTIONS, feed, name, body, quirk)


def _accidents(
    parameters: ScenarioParameters, rng: np.random.Generator, made: list[Delivery]
) -> list[Delivery]:
    """Cut some files in the middle of a line (they come again whole), add pages of HTML."""
    d = parameters.delivery
    # The accident should hurt: only a file of many rows shows that nothing half-written stays.
    sizes = sorted(
        (i for i, one in enumerate(made) if one.quirk == Quirk.PLAIN),
        key=lambda i: (-len(made[i].body), i),
    )
    chosen = rng.permutation(sizes[: max(8, 4 * d.truncated_files)])[: d.truncated_files]
    for i in chosen.tolist():
        whole = made[i]
        body = bytes(whole.body)[: int(len(whole.body) * 0.6) // 2 * 2 + 1]
        later = datetime.fromtimestamp(whole.deliver_at.timestamp() + _MENDED_MIN * 60, UTC)
        made[i] = Delivery(
            whole.deliver_at, whole.kind, whole.feed, whole.name, _mid_line(body), Quirk.TRUNCATED
        )
        made.append(Delivery(later, whole.kind, whole.feed, whole.name, whole.body))
    for number in range(d.error_pages):
        at = datetime.fromtimestamp(
            round(parameters.t0 + rng.uniform(0.4, 0.9) * (parameters.t1 - parameters.t0)), UTC
        )
        feed = made[int(rng.integers(len(made)))].feed if made else "VIIRS_SNPP_NRT"
        name = f"{feed}_poll_{at:%Y%m%dT%H%M}_{number}.csv"
        made.append(Delivery(at, Kind.DETECTIONS, feed, name, ERROR_PAGE, Quirk.ERROR_PAGE))
    return made


def _mid_line(body: bytes) -> bytes:
    """Make sure that the cut falls inside a line and not between two."""
    return body[:-7] if body.endswith(b"\n") else body


def _iso(at: float) -> str:
    moment = datetime.fromtimestamp(float(at), UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
