"""Days that drills play: generated ones with their truth, and historic ones out of some world."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine

from sylvan.domain.codes import Invalid
from sylvan.domain.detections import Detections, Satellite, Stage
from sylvan.domain.drills.model import Source, SourceKind
from sylvan.domain.drills.truth import MICRO, PIXEL, TrueFire, Truth
from sylvan.domain.instants import iso
from sylvan.domain.worlds import WorldKind
from sylvan.feeds.errors import FeedError
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parse import read_file
from sylvan.jobs.land import geography_of
from sylvan.jobs.recordings import Timing, from_scenario, passes
from sylvan.jobs.replay import Content, Item, ItemKind
from sylvan.scenario import firms
from sylvan.scenario.geography import Geography
from sylvan.scenario.nuisance import SourceKind as Glows
from sylvan.scenario.parameters import People, ScenarioParameters
from sylvan.scenario.scenario import Scenario, generate
from sylvan.services import packs
from sylvan.store import drill_days, worlds

START: Final = datetime(2026, 7, 16, 22, tzinfo=UTC)
"""When generated days begin: midsummer, seven in the morning in Yakutsk, a shift's first hour."""
BURNING: Final = 0.4
"""Part of a generated day's fires that burn when it begins (the rest break out meanwhile)."""
REPORTS_EACH: Final = 0.5
"""Reports for each fire, mistaken ones among them: somewhat more than in the demo's day."""
TIMING: Final = Timing()
END: Final = "end"
LEAD: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Day:
    """A day ready to be played."""

    items: list[Item]
    play_from: datetime
    holds: dict[str, Any]
    truth: Truth | None


@dataclass(frozen=True, slots=True)
class DrillDays:
    """Makes days on one installation."""

    engine: Engine
    region: str
    layers_dir: Path | None = None

    def holds(self, source: Source) -> dict[str, Any]:
        """What a day holds.

        Raises:
            Invalid: there is no such day.
        """
        return self.day(source).holds

    def day(self, source: Source) -> Day:
        """A day; the same source gives the same one.

        Raises:
            Invalid: there is no such day.
        """
        made = self._historic if source.kind is SourceKind.HISTORIC else self._generated
        return made(source)

    def _generated(self, source: Source) -> Day:
        made = _scenario(source, self.region, self.layers_dir)
        until = made.play_from + source.length
        items = [one for one in from_scenario(made) if one.at <= until]
        truth = _truth(made, items)
        known = [one for one in truth.fires if one.told_at is not None]
        burning = sum(1 for one in truth.fires if one.at <= made.play_from)
        counts = {"fires": len(known), "burning": burning, "left_out": 0}
        return _day(items, made.play_from, until, truth, counts)

    def _historic(self, source: Source) -> Day:
        if source.day is None:
            raise Invalid("drills.no_day", field="day")
        since = datetime.combine(source.day, time(), UTC)
        with self.engine.connect() as conn:
            world = worlds.by_name(conn, source.world)
            if world is None or world.kind is WorldKind.DRILL:
                told = {"world": source.world[:100]}
                raise Invalid("drills.no_such_world", told, "world")
            rows = drill_days.seen(conn, world.id, since, since + source.length)
        if not rows.size:
            told = {"world": source.world, "day": source.day.isoformat()}
            raise Invalid("drills.nothing_that_day", told, "day")
        if rows.size > drill_days.MOST_ROWS:
            raise Invalid("drills.too_much", {"most": drill_days.MOST_ROWS}, "hours")
        ours = np.isin(rows["satellite"], [int(one) for one in firms.FEEDS])
        items = list(_passes(rows[ours]))
        start = min((one.at for one in items), default=since) - LEAD
        counts = {"fires": None, "burning": None, "left_out": int((~ours).sum())}
        return _day(items, start, start + source.length, None, counts)


@lru_cache(maxsize=2)
def _land(region: str, layers_dir: Path | None) -> Geography:
    return geography_of(packs.find(region, layers_dir))


