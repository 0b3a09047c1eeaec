"""The rules' desk: a file of rules is checked as it is typed, tried over a past day, put in force.

Files remain the truth: what is put in force is written into the operator's folder of alerts
(``SYLVAN_ALERTS_DIR``), whole or not at all, where `sylvan alerts` and every process read it. The
folder that came with Sylvan belongs to the package and is never written: without one of his own an
operator takes the file away.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.alerting.alerts import Part
from sylvan.domain.alerting.letters import Letter
from sylvan.domain.codes import Conflict, FieldError, Invalid
from sylvan.domain.instants import iso
from sylvan.services import alert_rules, alert_tests, alert_try
from sylvan.services.alert_book import RuleBook
from sylvan.services.alert_desk import AlertDesk
from sylvan.services.alert_rules import RULES, TESTS, Read, RulesError
from sylvan.services.alerts import LATELY, LONGEST
from sylvan.services.base import Base
from sylvan.services.deliveries import Writer, marked
from sylvan.services.packs import PackError
from sylvan.store import audit, rule_versions
from sylvan.store.rule_versions import RuleVersion

TEXTS: Final = 40
"""Letters of a try-out that are told word by word."""


@dataclass(frozen=True, slots=True)
class RuleDesk(Base):
    """Use-cases about files of alert rules."""

    desk: AlertDesk
    writer: Writer
    own: Path | None
    """The operator's folder of alerts, where there is one."""

    @property
    def book(self) -> RuleBook:
        """The rules in force."""
        return self.desk.book

    @property
    def writable(self) -> bool:
        """Whether files may be written here: into the operator's folder alone."""
        mine = self.own is not None and self.book.folder == self.own
        return mine and os.access(self.book.folder / RULES, os.W_OK)

    def overview(self) -> dict[str, Any]:
        """Every file with its text and its rules, and what is wrong with the newest ones."""
        read, faults = self.book.current(), self.book.faults()
        with self.engine.connect() as conn:
            kept = rule_versions.counts(conn)
        files = [
            {
                "file": path.name,
                "text": text,
                "mark": mark_of(text),
                "rules": [name for name, file in read.files.items() if file == path.name],
                "versions": kept.get(path.name, 0),
            }
            for path, text in self._texts()
        ]
        told = {"version": read.book.version, "writable": self.writable, "files": files}
        return told | {"faults": [_named(one) for one in faults]}

    def history(self, file: str) -> list[dict[str, Any]]:
        """What a file said, the newest first."""
        with self.engine.connect() as conn:
            return [_version(one) for one in rule_versions.of_file(conn, file)]

    def judge(self, file: str, text: str) -> dict[str, Any]:
        """What is wrong with a text, were it that file; and which tests would not hold any more."""
        with self._laid_out(file, text) as folder:
            try:
                read = alert_rules.load(folder, self.book.roles)
            except RulesError as error:
                return {"ok": False, "faults": _faults(error), "rules": [], "failed": []}
            try:
                outcomes = alert_tests.run(folder, read)
            except PackError as error:
                return {
                    "ok": True,
                    "faults": _faults(RulesError([error])),
                    "rules": [],
                    "failed": [],
                }
        mine = [name for name, of in read.files.items() if of == file]
        failed = [one.as_dict() for one in outcomes if not one.passed]
        return {"ok": True, "faults": [], "rules": mine, "failed": failed}

    def tried(
        self,
        actor: Actor,
        file: str,
        text: str,
        since: datetime | None,
        until: datetime | None,
    ) -> dict[str, Any]:
        """What the rules of a text would have told: by recipient and way, and in their own words.

        Raises:
            Invalid: the text has faults, by line and field; or the time is too long.
        """
        now = actor.world.now(self.clock())
        end = min(until or now, now)
        begin = since or end - LATELY
        if not LONGEST >= end - begin >= LONGEST * 0:
            raise Invalid("alerts.span", {"days": LONGEST.days}, "since")
        read = self._read(file, text)
        asked = frozenset(name for name, of in read.files.items() if of == file)
        found = alert_try.try_out(
            self.desk, replace(read, asked=asked), actor.world, begin, end, actor
        )
        return found.as_dict() | {
            "by_way": _by_way(found.letters),
            "texts": [self._worded(one, actor) for one in found.letters[:TEXTS]],
        }

    def publish(
        self,
        actor: Actor,
        file: str,
        text: str,
        reason: str,
        against: str,
        restores: int | None = None,
    ) -> dict[str, Any]:
        """Put a text in force as that file; what stood there is kept.

        Args:
            actor: who answers for it.
            file: name of a file of rules, there or new.
            text: the whole file.
            reason: why.
            against: mark of the text that was changed; empty: the file is new.
            restores: number of the former version that it brings back.

        Raises:
            Conflict: files are not written here, or somebody has changed the file since.
            Invalid: the text has faults.
        """
        if not self.writable:
            raise Conflict("rules.not_writable", {"file": file})
        self._read(file, text)
        path = self.book.folder / RULES / file
        with self.engine.begin() as conn:
            rule_versions.lock(conn)
            before = path.read_text("utf-8") if path.exists() else None
            if against != ("" if before is None else mark_of(before)):
                raise Conflict("rules.changed_since", {"file": file})
            if before == text:
                raise Conflict("rules.same", {"file": file})
            now = self.clock()
            number = self._kept(conn, file, before, now) + 1
            made = RuleVersion(
                uuid7(), file, number, text, now, actor.subject, actor.name, reason, restores
            )
            rule_versions.add(conn, made)
            facts = {"file": file, "reason": reason, "restores": restores}
            audit.record(
                conn, actor, "rules.publish", f"rules:{file}", facts, now=now, version=number
            )
            write_whole(path, text)  # last: a fault leaves neither row nor file
        self.book.look()
        return _version(made)

    def _kept(self, conn: Connection, file: str, before: str | None, now: datetime) -> int:
        """The newest version's number, after what was written by hand is kept too."""
        known = rule_versions.of_file(conn, file)
        newest = known[0].number if known else 0
        if before is None or (known and known[0].text == before):
            return newest
        rule_versions.add(conn, RuleVersion(uuid7(), file, newest + 1, before, now))
        return newest + 1

    def _texts(self) -> Iterator[tuple[Path, str]]:
        for path, body in alert_rules.texts(self.book.folder).items():
            if path.parent.name == RULES and body is not None:
                yield path, body.decode("utf-8", "replace")

    def _read(self, file: str, text: str) -> Read:
        with self._laid_out(file, text) as folder:
            try:
                return alert_rules.load(folder, self.book.roles)
            except RulesError as error:
                told = tuple(FieldError(one["field"], "rules.line", one) for one in _faults(error))
                raise Invalid("alerts.rule_refused", {"count": len(told)}, "text", told) from error

    @contextmanager
    def _laid_out(self, file: str, text: str) -> Iterator[Path]:
        """The whole set with a text in the place of one file, as it would be read."""
        with TemporaryDirectory(prefix="sylvan-rules-") as scratch:
            folder = Path(scratch)
            (folder / RULES / TESTS).mkdir(parents=True)
            here = alert_rules.texts(self.book.folder)
            tests = (self.book.folder / RULES / TESTS).glob("*.yaml")
            for path in [*here, *tests]:
                target = folder / path.relative_to(self.book.folder)
                target.write_bytes(path.read_bytes())
            (folder / RULES / file).write_text(text, "utf-8")
            yield folder

    def _worded(self, one: Letter, actor: Actor) -> dict[str, Any]:
        marks = marked(actor.world, drill=one.drill)
        words = self.writer.write([Part.of(one)], one.language, marks)
        return {
            "id": str(one.id),
            "rule": one.rule,
            "recipient": one.recipient,
            "channels": [way.channel for way in one.contacts],
            "grade": one.grade,
            "due_at": iso(one.due_at),
            "subject": words.subject,
            "text": words.full,
        }


