"""A storm of letters while a third of the sinks fail: does each recipient get each, once, and when.

Half go by SMS through three gateways, half to webhooks on thirty hosts; a gateway and ten hosts are
ill: they answer with faults, hang, or break the connection. All get well once everything that goes
to the others has arrived. The same storm with nobody ill is the reference: how much longer do the
others wait when a third is ill? And a plain loop that only posts the SMS tells what it costs to
keep a queue, with every try on record.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any, Final
from zlib import crc32

import httpx
from rich.table import Table
from sqlalchemy import Engine, text

from sylvan import wiring_alerts
from sylvan.bench.alerts_sinks import WAYS, Side, side
from sylvan.bench.onto import private_house
from sylvan.domain.alerting.letters import Contact, Letter
from sylvan.domain.alerting.rules import ChannelRule, SendingRules
from sylvan.domain.codes import Scalar
from sylvan.services.base import real_clock
from sylvan.services.deliveries import NoLetters
from sylvan.services.postroom import Postroom
from sylvan.settings import Settings

HOSTS: Final = 30
GATEWAYS: Final = ("sms-a", "sms-b", "sms-c")
LIMIT: Final = 2.0
"""Those who are well may wait so many times as long while a third is ill."""
PATIENCE_S: Final = 600.0
AT_ONCE: Final = 500
SENDING: Final = SendingRules(
    per_minute=100_000,
    at_once=48,
    at_once_each=4,
    tries=1_000,
    first_pause_s=0.5,
    longest_pause_s=3.0,
    failures_to_rest=3,
    rest_s=1.0,
    longest_rest_s=4.0,
    patience_s=4.0,
)
_AT: Final = datetime(2026, 7, 17, 6, tzinfo=UTC)
_WORDS: Final[dict[str, Scalar]] = {
    "lon": 129.73,
    "lat": 62.03,
    "settlement": "Бердигестях",
    "distance_km": 2.8,
}


@dataclass(frozen=True, slots=True)
class Sunk:
    """A letter, and which sink it goes to."""

    letter: Letter
    sink: str


def hosts() -> list[str]:
    """Loopback addresses of the webhooks; the gateways share the first one."""
    return [f"127.0.1.{number + 1}" for number in range(HOSTS)]


def ill() -> dict[str, str]:
    """A gateway and a third of the hosts, each ill in one of the ways."""
    names = [f"/{GATEWAYS[-1]}", *hosts()[1::3]]
    return {name: WAYS[place % len(WAYS)] for place, name in enumerate(names)}


def storm(letters: int, port: int, name: str) -> list[Sunk]:
    """Letters in turn to all sinks; each storm's numbers are its own."""
    first = crc32(name.encode()) * 1_000_000
    made = []
    for number in range(letters):
        if number % 2:
            gateway = GATEWAYS[number // 2 % len(GATEWAYS)]
            contact, sink = Contact(gateway, f"+{first + number}"), f"/{gateway}"
        else:
            sink = hosts()[number // 2 % HOSTS]
            contact = Contact("siren", f"http://{sink}:{port}/{number}")
        told = Letter(
            dedupe=f"{name}-{number}",
            world=1,
            rule="storm",
            thread=f"fire:{number % 50}",
            grade=("info", "warning", "alarm")[number % 3],
            template="settlement_threat",
            fields=_WORDS,
            recipient=f"person-{number}",
            contacts=(contact,),
            language="ru",
            at=_AT,
            due_at=_AT,
        )
        made.append(Sunk(told, sink))
    return made


def channels(port: int) -> dict[str, ChannelRule]:
    """Three gateways and the webhooks."""
    params = {"to": "{to}", "text": "{text}", "coding": "{coding}"}
    found = {
        name: ChannelRule(
            name=name,
            kind="sms",
            form="short",
            sending=SENDING,
            options={
                "method": "GET",
                "url": f"http://{hosts()[0]}:{port}/{name}",
                "params": params,
                "accepted": "^0:",
            },
        )
        for name in GATEWAYS
    }
    siren = ChannelRule(
        "siren", "webhook", dedupes=True, sending=SENDING, options={"secret_env": "c2VjcmV0"}
    )
    return found | {"siren": siren}


@contextmanager
def sending(post: Postroom) -> Iterator[None]:
    """The sender at work."""
    stop = Event()
    thread = Thread(target=wiring_alerts.sender(post).run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)


def run(letters: int = 5_000) -> dict[str, Any]:
    """Both storms and the plain loop.

    Returns:
        For each storm, seconds until everything arrived at those who are well and at all, what was
        lost and what came twice; ``ratios.ill_over_well`` and ``ratios.queue_over_plain``.
    """
    with (
        private_house() as (house, engine),
        TemporaryDirectory(prefix="sylvan-storm-") as folder,
        side(hosts()) as sinks,
    ):
        house.worlds.live()
        post = room(engine, Path(folder), sinks.port)
        plain_s = asyncio.run(_plain(sinks, letters // 2))
        well = one_storm(post, sinks, letters, "well", {})
        told = one_storm(post, sinks, letters, "ill", ill())
        tries = _tries(engine)
    return {
        "letters": letters,
        "well": well,
        "ill": told,
        "plain_sms_s": plain_s,
        "tries": tries,
        "ratios": {
            "ill_over_well": told["others_s"] / well["others_s"],
            "queue_over_plain": (well["all_s"] / letters) / (plain_s / (letters // 2)),
        },
    }


def room(engine: Engine, folder: Path, port: int) -> Postroom:
    """An installation with the storm's channels."""
    settings = Settings(data_dir=folder, outward_trusted="127.0.0.0/8")
    post = wiring_alerts.postroom(settings, engine, real_clock, NoLetters())
    mine = replace(post.deliveries.channels, rules=channels(port))
    deliveries = replace(post.deliveries, channels=mine)
    return replace(
        post,
        deliveries=deliveries,
        queue=replace(post.queue, deliveries=deliveries),
        escalating=replace(post.escalating, deliveries=deliveries),
    )


def one_storm(
    post: Postroom, sinks: Side, letters: int, name: str, sick: dict[str, str]
) -> dict[str, Any]:
    """Send a storm; the sick get well when everybody else has everything."""
    sinks.ill(sick)
    before = sinks.told()
    found = storm(letters, sinks.port, name)
    others = sum(one.sink not in sick for one in found)
    begun = time.perf_counter()

    def arrived() -> int:
        """Messages that came, each counted once."""
        taken = sinks.told()["taken"]
        return len(taken) - len(before["taken"])

    with sending(post):
        _put(post, [one.letter for one in found])
        others_s = _until(lambda: arrived() >= others, begun)
        early = arrived() - others
        sinks.ill({})
        all_s = _until(lambda: arrived() >= letters, begun)
        _until(lambda: not post.queue.deliveries_open(), begun)
    keys = _keys(post, found)
    after = sinks.told()["taken"]
    fresh = {key: count - before["taken"].get(key, 0) for key, count in after.items()}
    twice = {key for key in keys if fresh.get(key, 0) > 1}
    return {
        "others_s": others_s,
        "all_s": all_s,
        "others": others,
        "from_the_ill": early,
        # its answer came too late to be heard: the log says so, and webhooks know it by its id
        "lost": sum(fresh.get(key, 0) == 0 for key in keys),
        "twice": len(twice),
        "twice_untold": len(twice - _unsure(post)),
    }


def _put(post: Postroom, letters: Sequence[Letter]) -> None:
    for start in range(0, len(letters), AT_ONCE):
        with post.deliveries.engine.begin() as conn:
            post.deliveries.put(conn, letters[start : start + AT_ONCE])


def _keys(post: Postroom, found: Sequence[Sunk]) -> list[str]:
    """By what a sink knows each message: a number, or the id of the delivery."""
    with post.deliveries.engine.connect() as conn:
        rows = conn.execute(text("select alert_id, id, round, channel, address from delivery"))
        by_alert = {row.alert_id: row for row in rows}
    keys = []
    for one in found:
        row = by_alert[one.letter.id]
        mark = f"{row.alert_id}.{row.id}.{row.round}"
        keys.append(mark if row.channel == "siren" else row.address)
    return keys


def _unsure(post: Postroom) -> set[str]:
    """Messages of which the log says that they may have come twice."""
    query = text("select alert_id, id, round, channel, address from delivery where unsure")
    with post.deliveries.engine.connect() as conn:
        return {
            f"{row.alert_id}.{row.id}.{row.round}" if row.channel == "siren" else row.address
            for row in conn.execute(query)
        }


def _until(so: Callable[[], bool], begun: float) -> float:
    while not so():
        if time.perf_counter() - begun > PATIENCE_S:
            raise TimeoutError("the storm did not end")
        time.sleep(0.1)
    return time.perf_counter() - begun


async def _plain(sinks: Side, number: int) -> float:
    """Seconds for as many SMS by a loop that keeps nothing."""
    url = f"http://{hosts()[0]}:{sinks.port}/sms-plain"
    gate = asyncio.Semaphore(SENDING.at_once)
    limits = httpx.Limits(max_connections=SENDING.at_once)
    async with httpx.AsyncClient(trust_env=False, limits=limits) as client:

        async def send(place: int) -> None:
            async with gate:
                params = {"to": f"plain-{place}", "text": "62.03, 129.73 Бердигестях"}
                (await client.get(url, params=params)).raise_for_status()

        begun = time.perf_counter()
        await asyncio.gather(*(send(place) for place in range(number)))
        return time.perf_counter() - begun


def _tries(engine: Engine) -> dict[str, int]:
    with engine.connect() as conn:
        rows = conn.execute(
            text("select coalesce(outcome, 'none') o, count(*) n from attempt group by 1")
        )
        return {row.o: row.n for row in rows}


def table(result: dict[str, Any]) -> Table:
    """For people."""
    shown = Table(title=f"{result['letters']:,} letters, a third of the sinks ill")
    for name in ("storm", "others have all, s", "everybody has, s", "lost", "twice", "untold"):
        shown.add_column(name, justify="right")
    for name in ("well", "ill"):
        told = result[name]
        cells = (
            f"{told['others_s']:.1f}",
            f"{told['all_s']:.1f}",
            told["lost"],
            told["twice"],
            told["twice_untold"],
        )
        shown.add_row(name, *map(str, cells))
    ratios = result["ratios"]
    shown.caption = (
        f"others wait {ratios['ill_over_well']:.2f} times as long while a third is ill"
        f" (limit {LIMIT}); the queue takes {ratios['queue_over_plain']:.1f} times a plain loop"
    )
    return shown
