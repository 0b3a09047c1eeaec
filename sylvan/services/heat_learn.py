"""Learning heat sources from what is stored: months counted once, then judged all together.

Only months that changed since they were counted are read again, each in a short transaction of its
own; the years before stand in the tallies. What is found is matched with the register by place, so
that a source that comes back keeps its id.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

import numpy as np
import structlog
from scipy.spatial import cKDTree
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.heat import HeatKind
from sylvan.domain.heat_entries import Entry, Origin
from sylvan.domain.heat_evidence import FALSE_MARKS, REJECTIONS, SAID, Said, confidence, updated
from sylvan.domain.heat_learning import DEFAULT, Learned, LearningParameters, merge, sources, tally
from sylvan.domain.places import earth_xyz
from sylvan.services.base import Base, whole_again
from sylvan.services.geography import Geography
from sylvan.services.heat import Heat
from sylvan.services.surroundings import Surveyor
from sylvan.store import audit, heat, surgery

log = structlog.get_logger()
DAY_S: Final = 86_400
MATCH_KM: Final = 1.0
"""Two places closer than this, or within the entry's radius, are one source."""
MONTHS_AT_ONCE: Final = 2
"""Counted side by side: the server reads one while the other is added up."""
LEARNED_FROM: Final = "sylvan"
Tell = Callable[[int, int], None]
"""Hears how many months of how many are counted."""


