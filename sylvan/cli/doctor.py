"""`sylvan doctor`: what is wrong here, and how to mend it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

import typer
from rich.markup import escape

from sylvan.cli.output import OUT, AsJson, DataDir, explained, print_json, settings_with
from sylvan.cli.texts import told
from sylvan.domain.actors import local_operator
from sylvan.domain.codes import Refusal as Coded
from sylvan.ops import doctor, doctor_database
from sylvan.ops.certificates import Authority, describe
from sylvan.ops.database import is_current, named_url, private_cluster
from sylvan.ops.doctor import Finding, Level
from sylvan.ops.tls import serve_options
from sylvan.services import packs
from sylvan.settings import PACKAGE, Settings

MARKS: Final = {
    Level.OK: "[green]✓[/green]",
    Level.NOTE: "[cyan]i[/cyan]",
    Level.WARN: "[yellow]![/yellow]",
    Level.FAIL: "[red]✗[/red]",
}


def command(data_dir: DataDir = None, json: AsJson = False) -> None:
    """Look at machine, database, region and feeds; exit status 1 when something must be mended."""
    with explained():
        settings = settings_with(data_dir)
        found = doctor.examine(
            {
                "machine": partial(doctor.machine, settings),
                "python": doctor.python,
                "front end": partial(doctor.front_end, PACKAGE / "static"),
                "database": partial(doctor_database.check, settings),
                "region": partial(region, settings),
                "feeds": partial(feeds, settings),
                "orbits": partial(orbits, settings),
                "network": partial(network, settings),
            }
        )
        show(found, json=json)
        raise typer.Exit(1 if any(each.level is Level.FAIL for each in found) else 0)


def show(found: Sequence[Finding], *, json: bool) -> None:
    """Prints findings grouped by area, or as JSON."""
    if json:
        counts = Counter(each.level.value for each in found)
        print_json({"healthy": not counts["fail"], "counts": counts, "findings": found})
        return
    area = ""
    for each in found:
        if each.area != area:
            area = each.area
            OUT.print(f"\n[bold]{area}[/bold]")
        OUT.print(f"  {MARKS[each.level]} {escape(each.text)}", soft_wrap=True)
        if each.mend:
            for line in each.mend.splitlines():
                OUT.print(f"      [dim]{escape(line)}[/dim]", soft_wrap=True)


def region(settings: Settings) -> Iterator[Finding]:
    """The region pack and the base map."""
    try:
        pack = packs.find(settings.region, settings.layers_dir)
        basemap = packs.asset(packs.BASEMAP, settings.layers_dir)
    except Coded as refusal:
        mend = "Set SYLVAN_REGION to a folder in gis_layers/, or SYLVAN_LAYERS_DIR to yours."
        yield Finding("region", Level.FAIL, told(refusal.code, dict(refusal.params)), mend)
        return
    layers = pack.manifest.layers
    yield Finding("region", Level.OK, f"{pack.manifest.code}: {len(layers)} layers, {basemap.name}")
    samples = [layer.code for layer in layers if layer.sample]
    if samples:
        mend = "Load your own: sylvan layers load"
        text = f"invented for demonstration: {', '.join(samples)}"
        yield Finding("region", Level.NOTE, text, mend)


def feeds(settings: Settings) -> list[Finding]:
    """Feeds as their stored states tell; without a usable database only the key is judged."""
    url = running_url(settings)
    states = [] if url is None else [_worded(state) for state in stored_states(settings, url)]
    return doctor.feeds(settings.drop_dir, states, map_key_set=settings.firms_map_key is not None)


def orbits(settings: Settings) -> list[Finding]:
    """Orbital elements of the live world; without a usable database nothing is said of them."""
    url = running_url(settings)
    if url is None:
        return []
    from sylvan import wiring  # noqa: PLC0415 the doctor must start when some package is missing
    from sylvan.domain.passes import ELEMENT_RULES  # noqa: PLC0415 the same

    with wiring.opened(settings, url) as house:
        live = [world for world in house.worlds.listed() if world.name == "live"]
        rows = [row for world in live for row in house.passes.listed(local_operator(world))]
    return doctor.orbits(rows, warn_days=ELEMENT_RULES.warn.days)


def _worded(state: dict[str, Any]) -> dict[str, Any]:
    """A feed's state with its last error in words."""
    error = state["last_error"]
    return state | {"last_error": error and told(error["code"], error["params"])}


def running_url(settings: Settings) -> str | None:
    """The database's URL if it answers and has this Sylvan's tables."""
    url = named_url(settings)
    if url is None:
        state = private_cluster(settings).status()
        url = state.url if state.running else None
    return url if url is not None and is_current(url) else None


def stored_states(settings: Settings, url: str) -> list[dict[str, Any]]:
    """The states of all feeds of the live world."""
    from sylvan import wiring  # noqa: PLC0415 the doctor must start when some package is missing

    with wiring.opened(settings, url) as house:
        live = [world for world in house.worlds.listed() if world.name == "live"]
        return [state for world in live for state in house.picture.feeds(local_operator(world))]


def network(settings: Settings) -> Iterator[Finding]:
    """Who can reach Sylvan, and over which certificate."""
    if settings.loopback:
        yield Finding("network", Level.OK, f"only this machine reaches {settings.host}")
        return
    authority = Authority(settings.data_dir)
    if settings.tls == "auto" and settings.tls_cert is None and not authority.made:
        mend = "`sylvan serve` makes a certificate; for names of your own: sylvan tls init NAME…"
        yield Finding("network", Level.NOTE, "there is no certificate yet", mend)
        return
    listen = serve_options(settings)
    if listen.uvicorn:
        names = ", ".join(describe(settings.tls_cert or authority.cert).names)
        yield Finding("network", Level.OK, f"{listen.address} with a certificate for {names}")
    else:
        mend = "Only behind a reverse proxy that does HTTPS."
        yield Finding("network", Level.WARN, f"{listen.address} speaks plain HTTP", mend)
