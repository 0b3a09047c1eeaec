"""`sylvan serve`: everything in one process, up to the live map."""

import os
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from sylvan import wiring
from sylvan.cli import logs, serving
from sylvan.cli.output import DataDir, explained, paste, say, settings_with
from sylvan.jobs import audit as audit_jobs
from sylvan.jobs import command as command_jobs
from sylvan.jobs import (
    danger,
    deliver,
    demo,
    drills,
    forecasts,
    heat,
    hub,
    neighbours,
    suggest,
    watch,
    webhooks,
)
from sylvan.jobs.crew import Crew
from sylvan.notify import cap, teller
from sylvan.ops import database, tls
from sylvan.services import packs
from sylvan.services.house import House
from sylvan.services.log import Sequencer
from sylvan.settings import Settings

Host = Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")]
Port = Annotated[int | None, typer.Option(help="Port to listen on.", show_default="8321")]
Know = Annotated[
    bool, typer.Option("--i-know", help="You know who can reach a host other than loopback.")
]
Cert = Annotated[Path | None, typer.Option("--tls-cert", help="PEM certificate of your own.")]
Key = Annotated[Path | None, typer.Option("--tls-key", help="PEM private key of the certificate.")]


def prepare(house: House, settings: Settings) -> None:
    """The live world and the region's layers, where they are not there yet."""
    house.worlds.live()
    house.layers.load_region(
        house.geography.code,
        settings.layers_dir,
        progress=lambda code, number, of: say(f"loading layer {number} of {of}: {code}"),
    )


def start_jobs(crew: Crew, settings: Settings, house: House, engine: Engine) -> None:
    """The sequencer and the feeds."""
    crew.add("warm-up", lambda _stop: watch.warm_up(house))
    crew.add("sequencer", lambda stop: Sequencer(engine, stop, house.log.bus).run())
    crew.add("audit", lambda stop: audit_jobs.keep(house, stop))
    crew.add("drop", lambda stop: watch.drop_folder(settings, house, stop))
    crew.add("feeds-clock", lambda stop: watch.ages(house, stop))
    crew.add("pending", lambda stop: watch.pending(house, stop))
    crew.add("heat", lambda stop: heat.keep(house, stop))
    crew.add("danger", lambda stop: danger.keep(house, stop))
    if settings.forecast_url.strip():
        crew.add("weather", lambda stop: danger.forecasts(settings, house, stop))
    crew.add("forecasts", lambda stop: forecasts.keep(house, stop))
    crew.add("suggestions", lambda stop: suggest.keep(house, stop))
    crew.add("deliver", lambda stop: deliver.keep(house, stop))
    crew.add("command", lambda stop: command_jobs.keep(house, stop))
    if settings.alerts != "off":
        crew.add("alerts", lambda stop: teller.keep(house.alerts.desk, stop))
    crew.add("webhooks", lambda stop: webhooks.keep(house, stop))
    crew.add("cap", lambda stop: cap.keep(house.cap_desk, stop))
    crew.add("drills", drills.Stagehand(house, settings.layers_dir).keep)
    if settings.firms_map_key is not None:
        crew.add("firms", lambda stop: watch.firms(settings, house, stop))
    if settings.hub_file is not None:
        hub.start(crew, house, settings.hub_file)
    neighbours.start(crew, house, wiring.neighbours(settings, os.environ).sources)
    crew.add("left-undone", lambda stop: neighbours.keep(house, stop))
    if settings.orbits_urls.strip():
        crew.add("orbits", lambda stop: watch.orbits(settings, house, stop))


def _tell_partners(address: str, key: str) -> None:
    """What a partner pastes into another window to try the interface out."""
    say("to try the interface out until the next start, paste (docs/partners.md):")
    paste(f"export SYLVAN_URL={address.rstrip('/')}", f"export SYLVAN_KEY={key}")


def command(
    data_dir: DataDir = None,
    host: Host = None,
    port: Port = None,
    demo_day: Annotated[
        bool, typer.Option("--demo/--no-demo", help="Replay a generated fire day.")
    ] = False,
    stop_after: Annotated[
        float | None,
        typer.Option(
            help="Hours of the demo's day that are played at once; then its time stands.",
            min=0.0,
            max=24.0,
        ),
    ] = None,
    demo_rate: Annotated[
        float,
        typer.Option(
            help="How many times as fast as real time the demo's clock goes.", min=1.0, max=600.0
        ),
    ] = demo.RATE,
    i_know: Know = False,
    tls_cert: Cert = None,
    tls_key: Key = None,
) -> None:
    """Serve the live map, with database, feeds and jobs in this one process."""
    with explained():
        settings = settings_with(
            data_dir,
            host=host,
            port=port,
            i_know=i_know or None,
            tls_cert=tls_cert,
            tls_key=tls_key,
        )
        logs.configure_logs(settings)
        mode = serving.sign_in_mode(settings, demo=demo_day)
        listen = tls.serve_options(settings, signed_in=mode == "required")
        serving.require_port(settings)
        packs.find(settings.region, settings.layers_dir)  # a slip of the pen makes no database
        with (
            serving.terminable(),
            database.lease(settings, say) as url,
            wiring.opened(settings, url, sign_in=mode) as house,
            Crew() as crew,
        ):
            prepare(house, settings)
            start_jobs(crew, settings, house, house.worlds.engine)
            key = ""
            if demo_day:
                house.default_world = demo.start(
                    crew, house, say, settings.layers_dir, stop_after, demo_rate
                )
                key = house.partners.open_sandbox(house.default_world)
            address = f"Sylvan is at {listen.address}  (Ctrl-C stops everything)"

            def ready() -> None:
                say(address)
                if key:
                    _tell_partners(listen.address, key)
                serving.tell_first_link(house, listen.address)

            serving.run_web(settings, house, listen.uvicorn, ready)