@lru_cache(maxsize=2)
def _scenario(source: Source, region: str, layers_dir: Path | None) -> Scenario:
    """Kept for a while: what was looked at is begun next."""
    reports = max(round(source.fires * REPORTS_EACH), 3)
    return generate(
        ScenarioParameters(
            seed=source.seed,
            start=START,
            days=source.hours / 24,
            warm_hours=0.0,
            ignitions=source.fires,
            ongoing_share=BURNING,
            people=People(reports=reports, hoaxes=1, mistakes=1, duplicates=reports // 5),
        ),
        _land(region, layers_dir),
    )


def _day(
    items: Sequence[Item],
    start: datetime,
    until: datetime,
    truth: Truth | None,
    counts: dict[str, Any],
) -> Day:
    """With its end, at which nothing is delivered: until then its clock has to run."""
    within = [one for one in items if one.at <= until]
    end = Item(until, ItemKind.REPORT, END, END, _nothing)
    files = [one for one in within if one.kind is ItemKind.DETECTIONS]
    holds = {
        "starts_at": iso(start),
        "ends_at": iso(until),
        "files": len(files),
        "rows": sum(max(_body(one).count(b"\n") - 1, 0) for one in files),
        "reports": sum(1 for one in within if one.kind is ItemKind.REPORT),
        **counts,
    }
    return Day([*within, end], start, holds, truth)


def _nothing() -> Content:
    return b""


def _body(one: Item) -> bytes:
    body = one.read()
    return body if isinstance(body, bytes) else b""


def _truth(made: Scenario, items: Sequence[Item]) -> Truth:
    """What burnt, and when the first pixel or report of each fire is handed out."""
    pixels = _pixels(made)
    of = {row[:4]: row[4] for row in pixels.tolist()}
    told: dict[int, datetime] = {}
    about = {f"report_{row['number']:05d}": int(row["fire"]) for row in made.truth.reports}
    for one in sorted(items, key=lambda item: item.at):
        if one.kind is ItemKind.REPORT:
            found = {about.get(one.name, 0)}
        elif one.kind is ItemKind.DETECTIONS:
            found = {of.get(key, 0) for key in _keys(one)}
        else:
            continue
        for fire in found - {0}:
            told.setdefault(fire, one.at)
    hours = int(made.parameters.days * 24) + 1
    areas = made.truth.areas(made.parameters.start, hours)
    return Truth(tuple(_fires(made, told, areas)), pixels)


def _fires(
    made: Scenario, told: dict[int, datetime], areas: npt.NDArray[np.float64]
) -> Iterator[TrueFire]:
    for number, row in enumerate(made.truth.fires.ignitions):
        fire = int(row["fire"])
        yield TrueFire(
            fire,
            float(row["lon"]),
            float(row["lat"]),
            datetime.fromtimestamp(float(row["at"]), UTC),
            told.get(fire),
            made.parameters.start,
            tuple(round(float(ha), 1) for ha in areas[number]),
        )


def _pixels(made: Scenario) -> npt.NDArray[np.void]:
    links = made.truth.links
    pixels = np.zeros(links.size, PIXEL)
    pixels["satellite"] = links["satellite"]
    pixels["minute"] = links["acq_at"] // 60
    pixels["lon"] = np.rint(links["lon"] * MICRO)
    pixels["lat"] = np.rint(links["lat"] * MICRO)
    pixels["fire"] = np.where(links["kind"] == Glows.FIRE, links["source"], 0)
    return pixels


def _keys(one: Item) -> Iterator[tuple[int, int, int, int]]:
    """What the pixels of a file are known by; a file that cannot be read tells of nothing."""
    try:
        rows = read_file(one.name, _body(one), ReadOptions(now=int(one.at.timestamp()))).rows
    except FeedError:
        return
    for satellite, at, lon, lat in zip(
        *(rows[name].tolist() for name in ("satellite", "acq_at", "lon", "lat")), strict=True
    ):
        yield satellite, at // 60, round(lon * MICRO), round(lat * MICRO)


def _passes(rows: Detections) -> Iterator[Item]:
    """Files as the feed would have sent them: pass by pass, the usual delay after each."""
    for number, group in enumerate(passes(rows, TIMING.pass_gap)):
        standard = group["stage"] == Stage.STANDARD
        for stage, part in ((Stage.STANDARD, group[standard]), (Stage.NRT, group[~standard])):
            if part.size:
                satellite = Satellite(int(part["satellite"][0]))
                at = datetime.fromtimestamp(int(part["acq_at"].max()), UTC) + TIMING.delay
                feed = firms.source_name(satellite, stage)
                body = firms.write(int(part["instrument"][0]), stage, part)
                name = f"{feed}_{number:04d}.csv"
                yield Item(at, ItemKind.DETECTIONS, feed, name, partial(_content, body))


def _content(body: bytes) -> Content:
    return body
