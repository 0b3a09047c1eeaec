"""`sylvan alerts`: by which ways alerts leave, what became of them, a letter to try a way.

Who is told what stands beside it (`alerts_rules`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from sylvan import wiring
from sylvan.cli.alerts_rules import app
from sylvan.cli.output import OUT, AsJson, DataDir, print_json, say, settings_with
from sylvan.domain.actors import Actor, local_operator
from sylvan.domain.alerting.alerts import DeliveryState
from sylvan.domain.alerting.letters import Contact, Grade, Letter
from sylvan.ops import database
from sylvan.ops.refusal import Refusal
from sylvan.services.house import House

World = Annotated[str, typer.Option(help="Name of a world.")]
HOUR = timedelta(hours=1)


@contextmanager
def opened(data_dir: Path | None, world: str) -> Iterator[tuple[House, Actor]]:
    """The use-cases, and the operator of this machine."""
    settings = settings_with(data_dir)
    with database.lease(settings, say) as url, wiring.opened(settings, url) as house:
        yield house, local_operator(house.worlds.named(world))


@app.command()
def channels(data_dir: DataDir = None, json: AsJson = False) -> None:
    """Show the ways by which alerts leave: on or off, what waits, what failed."""
    with opened(data_dir, "live") as (house, _):
        rows = house.postroom.views.ways()
    if json:
        print_json(rows)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("channel", "kind", "state", "sent", "waiting", "dead", "oldest"):
        table.add_column(name)
    for row in rows:
        counts = row["counts"]
        missing = f"unset: {', '.join(row['missing'])}" if row["missing"] else "off"
        oldest = "–" if row["oldest_s"] is None else f"{row['oldest_s']} s"
        numbers = (str(counts.get(state, 0)) for state in ("sent", "waiting", "dead"))
        table.add_row(row["channel"], row["kind"], "on" if row["on"] else missing, *numbers, oldest)
    OUT.print(table)


@app.command("log")
def show_log(
    state: Annotated[
        DeliveryState | None, typer.Option(help="Only messages in this state.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Messages at most.")] = 50,
    world: World = "live",
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """List messages and what became of them, the newest first."""
    with opened(data_dir, world) as (house, actor):
        found = house.postroom.views.log(
            actor, state=state, channel=None, fire_id=None, before=None, limit=limit
        )
    if json:
        print_json(found)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    names = ("id", "made_at", "recipient", "channel", "state", "tries", "answer")
    for name in names:
        table.add_column(name)
    for row in found["messages"]:
        table.add_row(*(escape(str(row[name])) for name in names))
    OUT.print(table)


@app.command()
def resend(
    ids: Annotated[list[int] | None, typer.Argument(help="Numbers of messages.")] = None,
    dead: Annotated[bool, typer.Option("--dead", help="All that were given up.")] = False,
    since_h: Annotated[float, typer.Option(min=0, help="With --dead: of the last hours.")] = 24.0,
    world: World = "live",
    data_dir: DataDir = None,
) -> None:
    """Send messages once more."""
    if bool(ids) == dead:
        raise Refusal("Which messages?", "Give their numbers, or --dead for all that were given up")
    with opened(data_dir, world) as (house, actor):
        numbers = ids or _given_up(house, actor, since_h)
        for number in numbers:
            told = house.postroom.views.again(actor, number)
            say(f"{number}: {told['channel']} {told['address']}, {told['state']}")
    say(f"{len(numbers)} on their way; `sylvan serve` or a worker sends them")


def _given_up(house: House, actor: Actor, hours: float) -> list[int]:
    """Numbers of messages that were given up lately; the inbox itself never gives up."""
    found: list[int] = []
    before: int | None = None
    oldest = house.postroom.views.clock() - hours * HOUR
    while True:
        page = house.postroom.views.log(
            actor,
            state=DeliveryState.DEAD,
            channel=None,
            fire_id=None,
            before=before,
            limit=200,
        )
        rows = page["messages"]
        found += [row["id"] for row in rows if datetime.fromisoformat(row["made_at"]) >= oldest]
        before = page["next"]
        if before is None:
            return found


@app.command("test")
def send_test(
    recipient: Annotated[str, typer.Argument(help="Name of an account, or any other.")],
    way: Annotated[
        list[str] | None,
        typer.Option("--way", help="channel or channel:address, in the order of trying."),
    ] = None,
    grade: Annotated[str, typer.Option(help="info, warning or alarm.")] = "info",
    ask_min: Annotated[float, typer.Option(min=0, help="Ask for an answer within minutes.")] = 0,
    language: Annotated[str, typer.Option(help="Folder of the templates.")] = "ru",
    note: Annotated[str, typer.Option(help="Words to add.")] = "",
    world: World = "live",
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Send a letter that says it is a test, to see whether a way works."""
    with opened(data_dir, world) as (house, actor):
        post = house.postroom
        now = post.deliveries.clock()
        at = actor.world.now(now)
        letter = Letter(
            dedupe=f"test|{now.isoformat()}",
            world=actor.world.id,
            rule="test",
            thread="test",
            grade=_grade(grade),
            template="test",
            fields={"note": note},
            recipient=recipient,
            contacts=tuple(_contact(one) for one in way or ["screen"]),
            language=language,
            at=at,
            due_at=at,
            answer_by=at + timedelta(minutes=ask_min) if ask_min else None,
        )
        with post.deliveries.engine.begin() as conn:
            post.deliveries.put(conn, [letter])
        found = post.views.log(
            actor, state=None, channel=None, fire_id=None, before=None, limit=20
        )["messages"]
    rows = [row for row in found if row["alert_id"] == str(letter.id)]
    if json:
        print_json(rows)
        return
    for row in rows:
        say(f"{row['id']}: {row['channel']} {row['address']}, {row['state']} {row['answer']}")


def _grade(told: str) -> Grade:
    for known in ("info", "warning", "alarm"):
        if told == known:
            return known
    raise Refusal(f"No grade is called {told}.", "One of: info, warning, alarm")


def _contact(told: str) -> Contact:
    channel, _, address = told.partition(":")
    return Contact(channel, address)
