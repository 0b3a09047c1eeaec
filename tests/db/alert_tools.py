"""Letters for tests: a box that hands them over once, and an installation with its own channels."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, text

from sylvan import wiring_alerts
from sylvan.domain.alerting.letters import Contact, Letter
from sylvan.services.house import House
from sylvan.services.postroom import Postroom
from sylvan.settings import Settings
from tests.db.helpers import NOW, SetClock, opened

PLACE = {"lon": 129.73312, "lat": 62.03127, "settlement": "Бердигестях", "distance_km": 4.2}


@dataclass
class LetterBox:
    """Letters by their ids; a table says which were handed over: a failure gives them back."""

    letters: dict[Any, Letter] = field(default_factory=dict)

    def add(self, engine, *letters: Letter) -> None:
        with engine.begin() as conn:
            conn.execute(
                text("create table if not exists test_letter (id uuid primary key, handed bool)")
            )
            for one in letters:
                self.letters[one.id] = one
                conn.execute(
                    text("insert into test_letter values (:id, false) on conflict do nothing"),
                    {"id": one.id},
                )

    def due(self, conn: Connection, now: datetime, limit: int) -> Sequence[Letter]:
        if not conn.scalar(text("select to_regclass('test_letter') is not null")):
            return ()
        waiting = [one.id for one in self.letters.values() if one.due_at <= now]
        rows = conn.execute(
            text(
                "update test_letter set handed = true where id in (select id from test_letter"
                " where not handed and id = any(:ids) order by id limit :most"
                " for update skip locked) returning id"
            ),
            {"ids": waiting, "most": limit},
        )
        return [self.letters[row.id] for row in rows]

    def one(self, conn: Connection, letter_id) -> Letter | None:
        del conn
        return self.letters.get(letter_id)


def letter(number: int = 1, *ways: Contact, **told: Any) -> Letter:
    """A letter about a fire; what is told replaces what stands here."""
    plain = Letter(
        dedupe=f"fire-{number}",
        world=1,
        rule="settlement-threat",
        thread="fire:00000000-0000-7000-8000-000000000001",
        grade="alarm",
        template="settlement_threat",
        fields=PLACE,
        recipient=f"person-{number}",
        contacts=ways or (Contact("screen"),),
        language="ru",
        at=NOW,
        due_at=NOW,
        territories=("sakha",),
    )
    return replace(plain, **told)


def asking(number: int, *ways: Contact, minutes: float = 3, **told: Any) -> Letter:
    """The same, to be answered within some minutes."""
    return letter(number, *ways, answer_by=NOW + timedelta(minutes=minutes), **told)


@dataclass
class Office:
    """An installation whose letters are the test's."""

    house: House
    box: LetterBox
    post: Postroom
    clock: SetClock

    @property
    def engine(self):
        return self.house.worlds.engine

    def put(self, *letters: Letter) -> int:
        self.box.add(self.engine, *letters)
        return self.post.deliveries.collect(10_000)

    def rows(self, query: str, **params: Any) -> list[dict[str, Any]]:
        with self.engine.connect() as conn:
            return [dict(row) for row in conn.execute(text(query), params).mappings()]

    def messages(self) -> list[dict[str, Any]]:
        return self.rows("select * from delivery order by id")

    def rule(self, name: str):
        return self.post.deliveries.channels.rules[name]


@contextmanager
def office(
    url: str,
    folder: Path,
    channels: dict[str, Any] | None = None,
    escalation: dict[str, Any] | None = None,
    **settings: Any,
) -> Iterator[Office]:
    """An installation with channels and ladders of its own."""
    alerts = folder / "alerts"
    alerts.mkdir(exist_ok=True)
    plain = {"version": "test", "channels": {"screen": {"kind": "screen"}}}
    (alerts / "channels.yaml").write_text(yaml.safe_dump(plain | (channels or {})), "utf-8")
    ladders = {"version": "test", "people": {}, "ladders": []} | (escalation or {})
    (alerts / "escalation.yaml").write_text(yaml.safe_dump(ladders), "utf-8")
    clock, box = settings.pop("clock", None) or SetClock(), LetterBox()
    told = Settings(
        region="nowhere",
        data_dir=folder / "data",
        alerts_dir=alerts,
        outward_trusted="127.0.0.0/8",
        **settings,
    )
    with opened(url, clock=clock) as house:
        post = wiring_alerts.postroom(told, house.worlds.engine, clock, box)
        house.postroom = post
        yield Office(house, box, post, clock)
