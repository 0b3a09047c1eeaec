"""`sylvan cot`: fires and crews to a TAK server, as they change."""

import ssl
from pathlib import Path
from typing import Annotated

import typer

from sylvan import wiring
from sylvan.cli import logs, serving
from sylvan.cli.output import DataDir, explained, say, settings_with
from sylvan.domain.actors import local_operator
from sylvan.notify.cot import Sender, Target, connect
from sylvan.ops import database
from sylvan.ops.refusal import Refusal


def command(
    to: Annotated[str, typer.Option(help="tcp://HOST:PORT, udp://… or tls://…")],
    world: Annotated[str, typer.Option(help="Of which world.")] = "live",
    ca: Annotated[Path | None, typer.Option(help="PEM of who vouches for the server.")] = None,
    cert: Annotated[Path | None, typer.Option(help="PEM certificate of ours.")] = None,
    key: Annotated[Path | None, typer.Option(help="PEM private key of it.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Send Cursor on Target events until Ctrl-C; a server that is away is tried again."""
    with explained():
        target = Target.read(to)
        secure = _secure(ca, cert, key) if target.scheme == "tls" else None
        settings = settings_with(data_dir)
        logs.configure_logs(settings)
        with (
            serving.stopping() as stop,
            database.lease(settings, say) as url,
            wiring.opened(settings, url) as house,
        ):
            actor = local_operator(house.worlds.named(world))
            say(f"sending to {to}  (Ctrl-C stops)")
            Sender(house.outlines, house.log, actor, lambda: connect(target, secure)).run(stop)


def _secure(ca: Path | None, cert: Path | None, key: Path | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=str(ca) if ca else None)
        if cert is not None:
            context.load_cert_chain(cert, key)
    except OSError as error:  # ssl's own errors are of this kind
        raise Refusal(
            f"A certificate cannot be used: {error}.", "Give PEM files: --ca, --cert, --key"
        ) from error
    return context
