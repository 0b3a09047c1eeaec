"""`sylvan feed`: poll satellite feeds, watch the drop folder, say how each feed is."""

import typer
from rich.table import Table

from sylvan import wiring
from sylvan.cli import logs, serving
from sylvan.cli.output import OUT, AsJson, DataDir, FriendlyGroup, print_json, say, settings_with
from sylvan.cli.serve import prepare, start_jobs
from sylvan.cli.texts import told
from sylvan.domain.actors import local_operator
from sylvan.jobs.crew import Crew
from sylvan.ops import database

app = typer.Typer(
    cls=FriendlyGroup, no_args_is_help=True, help="Satellite feeds and the drop folder."
)


@app.command()
def run(data_dir: DataDir = None) -> None:
    """Poll FIRMS (with a map key) and watch the drop folder until Ctrl-C."""
    settings = settings_with(data_dir)
    logs.configure_logs(settings)
    with (
        serving.stopping() as stop,
        database.lease(settings, say) as url,
        wiring.opened(settings, url) as house,
        Crew() as crew,
    ):
        prepare(house, settings)
        start_jobs(crew, settings, house, house.worlds.engine)
        say(f"watching {settings.drop_dir}")
        if settings.firms_map_key is None:
            say("no map key (SYLVAN_FIRMS_MAP_KEY): FIRMS is not polled")
        stop.wait()


@app.command()
def status(data_dir: DataDir = None, json: AsJson = False) -> None:
    """Say when each feed of the live world last gave something, and what is wrong with it."""
    settings = settings_with(data_dir)
    with database.lease(settings, say) as url, wiring.opened(settings, url) as house:
        rows = house.feeds.refresh(local_operator(house.worlds.live()))
    if json:
        print_json(rows)
        return
    if not rows:
        say("no feed has given anything yet")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("feed", "state", "last pass", "last data", "rows", "last error"):
        table.add_column(name)
    for row in rows:
        error = row["last_error"]
        text = told(error["code"], error["params"]) if error else ""
        pair = (row["last_pass"] or "–", row["last_data"] or "–")
        table.add_row(row["feed"], row["state"], *pair, f"{row['rows']:,}", text)
    OUT.print(table)