def mark_of(text: str) -> str:
    """By which a text is known again."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def write_whole(path: Path, text: str) -> None:
    """Write a file that takes its name when it is whole; readers see the old one or the new one.

    Raises:
        Conflict: the disk is full, or the folder may not be written.
    """
    half = path.with_name(f".{path.name}.part")
    try:
        with half.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        told = {"file": path.name, "reason": error.strerror or str(error)}
        raise Conflict("rules.not_written", told) from error


def _by_way(letters: Sequence[Letter]) -> list[dict[str, Any]]:
    """Letters by recipient and the channel that is tried first."""
    counted: Counter[tuple[str, str]] = Counter()
    for one in letters:
        channel = str(one.contacts[0].channel) if one.contacts else ""
        counted[one.recipient, channel] += 1
    return [
        {"recipient": who, "channel": channel, "letters": number}
        for (who, channel), number in counted.most_common()
    ]


def _faults(error: RulesError) -> list[dict[str, Any]]:
    """Every fault by file, line and field; where it was laid out is nobody's business."""
    found = [one for fault in error.faults for one in fault.errors]
    told = [_named({"field": one.field, "params": one.params}) for one in found]
    plain = [one for one in error.faults if not one.errors]
    return told + [_named({"field": one.field or "file", "params": one.params}) for one in plain]


def _named(fault: Mapping[str, Any]) -> dict[str, Any]:
    params = fault["params"]
    return {
        "file": Path(str(params.get("file") or "")).name,
        "line": params.get("line"),
        "field": str(fault["field"]),
        "reason": str(params.get("reason") or ""),
    }


def _version(one: RuleVersion) -> dict[str, Any]:
    return {
        "file": one.file,
        "number": one.number,
        "text": one.text,
        "at": iso(one.at),
        "by": one.by,
        "name": one.name,
        "reason": one.reason,
        "restores": one.restores,
    }