def silent(_done: int, _of: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a learning found."""

    detections: int
    months: int
    """Months that were counted anew."""
    found: int
    """Sources that observation shows."""
    added: int
    changed: int
    gone: int
    """Entries that only people's words had proposed, and that nothing speaks for any more."""

    def as_dict(self) -> dict[str, int]:
        """The JSON form."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(slots=True)
class _Evidence:
    """What speaks for one place."""

    learned: Learned | None = None
    said: Said | None = None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class HeatLearning(Base):
    """The use-case that learns; a job calls it daily, an archive when it is in."""

    geography: Geography
    surveyor: Surveyor
    heat: Heat
    params: LearningParameters = field(default=DEFAULT)

    def learn(self, actor: Actor, tell: Tell = silent) -> Lesson:
        """Count what is new, judge all that is counted, and bring the register up to it."""
        months = self._count(actor, tell)
        with self.engine.connect() as conn:
            counted = merge(heat.kept_tallies(conn, actor))
        found = sources(counted, self.params)
        lesson = self._write(actor, found)
        done = replace(lesson, detections=counted.detections, months=months)
        log.info("heat.learned", world=actor.world.name, **done.as_dict())
        return done

    def said(self, actor: Actor) -> str:
        """A text that changes whenever people say something that counts here."""
        with self.engine.connect() as conn:
            return heat.said_mark(conn, actor)

    def listen(self, actor: Actor) -> Lesson:
        """Take up what people have said of fires since; observation stays as it was counted."""
        return self._write(actor, ())

    def _count(self, actor: Actor, tell: Tell) -> int:
        """Count the months in which something changed; how many."""
        with self.engine.connect() as conn:
            stored, known = heat.months(conn, actor), heat.counted(conn, actor)
        due = [one for one in stored if known.get(one[0]) != (one[1], one[2])]
        gone = set(known) - {one[0] for one in stored}
        with ThreadPoolExecutor(MONTHS_AT_ONCE) as beside:
            for done, _ in enumerate(beside.map(partial(self._count_month, actor), due)):
                tell(done, len(due))
        if gone:
            with self.engine.begin() as conn:
                heat.forget_tallies(conn, actor, sorted(gone))
        tell(len(due), len(due))
        return len(due)

    def _count_month(self, actor: Actor, due: tuple[datetime, int, int]) -> None:
        month, rows, newest = due
        with self.engine.begin() as conn:
            part = tally(heat.pixels(conn, actor, month))
            heat.keep_tally(conn, actor, month, part, (rows, newest), self.clock())

    @whole_again
    def _write(self, actor: Actor, found: Sequence[Learned]) -> Lesson:
        with self.engine.begin() as conn:
            heat.lock(conn, actor)
            now = self.clock()
            region = self.geography.region(conn)
            entries = self.surveyor.entries(conn, actor, region)
            places = _matched(entries, found, _said(conn, actor))
            new: list[Entry] = []
            changed: list[Entry] = []
            gone: list[Entry] = []
            for one in places:
                after = _after(one, now)
                if after is None:
                    continue
                if one.entry is None:
                    (address,) = region.addresses([after.point])
                    new.append(replace(after, territories=address.territories))
                elif _differs(one.entry, after):
                    step = replace(after, version=one.entry.version + 1)
                    if after.confidence > 0.0:
                        changed.append(step)
                    else:
                        gone.append(replace(step, valid_until=actor.world.now(now)))
            self.heat.written(conn, actor, [*new, *changed, *gone], now)
            counts = {"added": len(new), "changed": len(changed), "gone": len(gone)}
            if new or changed or gone:
                audit.record(conn, actor, "heat.learn", "heat", counts, now=now)
            return Lesson(0, 0, len(found), **counts)


def _said(conn: Connection, actor: Actor) -> list[Said]:
    """People's words about fires and detections, gathered by place."""
    rejected = heat.technogenic(conn, actor)
    false = surgery.false_detections(conn, actor)
    lon = np.concatenate([[one[1] for one in rejected], false["lon"]]).astype(np.float64)
    lat = np.concatenate([[one[2] for one in rejected], false["lat"]]).astype(np.float64)
    groups = _groups(lon, lat)
    found = []
    for members in groups:
        fires = [rejected[at] for at in members if at < len(rejected)]
        marks = false[[at - len(rejected) for at in members if at >= len(rejected)]]
        days = np.unique(marks["acq_at"] // DAY_S)
        seen = [one[4] for one in fires]
        if len(marks):
            seen.append(datetime.fromtimestamp(int(marks["acq_at"].max()), UTC))
        found.append(
            Said(
                lon=float(np.median(lon[members])),
                lat=float(np.median(lat[members])),
                rejections=tuple((str(one[0]), one[3]) for one in fires),
                false_days=len(days),
                last=max(seen),
            )
        )
    return found


def _groups(lon: Any, lat: Any) -> list[list[int]]:
    """Places close to each other, the first of each group in order of place being its seed."""
    if not len(lon):
        return []
    tree = cKDTree(earth_xyz(lon, lat))
    left = np.ones(len(lon), np.bool_)
    groups = []
    for at in np.lexsort((lat, lon)):
        if left[at]:
            near = tree.query_ball_point(tree.data[at], SAID.near_km * 1e3)
            members = sorted(one for one in near if left[one])
            left[members] = False
            groups.append(members)
    return groups


def _matched(
    entries: Sequence[Entry], found: Sequence[Learned], said: Sequence[Said]
) -> list[_Evidence]:
    """What speaks for each entry, and for places that are no entry yet."""
    of: dict[UUID, _Evidence] = {}
    new: list[_Evidence] = []
    for one in entries:
        if one.evidence.keys() & {REJECTIONS, FALSE_MARKS}:
            of[one.id] = _Evidence(entry=one)  # people may have taken their words back
    for learned in found:
        entry = _nearest(entries, learned.lon, learned.lat, of)
        if entry is None:
            new.append(_Evidence(learned=learned))
        else:
            of.setdefault(entry.id, _Evidence(entry=entry)).learned = learned
    for words in said:
        fresh = _beside(new, words)
        entry = None if fresh else _nearest(entries, words.lon, words.lat, {})
        if fresh is not None:
            fresh.said = words
        elif entry is not None:
            of.setdefault(entry.id, _Evidence(entry=entry)).said = words
        else:
            new.append(_Evidence(said=words))
    return [*of.values(), *new]


def _beside(new: Sequence[_Evidence], words: Said) -> _Evidence | None:
    """The place that observation has just found there."""
    for one in new:
        if one.learned and _km(one.learned.lon, one.learned.lat, words.lon, words.lat) <= MATCH_KM:
            return one
    return None


def _nearest(
    entries: Sequence[Entry], lon: float, lat: float, taken: dict[UUID, _Evidence]
) -> Entry | None:
    """The entry at a place that observation has not been matched with yet."""
    if not entries:
        return None
    away = earth_xyz(
        np.array([one.point[0] for one in entries]), np.array([one.point[1] for one in entries])
    ) - earth_xyz(np.array([lon]), np.array([lat]))
    km = np.linalg.norm(away, axis=1) / 1e3
    for at in np.argsort(km, kind="stable"):
        if km[at] > max(MATCH_KM, entries[at].radius_km):
            continue
        known = taken.get(entries[at].id)
        if known is None or known.learned is None:
            return entries[int(at)]
    return None


def _km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    a, b = earth_xyz(np.array([lon, other_lon]), np.array([lat, other_lat]))
    return float(np.linalg.norm(a - b)) / 1e3


def _after(one: _Evidence, now: datetime) -> Entry | None:
    """The entry under this evidence; ``None`` where it is not enough for a new one."""
    if one.entry is not None:
        return updated(one.entry, one.learned, one.said)
    sure = confidence(one.learned.confidence if one.learned else None, one.said)
    if sure <= 0.0:
        return None
    lon, lat = (one.learned or one.said).lon, (one.learned or one.said).lat  # type: ignore[union-attr]  # one of them is there
    base = Entry(
        id=uuid7(),
        version=1,
        origin=Origin.LEARNED,
        kind=HeatKind.OTHER,
        point=(lon, lat),
        radius_km=SAID.radius_km,
        confidence=sure,
        source=LEARNED_FROM,
        period_days=SAID.period_days,
        created_at=now,
    )
    return updated(base, one.learned, one.said)


def _differs(before: Entry, after: Entry) -> bool:
    """Whether anything is new; the database keeps some numbers in single precision."""
    near = replace(
        before,
        confidence=round(before.confidence, 2),
        radius_km=round(before.radius_km, 3),
        point=(round(before.point[0], 5), round(before.point[1], 5)),
    )
    other = replace(
        after,
        confidence=round(after.confidence, 2),
        radius_km=round(after.radius_km, 3),
        point=(round(after.point[0], 5), round(after.point[1], 5)),
    )
    return near != other
