"""`sylvan people`: accounts and keys, for whoever has this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from sylvan import wiring
from sylvan.cli.output import (
    NOTES,
    OUT,
    AsJson,
    DataDir,
    FriendlyGroup,
    Yes,
    agreed,
    print_json,
    say,
    settings_with,
)
from sylvan.domain.accounts import Grant
from sylvan.domain.actors import Actor, Level, local_operator
from sylvan.ops import database
from sylvan.services.accounts import Invited
from sylvan.services.entrance import Entrance
from sylvan.services.keys import NewKey

app = typer.Typer(cls=FriendlyGroup, no_args_is_help=True, help="Who may sign in, and keys.")
key = typer.Typer(cls=FriendlyGroup, no_args_is_help=True, help="Keys of partners and devices.")
app.add_typer(key, name="key")
Who = Annotated[str, typer.Argument(help="The name that signs in.")]
Role = Annotated[str, typer.Option(help="A role of alerts/rights.yaml.")]
AtLevel = Annotated[Level, typer.Option(help="Level of management.")]
Where = Annotated[
    list[str] | None,
    typer.Option("--territory", "-t", help="Code of a territory; * for all.", show_default=False),
]
Owner = Annotated[str, typer.Option(help="Partner whose assets are watched over.")]
Address = Annotated[str, typer.Option(help="Where people open Sylvan; the link begins with it.")]
HERE = "http://127.0.0.1:8321"


@contextmanager
def opened(data_dir: Path | None) -> Iterator[tuple[Entrance, Actor]]:
    """Accounts and keys, and the operator of this machine."""
    settings = settings_with(data_dir)
    with database.lease(settings, say) as url, wiring.opened(settings, url) as house:
        yield house.entrance, local_operator(house.worlds.live())


def _grant(role: str, level: Level, where: list[str] | None, owner: str) -> Grant:
    return Grant(role, level, tuple(where or ()), owner)


def _tell_link(made: Invited, address: str, *, json: bool) -> None:
    link = address.rstrip("/") + made.link
    if json:
        print_json({**made.account.as_dict(), "link": link})
        return
    say(f"{made.account.subject}: opens once, within three days")
    OUT.print(link, soft_wrap=True, markup=False)


def _table(rows: list[dict[str, Any]], names: tuple[str, ...]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in names:
        table.add_column(name.replace("_", " "))
    for row in rows:
        cells = [row[name] for name in names]
        told = (" ".join(cell) if isinstance(cell, list) else str(cell or "–") for cell in cells)
        table.add_row(*(escape(cell) for cell in told))
    OUT.print(table)


@app.command("list")
def list_people(data_dir: DataDir = None, json: AsJson = False) -> None:
    """List everybody who may sign in."""
    with opened(data_dir) as (house, _):
        rows = house.accounts.listed()
    if json:
        print_json(rows)
        return
    names = ("subject", "name", "role", "level", "territories", "state", "way", "second_factor")
    _table(rows, names)


@app.command()
def invite(
    who: Who,
    role: Role = "viewer",
    level: AtLevel = Level.REGION,
    territory: Where = None,
    owner: Owner = "",
    name: Annotated[str, typer.Option(help="The person's name, for screens.")] = "",
    address: Address = HERE,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Invite somebody; prints the one-time link."""
    with opened(data_dir) as (house, actor):
        made = house.accounts.invite(actor, who, name, _grant(role, level, territory, owner))
    _tell_link(made, address, json=json)


@app.command()
def first(address: Address = HERE, data_dir: DataDir = None, json: AsJson = False) -> None:
    """Print the first administrator's link, as long as nobody can sign in."""
    with opened(data_dir) as (house, _):
        made = house.accounts.first()
    if made is None:
        say("somebody can sign in already; for a lost password: sylvan people reset NAME")
        raise typer.Exit(1)
    _tell_link(made, address, json=json)


@app.command()
def disable(who: Who, data_dir: DataDir = None, yes: Yes = False) -> None:
    """Shut somebody out, at once and everywhere."""
    agreed(f"{who} will be signed out everywhere and cannot sign in.", yes=yes)
    with opened(data_dir) as (house, actor):
        house.accounts.disable(actor, house.accounts.named(who).id, off=True, version=None)
    say(f"{who} is shut out")


@app.command()
def enable(who: Who, data_dir: DataDir = None) -> None:
    """Let somebody in again."""
    with opened(data_dir) as (house, actor):
        house.accounts.disable(actor, house.accounts.named(who).id, off=False, version=None)
    say(f"{who} may sign in")


@app.command("role")
def change_role(
    who: Who,
    role: Role,
    level: AtLevel = Level.REGION,
    territory: Where = None,
    owner: Owner = "",
    data_dir: DataDir = None,
) -> None:
    """Give somebody another role; they sign in anew."""
    with opened(data_dir) as (house, actor):
        account = house.accounts.named(who)
        where = territory or list(account.grant.territories)
        grant = _grant(role, level, where, owner or account.grant.owner)
        house.accounts.change(actor, account.id, None, grant, None)
    say(f"{who} is {role}")


@app.command()
def reset(
    who: Who,
    address: Address = HERE,
    data_dir: DataDir = None,
    json: AsJson = False,
    yes: Yes = False,
) -> None:
    """Take password and second factor away; prints a new one-time link."""
    agreed(f"{who} will be signed out everywhere and needs the new link.", yes=yes)
    with opened(data_dir) as (house, actor):
        made = house.accounts.reset(actor, house.accounts.named(who).id)
    _tell_link(made, address, json=json)


@key.command("list")
def list_keys(data_dir: DataDir = None, json: AsJson = False) -> None:
    """List all keys, without their secrets."""
    with opened(data_dir) as (house, _):
        rows = house.keys.listed()
    if json:
        print_json(rows)
        return
    _table(rows, ("id", "holder", "role", "territories", "state", "expires_at", "last_used_at"))


@key.command("make")
def make_key(
    holder: Annotated[str, typer.Argument(help="Partner or device.")],
    role: Role = "partner",
    level: AtLevel = Level.PARTNER,
    territory: Where = None,
    owner: Owner = "",
    operation: Annotated[
        list[str] | None, typer.Option(help="Narrows it to operations; may be repeated.")
    ] = None,
    days: Annotated[int, typer.Option(help="So long it works.")] = 365,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Make a key; its secret is printed once."""
    grant = _grant(role, level, territory, owner)
    new = NewKey(holder, "", grant, tuple(operation or ()), days)
    with opened(data_dir) as (house, actor):
        _tell_key(house.keys.make(actor, new), json=json)


@key.command("rotate")
def rotate_key(key_id: str, data_dir: DataDir = None, json: AsJson = False) -> None:
    """Put a new key in the place of one, which still works for a day."""
    with opened(data_dir) as (house, actor):
        _tell_key(house.keys.rotate(actor, key_id), json=json)


@key.command("revoke")
def revoke_key(key_id: str, data_dir: DataDir = None) -> None:
    """End a key now."""
    with opened(data_dir) as (house, actor):
        house.keys.revoke(actor, key_id)
    say(f"{key_id} opens nothing any more")


def _tell_key(made: dict[str, Any], *, json: bool) -> None:
    if json:
        print_json(made)
        return
    until = f"{made['expires_at']:%Y-%m-%d}"
    NOTES.print(f"Key {made['id']} of {escape(made['holder'])}, until {until}; told once:")
    OUT.print(made["secret"], soft_wrap=True, markup=False)
