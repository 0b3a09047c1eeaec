"""`sylvan tls`: a local certificate authority for phones and offices."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from sylvan.cli.output import NOTES, OUT, AsJson, DataDir, FriendlyGroup, print_json, settings_with
from sylvan.ops import tls_page
from sylvan.ops.certificates import Authority, describe
from sylvan.ops.refusal import Refusal
from sylvan.ops.tls import certificate_names
from sylvan.services.languages import LANGUAGES
from sylvan.settings import Settings

app = typer.Typer(
    cls=FriendlyGroup,
    no_args_is_help=True,
    help="HTTPS for phones and offices: a local authority, its page, what is served now.",
)


@app.command()
def init(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Names and addresses that people open; found out when left out."),
    ] = None,
    if_needed: Annotated[
        bool, typer.Option(help="Keep a certificate that has these names and a month to go.")
    ] = False,
    page_url: Annotated[
        str | None, typer.Option(help="Address of the page, where a proxy serves it.")
    ] = None,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Make a local authority and a certificate for the given names; keeps an authority it finds."""
    settings = settings_with(data_dir)
    authority = Authority(settings.data_dir)
    make = authority.keep_current if if_needed else authority.init
    made = make(names or _own_names(settings), now=datetime.now(UTC))
    url = page_url or f"https://{made.names[0]}:{settings.port}/tls"
    for language in LANGUAGES:
        page = tls_page.install_page(tls_page.PageRequest(authority.ca_cert, url, language))
        (authority.folder / f"install-{language}.html").write_text(page, "utf-8")
    root = describe(authority.ca_cert)
    if json:
        print_json({"authority": root, "server": made, "page": url})
        return
    OUT.print(f"certificate  {made.path}\n  for        {', '.join(made.names)}", soft_wrap=True)
    OUT.print(f"  until      {made.not_after:%Y-%m-%d}")
    OUT.print(f"authority    {root.path}\n  SHA-256    {root.fingerprint}", soft_wrap=True)
    OUT.print(f"\nPhones install the authority from {url}", soft_wrap=True)
    NOTES.print(tls_page.qr_terminal(url))


@app.command()
def status(data_dir: DataDir = None, json: AsJson = False) -> None:
    """Say which certificate is served, for which names and how long; status 1 when none fits."""
    settings = settings_with(data_dir)
    own = settings.tls_cert
    path = own or Authority(settings.data_dir).cert
    if own is None and not path.is_file():
        raise Refusal("There is no certificate.", "Make one: sylvan tls init")
    found = describe(path)
    left = found.days_left(datetime.now(UTC))
    if json:
        print_json({"server": found, "days_left": left})
    else:
        OUT.print(f"{found.path}\n  for    {', '.join(found.names)}", soft_wrap=True)
        OUT.print(f"  until  {found.not_after:%Y-%m-%d} ({left} days)")
    raise typer.Exit(1 if left < 0 else 0)


def _own_names(settings: Settings) -> list[str]:
    host = "0.0.0.0" if settings.loopback else settings.host  # noqa: S104 asks for a name, binds nothing
    return certificate_names(host)
