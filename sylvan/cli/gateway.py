"""`sylvan gateway`: the live channel and reading, in as many processes as there are screens for."""

from sylvan import wiring
from sylvan.cli import logs, serving
from sylvan.cli.output import DataDir, explained, say, settings_with
from sylvan.cli.serve import Cert, Host, Key, Know, Port
from sylvan.ops import database, tls
from sylvan.ops.refusal import Refusal
from sylvan.settings import Settings


def command(
    data_dir: DataDir = None,
    host: Host = None,
    port: Port = None,
    i_know: Know = False,
    tls_cert: Cert = None,
    tls_key: Key = None,
) -> None:
    """Serve websockets, server-sent events, polling and reads; changes go to `sylvan web`.

    A gateway keeps nothing: it follows the event log in the database and may be killed at any
    moment. Its screens come back to another one and go on where they stood. Whoever signed in at
    `sylvan web` is known here by the same session.
    """
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
        _require_database(settings)
        mode = serving.sign_in_mode(settings)
        listen = tls.serve_options(settings, signed_in=mode == "required")
        serving.require_port(settings)
        with (
            serving.terminable(),
            database.lease(settings, say) as url,
            wiring.opened(settings, url, sign_in=mode) as house,
        ):
            address = f"The gateway is at {listen.address}"
            serving.run_web(settings, house, listen.uvicorn, lambda: say(address), reads_only=True)


def _require_database(settings: Settings) -> None:
    """A gateway of a database that it would have to start itself has nothing to show."""
    if settings.database_url is None:
        raise Refusal(
            "A gateway needs the address of the database that it follows.",
            "Set SYLVAN_DATABASE_URL, or run everything in one process: sylvan serve",
        )
