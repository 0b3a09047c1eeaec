"""Sylvan's private PostgreSQL cluster in the data folder.

Layout: `pg/data` (the cluster), `pg/run` (its socket), both owned by the account that the server
runs as. A half-made cluster never looks finished: it is made beside and renamed into place. A
kill at any moment leaves something that the next start recovers from.
"""

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from sylvan.ops import folders
from sylvan.ops import tuning as conf
from sylvan.ops.account import Account, server_account
from sylvan.ops.installs import Install, choose
from sylvan.ops.locks import only_one
from sylvan.ops.processes import ORPHANS_GONE_S, POLL_S, alive_in, forget_the_dead
from sylvan.ops.refusal import Refusal
from sylvan.ops.tuning import ROLE, Tuning

Say = Callable[[str], None]

START_TIMEOUT_S = 600
# Recovery after a kill replays up to max_wal_size; slow disks need minutes, not seconds.
EXTENSIONS = ("postgis", "btree_gist")


@dataclass(frozen=True)
class ClusterStatus:
    """What can be said about the cluster without changing it."""

    made: bool
    running: bool
    pid: int | None
    version: str | None
    # Major version that made the data.
    folder: Path
    url: str


def quiet(_line: str) -> None:
    """Takes progress lines that nobody wants."""


class Cluster:
    """One private cluster; cheap to make, touches nothing until asked."""

    def __init__(
        self, data_dir: Path, *, pg_bindir: Path | None = None, tuning: Tuning | None = None
    ) -> None:
        self._data_dir = data_dir
        self._pg_bindir = pg_bindir
        self._tuning = tuning or Tuning()
        self.home = data_dir / "pg"
        self.data = self.home / "data"
        self.lock = data_dir / "pg.lock"
        self._by_hand = self.home / "stopped"

    @cached_property
    def account(self) -> Account:
        """Who runs the server."""
        return server_account()

    @cached_property
    def install(self) -> Install:
        """The binaries that fit this data, or any that fit when there is no data yet."""
        return choose(self._data_dir, pg_bindir=self._pg_bindir, made_by=self._made_by())

    @cached_property
    def run_dir(self) -> Path:
        """Folder of the socket."""
        return folders.socket_folder(self.home)

    def url(self, database: str = ROLE) -> str:
        """SQLAlchemy URL of one of its databases."""
        where = quote(str(self.run_dir), safe="/")
        return f"postgresql+psycopg://{ROLE}@/{quote(database)}?host={where}&port=5432"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection of the owner, in autocommit, for upkeep."""
        return psycopg.connect(
            host=str(self.run_dir),
            port=5432,
            user=ROLE,
            dbname=database,
            autocommit=True,
            connect_timeout=10,
        )

    def status(self) -> ClusterStatus:
        """How the cluster is."""
        pid = self.postmaster_pid()
        made_by = self._made_by()
        return ClusterStatus(
            made=made_by is not None,
            running=pid is not None,
            pid=pid,
            version=None if made_by is None else str(made_by),
            folder=self.data,
            url=self.url(),
        )

    def start(self, say: Say = quiet) -> bool:
        """Makes the cluster when there is none and starts it when it is not running.

        Returns:
            Whether this call started it.

        Raises:
            Refusal: no fitting PostgreSQL, no way into the data folder, or it does not start.
        """
        with only_one(self.lock):
            return self.start_locked(say)

    def start_locked(self, say: Say = quiet) -> bool:
        """`start` for a caller that holds `lock`."""
        self._by_hand.unlink(missing_ok=True)
        if self._comes_up():
            return False
        folders.make(self.home, self.run_dir, self.account)
        if self._made_by() is None:
            self._initdb(say)
        self._write_configuration()
        forget_the_dead(self.data, self.run_dir / folders.SOCKET_NAME)
        say(f"starting PostgreSQL {self.install.version}")
        self._pg_start()
        self._make_database()
        return True

    def stop(self, *, immediate: bool = False) -> bool:
        """Stops the server for good; clients are cut off, their open transactions roll back.

        Args:
            immediate: without a checkpoint, as if killed; the next start recovers.

        Returns:
            Whether it was running.
        """
        with only_one(self.lock):
            if self.home.is_dir():
                self._by_hand.touch()
            return self.stop_locked(immediate=immediate)

    def stop_locked(self, *, immediate: bool = False) -> bool:
        """`stop` for a caller that holds `lock`."""
        if self.postmaster_pid() is None:
            return False
        mode = "immediate" if immediate else "fast"
        done = self._run("pg_ctl", "stop", "-D", str(self.data), "-w", "-t", "300", "-m", mode)
        if done.returncode and self.postmaster_pid() is not None:
            raise Refusal(
                f"PostgreSQL does not stop: {done.stderr.strip() or done.stdout.strip()}",
                f"See {self.data / 'log'}.",
            )
        return True

    def wipe(self) -> None:
        """Stops the server and removes its data for good."""
        with only_one(self.lock):
            self.stop_locked(immediate=True)
            if self.home.exists():
                shutil.rmtree(self.home)
            if self.run_dir.exists():
                shutil.rmtree(self.run_dir)
        self.__dict__.pop("install", None)  # another version may make the next one

    def postmaster_pid(self) -> int | None:
        """Process id of the running server, from its own file; None when that process is gone."""
        pid = self._recorded_pid()
        return pid if pid is not None and alive_in(pid, self.data) else None

    @property
    def stopped_by_hand(self) -> bool:
        """Whether somebody stopped it and wants it to stay so."""
        return self._by_hand.exists()

    def _recorded_pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except PermissionError:
            raise folders.belongs_to_another(self.home) from None
        except (OSError, ValueError):
            return None

    def _made_by(self) -> int | None:
        try:
            return int((self.data / "PG_VERSION").read_text())
        except PermissionError:
            raise folders.belongs_to_another(self.home) from None
        except (OSError, ValueError):
            return None

    def _comes_up(self) -> bool:
        """Whether a running server answers; waits out a recovery or a stop under way."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while self.postmaster_pid() is not None:
            if self._answers():
                return True
            if time.monotonic() > deadline:
                raise Refusal(
                    f"PostgreSQL (process {self.postmaster_pid()}) runs and does not answer.",
                    f"See {self.data / 'log'}; `sylvan db stop` ends it.",
                )
            time.sleep(POLL_S)
        return False

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError as error:
            return "too many clients" in str(error)
        return True

    def _initdb(self, say: Say) -> None:
        say(
            f"making a database with PostgreSQL {self.install.version}, "
            f"PostGIS {self.install.postgis}"
        )
        fresh = self.home / "data.new"
        if fresh.exists():
            shutil.rmtree(fresh)  # a start that was killed here
        # C order: indexes survive a new C library; C.UTF-8 types: lower() knows Cyrillic
        options = ["--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "--data-checksums"]
        options += ["--auth=peer", f"--username={ROLE}"]
        options += [] if self._tuning.durable else ["--no-sync"]
        done = self._run("initdb", "-D", str(fresh), *options)
        if done.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            raise Refusal(
                f"The database cannot be made: {done.stderr.strip()}",
                f"Check space and rights in {self.home}.",
            )
        with (fresh / "postgresql.conf").open("a") as file:
            file.write("include 'sylvan.conf'\ninclude_if_exists 'local.conf'\n")
        fresh.rename(self.data)

    def _write_configuration(self) -> None:
        accounts = {self.account.name, pwd.getpwuid(os.geteuid()).pw_name}
        files = {
            "sylvan.conf": conf.render(conf.server_settings(self._tuning, self.run_dir)),
            "pg_hba.conf": conf.HOST_RULES,
            "pg_ident.conf": conf.ident_map(accounts),
        }
        for name, text in files.items():
            target = self.data / name
            target.write_text(text)
            target.chmod(0o600)
            self.account.own(target)

    def _pg_start(self) -> None:
        log = self.home / "start.log"
        deadline = time.monotonic() + ORPHANS_GONE_S
        while True:
            log.unlink(missing_ok=True)
            options = ["-D", str(self.data), "-l", str(log), "-w", "-t", str(START_TIMEOUT_S)]
            if self._run("pg_ctl", "start", *options).returncode == 0:
                return
            said = self._last_lines(log)
            if "still in use" not in said or time.monotonic() > deadline:
                raise Refusal(f"PostgreSQL does not start:\n{said}", f"See {self.data / 'log'}.")
            time.sleep(POLL_S)

    def _last_lines(self, start_log: Path) -> str:
        logs = sorted((self.data / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
        files = [path for path in (*logs[-1:], start_log) if path.exists()]
        said = "\n".join(path.read_text(errors="replace") for path in files)
        return "\n".join(said.strip().splitlines()[-8:])

    def _make_database(self) -> None:
        with self.connect() as owner:
            found = owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ROLE]).fetchone()
            if not found:
                owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(ROLE)))
        with self.connect(ROLE) as owner:
            add_extensions(owner)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        # output through a file: the server inherits a pipe and would keep it open for ever
        with (self._data_dir / f".pg-{os.getpid()}.out").open("w+") as out:
            Path(out.name).unlink()
            done = subprocess.run(
                [self.install.program(program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
                cwd="/",
                env={**_clean_environment(), **self.install.env},
                **self.account.become(),
            )
            out.seek(0)
            said = out.read()
        return subprocess.CompletedProcess(done.args, done.returncode, said, said)


def add_extensions(owner: psycopg.Connection) -> None:
    """Adds the extensions that the schema needs to the connection's database."""
    for name in EXTENSIONS:
        owner.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))


def _clean_environment() -> dict[str, str]:
    # PGDATA, PGPORT … of the operator's other servers must not reach ours
    keep = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return keep | {"LC_ALL": "C.UTF-8" if os.uname().sysname == "Linux" else "C", "TZ": "UTC"}
