"""Rules for tests of the desk, letters as stored, and a desk that is written to be killed."""

from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import select

from sylvan.services import rights
from sylvan.services.alert_book import RuleBook
from sylvan.services.alert_desk import AlertDesk
from sylvan.services.house import House
from sylvan.store.letters import letters
from tests.db.helpers import SetClock, opened

RULES = """\
rules:
  - rule: seen
    names: {ru: виден, en: seen}
    about: fire
    when: {status: {not: [rejected, merged]}}
    levels:
      - {grade: info}
      - {grade: warning, if: {detections: {least: 6}}}
      - {grade: alarm, if: {detections: {least: 12}}}
    to: [{roles: [dispatcher]}]
    template: seen
    answer: {minutes: 10}
  - rule: step
    names: {ru: шаг, en: step}
    about: fire
    levels: [{grade: info}]
    tell: change
    of: [status]
    to: [{roles: [dispatcher]}]
    template: step
    repeat_min: 5
  - rule: late
    names: {ru: поздно, en: late}
    about: clock
    levels:
      - {grade: info}
      - {grade: warning, if: {step: {least: 2}}}
    forget: true
    to: [{roles: [dispatcher]}]
    template: late
"""
CLOCKS = """\
version: test
clocks:
  - clock: registered
    names: {ru: не зарегистрирован, en: not registered}
    about: fire
    while: {status: signal}
    since: received_at
    steps_min: [2, 10]
    source: a test
  - clock: acknowledged
    names: {ru: не подтверждено, en: not acknowledged}
    about: letter
    steps_min: [0]
    source: a test
"""


def write_rules(folder: Path, rules: str = RULES, clocks: str = CLOCKS) -> Path:
    """A folder of alerts with these rules alone."""
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    (folder / "rules" / "test.yaml").write_text(rules, "utf-8")
    (folder / "clocks.yaml").write_text(clocks, "utf-8")
    return folder


def desk_of(house: House, folder: Path) -> AlertDesk:
    """The house's desk with the rules of a folder, at its place in the log."""
    desk = house.alerts.desk
    desk.book = RuleBook(folder, rights.load().rights.roles)
    return desk


def drained(desk: AlertDesk) -> int:
    """Read the log to its end; how many letters were made."""
    made = 0
    while True:
        done = desk.turn()
        made += done.letters
        if not done.behind and not done.read:
            return made


def stored(house: House, world: int | None = None) -> list:
    """Letters in the order in which they came true."""
    query = select(letters).order_by(letters.c.at, letters.c.rule, letters.c.id)
    if world is not None:
        query = query.where(letters.c.world_id == world)
    with house.worlds.engine.connect() as conn:
        return conn.execute(query).all()


def processes():
    """Where lives are started from."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def live(url: str, folder: str, now: str, journal: str) -> None:
    """Read the log, a few events at a time, until killed."""
    from datetime import datetime  # noqa: PLC0415 - a life is short

    from sylvan.services import alert_desk  # noqa: PLC0415

    alert_desk.PAGE = 3
    with opened(url, pool=2, clock=SetClock(datetime.fromisoformat(now))) as house:
        desk = desk_of(house, Path(folder))
        with Path(journal).open("ab", buffering=0) as notes:
            notes.write(b"\n")
            while True:
                notes.write(b"(")
                desk.turn()
                notes.write(b")")


__all__ = ["desk_of", "drained", "live", "processes", "stored", "write_rules"]
