"""What an operator may set: environment variables that start with SYLVAN_.

This is the only place that reads them. Commands lay their own options over these with
`load_settings(port=…)`; nothing below the commands looks at the environment.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from sylvan.services.languages import FIRST, Language

PREFIX = "SYLVAN_"
DRIVER = "postgresql+psycopg"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SYSTEM_DATA = Path("/var/lib/sylvan")
PACKAGE = Path(__file__).resolve().parent

LogFormat = Literal["auto", "text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]
TlsMode = Literal["auto", "on", "off"]
SignInMode = Literal["auto", "on", "off"]


class SettingsError(ValueError):
    """A setting that cannot be used; the text names the variable and what to do."""


def checkout_root(package: Path = PACKAGE) -> Path | None:
    """The folder of a source checkout that this package runs from, if it does."""
    root = package.parent
    return root if (root / "pyproject.toml").is_file() else None


def reachable_by_others(path: Path) -> bool:
    """Whether an account that owns nothing here could walk down to `path`.

    Folders that do not exist yet would be made by us, so only existing ones count.
    """
    walk = (folder for folder in (path, *path.parents) if folder.exists())
    return all(folder.stat().st_mode & 0o001 for folder in walk if folder != path)


def default_data_dir(
    *, checkout: Path | None, home: Path, root: bool, environ: Mapping[str, str]
) -> Path:
    """Where data lives unless SYLVAN_DATA_DIR says otherwise.

    Beside a checkout, else in the user's data folder. Root's own home is closed to the account
    that runs the database, so for root both fall back to /var/lib/sylvan.
    """
    if checkout is not None:
        local = checkout / ".data"
        if not root or reachable_by_others(local):
            return local
        mark = hashlib.sha256(str(checkout).encode()).hexdigest()[:8]
        return SYSTEM_DATA / f"{checkout.name}-{mark}"
    if root:
        return SYSTEM_DATA
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "sylvan"


def _data_dir() -> Path:
    return default_data_dir(
        checkout=checkout_root(), home=Path.home(), root=os.geteuid() == 0, environ=os.environ
    )


class Settings(BaseSettings):
    """Everything that can be set, with defaults that work on one machine."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid"
    )

    data_dir: Path = Field(default_factory=_data_dir)
    # Folder of everything Sylvan keeps: the embedded database, backups, photos, the drop folder,
    # certificates. Back it up, or use `sylvan db backup`.

    database_url: SecretStr | None = None
    # An own server: postgresql://user:password@host:5432/sylvan (PostgreSQL 15+, PostGIS 3.3+).
    # Unset: a private cluster in the data folder, started and stopped by Sylvan.

    pg_bindir: Path | None = None
    # Folder with initdb and postgres for the private cluster, when several versions are installed.

    db_pool: int = Field(default=8, ge=1, le=200)
    # Connections one process keeps open at most. Processes × pool must stay below the server's
    # max_connections (100 in the private cluster).

    nats_url: SecretStr | None = None
    # Addresses of a NATS server or cluster, separated by commas: nats://user:password@host:4222, or
    # tls://. It wakes gateways on many machines without asking the database; without it, and while
    # it is away, PostgreSQL does. Needs nats-py (pip install 'sylvan[nats]').

    host: str = "127.0.0.1"
    # Address to listen on. Anything but loopback needs sign-in and HTTPS; without either of them it
    # is refused unless i_know says that you know who can reach it.

    port: int = Field(default=8321, ge=1, le=65535)
    # Port to listen on.

    i_know: bool = False
    # Says that you know who can reach a host other than loopback.

    sign_in: SignInMode = "auto"
    # auto: people sign in, except in a demo (`serve --demo`), which offers ready roles. on: they do
    # there too. off: whoever reaches the port is the operator; only on loopback, or with i_know.

    oidc_issuer: str = ""
    # Address of a provider of identities (OpenID Connect), as its discovery document names itself:
    # https://id.example/realms/forest. Unset: accounts of Sylvan's own alone.

    oidc_client_id: str = ""
    # Under which name the provider knows this installation. Its address to come back to is
    # https://YOUR-HOST/api/v1/account/oidc/callback.

    oidc_client_secret: SecretStr | None = None
    # What this installation proves itself with; unset for a public client.

    names: str = ""
    # Names and addresses under which people open this server, separated by spaces or commas;
    # requests under any other are refused, since a foreign page may point its own name here.
    # Unset: on loopback localhost, elsewhere any. Behind a proxy on loopback: the proxy's names.

    tls: TlsMode = "auto"
    # auto: HTTPS wherever the host is not loopback. off: a reverse proxy in front does it.

    tls_cert: Path | None = None
    # PEM certificate (chain) of your own; needs tls_key. Unset: what `sylvan tls init` made.

    tls_key: Path | None = None
    # PEM private key of tls_cert.

    forwarded_from: str = "127.0.0.1"
    # Addresses of reverse proxies, comma-separated, whose X-Forwarded-* headers are believed.

    public_url: str = ""
    # Address under which people open this server, for links in mails and text messages:
    # https://sylvan.example. Unset: messages carry no link to acknowledge with.

    outward_trusted: str = ""
    # Networks of your own that webhooks may call, also without https (a siren's controller):
    # 10.20.0.0/24, 192.168.7.9. Unset: addresses of the public internet alone.

    region: str = Field(default="yakutia", pattern=r"^[a-z0-9][a-z0-9_-]*$")
    # Code of the region pack: a folder in gis_layers/.

    layers_dir: Path | None = None
    # Another folder of region packs, looked into before the ones that come with Sylvan.

    terrain: Path | None = None
    # GeoTIFF of heights in metres, of any projection, that every machine of this set-up can read.
    # Unset: what `sylvan layers terrain` put into the data folder, else the region pack's own.

    alerts_dir: Path | None = None
    # Another folder of alert rules and templates, used instead of the ones that come with Sylvan.

    alerts: Literal["on", "screen", "off"] = "on"
    # on: rules tell people by the channels that they name. screen: on the screen alone, as a demo
    # always does. off: this process makes no alerts at all.

    alerts_language: Language = FIRST
    # Language of alerts to people; contacts (alerts/contacts.yaml) have one of their own.

    firms_map_key: SecretStr | None = None
    # NASA FIRMS map key (free, by e-mail from NASA). Unset: no polling, only the drop folder.

    firms_url: str = "https://firms.modaps.eosdis.nasa.gov"
    # Where FIRMS answers; a mirror inside a closed network may stand here.

    poll_minutes: float = Field(default=5.0, ge=0.05, le=1440)
    # Minutes between two questions to a polled feed. FIRMS allows 5,000 transactions in 10 minutes
    # a key; new passes appear a few times an hour.

    orbits_urls: str = ""
    # Addresses of lists of orbital elements (TLE or OMM in JSON), separated by spaces; in them
    # Terra, Aqua, Suomi NPP, NOAA-20 and NOAA-21. CelesTrak's:
    # https://celestrak.org/NORAD/elements/gp.php?GROUP=weather&FORMAT=tle and GROUP=resource.
    # Unset: no polling, only the drop folder and `sylvan orbits load`.

    orbits_hours: float = Field(default=12.0, ge=2.0, le=168.0)
    # Hours between two questions for a list. CelesTrak has new ones every 2 hours at most and shuts
    # out who asks oftener; elements hold for a week.

    forecast_url: str = ""
    # Address of a public forecast API that answers as Open-Meteo does, without its question:
    # https://api.open-meteo.com/v1/forecast (free for non-commercial use), or one of your own.
    # Unset: weather comes from the drop folder and by POST /api/v1/weather only.

    forecast_hours: float = Field(default=3.0, ge=1.0, le=48.0)
    # Hours between two questions for a forecast; global models are issued every six hours.

    hub_file: Path | None = None
    # YAML file of the regions that this installation reads as a national hub: regions, each with
    # code, url (https) and the key that the region gave (of a viewer who sees all of it). Keep it
    # readable by Sylvan alone. Unset: it reads nobody.

    neighbours_file: Path | None = None
    # YAML file of the neighbouring regions whose fires at the border are shown: neighbours, each
    # with code, url (https) and key_env, the environment variable that holds the key that it gave.
    # Unset: nobody is read, and no fire can be handed over.

    drop_dir: Path = Field(default_factory=lambda data: data["data_dir"] / "drop")
    # Folder watched for hotspot files in closed networks; bad ones are moved to dead-letter/ in it.

    resume_days: int = Field(default=30, ge=1, le=3650)
    # Days for which a screen that was away gets exactly what it missed. Older: it reads afresh.
    # The log itself is kept.

    otlp_url: str = ""
    # Collector of traces (OTLP over HTTP): http://collector:4318. Needs the extra `telemetry`.
    # Unset: no traces, at no cost.

    log_format: LogFormat = "auto"
    # auto: coloured lines on a terminal, JSON lines elsewhere.

    log_level: LogLevel = "info"
    # The least serious lines still written.

    @field_validator(
        "data_dir",
        "drop_dir",
        "layers_dir",
        "terrain",
        "alerts_dir",
        "hub_file",
        "neighbours_file",
        "tls_cert",
        "tls_key",
    )
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return None if path is None else Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 keeps links

    @field_validator("database_url")
    @classmethod
    def _own_driver(cls, url: SecretStr | None) -> SecretStr | None:
        return None if url is None else SecretStr(sqlalchemy_url(url.get_secret_value()))

    @field_validator("nats_url")
    @classmethod
    def _nats_addresses(cls, urls: SecretStr | None) -> SecretStr | None:
        for url in () if urls is None else urls.get_secret_value().split(","):
            if not url.strip().startswith(("nats://", "tls://")):
                raise ValueError("each address must start with nats:// or tls://")
        return urls

    @field_validator("orbits_urls", "forecast_url", "otlp_url", "oidc_issuer", "public_url")
    @classmethod
    def _web_addresses(cls, urls: str) -> str:
        for url in urls.split():
            if not url.startswith(("https://", "http://")):
                raise ValueError(f"{url!r} is no web address: it must start with https://")
        return urls

    @model_validator(mode="after")
    def _certificate_with_key(self) -> "Settings":
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key belong together: set both, or neither")
        return self

    @model_validator(mode="after")
    def _provider_with_client(self) -> "Settings":
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("oidc_issuer needs oidc_client_id")
        return self

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in LOOPBACK or self.host.startswith("127.")

    @property
    def terrain_file(self) -> Path:
        """The operator's own terrain model."""
        return self.terrain or self.data_dir / "terrain" / f"{self.region}.tif"

    @property
    def backup_dir(self) -> Path:
        """Folder of backups that get no name of their own."""
        return self.data_dir / "backups"


def sqlalchemy_url(url: str) -> str:
    """A PostgreSQL address as SQLAlchemy with psycopg wants it.

    Raises:
        ValueError: for another database or driver.
    """
    scheme, separator, rest = url.strip().partition("://")
    if separator and scheme in {"postgres", "postgresql", DRIVER}:
        return f"{DRIVER}://{rest}"
    raise ValueError("must start with postgresql:// (PostgreSQL with PostGIS is the only store)")


def load_settings(**options: Any) -> Settings:
    """Settings from the environment with a command's options laid over them.

    Args:
        options: fields by name; `None` means that the option was not given.

    Raises:
        SettingsError: naming each variable that cannot be used.
    """
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        own = (each for each in error.errors() if each["type"] != "default_factory_not_called")
        raise SettingsError("\n".join(_explain(problem) for problem in own)) from None


def _explain(problem: Mapping[str, Any]) -> str:
    field = str(problem["loc"][0]) if problem["loc"] else ""
    text = str(problem["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{field.upper()}: {text}" if field else text


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Variables that look like ours and mean nothing: most often a slip of the pen."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {
        f"{PREFIX}TEST_DATABASE_URL"
    }
    return sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
