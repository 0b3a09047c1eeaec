"""A generated day in the live world with rules on, and servers of the ways by which it is told.

Whoever is told outside of the house has one way each, so that what a server holds can be compared
with what was foretold, message by message.
"""

import base64
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from sqlalchemy import text

from sylvan import wiring
from sylvan.domain.actors import local_operator
from sylvan.domain.alerting.alerts import Part, bundled
from sylvan.domain.alerting.letters import Letter
from sylvan.jobs import playing
from sylvan.jobs.recordings import from_scenario
from sylvan.jobs.replay import Item, ItemKind
from sylvan.scenario.geography import invented
from sylvan.scenario.parameters import People, PlannedIgnition, ScenarioParameters
from sylvan.scenario.scenario import Scenario, generate
from sylvan.services.alert_desk import SETTLE
from sylvan.services.deliveries import Marked
from sylvan.services.house import House
from sylvan.services.log import drain
from sylvan.settings import Settings
from sylvan.store import engine as store_engine
from tests.db.alert_servers import Mailbox, Sink, http, smtp, until
from tests.db.helpers import SetClock

SHIPPED = Path(__file__).resolve().parents[2] / "alerts"
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
TOKEN = "123456789:abcdefghijklmnopqrstuvwxyz012345678"
ENVIRONMENT = {"DAY_WORD": "word", "DAY_SECRET": SECRET, "DAY_TOKEN": TOKEN}
PHONE, MAIL, CHAT, SIREN = "+79140000001", "duty@gorny.example", "12315544", "/siren"
RULES = """\
rules:
  - rule: day-fire
    names: {ru: Пожар, en: Fire}
    about: fire
    when: {status: {not: [rejected, merged]}}
    levels:
      - {grade: info, if: {detections: {least: 2}}}
      - {grade: warning, if: {area_ha: {least: 50}}}
      - {grade: alarm, if: {distance_km: {most: 12}, likelihood: {least: 0.3}}}
    to: [{contacts: [phone, chat]}]
    template: new_fire
  - rule: day-step
    names: {ru: Шаг, en: Step}
    about: fire
    levels: [{grade: info}]
    tell: change
    of: [status]
    to: [{contacts: [mail]}]
    template: fire_status
    collect: {minutes: 90}
  - rule: day-near
    names: {ru: Рядом, en: Near}
    about: object
    when: {kind: settlement, status: {not: [rejected, merged]}}
    levels:
      - {grade: warning, if: {distance_km: {most: 20}}}
      - {grade: alarm, if: {distance_km: {most: 8}}}
    to: [{contacts: [siren, mail, phone]}]
    template: settlement_threat
    answer: {minutes: 10}
    quiet: {from: "22:00", to: "07:00"}
  - rule: day-late
    names: {ru: Поздно, en: Late}
    about: clock
    levels: [{grade: info}, {grade: warning, if: {step: {least: 2}}}]
    forget: true
    to: [{contacts: [chat]}]
    template: late
    repeat_min: 30
"""
BERDIGESTYAKH = (126.70, 62.10)
"""A village of the region's settlements."""
PARAMETERS = ScenarioParameters(
    seed=2,
    ignitions=3,
    days=1.0,
    warm_hours=2.0,
    weather_node_deg=2.0,
    planned=(
        PlannedIgnition(126.75, 62.12, 1.0, fuel="grass"),
        PlannedIgnition(127.4, 62.3, -6.0, cause="lightning", contained_after_h=60.0),
    ),
    people=People(reports=3, hoaxes=1, mistakes=1, duplicates=1),
)


def _contacts() -> list[dict[str, Any]]:
    ways = {
        "phone": ("sms", PHONE, "ru"),
        "mail": ("mail", MAIL, "ru"),
        "chat": ("telegram", CHAT, "en"),
        "siren": ("siren", "", "ru"),
    }
    return [
        {
            "contact": name,
            "names": {"ru": name, "en": name},
            "channels": [{"channel": channel, "address": address}],
            "language": language,
        }
        for name, (channel, address, language) in ways.items()
    ]


@dataclass
class Servers:
    """The other sides, and what they hold."""

    mail: Mailbox = field(default_factory=Mailbox)
    sms: Sink = field(default_factory=lambda: Sink(lambda _: (202, "0: Accepted for delivery")))
    bot: Sink = field(
        default_factory=lambda: Sink(lambda _: (200, '{"ok":true,"result":{"message_id":1}}'))
    )
    siren: Sink = field(default_factory=lambda: Sink(lambda _: (204, "")))

    def held(self) -> list[tuple[str, str]]:
        """Address and text of every message, sorted."""
        mails = [(str(one["X-To"]), one.get_content()) for one in self.mail.mails]
        texts = [(one.query["to"], one.query["text"]) for one in self.sms.requests]
        said = [one for one in self.bot.requests if one.path.endswith("/sendMessage")]
        chats = [(str(one.json["chat_id"]), one.json["text"]) for one in said]
        blown = [(one.path, one.json["data"]["text"]) for one in self.siren.requests]
        return sorted([*mails, *texts, *chats, *blown])


@contextmanager
def servers() -> Iterator[Servers]:
    """Mail, an SMS gateway, a bot's interface and a siren, on loopback."""
    made = Servers()
    with ExitStack() as stack:
        stack.enter_context(smtp(made.mail))
        for one in (made.sms, made.bot, made.siren):
            stack.enter_context(http(one))
        yield made


