"""`sylvan db`: the database, private or named, from the operator's side."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from sylvan.cli.output import (
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
from sylvan.ops import backup as backups
from sylvan.ops import database
from sylvan.ops.refusal import Refusal
from sylvan.settings import Settings
from sylvan.store import engine as store_engine
from sylvan.store import migrate as migrations

MIB = 1024 * 1024

app = typer.Typer(
    cls=FriendlyGroup,
    no_args_is_help=True,
    help="The database: a private one in the data folder, or the one SYLVAN_DATABASE_URL names.",
)


@app.command()
def start(data_dir: DataDir = None, json: AsJson = False) -> None:
    """Start the private database and leave it running; makes it the first time."""
    settings = _private(settings_with(data_dir))
    database.keep_running(settings)
    url = database.ensure(settings, say)
    _result({"running": True, "url": url}, f"running: {url}", json=json)


@app.command()
def stop(data_dir: DataDir = None, json: AsJson = False) -> None:
    """Stop the private database; open transactions roll back."""
    settings = _private(settings_with(data_dir))
    was = database.private_cluster(settings).stop()
    database.keep_running(settings)
    _result({"stopped": was}, "stopped" if was else "was not running", json=json)


@app.command()
def status(data_dir: DataDir = None, json: AsJson = False) -> None:
    """Say where the database is and what it holds; exit status 1 when it cannot be used."""
    settings = settings_with(data_dir)
    facts = _facts(settings)
    if json:
        print_json(facts)
    else:
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        for name, value in facts.items():
            table.add_row(f"[dim]{name}[/dim]", "–" if value is None else str(value))
        OUT.print(table)
    raise typer.Exit(0 if facts["usable"] else 1)


@app.command()
def url(
    data_dir: DataDir = None,
    libpq: Annotated[bool, typer.Option("--libpq", help="As psql and GDAL want it.")] = False,
) -> None:
    """Print the database's URL, starting a private database if need be."""
    found = make_url(database.ensure(settings_with(data_dir), say))
    shown = found.set(drivername="postgresql") if libpq else found
    typer.echo(shown.render_as_string(hide_password=False))


@app.command()
def migrate(data_dir: DataDir = None, json: AsJson = False) -> None:
    """Bring the tables to this Sylvan's schema."""
    settings = settings_with(data_dir)
    before, after = database.bring_up_to_date(_address(settings))
    text = "up to date" if before == after else f"{before or 'empty'} → {after}"
    _result({"before": before, "after": after}, f"schema: {text}", json=json)


@app.command()
def backup(
    file: Annotated[
        Path | None, typer.Argument(help="Where to; by default backups/ in the data folder.")
    ] = None,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Write everything to one file, consistently, while everybody keeps working."""
    settings = settings_with(data_dir)
    name = f"sylvan-{datetime.now(UTC).strftime(backups.STAMP)}.dump"
    target = (file or settings.backup_dir / name).absolute()
    done = backups.backup(_address(settings), settings.data_dir, target, say)
    size = f"{done.bytes / MIB:.1f} MiB"
    line = f"{done.path} ({size}; {done.summary.detections} detections, event {done.summary.seq})"
    result = {"path": done.path, "bytes": done.bytes, "summary": done.summary}
    _result(result, line, json=json)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `sylvan db backup` wrote.")],
    data_dir: DataDir = None,
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    """Replace everything with a backup. Only when it is whole is the present state given up."""
    settings = settings_with(data_dir)
    address = _address(settings)
    agreed(f"Replace everything in the database with {file}?", yes=yes)
    found = backups.restore(address, settings.data_dir, file.absolute(), say)
    line = f"restored: {found.detections} detections, {found.fires} fires, event {found.seq}"
    _result(found, line, json=json)


@app.command()
def reset(data_dir: DataDir = None, yes: Yes = False, json: AsJson = False) -> None:
    """Give up everything in the database and begin with an empty one."""
    settings = settings_with(data_dir)
    agreed("Give up everything in the database?", yes=yes)
    if settings.database_url is None:
        database.private_cluster(settings).wipe()
        database.ensure(settings, say)
    else:
        backups.reset(_address(settings))
    _result({"reset": True}, "the database is empty", json=json)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def shell(context: typer.Context, data_dir: DataDir = None) -> None:
    """Open psql; what follows goes to psql, such as -c 'SELECT count(*) FROM fire'."""
    settings = settings_with(data_dir)
    address = make_url(_address(settings))
    install = backups.client_install(str(address), settings.data_dir)
    program = shutil.which("psql", path=str(install.bindir))
    if program is None:
        raise Refusal(f"There is no psql in {install.bindir}.", "Debian: postgresql-client-common.")
    environment = {**os.environ, **install.env, "PGPASSWORD": str(address.password or "")}
    where = address.set(drivername="postgresql", password=None).render_as_string()
    os.execve(program, ["psql", where, *context.args], environment)  # noqa: S606 no shell by design


def _private(settings: Settings) -> Settings:
    if settings.database_url is not None:
        raise Refusal(
            "SYLVAN_DATABASE_URL names a server, which Sylvan neither starts nor stops.",
            "Unset it to use the private database in the data folder.",
        )
    return settings


def _address(settings: Settings) -> str:
    """The database's URL without a look at its schema; starts a private one."""
    named = database.named_url(settings)
    if named is not None:
        return named
    cluster = database.private_cluster(settings)
    cluster.start(say)
    return cluster.url()


def _facts(settings: Settings) -> dict[str, Any]:
    facts: dict[str, Any] = {"kind": "named", "usable": False, "running": None}
    named = database.named_url(settings)
    if named is None:
        state = database.private_cluster(settings).status()
        facts |= {"kind": "private", "running": state.running, "pid": state.pid}
        facts |= {"folder": state.folder, "url": state.url, "backups": settings.backup_dir}
        address = state.url if state.running else None
    else:
        address = named
        facts["url"] = make_url(named).render_as_string()
    return facts | (_inside(address) if address else {})


def _inside(address: str) -> dict[str, Any]:
    engine = store_engine.create(address, pool_size=1)
    try:
        with engine.connect() as conn:
            state = database.schema_state(conn)
            facts: dict[str, Any] = {
                "running": True,
                "server": conn.scalar(text("show server_version")),
                "postgis": conn.scalar(
                    text("select extversion from pg_extension where extname = 'postgis'")
                ),
                "schema": migrations.current(conn),
                "schema_state": state.value,
                "usable": state is database.SchemaState.CURRENT,
                "size_mib": round(
                    int(conn.scalar(text("select pg_database_size(current_database())")) or 0) / MIB
                ),
            }
            if facts["usable"]:
                row = conn.execute(text("select epoch, seq from log_state")).one()
                waiting = conn.scalar(text("select count(*) from outbox"))
                facts |= {"log_epoch": row[0], "log_seq": row[1], "log_waiting": waiting}
            return facts
    except OperationalError as error:
        return {"running": False, "error": str(error.orig).strip()}
    finally:
        engine.dispose()


def _result(value: Any, line: str, *, json: bool) -> None:
    if json:
        print_json(value)
    else:
        OUT.print(line, markup=False, soft_wrap=True)
