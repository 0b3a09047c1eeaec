"""Rules, people and facts for tests of alerts."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sylvan.domain.alerting.book import Book, Clock, Condition, Quiet, Rule, Step, Whom
from sylvan.domain.alerting.engine import Engine, Stage
from sylvan.domain.alerting.facts import VOCABULARY, About, Fact
from sylvan.domain.alerting.letters import Contact
from sylvan.domain.alerting.people import Circle, Recipient, Watches

T0 = datetime(2026, 7, 17, 3, 0, tzinfo=UTC)
YAKUTSK = ZoneInfo("Asia/Yakutsk")
NIGHT = Quiet(time(22), time(7))


def person(name: str = "duty", role: str = "dispatcher", *marks: str, **more) -> Recipient:
    return Recipient(
        name=name,
        role=role,
        level="region",
        reach=frozenset(marks),
        everywhere=not marks,
        own=frozenset(marks),
        contacts=(Contact("screen"), Contact("mail", "duty@region.example")),
        zone=YAKUTSK,
        **more,
    )


def rule(name: str = "near", **changes) -> Rule:
    """Told to dispatchers when a fire comes within 20, 10 and 3 km."""
    given = {
        "name": name,
        "about": About.FIRE,
        "template": "near",
        "steps": (
            Step("info", (Condition("distance_km", most=20),)),
            Step("warning", (Condition("distance_km", most=10),)),
            Step("alarm", (Condition("distance_km", most=3),)),
        ),
        "to": (Whom(("dispatcher",)),),
    }
    return Rule(**(given | changes))


def fact(minutes: float = 0, thread: str = "fire:1", **values) -> Fact:
    about = values.pop("about", About.FIRE)
    territories = values.pop("territories", ("suntarsky",))
    thing = values.pop("object", "")
    return Fact(
        about,
        f"{about}.changed",
        thread,
        thing,
        T0 + timedelta(minutes=minutes),
        int(minutes * 60) + 1,
        dict.fromkeys(VOCABULARY[about]) | values,
        territories=territories,
        fire_id=UUID(int=1),
    )


def engine(*rules: Rule, people=None, clocks: tuple[Clock, ...] = (), **more) -> Engine:
    stage = Stage(1, more.pop("drill", False), more.pop("channels", ()))
    book = Book("test", rules, clocks)
    return Engine(book, Circle(people or [person()]), more.pop("watches", Watches()), stage)