def alerts_folder(folder: Path, sides: Servers) -> Path:
    """The shipped rules and templates, four contacts, and channels that lead to the servers."""
    made = folder / "alerts"
    shutil.copytree(SHIPPED, made)
    told = _contacts()
    told[-1]["channels"][0]["address"] = sides.siren.url + SIREN
    _write(made / "contacts.yaml", {"contacts": told})
    (made / "rules" / "day.yaml").write_text(RULES, "utf-8")
    params = {"to": "{to}", "text": "{text}"}
    mail = {"host": "127.0.0.1", "port": sides.mail.port, "tls": "none", "from": "a@b.example"}
    channels = {
        "screen": {"kind": "screen"},
        "mail": {"kind": "mail", **mail},
        "sms": {"kind": "sms", "url": f"{sides.sms.url}/send", "params": params},
        "telegram": {"kind": "apprise", "url": "tgram://${DAY_TOKEN}/{address}"},
        "siren": {"kind": "webhook", "secret_env": "DAY_SECRET", "form": "short"},
    }
    fast = {"per_minute": 60_000}
    for one in channels.values():
        one["sending"] = fast
    del channels["screen"]["sending"]
    _write(made / "channels.yaml", {"version": "day", "channels": channels})
    return made


def _write(path: Path, told: Any) -> None:
    path.write_text(yaml.safe_dump(told, allow_unicode=True), "utf-8")


def settings(folder: Path, alerts: Path) -> Settings:
    """Of an installation in Yakutia."""
    return Settings(
        region="yakutia", data_dir=folder, alerts_dir=alerts, outward_trusted="127.0.0.0/8"
    )


def scenario() -> Scenario:
    """Fires in the middle of the region, one of them beside a village."""
    return generate(PARAMETERS, invented((124, 60, 131, 64), settlements=8, flares=2))


@dataclass
class Day:
    """The installation while the day passes."""

    house: House
    clock: SetClock
    items: Sequence[Item]
    play_from: datetime
    chosen: int = 0

    @classmethod
    def opened(cls, url: str, told: Settings, made: Scenario) -> "Day":
        """Before anything has come in."""
        clock = SetClock(made.parameters.start - timedelta(days=1))
        house = wiring.house(told, store_engine.create(url, pool_size=8), clock=clock)
        house.worlds.live()
        items = sorted(from_scenario(made), key=lambda one: one.at)
        return cls(house, clock, items, made.play_from)

    def read_log(self) -> None:
        """Rules and CAP read what has happened; what is due goes to the senders and arrives."""
        drain(self.house.worlds.engine)
        while self.house.alerts.desk.turn().behind:
            pass
        while self.house.cap_desk.turn()[0]:
            pass
        while self.house.postroom.deliveries.collect():
            pass
        until(lambda: not self.under_way(), "messages do not arrive")
        drain(self.house.worlds.engine)

    def under_way(self) -> int:
        query = text("select count(*) from delivery where state in ('waiting', 'sending')")
        with self.house.worlds.engine.connect() as conn:
            return int(conn.scalar(query) or 0)

    def cap_messages(self) -> list[tuple[str, str]]:
        """Identifier and type of each, in order."""
        query = text("select identifier, msg_type from cap_message order by id")
        with self.house.worlds.engine.connect() as conn:
            return [(row.identifier, row.msg_type) for row in conn.execute(query)]

    def again(self) -> list[dict[str, Any]]:
        """Messages that took more than one try; ``unsure``: the log says that it may have come."""
        query = text("select channel, tries, unsure, answer from delivery where tries > 1")
        with self.house.worlds.engine.connect() as conn:
            return [dict(row) for row in conn.execute(query).mappings()]

    def play(self) -> None:
        """From the first file to the end; an officer decides every twenty minutes."""
        doors = playing.Stage(self.house, self.house.worlds.live())
        decides = self.play_from
        for item in self.items:
            while item.at > decides:
                self.clock.now = max(self.clock.now, decides)
                self.decide()
                self.read_log()
                decides += timedelta(minutes=20)
            self.clock.now = max(self.clock.now, item.at, self.play_from)
            give(doors, item)
        self.clock.now += SETTLE
        self.read_log()

    def decide(self) -> None:
        """Registers one signal of three, rejects one of three, and leaves the last to run late."""
        actor = local_operator(self.house.worlds.live())
        for one in self.house.picture.snapshot(actor)["fires"]:
            if one["status"] != "signal":
                continue
            self.chosen += 1
            choice = self.chosen % 3
            if choice == 1:
                self.house.decisions.register(actor, UUID(one["id"]), {}, None, None)
            elif choice == 2:
                self.house.decisions.reject(
                    actor, UUID(one["id"]), {"reason": "not_found"}, None, None
                )


def give(doors: playing.Stage, item: Item) -> None:
    """One thing through its door, at the moment that the clock shows."""
    content = item.read()
    if item.kind == ItemKind.REPORT:
        doors.report(dict(content), item.name, item.at)
        return
    files = {
        ItemKind.DETECTIONS: doors.take,
        ItemKind.LIGHTNING: doors.lightning,
        ItemKind.ORBITS: doors.orbits,
        ItemKind.WEATHER: doors.weather,
    }
    files[item.kind](item.name, content, item.feed, item.at)


def foretold(house: House, letters: Sequence[Letter], end: datetime) -> list[tuple[str, str, str]]:
    """Address, and the text in full and in short, of each message that letters of contacts make."""
    due = [one for one in letters if one.recipient.startswith("contact:") and one.due_at <= end]
    made = []
    for group in bundled(sorted(due, key=lambda one: (one.at, one.id))):
        head = group[0]
        words = house.postroom.deliveries.writer.write(
            [Part.of(one) for one in group], head.language, Marked()
        )
        address = head.contacts[0].address
        made.append((SIREN if address.endswith(SIREN) else address, words.full, words.short))
    return sorted(made)
