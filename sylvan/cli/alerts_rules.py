"""`sylvan alerts check`, `list`, `try`: the rules, and what they would have told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from sylvan import wiring
from sylvan.cli import logs, serving
from sylvan.cli.output import (
    NOTES,
    OUT,
    AsJson,
    DataDir,
    FriendlyGroup,
    explained,
    print_json,
    say,
    settings_with,
)
from sylvan.cli.texts import told
from sylvan.domain.alerting.letters import Letter
from sylvan.ops import database
from sylvan.ops.refusal import Refusal
from sylvan.services import alert_rules, alert_tests, alert_try, rights
from sylvan.services.alert_rules import Read, RulesError
from sylvan.settings import Settings

app = typer.Typer(
    cls=FriendlyGroup,
    no_args_is_help=True,
    help="Who is told what, and when not: rules are data that you may change.",
)
Folder = Annotated[
    Path | None,
    typer.Option("--dir", help="Folder of alerts with rules/; default: SYLVAN_ALERTS_DIR."),
]
Shown = Annotated[int, typer.Option("--show", min=0, help="Letters to print one by one.")]


@app.command()
def check(folder: Folder = None, json: AsJson = False) -> None:
    """Check all rules, clocks and contacts, and run the tests beside them.

    Exit status 1 when anything is wrong; nothing is changed.
    """
    with explained():
        settings = settings_with(alerts_dir=folder)
        where = alert_rules.folder_of(settings.alerts_dir)
        try:
            read = alert_rules.load(where, rights.load(settings.alerts_dir).rights.roles)
        except RulesError as error:
            _refused(error, json=json)
            raise typer.Exit(1) from None
        outcomes = alert_tests.run(where, read)
        failed = [one for one in outcomes if not one.passed]
        if json:
            print_json(
                {
                    "version": read.book.version,
                    "rules": len(read.said),
                    "faults": [],
                    "tests": [one.as_dict() for one in outcomes],
                }
            )
        else:
            _print_outcomes(read, outcomes, failed)
        if failed:
            raise typer.Exit(1)


@app.command(name="list")
def listed(folder: Folder = None, json: AsJson = False) -> None:
    """The rules that a server with these settings would go by."""
    with explained():
        settings = settings_with(alerts_dir=folder)
        read = _read(settings)
        if json:
            print_json([_told(read, at) for at in range(len(read.said))])
            return
        shown = Table("rule", "about", "grades", "to", "file")
        for at in range(len(read.said)):
            one = _told(read, at)
            shown.add_row(
                one["rule"],
                one["about"],
                " → ".join(one["grades"]),
                "\n".join(one["to"]),
                one["file"],
            )
        OUT.print(shown)


@app.command(name="try")
def tried(
    rule: Annotated[str, typer.Argument(help="Name of a rule, a file of rules, or `all`.")],
    data_dir: DataDir = None,
    since: Annotated[
        str | None, typer.Option(help="From, with zone: 2026-07-16T00:00Z. Default: a day back.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="To, with zone. Default: now.")] = None,
    world: Annotated[str, typer.Option(help="Name of the world.")] = "live",
    show: Shown = 20,
    demo: Annotated[
        bool, typer.Option("--demo", help="Tell a demo's ready roles, as `serve --demo` does.")
    ] = False,
    json: AsJson = False,
) -> None:
    """What a rule would have sent over a past time, to whom, in which hour. Sends nothing.

    The same engine reads the same events as the running job; people are those of today.
    """
    with explained():
        settings = settings_with(data_dir)
        logs.configure_logs(settings)
        begin, end = _moment(since, "--since"), _moment(until, "--until")
        mode = serving.sign_in_mode(settings, demo=demo)
        with (
            database.lease(settings, say) as url,
            wiring.opened(settings, url, sign_in=mode) as house,
        ):
            where = house.worlds.named(world)
            last = end or where.now(datetime.now(UTC))
            first = begin or last - timedelta(days=1)
            if first > last:
                raise Refusal("--since lies after --until.", "Exchange them")
            read = _asked(house.alerts, rule)
            with NOTES.status("reading the log"):
                found = alert_try.try_out(house.alerts.desk, read, where, first, end)
        if json:
            print_json(found.as_dict(most=len(found.letters)))
            return
        _print_tried(found, show)


def _asked(alerts: Any, rule: str) -> Read:
    """All rules in force, one of them, or those of a file."""
    read: Read
    if rule == "all":
        read = alerts.desk.book.current()
    elif Path(rule).suffix in (".yaml", ".yml"):
        try:
            text = Path(rule).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Refusal(f"{rule} cannot be read: {error}", "Name a file of rules") from None
        read = alerts.of_text(text)
    else:
        read = alerts.only(rule)
    return read


def _read(settings: Settings) -> Read:
    where = alert_rules.folder_of(settings.alerts_dir)
    return alert_rules.load(where, rights.load(settings.alerts_dir).rights.roles)


def _moment(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(f"{option} {text!r} is no moment.", "Write 2026-07-16T00:00Z") from None
    if found.tzinfo is None:
        raise Refusal(f"{option} {text!r} has no time zone.", f"Write {text}Z for UTC") from None
    return found.astimezone(UTC)


def _refused(error: RulesError, *, json: bool) -> None:
    faults = [
        {"field": each.field, "code": each.code, **each.params}
        for one in error.faults
        for each in one.errors
    ] or [{"code": one.code, **one.params} for one in error.faults]
    plain = [one for one in error.faults if not one.errors]
    faults += [{"code": one.code, **one.params} for one in plain] if error.errors else []
    if json:
        print_json({"faults": faults})
        return
    for one in faults:
        OUT.print(told(str(one["code"]), one), style="red", markup=False, soft_wrap=True)
    OUT.print(f"{len(faults)} faults; a running server keeps the rules that it has")


def _print_outcomes(read: Read, outcomes: list[Any], failed: list[Any]) -> None:
    for one in failed:
        OUT.print(f"{one.file}: {one.test}", style="red", markup=False)
        for words in one.missing:
            OUT.print(f"  did not come: {words}", markup=False)
        for words in one.unexpected:
            OUT.print(f"  came, not expected: {words}", markup=False)
    OUT.print(
        f"{len(read.said)} rules, {len(read.clocks)} clocks, {len(read.contacts)} contacts;"
        f" {len(outcomes) - len(failed)} of {len(outcomes)} tests passed"
    )


def _told(read: Read, at: int) -> dict[str, Any]:
    one = read.said[at]
    return {
        "rule": one.rule,
        "about": one.about.value,
        "grades": [step.grade for step in one.levels],
        "to": [_whom(whom) for whom in one.to],
        "file": read.files.get(one.rule, ""),
        "names": one.names,
    }


def _whom(whom: Any) -> str:
    if whom.owner:
        return "owner of the asset"
    if whom.contacts:
        return f"contacts: {', '.join(whom.contacts)}"
    if whom.subscribers:
        return f"subscribers ({whom.subscribers})"
    where = f" ({', '.join(whom.levels)})" if whom.levels else ""
    least = f", from {whom.least}" if whom.least != "info" else ""
    return ", ".join(whom.roles) + where + least


def _print_tried(found: alert_try.Tried, show: int) -> None:
    body = found.as_dict()
    OUT.print(
        f"world {found.world}, {body['since']} to {body['until']}:"
        f" {body['total']} letters out of {body['events']} events"
    )
    shown = Table("rule", "recipient", "grade", "letters")
    for (rule, who, grade), number in _grouped(found.letters):
        shown.add_row(rule, who, grade, str(number))
    OUT.print(shown)
    hours = Table("recipient", "fullest hour", "arrivals")
    for one in body["busiest"]:
        hours.add_row(one["recipient"], one["hour"], str(one["arrivals"]))
    OUT.print(hours)
    for letter in body["letters"][:show]:
        line = f"{letter['due_at']}  {letter['grade']:8}{letter['recipient']}  {letter['rule']}"
        OUT.print(f"{line}  {letter['thread']}", markup=False, soft_wrap=True)


def _grouped(letters: Any) -> list[tuple[tuple[str, str, str], int]]:
    counted: dict[tuple[str, str, str], int] = {}
    one: Letter
    for one in letters:
        key = (one.rule, one.recipient, one.grade)
        counted[key] = counted.get(key, 0) + 1
    return sorted(counted.items())
