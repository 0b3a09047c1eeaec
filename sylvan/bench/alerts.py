"""What a changed fire costs when a thousand rules and ten thousand subscriptions listen to it.

The reference is a loop over all rules and subscriptions that asks each of them in plain Python, on
the same facts in the same run; both must find the same levels, or nothing is told at all.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any, Final
from uuid import UUID

import numpy as np
from rich.table import Table

from sylvan.domain.alerting.book import Book, Clock, Condition, Rule, Step, Whom
from sylvan.domain.alerting.engine import Engine, Stage
from sylvan.domain.alerting.facts import About, Heard
from sylvan.domain.alerting.letters import Contact
from sylvan.domain.alerting.matching import level_of
from sylvan.domain.alerting.memory import Memory
from sylvan.domain.alerting.people import EARTH_M, Circle, Recipient, Subscription, Watches
from sylvan.domain.alerting.reading import Lookups, fire, objects
from sylvan.domain.instants import iso

SEED: Final = 20260717
T0: Final = datetime(2026, 7, 17, 3, tzinfo=UTC)
TOWNS: Final = tuple(f"town-{number:02d}" for number in range(36))
THINGS: Final = 40
"""Things near each fire: more than most fires have."""
KINDS: Final = ("settlement", "power_line", "pipeline", "road", "plant")
LEAST_REPEAT: Final = 20
COMPARED: Final = 10
"""Events on which both ways must find the same before anything is measured."""


def run(rules: int, subscriptions: int, fires: int, repeat: int) -> dict[str, Any]:
    """Medians, p99 and ratios."""
    rng = np.random.default_rng(SEED)
    book = Book("bench", tuple(_rule(rng, number) for number in range(rules)), (_CLOCK,))
    people = [_person(number) for number in range(400)]
    watches = Watches([_watch(rng, number) for number in range(subscriptions)])
    began = time.perf_counter()
    engine = Engine(book, Circle(people), watches, Stage(1))
    compiled_s = time.perf_counter() - began
    events = _events(rng, max(repeat, LEAST_REPEAT) + fires)
    for event in events[:COMPARED]:
        _same(engine, event)
    singles, worked, plain = _singles(engine, events[: max(repeat, LEAST_REPEAT)])
    many_s, letters = _together(engine, events[-fires:])
    return {
        "rules": rules,
        "subscriptions": subscriptions,
        "things": THINGS,
        "compile_s": compiled_s,
        "one_ms": {
            "median": float(np.median(singles)) * 1e3,
            "p99": float(np.percentile(singles, 99)) * 1e3,
            "processor_p99": float(np.percentile(worked, 99)) * 1e3,
        },
        "plain_one_ms": {"median": float(np.median(plain)) * 1e3},
        "ratio_one": float(np.median(plain) / np.median(singles)),
        "fires": fires,
        "many_s": many_s,
        "plain_many_s": float(np.median(plain)) * fires,
        "ratio_many": float(np.median(plain)) * fires / many_s,
        "letters": letters,
    }


def table(result: dict[str, Any]) -> Table:
    """For people."""
    rules, watched = result["rules"], result["subscriptions"]
    shown = Table(
        "what", "Sylvan", "plain loop", "ratio", title=f"{rules} rules, {watched} watches"
    )
    one, plain = result["one_ms"], result["plain_one_ms"]
    shown.add_row(
        f"one changed fire with {result['things']} things, median",
        f"{one['median']:.2f} ms",
        f"{plain['median']:.1f} ms",
        f"{result['ratio_one']:.1f} ×",
    )
    shown.add_row("the same, p99", f"{one['p99']:.2f} ms", "", "")
    shown.add_row("the same, p99 of processor time", f"{one['processor_p99']:.2f} ms", "", "")
    shown.add_row(
        f"{result['fires']} fires ({result['letters']} letters)",
        f"{result['many_s']:.2f} s",
        f"{result['plain_many_s']:.1f} s",
        f"{result['ratio_many']:.1f} ×",
    )
    shown.add_row("rules compiled, once", f"{result['compile_s']:.2f} s", "", "")
    return shown


_CLOCK: Final = Clock(
    "registered",
    About.FIRE,
    (Condition("status", frozenset({"signal"})),),
    "received_at",
    (2.0, 10.0),
)


def _rule(rng: np.random.Generator, number: int) -> Rule:
    """A rule as duty officers write them: of one town or kind, by distance, hours, likelihood."""
    about = About.FIRE if number % 2 else About.OBJECT
    own = frozenset({TOWNS[number % len(TOWNS)]})
    tests = [
        Condition("municipality", own),
        Condition("likelihood", least=float(rng.uniform(0.3, 0.9))),
        Condition("status", none_of=frozenset({"rejected", "out", "merged"})),
    ]
    if about is About.OBJECT:
        tests.append(Condition("kind", frozenset({KINDS[number % len(KINDS)]})))
    far = float(rng.uniform(10, 40))
    steps = (
        Step("info", (Condition("distance_km", most=far),)),
        Step("warning", (Condition("distance_km", most=far / 2),)),
        Step("alarm", (Condition("distance_km", most=far / 8), Condition("area_ha", least=5))),
    )
    whom = Whom((("dispatcher", "chief", "official")[number % 3],))
    if number % 50 == 0:
        about, whom = About.OBJECT, Whom(watch="asset")
    if number % 50 == 1:
        about, whom = About.FIRE, Whom(watch="place")
    return Rule(f"rule-{number:04d}", about, "bench", steps, (whom,), tuple(tests))


def _person(number: int) -> Recipient:
    town = TOWNS[number % len(TOWNS)]
    return Recipient(
        f"person-{number}",
        ("dispatcher", "chief", "official", "viewer")[number % 4],
        "municipality",
        frozenset({town, f"near:{town}", "all"}),
        own=frozenset({town}),
        contacts=(Contact("screen"),),
    )


def _watch(rng: np.random.Generator, number: int) -> Subscription:
    point = (float(rng.uniform(106, 162)), float(rng.uniform(56, 72)))
    watch = ("place", "place", "asset", "territory")[number % 4]
    return Subscription(
        UUID(int=number + 1),
        f"person-{number % 400}",
        watch,  # type: ignore[arg-type]
        point,
        float(rng.uniform(5, 60)),
        "things",
        str(number % 4_000),
        TOWNS[number % len(TOWNS)],
    )


def _events(rng: np.random.Generator, number: int) -> list[tuple[Heard, Heard, Lookups]]:
    """Fires as the log tells them, each followed by what it is near to."""
    found = []
    for at in range(number):
        fire_id = str(UUID(int=at + 1))
        lon, lat = float(rng.uniform(106, 162)), float(rng.uniform(56, 72))
        town = TOWNS[int(rng.integers(len(TOWNS)))]
        moment = T0 + timedelta(seconds=at)
        body = {
            "status": "registered" if at % 3 else "signal",
            "activity": "burning",
            "likelihood": float(rng.uniform(0.3, 1)),
            "area_ha": float(rng.uniform(1, 400)),
            "received_at": iso(moment),
            "last_seen": iso(moment),
            "bbox": [lon, lat, lon + 0.05, lat + 0.02],
            "address": {
                "municipality": {"code": town, "name": {"ru": town, "en": town}},
                "nearest": {"code": "v", "name": {}, "distance_km": float(rng.uniform(0, 60))},
            },
        }
        changed = Heard(2 * at + 1, "fire.changed", fire_id, moment, body, (town,), (lon, lat))
        near = Heard(
            2 * at + 2,
            "fire.exposure",
            f"exposure:{fire_id}",
            moment,
            {"fire_id": fire_id},
            (town,),
        )
        found.append((changed, near, Lookups(objects={near.seq: _things(rng)})))
    return found


def _things(rng: np.random.Generator) -> list[dict[str, Any]]:
    return [
        {
            "layer": "things",
            "code": str(int(rng.integers(4_000))),
            "kind": KINDS[number % len(KINDS)],
            "km": float(rng.uniform(0, 40)),
            "name": {"ru": "имя", "en": "name"},
            "downwind": bool(number % 2),
        }
        for number in range(THINGS)
    ]


def _singles(
    engine: Engine, events: Sequence[tuple[Heard, Heard, Lookups]]
) -> tuple[list[float], list[float], list[float]]:
    """Seconds for each changed fire, gone by and of the processor; of the loop for every tenth.

    A busy machine lengthens the first, not the second.
    """
    memory, took, worked, plain = Memory(), [], [], []
    for number, (changed, near, beside) in enumerate(events):
        began, idle = time.perf_counter(), time.thread_time()
        engine.hear(memory, changed, beside)
        engine.hear(memory, near, beside)
        took.append(time.perf_counter() - began)
        worked.append(time.thread_time() - idle)
        if number % 10 == 0:
            began = time.perf_counter()
            _plain(engine, changed, near, beside)
            plain.append(time.perf_counter() - began)
    return took, worked, plain


def _together(engine: Engine, events: Sequence[tuple[Heard, Heard, Lookups]]) -> tuple[float, int]:
    memory, letters = Memory(), 0
    began = time.perf_counter()
    for changed, near, beside in events:
        letters += len(engine.hear(memory, changed, beside))
        letters += len(engine.hear(memory, near, beside))
    return time.perf_counter() - began, letters


def _plain(
    engine: Engine, changed: Heard, near: Heard, beside: Lookups
) -> list[tuple[str, str, int]]:
    """Every rule asked about every fact, every watched place measured; no letters are made."""
    whole = fire(changed)
    found = []
    around = {rule.name for rule in engine.around}
    for fact in (whole, *objects(near, whole, beside.objects[near.seq], None)):
        for rule in engine.book.rules:
            if rule.about is fact.about and rule.name not in around:
                level = level_of(rule, fact.values)
                if level:
                    found.append((fact.object, rule.name, level))
    lon, lat = changed.point or (0.0, 0.0)
    for one in engine.watches.all:
        if one.watch == "place" and one.point is not None:
            km = _km(lon, lat, *one.point)
            if km <= one.radius_km:
                values = dict(whole.values) | {"distance_km": km}
                for rule in engine.around:
                    level_of(rule, values)
    return found


def _km(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """Haversine on the sphere, as one writes it by hand."""
    rise, turn = radians(to_lat - lat) / 2, radians(to_lon - lon) / 2
    a = sin(rise) ** 2 + cos(radians(lat)) * cos(radians(to_lat)) * sin(turn) ** 2
    return 2 * EARTH_M / 1e3 * asin(min(sqrt(a), 1.0))


def _same(engine: Engine, event: tuple[Heard, Heard, Lookups]) -> None:
    """Both ways find the same levels, or the figures would compare different work."""
    changed, near, beside = event
    whole = fire(changed)
    facts = (whole, *objects(near, whole, beside.objects[near.seq], None))
    ours = {
        (fact.object, rule.name, level)
        for fact in (replace(one) for one in facts)
        for rule, level in engine.matcher.levels(fact)
    }
    if ours != set(_plain(engine, changed, near, beside)):
        raise AssertionError("the compiled rules and the plain loop disagree")
