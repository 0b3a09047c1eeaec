"""`sylvan web`: the web server and the live channel alone."""

from pathlib import Path
from typing import Annotated

import typer

from sylvan import wiring
from sylvan.cli import logs, serving
from sylvan.cli.output import DataDir, explained, say, settings_with
from sylvan.cli.serve import Cert, Host, Key, Know, Port
from sylvan.ops import database, tls


def command(
    data_dir: DataDir = None,
    host: Host = None,
    port: Port = None,
    i_know: Know = False,
    tls_cert: Cert = None,
    tls_key: Key = None,
    world: Annotated[str, typer.Option(help="World that screens open with.")] = "live",
    openapi: Annotated[
        Path | None, typer.Option(help="Only write the OpenAPI document to this file.")
    ] = None,
) -> None:
    """Serve HTTP, tiles and the live channel; feeds and jobs run in `sylvan worker`."""
    with explained():
        settings = settings_with(
            data_dir,
            host=host,
            port=port,
            i_know=i_know or None,
            tls_cert=tls_cert,
            tls_key=tls_key,
        )
        if openapi is not None:
            openapi.write_bytes(wiring.openapi(settings))
            return
        logs.configure_logs(settings)
        mode = serving.sign_in_mode(settings)
        listen = tls.serve_options(settings, signed_in=mode == "required")
        serving.require_port(settings)
        with (
            serving.terminable(),
            database.lease(settings, say) as url,
            wiring.opened(settings, url, default_world=world, sign_in=mode) as house,
        ):
            house.worlds.live()
            address = f"Sylvan is at {listen.address}"

            def ready() -> None:
                say(address)
                serving.tell_first_link(house, listen.address)

            serving.run_web(settings, house, listen.uvicorn, ready)
