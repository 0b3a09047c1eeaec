"""Evidence for heat sources: what was learned and said, how sure it makes, and how it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sylvan.domain.codes import Coded, Scalar
from sylvan.domain.heat import ALL_HOURS, ALL_MONTHS
from sylvan.domain.heat_entries import Entry, Origin, Verdict
from sylvan.domain.heat_learning import Learned
from sylvan.domain.instants import iso

LEARNED: Final = "learned"
CATALOGUE: Final = "catalogue"
REJECTIONS: Final = "rejections"
FALSE_MARKS: Final = "false_marks"


@dataclass(frozen=True, slots=True)
class SaidParameters:
    """How much people's words about fires count for a source."""

    near_km: float = 1.0
    # km; a rejected fire or a false detection within this speaks of the same source
    rejection_doubt: float = 0.5
    # factor of the doubt for each fire that was rejected as technogenic there
    false_doubt: float = 0.8
    # factor of the doubt for each day on which detections there were marked false
    false_days: int = 3
    # days of false detections that make a proposal alone
    most_confidence: float = 0.95
    period_days: int = 400
    # d; a source that only people's words propose is forgotten after that silence
    radius_km: float = 1.0


SAID: Final = SaidParameters()


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of fires and detections at one place."""

    lon: float
    lat: float
    rejections: tuple[tuple[str, datetime], ...] = ()
    """Fires that were rejected as technogenic, and when."""
    false_days: int = 0
    last: datetime | None = None
    """When the newest of it was seen from above."""


def day_of(number: int) -> datetime:
    """A day since 1970 as a moment: its end, since it was seen some time before."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=number + 1, seconds=-1)


def learned_facts(found: Learned) -> dict[str, Any]:
    """What stands in the register of a learned source."""
    return {
        "first_seen": day_of(found.first_day).date().isoformat(),
        "last_seen": day_of(found.last_day).date().isoformat(),
        "days": found.days,
        "years": list(found.years),
        "months": sorted(found.months),
        "hours": sorted(found.hours),
        "snow_days": found.snow_days,
        "detections": found.detections,
        "confidence": found.confidence,
        "rule": found.version,
    }


def said_facts(said: Said) -> dict[str, Any]:
    """What stands in the register of people's words."""
    rejections = [
        {"fire": fire, "at": iso(at)}
        for fire, at in sorted(said.rejections, key=lambda one: (one[1], one[0]))
    ]
    found: dict[str, Any] = {}
    if rejections:
        found[REJECTIONS] = rejections
    if said.false_days:
        found[FALSE_MARKS] = {"days": said.false_days}
    return found


def confidence(learned: float | None, said: Said | None, params: SaidParameters = SAID) -> float:
    """How sure observation and words together make; 0 where neither is enough."""
    if learned is None and (said is None or not _enough(said, params)):
        return 0.0
    doubt = 1.0 - (learned or 0.0)
    if said is not None:
        doubt *= params.rejection_doubt ** len(said.rejections)
        doubt *= params.false_doubt**said.false_days
    most = max(params.most_confidence, learned or 0.0)
    return round(min(1.0 - doubt, most), 2)


def _enough(said: Said, params: SaidParameters) -> bool:
    return bool(said.rejections) or said.false_days >= params.false_days


def updated(entry: Entry, found: Learned | None, said: Said | None) -> Entry:
    """An entry under what observation and people say now; what neither says stays as it was."""
    evidence = {k: v for k, v in entry.evidence.items() if k not in (REJECTIONS, FALSE_MARKS)}
    if said is not None:
        evidence |= said_facts(said)
    if found is not None:
        evidence |= {LEARNED: learned_facts(found)}
    own = entry.origin is Origin.LEARNED
    sure = confidence(_observed(evidence), said)
    changed = replace(
        entry,
        evidence=evidence,
        confidence=sure if own else max(_base(entry), sure),
        last_seen=_latest(entry.last_seen, found, said),
        valid_until=None if own and sure > 0.0 else entry.valid_until,
    )
    if found is not None and own:
        changed = replace(
            changed,
            point=(found.lon, found.lat),
            radius_km=found.radius_km,
            months=found.months,
            hours=found.hours,
            period_days=found.period_days,
        )
    return changed


def _observed(evidence: Mapping[str, Any]) -> float | None:
    learned = evidence.get(LEARNED)
    return float(learned["confidence"]) if learned else None


def _base(entry: Entry) -> float:
    """The confidence that an entry of another origin came with."""
    return float(entry.evidence.get(CATALOGUE, {}).get("confidence", entry.confidence))


def _latest(before: datetime | None, found: Learned | None, said: Said | None) -> datetime | None:
    known = [before, day_of(found.last_day) if found else None, said.last if said else None]
    return max((one for one in known if one is not None), default=None)


def told(entry: Entry, verdicts: Sequence[Verdict]) -> list[Coded]:
    """The evidence in words, observation first, then lists, then people, oldest first."""
    return [
        *_learned_told(entry.evidence.get(LEARNED)),
        *_season_told(entry),
        *_said_told(entry),
        *(_verdict_told(one) for one in verdicts),
    ]


def _learned_told(facts: Mapping[str, Any] | None) -> list[Coded]:
    if not facts:
        return []
    params: dict[str, Scalar] = {
        "count": facts["days"],
        "first": facts["first_seen"],
        "last": facts["last_seen"],
        "years": ", ".join(map(str, facts["years"])),
        "detections": facts["detections"],
    }
    snow = facts["snow_days"]
    more = [Coded("heat.evidence_snow", {"count": snow})] if snow else []
    return [Coded("heat.evidence_learned", params), *more]


def _season_told(entry: Entry) -> list[Coded]:
    found = []
    if entry.months != ALL_MONTHS:
        found.append(Coded("heat.evidence_months", {"months": _spelt(entry.months)}))
    if entry.hours != ALL_HOURS:
        found.append(Coded("heat.evidence_hours", {"hours": _spelt(entry.hours)}))
    return found


def _spelt(numbers: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))


def _said_told(entry: Entry) -> list[Coded]:
    found = []
    if entry.evidence.get(CATALOGUE) or entry.origin in (Origin.IMPORT, Origin.LAYER):
        found.append(Coded("heat.evidence_list", {"source": entry.source}))
    rejections = entry.evidence.get(REJECTIONS, [])
    if rejections:
        params = {"count": len(rejections), "last": rejections[-1]["at"]}
        found.append(Coded("heat.evidence_rejections", params))
    marks = entry.evidence.get(FALSE_MARKS)
    if marks:
        found.append(Coded("heat.evidence_false", {"count": marks["days"]}))
    return found


def _verdict_told(one: Verdict) -> Coded:
    params: dict[str, Scalar] = {
        "by": one.actor,
        "at": iso(one.at),
        "note": one.note,
    }
    if one.stands or one.undone_at is None:
        return Coded(f"heat.said_{one.word}", params)
    gone = {"undone_by": one.undone_by, "undone_at": one.undone_at.isoformat()}
    return Coded(f"heat.said_{one.word}_undone", params | gone)
